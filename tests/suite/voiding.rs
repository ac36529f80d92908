//! An admin takes forged signatures off the number: counted first, in the log for good, and never one person without a
//! name.

use std::{num::NonZeroUsize, process::Command};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use undersigned::{
    actions::{
        collector::{self, Turned},
        moderation::voids::{self, Voided},
        scheduled::batches::take_turns,
    },
    db,
    domain::{
        proof::CrowdIndex,
        void::{Group, Selection, VoidReason},
    },
    log::audit::{Auditor, Verdict},
    protocol::leaf::{Leaf, Notice},
};

use crate::{
    invitations,
    support::DAY,
    support::{Client, PASSPHRASE, Petition, Reader, Reply, TestApp, Voter, id_of},
};

mod crashes_and_size;
mod pages;
mod sealed_names;
mod withdrawals;

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
