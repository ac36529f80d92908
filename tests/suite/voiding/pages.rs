//! The pages of an admin who voids: who may see them, when they can be used, and what they keep.

use undersigned::{
    actions::{moderation, petitions::How},
    domain::reason::Reason,
    protocol::leaf::{Leaf, Notice},
};

use super::{
    DAY, any_form, audited, count, lively, numbers, pages, place_of, reversal, signed_in_again, strike,
    voids_in, voids_of,
};
use crate::{
    leaks::one_round_of_jobs,
    support::{Reader, TestApp, id_of},
};

#[test]
fn what_is_closed_can_be_mended_and_what_nobody_sees_cannot() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Quietly, |_| ());
    let admin = app.admin().browser;
    let all = |expected: u16| {
        for path in ["", "/names", "/groups", "/crowd"] {
            admin.get(&format!("{}{path}", pages(&petition))).expect(expected);
        }
        admin.get(&any_form(&petition)).expect(expected);
    };
    all(404);
    let opening = format!("/organize/{}/opening", petition.slug);
    heron.browser.submit(&opening, &opening, &[("how", "open")]).expect(303);
    all(200);
    app.sign(&petition, "work-mail", "Kim Abara", "kim.abara@initech.example");
    app.clock.advance_secs(120 * DAY);
    one_round_of_jobs(&app);
    app.client().get(&petition.path()).expect(200).says("Closed");
    let kim = place_of(&app, &petition, "Kim Abara").to_string();
    strike(&signed_in_again(&app), &petition, "names", &[kim], "false-name");
    assert_eq!(numbers(&app, &petition)[0], Some(0));
    audited(&app, &petition);
    let admin = signed_in_again(&app);
    let counted = admin.get(&reversal(&petition, voids_of(&app, &petition)[0])).expect(200);
    let counted = counted.hidden("counted").expect("a button");
    let token = admin.get(&any_form(&petition)).hidden("form_token").expect("a token");
    moderation::take_down(&app.ctx, &petition.slug, &Reason::parse("A court order").unwrap()).unwrap();
    for path in [pages(&petition), any_form(&petition), reversal(&petition, voids_of(&app, &petition)[0])] {
        admin.get(&path).expect(404);
        let fields = [("form_token", token.as_str()), ("counted", counted.as_str())];
        let fields = if path.ends_with("reversal") { &fields[..] } else { &fields[..1] };
        assert!([404, 409, 422].contains(&admin.post(&path, fields).status), "{path}");
    }
    assert_eq!(voids_in(&app, &petition), (1, 0));
}

#[test]
fn nobody_but_an_admin_learns_that_these_pages_exist() {
    let app = TestApp::start();
    let (petition, _, _) = lively(&app);
    let egret = app.organizer("Egret");
    for browser in [&app.client(), &egret.browser] {
        let unknown = browser.get("/no-such-page").expect(404).words();
        let root = pages(&petition);
        for path in [root.clone(), format!("{root}/names"), format!("{root}/0/reversal"), any_form(&petition)]
        {
            assert_eq!(browser.get(&path).expect(404).words(), unknown, "{path}");
            browser.post(&path, &[("counted", "x")]).expect(404);
        }
    }
    // And a form of another session does nothing.
    let admin = app.admin().browser;
    let fields = [("form_token", "x"), ("first", "1"), ("last", "1"), ("text", "No.")];
    admin.post(&any_form(&petition), &fields).expect(403);
}

#[test]
fn a_note_of_dispute_stands_for_good_where_everyone_reads_it() {
    let app = TestApp::start();
    let (petition, _, _) = lively(&app);
    let admin = app.admin().browser;
    let size = Reader::of(&app, &petition).checkpoint().size;
    let form = any_form(&petition);
    admin.get(&form).expect(200).says("cannot be taken back or changed, by anyone");
    app.client().get(&petition.path()).expect(200).does_not_say("dispute");
    let write = |first: &str, last: &str, text: &str| {
        admin.submit(&form, &form, &[("first", first), ("last", last), ("text", text)])
    };
    let end = (size - 1).to_string();
    for (first, last) in [("", "3"), ("3", "2"), ("0", &*size.to_string()), ("-1", "2"), ("x", "2")] {
        let again = write(first, last, "Three of these are one mailbox.").expect(422);
        again.says(&format!("Enter whole numbers from 0 to {end}"));
        assert_eq!(again.input_value("first").as_deref(), Some(first));
        assert!(again.body.contains("Three of these are one mailbox."));
    }
    write("3", "3", " \n").expect(422).says("Fill this in");
    write("3", "3", &"long ".repeat(500)).expect(422).says("Use 2,000 characters at most");
    assert_eq!(Reader::of(&app, &petition).checkpoint().size, size);

    write("4", &end, "Three of these are <one> mailbox.\r\n\r\nWe do not know which.").expect(303);
    write("7", "7", "A test.").expect(303);
    let page = app.client().get(&format!("{}/audit", petition.path())).expect(200);
    page.says(&format!("Entries 4 to {end} Three of these are <one> mailbox. We do not know which."));
    page.says("Entry 7 A test. 4 June 2026").does_not_say("The Admin");
    let public = app.client().get(&petition.path()).expect(200);
    public.says("There are 2 notes of dispute about this number");
    assert!(public.body.contains(&format!("href=\"{}/audit#disputes\"", petition.path())));
    let leaves = app.leaves(id_of(&app, &petition));
    let Leaf::Notice(_, Notice::Dispute { first, end, text }) =
        Leaf::parse(&leaves[leaves.len() - 2]).unwrap()
    else {
        panic!("a note of dispute")
    };
    assert_eq!((first, end, text.contains("\n\nWe do not")), (4, size, true));
    assert_eq!(numbers(&app, &petition)[0], Some(13), "a note changes no number");
    let told = audited(&app, &petition).disputes;
    assert_eq!(told.iter().map(|note| (note.first, note.end)).collect::<Vec<_>>(), [(4, size), (7, 8)]);
    assert_eq!(told[1].text, "A test.");
}

#[test]
fn an_admin_who_forgets_to_choose_is_told_and_keeps_what_was_ticked() {
    let app = TestApp::start();
    let (petition, _, _) = lively(&app);
    let admin = app.admin().browser;
    let kim = place_of(&app, &petition, "Kim Abara").to_string();
    let again = count(&admin, &petition, "names", std::slice::from_ref(&kim), "").expect(422);
    again.says("Choose a reason").does_not_say("Choose what to invalidate.");
    assert!(again.body.contains(&format!("value=\"{kim}\" checked")), "{}", again.body);
    let again = count(&admin, &petition, "names", &[], "defect").expect(422);
    again.says("Choose what to invalidate.").does_not_say("Choose a reason.");
    assert!(again.body.contains("value=\"defect\" checked"));
}
