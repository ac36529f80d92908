//! An admin takes forged signatures off the number: counted first, in the log for good, and never one person without a
//! name.

use std::{num::NonZeroUsize, process::Command};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use undersigned::{
    actions::{
        collector::{self, Turned},
        moderation::{
            self,
            voids::{self, Voided},
        },
        petitions::How,
        scheduled::batches::take_turns,
    },
    clock::{Clock as _, SystemClock},
    db,
    domain::{
        proof::CrowdIndex,
        reason::Reason,
        void::{Group, Selection, VoidReason},
    },
    faults::CrashPoint,
    log::audit::{Auditor, Verdict},
    protocol::{
        extension::Extension,
        leaf::{Leaf, Notice},
    },
};

use crate::{
    invitations,
    leaks::one_round_of_jobs,
    sealing::story::{self, Trustee, Wish},
    support::{Client, Node, PASSPHRASE, Petition, Reader, Reply, TestApp, Voter, grow, id_of},
};

const DAY: i64 = 24 * 3_600;
const MADE: &str = "made-mailboxes";

fn pages(petition: &Petition) -> String {
    format!("/admin/petitions/{}/voids", petition.slug)
}

/// Any page that has the admin's form token.
fn any_form(petition: &Petition) -> String {
    format!("/admin/petitions/{}/dispute", petition.slug)
}

fn reversal(petition: &Petition, first: u64) -> String {
    format!("{}/{first}/reversal", pages(petition))
}

/// Chooses, and has it counted.
fn count(admin: &Client<'_>, petition: &Petition, kind: &str, chosen: &[String], reason: &str) -> Reply {
    let mut fields: Vec<(&str, &str)> = chosen.iter().map(|one| ("chosen", one.as_str())).collect();
    fields.extend([("reason", reason), ("page", "1")]);
    admin.submit(&any_form(petition), &format!("{}/{kind}", pages(petition)), &fields)
}

/// Presses the button of the page that counted.
fn press(admin: &Client<'_>, petition: &Petition, counted: &Reply, chosen: &[String]) -> Reply {
    let hidden = ["by", "reason", "counted"].map(|name| (name, counted.hidden(name).expect("a button")));
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend(chosen.iter().map(|one| ("chosen", one.as_str())));
    admin.submit(&any_form(petition), &pages(petition), &fields)
}

/// Chooses, has it counted, and does it.
#[track_caller]
fn strike(admin: &Client<'_>, petition: &Petition, kind: &str, chosen: &[String], reason: &str) {
    let counted = count(admin, petition, kind, chosen, reason).expect(200);
    let done = press(admin, petition, &counted, chosen).expect(303);
    admin.get(done.location()).expect(200).says("It is done");
}

/// Lets what was done at this place count again.
#[track_caller]
fn take_back(admin: &Client<'_>, petition: &Petition, first: u64) {
    let path = reversal(petition, first);
    let counted = admin.get(&path).expect(200).hidden("counted").expect("a button");
    admin.submit(&any_form(petition), &path, &[("counted", &counted)]).expect(303);
}

/// Where the voids of a petition begin, newest first.
fn voids_of(app: &TestApp, petition: &Petition) -> Vec<u64> {
    let id = id_of(app, petition);
    let rows = app.ctx.store.read(|db| db::collector::voids(db, id)).expect("the database answers");
    rows.into_iter().map(|row| row.void.first).collect()
}

/// The groups that came out, newest first: where each begins, and how many of which crowd count.
fn groups_of(app: &TestApp, petition: &Petition) -> Vec<db::collector::Batch> {
    let id = id_of(app, petition);
    app.ctx.store.read(|db| db::collector::batches(db, id, 1)).expect("the database answers")
}

fn group(first: u64, crowd: u8) -> String {
    Group { first, crowd: CrowdIndex::new(crowd) }.to_string()
}

/// Where a public name stands in the log.
fn place_of(app: &TestApp, petition: &Petition, name: &str) -> u64 {
    let is_hers = |opening: &&Value| {
        let extension = URL_SAFE_NO_PAD.decode(opening["extension"].as_str().unwrap()).unwrap();
        String::from_utf8(extension).unwrap().contains(name)
    };
    let openings = Reader::of(app, petition).openings();
    openings.iter().find(is_hers).expect("her name")["index"].as_u64().expect("a place")
}

/// What the page says that counts, by crowd.
fn numbers(app: &TestApp, petition: &Petition) -> Vec<Option<u64>> {
    let numbers = Reader::of(app, petition).get("numbers.json").expect(200).json();
    numbers["crowds"].as_array().expect("crowds").iter().map(|crowd| crowd["number"].as_u64()).collect()
}

/// A whole audit: log, names and numbers agree.
#[track_caller]
fn audited(app: &TestApp, petition: &Petition) -> Verdict {
    let reader = Reader::of(app, petition);
    let mut auditor = Auditor::new([7; 32]);
    auditor.take(&reader.entries(reader.checkpoint().size), NonZeroUsize::MIN);
    let bytes = |text: &Value| URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap();
    let opened = |one: &Value| {
        let salt = bytes(&one["salt"]).try_into().unwrap();
        auditor.opened(one["index"].as_u64().unwrap(), &salt, &bytes(&one["extension"]))
    };
    let openings: Vec<_> = reader.openings().iter().map(opened).collect();
    let verdict = auditor.finish(&openings, Some(&numbers(app, petition)));
    assert_eq!(verdict.findings, []);
    verdict
}

/// Voids and reversals in the log.
fn voids_in(app: &TestApp, petition: &Petition) -> (usize, usize) {
    let leaves = app.leaves(id_of(app, petition));
    let parsed: Vec<Leaf> = leaves.iter().map(|leaf| Leaf::parse(leaf).expect("a leaf")).collect();
    let count = |wanted: fn(&Notice) -> bool| {
        parsed.iter().filter(|leaf| matches!(leaf, Leaf::Notice(_, notice) if wanted(notice))).count()
    };
    (
        count(|notice| matches!(notice, Notice::Void { .. })),
        count(|notice| matches!(notice, Notice::VoidReversed { .. })),
    )
}

/// The admin once more, after so long that the session has ended.
fn signed_in_again(app: &TestApp) -> Client<'_> {
    let browser = app.client();
    let fields = [("pseudonym", "The Admin"), ("passphrase", PASSPHRASE), ("next", "")];
    browser.post("/sign-in", &fields).expect(303);
    browser
}

fn turn(app: &TestApp) -> Turned {
    app.clock.advance_secs(DAY);
    take_turns(&app.ctx).expect("a turn")
}

/// The first day of next month: withdrawals come out however few they are.
fn next_month(app: &TestApp) -> Turned {
    app.clock.advance_secs(31 * DAY);
    take_turns(&app.ctx).expect("a turn")
}

/// Signs anonymously, so many by this proof.
fn sign_anonymously<'a>(
    app: &'a TestApp,
    petition: &Petition,
    proof: &'static str,
    seeds: std::ops::Range<u64>,
) -> Vec<Voter<'a>> {
    let host = if proof == "work-mail" { "initech.example" } else { "mail.example" };
    seeds
        .map(|seed| {
            let person = Voter::new(app, petition, proof, seed);
            person.sign(&format!("person{seed}@{host}"));
            person
        })
        .collect()
}

/// Ten anonymous colleagues, published, and three with their names.
fn lively(app: &TestApp) -> (Petition, Vec<Voter<'_>>, [String; 3]) {
    let petition = app.petition();
    let named = ["Sasha Lind", "Kim Abara", "Noor Haddad"].map(|name| {
        let address = format!("{}@initech.example", name.replace(' ', ".").to_lowercase());
        app.sign(&petition, "work-mail", name, &address)
    });
    let people = sign_anonymously(app, &petition, "work-mail", 10..20);
    assert_eq!(turn(app).casts, 10);
    (petition, people, named)
}

#[test]
fn an_admin_counts_false_names_takes_them_off_and_lets_them_count_again() {
    let app = TestApp::start();
    let (petition, _, _) = lively(&app);
    let admin = app.admin().browser;
    let chosen = ["Kim Abara", "Noor Haddad"].map(|name| place_of(&app, &petition, name).to_string());
    let page = admin.get(&format!("/admin/petitions/{}", petition.slug)).expect(200);
    assert!(page.body.contains(&format!("href=\"{}\"", pages(&petition))));
    let list = admin.get(&format!("{}/names", pages(&petition))).expect(200);
    list.says("Kim Abara").says(&format!("entry {}", chosen[0])).says("the person named did not sign");

    let size = Reader::of(&app, &petition).checkpoint().size;
    let counted = count(&admin, &petition, "names", &chosen, "false-name").expect(200);
    counted
        .says("by work address: 2 with a name, 0 without. Counted before 13, after 11.")
        .says("Kim Abara")
        .does_not_say("Sasha Lind");
    counted.says("Reason: the person named did not sign.").says("It can be reversed").says("for good");
    assert_eq!(Reader::of(&app, &petition).checkpoint().size, size, "counting changes nothing");

    press(&admin, &petition, &counted, &chosen).expect(303);
    assert_eq!(numbers(&app, &petition)[0], Some(11));
    assert_eq!((voids_in(&app, &petition), voids_of(&app, &petition)), ((2, 0), vec![size]));
    assert_eq!(audited(&app, &petition).crowds[0].reasons, [(VoidReason::FalseName, 2)]);
    let list = app.client().get(&format!("{}/signers", petition.path())).expect(200);
    list.says("Sasha Lind").does_not_say("Kim Abara").does_not_say("Noor Haddad");
    app.client().get(&petition.path()).expect(200).says("Read the 1 public name");
    let cells = [11, 13, 0, 2].map(|cell| format!("<td class=\"n\">{cell}</td>")).concat();
    let page = app.client().get(&format!("{}/audit", petition.path())).expect(200);
    assert!(page.body.contains(&cells), "{}", page.body);
    page.says("2 by work address Reason: the person named did not sign. 4 June 2026")
        .does_not_say("The Admin");
    admin.get(&pages(&petition)).expect(200).says("Done by The Admin");
    let output = Command::new(env!("CARGO_BIN_EXE_undersigned"))
        .args(["audit", &format!("{}{}", app.base_url(), petition.path()), "--afresh"])
        .env_clear()
        .output()
        .expect("the program runs");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.contains("2 voided by whoever runs the site: the person named did not sign."), "{said}");

    let asks = admin.get(&reversal(&petition, size)).expect(200);
    asks.says("by work address: 2 count again. Counted before 11, after 13.")
        .says("It is public, at once and for good");
    take_back(&admin, &petition, size);
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(13), (2, 2)));
    assert_eq!(audited(&app, &petition).reversed, 2);
    app.client().get(&format!("{}/signers", petition.path())).expect(200).says("Kim Abara");
    let page = app.client().get(&format!("{}/audit", petition.path())).expect(200);
    page.says("Reversed on 4 June 2026: they count again");
    admin.get(&reversal(&petition, size)).expect(200).says("This was reversed before");
    // What counts again can be taken off again.
    strike(&admin, &petition, "names", &chosen, "false-name");
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(11), (4, 2)));
    audited(&app, &petition);
}

#[test]
fn a_whole_group_goes_with_everybody_in_it_and_leaves_the_other_crowd_of_the_same_turn_alone() {
    let app = TestApp::start();
    let petition = app.petition();
    sign_anonymously(&app, &petition, "work-mail", 10..21);
    sign_anonymously(&app, &petition, "any-mail", 40..50);
    assert_eq!(turn(&app).casts, 21);
    sign_anonymously(&app, &petition, "any-mail", 50..60);
    assert_eq!(turn(&app).casts, 10);
    let groups = groups_of(&app, &petition);
    let sizes: Vec<Vec<u64>> =
        groups.iter().map(|group| group.crowds.iter().map(|(_, count)| *count).collect()).collect();
    assert_eq!(sizes, [vec![10], vec![11, 10]]);
    let admin = app.admin().browser;
    let list = admin.get(&format!("{}/groups", pages(&petition))).expect(200);
    list.says(&format!("Entries {} to {}", groups[1].first, groups[1].first + 20));
    list.says("11 by work address").says("10 by another address");
    let any = groups[1].crowds[1].0.get();
    let chosen = [group(groups[1].first, any)];
    count(&admin, &petition, "groups", &chosen, MADE)
        .expect(200)
        .says("by another address: 0 with a name, 10 without. Counted before 20, after 10.");
    strike(&admin, &petition, "groups", &chosen, MADE);
    let now = numbers(&app, &petition);
    assert_eq!((now[0], now[usize::from(any)]), (Some(11), Some(10)));
    audited(&app, &petition);
    admin.get(&format!("{}/groups", pages(&petition))).expect(200).says("11 by work address");
    // The rest of the crowd, with one more who shows her name.
    app.sign(&petition, "any-mail", "A Friend", "friend@mail.example");
    let all = count(&admin, &petition, "crowd", &[any.to_string()], MADE).expect(200);
    all.says("by another address: 1 with a name, 10 without. Counted before 11, after 0.");
    strike(&admin, &petition, "crowd", &[any.to_string()], MADE);
    assert_eq!(numbers(&app, &petition)[usize::from(any)], Some(0));
    let verdict = audited(&app, &petition);
    assert_eq!(verdict.crowds[usize::from(any)].reasons, [(VoidReason::MadeMailboxes, 21)]);
    let voids = voids_of(&app, &petition);
    take_back(&admin, &petition, voids[1]);
    assert_eq!(numbers(&app, &petition)[usize::from(any)], Some(10), "each is reversed by itself");
    audited(&app, &petition);
}

#[test]
fn whatever_came_by_an_organizers_invitations_is_taken_off_at_once() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = invitations::inviting(&app, &heron);
    let made = invitations::invitations(&app, &heron, &petition, 12);
    for invitation in &made[..10] {
        invitations::sign(&app, &petition, invitation, "");
    }
    invitations::sign(&app, &petition, &made[10], "Robin Okafor");
    app.sign(&petition, "work-mail", "Kim Abara", "kim.abara@initech.example");
    turn(&app);
    assert_eq!(&numbers(&app, &petition)[..2], [Some(1), Some(11)]);
    let admin = app.admin().browser;
    admin.get(&format!("{}/crowd", pages(&petition))).expect(200).says("by invitation counted now: 11");
    strike(&admin, &petition, "crowd", &[String::from("1")], "misused-invitations");
    assert_eq!(&numbers(&app, &petition)[..2], [Some(1), Some(0)]);
    audited(&app, &petition);
}

#[test]
fn nobody_without_a_name_can_be_struck_alone_whatever_an_admin_sends() {
    let app = TestApp::start();
    let (petition, people, named) = lively(&app);
    let id = id_of(&app, &petition);
    let admin = app.admin();
    let first = groups_of(&app, &petition)[0].first;
    let size = Reader::of(&app, &petition).checkpoint().size;
    let nothing_done = || assert_eq!(Reader::of(&app, &petition).checkpoint().size, size);
    // Her entry by number, as if it were a name; her entry as if a group began there; another crowd's.
    for (kind, chosen) in [
        ("names", (first + 3).to_string()),
        ("names", String::from("18446744073709551615")),
        ("groups", group(first + 3, 0)),
        ("groups", group(u64::MAX, 0)),
        ("groups", group(first, 2)),
        ("crowd", String::from("9")),
    ] {
        let counted = count(&admin.browser, &petition, kind, std::slice::from_ref(&chosen), MADE).expect(200);
        counted.says("None of what you chose counts any more");
        assert!(counted.hidden("counted").is_none(), "{kind} {chosen}: no button");
        nothing_done();
    }
    for (kind, chosen) in [("names", "all"), ("groups", "3"), ("crowd", "everyone"), ("crowd", "-1")] {
        let again = count(&admin.browser, &petition, kind, &[String::from(chosen)], MADE).expect(422);
        again.says("Choose what to invalidate");
    }
    count(&admin.browser, &petition, "people", &[], MADE).expect(404);

    // Five of ten have taken theirs back: who is left of the group is too few to be struck.
    for person in &people[..5] {
        person.retract().expect(202);
    }
    assert_eq!(turn(&app).retractions, 5);
    let size = Reader::of(&app, &petition).checkpoint().size;
    let nothing_done = || assert_eq!(Reader::of(&app, &petition).checkpoint().size, size);
    let alone = [group(first, 0)];
    let counted = count(&admin.browser, &petition, "groups", &alone, MADE).expect(200);
    counted.says("fewer than 10 without a name are among it");
    assert!(counted.hidden("counted").is_none());
    let crowd = [String::from("0")];
    count(&admin.browser, &petition, "crowd", &crowd, MADE).expect(200).says("fewer than 10 without a name");
    // Nor by sending what the page would have sent.
    for selection in [
        Selection::parse(undersigned::domain::void::ChosenBy::Groups, &[&alone[0]]).unwrap(),
        Selection::Crowd(CrowdIndex::new(0)),
    ] {
        let digest =
            app.ctx.store.read(|db| collector::count(&app.ctx, db, id, &selection)).unwrap().chosen.digest;
        let reason = VoidReason::MadeMailboxes;
        let done = voids::void(&app.ctx, &petition.slug, &selection, reason, admin.id, digest).unwrap();
        assert_eq!(done, Voided::NotAsCounted);
    }
    nothing_done();

    // With another group, the five are among enough.
    sign_anonymously(&app, &petition, "work-mail", 60..70);
    turn(&app);
    let newer = groups_of(&app, &petition)[0].first;
    strike(&admin.browser, &petition, "groups", &[group(first, 0), group(newer, 0)], MADE);
    assert_eq!(numbers(&app, &petition)[0], Some(3));
    audited(&app, &petition);
    // And whoever showed a name and took it down is in no group, and not on the list.
    app.client().post("/receipt/name-removal", &[("code", &named[0])]).expect(200);
    admin.browser.get(&format!("{}/names", pages(&petition))).expect(200).does_not_say("Sasha Lind");
}

#[test]
fn what_has_changed_since_it_was_counted_is_counted_again() {
    let app = TestApp::start();
    let (petition, _, named) = lively(&app);
    let admin = app.admin().browser;
    let chosen = ["Kim Abara", "Noor Haddad"].map(|name| place_of(&app, &petition, name).to_string());
    let counted = count(&admin, &petition, "names", &chosen, "false-name").expect(200);
    // One of them takes her signature back meanwhile.
    app.client().post("/receipt/withdrawal", &[("code", &named[1])]).expect(200);
    let again = press(&admin, &petition, &counted, &chosen).expect(409);
    again
        .says("has changed meanwhile, so nothing was done")
        .says("by work address: 1 with a name, 0 without. Counted before 12, after 11.");
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(12), (0, 0)));
    // The other shows another name: that one was not judged.
    let name = [("code", named[2].as_str()), ("name", "Noor Haddad-Lind"), ("title", "")];
    app.client().post("/receipt/name", &name).expect(200);
    let again = press(&admin, &petition, &again, &chosen).expect(409);
    again.says("Noor Haddad-Lind");
    let done = press(&admin, &petition, &again, &chosen).expect(303);
    admin.get(done.location()).expect(200).says("1 by work address");
    assert_eq!(numbers(&app, &petition)[0], Some(11));
    audited(&app, &petition);
    // What was not counted at all.
    let never = [("by", "names"), ("reason", "false-name"), ("counted", "x"), ("chosen", &chosen[0])];
    admin.submit(&any_form(&petition), &pages(&petition), &never).expect(409);
    let first = voids_of(&app, &petition)[0];
    let never = [("counted", "AAAA")];
    admin
        .submit(&any_form(&petition), &reversal(&petition, first), &never)
        .expect(409)
        .says("nothing was done");
    admin.get(&reversal(&petition, first + 1)).expect(404);
    assert_eq!(voids_in(&app, &petition), (1, 0));
}

#[test]
fn of_two_admins_at_once_one_does_it_and_the_other_is_told() {
    let app = TestApp::start();
    let (petition, _, _) = lively(&app);
    let admin = app.admin();
    let chosen = Selection::Names([place_of(&app, &petition, "Kim Abara")].into());
    let id = id_of(&app, &petition);
    let digest = app.ctx.store.read(|db| collector::count(&app.ctx, db, id, &chosen)).unwrap().chosen.digest;
    let at_once = |what: &(dyn Fn() -> bool + Sync)| {
        let won: Vec<bool> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..4).map(|_| scope.spawn(what)).collect();
            all.into_iter().map(|one| one.join().expect("no panic")).collect()
        });
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
    };
    let reason = VoidReason::FalseName;
    at_once(&|| {
        voids::void(&app.ctx, &petition.slug, &chosen, reason, admin.id, digest).expect("an answer")
            == Voided::Done
    });
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(12), (1, 0)));
    let first = voids_of(&app, &petition)[0];
    let (_, returning) = voids::returning(&app.ctx, &petition.slug, first).unwrap().expect("a void");
    at_once(&|| {
        voids::reverse(&app.ctx, &petition.slug, first, admin.id, returning.digest).expect("an answer")
            == voids::Reversed::Done
    });
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(13), (1, 1)));
    audited(&app, &petition);
}

#[test]
fn a_voided_signature_that_is_withdrawn_is_taken_off_once_and_never_counts_again() {
    let app = TestApp::start();
    let (petition, _, named) = lively(&app);
    let admin = app.admin().browser;
    let chosen = ["Kim Abara", "Noor Haddad"].map(|name| place_of(&app, &petition, name).to_string());
    strike(&admin, &petition, "names", &chosen, "false-name");
    let withdrawn = app.client().post("/receipt/withdrawal", &[("code", &named[1])]).expect(200);
    withdrawn.says("It had been invalidated, so the number does not change");
    assert_eq!(numbers(&app, &petition)[0], Some(11));
    let verdict = audited(&app, &petition);
    assert_eq!((verdict.crowds[0].taken_back, verdict.crowds[0].voided), (1, 1));
    let cells = [11, 13, 1, 1].map(|cell| format!("<td class=\"n\">{cell}</td>")).concat();
    assert!(app.client().get(&format!("{}/audit", petition.path())).expect(200).body.contains(&cells));
    let first = voids_of(&app, &petition)[0];
    admin.get(&reversal(&petition, first)).expect(200).says("1 of them was withdrawn by its signer since");
    take_back(&admin, &petition, first);
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(12), (2, 1)));
    audited(&app, &petition);
    let list = app.client().get(&format!("{}/signers", petition.path())).expect(200);
    list.says("Noor Haddad").does_not_say("Kim Abara");
    // All of it withdrawn: there is nothing to let count again.
    strike(&admin, &petition, "names", &chosen[1..], "false-name");
    app.client().post("/receipt/withdrawal", &[("code", &named[2])]).expect(200);
    let first = voids_of(&app, &petition)[0];
    admin
        .get(&reversal(&petition, first))
        .expect(200)
        .says("All of them were withdrawn by their signers since");
    audited(&app, &petition);
}

#[test]
fn a_withdrawal_that_waits_meets_a_void_and_its_reversal_in_every_order() {
    let app = TestApp::start();
    let (petition, people, _) = lively(&app);
    let admin = app.admin().browser;
    let chosen = [group(groups_of(&app, &petition)[0].first, 0)];
    // Waits before the void, is published after it: counted off once.
    people[0].retract().expect(202);
    count(&admin, &petition, "groups", &chosen, MADE)
        .expect(200)
        .says("by work address: 0 with a name, 10 without. Counted before 13, after 3.");
    strike(&admin, &petition, "groups", &chosen, MADE);
    assert_eq!(numbers(&app, &petition)[0], Some(3));
    assert_eq!(next_month(&app).retractions, 1);
    assert_eq!(numbers(&app, &petition)[0], Some(3));
    audited(&app, &petition);
    // Withdrawn while voided, waits while it is reversed: counts again until its group comes out.
    people[1].retract().expect(202);
    let admin = signed_in_again(&app);
    let first = voids_of(&app, &petition)[0];
    take_back(&admin, &petition, first);
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(12), (10, 9)));
    audited(&app, &petition);
    assert_eq!(next_month(&app).retractions, 1);
    assert_eq!(numbers(&app, &petition)[0], Some(11));
    let verdict = audited(&app, &petition);
    assert_eq!((verdict.crowds[0].taken_back, verdict.crowds[0].voided), (2, 0));
}

#[test]
fn what_an_admin_counts_tells_nothing_of_a_signature_or_withdrawal_that_waits() {
    let app = TestApp::start();
    let (petition, people, _) = lively(&app);
    let admin = app.admin().browser;
    let first = groups_of(&app, &petition)[0].first;
    let read = || {
        let mut all: Vec<String> = ["", "/names", "/groups", "/crowd"]
            .iter()
            .map(|rest| admin.get(&format!("{}{rest}", pages(&petition))).expect(200).body)
            .collect();
        all.push(count(&admin, &petition, "groups", &[group(first, 0)], MADE).expect(200).body);
        all.push(count(&admin, &petition, "crowd", &[String::from("0")], MADE).expect(200).body);
        all
    };
    let before = read();
    people[0].retract().expect(202);
    assert!(before == read(), "a withdrawal that waits shows");
    sign_anonymously(&app, &petition, "work-mail", 70..71);
    assert!(before == read(), "a signature that waits shows");
    app.sign(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example");
    assert!(before != read(), "and the game can be lost");
}

#[test]
fn whoever_holds_the_code_reads_that_it_was_invalidated_why_and_what_to_do() {
    let app = TestApp::start();
    let (petition, people, named) = lively(&app);
    let admin = app.admin().browser;
    let kim = place_of(&app, &petition, "Kim Abara");
    strike(&admin, &petition, "names", &[kim.to_string()], "false-name");
    strike(&admin, &petition, "groups", &[group(groups_of(&app, &petition)[0].first, 0)], MADE);
    let look = |code: &str| app.client().post("/receipt", &[("code", code)]).expect(200);
    let page = look(&named[1]);
    page.says("Whoever runs this site has invalidated it. Reason given: the person named did not sign.");
    page.says("Not shown while it is invalidated: Kim Abara").says("nobody needs your withdrawal code");
    page.does_not_say("Correct my name");
    let nameless = look(&people[0].code.expose());
    nameless.says("Reason given: mailboxes were made to sign.").does_not_say("Show my name after all");
    look(&named[0]).does_not_say("invalidated");

    // It shows nothing, and nothing about that is changed; taking a name down is always possible.
    let size = Reader::of(&app, &petition).checkpoint().size;
    let name = [("code", named[1].as_str()), ("name", "Robin Okafor"), ("title", "")];
    app.client().post("/receipt/name", &name).expect(409).says("has invalidated it");
    let shown = Extension::Public { name: String::from("Robin Okafor"), title: None };
    let refused = people[0].amend(&shown).expect(409).json();
    assert_eq!(refused["code"], "voided");
    assert_eq!(Reader::of(&app, &petition).checkpoint().size, size);
    app.client().post("/receipt/name-removal", &[("code", &named[1])]).expect(200);
    let voids = voids_of(&app, &petition);
    take_back(&admin, &petition, voids[1]);
    take_back(&admin, &petition, voids[0]);
    let list = app.client().get(&format!("{}/signers", petition.path())).expect(200);
    list.says("Sasha Lind").does_not_say("Kim Abara");
    assert_eq!(numbers(&app, &petition)[0], Some(13));
    audited(&app, &petition);
    people[0].amend(&shown).expect(202);
    look(&people[0].code.expose()).says("Robin Okafor").does_not_say("invalidated");
    audited(&app, &petition);
}

#[test]
fn a_sealed_name_that_is_voided_does_not_count_towards_the_opening_and_is_not_opened() {
    let trustee = Trustee::new("voids");
    let app = TestApp::start();
    let story = story::Story::begin(&app, Some(&trustee), 10);
    two_sealed_groups(&story);
    story.page().says("At least 10 have agreed");
    assert_eq!(story.agreed(), 20);
    let groups = groups_of(&app, &story.petition);
    let admin = app.admin().browser;
    let both = [group(groups[0].first, 0), group(groups[1].first, 0)];
    strike(&admin, &story.petition, "groups", &both[..1], MADE);
    assert_eq!((story.agreed(), story.sealed_left()), (10, 10), "what can be opened");
    strike(&admin, &story.petition, "groups", &both[1..], MADE);
    one_round_of_jobs(&app);
    story.page().does_not_say("have agreed to be named: names");
    for first in voids_of(&app, &story.petition) {
        take_back(&admin, &story.petition, first);
    }
    story.days_pass(1);
    story.page().says("At least 10 have agreed to be named: names will be shown");
    story.days_pass(15);
    // One group is voided again before the openings come: those are left out, and stay sealed.
    let all = trustee.openings(&story.sealed_json().expect(200).body);
    strike(&admin, &story.petition, "groups", &both[..1], MADE);
    story.bring(&all, &[("rest", "delete")]).expect(200).says("10 names are shown now.");
    let names = story.names();
    assert!(names.contains("Colleague A") && !names.contains("Neighbor C"), "{names}");
    audited(&app, &story.petition);
    // When they count again they are sealed as before, with a notice of their own.
    take_back(&admin, &story.petition, voids_of(&app, &story.petition)[0]);
    assert_eq!(story.sealed_left(), 10);
    story.days_pass(1);
    story.page().says("At least 10 have agreed to be named: names will be shown");
    assert_eq!(story.agreed(), 20);
    audited(&app, &story.petition);
}

/// Ten with a sealed name, and ten more in a group of their own.
fn two_sealed_groups(story: &story::Story<'_>) {
    story.sign_sealed(10);
    story.days_pass(1);
    for number in 10..20_u8 {
        let name = format!("Neighbor {}", char::from(b'A' + number - 10));
        story.sign(&format!("neighbor-{number}"), Wish::Sealed(&name));
    }
    story.days_pass(1);
}

#[test]
fn an_admin_who_voids_everybody_else_reads_from_the_notice_neither_a_sealed_name_nor_its_withdrawal() {
    let trustee = Trustee::new("alone");
    let app = TestApp::start();
    let story = story::Story::begin(&app, Some(&trustee), 10);
    story.sign_sealed(10);
    for number in 0..10_u8 {
        let name = format!("Friend {}", char::from(b'A' + number));
        story.sign(&format!("friend-{number}"), Wish::Public(&name));
    }
    story.days_pass(1);
    let others = group(groups_of(&app, &story.petition)[0].first, 0);
    strike(&app.admin().browser, &story.petition, "groups", &[others], MADE);
    one_round_of_jobs(&app);
    let will_be_shown = "At least 10 have agreed to be named: names will be shown";
    story.page().says(will_be_shown);
    assert_eq!(story.sealed_left(), 0, "and nobody is left");

    for number in 0..10 {
        story.sign(&format!("nameless-{number}"), Wish::Anonymous);
    }
    let code = story.sign("zerlina", Wish::Sealed(story::NAME));
    story.days_pass(1);
    story.page().says(will_be_shown);
    assert_eq!(story.sealed_left(), 1, "she is the only one");
    story.withdraw(&code);
    one_round_of_jobs(&app);
    assert_eq!((story.sealed_left(), story.agreed()), (0, 11));
    story.page().says(will_be_shown);
    // With nothing to open at its end, the notice begins again, and who comes later has two weeks too.
    story.days_pass(15);
    story.page().says(will_be_shown);
    assert_eq!(story.agreed(), 10, "all withdrawals came out");
    story.sealed_json().expect(404);
}

#[test]
fn a_sealed_name_that_counts_again_has_its_two_weeks_whatever_became_of_the_others() {
    let trustee = Trustee::new("again");
    let app = TestApp::start();
    let story = story::Story::begin(&app, Some(&trustee), 10);
    two_sealed_groups(&story);
    let admin = app.admin().browser;
    let late = group(groups_of(&app, &story.petition)[0].first, 0);
    strike(&admin, &story.petition, "groups", &[late], MADE);
    let first = voids_of(&app, &story.petition)[0];
    story.days_pass(15);
    assert_eq!(story.sealed_json().expect(200).json()["names"].as_array().expect("names").len(), 10);
    let stolen = story.sealed_json().body;
    let admin = signed_in_again(&app);
    let begins_again = "The two weeks’ notice that sealed names will be shown begins again.";
    admin.get(&reversal(&story.petition, first)).expect(200).says(begins_again);
    take_back(&admin, &story.petition, first);
    story.sealed_json().expect(404);
    story.bring(&trustee.openings(&stolen), &[]).expect(409);
    story.page().says("names will be shown from");
    story.days_pass(14);
    story.sealed_json().expect(404);
    story.days_pass(1);
    assert_eq!(story.sealed_json().expect(200).json()["names"].as_array().expect("names").len(), 20);
    audited(&app, &story.petition);
}

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

#[test]
fn killed_before_or_after_it_is_kept_a_void_is_done_whole_or_not_at_all_and_once() {
    for (point, is_kept) in [(CrashPoint::VoidBeforeCommit, false), (CrashPoint::VoidAfterCommit, true)] {
        let app = TestApp::builder().leaves_mail().start();
        let now = SystemClock.now();
        app.clock.advance_secs(now.secs() - app.ctx.now().secs());
        let owner = app.organizer("Heron");
        let petition = app.petition_of(&owner, How::Open, |draft| {
            draft.closes = now.plus_days(60).day().to_string();
        });
        app.sign(&petition, "work-mail", "Kim Abara", "kim.abara@initech.example");
        app.sign(&petition, "work-mail", "Sasha Lind", "sasha.lind@initech.example");
        let admin = app.admin().browser;
        let cookie = format!("session={}", admin.cookies()["session"]);
        let kim = [place_of(&app, &petition, "Kim Abara").to_string()];
        let fields = |page: &Reply| {
            let token = admin.get(&any_form(&petition)).hidden("form_token").expect("a token");
            vec![("form_token", token), ("counted", page.hidden("counted").expect("a button"))]
        };
        let counted = count(&admin, &petition, "names", &kim, "false-name").expect(200);
        let mut all = fields(&counted);
        all.extend(
            [("by", "names"), ("reason", "false-name"), ("chosen", kim[0].as_str())]
                .map(|(name, value)| (name, String::from(value))),
        );
        let sent: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut node = Node::start(&app, Some(point));
        assert!(node.post(&pages(&petition), &sent, Some(&cookie)).is_none(), "{point}");
        node.died();
        assert_eq!(numbers(&app, &petition)[0], Some(if is_kept { 1 } else { 2 }), "{point}");
        audited(&app, &petition);
        // The same again, by another node.
        let second = Node::start(&app, None);
        let answer = second.post(&pages(&petition), &sent, Some(&cookie)).expect("an answer");
        assert_eq!(answer.status, if is_kept { 409 } else { 303 }, "{point}");
        assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(1), (1, 0)), "{point}");
        drop(second);
        // And the way back.
        let back = reversal(&petition, voids_of(&app, &petition)[0]);
        let all = fields(&admin.get(&back).expect(200));
        let sent: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut node = Node::start(&app, Some(point));
        assert!(node.post(&back, &sent, Some(&cookie)).is_none(), "{point}");
        node.died();
        assert_eq!(numbers(&app, &petition)[0], Some(if is_kept { 2 } else { 1 }), "{point}");
        let second = Node::start(&app, None);
        let answer = second.post(&back, &sent, Some(&cookie)).expect("an answer");
        assert_eq!(answer.status, if is_kept { 409 } else { 303 }, "{point}");
        assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(2), (1, 1)), "{point}");
        audited(&app, &petition);
    }
}

/// A crowd of so many, put where they would stand: their leaves are no casts, which only an audit would see.
fn crowd_of(app: &TestApp, petition: &Petition, size: u64) -> u64 {
    let id = id_of(app, petition);
    let first = Reader::of(app, petition).checkpoint().size;
    grow(app, petition, first + size);
    let nonce = |number: u64| app.database().blob(&[&number.to_be_bytes()[..], &[7; 24]].concat());
    let rows: Vec<String> = (first..first + size)
        .map(|place| format!("({}, '{id}', {place}, 0, FALSE, TRUE)", nonce(place)))
        .collect();
    for part in rows.chunks(1_000) {
        let columns = "nonce, petition_id, idx, crowd, retracted, batched";
        app.database().run(&format!("INSERT INTO published_cast ({columns}) VALUES {}", part.join(", ")));
    }
    app.database().run(&format!(
        "UPDATE published_number SET number = number + {size}, as_of_day = 20000 WHERE petition_id = '{id}' AND crowd = 0; \
         INSERT INTO published_batch (petition_id, first_idx, casts) VALUES ('{id}', {first}, {size})"
    ));
    first
}

#[test]
fn a_crowd_of_twenty_thousand_is_taken_off_and_comes_back() {
    let app = TestApp::start();
    let petition = app.petition();
    let first = crowd_of(&app, &petition, 20_000);
    assert_eq!(numbers(&app, &petition)[0], Some(20_000));
    let admin = app.admin().browser;
    strike(&admin, &petition, "crowd", &[String::from("0")], MADE);
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(0), (20_000, 0)));
    let Ok(Leaf::Notice(_, Notice::Void { cast, .. })) =
        Leaf::parse(&app.leaves(id_of(&app, &petition))[usize::try_from(first).unwrap() + 20_000])
    else {
        panic!("a void")
    };
    assert_eq!(cast, first);
    take_back(&admin, &petition, voids_of(&app, &petition)[0]);
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(20_000), (20_000, 20_000)));
    let checkpoint = Reader::of(&app, &petition).checkpoint();
    let entries = Reader::of(&app, &petition).entries(checkpoint.size);
    assert_eq!(crate::support::root_of(&entries), checkpoint.root);
}
