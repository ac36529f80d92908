//! The pages of this noun, as plain data: filled in by handlers, laid out by templates.

use askama::Template;

use crate::{
    domain::time::Day,
    web::{
        field::{Field, Kind, Label, ProblemLink, form_fields, problems},
        frame::Frame,
    },
};

form_fields! {
    /// What is typed to make an account.
    pub struct SignUpFields {
        /// The name by which the organizer is known.
        pseudonym: Kind::Line(Label::new("sign-up-pseudonym"));
        /// Never given back.
        passphrase: Kind::Secret(Label::new("sign-up-passphrase"));
        /// Optional.
        mail: Kind::Line(Label::new("sign-up-mail"));
    }
}

form_fields! {
    /// What is typed to sign in.
    pub struct SignInFields {
        /// The name by which the organizer is known.
        pseudonym: Kind::Line(Label::new("sign-up-pseudonym"));
        /// Never given back.
        passphrase: Kind::Secret(Label::new("sign-up-passphrase"));
        /// A path on this site, or empty; hidden.
        next: Kind::Hidden;
    }
}

form_fields! {
    /// What is typed to set a new passphrase by a recovery code.
    pub struct RecoverFields {
        /// The name by which the organizer is known.
        pseudonym: Kind::Line(Label::new("sign-up-pseudonym"));
        /// One of the codes that were shown once.
        recovery_code: Kind::Line(Label::new("recover-code"));
        /// The new one; never given back.
        passphrase: Kind::Secret(Label::new("account-new-passphrase"));
    }
}

/// Makes an account (`GET /sign-up`, 422 to its POST). A passphrase is never given back.
#[derive(Template, Clone)]
#[template(path = "account/sign-up.html")]
pub struct SignUpPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What was typed.
    pub form: SignUpFields,
}

/// The recovery codes, shown once, to be printed (200 to sign-up, recovery, and new codes).
#[derive(Template, Clone)]
#[template(path = "account/recovery-codes.html")]
pub struct RecoveryCodesPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// Whose they are.
    pub pseudonym: String,
    /// All of them.
    pub codes: Vec<String>,
    /// Where the organizer goes on.
    pub next: String,
}

impl RecoveryCodesPage {
    /// Where a code is used, in full: the page is read from paper.
    #[must_use]
    pub fn recover_address(&self) -> String {
        format!("{}/recover", self.f.base_url)
    }
}

/// Signs in (`GET /sign-in`, 422 to its POST).
#[derive(Template, Clone)]
#[template(path = "account/sign-in.html")]
pub struct SignInPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What was typed.
    pub form: SignInFields,
}

/// A new passphrase by a recovery code (`GET /recover`, 422 to its POST).
#[derive(Template, Clone)]
#[template(path = "account/recover.html")]
pub struct RecoverPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What was typed.
    pub form: RecoverFields,
}

/// The organizer's account (`GET /account`, 422 to the POSTs under it).
#[derive(Template, Clone)]
#[template(path = "account/account.html")]
pub struct AccountPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// What was just done, if anything.
    pub done: Option<AccountDone>,
    /// All sessions, this one first.
    pub sessions: Vec<SessionRow>,
    /// `current`, for the change of the passphrase: only its problem.
    pub current: Field,
    /// `passphrase`: the new one; only its problem.
    pub passphrase: Field,
    /// `current`, for new recovery codes: only its problem.
    pub codes_current: Field,
    /// How many recovery codes are left.
    pub codes_left: u64,
    /// `mail`
    pub mail: Field,
    /// `current`, for the change of the address: only its problem.
    pub mail_current: Field,
}

/// A session, as its owner knows it. It holds no address of a network and no name of a browser.
#[derive(Clone)]
pub struct SessionRow {
    /// Names it in paths.
    pub id: String,
    /// As its owner called it; may be empty.
    pub label: Field,
    /// The day it was last used.
    pub last_used: Day,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// What was just done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountDone {
    /// The passphrase is changed, other sessions are signed out.
    PassphraseChanged,
    /// The mail address is kept.
    MailSaved,
    /// The mail address is gone.
    MailRemoved,
    /// A session got its label.
    SessionLabelled,
    /// A session was signed out.
    SessionRevoked,
}

impl AccountDone {
    /// Its words.
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::PassphraseChanged => "account-passphrase-changed",
            Self::MailSaved => "account-mail-saved",
            Self::MailRemoved => "account-mail-removed",
            Self::SessionLabelled => "account-session-labelled",
            Self::SessionRevoked => "account-session-revoked",
        }
    }

    /// Its name in the address that the browser is sent to: `/account?done=passphrase-changed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PassphraseChanged => "passphrase-changed",
            Self::MailSaved => "mail-saved",
            Self::MailRemoved => "mail-removed",
            Self::SessionLabelled => "session-labelled",
            Self::SessionRevoked => "session-revoked",
        }
    }

    /// Reads [`Self::as_str`]. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::PassphraseChanged,
            Self::MailSaved,
            Self::MailRemoved,
            Self::SessionLabelled,
            Self::SessionRevoked,
        ]
        .into_iter()
        .find(|done| done.as_str() == text)
    }
}

impl AccountPage {
    /// What is wrong with its forms.
    #[must_use]
    pub fn problems(&self) -> Vec<ProblemLink> {
        let sessions: Vec<(String, &Field)> =
            self.sessions.iter().map(|session| (session.label_id(), &session.label)).collect();
        let labels = sessions.iter().map(|(id, field)| (id.as_str(), *field));
        let rest = [
            ("passphrase-current", &self.current),
            ("passphrase", &self.passphrase),
            ("codes-current", &self.codes_current),
            ("mail", &self.mail),
        ];
        problems(labels.chain(rest))
    }
}

impl SessionRow {
    /// The id of its label's input.
    #[must_use]
    pub fn label_id(&self) -> String {
        format!("label-{}", self.id)
    }
}
