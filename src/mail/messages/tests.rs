use std::collections::BTreeMap;

use super::*;
use crate::{config::Settings, domain::lang::Lang, entropy::SeededEntropy, locale::Locales};

/// 3 June 2026, 12:00 UTC.
const NOON: Timestamp = Timestamp::from_secs(1_780_488_000);

fn identity() -> MailIdentity {
    let pairs = [
        ("BASE_URL", "https://petitions.example.org"),
        ("SMTP_URL", "file:mail"),
        ("MAIL_FROM", "Verification <code@mail.example.org>"),
    ];
    let environment: BTreeMap<String, String> = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    let settings = Settings::parse(&environment).unwrap();
    MailIdentity::new(&settings.mail.from, &settings.base_url).unwrap()
}

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

fn rendered(message: Message) -> Rendered {
    let outgoing =
        Outgoing { to: EmailAddress::parse("ada@big-corp.example").unwrap(), lang: Lang::English, message };
    let locale = Locale::english().unwrap();
    render(&outgoing, &locale, &identity(), &SeededEntropy::new(1), NOON).unwrap()
}

fn raw(mail: &Rendered) -> String {
    String::from_utf8(mail.mime.formatted()).unwrap()
}

#[test]
fn a_code_comes_in_a_plain_and_discreet_mail() {
    let mail = rendered(Message::Code { code: secret("K7QF2M9X"), more_today: MoreToday::Yes });
    let raw = raw(&mail);
    let (headers, body) = raw.split_once("\r\n\r\n").unwrap();
    let mut headers: Vec<&str> = headers.split("\r\n").collect();
    headers.sort_unstable();
    let id = headers.remove(headers.iter().position(|line| line.starts_with("Message-ID: ")).unwrap());
    let random = id.strip_prefix("Message-ID: <").unwrap().strip_suffix("@mail.example.org>").unwrap();
    assert!(random.len() == 32 && random.chars().all(|c| c.is_ascii_hexdigit()), "{random}");
    assert_eq!(
        headers,
        [
            "Auto-Submitted: auto-generated",
            "Content-Transfer-Encoding: 7bit",
            "Content-Type: text/plain; charset=utf-8",
            "Date: Wed, 03 Jun 2026 12:00:00 +0000",
            "From: Verification <code@mail.example.org>",
            "MIME-Version: 1.0",
            "Subject: Verification code",
            "To: ada@big-corp.example",
            "X-Auto-Response-Suppress: All",
        ]
    );
    assert_eq!(
        body.replace("\r\n", "\n").trim_end(),
        "Your verification code:\n\n    K7QF-2M9X\n\nIt works for 24 hours.\n\n\
         If you did not ask for it, ignore this mail. Nothing happens then."
    );
}

#[test]
fn the_last_mail_of_a_day_tells_its_reader_that_it_is() {
    let last = MoreToday::No;
    for message in [
        Message::Code { code: secret("K7QF2M9X"), more_today: last },
        Message::CodeWithLink { code: secret("K7QF2M9X"), link_token: secret("token"), more_today: last },
    ] {
        let mail = rendered(message);
        let words =
            "It works for 24 hours. It is the last one for today; this code and the ones before it work.\n";
        assert!(mail.text.expose().contains(words), "{}", mail.text.expose());
    }
}

#[test]
fn a_mail_to_a_personal_address_has_one_link_besides() {
    let mail = rendered(Message::CodeWithLink {
        code: secret("K7QF2M9X"),
        link_token: secret("tOkEn_-43"),
        more_today: MoreToday::Yes,
    });
    assert_eq!(
        mail.text.expose().trim_end(),
        "Your verification code:\n\n    K7QF-2M9X\n\nOr open this page and press its button:\n\n\
         https://petitions.example.org/confirm/tOkEn_-43\n\nIt works for 24 hours.\n\n\
         If you did not ask for it, ignore this mail. Nothing happens then."
    );
    assert_eq!(raw(&mail).matches("://").count(), 1);
}

#[test]
fn a_long_link_is_not_broken_across_lines() {
    let token = "A".repeat(43);
    let mail = rendered(Message::CodeWithLink {
        code: secret("K7QF2M9X"),
        link_token: secret(&token),
        more_today: MoreToday::Yes,
    });
    let link = format!("\r\nhttps://petitions.example.org/confirm/{token}\r\n");
    assert!(raw(&mail).contains(&link));
}

#[test]
fn no_mail_says_what_its_code_is_for() {
    let messages = [
        Message::Code { code: secret("K7QF2M9X"), more_today: MoreToday::Yes },
        Message::CodeWithLink {
            code: secret("K7QF2M9X"),
            link_token: secret("token"),
            more_today: MoreToday::Yes,
        },
    ];
    for message in messages {
        let said = rendered(message).text.expose().to_lowercase();
        let said = said.replace("https://petitions.example.org", "");
        for word in ["petition", "sign", "employer", "big-corp", "undersigned", "campaign", "colleague"] {
            assert!(!said.contains(word), "the mail says {word}");
        }
    }
}

#[test]
fn a_test_mail_is_as_discreet_as_the_others() {
    let to = EmailAddress::parse("ada@big-corp.example").unwrap();
    let locale = Locale::english().unwrap();
    let mail = render_test(&to, &locale, &identity(), &SeededEntropy::new(1), NOON).unwrap();
    assert_eq!(mail.subject, "Test");
    assert_eq!(
        mail.text.expose().trim_end(),
        "This is a test. Mail from this address arrives here.\n\n\
         There is nothing to do. If you did not ask for it, ignore this mail."
    );
    assert!(raw(&mail).contains("Auto-Submitted: auto-generated") && !raw(&mail).contains("://"));
}

#[test]
fn two_mails_of_the_same_words_have_ids_of_their_own() {
    let entropy = SeededEntropy::new(1);
    let outgoing = Outgoing {
        to: EmailAddress::parse("ada@big-corp.example").unwrap(),
        lang: Lang::English,
        message: Message::Code { code: secret("K7QF2M9X"), more_today: MoreToday::Yes },
    };
    let locale = Locale::english().unwrap();
    let write = || raw(&render(&outgoing, &locale, &identity(), &entropy, NOON).unwrap());
    assert_ne!(write(), write());
}

#[test]
fn debug_output_shows_neither_address_nor_code() {
    let shown =
        format!("{:?}", rendered(Message::Code { code: secret("K7QF2M9X"), more_today: MoreToday::Yes }));
    assert!(!shown.contains("ada") && !shown.contains("K7QF"), "{shown}");
}

#[test]
fn a_broken_clock_stops_no_mail() {
    let outgoing = Outgoing {
        to: EmailAddress::parse("ada@big-corp.example").unwrap(),
        lang: Lang::English,
        message: Message::Code { code: secret("K7QF2M9X"), more_today: MoreToday::Yes },
    };
    let locale = Locale::english().unwrap();
    for time in [i64::MIN, -1, i64::MAX] {
        let now = Timestamp::from_secs(time);
        assert!(render(&outgoing, &locale, &identity(), &SeededEntropy::new(1), now).is_ok());
    }
}

#[test]
fn every_word_of_every_mail_comes_from_the_locale() {
    const CODE: &str = "K7QF-2M9X";
    const LINK: &str = "https://petitions.example.org/confirm/t0k3n";
    let locales = Locales::pseudo().unwrap();
    let words = locales.words(Lang::Pseudo);
    let to = EmailAddress::parse("ada@big-corp.example").unwrap();
    let entropy = SeededEntropy::new(1);
    let code = || secret("K7QF2M9X");
    let mails = [MoreToday::Yes, MoreToday::No].into_iter().flat_map(|more_today| {
        let link_token = secret("t0k3n");
        [
            Message::Code { code: code(), more_today },
            Message::CodeWithLink { code: code(), link_token, more_today },
        ]
    });
    let mut written: Vec<Rendered> = mails
        .map(|message| {
            let outgoing = Outgoing { to: to.clone(), lang: Lang::Pseudo, message };
            render(&outgoing, words, &identity(), &entropy, NOON).unwrap()
        })
        .collect();
    written.push(render_test(&to, words, &identity(), &entropy, NOON).unwrap());
    for mail in written {
        let said = format!("{}\n{}", mail.subject, mail.text.expose()).replace(CODE, "").replace(LINK, "");
        assert!(said.contains('⟦'), "{said}");
        assert!(!said.contains(|c: char| c.is_ascii_alphabetic()), "not worded by the locale: {said}");
    }
}
