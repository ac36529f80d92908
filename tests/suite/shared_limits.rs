//! Who limits whom: somebody who uses up what all behind one network address share makes the others work, or wait a moment, and
//! keeps nobody out. Widely spread requests are limited all the same; typing errors are not counted.

use undersigned::protocol::{extension::Extension, work};

use crate::support::{Client, PASSPHRASE, Petition, Reply, TestApp, Voter, ticket, withdrawal_code};

const COLLEAGUES: usize = 23;
/// More than any limit of signing takes at once.
const MANY: usize = 220;
const HOSTILE: &str = "hostile@elsewhere.example";

fn codes(app: &TestApp, petition: &Petition) -> String {
    format!("/api/v1/petitions/{}/codes", Voter::new(app, petition, "work-mail", 1).id)
}

fn asking(proof: &str, address: &str) -> String {
    serde_json::json!({"proof": proof, "address": address}).to_string()
}

/// The work that an answer asks for, done as the page's script does it.
fn worked(reply: &Reply) -> String {
    assert_eq!(reply.json()["code"], "work", "{}", reply.body);
    let asked = &reply.json()["work"];
    let challenge = asked["challenge"].as_str().expect("a challenge");
    let bits = u32::try_from(asked["bits"].as_u64().expect("a number")).expect("few");
    assert!(bits <= 21, "a phone needs seconds, not minutes");
    work::header(challenge, work::solve(challenge, bits).expect("a solution"))
}

/// Sends what a client of a page with script sends, working where it is asked to.
fn post_json(client: &Client<'_>, path: &str, body: &str) -> Reply {
    let reply = client.post_json(path, body);
    if reply.status == 429 { client.post_json_with(path, body, &[("work", &worked(&reply))]) } else { reply }
}

/// Uses up all that one network address may ask for, and some of the reserve.
fn spend(app: &TestApp, petition: &Petition) {
    let client = app.client();
    let path = codes(app, petition);
    let tokens = path.replace("/codes", "/tokens");
    for (path, body) in [
        (&path, asking("any-mail", HOSTILE)),
        (&tokens, String::from(r#"{"ticket":"x","code":"x","request":"x"}"#)),
        (
            &tokens,
            serde_json::json!({"ticket": "A".repeat(43), "code": "AAAA-AAAA", "request": request()})
                .to_string(),
        ),
    ] {
        for _ in 0..MANY {
            client.post_json(path, &body);
        }
    }
    for _ in 0..3 {
        post_json(&client, &path, &asking("any-mail", HOSTILE));
    }
}

/// Uses up all that one network address may send of a petition's forms.
fn spend_forms(app: &TestApp, petition: &Petition) {
    let client = app.client();
    while client.ask(petition, "work-mail", "Hostile", "hostile@initech.example").status != 429 {}
    while client.confirm(petition, &"A".repeat(43), "AAAA-AAAA").status != 429 {}
}

/// A token request that can be read, and is for no key.
fn request() -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut bytes = vec![0, 2, 0];
    bytes.resize(3 + 256, 1);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Every hidden field of a page.
fn hidden(page: &Reply) -> Vec<(String, String)> {
    let inputs = page.body.split('<').filter(|tag| tag.starts_with("input type=\"hidden\""));
    let named = inputs.map(|tag| {
        let name = tag.split("name=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a name");
        (String::from(name), page.hidden(name).expect("a value"))
    });
    named.collect()
}

/// Waits as long as the page says, then presses its button.
fn wait_and_press(app: &TestApp, client: &Client<'_>, path: &str, mut page: Reply) -> Reply {
    for _ in 0..2 {
        if page.status != 429 {
            break;
        }
        let secs: i64 = page.header("retry-after").expect("how long").parse().expect("a number");
        page.says(&format!("Wait {secs} seconds, then press again"));
        assert!(secs <= 120, "{secs}");
        app.clock.advance_secs(secs);
        let fields = hidden(&page);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        page = client.post(path, &fields);
    }
    page
}

#[test]
fn with_a_hostile_client_behind_the_same_address_every_colleague_signs_by_script() {
    let app = TestApp::start();
    let petition = app.petition();
    spend(&app, &petition);
    let path = codes(&app, &petition);
    let refused = app.client().post_json(&path, &asking("work-mail", "probe@initech.example")).expect(429);
    assert_eq!(refused.json()["code"], "work");
    assert!(refused.header("retry-after").is_some(), "for programs that know no work");
    for number in 0..COLLEAGUES {
        let address = format!("colleague{number}@initech.example");
        let voter = Voter::new(&app, &petition, "work-mail", 100 + u64::try_from(number).unwrap());
        let client = app.client();
        app.remember_canary(&address);
        let ticket = ticket(&post_json(&client, &path, &asking("work-mail", &address)).expect(202));
        let blinded = voter.blind();
        let body = voter.token_body(&ticket, &app.code_for(&address), &blinded).to_string();
        let answer = post_json(&client, &path.replace("/codes", "/tokens"), &body).expect(200);
        let token = blinded.finish(&answer);
        let made = voter.made(&token, &Extension::Anonymous);
        let body = Voter::cast_body(&made).to_string();
        post_json(&client, &path.replace("/codes", "/casts"), &body).expect(202);
        // The hostile one goes on all the while, and pays for each.
        post_json(&app.client(), &path, &asking("any-mail", HOSTILE));
    }
    app.deliver_mail();
}

#[test]
fn with_a_hostile_client_behind_the_same_address_every_colleague_signs_without_script() {
    let app = TestApp::start();
    let petition = app.petition();
    spend_forms(&app, &petition);
    let form = |name: &str, address: &str| app.client().ask(&petition, "work-mail", name, address);
    for _ in 0..50 {
        form("Hostile", "hostile@initech.example").expect(429);
    }
    for number in 0..COLLEAGUES {
        let (name, address) = (
            format!("Colleague {}", ["Ada", "Eve", "Kim"][number % 3]),
            format!("colleague{number}@initech.example"),
        );
        let client = app.client();
        let held = client.ask(&petition, "work-mail", &name, &address);
        assert_eq!(
            held.hidden("address").unwrap_or_else(|| address.clone()),
            address,
            "what was typed is kept"
        );
        let inbox = wait_and_press(&app, &client, &petition.signatures(), held).expect(200);
        let (ticket, code) = (inbox.hidden("ticket").unwrap(), app.code_for(&address));
        let typed = client.confirm(&petition, &ticket, &code);
        let done = wait_and_press(&app, &client, &petition.confirmations(), typed).expect(200);
        app.remember_canary(&withdrawal_code(&done));
        for _ in 0..5 {
            form("Hostile", "hostile@initech.example");
        }
    }
    app.deliver_mail();
}

#[test]
fn a_form_that_has_to_wait_keeps_what_was_typed_and_passes_once() {
    let app = TestApp::start();
    let petition = app.petition();
    spend_forms(&app, &petition);
    let client = app.client();
    let held = client.ask(&petition, "work-mail", "Zoë “Zo” Okafor", "zoe@initech.example").expect(429);
    held.says("Wait 20 seconds, then press again").says("Everything that you typed is kept");
    let fields = hidden(&held);
    for wanted in [("name", "Zoë “Zo” Okafor"), ("address", "zoe@initech.example"), ("visibility", "public")]
    {
        assert!(fields.iter().any(|(name, value)| (name.as_str(), value.as_str()) == wanted), "{wanted:?}");
    }
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.clock.advance_secs(19);
    spend_forms(&app, &petition);
    client.post(&petition.signatures(), &fields).expect(429).says("Wait one second, then press again");
    app.clock.advance_secs(1);
    client.post(&petition.signatures(), &fields).expect(200).says("Check your inbox");
    while client.ask(&petition, "work-mail", "Hostile", "hostile@initech.example").status != 429 {}
    client.post(&petition.signatures(), &fields).expect(429);
    assert_eq!(app.mails_to("zoe@initech.example"), 1);
}

#[test]
fn a_solved_challenge_serves_once_and_for_nobody_else() {
    let app = TestApp::builder().trusted_proxies(&["127.0.0.0/8"]).start();
    let petition = app.petition();
    let path = codes(&app, &petition);
    let body = asking("any-mail", HOSTILE);
    let from = |office: &str| app.client().with_header("x-forwarded-for", office);
    let mut refused = from("203.0.113.9").post_json(&path, &body);
    while refused.status != 429 {
        refused = from("203.0.113.9").post_json(&path, &body);
    }
    while from("198.51.100.7").post_json(&path, &body).status != 429 {}
    let header = worked(&refused);
    let with_work = [("work", header.as_str())];
    from("198.51.100.7").post_json_with(&path, &body, &with_work).expect(429);
    from("203.0.113.9").post_json_with(&path, &body, &with_work).expect(202);
    from("203.0.113.9").post_json_with(&path, &body, &with_work).expect(429);
    let late = worked(&from("203.0.113.9").post_json(&path, &body).expect(429));
    app.clock.set_by_secs(3_600);
    from("203.0.113.9").post_json_with(&path, &body, &[("work", &late)]).expect(202);
    let late = worked(&from("203.0.113.9").post_json(&path, &body).expect(429));
    app.clock.advance_secs(301);
    while from("203.0.113.9").post_json(&path, &body).status != 429 {}
    from("203.0.113.9").post_json_with(&path, &body, &[("work", &late)]).expect(429);
    app.deliver_mail();
}

#[test]
fn fourteen_networks_of_one_subscriber_are_limited_as_one() {
    let app = TestApp::builder().trusted_proxies(&["127.0.0.0/8"]).start();
    let fields =
        [("pseudonym", "Nobody"), ("recovery_code", "AAAAA-AAAAA-AAAAA-AAAAA"), ("passphrase", PASSPHRASE)];
    let tried = (0..14).flat_map(|net| (0..3).map(move |_| net)).filter(|net| {
        let place = format!("2001:db8:0:{net:x}::1");
        app.client().post_with("/recover", &fields, &[("x-forwarded-for", &place)]).status != 429
    });
    assert_eq!(tried.count(), 20);
    let elsewhere = [("x-forwarded-for", "2001:db8:1::1")];
    assert_eq!(app.client().post_with("/recover", &fields, &elsewhere).status, 422);
}

#[test]
fn many_addresses_of_one_mail_domain_are_limited_from_wherever_they_come() {
    let app = TestApp::builder().trusted_proxies(&["127.0.0.0/8"]).start();
    let petition = app.petition();
    let path = codes(&app, &petition);
    let ask = |number: usize, domain: &str| {
        let office = format!("203.0.{}.9", number / 100);
        let client = app.client().with_header("x-forwarded-for", &office);
        client.post_json(&path, &asking("any-mail", &format!("p{number}@{domain}")))
    };
    let asked = (0..1_000).take_while(|number| ask(*number, "home.example").status == 202).count();
    assert_eq!(asked, 400);
    ask(1_000, "garden.example").expect(202);
    let refused = ask(1_001, "home.example").expect(429);
    let client = app.client().with_header("x-forwarded-for", "203.0.10.9");
    let body = asking("any-mail", "p1001@home.example");
    client.post_json_with(&path, &body, &[("work", &worked(&refused))]).expect(202);
    let fields =
        [("visibility", "public"), ("proof", "any-mail"), ("name", "Ada"), ("address", "ada@home.example")];
    let held = client.post(&petition.signatures(), &fields).expect(429);
    wait_and_press(&app, &client, &petition.signatures(), held).expect(200);
    app.deliver_mail();
}

#[test]
fn typing_errors_use_up_no_limit() {
    let app = TestApp::start();
    let petition = app.petition();
    let client = app.client();
    let path = codes(&app, &petition);
    let sign_up = |name: &str, passphrase: &str| {
        let fields = [("pseudonym", name), ("passphrase", passphrase), ("mail", "")];
        app.client().post("/sign-up", &fields).status
    };
    for _ in 0..15 {
        assert_eq!((sign_up("He", PASSPHRASE), sign_up("Curlew", "too short")), (422, 422));
        let recovery = [("pseudonym", "Curlew"), ("recovery_code", "x"), ("passphrase", "too short")];
        client.post("/recover", &recovery).expect(422);
    }
    assert_eq!(sign_up("Curlew", PASSPHRASE), 200);
    for _ in 0..70 {
        client.post("/receipt", &[("code", "not a code")]).expect(422);
    }
    let unknown = Voter::new(&app, &petition, "work-mail", 1).code.expose();
    client.post("/receipt", &[("code", &unknown)]).expect(404);
    for _ in 0..MANY {
        client.ask(&petition, "work-mail", "", "robin").expect(422);
        client.post_json(&path, &asking("work-mail", "robin")).expect(422);
    }
    let inbox = client.ask(&petition, "work-mail", "Robin Okafor", "robin@initech.example").expect(200);
    let ticket = inbox.hidden("ticket").unwrap();
    for _ in 0..MANY {
        client.confirm(&petition, &ticket, "not a code at all").expect(422);
    }
    let done = client.confirm(&petition, &ticket, &app.code_for("robin@initech.example")).expect(200);
    app.remember_canary(&withdrawal_code(&done));
}

#[test]
fn who_signs_in_with_the_right_passphrase_is_never_counted() {
    let app = TestApp::start();
    let fields = [("pseudonym", "Heron"), ("passphrase", PASSPHRASE), ("mail", "")];
    app.client().post("/sign-up", &fields).expect(200);
    for _ in 0..25 {
        let fields = [("pseudonym", "Heron"), ("passphrase", PASSPHRASE), ("next", "")];
        app.client().post("/sign-in", &fields).expect(303);
    }
}
