//! The people of the games: employees whose list is the attacker's, some of whom sign in public, some anonymously,
//! some who take a token and never cast it. They come over several days, as people do; once the server is killed.

use undersigned::{
    actions::{collector, petitions::How},
    domain::{
        email::EmailAddress,
        proof::ProofKind,
        time::{Day, Timestamp},
    },
    entropy::{Entropy, SeededEntropy},
    jobs::{self, Node},
    keys::participation_tag,
    protocol::{
        sealing::{SealingKey, UnsealingKey},
        token::Token,
        withdrawal_code::WithdrawalCode,
    },
};

use crate::support::{Ballot, Client, CrowdKey, Petition, TestApp, environment, withdrawal_code};

/// From genesis to the last arrival.
const DAYS: u64 = 4;
/// How long people come on each of these days.
const OPEN_SECS: u64 = 9 * 3_600;
/// Seconds between two renewals of the keys of the spools.
const BETWEEN_RENEWALS: i64 = 5;
/// One in so many anonymous signers casts the next day.
const LATE: usize = 40;

/// How many there are of whom.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Employees in all.
    pub staff: usize,
    /// Who sign with their name.
    pub public: usize,
    /// Who sign with a name sealed to a trustee.
    pub sealed: usize,
    /// Who sign anonymously.
    pub anonymous: usize,
    /// Who take a token and never cast it.
    pub takers: usize,
}

/// Whether the games are played at full size.
pub fn is_full() -> bool {
    environment("SUITE_GAMES").is_some_and(|size| size == "full")
}

/// How many there are of whom in this run.
pub fn sizes() -> Sizes {
    if is_full() {
        Sizes { staff: 1_100, public: 300, sealed: 200, anonymous: 400, takers: 100 }
    } else {
        Sizes { staff: 150, public: 40, sealed: 20, anonymous: 60, takers: 10 }
    }
}

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Signs with the name.
    Public,
    /// Signs with a name that only the trustee can read.
    Sealed,
    /// Signs anonymously.
    Anonymous,
    /// Takes a token and never casts it.
    Taker,
    /// Does not come.
    Absent,
}

impl Mode {
    /// Whether the signature shows no name.
    pub fn is_nameless(self) -> bool {
        matches!(self, Self::Sealed | Self::Anonymous)
    }
}

/// An employee, and what only this person and the test know.
pub struct Person {
    /// The work address.
    pub address: String,
    /// The name.
    pub name: String,
    /// What this person does.
    pub mode: Mode,
    /// Where the browser comes from.
    pub ip: String,
    /// What the browser calls itself.
    pub agent: String,
    /// What the issuer saw, hashed.
    pub request_hash: Option<[u8; 32]>,
    /// What was cast.
    pub leaf: Option<Vec<u8>>,
    /// The receipt.
    pub code: Option<WithdrawalCode>,
    /// Tickets and mailed codes.
    pub secrets: Vec<String>,
    /// Whether this person casts the next day.
    is_late: bool,
    waiting: Option<(Ballot, Token)>,
}

/// A petition that has lived for some days.
pub struct World {
    /// Where it lives.
    pub app: TestApp,
    /// The petition.
    pub petition: Petition,
    /// The crowd of its employees.
    pub crowd: CrowdKey,
    /// To whom names are sealed.
    pub trustee: SealingKey,
    /// The staff.
    pub people: Vec<Person>,
    /// How many casts each batch held, in order.
    pub batches: Vec<u64>,
    /// In which order tokens were given out, and casts came in: (is it a cast, person).
    pub story: Vec<(bool, usize)>,
    /// Where PostgreSQL's write-ahead log was when it began.
    pub wal_from: Option<String>,
    node: Node,
    scrubbed: Option<Day>,
    chance: SeededEntropy,
}

enum Event {
    Comes(usize),
    CastsLate(usize),
}

/// A name that is nobody else's.
fn name_of(number: usize) -> String {
    const BEGIN: [&str; 10] = ["Zor", "Quin", "Vey", "Jax", "Wyl", "Phae", "Dru", "Kez", "Ool", "Xan"];
    const END: [&str; 10] =
        ["vimel", "tabor", "quist", "ndral", "shkow", "rbeck", "llora", "mpsey", "zhaan", "ffrey"];
    let digit = |place: usize| (number / 10_usize.pow(u32::try_from(place).expect("small"))) % 10;
    format!(
        "{}{} {}{}",
        BEGIN[digit(0)],
        END[digit(1)],
        BEGIN[digit(2)],
        END[(digit(0) + digit(1) + digit(3)) % 10]
    )
}

/// A number below `end`.
pub fn below(chance: &dyn Entropy, end: usize) -> usize {
    let drawn = u64::from_le_bytes(chance.bytes());
    usize::try_from(drawn % u64::try_from(end).expect("a size")).expect("a size")
}

/// The same in another order.
pub fn shuffled<T>(chance: &dyn Entropy, mut list: Vec<T>) -> Vec<T> {
    for last in (1..list.len()).rev() {
        list.swap(last, below(chance, last + 1));
    }
    list
}

fn staff(sizes: Sizes, chance: &dyn Entropy) -> Vec<Person> {
    let mode = |number: usize| {
        if number < sizes.public {
            Mode::Public
        } else if number < sizes.public + sizes.sealed {
            Mode::Sealed
        } else if number < sizes.public + sizes.sealed + sizes.anonymous {
            Mode::Anonymous
        } else if number < sizes.public + sizes.sealed + sizes.anonymous + sizes.takers {
            Mode::Taker
        } else {
            Mode::Absent
        }
    };
    let modes = shuffled(chance, (0..sizes.staff).map(mode).collect());
    let person = |(number, mode)| {
        let name = name_of(number);
        Person {
            address: format!("{}.{number}@initech.example", name.to_lowercase().replace(' ', ".")),
            mode,
            ip: format!("203.{}.{}.{}", 100 + number / 200, 113, 20 + number % 200),
            agent: format!("Canary-Browser/{number}.{}", 7_000 + number),
            name,
            request_hash: None,
            leaf: None,
            code: None,
            secrets: Vec::new(),
            is_late: false,
            waiting: None,
        }
    };
    modes.into_iter().enumerate().map(person).collect()
}

impl World {
    /// Days pass: people come, batches are published, the server is killed once. `sizes`: how many people.
    pub fn after_some_days(sizes: Sizes) -> Self {
        let app =
            TestApp::builder().with_chance(77_000).trusted_proxies(&["127.0.0.1"]).leaves_mail().start();
        let trustee = UnsealingKey::generate(&SeededEntropy::new(76)).sealing_key().expect("a key");
        let owner = app.organizer("Heron");
        let petition = app.petition_of(&owner, How::Open, |draft| {
            draft.trustee = String::from("Kim Ade, lawyer");
            draft.sealing_key = trustee.to_string();
            // More than there are: no name is opened while the games are played.
            draft.reveal_at = String::from("5000");
        });
        drop(owner);
        let crowd = app.crowd(&petition, ProofKind::WorkMail);
        let chance = SeededEntropy::new(77);
        let people = staff(sizes, &chance);
        let node = Node::new(&app.ctx);
        let wal_from = app.database().wal_segment();
        let mut world = Self {
            wal_from,
            app,
            petition,
            crowd,
            trustee,
            people,
            batches: Vec::new(),
            story: Vec::new(),
            node,
            scrubbed: None,
            chance,
        };
        let events = world.arrivals();
        let half = events.len() / 2;
        for (number, (time, event)) in events.into_iter().enumerate() {
            world.wait_until(time);
            if number == half {
                world.app.crash_and_restart();
                world.node = Node::new(&world.app.ctx);
                world.app.clock.advance_secs(601);
            }
            match event {
                Event::Comes(who) => world.comes(who),
                Event::CastsLate(who) => world.casts(who),
            }
        }
        // Until the turn after the last arrival, before the night's scrub: what a thief finds at the best time for
        // him.
        let midnight = world.app.ctx.now().day().start().plus_days(1);
        world.wait_until(midnight.plus_secs(60));
        world
    }

    /// Who comes when, in order.
    fn arrivals(&mut self) -> Vec<(Timestamp, Event)> {
        let chance = SeededEntropy::new(78);
        let chance: &dyn Entropy = &chance;
        let coming: Vec<usize> =
            (0..self.people.len()).filter(|who| self.people[*who].mode != Mode::Absent).collect();
        let total = u64::try_from(coming.len()).expect("a size");
        let start = self.app.ctx.now();
        let mut events = Vec::new();
        let mut anonymous = 0;
        for (number, who) in (0_u64..).zip(shuffled(chance, coming)) {
            let day = number * DAYS / total;
            let second = u64::from_le_bytes(chance.bytes()) % OPEN_SECS;
            let time = start.plus_secs(i64::try_from(day * 24 * 3_600 + second).expect("some days"));
            if self.people[who].mode.is_nameless() {
                anonymous += 1;
                if anonymous % LATE == 0 {
                    self.people[who].is_late = true;
                    events.push((time.plus_secs(20 * 3_600), Event::CastsLate(who)));
                }
            }
            events.push((time, Event::Comes(who)));
        }
        events.sort_by_key(|(time, _)| time.secs());
        events
    }

    /// Time passes; every hour the jobs have a round, and the clock of the spools goes on.
    pub fn wait_until(&mut self, time: Timestamp) {
        loop {
            let now = self.app.ctx.now().secs();
            let next = (now / 3_600 + 1) * 3_600;
            if next > time.secs() {
                let waited = (time.secs() - now).max(0);
                self.app.clock.advance_secs(waited);
                if waited >= BETWEEN_RENEWALS {
                    collector::renew_keys(&self.app.ctx).expect("the keys are renewed");
                }
                return;
            }
            self.app.clock.advance_secs(next - now);
            self.one_round();
        }
    }

    /// So many times ten days pass, with a round of jobs each, at night.
    pub fn tens_of_days(&mut self, count: u32) {
        let night = self.app.ctx.now().day().start().plus_days(1).plus_secs(4 * 3_600);
        self.wait_until(night);
        for _ in 0..count {
            self.app.clock.advance_secs(10 * 24 * 3_600);
            self.one_round();
        }
    }

    /// One round of jobs.
    pub fn one_round(&mut self) {
        collector::renew_keys(&self.app.ctx).expect("the keys are renewed");
        let done = jobs::round(&self.app.ctx, &self.node, &mut self.scrubbed).expect("the jobs run");
        collector::renew_keys(&self.app.ctx).expect("the keys are renewed");
        let done = done.expect("nobody else runs them");
        if done.scrubbed {
            self.scrubbed = Some(self.app.ctx.now().day());
        }
        if done.batches.casts > 0 {
            self.batches.push(done.batches.casts);
        }
    }

    fn browser(&self, who: usize) -> Client<'_> {
        let person = &self.people[who];
        self.app.client().with_header("x-forwarded-for", &person.ip).with_header("user-agent", &person.agent)
    }

    fn comes(&mut self, who: usize) {
        if self.people[who].mode == Mode::Public && who.is_multiple_of(2) {
            return self.signs_by_form(who);
        }
        let ballot = self.crowd.ballot(&self.chance);
        let person = &self.people[who];
        let (ticket, mailed, token) = {
            let browser = self.browser(who);
            let ticket = browser.ask_code(&self.crowd, &person.address).expect(202).member("ticket");
            let mailed = self.app.code_for(&person.address);
            let answer = browser.ask_token(&self.crowd, &ticket, &mailed, &ballot).expect(200);
            let token = ballot.finish(&answer);
            (ticket, mailed, token)
        };
        self.story.push((false, who));
        let person = &mut self.people[who];
        person.request_hash = Some(ballot.request.hash());
        person.code = Some(ballot.code.clone());
        person.secrets.extend([ticket, mailed]);
        person.waiting = Some((ballot, token));
        if self.people[who].mode != Mode::Taker && !self.people[who].is_late {
            self.casts(who);
        }
    }

    fn casts(&mut self, who: usize) {
        let Some((ballot, token)) = self.people[who].waiting.take() else { return };
        let person = &self.people[who];
        let browser = self.browser(who);
        let leaf = if person.mode == Mode::Public {
            let cast = self.crowd.public_cast(&ballot, &token, &person.name, &self.chance);
            browser.cast_in_public(&self.crowd, &cast).expect(202);
            cast.leaf
        } else if person.mode == Mode::Sealed {
            let cast = self.crowd.sealed_cast(&ballot, &token, &person.name, &self.chance);
            browser.cast_sealed(&self.crowd, &cast, &self.trustee, &self.chance).expect(202);
            cast.leaf
        } else {
            let cast = self.crowd.cast(&ballot, &token, &self.chance);
            browser.cast(&self.crowd, &cast.leaf).expect(202);
            cast.leaf
        };
        self.story.push((true, who));
        self.people[who].leaf = Some(leaf);
    }

    fn signs_by_form(&mut self, who: usize) {
        let person = &self.people[who];
        let (ticket, mailed, code) = {
            let browser = self.browser(who);
            let inbox = browser.ask(&self.petition, "work-mail", &person.name, &person.address).expect(200);
            let ticket = inbox.hidden("ticket").expect("a ticket");
            let mailed = self.app.code_for(&person.address);
            let done = browser.confirm(&self.petition, &ticket, &mailed).expect(200);
            (ticket, mailed, WithdrawalCode::parse(&withdrawal_code(&done)).expect("a code"))
        };
        self.story.extend([(false, who), (true, who)]);
        let person = &mut self.people[who];
        person.code = Some(code);
        person.secrets.extend([ticket, mailed]);
    }

    /// The tag that the attacker computes for an address, since he has the pepper.
    pub fn tag(&self, address: &str) -> [u8; 32] {
        let keys = self.app.ctx.keys.petition_keys(self.crowd.petition).expect("its keys");
        let address = EmailAddress::parse(address).expect("an address");
        participation_tag(keys.pepper(), address.normalized().expose())
    }

    /// So many who did not come before come now and cast anonymously, one after the other. Who, in that order.
    pub fn newcomers(&mut self, count: usize) -> Vec<usize> {
        let is_absent = |who: &usize| self.people[*who].mode == Mode::Absent;
        let who: Vec<usize> = (0..self.people.len()).filter(is_absent).take(count).collect();
        for who in &who {
            self.people[*who].mode = Mode::Anonymous;
            self.comes(*who);
        }
        who
    }
}
