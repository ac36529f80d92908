//! G9, differencing: what everyone, the organizer and an admin can read is the same byte for byte before and after any
//! one nameless signature or withdrawal, until a batch, whether mail goes or fails; and whoever brings signatures of his
//! own learns nothing about another's.

use undersigned::{
    actions::{collector::RETRACTIONS_MIN, petitions::How, scheduled::batches::take_turns},
    domain::{proof::ProofKind, sending::SendFailure},
    entropy::SeededEntropy,
    jobs::{self, Node},
    protocol::leaf::{Leaf, Notice},
};

use super::table::{Row, report};
use crate::support::{Ballot, CrowdKey, Member, Petition, Reply, TestApp};

const VICTIM: &str = "victim.vale@initech.example";

/// Everything that can be read, by everyone, by the organizer who started it, and by an admin. What differs from one request to the
/// next is left out: the form's token, the time of the answer, and in which order its headers come.
fn outputs(app: &TestApp, story: &Story<'_>) -> Vec<(String, String)> {
    let Story { owner, admin, petition, .. } = story;
    let path = petition.path();
    let size = app.leaves(app.id_of(petition)).len();
    let public = [
        String::from("/"),
        String::from("/petitions"),
        String::from("/petitions?q=tracking"),
        path.clone(),
        format!("{path}/signers"),
        format!("{path}/log/checkpoint"),
        format!("{path}/log/witnessed"),
        format!("{path}/log/vkey"),
        format!("{path}/log/tile/0/000.p/{size}"),
        format!("{path}/openings.json"),
        format!("{path}/numbers.json"),
        format!("{path}/audit"),
        String::from("/logs"),
        String::from("/robots.txt"),
        String::from("/readyz"),
        format!("{path}/log/tile/0/000.p/{}", size + 1),
    ];
    let organized = [
        String::from("/organize"),
        format!("/organize/{}", petition.slug),
        format!("/organize/{}/signers", petition.slug),
        format!("/organize/{}/closure", petition.slug),
    ];
    let mut all: Vec<(String, String)> =
        public.into_iter().map(|path| (path.clone(), shown(&bytes(app, &path)))).collect();
    let moderated = [
        String::from("/admin"),
        String::from("/admin?page=2"),
        String::from("/admin/employers"),
        format!("/admin/petitions/{}", petition.slug),
        format!("/admin/petitions/{}/signers", petition.slug),
        format!("/admin/petitions/{}/voids", petition.slug),
        format!("/admin/petitions/{}/takedown", petition.slug),
    ];
    let signed_in = organized.into_iter().map(|path| (owner, path));
    for (member, path) in signed_in.chain(moderated.into_iter().map(|path| (admin, path))) {
        let reply = member.browser.get(&path).expect(200);
        all.push((path, without_tokens(&reply)));
    }
    all
}

/// Tiles are no text: asked for by hand, headers and all.
fn bytes(app: &TestApp, path: &str) -> String {
    app.raw(format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", app.host()).as_bytes())
}

/// Headers come in no order.
fn shown(answer: &str) -> String {
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    let mut headers: Vec<&str> =
        head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("date:")).collect();
    headers.sort_unstable();
    format!("{}\n\n{body}", headers.join("\n"))
}

fn without_tokens(reply: &Reply) -> String {
    let token = reply.hidden("form_token").unwrap_or_default();
    if token.is_empty() { reply.body.clone() } else { reply.body.replace(&token, "") }
}

fn differences(before: &[(String, String)], after: &[(String, String)]) -> Vec<String> {
    let pairs = before.iter().zip(after);
    pairs.filter(|(before, after)| before != after).map(|(before, _)| before.0.clone()).collect()
}

/// A petition with a past: two batches' worth of signatures of each kind, some with names.
struct Story<'a> {
    owner: Member<'a>,
    admin: Member<'a>,
    petition: Petition,
    crowd: CrowdKey,
    chance: SeededEntropy,
}

fn signs_anonymously(app: &TestApp, crowd: &CrowdKey, address: &str, chance: &SeededEntropy) -> Ballot {
    let (ballot, token) = app.token(crowd, address, chance);
    let cast = crowd.cast(&ballot, &token, chance);
    app.client().cast(crowd, &cast.leaf).expect(202);
    ballot
}

impl<'a> Story<'a> {
    fn begin(app: &'a TestApp) -> (Self, Vec<Ballot>) {
        let owner = app.organizer("Heron");
        let petition = app.petition_of(&owner, How::Open, |_| ());
        let crowd = app.crowd(&petition, ProofKind::WorkMail);
        let chance = SeededEntropy::new(5);
        let cast = |number: usize| {
            signs_anonymously(app, &crowd, &format!("early{number}@initech.example"), &chance)
        };
        let ballots: Vec<Ballot> = (0..12).map(cast).collect();
        for number in 0..3 {
            app.sign(&petition, "work-mail", "Sasha Lind", &format!("public{number}@initech.example"));
        }
        let story = Self { owner, admin: app.admin(), petition, crowd, chance };
        app.clock.advance_secs(24 * 3_600);
        assert_eq!(take_turns(&app.ctx).expect("a turn").casts, 12);
        (story, ballots)
    }

    fn read(&self, app: &TestApp) -> Vec<(String, String)> {
        outputs(app, self)
    }
}

#[test]
fn no_one_nameless_signature_or_withdrawal_changes_a_byte_that_anyone_can_read() {
    let app = TestApp::start();
    let (story, ballots) = Story::begin(&app);
    let Story { petition, crowd, chance, .. } = &story;
    let before = story.read(&app);
    let same =
        |what: &str| assert_eq!(differences(&before, &story.read(&app)), Vec::<String>::new(), "{what}");
    same("nothing happened");

    let victim = signs_anonymously(&app, crowd, VICTIM, chance);
    same("an anonymous cast");
    let not_shown = app.sign_nameless(petition, "work-mail", "plain.vale@initech.example");
    same("a signature by the plain form whose name is not shown");
    app.token(crowd, "taker.vale@initech.example", chance);
    same("a token that is not cast");
    app.client().ask_code(crowd, "asker.vale@initech.example").expect(202);
    app.deliver_mail();
    same("a code that nobody types");
    app.client().retract(crowd, &ballots[0].code).expect(202);
    same("a withdrawal of a nameless signature that is published");
    app.client().retract(crowd, &victim.code).expect(202);
    same("a withdrawal of one that waits");
    app.client().post("/receipt/withdrawal", &[("code", &not_shown)]).expect(200);
    same("a withdrawal by the page");
    let node = Node::new(&app.ctx);
    jobs::round(&app.ctx, &node, &mut Some(app.ctx.now().day())).expect("the jobs run");
    same("a round of jobs");
    jobs::leave(&app.ctx, &node).expect("the lease goes back");

    // And the game can be lost: a public signature shows, and so does a batch of withdrawals.
    app.sign(petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    assert!(differences(&before, &story.read(&app)).len() >= 6, "a signature with a name is seen");
    let before = story.read(&app);
    for ballot in &ballots[1..RETRACTIONS_MIN] {
        app.client().retract(crowd, &ballot.code).expect(202);
    }
    app.clock.advance_secs(24 * 3_600);
    assert_eq!(take_turns(&app.ctx).expect("a turn").retractions, 5);
    assert!(!differences(&before, &story.read(&app)).is_empty(), "withdrawals are seen together");
}

#[test]
fn while_the_mail_server_is_down_nobody_who_polls_sees_somebody_ask_for_a_code() {
    let app = TestApp::start();
    let (story, _) = Story::begin(&app);
    let Story { petition, crowd, .. } = &story;
    app.mail_fails(Some(SendFailure::ConnectionRefused));
    app.next_look();
    let before = story.read(&app);
    assert!(
        before.iter().any(|(path, page)| path == "/admin" && page.contains("Mail has been failing since"))
    );
    let same =
        |what: &str| assert_eq!(differences(&before, &story.read(&app)), Vec::<String>::new(), "{what}");
    app.client().ask_code(crowd, VICTIM).expect(202);
    same("somebody asked for a code");
    app.deliver_mail();
    same("the mail to her failed");
    app.client().ask(petition, "any-mail", "Vic Vale", "vic.vale@home.example").expect(200);
    app.clock.advance_secs(60);
    app.deliver_mail();
    same("somebody asked by the page, and the first mail was tried again");
    app.next_look();
    same("the mail server was looked at again");

    // And the game can be lost: what the look finds does show.
    app.mail_fails(None);
    app.next_look();
    assert_eq!(differences(&before, &story.read(&app)), ["/admin", "/admin?page=2"]);
    app.deliver_mail();
    assert_eq!(app.mails_to(VICTIM), 1);
}

/// What the log says of tokens given out.
fn issued(app: &TestApp, petition: &Petition) -> Vec<Vec<u64>> {
    let leaves = app.leaves(app.id_of(petition));
    let read = |leaf: &Vec<u8>| match Leaf::parse(leaf).expect("a leaf") {
        Leaf::Notice(_, Notice::Issued(counts)) => Some(counts),
        _ => None,
    };
    leaves.iter().filter_map(read).collect()
}

/// The attacker owns mailboxes. He takes tokens until the number given out ends in nine, keeps some to cast, and casts
/// one in public whenever he wants to know whether somebody has taken the tenth.
fn tells_whether_a_token_was_taken(does_the_victim_take_one: bool) -> Vec<Vec<u64>> {
    let app = TestApp::start();
    let petition = app.petition();
    let crowd = app.crowd(&petition, ProofKind::WorkMail);
    let chance = SeededEntropy::new(6);
    let stock: Vec<_> = (0..19)
        .map(|number| app.token(&crowd, &format!("attacker{number}@initech.example"), &chance))
        .collect();
    let shows_himself = |number: usize| {
        let (ballot, token) = &stock[number];
        let cast = crowd.public_cast(ballot, token, "Mallory Vane", &chance);
        app.client().cast_in_public(&crowd, &cast).expect(202);
    };
    shows_himself(0);
    if does_the_victim_take_one {
        signs_anonymously(&app, &crowd, VICTIM, &chance);
    }
    shows_himself(1);
    issued(&app, &petition)
}

#[test]
fn nobody_brings_out_a_token_taken_by_another_with_public_signatures_of_his_own() {
    let (with, without) = (tells_whether_a_token_was_taken(true), tells_whether_a_token_was_taken(false));
    assert_eq!(with, without, "the log tells whether a colleague took a token between two public signatures");
}

#[test]
fn signatures_in_another_crowd_bring_nobody_out() {
    let play = |with_victim: bool| {
        let app = TestApp::start();
        let petition = app.petition();
        let (work, any) =
            (app.crowd(&petition, ProofKind::WorkMail), app.crowd(&petition, ProofKind::AnyMail));
        let chance = SeededEntropy::new(8);
        for number in 0..9 {
            app.token(&work, &format!("attacker{number}@initech.example"), &chance);
        }
        for number in 0..9 {
            signs_anonymously(&app, &any, &format!("attacker{number}@mail.example"), &chance);
        }
        if with_victim {
            signs_anonymously(&app, &work, VICTIM, &chance);
        }
        let seen = |app: &TestApp| (app.leaves(work.petition).len(), issued(app, &petition));
        app.clock.advance_secs(24 * 3_600);
        let casts = take_turns(&app.ctx).expect("a turn").casts;
        let first = (casts, seen(&app));
        // One more of the other crowd makes a batch there.
        signs_anonymously(&app, &any, "attacker9@mail.example", &chance);
        app.clock.advance_secs(24 * 3_600);
        let casts = take_turns(&app.ctx).expect("a turn").casts;
        (first, (casts, seen(&app)))
    };
    let (with, without) = (play(true), play(false));
    assert_eq!(with, without, "the victim's signature shows through another crowd");
    assert_eq!((with.0.0, with.1.0), (0, 10), "nine are no batch, ten are");
}

#[test]
fn in_the_same_crowd_an_attacker_with_nine_mailboxes_learns_what_the_page_says_he_can() {
    let play = |with_victim: bool| {
        let app = TestApp::start();
        let petition = app.petition();
        let crowd = app.crowd(&petition, ProofKind::WorkMail);
        let chance = SeededEntropy::new(9);
        for number in 0..9 {
            signs_anonymously(&app, &crowd, &format!("attacker{number}@initech.example"), &chance);
        }
        if with_victim {
            signs_anonymously(&app, &crowd, VICTIM, &chance);
        }
        app.clock.advance_secs(24 * 3_600);
        take_turns(&app.ctx).expect("a turn").casts
    };
    let (with, without) = (play(true), play(false));
    report(&Row {
        game: "G9, same crowd",
        attacker: String::from(
            "nine mailboxes of the victim's employer, all cast, then he waits for a batch",
        ),
        score: format!("{with} published with the victim, {without} without"),
        bound: String::from("reported: the page says so"),
        control: String::from("-"),
    });
    assert_eq!((with, without), (10, 0));
}
