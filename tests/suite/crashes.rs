//! SIGKILL at each named point of signing: afterwards there is nothing or exactly one signature, and the person
//! can go on. The program runs as a process of its own; a second one takes its place.

use undersigned::{
    actions::{
        petitions::{self, How},
        queries::pages,
    },
    clock::{Clock as _, SystemClock},
    db,
    domain::{draft::Draft, proof::ProofKind},
    faults::CrashPoint,
};

use crate::support::{Node, Petition, ROBIN, Reader, Reply, TestApp, draft, root_of, withdrawal_code};

/// An instance whose clock shows the real time, since the killed process lives in it, with an open petition.
pub fn arranged() -> (TestApp, Petition) {
    let app = TestApp::builder().leaves_mail().start();
    let now = SystemClock.now();
    app.clock.advance_secs(now.secs() - app.ctx.now().secs());
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |draft| {
        draft.closes = now.plus_days(60).day().to_string();
    });
    drop(owner);
    (app, petition)
}

fn signatures(app: &TestApp, petition: &Petition) -> u64 {
    let found = pages::at_public_place(&app.ctx, &petition.slug).expect("the database answers");
    let tally = found.expect("the petition is public").view.tally;
    let log = app.ctx.store.read(|db| {
        let id = db::petitions::by_slug(db, &petition.slug)?.expect("a petition").id;
        let head = db::collector::head(db, id)?.expect("a log");
        Ok::<_, db::Error>((db::collector::entries(db, id, 0, 1_000)?, head.size))
    });
    let (entries, size) = log.expect("the database answers");
    let all_leaves = entries.len();
    let cast_leaves = entries.iter().filter(|entry| entry.leaf[1] == 1).count();
    let number = tally.by_proof(ProofKind::WorkMail);
    assert!(cast_leaves >= usize::try_from(number).unwrap(), "a number without its leaf");
    // Whatever happened, what is served is one signed tree over all entries.
    let reader = Reader::of(app, petition);
    let checkpoint = reader.checkpoint();
    assert_eq!(root_of(&reader.entries(checkpoint.size)), checkpoint.root);
    assert_eq!(u64::try_from(all_leaves).unwrap(), size);
    // The process that runs may have named its script and its host in between, and nothing else.
    assert!((size..=size + 2).contains(&checkpoint.size), "{} of {size}", checkpoint.size);
    number
}

fn ask(node: &Node, petition: &Petition) -> Option<Reply> {
    let fields = [
        ("visibility", "public"),
        ("proof", "work-mail"),
        ("name", "Robin Okafor"),
        ("title", ""),
        ("address", ROBIN),
    ];
    node.post(&petition.signatures(), &fields, None)
}

fn confirm(node: &Node, petition: &Petition, ticket: &str, code: &str) -> Option<Reply> {
    node.post(&petition.confirmations(), &[("ticket", ticket), ("code", code)], None)
}

fn ticket(inbox: Option<Reply>) -> String {
    inbox.expect("an answer").expect(200).hidden("ticket").expect("a ticket")
}

/// The code in the newest of `count` mails; any of them works.
fn code(node: &Node, count: usize) -> String {
    let mails = node.mails(count);
    let text = mails.last().expect("a mail");
    let is_code = |line: &&str| {
        let groups: Vec<&str> = line.trim().split('-').collect();
        groups.len() == 2 && groups.iter().all(|group| group.len() == 4 && group.to_uppercase() == *group)
    };
    String::from(text.lines().find(is_code).unwrap_or_else(|| panic!("no code in {text}")).trim())
}

/// Asks, reads, types, on a process that does not crash.
fn signs_from_the_beginning(app: &TestApp, petition: &Petition, mails_before: usize) -> String {
    let node = Node::start(app, None);
    let ticket = ticket(ask(&node, petition));
    let code = code(&node, mails_before + 1);
    let done = confirm(&node, petition, &ticket, &code).expect("an answer").expect(200);
    assert_eq!(signatures(app, petition), 1);
    withdrawal_code(&done)
}

#[test]
fn killed_before_the_request_is_kept_nothing_is_and_asking_again_works() {
    let (app, petition) = arranged();
    let mut node = Node::start(&app, Some(CrashPoint::SignBeforeCommit));
    assert!(ask(&node, &petition).is_none());
    node.died();
    assert_eq!(app.ctx.store.read(db::outbox::count).unwrap(), 0);
    assert_eq!(signatures(&app, &petition), 0);
    signs_from_the_beginning(&app, &petition, 0);
}

#[test]
fn killed_after_the_request_is_kept_the_mail_still_comes_and_asking_again_works() {
    let (app, petition) = arranged();
    let mut node = Node::start(&app, Some(CrashPoint::SignAfterCommit));
    assert!(ask(&node, &petition).is_none());
    node.died();
    assert_eq!(signatures(&app, &petition), 0);
    // The first mail comes too, and its code works with the second ticket.
    signs_from_the_beginning(&app, &petition, 1);
}

#[test]
fn killed_before_the_signature_is_kept_the_same_code_signs_after_the_restart() {
    let (app, petition) = arranged();
    let mut node = Node::start(&app, Some(CrashPoint::ConfirmBeforeCommit));
    let (ticket, code) = (ticket(ask(&node, &petition)), code(&node, 1));
    assert!(confirm(&node, &petition, &ticket, &code).is_none());
    node.died();
    assert_eq!(signatures(&app, &petition), 0);
    let second = Node::start(&app, None);
    confirm(&second, &petition, &ticket, &code).expect("an answer").expect(200);
    assert_eq!(signatures(&app, &petition), 1);
}

#[test]
fn killed_after_the_signature_is_kept_the_person_still_gets_the_withdrawal_code() {
    let (app, petition) = arranged();
    let mut node = Node::start(&app, Some(CrashPoint::ConfirmAfterCommit));
    let (ticket, code) = (ticket(ask(&node, &petition)), code(&node, 1));
    assert!(confirm(&node, &petition, &ticket, &code).is_none());
    node.died();
    assert_eq!(signatures(&app, &petition), 1);
    let second = Node::start(&app, None);
    let done = confirm(&second, &petition, &ticket, &code).expect("an answer").expect(200);
    assert_eq!(signatures(&app, &petition), 1, "typing the code again signs no second time");
    let receipt = withdrawal_code(&done);
    second.post("/receipt/withdrawal", &[("code", &receipt)], None).expect("an answer").expect(200);
    assert_eq!(signatures(&app, &petition), 0);
}

#[test]
fn killed_before_a_mail_is_sent_it_is_sent_after_the_restart() {
    let (app, petition) = arranged();
    let mut node = Node::start(&app, Some(CrashPoint::MailBeforeSend));
    // Asked of another node, so that the answer does not race the one that dies over the mail.
    let ticket = ticket(Some(app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN)));
    node.died();
    let second = Node::start(&app, None);
    let code = code(&second, 1);
    confirm(&second, &petition, &ticket, &code).expect("an answer").expect(200);
    assert_eq!(signatures(&app, &petition), 1);
}

#[test]
fn killed_between_the_mails_acceptance_and_the_rows_end_the_code_works_all_the_same() {
    let (app, petition) = arranged();
    let mut node = Node::start(&app, Some(CrashPoint::MailAcceptedBeforeRowDeleted));
    // Asked of another node, so that the answer does not race the one that dies over the mail.
    let ticket = ticket(Some(app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN)));
    node.died();
    let second = Node::start(&app, None);
    let code = code(&second, 1);
    confirm(&second, &petition, &ticket, &code).expect("an answer").expect(200);
    assert_eq!(signatures(&app, &petition), 1);
}

#[test]
fn killed_before_a_withdrawal_is_kept_it_can_be_asked_for_again() {
    let (app, petition) = arranged();
    let receipt = signs_from_the_beginning(&app, &petition, 0);
    let mut node = Node::start(&app, Some(CrashPoint::WithdrawBeforeCommit));
    assert!(node.post("/receipt/withdrawal", &[("code", &receipt)], None).is_none());
    node.died();
    assert_eq!(signatures(&app, &petition), 1);
    let second = Node::start(&app, None);
    second.post("/receipt/withdrawal", &[("code", &receipt)], None).expect("an answer").expect(200);
    assert_eq!(signatures(&app, &petition), 0);
}

#[test]
fn killed_after_a_withdrawal_is_kept_asking_again_changes_nothing() {
    let (app, petition) = arranged();
    let receipt = signs_from_the_beginning(&app, &petition, 0);
    let mut node = Node::start(&app, Some(CrashPoint::WithdrawAfterCommit));
    assert!(node.post("/receipt/withdrawal", &[("code", &receipt)], None).is_none());
    node.died();
    assert_eq!(signatures(&app, &petition), 0);
    let second = Node::start(&app, None);
    second.post("/receipt/withdrawal", &[("code", &receipt)], None).expect("an answer").expect(200);
    assert_eq!(signatures(&app, &petition), 0);
}

#[test]
fn killed_between_making_keys_and_opening_the_petition_is_still_a_draft_and_opens_the_next_time() {
    let app = TestApp::builder().leaves_mail().start();
    let now = SystemClock.now();
    app.clock.advance_secs(now.secs() - app.ctx.now().secs());
    let heron = app.organizer("Heron");
    let employer = app.employer("Initech", "initech.example");
    let slug = petitions::create(&app.ctx, heron.id).expect("the database answers").unwrap();
    let closes = now.plus_days(60).day().to_string();
    petitions::save(&app.ctx, &slug, heron.id, &Draft { closes, ..draft(employer) }).expect("it is saved");
    let opening = format!("/organize/{slug}/opening");
    let token = heron.browser.get(&opening).expect(200).hidden("form_token").expect("a form token");
    let cookie = format!("session={}", heron.browser.cookies()["session"]);
    let fields = [("how", "open"), ("form_token", token.as_str())];

    let mut node = Node::start(&app, Some(CrashPoint::OpeningKeysMadeBeforeCommit));
    assert!(node.post(&opening, &fields, Some(&cookie)).is_none());
    node.died();
    let started = app.ctx.store.read(db::petitions::started).expect("the database answers");
    assert!(started.is_empty(), "nothing began");

    // It lies under its title now, and her list leads there.
    let slug = "stop-selling-the-tracking-service";
    let list = heron.browser.get("/organize").expect(200);
    assert!(list.body.contains(&format!("/organize/{slug}/")), "{}", list.words());
    let second = Node::start(&app, None);
    second.post(&format!("/organize/{slug}/opening"), &fields, Some(&cookie)).expect("an answer").expect(303);
    drop(second);
    let petition = Petition { slug: String::from(slug), employers: vec![employer] };
    signs_from_the_beginning(&app, &petition, 0);
}
