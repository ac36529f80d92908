//! G14, memory: a thief copies the memory of the running process. Of people whose requests were answered nothing is left in
//! it: no address, code, ticket, network address, browser, leaf that waits, or withdrawal code.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom},
};

use undersigned::{
    clock::{Clock as _, SystemClock},
    protocol::{extension::Extension, leaf::CastLeaf},
};

use super::{
    canaries::{Canary, found},
    table::{Row, report},
};
use crate::support::{
    Caller, Node, Petition, ServerTls, SmtpServer, TestApp, Voter, environment, withdrawal_code,
};

/// How often the memory is copied before what is found in it counts: the last answers may still be on their way.
const LOOKS: usize = 20;
/// How many people come by each way.
const EACH: usize = 4;

/// All memory of the process that can be read.
fn memory_of(node: &Node) -> Vec<(String, Vec<u8>)> {
    let maps = File::open(format!("/proc/{}/maps", node.id())).expect("its maps");
    let mut memory =
        File::open(format!("/proc/{}/mem", node.id())).expect("its memory, for its parent or root");
    let mut all = Vec::new();
    for line in BufReader::new(maps).lines().map(|line| line.expect("text")) {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next().expect("a range"), words.next().expect("rights"));
        // What is only read comes from files.
        if !rights.starts_with("rw") {
            continue;
        }
        let (start, end) = range.split_once('-').expect("two ends");
        let place = |text| u64::from_str_radix(text, 16).expect("a place");
        let (start, end) = (place(start), place(end));
        let mut bytes = vec![0; usize::try_from(end - start).expect("a size")];
        memory.seek(SeekFrom::Start(start)).expect("a place");
        // Some pages cannot be read (guards, devices).
        if memory.read_exact(&mut bytes).is_ok() {
            all.push((words.last().unwrap_or("memory").to_owned(), bytes));
        }
    }
    assert!(all.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > 1 << 20, "the memory is there");
    all
}

/// Somebody, with all that the server gets to see.
struct Person {
    caller: Caller,
    address: String,
}

fn person(number: usize) -> Person {
    let caller = Caller {
        ip: format!("203.0.113.{}", 100 + number),
        agent: format!("Quuxbrowser/{number}.7.55{number:02}"),
    };
    Person { caller, address: format!("zerlina.quantick{number:02}@initech.example") }
}

/// What people do, and what of it must not be left.
struct Story<'a> {
    app: &'a TestApp,
    node: &'a Node,
    petition: &'a Petition,
    mail_server: SmtpServer,
    canaries: Vec<Canary>,
}

impl Story<'_> {
    fn remember(&mut self, what: &str, text: &str) {
        self.canaries.push(Canary::text(what, text));
    }

    fn meets(&mut self, person: &Person) {
        self.remember("network address", &person.caller.ip);
        self.remember("browser", &person.caller.agent);
        self.remember("address", &person.address);
    }

    /// The code in the next mail.
    fn next_code(&mut self, person: &Person) -> String {
        let mail = self.mail_server.next_mail();
        assert_eq!(mail.to(), person.address);
        let text = mail.data().replace("=\r\n", "");
        if let Some((_, link)) = text.split_once("/confirm/") {
            self.remember("mailed link", link.split_whitespace().next().expect("a token"));
        }
        let code = text.lines().map(str::trim).find(|line| line.len() == 9 && line.as_bytes()[4] == b'-');
        let code = String::from(code.expect("a code"));
        self.remember("mailed code", &code);
        code
    }

    fn signs_by_form(&mut self, number: usize) -> String {
        let person = person(number);
        self.meets(&person);
        let fields = [
            ("visibility", "not-shown"),
            ("proof", "work-mail"),
            ("name", ""),
            ("title", ""),
            ("address", person.address.as_str()),
        ];
        let inbox = self.node.post_as(&person.caller, &self.petition.signatures(), &fields).expect(200);
        let ticket = inbox.hidden("ticket").expect("a ticket");
        self.remember("ticket", &ticket);
        let code = self.next_code(&person);
        let typed = [("ticket", ticket.as_str()), ("code", code.as_str())];
        let done = self.node.post_as(&person.caller, &self.petition.confirmations(), &typed).expect(200);
        let mine = withdrawal_code(&done);
        self.remember("withdrawal code", &mine);
        mine
    }

    fn signs_by_client(&mut self, number: usize) {
        let person = person(number);
        self.meets(&person);
        let voter = Voter::new(self.app, self.petition, "work-mail", u64::try_from(number).expect("few"));
        let place = |call: &str| format!("/api/v1/petitions/{}/{call}", voter.id);
        let asked = serde_json::json!({"proof": "work-mail", "address": person.address});
        let answer = self.node.post_json_as(&person.caller, &place("codes"), &asked).expect(202).json();
        let ticket = answer["ticket"].as_str().expect("a ticket").to_owned();
        self.remember("ticket", &ticket);
        let code = self.next_code(&person);
        let blinded = voter.blind();
        let body = voter.token_body(&ticket, &code, &blinded);
        let token =
            blinded.finish(&self.node.post_json_as(&person.caller, &place("tokens"), &body).expect(200));
        let cast = voter.made(&token, &Extension::Anonymous);
        let body = Voter::cast_body(&cast);
        self.node.post_json_as(&person.caller, &place("casts"), &body).expect(202);
        let nonce = CastLeaf::parse(&cast.leaf).expect("a leaf").nonce().to_vec();
        self.canaries.push(Canary::bytes("nonce of a leaf that waits", &nonce));
        self.canaries.push(Canary::bytes("end of a leaf that waits", &cast.leaf[cast.leaf.len() - 32..]));
    }

    fn withdraws(&mut self, number: usize, code: &str) {
        let person = person(number);
        self.remember("network address", &person.caller.ip);
        self.remember("browser", &person.caller.agent);
        self.node.post_as(&person.caller, "/receipt", &[("code", code)]).expect(200);
        self.node.post_as(&person.caller, "/receipt/withdrawal", &[("code", code)]).expect(200);
    }

    fn mistypes(&mut self, number: usize) {
        let person = person(number);
        self.meets(&person);
        let fields = [("visibility", "public"), ("proof", "work-mail"), ("address", person.address.as_str())];
        self.node.post_as(&person.caller, &self.petition.signatures(), &fields).expect(422);
        let link = "A".repeat(20) + &person.address.replace(['@', '.'], "x")[..22] + "A";
        self.remember("link", &link);
        self.node.get_as(&person.caller, &format!("/confirm/{link}")).expect(410);
    }
}

#[test]
fn of_people_who_were_answered_nothing_is_left_in_the_memory_of_the_process() {
    let app = TestApp::builder().leaves_mail().start();
    app.clock.advance_secs(SystemClock.now().secs() - app.ctx.now().secs());
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, undersigned::actions::petitions::How::Open, |draft| {
        draft.closes = app.ctx.now().plus_days(60).day().to_string();
    });
    let mail_server = SmtpServer::start(ServerTls::Implicit, None);
    let (url, authority) = (format!("smtps://localhost:{}", mail_server.port()), mail_server.authority());
    // Nothing comes out meanwhile.
    let mut settings = vec![
        ("TRUSTED_PROXIES", "127.0.0.1"),
        ("BATCH_EVERY", "24h"),
        ("BATCH_EVERY_BUSY", "24h"),
        ("SMTP_URL", url.as_str()),
        ("SMTP_CA_FILE", authority.as_str()),
    ];
    // A program as people run it, whose memory root alone can read. Otherwise the one for tests: where a crash point is
    // armed, its parent may.
    let released = environment("SUITE_RELEASED_PROGRAM");
    if released.is_none() {
        settings.push(("CRASH_AT", "witness-before-answer"));
    }
    let program = released.as_deref().unwrap_or(env!("CARGO_BIN_EXE_undersigned"));
    let node = Node::start_program(program, &app, &settings);
    let mut story = Story { app: &app, node: &node, petition: &petition, mail_server, canaries: Vec::new() };
    let mut numbers = 1..;
    let mut next = || numbers.next().expect("a number");
    let mut codes = Vec::new();
    for _ in 0..EACH {
        codes.push(story.signs_by_form(next()));
        story.signs_by_client(next());
        story.mistypes(next());
    }
    story.withdraws(next(), &codes[0]);
    let canaries = story.canaries;
    let mut left = Vec::new();
    for _ in 0..LOOKS {
        left = found(&memory_of(&node), &canaries);
        if left.is_empty() {
            break;
        }
    }
    report(&Row {
        game: "G14",
        attacker: format!("the memory of the process, {} canaries", canaries.len()),
        score: format!("{} found", left.len()),
        bound: String::from("0"),
        control: String::from("see the process that is still being asked"),
    });
    assert_eq!(left, Vec::<String>::new());
}
