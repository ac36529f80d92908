//! What people paste: names with marks that keyboards and chats put in, codes dressed up on their way. Read as it was meant,
//! or refused with the character that is in the way.

use undersigned::actions::petitions::How;

use crate::{
    invitations::{invitations, inviting},
    support::{PASSPHRASE, TestApp, withdrawal_code},
};

/// A code in full width, bold, or with keycaps, as chat programs make of it.
fn dressed(code: &str) -> Vec<String> {
    let mapped = |digit: u32, letter: u32| {
        let one = |c: char| match c {
            '0'..='9' => char::from_u32(digit + u32::from(c) - u32::from('0')).unwrap(),
            'A'..='Z' => char::from_u32(letter + u32::from(c) - u32::from('A')).unwrap(),
            _ => c,
        };
        code.chars().map(one).collect::<String>()
    };
    let keycap = |c: char| {
        if c.is_ascii_digit() { format!("{c}\u{fe0f}\u{20e3}") } else { String::from(c) }
    };
    vec![
        mapped(0xff10, 0xff21),
        mapped(0x1d7ce, 0x1d400),
        code.chars().map(keycap).collect(),
        format!("\u{200e}“{code}”."),
        format!("```\n{}\n```", code.to_lowercase()),
        format!("Code: **{code}**"),
        code.chars().flat_map(|c| [c, '\u{200b}']).collect(),
    ]
}

#[test]
fn people_sign_with_names_as_their_scripts_and_keyboards_write_them() {
    let app = TestApp::start();
    let petition = app.petition();
    for (number, (typed, shown)) in [
        ("Gal·la Plàcida", "Gal·la Plàcida"),
        ("列奥纳多·迪·塞尔·皮耶罗", "列奥纳多·迪·塞尔·皮耶罗"),
        ("ジャン＝リュック・ピカード", "ジャン＝リュック・ピカード"),
        ("ｼﾞｬﾝ･ﾘｭｯｸ", "ｼﾞｬﾝ･ﾘｭｯｸ"),
        ("Robert “Bob” Smith", "Robert “Bob” Smith"),
        ("Robert „Bob‟ Smith", "Robert „Bob‟ Smith"),
        ("山田「太郎」花子", "山田「太郎」花子"),
        ("བསྟན་འཛིན་རྒྱ་མཚོ", "བསྟན་འཛིན་རྒྱ་མཚོ"),
        ("ኃይለ፡ሥላሴ", "ኃይለ፡ሥላሴ"),
        ("N!xau ǂToma", "N!xau ǂToma"),
        ("\u{200f}דוד בן־גוריון\u{200f}", "דוד בן־גוריון"),
        ("\u{200e}Ann Smith\u{200e}", "Ann Smith"),
        ("\u{feff}Ann\u{a0}Smith\u{200b}", "Ann Smith"),
        ("\u{2068}Ann Smith\u{2069}", "Ann Smith"),
    ]
    .into_iter()
    .enumerate()
    {
        let address = format!("signer{number}@initech.example");
        app.sign(&petition, "work-mail", typed, &address);
        let names = app.client().get(&format!("{}/signers", petition.path())).expect(200);
        assert!(names.words().contains(shown), "{}: {}", typed.escape_unicode(), names.words());
    }
}

#[test]
fn a_character_that_nobody_can_see_is_named_with_what_stands_before_it() {
    let app = TestApp::start();
    let petition = app.petition();
    let browser = app.client();
    let ask = |name: &str| browser.ask(&petition, "work-mail", name, "ann@initech.example").expect(422);
    ask("Ann\u{200b} Smith").says("There is an invisible character (U+200B) after “Ann”");
    ask("Ann Smi\u{ad}th").says("There is an invisible character (U+00AD) after “Ann Smi”");
    ask("Ann\u{202e} Smith").says("There is an invisible character (U+202E) after “Ann” that changes");
    let address = browser.ask(&petition, "work-mail", "Ann Smith", "an\u{200b}n@initech.example").expect(422);
    address.says("There is an invisible character (U+200B) after “an”");
    let fields = [("pseudonym", "Quiet\u{2060}Heron"), ("passphrase", PASSPHRASE), ("mail", "")];
    browser.post("/sign-up", &fields).expect(422).says("(U+2060) after “Quiet”");
    // What stands at the ends is no part of an address.
    browser.ask(&petition, "work-mail", "Ann Smith", "\u{2060}ann@initech.example\u{200b}").expect(200);
    app.code_for("ann@initech.example");
}

#[test]
fn a_name_or_job_title_that_programs_would_run_is_refused_with_the_reason() {
    let app = TestApp::start();
    let petition = app.petition();
    let browser = app.client();
    let ask = |name: &str, title: &str| {
        let fields = [
            ("visibility", "public"),
            ("proof", "work-mail"),
            ("name", name),
            ("title", title),
            ("address", "ann@initech.example"),
        ];
        browser.post(&petition.signatures(), &fields)
    };
    for name in ["-Ann Smith", "– Ann Smith", "－Ann"] {
        ask(name, "").expect(422).says("Do not begin with");
    }
    for title in ["=HYPERLINK(\"http://evil.example\")", "+1", "-2+3", "@SUM(A1)", "＝1+1", "\t=1+1"] {
        ask("Ann Smith", title).expect(422).says("Do not begin with");
    }
    ask("Ann Smith", "Engineer = lead").expect(200);
    app.deliver_mail();
}

#[test]
fn a_petition_title_that_a_spreadsheet_would_run_is_refused_with_the_reason() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let basics = heron.browser.submit("/organize", "/organize", &[]).expect(303);
    for title in ["=1+1", "+1 for rest", "-30 % hours", "@board: stop", "\u{200e}=1"] {
        let fields = [
            ("title", title),
            ("addressed_to", "The board"),
            ("summary", "It is time."),
            ("started_by", "Heron"),
            ("then", "next"),
        ];
        let again = heron.browser.submit(basics.location(), basics.location(), &fields).expect(422);
        again.says("Do not begin with");
    }
}

#[test]
fn demands_may_be_typed_as_a_list() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |draft| {
        draft.demands = String::from("- End the contract\n• Publish it\n* 30-hour week");
    });
    let page = app.client().get(&petition.path()).expect(200);
    assert!(!page.body.contains("- End the contract") && !page.body.contains("• Publish"));
    page.says("End the contract").says("Publish it").says("30-hour week");
}

#[test]
fn a_mailed_code_is_read_however_it_is_pasted() {
    let app = TestApp::start();
    let petition = app.petition();
    for number in 0..7 {
        let address = format!("signer{number}@initech.example");
        let inbox = app.client().ask(&petition, "work-mail", "Ann Smith", &address).expect(200);
        let ticket = inbox.hidden("ticket").unwrap();
        let pasted = dressed(&app.code_for(&address))[number].clone();
        app.remember_canary(&pasted);
        let done = app.client().confirm(&petition, &ticket, &pasted);
        assert_eq!(done.status, 200, "{}: {}", pasted.escape_unicode(), done.words());
        let code = withdrawal_code(&done);
        app.remember_canary(&code);
        // And the withdrawal code, where it is looked up.
        let pasted = dressed(&code)[number].clone();
        app.client().post("/receipt", &[("code", &pasted)]).expect(200).says("Ann Smith");
    }
}

#[test]
fn an_invitation_is_read_however_it_is_pasted_and_so_is_its_link() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = inviting(&app, &owner);
    let browser = app.client();
    let codes = invitations(&app, &owner, &petition, 8);
    for (number, code) in codes.iter().enumerate() {
        let link = format!("Join us: https://petitions.example{}#i={code} 🙂", petition.path());
        let pasted = dressed(code).get(number).cloned().unwrap_or(link);
        app.remember_canary(&pasted);
        let fields = [
            ("visibility", "public"),
            ("name", "Ann Smith"),
            ("title", ""),
            ("address", ""),
            ("invitation", &pasted),
        ];
        let page = browser.post(&petition.signatures(), &fields);
        assert_eq!(page.status, 200, "{}: {}", pasted.escape_unicode(), page.words());
        assert!(page.hidden("ticket").is_some(), "{}", pasted.escape_unicode());
    }
}

#[test]
fn an_organizers_recovery_code_is_read_however_it_is_pasted() {
    let app = TestApp::start();
    let fields = [("pseudonym", "Heron"), ("passphrase", PASSPHRASE), ("mail", "")];
    let words = app.client().post("/sign-up", &fields).words();
    let is_code = |word: &&str| word.len() == 23 && word.matches('-').count() == 3;
    let codes: Vec<String> = words.split(' ').filter(is_code).map(String::from).collect();
    for (number, code) in codes.iter().take(7).enumerate() {
        let pasted = dressed(code)[number].clone();
        let fields = [("pseudonym", "Heron"), ("recovery_code", &pasted), ("passphrase", PASSPHRASE)];
        let done = app.client().post("/recover", &fields);
        assert_eq!(done.status, 303, "{}", pasted.escape_unicode());
    }
}
