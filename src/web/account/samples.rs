//! Samples of the account's pages.

use super::page::*;
use crate::{
    domain::{text::TextProblem, time::Day},
    web::{field::Field, frame::Frame},
};

fn wrong(value: &str) -> Field {
    Field::new(value).with_problem(TextProblem::Empty)
}

fn bad(f: &Frame) -> Frame {
    Frame { has_errors: true, ..f.clone() }
}

impl SignUpPage {
    /// Empty, and with problems.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let empty = Self { f: f.clone(), form: SignUpFields::default() };
        let form = SignUpFields { pseudonym: wrong("x"), passphrase: wrong(""), mail: wrong("me") };
        let problems = Self { f: bad(f), form };
        vec![("sign-up", empty), ("sign-up-problems", problems)]
    }
}

impl RecoveryCodesPage {
    /// Ten of them.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let codes = (10..20).map(|number| format!("k7q2-m4xb-{number}t9-hhwe")).collect();
        let pseudonym = String::from("Platform team members");
        vec![("recovery-codes", Self { f: f.clone(), pseudonym, codes, next: String::from("/organize") })]
    }
}

impl SignInPage {
    /// Empty, and refused.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |f: Frame, passphrase: Field| {
            let next = Field::new("/organize");
            Self { f, form: SignInFields { pseudonym: Field::default(), passphrase, next } }
        };
        vec![("sign-in", page(f.clone(), Field::default())), ("sign-in-refused", page(bad(f), wrong("")))]
    }
}

impl RecoverPage {
    /// Empty.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        vec![("recover", Self { f: f.clone(), form: RecoverFields::default() })]
    }
}

impl AccountPage {
    /// In use, and with problems.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let session = |id: &str, label: &str, this| SessionRow {
            id: String::from(id),
            label: Field::new(label),
            last_used: Day::parse("2026-06-03").unwrap(),
            this,
        };
        let page = Self {
            f: f.clone(),
            done: Some(AccountDone::PassphraseChanged),
            sessions: vec![session("a", "Laptop at home", true), session("b", "", false)],
            current: Field::default(),
            passphrase: Field::default(),
            codes_current: Field::default(),
            codes_left: 9,
            mail: Field::default(),
            mail_current: Field::default(),
        };
        let mut problems = page.clone();
        problems.f.has_errors = true;
        problems.done = None;
        problems.sessions[1].label = wrong("\u{202e}laptop");
        problems.current = wrong("");
        problems.codes_left = 0;
        problems.mail = wrong("me");
        let mut pages = vec![("account", page.clone()), ("account-problems", problems)];
        for done in [
            AccountDone::MailSaved,
            AccountDone::MailRemoved,
            AccountDone::SessionLabelled,
            AccountDone::SessionRevoked,
        ] {
            assert_eq!(AccountDone::parse(done.as_str()), Some(done));
            pages.push(("account-done", Self { done: Some(done), ..page.clone() }));
        }
        pages
    }
}
