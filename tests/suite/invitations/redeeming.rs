//! Redeeming an invitation with the plain form.

use std::collections::BTreeSet;

use base64::Engine as _;
use undersigned::{
    actions::{
        petitions,
        petitions::{How, Sent},
    },
    domain::{draft::Draft, proof::ProofKind},
    entropy::SeededEntropy,
    protocol::{invitation_code::InvitationCode, ticket::Ticket},
};

use super::{BASE64, casts, invitations, invited, inviting, mistyped, press, sign, tally, type_in};
use crate::support::{Member, Petition, Reply, TestApp, draft, with_invitations, withdrawal_code};

#[test]
fn a_colleague_with_an_invitation_signs_on_two_pages_without_any_mail() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let codes = invitations(&app, &heron, &petition, 2);
    let browser = app.client();
    browser.get(&petition.path()).expect(200).says("I have an invitation");

    let typed = codes[0].to_lowercase().replace('-', " ");
    let page = type_in(&browser, &petition, &typed, "Robin Okafor").expect(200);
    page.says("Nothing has happened yet");
    assert_eq!(casts(&app, &petition), 0, "typing it in changes nothing");
    let done = press(&browser, &petition, &page).expect(200);
    let again = press(&browser, &petition, &page).expect(200);
    assert_eq!(done.body, again.body, "the same form gets the same answer, byte for byte");
    let code = withdrawal_code(&done);
    app.remember_canary(&code);

    assert_eq!(invited(&app, &petition), 1);
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 0);
    let names = browser.get(&format!("{}/signers", petition.path())).expect(200);
    names.says("Robin Okafor").says("by invitation");
    assert!(browser.cookies().is_empty());
    assert_eq!(app.mails(), 0, "an invitation leaves nothing in any mail system");

    browser.post("/receipt/withdrawal", &[("code", &code)]).expect(200);
    assert_eq!(invited(&app, &petition), 0);
    let page = type_in(&browser, &petition, &codes[0], "Robin Okafor").expect(200);
    press(&browser, &petition, &page).expect(409).says("has been used");
}

#[test]
fn whoever_else_holds_a_used_invitation_learns_that_and_never_sees_the_withdrawal_code() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let code = &invitations(&app, &heron, &petition, 1)[0];
    let withdrawal_code = sign(&app, &petition, code, "");
    // The same form, down to the last byte, from somebody else's browser.
    let other = app.client();
    let page = type_in(&other, &petition, code, "").expect(200);
    let told = press(&other, &petition, &page).expect(409);
    told.says("This invitation has been used");
    assert!(!told.words().contains(&withdrawal_code) && !page.words().contains(&withdrawal_code));
    // Nor with a ticket that its maker could work out from it.
    let invitation = InvitationCode::parse(code).unwrap();
    let guessed = Ticket::parse(&BASE64.encode(invitation.hash())).unwrap();
    for ticket in [guessed.expose(), guessed.with_invitation(&invitation).expose()] {
        let fields = [("visibility", "not-shown"), ("invitation", code), ("ticket", &ticket)];
        other.post(&petition.signatures(), &fields).expect(409);
    }
}

/// A second petition, to the staff of Globex.
fn another_petition(app: &TestApp, owner: &Member<'_>) -> Petition {
    let employer = app.employer("Globex", "globex.example");
    let title = String::from("Publish the second audit");
    let mut typed = Draft { title, ..draft(employer) };
    with_invitations(&mut typed);
    let slug = petitions::create(&app.ctx, owner.id).unwrap().unwrap();
    petitions::save(&app.ctx, &slug, owner.id, &typed).unwrap();
    match petitions::send_in(&app.ctx, &slug, owner.id, How::Open).unwrap() {
        Sent::Started { slug } => Petition { slug, employers: vec![employer] },
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_mistyped_or_foreign_invitation_is_told_at_once_and_nothing_typed_is_lost() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let ours = &invitations(&app, &heron, &petition, 1)[0];
    let elsewhere = another_petition(&app, &heron);
    let foreign = &invitations(&app, &heron, &elsewhere, 1)[0];
    let browser = app.client();
    for (wrong, said) in [
        (mistyped(ours), "not an invitation to this petition"),
        (foreign.clone(), "not an invitation to this petition"),
        (String::from("ABCD-EFGH"), "16 letters and digits"),
        (format!("{ours}7"), "16 letters and digits"),
    ] {
        let again = type_in(&browser, &petition, &wrong, "Robin Okafor").expect(422);
        again.says(said);
        assert_eq!(again.input_value("invitation"), Some(wrong));
        assert_eq!(again.input_value("name").as_deref(), Some("Robin Okafor"));
    }
    // Also with a ticket of one's own.
    let ticket = Ticket::generate(&SeededEntropy::new(9)).expose();
    let fields = [("visibility", "not-shown"), ("invitation", foreign), ("ticket", &ticket)];
    browser.post(&petition.signatures(), &fields).expect(422);
    assert_eq!(casts(&app, &petition), 0);
    sign(&app, &elsewhere, foreign, "Robin Okafor");
    assert_eq!((invited(&app, &petition), invited(&app, &elsewhere)), (0, 1));
}

#[test]
fn fifty_who_use_one_invitation_at_once_are_counted_as_one() {
    let app = TestApp::builder().connections(8).start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let code = &invitations(&app, &heron, &petition, 1)[0];
    let browser = app.client();
    let pages: Vec<Reply> =
        (0..50).map(|_| type_in(&browser, &petition, code, "Robin Okafor").expect(200)).collect();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let (app, petition) = (&app, &petition);
        let threads: Vec<_> = pages
            .iter()
            .map(|page| scope.spawn(move || press(&app.client(), petition, page).status))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 409 | 503)), "{statuses:?}");
    assert_eq!((invited(&app, &petition), casts(&app, &petition)), (1, 1));
}

#[test]
fn whoever_presses_the_button_many_times_at_once_gets_one_signature_and_one_withdrawal_code() {
    let app = TestApp::builder().connections(8).start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let code = &invitations(&app, &heron, &petition, 1)[0];
    let page = type_in(&app.client(), &petition, code, "Robin Okafor").expect(200);
    let answers: Vec<Reply> = std::thread::scope(|scope| {
        let (app, petition, page) = (&app, &petition, &page);
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(move || press(&app.client(), petition, page))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let codes: BTreeSet<String> = answers.iter().map(withdrawal_code).collect();
    assert_eq!(codes.len(), 1);
    assert_eq!((invited(&app, &petition), casts(&app, &petition)), (1, 1));
}
