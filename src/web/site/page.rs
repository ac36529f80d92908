//! The pages of this noun, as plain data: filled in by handlers, laid out by templates.

use askama::Template;

use crate::{
    locale::Locale,
    web::{
        field::Kind,
        form::TOKEN_FIELD,
        frame::Frame,
        labels,
        markdown::SafeHtml,
        waiting::{Because, TICKET_FIELD, Waiting},
    },
};

/// A page of text: privacy, safety, how the numbers are checked, the operator's own.
#[derive(Template, Clone)]
#[template(path = "site/text.html")]
pub struct TextPage {
    /// Around it.
    pub f: Frame,
    /// Its heading.
    pub title: String,
    /// Its text.
    pub html: SafeHtml,
}

/// What went wrong, and what to do.
#[derive(Template, Clone)]
#[template(path = "site/problem.html")]
pub struct ProblemPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// The status code.
    pub status: u16,
    /// What went wrong.
    pub heading: String,
    /// What to do.
    pub what_to_do: String,
    /// What to tell the operator; only where it is not the visitor's doing.
    pub request_id: Option<String>,
    /// The form that was refused, if there was one.
    pub kept: Option<KeptForm>,
}

/// A refused form, given back.
#[derive(Clone, Default)]
pub struct KeptForm {
    /// Where it is sent again. `None`: its texts can be copied only.
    pub action: Option<String>,
    /// `form_token`, where one is wanted.
    pub token: Option<String>,
    /// Whether it can be sent after signing in only.
    pub signed_out: bool,
    /// What was typed.
    pub fields: Vec<KeptField>,
    /// What is sent again and not shown: name and value.
    pub hidden: Vec<(String, String)>,
    /// Passphrases, to be typed again: name and label.
    pub secrets: Vec<(String, String)>,
    /// Texts that can be copied only: label and text.
    pub copies: Vec<(String, String)>,
}

/// A text that was typed, in a form that is given back.
#[derive(Clone)]
pub struct KeptField {
    /// Its name in the form.
    pub name: String,
    /// What the form calls it.
    pub label: String,
    /// What was typed.
    pub value: String,
    /// Whether it may have several lines.
    pub block: bool,
}

impl KeptForm {
    /// Whether a field of this name is in it already.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields
            .iter()
            .map(|field| &field.name)
            .chain(self.hidden.iter().map(|(hidden, _)| hidden))
            .any(|one| one == name)
    }

    /// Adds a field of the form at `pattern`; for copying only where the form cannot take it.
    pub fn add(&mut self, pattern: &str, name: &str, value: &str, for_copying: bool, t: &Locale) {
        let kind = labels::kind_of(pattern, name);
        let (label, block) = match kind {
            Kind::Line(label) => (label.words(t), value.contains('\n')),
            Kind::Block(label) => (label.words(t), true),
            Kind::Secret(label) => {
                if !for_copying {
                    self.secrets.push((String::from(name), label.words(t)));
                }
                return;
            }
            Kind::Hidden => (String::from(name), true),
        };
        let (name, value) = (String::from(name), String::from(value));
        if for_copying {
            if !value.is_empty() {
                self.copies.push((label, value));
            }
        } else if kind == Kind::Hidden {
            self.hidden.push((name, value));
        } else {
            self.fields.push(KeptField { name, label, value, block });
        }
    }

    /// Whether anything in it was typed.
    #[must_use]
    pub fn holds_text(&self) -> bool {
        !self.fields.is_empty() || !self.copies.is_empty()
    }
}

/// A form that has to wait, with everything that was typed (429 to any form whose limit is used up).
#[derive(Template, Clone)]
#[template(path = "site/wait.html")]
pub struct WaitPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// How long.
    pub secs: u64,
    /// Why.
    pub why: String,
    /// Where the form goes.
    pub path: String,
    /// What was typed, with the ticket.
    pub hidden: Vec<(String, String)>,
    /// Secrets are typed again: no page holds them. Name and label.
    pub secrets: Vec<(String, String)>,
}

impl WaitPage {
    /// The form of somebody who waits.
    #[must_use]
    pub fn of(f: Frame, waiting: &Waiting) -> Self {
        let label_of = |name: &str| match name {
            "passphrase" => Some("sign-up-passphrase"),
            "current" => Some("account-current-passphrase"),
            "recovery_code" => Some("recover-code"),
            _ => None,
        };
        let mut hidden = Vec::new();
        let mut secrets = Vec::new();
        for (name, value) in &waiting.fields {
            match label_of(name) {
                Some(label) => secrets.push((name.clone(), f.t.text(label))),
                None => hidden.push((name.clone(), value.clone())),
            }
        }
        hidden.push((String::from(TICKET_FIELD), waiting.ticket.clone()));
        hidden.extend(waiting.form_token.clone().map(|token| (String::from(TOKEN_FIELD), token)));
        let why = match waiting.because {
            Because::Network => "wait-why",
            Because::Account => "wait-why-account",
        };
        let why = f.t.text(why);
        Self { secs: waiting.secs, why, path: waiting.path.clone(), hidden, secrets, f }
    }
}

/// The demo's mails (`GET /dev/mail`).
#[derive(Template, Clone)]
#[template(path = "site/dev_mail.html")]
pub struct DevMailPage {
    /// Around it; `noindex` is set.
    pub f: Frame,
    /// Newest first.
    pub mails: Vec<ShownMail>,
}

/// A mail as the demo shows it.
#[derive(Clone)]
pub struct ShownMail {
    /// Who it would have gone to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text, with the addresses of this site in it apart, so that they can be followed.
    pub parts: Vec<MailPart>,
}

/// A piece of a mail's text.
#[derive(Clone)]
pub enum MailPart {
    /// Words.
    Words(String),
    /// A link to a path of this site.
    Link {
        /// As it stands in the mail.
        shown: String,
        /// Where it leads.
        path: String,
    },
}

impl ShownMail {
    /// A mail whose links to `base_url` can be followed.
    #[must_use]
    pub fn new(to: String, subject: String, text: &str, base_url: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        let start_of_link = format!("{base_url}/");
        while let Some((before, after)) = rest.split_once(&start_of_link) {
            let length = after.find(char::is_whitespace).unwrap_or(after.len());
            let (tail, behind) = after.split_at(length);
            parts.push(MailPart::Words(String::from(before)));
            parts.push(MailPart::Link { shown: format!("{start_of_link}{tail}"), path: format!("/{tail}") });
            rest = behind;
        }
        parts.push(MailPart::Words(String::from(rest)));
        Self { to, subject, parts }
    }
}
