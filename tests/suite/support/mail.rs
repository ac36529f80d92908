//! Mail, delivered when the test says so: what is due is rendered and handed to a mailbox in memory, by the
//! same functions as in the real worker, without its thread and its waiting.

use std::sync::Arc;

use undersigned::{
    actions::{Ctx, outbox},
    config::{BaseUrl, Sender},
    domain::sending::{Later, Pace, SendFailure},
    entropy::SeededEntropy,
    jobs::deliver_mail,
    locale::Locales,
    mail::{MailIdentity, MemoryMailbox, SentMail, Tally, Transport, render},
    web::{DevMail, DevMailSource},
};

use super::app::START;

/// The post office of one instance.
pub struct PostOffice {
    mailbox: MemoryMailbox,
    identity: MailIdentity,
    tally: Tally,
}

impl PostOffice {
    /// Sends as `MAIL_FROM=Mailer <post@example.org>`.
    pub fn new(base_url: &BaseUrl) -> Self {
        let from = Sender { name: Some(String::from("Mailer")), address: String::from("post@example.org") };
        let identity = MailIdentity::new(&from, base_url).expect("a good sender");
        let tally = Tally::new(Arc::new(SeededEntropy::new(4)), START);
        Self { mailbox: MemoryMailbox::default(), identity, tally }
    }

    /// From now on no mail is taken, for this reason; with `None` all are again.
    pub fn fail_with(&self, why: Option<SendFailure>) {
        self.mailbox.refuse_with(why);
    }

    /// What the worker does at a turn of the clock.
    pub fn look(&self, ctx: &Ctx) {
        let transport = Transport::Memory(self.mailbox.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let looked = runtime.block_on(transport.probe()).map(|()| Pace::Prompt);
        let found = self.tally.turn(ctx.clock.now(), looked);
        let named = deliver_mail::looked(ctx, &found).expect("the database answers");
        self.tally.name(named);
    }

    /// Delivers everything that is due, decoys included (for which nothing is sent). What is not taken waits, or is given
    /// up; how many are is returned.
    pub fn deliver(&self, ctx: &Ctx) -> usize {
        let locales = Locales::pseudo().expect("the texts");
        let transport = Transport::Memory(self.mailbox.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let mut given_up = 0;
        for due in outbox::due(ctx, 1_000).expect("the outbox can be read") {
            let Some(outgoing) = &due.outgoing else {
                outbox::accepted(ctx, &due.id).expect("the outbox can be written");
                continue;
            };
            let now = ctx.clock.now();
            let mail =
                render(outgoing, locales.words(outgoing.lang), &self.identity, ctx.entropy.as_ref(), now)
                    .expect("a mail");
            match runtime.block_on(transport.send(&mail)) {
                Ok(()) => {
                    self.tally.accepted(&outgoing.to, Pace::Prompt);
                    outbox::accepted(ctx, &due.id).expect("the outbox can be written");
                }
                Err(why) => {
                    self.tally.failed(&outgoing.to, why);
                    let later = outbox::failed(ctx, &due.id, why).expect("the outbox can be written");
                    given_up += usize::from(later == Later::GivenUp);
                }
            }
        }
        given_up
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
