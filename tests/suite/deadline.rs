//! One deadline: until the end of the last day to sign, codes are given out, and what signers were told of it holds.

use undersigned::{
    actions::{
        moderation::{self, Decided},
        petitions::{self, How},
    },
    db,
    domain::{draft::last_second, email::EmailAddress, time::Day},
    keys::participation_tag,
};

use crate::{
    leaks::one_round_of_jobs,
    support::{DAY, ROBIN},
    support::{Member, Petition, Reply, TestApp, hex, search::Search},
};

const KIM: &str = "kim.ade@initech.example";

fn closes_on(app: &TestApp, owner: &Member<'_>, day: &'static str) -> Petition {
    app.petition_of(owner, How::Open, |draft| draft.closes = String::from(day))
}

fn found(app: &TestApp, petition: &Petition) -> db::petitions::Petition {
    app.ctx.store.read(|db| db::petitions::by_slug(db, &petition.slug)).unwrap().expect("a petition")
}

/// Moves the clock to so many seconds after the end of this day.
fn go_to(app: &TestApp, day: &str, secs_after_its_end: i64) {
    let end = last_second(Day::parse(day).unwrap()).plus_secs(secs_after_its_end);
    app.clock.advance_secs(end.secs() - app.ctx.now().secs());
}

/// Where these bytes stand, as they are or in hexadecimal.
fn places(app: &TestApp, bytes: &[u8]) -> Vec<String> {
    let search = Search::new(vec![bytes.to_vec(), hex(bytes).into_bytes()]);
    let holding = app.everything().into_iter().filter(|(_, content)| !search.scan(content).is_empty());
    holding.map(|(place, _)| place).collect()
}

fn extend(owner: &Member<'_>, petition: &Petition, fields: &[(&str, &str)]) -> Reply {
    let dashboard = format!("/organize/{}", petition.slug);
    owner.browser.submit(&dashboard, &format!("{dashboard}/extension"), fields)
}

#[test]
fn people_can_sign_until_the_last_minute_of_the_day_that_the_page_names() {
    let app = TestApp::start();
    let petition = closes_on(&app, &app.organizer("Heron"), "2026-08-31");
    for days_later in [40, 40] {
        app.clock.advance_secs(days_later * DAY);
        one_round_of_jobs(&app);
        let page = app.client().get(&petition.path()).expect(200);
        page.says("Sign by 31 August 2026 (23:59 UTC)").says("Sign this petition");
    }
    go_to(&app, "2026-08-31", -60);
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
}

#[test]
fn the_deadline_names_its_time_zone_wherever_people_rely_on_it() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = closes_on(&app, &owner, "2026-08-31");
    let deadline = "31 August 2026 (23:59 UTC)";
    app.client().get("/petitions").expect(200).says(deadline);
    app.client().get(&petition.path()).expect(200).says(deadline);
    owner.browser.get(&format!("/organize/{}", petition.slug)).expect(200).says(deadline);
    let wrong =
        app.client().ask(&petition, "work-mail", "Robin Okafor", "robin@elsewhere.example").expect(422);
    wrong.says(deadline);
    go_to(&app, "2026-08-31", 60);
    app.client().get(&petition.path()).expect(200).says("Closed 31 August 2026 (23:59 UTC)");
}

#[test]
fn a_code_mailed_before_the_deadline_can_be_typed_for_a_day_and_the_page_says_so() {
    let app = TestApp::start();
    let petition = closes_on(&app, &app.organizer("Heron"), "2026-06-20");
    go_to(&app, "2026-06-20", -60);
    let robin = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let kim = app.client().ask(&petition, "work-mail", "Kim Ade", KIM).expect(200);
    let (robin, robins_code) = (robin.hidden("ticket").unwrap(), app.code_for(ROBIN));
    let (kim, kims_code) = (kim.hidden("ticket").unwrap(), app.code_for(KIM));
    go_to(&app, "2026-06-20", 120);
    one_round_of_jobs(&app);
    let closed = app.client().get(&petition.path()).expect(200);
    closed.says("It takes no more signatures").says("until 21 June 2026 (23:59 UTC)");
    let refused =
        app.client().ask(&petition, "work-mail", "Sam Late", "sam.late@initech.example").expect(409);
    refused.says("It takes no more signatures");
    app.client().confirm(&petition, &robin, &robins_code).expect(200).says("Your signature counts");
    go_to(&app, "2026-06-21", 60);
    let late = app.client().confirm(&petition, &kim, &kims_code).expect(409);
    late.says("This petition is closed").does_not_say("you can type it in");
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says("Robin Okafor");
}

#[test]
fn what_would_tell_who_asked_goes_on_the_day_that_signers_read_however_often_it_is_extended() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = closes_on(&app, &owner, "2026-06-10");
    let told = "are destroyed by 12 July 2026 (23:59 UTC)";
    app.client().get(&petition.path()).expect(200).says(told);
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let found = found(&app, &petition);
    let pepper = *app.ctx.keys.petition_keys(found.id).expect("its keys").pepper();
    let tag = participation_tag(&pepper, EmailAddress::parse(ROBIN).unwrap().normalized().expose());
    assert!(!places(&app, &tag).is_empty() && !places(&app, &pepper).is_empty(), "the search finds them");

    let latest = "Choose a day up to 10 July 2026 (UTC)";
    extend(&owner, &petition, &[("closes", "2026-07-11")]).expect(422).says(latest);
    extend(&owner, &petition, &[("closes", "2026-06-10")]).expect(422).says("after the present last day");
    extend(&owner, &petition, &[("closes", "2026-06-09")]).expect(422).says("after the present last day");
    extend(&owner, &petition, &[("closes", "2026-06-25")]).expect(303);
    app.client().get(&petition.path()).expect(200).says("Sign by 25 June 2026 (23:59 UTC)").says(told);
    extend(&owner, &petition, &[("closes", "2026-07-10")]).expect(303);
    app.client().get(&petition.path()).expect(200).says("Sign by 10 July 2026 (23:59 UTC)").says(told);
    let dashboard = owner.browser.get(&format!("/organize/{}", petition.slug)).expect(200);
    assert!(!dashboard.body.contains("/extension"), "there is no later day to offer");
    go_to(&app, "2026-07-10", -60);
    app.sign(&petition, "work-mail", "Kim Ade", KIM);

    go_to(&app, "2026-07-12", -3_600);
    one_round_of_jobs(&app);
    assert_eq!(places(&app, &tag), Vec::<String>::new());
    assert_eq!(places(&app, &pepper), Vec::<String>::new());
}

#[test]
fn the_organizer_chooses_how_far_it_may_be_extended_before_signing_begins() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |draft| {
        draft.closes = String::from("2026-06-20");
        draft.extend_until = String::from("2026-06-20");
    });
    app.client().get(&petition.path()).expect(200).says("are destroyed by 22 June 2026 (23:59 UTC)");
    extend(&owner, &petition, &[("closes", "2026-06-21")]).expect(422).says("up to 20 June 2026 (UTC)");

    let slug = petitions::create(&app.ctx, owner.id).unwrap().unwrap();
    let schedule = format!("/organize/{slug}/edit/schedule");
    let before = [("goal", ""), ("closes", "2026-06-20"), ("extend_until", "2026-06-19"), ("then", "next")];
    let again = owner.browser.submit(&schedule, &schedule, &before).expect(422);
    again.says("This day lies before the last day to sign");
    assert_eq!(again.input_value("extend_until").as_deref(), Some("2026-06-19"));
}

#[test]
fn extending_during_the_notice_of_closing_asks_whether_to_call_it_off() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = closes_on(&app, &owner, "2026-08-31");
    let closure = format!("/organize/{}/closure", petition.slug);
    owner.browser.submit(&closure, &closure, &[]).expect(303);
    let announced = found(&app, &petition).closes;
    assert!(found(&app, &petition).closes_early);
    let dashboard = owner.browser.get(&format!("/organize/{}", petition.slug)).expect(200);
    dashboard.says("You announced that it closes early").says("Call off the early closing");
    let refused = extend(&owner, &petition, &[("closes", "2026-08-01")]).expect(422);
    refused.says("Tick the box to call that off");
    assert_eq!(refused.input_value("closes").as_deref(), Some("2026-08-01"));
    assert_eq!(found(&app, &petition).closes, announced, "nothing was moved");
    extend(&owner, &petition, &[("closes", "2026-08-01"), ("call_off", "yes")]).expect(303);
    assert_eq!(found(&app, &petition).closes, Some(last_second(Day::parse("2026-08-01").unwrap())));
    assert!(!found(&app, &petition).closes_early);
}

#[test]
fn a_petition_whose_last_day_passes_in_review_is_not_opened_and_the_admin_is_told() {
    let app = TestApp::builder().review_required().start();
    let owner = app.organizer("Heron");
    let admin = app.admin();
    let petition = closes_on(&app, &owner, "2026-06-10");
    go_to(&app, "2026-06-10", 60);
    assert_eq!(moderation::approve(&app.ctx, &petition.slug).unwrap(), Decided::LastDayPassed);
    let page = format!("/admin/petitions/{}", petition.slug);
    let approval = admin.browser.submit(&page, &format!("{page}/approval"), &[]).expect(409);
    approval.says("last day to sign has passed");
    app.client().get(&petition.path()).expect(404);
}

#[test]
fn a_ballot_saved_for_later_names_the_minute_until_which_it_can_be_sent() {
    let app = TestApp::start();
    let petition = closes_on(&app, &app.organizer("Heron"), "2026-08-31");
    let page = app.client().get(&petition.path()).expect(200);
    assert!(page.body.contains("until 7 September 2026 (23:59 UTC) at the latest"));
}
