//! Being counted without a name through the form without script.

use undersigned::domain::proof::ProofKind;

use super::{B, address, casts_in_log, colleagues_sign, next_day, number};
use crate::support::TestApp;

#[test]
fn counted_without_a_name_through_the_plain_form_waits_like_the_rest() {
    let app = TestApp::start();
    let petition = app.petition();
    let code = app.sign_nameless(&petition, "work-mail", &address(1));
    colleagues_sign(&app, &petition, 10, B - 2);
    let receipt = app.client().post("/receipt", &[("code", &code)]).expect(200);
    receipt.says("With the next group");
    next_day(&app);
    assert_eq!(casts_in_log(&app, &petition), 0);
    let other = app.sign_nameless(&petition, "work-mail", &address(2));
    next_day(&app);
    assert_eq!(number(&app, &petition, ProofKind::WorkMail), 10);
    app.client().post("/receipt", &[("code", &code)]).expect(200).says("as one of a group");
    let withdrawn = app.client().post("/receipt/withdrawal", &[("code", &other)]).expect(200);
    withdrawn.says("together with other withdrawals");
    app.client().post("/receipt/withdrawal", &[("code", &other)]).expect(200);
    app.client().post("/receipt", &[("code", &other)]).expect(200).says("is withdrawn");
    assert_eq!(number(&app, &petition, ProofKind::WorkMail), 10, "the number follows with others");
}

#[test]
fn a_plain_form_that_claims_to_be_anonymous_is_refused_and_nothing_is_kept() {
    let app = TestApp::start();
    let petition = app.petition();
    for claimed in ["anonymous", "sealed", "", "Public"] {
        let robin = address(1);
        let fields = [
            ("visibility", claimed),
            ("proof", "work-mail"),
            ("name", ""),
            ("title", ""),
            ("address", robin.as_str()),
        ];
        app.client().post(&petition.signatures(), &fields).expect(422).says("Press one of the two buttons");
    }
    assert_eq!(app.mails(), 0);
}

#[test]
fn a_name_that_the_browser_filled_in_is_not_even_kept_where_none_is_shown() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = address(1);
    let fields = [
        ("visibility", "not-shown"),
        ("proof", "work-mail"),
        ("name", "Robin Okafor"),
        ("title", "Engineer"),
        ("address", robin.as_str()),
    ];
    let inbox = app.client().post(&petition.signatures(), &fields).expect(200);
    let ticket = inbox.hidden("ticket").unwrap();
    let code = app.code_for(&robin);
    let first = app.client().confirm(&petition, &ticket, &code).expect(200);
    first.says("Your signature will be counted");
    assert_eq!(app.client().confirm(&petition, &ticket, &code).expect(200).body, first.body);
    colleagues_sign(&app, &petition, 10, B - 1);
    next_day(&app);
    app.client().get(&format!("{}/signers", petition.path())).expect(200).does_not_say("Robin");
}
