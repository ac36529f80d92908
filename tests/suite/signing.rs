//! Signing in public, from the form to the withdrawal code and back.

use undersigned::{
    actions::{
        petitions::{self, How},
        queries::pages,
    },
    db,
    domain::{proof::ProofKind, tally::Tally},
    protocol::{
        leaf::{Leaf, Notice},
        withdrawal_code::WithdrawalCode,
    },
};

use crate::support::{Petition, ROBIN, TestApp, withdrawal_code};

const KIM: &str = "kim.sato@mail.example.net";

fn tally(app: &TestApp, petition: &Petition) -> Tally {
    let found = pages::at_public_place(&app.ctx, &petition.slug).expect("the database answers");
    found.expect("the petition is public").view.tally
}

fn leaves(app: &TestApp, petition: &Petition) -> Vec<Leaf> {
    let entries = app.ctx.store.read(|db| {
        let id = db::petitions::by_slug(db, &petition.slug)?.expect("a petition").id;
        db::collector::entries(db, id, 0, 1_000)
    });
    let entries: Vec<db::collector::Entry> = entries.expect("the database answers");
    for (place, entry) in entries.iter().enumerate() {
        assert_eq!(entry.index, u64::try_from(place).unwrap(), "leaves are appended in order, without gaps");
    }
    entries.iter().map(|entry| Leaf::parse(&entry.leaf).expect("a leaf that parses")).collect()
}

#[test]
fn an_employee_signs_confirms_twice_reloads_and_is_counted_once() {
    let app = TestApp::start();
    let petition = app.petition();
    let browser = app.client();
    browser.get(&petition.path()).expect(200).says("The number appears with the first group of signatures");

    let inbox = browser.ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    inbox.says("Check your inbox").says("not counted until you confirm");
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 0);

    let (ticket, code) = (inbox.hidden("ticket").unwrap(), app.code_for(ROBIN));
    let first = browser.confirm(&petition, &ticket, &code).expect(200);
    let again = browser.confirm(&petition, &ticket, &code).expect(200);
    let reloaded = browser.confirm(&petition, &ticket, &code.to_lowercase()).expect(200);
    assert_eq!(first.body, again.body, "the answer is repeated byte for byte");
    assert_eq!(first.body, reloaded.body);
    assert_eq!(withdrawal_code(&first).len(), 34);

    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 1);
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::AnyMail), 0);
    browser.get(&format!("{}/signers", petition.path())).expect(200).says("Robin Okafor");
    assert!(browser.cookies().is_empty(), "signers get no cookie");
}

#[test]
fn a_supporters_link_does_nothing_until_its_button_is_pressed() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().ask(&petition, "any-mail", "Kim Sato", KIM).expect(200).says("link");
    let link = app.link_for(KIM);

    let scanner = app.client();
    let first = scanner.get(&link).expect(200);
    for _ in 0..20 {
        assert_eq!(scanner.get(&link).expect(200).body, first.body);
    }
    scanner.head(&link).expect(200);
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::AnyMail), 0, "a scanner confirmed");

    let done = app.client().post(&link, &[]).expect(200);
    let again = app.client().post(&link, &[]).expect(200);
    assert_eq!(done.body, again.body);
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::AnyMail), 1);
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 0, "kinds of proof never mix");
}

#[test]
fn whoever_reads_the_mail_of_a_supporter_without_a_name_does_not_get_the_withdrawal_code_by_it() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().ask_nameless(&petition, "any-mail", KIM).expect(200).does_not_say("carry a link");
    assert_eq!(app.mails_to(KIM), 1);
    assert!(!app.got_a_link(KIM), "the link shows the withdrawal code again, and that leads to the leaf");
}

#[test]
fn the_code_works_at_the_ticket_after_the_link_confirmed() {
    let app = TestApp::start();
    let petition = app.petition();
    let inbox = app.client().ask(&petition, "any-mail", "Kim Sato", KIM).expect(200);
    let (link, code) = (app.link_for(KIM), app.code_for(KIM));
    let done = app.client().post(&link, &[]).expect(200);
    let typed = app.client().confirm(&petition, &inbox.hidden("ticket").unwrap(), &code).expect(200);
    assert_eq!(withdrawal_code(&done), withdrawal_code(&typed));
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::AnyMail), 1);
}

#[test]
fn a_withdrawn_name_is_gone_at_once_and_the_number_falls() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    app.sign(&petition, "work-mail", "Sasha Lind", "sasha.lind@initech.example");

    let browser = app.client();
    browser.post("/receipt", &[("code", &robin)]).expect(200).says("Robin Okafor").says("final");
    browser.post("/receipt/withdrawal", &[("code", &robin)]).expect(200);
    let names = browser.get(&format!("{}/signers", petition.path())).expect(200);
    names.does_not_say("Robin Okafor").says("Sasha Lind");
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 1);

    browser.post("/receipt/withdrawal", &[("code", &robin.to_lowercase().replace('-', " "))]).expect(200);
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 1, "withdrawing twice counts once");
    let retracts = leaves(&app, &petition).into_iter().filter(|leaf| matches!(leaf, Leaf::Retract(_)));
    let code = WithdrawalCode::parse(&robin).unwrap();
    let retracts: Vec<Leaf> = retracts.collect();
    let [Leaf::Retract(retract)] = retracts.as_slice() else { panic!("one retract leaf") };
    retract.verify().expect("signed by the signer's own key");
    assert_eq!(*retract.public_key(), code.public_key());
}

#[test]
fn withdrawal_is_final_and_the_proof_stays_used() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    app.client().post("/receipt/withdrawal", &[("code", &robin)]).expect(200);
    let inbox = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let code = app.code_for(ROBIN);
    app.client().confirm(&petition, &inbox.hidden("ticket").unwrap(), &code).expect(409);
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 0);
}

#[test]
fn a_name_can_be_taken_down_while_the_signature_still_counts_also_after_closing() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    app.clock.advance_secs(200 * 86_400);
    undersigned::jobs::close_petitions(&app.ctx).expect("the database answers");
    let browser = app.client();
    browser.post("/receipt/name-removal", &[("code", &robin)]).expect(200);
    browser.post("/receipt/name-removal", &[("code", &robin)]).expect(200);
    browser.get(&format!("{}/signers", petition.path())).expect(200).does_not_say("Robin Okafor");
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 1);
    browser.post("/receipt/withdrawal", &[("code", &robin)]).expect(200);
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 0);
}

#[test]
fn one_mailbox_signs_once_however_its_address_is_written() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    for other in ["ROBIN.OKAFOR@Initech.Example", "robin.okafor+again@initech.example"] {
        app.clock.advance_secs(86_400);
        let inbox = app.client().ask(&petition, "work-mail", "Robin Again", other).expect(200);
        app.deliver_mail();
        let code = app.code_for(inbox_address(other));
        app.client().confirm(&petition, &inbox.hidden("ticket").unwrap(), &code).expect(409);
    }
    app.sign(&petition, "any-mail", "Kim Sato", "kim.sato@gmail.com");
    for other in ["kimsato@gmail.com", "k.i.m.sato+x@googlemail.com"] {
        app.clock.advance_secs(86_400);
        let inbox = app.client().ask(&petition, "any-mail", "Kim Again", other).expect(200);
        let code = app.code_for(other);
        app.client().confirm(&petition, &inbox.hidden("ticket").unwrap(), &code).expect(409);
    }
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 1);
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::AnyMail), 1);
}

/// Mail goes to the address as typed, its domain in lower case.
fn inbox_address(typed: &str) -> &str {
    if typed.starts_with("ROBIN") { "ROBIN.OKAFOR@initech.example" } else { typed }
}

#[test]
fn fifty_people_pressing_at_once_are_one_signature() {
    let app = TestApp::start();
    let petition = app.petition();
    let inbox = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let second = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let code = app.code_for(ROBIN);
    let tickets = [inbox.hidden("ticket").unwrap(), second.hidden("ticket").unwrap()];
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let presses: Vec<_> = (0..50)
            .map(|number| {
                let (app, petition, code, ticket) = (&app, &petition, &code, &tickets[number % 2]);
                scope.spawn(move || app.client().confirm(petition, ticket, code).status)
            })
            .collect();
        presses.into_iter().map(|press| press.join().unwrap()).collect()
    });
    assert!(statuses.contains(&200));
    assert!(statuses.iter().all(|status| matches!(status, 200 | 409)), "{statuses:?}");
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 1);
    let casts = leaves(&app, &petition).into_iter().filter(|leaf| matches!(leaf, Leaf::Cast(_))).count();
    assert_eq!(casts, 1);
}

#[test]
fn flooding_someone_with_requests_only_delivers_usable_codes() {
    let app = TestApp::start();
    let petition = app.petition();
    for _ in 0..12 {
        app.client().ask(&petition, "work-mail", "Not Robin", ROBIN).expect(200);
    }
    let robins = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    assert_eq!(app.mails_to(ROBIN), 3, "three mails a day and no more");
    let code = app.code_for(ROBIN);
    app.client().confirm(&petition, &robins.hidden("ticket").unwrap(), &code).expect(200);
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says("Robin Okafor");
}

#[test]
fn every_address_gets_the_same_answer() {
    let app = TestApp::start();
    let petition = app.petition();
    let robin = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    app.sign(&petition, "work-mail", "Sasha Lind", "sasha.lind@initech.example");
    app.client().post("/receipt/withdrawal", &[("code", &robin)]).expect(200);
    let pending = "pending@initech.example";
    for _ in 0..5 {
        app.client().ask(&petition, "work-mail", "Pat Doe", pending).expect(200);
    }
    let answers: Vec<String> = [ROBIN, "sasha.lind@initech.example", pending, "new@initech.example"]
        .iter()
        .map(|address| {
            let answer = app.client().ask(&petition, "work-mail", "Pat Doe", address).expect(200);
            answer.body.replace(&answer.hidden("ticket").unwrap(), "TICKET")
        })
        .collect();
    for answer in &answers {
        assert_eq!(answer, &answers[0], "withdrawn, used, flooded and new look alike");
    }
    app.deliver_mail();
}

#[test]
fn five_wrong_codes_end_a_ticket_and_no_more_than_that() {
    let app = TestApp::start();
    let petition = app.petition();
    let inbox = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let (ticket, code) = (inbox.hidden("ticket").unwrap(), app.code_for(ROBIN));
    app.client().confirm(&petition, &ticket, "not a code at all").expect(422);
    for _ in 0..5 {
        app.client().confirm(&petition, &ticket, "0000-0000").expect(422);
    }
    app.client().confirm(&petition, &ticket, &code).expect(410).says("ask again");
    let fresh = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    app.client().confirm(&petition, &fresh.hidden("ticket").unwrap(), &code).expect(200);
    app.deliver_mail();
}

#[test]
fn a_code_lives_a_day_from_the_mail_servers_acceptance() {
    let app = TestApp::start();
    let petition = app.petition();
    let inbox = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    // The mail server is down for six hours.
    app.clock.advance_secs(6 * 3_600);
    let (ticket, code) = (inbox.hidden("ticket").unwrap(), app.code_for(ROBIN));
    app.clock.advance_secs(24 * 3_600 - 60);
    let late = app.client().ask(&petition, "work-mail", "Late Robin", ROBIN).expect(200);
    app.client().confirm(&petition, &ticket, &code).expect(200);
    app.clock.advance_secs(120);
    app.client().confirm(&petition, &late.hidden("ticket").unwrap(), &code).expect(410);
    app.deliver_mail();
}

#[test]
fn what_was_typed_is_still_there_after_a_mistake() {
    let app = TestApp::start();
    let petition = app.petition();
    let fields = [
        ("visibility", "public"),
        ("proof", "work-mail"),
        ("name", "Robin <b>O'Kafor</b>"),
        ("title", "Engineer"),
        ("address", "me.example.com"),
    ];
    let answer = app.client().post(&petition.signatures(), &fields).expect(422);
    answer.says("There is a problem");
    assert_eq!(answer.input_value("name").as_deref(), Some("Robin <b>O'Kafor</b>"));
    assert_eq!(answer.input_value("title").as_deref(), Some("Engineer"));
    assert_eq!(answer.input_value("address").as_deref(), Some("me.example.com"));
    assert!(!answer.body.contains("<b>"), "what was typed is text, never markup");
}

#[test]
fn an_address_outside_the_employers_domains_is_told_so_on_the_form() {
    let app = TestApp::start();
    let petition = app.petition();
    app.client().ask(&petition, "work-mail", "Robin Okafor", KIM).expect(422).says("mail domains");
    app.client().ask(&petition, "any-mail", "Robin Okafor", ROBIN).expect(422).says("work address");
    app.client()
        .ask(&petition, "work-mail", "Robin", "info@initech.example")
        .expect(422)
        .says("Several people");
    app.client().ask(&petition, "", "Robin Okafor", ROBIN).expect(422).says("Choose one");
    app.client().ask(&petition, "invite", "Robin Okafor", ROBIN).expect(422).says("Choose one");
    assert_eq!(app.mails(), 0);
}

#[test]
fn the_log_begins_with_genesis_and_says_how_many_tokens_were_issued_in_tens() {
    let app = TestApp::start();
    let petition = app.petition();
    for number in 0..11 {
        let address = format!("person{number}@initech.example");
        app.sign(&petition, "work-mail", "Robin Okafor", &address);
    }
    let leaves = leaves(&app, &petition);
    let Leaf::Genesis(genesis) = &leaves[0] else { panic!("the first leaf is genesis") };
    assert_eq!(genesis.title, "Stop selling the tracking service");
    assert_eq!(genesis.crowds.len(), 2);
    let issued: Vec<usize> = leaves
        .iter()
        .enumerate()
        .filter_map(|(place, leaf)| match leaf {
            Leaf::Notice(_, Notice::Issued(counts)) => {
                assert_eq!(counts, &[10, 0]);
                Some(place)
            }
            _ => None,
        })
        .collect();
    // Genesis, served-at, nine casts, the notice, then the tenth.
    assert_eq!(issued, [11]);
}

#[test]
fn employers_counted_apart_have_numbers_of_their_own() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let other = app.employer("Globex", "globex.example");
    let petition = app.petition_of(&owner, How::Open, |draft| {
        draft.employers.push(other.to_string());
        draft.counting = String::from("per-employer");
    });
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    app.sign(&petition, "work-mail", "Gale Globex", "gale@globex.example");
    app.sign(&petition, "work-mail", "Glen Globex", "glen@globex.example");
    let numbers: Vec<u64> = tally(&app, &petition).crowds.iter().map(|crowd| crowd.number).collect();
    assert_eq!(numbers, [1, 2, 0]);
}

#[test]
fn a_petition_that_gathers_quietly_is_found_by_its_secret_link_only() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Quietly, |_| ());
    app.client().get(&petition.path()).expect(404);
    app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(404);
    let id = app.id_of(&petition);
    let (place, _) = pages::place_and_title(&app.ctx, id).unwrap().unwrap();
    let secret = Petition { slug: place, employers: Vec::new() };
    app.sign(&secret, "work-mail", "Robin Okafor", ROBIN);
    let page = app.client().get(&secret.path()).expect(200);
    assert_eq!(page.header("x-robots-tag"), Some("noindex"));
    app.client().get(&format!("{}/signers", secret.path())).expect(404);
    app.client().get("/petitions").expect(200).does_not_say("Stop selling");
    assert!(petitions::open_gathering(&app.ctx, &petition.slug, owner.id).unwrap());
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 1);
    app.client().get(&petition.path()).expect(200);
}

#[test]
fn a_closed_petition_says_so_and_keeps_nothing() {
    let app = TestApp::start();
    let petition = app.petition();
    let inbox = app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let (ticket, code) = (inbox.hidden("ticket").unwrap(), app.code_for(ROBIN));
    app.ctx
        .store
        .write(|db| {
            let found = db::petitions::by_slug(db, &petition.slug)?.expect("a petition");
            let past = app.ctx.now().plus_days(-1).plus_secs(-1);
            let closing = db::petitions::Closing { closes: past, cast_until: past, is_early: false };
            db::petitions::set_closing(db, found.id, closing)
        })
        .unwrap();
    app.client().confirm(&petition, &ticket, &code).expect(409).says("Closed");
    app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(409);
    assert_eq!(tally(&app, &petition).by_proof(ProofKind::WorkMail), 0);
}

#[test]
fn a_ticket_and_a_code_of_one_petition_sign_no_other() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let one = app.petition_of(&owner, How::Open, |_| ());
    let id = one.employers[0];
    let two = {
        let mut draft = crate::support::draft(id);
        draft.title = String::from("Another ask");
        let slug = petitions::create(&app.ctx, owner.id).unwrap().unwrap();
        petitions::save(&app.ctx, &slug, owner.id, &draft).unwrap();
        let petitions::Sent::Started { slug } =
            petitions::send_in(&app.ctx, &slug, owner.id, How::Open).unwrap()
        else {
            panic!("it starts")
        };
        Petition { slug, employers: vec![id] }
    };
    let inbox = app.client().ask(&one, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let (ticket, code) = (inbox.hidden("ticket").unwrap(), app.code_for(ROBIN));
    app.client().confirm(&two, &ticket, &code).expect(410);
    // The code belongs to the petition too: with a ticket of the other one it is wrong.
    let second = app.client().ask(&two, "work-mail", "Not Robin", ROBIN).expect(200);
    let second = second.hidden("ticket").unwrap();
    app.client().confirm(&two, &second, &code).expect(422).says("was mailed for this petition");
    app.client().confirm(&one, &ticket, &code).expect(200);
    let its_own = app.code_for(ROBIN);
    app.client().confirm(&one, &ticket, &its_own).expect(422);
    app.client().confirm(&two, &second, &its_own).expect(200);
}
