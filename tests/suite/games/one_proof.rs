//! G6, one proof, one signature: whatever is asked at once, spelled otherwise, cut off and asked again, and in
//! whichever mode: at most one is counted.

use std::{
    io::Write as _,
    net::{Shutdown, TcpStream},
    sync::{Barrier, Mutex},
    thread,
};

use serde_json::{Value, json};
use undersigned::{
    actions::petitions::How, db::collector as rows, domain::proof::ProofKind, entropy::SeededEntropy,
};

use super::table::{Row, report};
use crate::support::{CrowdKey, Petition, ROBIN, TestApp, anonymous_body, encode};

const AT_ONCE: usize = 50;

/// How many signatures are counted or wait.
fn counted(app: &TestApp, crowd: &CrowdKey) -> usize {
    let held =
        app.ctx.store.write(|db| Ok::<_, undersigned::db::Error>(rows::lock_spool(db, crowd.petition)?.held));
    let casts = app.leaves(crowd.petition).iter().filter(|leaf| leaf[1] == 1).count();
    casts + usize::try_from(held.expect("the database answers")).expect("a size")
}

fn arranged(app: &TestApp) -> (Petition, CrowdKey) {
    let petition = app.petition();
    let crowd = app.crowd(&petition, ProofKind::WorkMail);
    (petition, crowd)
}

/// What a build does that looks first and writes then: with as many at once, each sees that nobody was there.
fn naive_count() -> usize {
    let used: Mutex<Vec<&str>> = Mutex::default();
    let barrier = Barrier::new(AT_ONCE);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let is_free = !used.lock().expect("no panic").contains(&ROBIN);
                barrier.wait();
                if is_free {
                    used.lock().expect("no panic").push(ROBIN);
                }
            });
        }
    });
    used.into_inner().expect("no panic").len()
}

/// All at once; gives the statuses. Who is told to come back (503) has not been served.
fn at_once<T: Sync>(jobs: &[T], run: impl Fn(&T) -> u16 + Sync) -> Vec<u16> {
    let barrier = Barrier::new(jobs.len());
    thread::scope(|scope| {
        let threads: Vec<_> = jobs
            .iter()
            .map(|job| {
                let (barrier, run) = (&barrier, &run);
                scope.spawn(move || {
                    barrier.wait();
                    run(job)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    })
}

fn count(statuses: &[u16], wanted: u16) -> usize {
    statuses.iter().filter(|status| **status == wanted).count()
}

#[test]
fn fifty_requests_at_once_for_one_mailbox_however_it_is_spelled_give_one_token() {
    let app = TestApp::start();
    let (_petition, crowd) = arranged(&app);
    let chance = SeededEntropy::new(21);
    let spellings = [
        ROBIN,
        "Robin.Okafor@INITECH.example",
        "robin.okafor+petition@initech.example",
        "ROBIN.OKAFOR+x+y@Initech.Example",
    ];
    let mut tickets = Vec::new();
    for number in 0..AT_ONCE {
        let spelled = spellings[number % spellings.len()];
        tickets.push(app.client().ask_code(&crowd, spelled).expect(202).member("ticket"));
    }
    assert_eq!(app.mails(), 9, "one mailbox: three mails for each spelling to which mail goes");
    let code = app.code_for(ROBIN);
    let jobs: Vec<_> = tickets.iter().map(|ticket| (ticket, crowd.ballot(&chance))).collect();
    let statuses =
        at_once(&jobs, |(ticket, ballot)| app.client().ask_token(&crowd, ticket, &code, ballot).status);
    assert_eq!(count(&statuses, 200), 1, "{statuses:?}");
    assert_eq!(count(&statuses, 409) + count(&statuses, 503), AT_ONCE - 1, "{statuses:?}");
    let used = app.ctx.store.read(|db| undersigned::db::issuer::participations(db, crowd.petition));
    assert_eq!(used.expect("the database answers"), 1);
    let issued = app.ctx.store.read(|db| undersigned::db::issuer::issued(db, crowd.petition));
    assert_eq!(issued.expect("the database answers"), [1, 0]);
    let naive = naive_count();
    report(&Row {
        game: "G6, at once",
        attacker: format!("{AT_ONCE} requests at once for one mailbox in {} spellings", spellings.len()),
        score: String::from("1 token"),
        bound: String::from("1"),
        control: format!("{naive} by one that looks first and writes then"),
    });
    assert!(naive > 1);
}

#[test]
fn a_mailbox_at_a_name_in_letters_of_any_script_is_one_mailbox() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let idn = app.employer("Bücher", "bücher.example");
    let petition = app.petition_of(&owner, How::Open, |draft| draft.employers = vec![idn.to_string()]);
    let crowd = app.crowd(&petition, ProofKind::WorkMail);
    let chance = SeededEntropy::new(22);
    let ballot = crowd.ballot(&chance);
    let ticket = app.client().ask_code(&crowd, "robin@bücher.example").expect(202).member("ticket");
    app.deliver_mail();
    app.client().ask_token(&crowd, &ticket, &app.newest_code(), &ballot).expect(200);
    for spelled in [
        "robin@xn--bcher-kva.example",
        "robin@BÜCHER.example",
        "robin@bu\u{308}cher.example",
        "robin+2@bücher.example",
    ] {
        let ballot = crowd.ballot(&chance);
        let ticket = app.client().ask_code(&crowd, spelled).expect(202).member("ticket");
        app.deliver_mail();
        let code = app.newest_code();
        let reply = app.client().ask_token(&crowd, &ticket, &code, &ballot);
        assert_eq!((reply.status, reply.member("code").as_str()), (409, "proof-used"), "{spelled}");
        app.clock.advance_secs(26 * 3_600);
        undersigned::jobs::purge(&app.ctx).expect("the database answers");
    }
}

#[test]
fn dots_are_one_mailbox_where_the_provider_ignores_them_and_only_there() {
    let app = TestApp::start();
    let petition = app.petition();
    let (work, any) = (app.crowd(&petition, ProofKind::WorkMail), app.crowd(&petition, ProofKind::AnyMail));
    let chance = SeededEntropy::new(23);
    app.token(&any, "robin.okafor@gmail.com", &chance);
    let ticket = app.client().ask_code(&any, "r.o.b.i.n.okafor@googlemail.com").expect(202).member("ticket");
    app.deliver_mail();
    let code = app.newest_code();
    app.client().ask_token(&any, &ticket, &code, &any.ballot(&chance)).expect(409);
    app.token(&work, ROBIN, &chance);
    app.token(&work, "robinokafor@initech.example", &chance);
}

#[test]
fn one_token_cast_fifty_times_at_once_counts_once() {
    let app = TestApp::start();
    let (_petition, crowd) = arranged(&app);
    let chance = SeededEntropy::new(24);
    let (ballot, token) = app.token(&crowd, ROBIN, &chance);
    let leaf = crowd.cast(&ballot, &token, &chance).leaf;
    let same = vec![leaf; AT_ONCE];
    let statuses = at_once(&same, |leaf| app.client().cast(&crowd, leaf).status);
    assert_eq!(count(&statuses, 202) + count(&statuses, 503), AT_ONCE, "{statuses:?}");
    assert!(count(&statuses, 202) >= 1);
    assert_eq!(counted(&app, &crowd), 1);

    let (ballot, token) = app.token(&crowd, "kim.sato@initech.example", &chance);
    let others: Vec<_> = (0..AT_ONCE).map(|_| crowd.cast(&ballot, &token, &chance).leaf).collect();
    let statuses = at_once(&others, |leaf| app.client().cast(&crowd, leaf).status);
    assert_eq!(count(&statuses, 202), 1, "{statuses:?}");
    assert_eq!(count(&statuses, 409) + count(&statuses, 503), AT_ONCE - 1, "{statuses:?}");
    assert_eq!(counted(&app, &crowd), 2);

    let (ballot, token) = app.token(&crowd, "sasha.lind@initech.example", &chance);
    let nameless = crowd.cast(&ballot, &token, &chance);
    let public = crowd.public_cast(&ballot, &token, "Sasha Lind", &chance);
    let both: Vec<bool> = (0..AT_ONCE).map(|number| number % 2 == 0).collect();
    let statuses = at_once(&both, |in_public| {
        if *in_public {
            app.client().cast_in_public(&crowd, &public).status
        } else {
            app.client().cast(&crowd, &nameless.leaf).status
        }
    });
    assert!(count(&statuses, 202) <= AT_ONCE / 2, "{statuses:?}");
    assert_eq!(counted(&app, &crowd), 3);
}

/// The ways to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    FormPublic,
    FormNotShown,
    ClientAnonymous,
    ClientPublic,
}

const WAYS: [Way; 4] = [Way::FormPublic, Way::FormNotShown, Way::ClientAnonymous, Way::ClientPublic];

/// Asks in this way: gives the ticket.
fn asks(app: &TestApp, petition: &Petition, crowd: &CrowdKey, way: Way, address: &str) -> String {
    let browser = app.client();
    let inbox = match way {
        Way::FormPublic => browser.ask(petition, "work-mail", "Robin Okafor", address),
        Way::FormNotShown => browser.ask_nameless(petition, "work-mail", address),
        Way::ClientAnonymous | Way::ClientPublic => {
            return browser.ask_code(crowd, address).expect(202).member("ticket");
        }
    };
    inbox.expect(200).hidden("ticket").expect("a ticket")
}

/// Goes on with the code: gives the last status.
fn finishes(
    app: &TestApp,
    petition: &Petition,
    crowd: &CrowdKey,
    way: Way,
    ticket: &str,
    code: &str,
    seed: u64,
) -> u16 {
    let browser = app.client();
    if matches!(way, Way::FormPublic | Way::FormNotShown) {
        return browser.confirm(petition, ticket, code).status;
    }
    let chance = SeededEntropy::new(seed);
    let ballot = crowd.ballot(&chance);
    let answer = browser.ask_token(crowd, ticket, code, &ballot);
    if answer.status != 200 {
        return answer.status;
    }
    let token = ballot.finish(&answer);
    if way == Way::ClientPublic {
        let cast = crowd.public_cast(&ballot, &token, "Robin Okafor", &chance);
        browser.cast_in_public(crowd, &cast).status
    } else {
        browser.cast(crowd, &crowd.cast(&ballot, &token, &chance).leaf).status
    }
}

#[test]
fn one_mailbox_signs_once_whichever_two_ways_are_tried_after_one_another() {
    let app = TestApp::start();
    let (petition, crowd) = arranged(&app);
    let mut expected = 0;
    for (number, first) in (0_u64..).zip(WAYS) {
        for (other, second) in (0_u64..).zip(WAYS) {
            let address = format!("person{number}{other}@initech.example");
            let tickets = [first, second].map(|way| asks(&app, &petition, &crowd, way, &address));
            let code = app.code_for(&address);
            let seed = 100 + number * 10 + other;
            let ways = [first, second];
            let statuses: Vec<u16> = (0..2)
                .map(|which| {
                    finishes(
                        &app,
                        &petition,
                        &crowd,
                        ways[which],
                        &tickets[which],
                        &code,
                        seed + 1_000 * u64::from(which == 0),
                    )
                })
                .collect();
            expected += 1;
            assert!(statuses[0] < 300 && statuses[1] == 409, "{first:?}, {second:?}: {statuses:?}");
            assert_eq!(counted(&app, &crowd), expected, "{first:?}, {second:?}");
        }
    }
}

#[test]
fn one_mailbox_signs_once_when_all_ways_are_tried_at_once() {
    let app = TestApp::start();
    let (petition, crowd) = arranged(&app);
    for round in 0..5 {
        let address = format!("person{round}@initech.example");
        let jobs: Vec<(Way, String, u64)> = (0_u64..)
            .zip(WAYS)
            .map(|(number, way)| {
                (way, asks(&app, &petition, &crowd, way, &address), 500 + round * 10 + number)
            })
            .collect();
        let code = app.code_for(&address);
        let statuses = at_once(&jobs, |(way, ticket, seed)| {
            finishes(&app, &petition, &crowd, *way, ticket, &code, *seed)
        });
        assert_eq!(statuses.iter().filter(|status| **status < 300).count(), 1, "{statuses:?}");
        assert_eq!(counted(&app, &crowd), usize::try_from(round).expect("few") + 1);
    }
}

/// Sends a request and hangs up before any answer comes.
fn hangs_up(app: &TestApp, path: &str, body: &Value) {
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        app.host(),
        body.len()
    );
    let mut stream = TcpStream::connect(app.host()).expect("the server listens");
    stream.write_all(request.as_bytes()).expect("it takes it");
    stream.shutdown(Shutdown::Both).expect("the line goes dead");
}

#[test]
fn a_line_that_goes_dead_at_any_step_costs_nobody_the_signature_and_counts_nobody_twice() {
    let app = TestApp::builder().leaves_mail().start();
    let (_petition, crowd) = arranged(&app);
    let chance = SeededEntropy::new(25);
    for round in 0..5 {
        let address = format!("person{round}@initech.example");
        hangs_up(&app, &crowd.path("codes"), &json!({"proof": "work-mail", "address": address}));
        let ticket = app.client().ask_code(&crowd, &address).expect(202).member("ticket");
        let code = app.code_for(&address);
        let ballot = crowd.ballot(&chance);
        let request = encode(ballot.request.encode());
        hangs_up(&app, &crowd.path("tokens"), &json!({"ticket": ticket, "code": code, "request": request}));
        let answer = app.client().ask_token(&crowd, &ticket, &code, &ballot).expect(200);
        let again = app.client().ask_token(&crowd, &ticket, &code, &ballot).expect(200);
        assert_eq!(answer.body, again.body, "the same request, the same bytes");
        let token = ballot.finish(&answer);
        let leaf = crowd.cast(&ballot, &token, &chance).leaf;
        hangs_up(&app, &crowd.path("casts"), &anonymous_body(&leaf));
        let promise = app.client().cast(&crowd, &leaf).expect(202).body;
        assert_eq!(
            app.client().cast(&crowd, &leaf).expect(202).body,
            promise,
            "the same cast, the same promise"
        );
        assert_eq!(counted(&app, &crowd), round + 1);
    }
    let issued = app.ctx.store.read(|db| undersigned::db::issuer::issued(db, crowd.petition));
    assert_eq!(issued.expect("the database answers"), [5, 0], "nobody was issued two");
}
