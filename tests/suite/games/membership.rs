//! G11, membership: whoever cannot read a mailbox learns at no door whether its owner asked, signed or withdrew: the
//! same status, the same bytes, the same statements, and (in `scripts/attack`) the same time.

use serde_json::json;
use undersigned::{db::issuer, domain::proof::ProofKind, entropy::SeededEntropy, jobs};

use super::{
    population::{is_full, shuffled},
    table::{Row, report},
    timing::{distance, micros_of},
};
use crate::support::{CrowdKey, Petition, Reply, TestApp, encode, statements};

/// What may have happened at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Past {
    Unknown,
    Pending,
    UsedByClient,
    UsedByForm,
    TakenNotCast,
    Withdrawn,
    Flooded,
}

const PASTS: [Past; 7] = [
    Past::Unknown,
    Past::Pending,
    Past::UsedByClient,
    Past::UsedByForm,
    Past::TakenNotCast,
    Past::Withdrawn,
    Past::Flooded,
];

/// What the one at the door can see, and what the store was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    status: u16,
    headers: Vec<String>,
    body: String,
    statements: Vec<String>,
}

struct House {
    app: TestApp,
    petition: Petition,
    crowd: CrowdKey,
    chance: SeededEntropy,
}

impl House {
    fn new() -> Self {
        statements::record();
        let app = TestApp::builder().connections(1).leaves_mail().start();
        let petition = app.petition();
        let crowd = app.crowd(&petition, ProofKind::WorkMail);
        Self { app, petition, crowd, chance: SeededEntropy::new(31) }
    }

    /// Lets that happen at an address.
    fn arrange(&self, past: Past, address: &str) {
        let Self { app, petition, crowd, chance } = self;
        match past {
            Past::Unknown => {}
            Past::Pending => drop(app.client().ask_code(crowd, address).expect(202)),
            Past::UsedByClient => {
                let (ballot, token) = app.token(crowd, address, chance);
                app.client().cast(crowd, &crowd.cast(&ballot, &token, chance).leaf).expect(202);
            }
            Past::UsedByForm => drop(app.sign(petition, "work-mail", "Robin Okafor", address)),
            Past::TakenNotCast => drop(app.token(crowd, address, chance)),
            Past::Withdrawn => {
                let code = app.sign(petition, "work-mail", "Robin Okafor", address);
                app.client().post("/receipt/withdrawal", &[("code", &code)]).expect(200);
            }
            Past::Flooded => {
                for _ in 0..4 {
                    app.client().ask_code(crowd, address).expect(202);
                }
            }
        }
        app.deliver_mail();
        // So that nobody is asked to wait.
        app.clock.advance_secs(60);
    }

    fn see(&self, act: impl FnOnce(&TestApp) -> Reply) -> (Seen, Reply) {
        drop(statements::take());
        let reply = act(&self.app);
        let statements = statements::take();
        let mut headers: Vec<String> = reply
            .headers
            .iter()
            .filter(|(name, _)| name.as_str() != "date")
            .map(|(name, value)| format!("{name}: {}", value.to_str().expect("readable")))
            .collect();
        headers.sort();
        let ticket = ticket_in(&reply).unwrap_or_default();
        let body = if ticket.is_empty() {
            reply.body.clone()
        } else {
            assert_eq!(ticket.len(), 43);
            reply.body.replace(&ticket, "")
        };
        (Seen { status: reply.status, headers, body, statements }, reply)
    }
}

fn ticket_in(reply: &Reply) -> Option<String> {
    let json: Option<serde_json::Value> = serde_json::from_str(&reply.body).ok();
    json.and_then(|body| body["ticket"].as_str().map(String::from)).or_else(|| reply.hidden("ticket"))
}

/// Everything that somebody without the mailbox can do with an address, one thing after the other.
fn walk(house: &House, address: &str, door: Door) -> Vec<Seen> {
    let House { petition, crowd, chance, .. } = house;
    let (asked, reply) = house.see(|app| match door {
        Door::FormPublic => app.client().ask(petition, "work-mail", "Mallory Vane", address),
        Door::FormNotShown => app.client().ask_nameless(petition, "work-mail", address),
        Door::Client => app.client().ask_code(crowd, address),
    });
    let ticket = ticket_in(&reply).expect("a ticket");
    let mut all = vec![asked];
    let request = encode(crowd.ballot(chance).request.encode());
    for _ in 0..6 {
        let (tried, _) = house.see(|app| match door {
            Door::FormPublic | Door::FormNotShown => app.client().confirm(petition, &ticket, "AAAA-AAAA"),
            Door::Client => app.client().post_json(
                &crowd.path("tokens"),
                &json!({"ticket": ticket, "code": "AAAA-AAAA", "request": request}).to_string(),
            ),
        });
        all.push(tried);
    }
    all
}

/// Where one can come in with an address.
#[derive(Debug, Clone, Copy)]
enum Door {
    FormPublic,
    FormNotShown,
    Client,
}

#[test]
fn whoever_cannot_read_the_mailbox_sees_no_difference_at_any_door() {
    let house = House::new();
    for (number, door) in [Door::FormPublic, Door::FormNotShown, Door::Client].into_iter().enumerate() {
        // The address stands nowhere in the answers; all are equally long all the same.
        let addresses: Vec<(Past, String)> = PASTS
            .iter()
            .enumerate()
            .map(|(past, which)| (*which, format!("person{number}{past}@initech.example")))
            .collect();
        for (past, address) in &addresses {
            house.arrange(*past, address);
        }
        let mut first: Option<Vec<Seen>> = None;
        for (past, address) in &addresses {
            let seen: Vec<Seen> = walk(&house, address, door)
                .into_iter()
                .map(|seen| Seen { body: seen.body.replace(address, ""), ..seen })
                .collect();
            assert!(seen.iter().all(|seen| seen.statements.len() >= 2), "the statements were noted");
            let first = first.get_or_insert_with(|| seen.clone());
            assert_eq!(*first, seen, "{past:?} differs from unknown at {door:?}");
        }
    }
}

#[test]
fn a_door_that_looks_first_is_told_apart_by_its_statements() {
    let house = House::new();
    house.arrange(Past::UsedByClient, "used@initech.example");
    let naive = |address: &str| {
        let (seen, _) = house.see(|app| {
            let used = app.ctx.store.read(|db| issuer::participations(db, house.crowd.petition));
            let is_used = used.expect("the database answers") > 0 && address.starts_with("used");
            let address = if is_used { "nobody" } else { address };
            app.client().post_json(
                &house.crowd.path("codes"),
                &json!({"proof": "work-mail", "address": address}).to_string(),
            )
        });
        seen.statements
    };
    assert_ne!(naive("used@initech.example"), naive("free@initech.example"), "the game can be lost");
}

#[test]
fn receipts_that_nobody_has_look_alike_whoever_signed() {
    let house = House::new();
    let code = "0000-0000-0000-0000-0000-0000-0000";
    let look = || house.see(|app| app.client().post("/receipt", &[("code", code)])).0;
    let before = look();
    for (number, past) in PASTS.into_iter().enumerate() {
        house.arrange(past, &format!("person{number}@initech.example"));
    }
    assert_eq!(look(), before);
}

/// Only in `scripts/attack`: it takes minutes, and a machine that is busy otherwise.
#[test]
fn answers_take_equally_long_whatever_happened_at_the_address() {
    // Codes are given out for 30 days.
    const DAYS: usize = 25;
    const A_DAY: usize = 80;
    if !is_full() {
        return;
    }
    let app = TestApp::builder().leaves_mail().trusted_proxies(&["127.0.0.1"]).start();
    let petition = app.petition();
    let crowd = app.crowd(&petition, ProofKind::WorkMail);
    let chance = SeededEntropy::new(33);
    for number in 0..A_DAY {
        app.token(&crowd, &format!("used{number}@initech.example"), &chance);
        app.clock.advance_secs(30);
    }
    let mut took: [Vec<u128>; 4] = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    let client = app.client();
    let ask = |address: &str| micros_of(|| client.ask_code(&crowd, address).expect(202));
    for day in 0..DAYS {
        app.clock.advance_secs(24 * 3_600);
        jobs::purge(&app.ctx).expect("the database answers");
        for number in 0..A_DAY {
            ask(&format!("pending{day}x{number}@initech.example"));
        }
        for _ in 0..4 {
            ask("flooded@initech.example");
        }
        let order = (0..4 * A_DAY).map(|job| (job % 4, job / 4)).collect();
        for (past, number) in shuffled(&chance, order) {
            app.clock.advance_secs(5);
            let address = match past {
                0 => format!("unknown{day}x{number}@initech.example"),
                1 => format!("pending{day}x{number}@initech.example"),
                2 => format!("used{number}@initech.example"),
                _ => String::from("flooded@initech.example"),
            };
            took[past].push(ask(&address));
        }
        app.deliver_mail();
    }
    // What two series of 2000 from the same source exceed once in ten thousand times.
    let bound = 0.0704;
    for (past, name) in [(1, "pending"), (2, "used"), (3, "past its limit")] {
        let found = distance(&took[0], &took[past]);
        // The control waits a quarter of a millisecond longer for those that are known.
        let slower: Vec<u128> = took[past].iter().map(|micros| micros + 250).collect();
        let control = distance(&took[0], &slower);
        report(&Row {
            game: "G11, time",
            attacker: format!("{} answers each, unknown against {name}", took[0].len()),
            score: format!("distance {found:.3}"),
            bound: format!("{bound}"),
            control: format!("{control:.3} when 0.25 ms slower"),
        });
        assert!(found <= bound, "{name} is told apart by time: {found:.3}");
        assert!(control > bound, "the measurement could not have found anything: {control:.3}");
    }
}
