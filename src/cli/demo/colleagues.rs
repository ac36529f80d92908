//! Simulated colleagues: whenever somebody's signature waits for its group in the first example, enough others sign
//! along that a newcomer sees the group come out within a minute. They sign the way people do: a form, a mailed
//! code.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread::JoinHandle,
    time::Duration,
};

use super::{Ask, ask, confirm, content};
use crate::{
    actions::{Ctx, signing::plain_form::Ticket},
    cli::failure::Failure,
    db::{collector, petitions},
    domain::{email::EmailAddress, proof::ProofKind},
    mail::MemoryMailbox,
    protocol::mail_code::MailCode,
};

/// How often they look.
const LOOK: Duration = Duration::from_secs(2);
/// How often they look for their mails before they give up.
const MAIL_LOOKS: u32 = 15;
/// Their addresses begin with this; their mails are not shown at `/dev/mail`.
pub const PREFIX: &str = "simulated-";

/// The thread they live in. Dropping it lets them finish and go.
pub struct Colleagues {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Colleagues {
    /// They begin to look.
    pub fn begin(ctx: Ctx, mailbox: MemoryMailbox, slug: String) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = std::thread::Builder::new().name(String::from("colleagues")).spawn(move || {
            let mut signed = 0_u32;
            let mut seen = Seen::default();
            loop {
                if let Err(RecvTimeoutError::Disconnected) | Ok(()) = stopped.recv_timeout(LOOK) {
                    return;
                }
                // A demo whose colleagues stay away is still a demo.
                if sign_along(&ctx, &mailbox, &slug, (&mut signed, &mut seen), &stopped).is_err() {
                    tracing::warn!("the simulated colleagues could not sign");
                }
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Colleagues {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the simulated colleagues ended in a panic");
        }
    }
}

/// What waited when they looked last.
#[derive(Debug, Default)]
struct Seen(u64);

impl Seen {
    /// Whether somebody has come since. What no group takes (a signature by invitation, a withdrawal) goes on waiting,
    /// and is signed along with once.
    fn somebody_came(&mut self, held: u64) -> bool {
        let came = held > self.0;
        self.0 = held;
        came
    }
}

/// As many as a group needs, of each kind, if somebody waits and they have not signed along yet.
fn sign_along(
    ctx: &Ctx,
    mailbox: &MemoryMailbox,
    slug: &str,
    (signed, seen): (&mut u32, &mut Seen),
    stopped: &mpsc::Receiver<()>,
) -> Result<(), Failure> {
    let group = ctx.rules.batch_min;
    let held = ctx.store.read(|db| match petitions::by_slug(db, slug)? {
        Some(petition) => collector::held(db, petition.id),
        None => Ok(0),
    })?;
    if !seen.somebody_came(held) {
        return Ok(());
    }
    let mut waiting: Vec<(Ticket, EmailAddress)> = Vec::new();
    for proof in [ProofKind::WorkMail, ProofKind::AnyMail] {
        for _ in 0..group {
            *signed = signed.saturating_add(1);
            let domain = if proof == ProofKind::WorkMail { content::STAFF_DOMAIN } else { "example.net" };
            let address = format!("{PREFIX}{signed}@{domain}");
            let address = EmailAddress::parse(&address).or(Err(super::broken("an address")))?;
            let ticket = ask(ctx, slug, Ask { proof, name: None, address: address.clone() })?;
            waiting.push((ticket, address));
        }
    }
    for _ in 0..MAIL_LOOKS {
        if let Err(RecvTimeoutError::Disconnected) | Ok(()) = stopped.recv_timeout(LOOK) {
            return Ok(());
        }
        let mails = mailbox.mails();
        let mut still = Vec::new();
        for (ticket, address) in waiting {
            let mail = mails.iter().rev().find(|mail| mail.to() == address.expose());
            match mail.and_then(|mail| code_in(mail.text())) {
                Some(code) => confirm(ctx, slug, &ticket, &code)?,
                None => still.push((ticket, address)),
            }
        }
        if still.is_empty() {
            break;
        }
        waiting = still;
    }
    // Their own signatures are nobody who came. What comes in from now on until the group is out, comes out with it.
    seen.0 = seen.0.saturating_add(u64::from(group).saturating_mul(2));
    Ok(())
}

/// The code in the text of a mail.
fn code_in(text: &str) -> Option<MailCode> {
    text.split_whitespace().filter(|word| word.len() == 9).find_map(|word| MailCode::parse(word).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_sign_along_once_with_somebody_whose_group_never_comes() {
        let mut seen = Seen::default();
        assert!(!seen.somebody_came(0));
        assert!(seen.somebody_came(1), "by invitation");
        seen.0 += 20;
        assert!(!seen.somebody_came(21), "their own wait");
        assert!(!seen.somebody_came(1), "their own came out");
        assert!(!seen.somebody_came(1), "and the invitation still waits");
        assert!(seen.somebody_came(2), "somebody else came");
    }
}
