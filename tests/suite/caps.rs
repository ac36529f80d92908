//! What one account can take up: so many drafts and petitions, and no draft for ever.

use undersigned::{
    actions::petitions::{self, How, Sent},
    domain::petition::{DRAFT_IDLE_DAYS, DRAFT_WARNED_DAYS, DRAFTS_MAX, IN_REVIEW_MAX, RUNNING_MAX},
    jobs,
};

use crate::support::{DAY, Member, TestApp, draft};

#[test]
fn an_account_begins_so_many_drafts_and_is_told_then() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    for _ in 0..DRAFTS_MAX {
        heron.browser.submit("/organize", "/organize", &[]).expect(303);
    }
    let full = heron.browser.submit("/organize", "/organize", &[]).expect(409);
    full.says("You have 20 drafts and rejected petitions");
    assert_eq!(full.body.matches("row-title").count(), 20);
    // Others are not concerned.
    app.organizer("Egret").browser.submit("/organize", "/organize", &[]).expect(303);
}

fn send_in(app: &TestApp, owner: &Member<'_>, number: u64) -> Sent {
    let slug = petitions::create(&app.ctx, owner.id).unwrap().unwrap();
    let employer = app.employer(&format!("Company {number}"), &format!("company-{number}.example"));
    petitions::save(&app.ctx, &slug, owner.id, &draft(employer)).unwrap();
    let opening = format!("/organize/{slug}/opening");
    let reply = owner.browser.submit(&opening, &opening, &[("how", "quietly")]);
    if reply.status == 409 {
        reply.says("as many as an account can have");
        return Sent::TooMany { max: 0 };
    }
    Sent::Started { slug: String::from(reply.expect(303).location()) }
}

#[test]
fn an_account_runs_so_many_petitions_at_once() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    for number in 0..RUNNING_MAX {
        assert!(matches!(send_in(&app, &heron, number), Sent::Started { .. }), "{number}");
    }
    assert!(matches!(send_in(&app, &heron, RUNNING_MAX), Sent::TooMany { .. }));
}

#[test]
fn an_account_has_so_many_petitions_before_an_admin() {
    let app = TestApp::builder().review_required().start();
    let heron = app.organizer("Heron");
    for number in 0..IN_REVIEW_MAX {
        assert!(matches!(send_in(&app, &heron, number), Sent::Started { .. }), "{number}");
    }
    assert!(matches!(send_in(&app, &heron, IN_REVIEW_MAX), Sent::TooMany { .. }));
}

#[test]
fn a_draft_that_nobody_saves_is_deleted_and_its_owner_reads_of_it_before() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let employer = app.employer("Initech", "initech.example");
    let [kept, idle] = [(); 2].map(|()| petitions::create(&app.ctx, heron.id).unwrap().unwrap());
    let running = app.petition_to(&heron, employer, How::Open, |_| ());
    let days = |days: i64| {
        app.clock.advance_secs(days / 5 * 5 * DAY);
        app.sign_in_again(&heron);
    };
    days(DRAFT_IDLE_DAYS - DRAFT_WARNED_DAYS - 5);
    heron.browser.get("/organize").expect(200).does_not_say("it is deleted on");
    days(10);
    let warned = heron.browser.get("/organize").expect(200);
    assert_eq!(warned.body.matches("it is deleted on 1 December 2026").count(), 2, "{}", warned.words());
    petitions::save(&app.ctx, &kept, heron.id, &draft(employer)).unwrap();
    let warned = heron.browser.get("/organize").expect(200);
    assert_eq!(warned.body.matches("it is deleted on").count(), 1);
    days(DRAFT_WARNED_DAYS - 5);
    jobs::purge(&app.ctx).unwrap();
    heron.browser.get(&format!("/organize/{idle}/edit/text")).expect(200);
    app.clock.advance_secs(DAY);
    jobs::purge(&app.ctx).unwrap();
    heron.browser.get(&format!("/organize/{idle}/edit/text")).expect(404);
    heron.browser.get(&format!("/organize/{kept}/edit/text")).expect(200);
    heron.browser.get(&format!("/organize/{}", running.slug)).expect(200);
}
