//! Mail, delivered when the test says so: what is due is rendered and handed to a mailbox in memory, by the
//! same functions as in the real worker, without its thread and its waiting.

use std::sync::Arc;

use undersigned::{
    actions::{Ctx, outbox},
    config::{BaseUrl, Sender},
    locale::Locale,
    mail::{MailIdentity, MemoryMailbox, SentMail, Transport, render},
    web::{DevMail, DevMailSource},
};

/// The post office of one instance.
pub struct PostOffice {
    mailbox: MemoryMailbox,
    identity: MailIdentity,
}

impl PostOffice {
    /// Sends as `MAIL_FROM=Mailer <post@example.org>`.
    pub fn new(base_url: &BaseUrl) -> Self {
        let from = Sender { name: Some(String::from("Mailer")), address: String::from("post@example.org") };
        let identity = MailIdentity::new(&from, base_url).expect("a good sender");
        Self { mailbox: MemoryMailbox::default(), identity }
    }

    /// Delivers everything that is due, decoys included (for which nothing is sent).
    pub fn deliver(&self, ctx: &Ctx) {
        let locale = Locale::english().expect("the texts");
        let transport = Transport::Memory(self.mailbox.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        for mail in outbox::due(ctx, 1_000).expect("the outbox can be read") {
            if let Some(outgoing) = &mail.outgoing {
                let now = ctx.clock.now();
                let mail =
                    render(outgoing, &locale, &self.identity, ctx.entropy.as_ref(), now).expect("a mail");
                runtime.block_on(transport.send(&mail)).expect("the mailbox takes it");
            }
            outbox::accepted(ctx, &mail.id).expect("the outbox can be written");
        }
    }

    /// All mails to `address`, oldest first.
    pub fn to(&self, address: &str) -> Vec<SentMail> {
        self.mailbox.mails().into_iter().filter(|mail| mail.to() == address).collect()
    }

    /// The newest mail of all.
    pub fn newest(&self) -> Option<SentMail> {
        self.mailbox.mails().pop()
    }

    /// The same mails, as the demo shows them.
    pub fn as_dev_mail(&self) -> DevMailSource {
        let mailbox = self.mailbox.clone();
        let shown = |mail: SentMail| DevMail {
            to: String::from(mail.to()),
            subject: String::from(mail.subject()),
            text: String::from(mail.text()),
        };
        Arc::new(move || mailbox.mails().into_iter().map(shown).collect())
    }

    /// How many mails went out in all.
    pub fn count(&self) -> usize {
        self.mailbox.mails().len()
    }
}

/// The code in a mail: two groups of four.
pub fn code_in(mail: &SentMail) -> String {
    let is_code = |line: &&str| {
        let groups: Vec<&str> = line.trim().split([' ', '-']).collect();
        groups.len() == 2
            && groups.iter().all(|group| {
                group.len() == 4 && group.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            })
    };
    let line = mail.text().lines().find(is_code);
    line.map_or_else(|| panic!("no code in: {}", mail.text()), |line| String::from(line.trim()))
}

/// The path of the link in a mail, if there is one.
pub fn link_in(mail: &SentMail) -> Option<String> {
    let start = mail.text().find("/confirm/")?;
    mail.text()[start..].split_whitespace().next().map(String::from)
}
