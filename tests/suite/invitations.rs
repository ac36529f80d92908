//! Invitations: made by an owner, handed over, and redeemed once, without any mail and without any list of who used
//! which.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use undersigned::{
    actions::{
        batches, petitions,
        petitions::{How, Sent},
        reading,
    },
    db,
    domain::{
        draft::Draft,
        ids::PetitionId,
        proof::{CrowdPlan, ProofKind},
        tally::Tally,
    },
    entropy::SeededEntropy,
    protocol::{
        client,
        extension::Extension,
        leaf::{Leaf, Notice},
        origin::LogOrigin,
        ticket::Ticket,
        token::{TokenChallenge, TokenResponse},
        withdrawal_code::WithdrawalCode,
    },
};

use crate::{
    leaks::{one_round_of_jobs, places_of},
    support::{Client, Member, Petition, Reply, TestApp, draft, withdrawal_code},
};

const DAY: i64 = 24 * 3_600;

/// A petition that takes work mail, invitations and any mail.
fn inviting(app: &TestApp, owner: &Member<'_>) -> Petition {
    app.petition_of(owner, How::Open, |draft| draft.invite = true)
}

fn making(petition: &Petition) -> String {
    format!("/organize/{}/invitations", petition.slug)
}

/// The sheet that the owner gets.
fn sheet(owner: &Member<'_>, petition: &Petition, size: &str) -> Reply {
    owner.browser.submit(&making(petition), &making(petition), &[("size", size)])
}

/// Invitations, as they stand on the cards of a sheet.
fn invitations(app: &TestApp, owner: &Member<'_>, petition: &Petition, size: usize) -> Vec<String> {
    let sheet = sheet(owner, petition, &size.to_string()).expect(200);
    let codes = codes_on(&sheet);
    assert_eq!(codes.len(), size);
    for code in &codes {
        app.remember_canary(code);
    }
    codes
}

fn codes_on(sheet: &Reply) -> Vec<String> {
    let cards = sheet.body.split("class=\"invitation-code\"").skip(1);
    cards.map(|card| String::from(card.split(['>', '<']).nth(1).expect("a code"))).collect()
}

/// Sends the form as the petition's page has it: with an invitation, and no ticket yet.
fn type_in(browser: &Client<'_>, petition: &Petition, invitation: &str, name: &str) -> Reply {
    let visibility = if name.is_empty() { "not-shown" } else { "public" };
    let fields = [
        ("visibility", visibility),
        ("name", name),
        ("title", ""),
        ("address", ""),
        ("invitation", invitation),
    ];
    browser.post(&petition.signatures(), &fields)
}

/// Presses the button of the page that came back.
fn press(browser: &Client<'_>, petition: &Petition, page: &Reply) -> Reply {
    let hidden = ["ticket", "invitation", "visibility", "name", "title"];
    let values: Vec<(&str, String)> =
        hidden.iter().filter_map(|name| Some((*name, page.hidden(name)?))).collect();
    let fields: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(&petition.signatures(), &fields)
}

/// Signs by invitation from beginning to end; gives the withdrawal code.
fn sign(app: &TestApp, petition: &Petition, invitation: &str, name: &str) -> String {
    let browser = app.client();
    let page = type_in(&browser, petition, invitation, name).expect(200);
    let code = withdrawal_code(&press(&browser, petition, &page).expect(200));
    app.remember_canary(&code);
    code
}

fn found(app: &TestApp, petition: &Petition) -> db::petitions::Petition {
    app.ctx.store.read(|db| db::petitions::by_slug(db, &petition.slug)).unwrap().expect("a petition")
}

fn tally(app: &TestApp, petition: &Petition) -> Tally {
    reading::at_public_place(&app.ctx, &petition.slug).unwrap().expect("it is public").view.tally
}

fn invited(app: &TestApp, petition: &Petition) -> u64 {
    tally(app, petition).by_proof(ProofKind::Invite)
}

fn leaves(app: &TestApp, id: PetitionId) -> Vec<Leaf> {
    let entries: Vec<db::collector::Entry> =
        app.ctx.store.read(|db| db::collector::entries(db, id, 0, 1_000)).unwrap();
    entries.iter().map(|entry| Leaf::parse(&entry.leaf).expect("a leaf")).collect()
}

fn casts(app: &TestApp, petition: &Petition) -> usize {
    let leaves = leaves(app, found(app, petition).id);
    leaves.iter().filter(|leaf| matches!(leaf, Leaf::Cast(_))).count()
}

/// The same invitation with one character typed wrong.
fn mistyped(invitation: &str) -> String {
    let wrong = if invitation.starts_with('7') { "8" } else { "7" };
    format!("{wrong}{}", &invitation[1..])
}

#[test]
fn an_owner_gets_invitations_as_cards_and_as_links_once() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let dashboard = format!("/organize/{}", petition.slug);
    assert!(heron.browser.get(&dashboard).expect(200).body.contains(&making(&petition)), "a link to it");
    let ask = heron.browser.get(&making(&petition)).expect(200);
    ask.says("They are shown once").says("try it out, and learns whether it was used");

    let sheet = sheet(&heron, &petition, "25").expect(200);
    assert_eq!(sheet.header("cache-control"), Some("no-store"));
    sheet.says("shuffle them").says("Do not write down who got which").says("It is shown once");
    let codes = codes_on(&sheet);
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 25, "all differ");
    for code in &codes {
        app.remember_canary(code);
        assert!(sheet.body.contains(&format!("{}{}#i={code}", app.base_url(), petition.path())));
    }
    let again = heron.browser.get(&making(&petition)).expect(200);
    assert!(codes.iter().all(|code| !again.body.contains(code)), "nothing shows them again");
    again.says("25 have been made");
}

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
    let invitation = undersigned::protocol::invitation_code::InvitationCode::parse(code).unwrap();
    let guessed = Ticket::parse(&URL_SAFE_NO_PAD.encode(invitation.hash())).unwrap();
    for ticket in [guessed.expose(), guessed.with_invitation(&invitation).expose()] {
        let fields = [("visibility", "not-shown"), ("invitation", code), ("ticket", &ticket)];
        other.post(&petition.signatures(), &fields).expect(409);
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

/// A second petition, to the staff of Globex.
fn another_petition(app: &TestApp, owner: &Member<'_>) -> Petition {
    let employer = app.employer("Globex", "globex.example");
    let title = String::from("Publish the second audit");
    let typed = Draft { invite: true, title, ..draft(employer) };
    let slug = petitions::create(&app.ctx, owner.id).unwrap();
    petitions::save(&app.ctx, &slug, owner.id, &typed).unwrap();
    match petitions::send_in(&app.ctx, &slug, owner.id, How::Open).unwrap() {
        Sent::Started { slug } => Petition { slug, employers: vec![employer] },
        other => panic!("{other:?}"),
    }
}

/// What a client holds while it asks for a token by invitation.
struct Asking {
    code: WithdrawalCode,
    unfinished: client::Unfinished,
    request: String,
    id: PetitionId,
}

fn asking(app: &TestApp, petition: &Petition, seed: u64) -> Asking {
    let entropy = SeededEntropy::new(seed);
    let found = found(app, petition);
    let crowds = app.ctx.store.read(|db| db::petitions::crowds(db, found.id)).unwrap();
    let (crowd, spki) = crowds.iter().find(|(crowd, _)| crowd.proof == ProofKind::Invite).unwrap();
    let origin = LogOrigin::parse(&found.log_origin.unwrap()).unwrap();
    let genesis: [u8; 32] = found.genesis_hash.unwrap().try_into().unwrap();
    let challenge = TokenChallenge::new(&origin, found.id, &genesis, crowd.index);
    let code = WithdrawalCode::generate(&entropy);
    let (request, unfinished) = client::begin(spki, &challenge, &code, &entropy).unwrap();
    Asking { code, unfinished, request: URL_SAFE_NO_PAD.encode(request.encode()), id: found.id }
}

fn ask_token(app: &TestApp, asking: &Asking, invitation: &str) -> Reply {
    let body = format!(r#"{{"invitation":"{invitation}","request":"{}"}}"#, asking.request);
    app.client().post_json(&format!("/api/v1/petitions/{}/tokens", asking.id), &body)
}

#[test]
fn a_client_gets_one_token_for_an_invitation_and_casts_it() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let codes = invitations(&app, &heron, &petition, 1);
    let mine = asking(&app, &petition, 21);

    ask_token(&app, &mine, &mistyped(&codes[0])).expect(403).says("unknown-invitation");
    ask_token(&app, &mine, "not one").expect(403).says("unknown-invitation");
    let first = ask_token(&app, &mine, &codes[0]).expect(200);
    let again = ask_token(&app, &mine, &codes[0].to_lowercase()).expect(200);
    assert_eq!(first.body, again.body, "the same request again gets the same bytes");
    let other = asking(&app, &petition, 22);
    ask_token(&app, &other, &codes[0]).expect(409).says("proof-used");

    let response = first.body.split('"').nth(3).expect("a response");
    let response = TokenResponse::parse(&URL_SAFE_NO_PAD.decode(response).unwrap()).unwrap();
    let token = mine.unfinished.finish(&response).expect("a token that verifies");
    let extension = Extension::Public { name: String::from("Robin Okafor"), title: None };
    let cast = client::cast(mine.id, &token, &mine.code, &extension, &SeededEntropy::new(23));
    let start = format!(
        r#"{{"leaf":"{}","extension":"{}","salt":"{}","padding":""#,
        URL_SAFE_NO_PAD.encode(&cast.leaf),
        URL_SAFE_NO_PAD.encode(&cast.extension),
        URL_SAFE_NO_PAD.encode(cast.salt),
    );
    let body = format!("{start}{}\"}}", "0".repeat(2_048 - start.len() - 2));
    app.client().post_json(&format!("/api/v1/petitions/{}/casts", mine.id), &body).expect(202);
    assert_eq!(invited(&app, &petition), 1);
}

#[test]
fn a_request_for_a_token_is_of_one_shape_or_the_other() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let code = &invitations(&app, &heron, &petition, 1)[0];
    let Asking { request, id, .. } = asking(&app, &petition, 21);
    let tokens = format!("/api/v1/petitions/{id}/tokens");
    for body in [
        format!(r#"{{"invitation":"{code}","request":"{request}","ticket":"x"}}"#),
        format!(r#"{{"invitation":"{code}","code":"ABCD-EFGH","request":"{request}"}}"#),
        format!(r#"{{"invitation":"{code}"}}"#),
        format!(r#"{{"request":"{request}"}}"#),
    ] {
        app.client().post_json(&tokens, &body).expect(400).says("malformed");
    }
    let codes = format!("/api/v1/petitions/{id}/codes");
    let body = r#"{"proof":"invite","address":"robin.okafor@initech.example"}"#;
    app.client().post_json(&codes, body).expect(422).says("address-refused");
    assert_eq!(app.mails(), 0);
}

#[test]
fn fifty_clients_that_use_one_invitation_at_once_get_one_token() {
    let app = TestApp::builder().connections(8).start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let code = &invitations(&app, &heron, &petition, 1)[0];
    let asking: Vec<Asking> = (0..50).map(|seed| asking(&app, &petition, 100 + seed)).collect();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let app = &app;
        let ask = |asking| scope.spawn(move || ask_token(app, asking, code).status);
        let threads: Vec<_> = asking.iter().map(ask).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    let issued = app.ctx.store.read(|db| db::issuer::issued(db, asking[0].id)).unwrap();
    assert_eq!(issued, [0, 1, 0], "work mail, invitations, any mail");
}

#[test]
fn nobody_but_an_owner_makes_invitations() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let other = app.organizer("Somebody Else");
    let admin = app.admin();
    for stranger in [&other, &admin] {
        stranger.browser.get(&making(&petition)).expect(404);
        stranger.browser.submit("/organize", &making(&petition), &[("size", "5")]).expect(404);
    }
    app.client().get(&making(&petition)).expect(303);
    app.client().post(&making(&petition), &[("size", "5")]).expect(403);
    heron.browser.post(&making(&petition), &[("size", "5")]).expect(403);
    let made = leaves(&app, found(&app, &petition).id);
    assert!(!made.iter().any(|leaf| matches!(leaf, Leaf::Notice(_, Notice::InvitationsMade(_)))));
}

#[test]
fn a_sheet_has_one_to_five_hundred_invitations_and_a_petition_at_most_ten_thousand() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    for wrong in ["0", "501", "-1", "", "many", "1e2"] {
        sheet(&heron, &petition, wrong).expect(422).says("from 1 to 500");
    }
    assert_eq!(codes_on(&sheet(&heron, &petition, "500").expect(200)).len(), 500);
    let id = found(&app, &petition).id;
    app.ctx.store.write(|db| db::petitions::count_invitations(db, id, 9_480, 10_000)).unwrap();
    sheet(&heron, &petition, "21").expect(422).says("at most 10,000");
    sheet(&heron, &petition, "20").expect(200);
}

#[test]
fn the_log_and_the_petition_say_how_many_were_made() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    app.client().get(&petition.path()).expect(200).says("None has been made so far");
    invitations(&app, &heron, &petition, 12);
    invitations(&app, &heron, &petition, 3);
    let made: Vec<u64> = leaves(&app, found(&app, &petition).id)
        .into_iter()
        .filter_map(|leaf| match leaf {
            Leaf::Notice(_, Notice::InvitationsMade(made)) => Some(made),
            _ => None,
        })
        .collect();
    assert_eq!(made, [12, 15]);
    app.client().get(&petition.path()).expect(200).says("15 have been made so far");
    heron.browser.get(&format!("/organize/{}", petition.slug)).expect(200).says("15 made so far");
}

#[test]
fn numbers_of_the_three_kinds_stand_side_by_side_and_the_share_comes_from_work_mail_alone() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let codes = invitations(&app, &heron, &petition, 2);
    sign(&app, &petition, &codes[0], "Ada Lovelace");
    app.client().get("/").expect(200).says("1 signature by invitation, the number by work address appears with its first group, as of");
    sign(&app, &petition, &codes[1], "Alan Turing");
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    app.sign(&petition, "any-mail", "Kim Sato", "kim.sato@mail.example.net");
    let line = "1 signature by work address, 2 by invitation, 1 by another address, as of 3 June 2026";
    app.client().get("/").expect(200).says(line);
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says(line);
    let page = app.client().get(&petition.path()).expect(200);
    page.says("1 signature by work address, 2 by invitation , 1 by another address");
    // 1 of 1,000: were the kinds mixed, it would not be less.
    page.says("less than one percent of about 1,000 people").says("1 of 100");
    heron.browser.get("/organize").expect(200).says(line);
    let dashboard = heron.browser.get(&format!("/organize/{}", petition.slug)).expect(200);
    dashboard.says("2 signatures by invitation").says("Day Work Invited Others 3 June 2026 1 2 1");
    let issued = app.ctx.store.read(|db| db::issuer::issued(db, found(&app, &petition).id)).unwrap();
    assert_eq!(issued, [1, 2, 1]);
}

#[test]
fn the_invited_wait_for_ten_of_their_own_kind() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let codes = invitations(&app, &heron, &petition, 10);
    for code in &codes[..9] {
        sign(&app, &petition, code, "");
    }
    app.sign_nameless(&petition, "work-mail", "robin.okafor@initech.example");
    app.clock.advance_secs(DAY);
    batches::take_turns(&app.ctx).unwrap();
    assert_eq!((invited(&app, &petition), casts(&app, &petition)), (0, 0), "nine are no group");
    sign(&app, &petition, &codes[9], "");
    app.clock.advance_secs(DAY);
    batches::take_turns(&app.ctx).unwrap();
    assert_eq!((invited(&app, &petition), casts(&app, &petition)), (10, 10));
}

#[test]
fn no_code_of_an_invitation_stands_in_any_file_or_log_used_or_not() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let codes = invitations(&app, &heron, &petition, 4);
    sign(&app, &petition, &codes[0], "Robin Okafor");
    sign(&app, &petition, &codes[1], "");
    type_in(&app.client(), &petition, &codes[2], "").expect(200);
    ask_token(&app, &asking(&app, &petition, 21), &codes[3]).expect(200);
    for code in &codes {
        for spelling in [code.clone(), code.replace('-', ""), code.replace('-', " ")] {
            assert_eq!(places_of(&app, &spelling), Vec::<String>::new());
            assert!(!TestApp::log().contains(&spelling));
        }
    }
    assert!(!TestApp::log().contains("/signatures"), "no line says that somebody signed");
    let used = app.ctx.store.read(|db| db::issuer::participations(db, found(&app, &petition).id)).unwrap();
    assert_eq!(used, 3);
}

#[test]
fn invitations_are_forgotten_when_issuing_ends() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let codes = invitations(&app, &heron, &petition, 1);
    let found = found(&app, &petition);
    let hash = undersigned::protocol::invitation_code::InvitationCode::parse(&codes[0]).unwrap().hash();
    let is_kept = || app.ctx.store.read(|db| db::issuer::invitation_exists(db, found.id, &hash)).unwrap();
    let last = found.issue_until.expect("a last day");
    app.clock.advance_secs(last.secs() - app.ctx.now().secs() + DAY - 60);
    one_round_of_jobs(&app);
    assert!(is_kept(), "not before its day has passed");
    type_in(&app.client(), &petition, &codes[0], "Robin Okafor").expect(409);
    app.clock.advance_secs(120);
    one_round_of_jobs(&app);
    assert!(!is_kept());
    let page = app.client().get(&petition.path()).expect(200);
    page.says("One has been made so far");
}

#[test]
fn invitations_can_be_made_and_used_while_a_petition_gathers_quietly() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Quietly, |draft| draft.invite = true);
    let quiet = found(&app, &petition).quiet_slug.expect("a secret place");
    let sheet = sheet(&heron, &petition, "1").expect(200);
    let code = &codes_on(&sheet)[0];
    assert!(sheet.body.contains(&format!("{}/p/{quiet}#i={code}", app.base_url())));
    assert!(!sheet.body.contains(&format!("/p/{}", petition.slug)));
    let secret = Petition { slug: quiet, employers: Vec::new() };
    type_in(&app.client(), &petition, code, "Robin Okafor").expect(404);
    sign(&app, &secret, code, "Robin Okafor");
    petitions::open_gathering(&app.ctx, &petition.slug, heron.id).unwrap();
    assert_eq!(invited(&app, &petition), 1);
}

#[test]
fn an_organizer_chooses_how_staff_can_sign_and_at_least_one_way() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let employer = app.employer("Globex", "globex.example").to_string();
    let slug = petitions::create(&app.ctx, heron.id).unwrap();
    let signers = format!("/organize/{slug}/edit/signers");
    let fresh = heron.browser.get(&signers).expect(200);
    for name in ["invite", "work_mail"] {
        let tag = fresh.body.split('<').find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap();
        assert!(tag.contains("checked"), "{name} is chosen in a new draft");
    }
    let typed = [("employer", employer.as_str()), ("counting", "together"), ("then", "next")];
    let again = heron.browser.submit(&signers, &signers, &typed).expect(422);
    again.says("at least one of the two");
    let typed: Vec<_> = typed.into_iter().chain([("invite", "yes")]).collect();
    heron.browser.submit(&signers, &signers, &typed).expect(303);
    let kept = petitions::load(&app.ctx, &slug, heron.id).unwrap().unwrap().draft;
    assert!(kept.invite && !kept.work_mail && !kept.any_mail);
}

#[test]
fn where_only_the_invited_sign_nobody_is_asked_for_an_address() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |draft| {
        draft.invite = true;
        draft.work_mail = false;
        draft.any_mail = false;
        draft.counting = String::from(CrowdPlan::PerEmployer.as_str());
    });
    let Leaf::Genesis(genesis) = &leaves(&app, found(&app, &petition).id)[0] else { panic!("no genesis") };
    assert_eq!(genesis.crowds.iter().map(|crowd| crowd.proof).collect::<Vec<_>>(), [ProofKind::Invite]);
    let page = app.client().get(&petition.path()).expect(200);
    assert_eq!(page.input_value("address"), None);
    page.does_not_say("work address");
    type_in(&app.client(), &petition, "", "Robin Okafor").expect(422).says("by invitation only");
    app.client()
        .ask(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example")
        .expect(422)
        .says("by invitation only");
    let code = &invitations(&app, &heron, &petition, 1)[0];
    sign(&app, &petition, code, "Robin Okafor");
    let page = app.client().get(&petition.path()).expect(200);
    page.says("1 signature by invitation").says("On the way to 100 by invitation");
}

#[test]
fn a_petition_without_invitations_has_no_place_for_them() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |_| ());
    app.client().get(&petition.path()).expect(200).does_not_say("I have an invitation");
    heron.browser.get(&making(&petition)).expect(404);
    heron.browser.submit("/organize", &making(&petition), &[("size", "5")]).expect(404);
    type_in(&app.client(), &petition, "ABCD-EFGH-JKMN-PQRS", "Robin Okafor").expect(422);
    let id = found(&app, &petition).id;
    let body = format!(
        r#"{{"invitation":"ABCD-EFGH-JKMN-PQRS","request":"{}"}}"#,
        URL_SAFE_NO_PAD.encode([&[0_u8, 2][..], &[7; 257]].concat())
    );
    app.client()
        .post_json(&format!("/api/v1/petitions/{id}/tokens"), &body)
        .expect(403)
        .says("unknown-invitation");
}
