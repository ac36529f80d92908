//! The outbox: mail is queued with the change it tells of, sealed, and drained by a worker. Nothing about a
//! mail stands in clear, its times included: a time would tell when somebody signed.

use serde::{Deserialize, Serialize};

use super::{
    Ctx, Error,
    issuer::{CodeRef, mark_accepted},
    sealed,
};
use crate::{
    db::{Db, outbox as rows},
    domain::{
        email::EmailAddress,
        message::{Message, Outgoing},
        secret::SecretText,
        time::Timestamp,
    },
    keys::EphemeralKey,
};

const OUTBOX: &str = "outbox";
/// A mail that no server took for this long is given up; its code could hardly be used any more.
const GIVE_UP_SECS: i64 = 24 * 3_600;
/// Back-off: 15 s, doubled with each try, at most an hour.
const FIRST_PAUSE_SECS: i64 = 15;
const LONGEST_PAUSE_SECS: i64 = 3_600;
/// How many rows are read at once.
const PART: i64 = 200;

#[derive(Serialize, Deserialize)]
struct Queued {
    to: String,
    code: String,
    link_token: Option<String>,
    /// Same row, same work, no mail.
    decoy: bool,
    code_at: CodeRef,
    asked: i64,
    tries: u32,
    next: i64,
}

/// A mail that is due.
pub struct DueMail {
    /// Its row.
    pub id: Vec<u8>,
    /// What to send. `None`: a decoy, for which everything is done but the sending.
    pub outgoing: Option<Outgoing>,
}

/// Queues a mail in the transaction that it tells of.
pub(super) fn queue(
    ctx: &Ctx,
    db: &mut Db,
    key: &EphemeralKey,
    mail: &Outgoing,
    decoy: bool,
    code_at: &CodeRef,
) -> Result<(), Error> {
    let now = ctx.now().secs();
    let (code, link_token) = match &mail.message {
        Message::Code { code } => (code, None),
        Message::CodeWithLink { code, link_token } => (code, Some(String::from(link_token.expose()))),
    };
    let queued = Queued {
        to: String::from(mail.to.expose()),
        code: String::from(code.expose()),
        link_token,
        decoy,
        code_at: code_at.clone(),
        asked: now,
        tries: 0,
        next: now,
    };
    let id: [u8; 16] = ctx.entropy.bytes();
    let sealed = sealed::seal(key, OUTBOX, &id, &queued, ctx.entropy.as_ref())?;
    Ok(rows::add(db, &id, &sealed)?)
}

/// At most `limit` mails whose time has come.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn due(ctx: &Ctx, limit: usize) -> Result<Vec<DueMail>, Error> {
    let now = ctx.now().secs();
    let mut due = Vec::new();
    let mut after: Vec<u8> = Vec::new();
    loop {
        let part = ctx.store.read(|db| rows::waiting(db, &after, PART))?;
        let Some((last, _)) = part.last() else { return Ok(due) };
        after.clone_from(last);
        for (id, sealed) in part {
            // A row whose key is gone is noise; the purge takes it away.
            let Some(queued) = sealed::unseal::<Queued>(&ctx.keys, OUTBOX, &id, &sealed)? else { continue };
            if queued.next > now {
                continue;
            }
            due.push(DueMail { id, outgoing: outgoing(queued)? });
            if due.len() >= limit {
                return Ok(due);
            }
        }
    }
}

fn outgoing(queued: Queued) -> Result<Option<Outgoing>, Error> {
    if queued.decoy {
        return Ok(None);
    }
    let to = EmailAddress::parse(&queued.to).or(Err(Error::Broken("a queued address")))?;
    let code = SecretText::new(queued.code);
    let message = match queued.link_token {
        Some(link_token) => Message::CodeWithLink { code, link_token: SecretText::new(link_token) },
        None => Message::Code { code },
    };
    Ok(Some(Outgoing { to, message }))
}

/// The mail server took the mail (or there was none to send): the row goes, and the code's hours begin.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn accepted(ctx: &Ctx, id: &[u8]) -> Result<(), Error> {
    ctx.store.write(|db| {
        let Some(sealed) = rows::find(db, id)? else { return Ok(()) };
        if let Some(queued) = sealed::unseal::<Queued>(&ctx.keys, OUTBOX, id, &sealed)? {
            mark_accepted(ctx, db, &queued.code_at)?;
        }
        Ok(rows::remove(db, id)?)
    })
}

/// What became of a mail that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Later {
    /// It will be tried again.
    Again,
    /// It was given up.
    GivenUp,
}

/// The mail server did not take the mail: it is tried again later, a little later each time, whatever the
/// server said. A "permanent" answer is often a server's misconfiguration, and the person waits; but after
/// 24 hours, or a permanent answer to three tries, it is given up.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn failed(ctx: &Ctx, id: &[u8], permanent: bool) -> Result<Later, Error> {
    let now = ctx.now();
    ctx.store.write(|db| {
        let Some(sealed) = rows::find(db, id)? else { return Ok(Later::GivenUp) };
        let Some(mut queued) = sealed::unseal::<Queued>(&ctx.keys, OUTBOX, id, &sealed)? else {
            rows::remove(db, id)?;
            return Ok(Later::GivenUp);
        };
        queued.tries = queued.tries.saturating_add(1);
        let old = now > Timestamp::from_secs(queued.asked).plus_secs(GIVE_UP_SECS);
        if old || (permanent && queued.tries >= 3) {
            rows::remove(db, id)?;
            return Ok(Later::GivenUp);
        }
        queued.next = now.plus_secs(pause_secs(queued.tries)).secs();
        if let Some(resealed) = sealed::reseal(&ctx.keys, OUTBOX, id, &sealed, &queued, ctx.entropy.as_ref())?
        {
            rows::replace(db, id, &resealed)?;
        }
        Ok(Later::Again)
    })
}

/// Seconds to wait after `tries` tries.
fn pause_secs(tries: u32) -> i64 {
    let doubled = 1_i64.checked_shl(tries.saturating_sub(1).min(16)).unwrap_or(i64::MAX);
    FIRST_PAUSE_SECS.saturating_mul(doubled).min(LONGEST_PAUSE_SECS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_no_further() {
        let pauses: Vec<i64> = (1..=10).map(pause_secs).collect();
        assert_eq!(pauses, [15, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
        assert_eq!(pause_secs(u32::MAX), 3_600);
    }
}
