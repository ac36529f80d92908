//! The outbox: mail is queued with the change it tells of, sealed, and drained by a worker. Nothing about a
//! mail stands in clear, its times included: a time would tell when somebody signed.

use serde::{Deserialize, Serialize};

use crate::{
    actions::{
        Ctx, Error, OwnData,
        issuer::{CodeRef, Reserved, mark_accepted, release},
        row_encryption,
    },
    db::{Db, outbox as rows},
    domain::{
        email::EmailAddress,
        lang::Lang,
        message::{Message, MoreToday, Outgoing},
        secret::SecretText,
        sending::{Later, SendFailure, Verdict},
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
/// After a refusal of the mailbox: tried twice more, then given up. Some servers say "never" where they mean "later"
/// (greylisting, a directory that is being updated, a mailbox that was made today): the second try outlasts the usual
/// greylist of five minutes (RFC 6647, section 5), the third comes after the half hour that RFC 5321 (section 4.5.4.1)
/// asks for between tries. Longer would help nobody: the person still looks at the page that says "check your inbox".
const REFUSED_PAUSES_SECS: [i64; 2] = [5 * 60, 30 * 60];
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
    /// How many tries the mailbox itself has refused. Rows of an older version lack it.
    #[serde(default)]
    refusals: usize,
    /// What was counted for it, given back if no server takes it. Rows of an older version lack it.
    #[serde(default)]
    reserved: Option<Reserved>,
    /// Whether it says that it is the day's last.
    #[serde(default)]
    is_last: bool,
    /// The tag of its language. Rows of an older version lack it: they are in the default language.
    #[serde(default)]
    lang: String,
}

impl Queued {
    /// When to try again after a failure. `None`: not again.
    fn next_try(&mut self, now: Timestamp, verdict: Verdict) -> Option<Timestamp> {
        self.tries = self.tries.saturating_add(1);
        if now > Timestamp::from_secs(self.asked).plus_secs(GIVE_UP_SECS) {
            return None;
        }
        let pause = match verdict {
            // The operator can mend it, or it passes by itself.
            Verdict::ThisServer | Verdict::Later => pause_secs(self.tries),
            Verdict::Mailbox => {
                let pause = REFUSED_PAUSES_SECS.get(self.refusals).copied();
                self.refusals = self.refusals.saturating_add(1);
                pause?
            }
        };
        Some(now.plus_secs(pause))
    }
}

/// A mail that is due.
pub struct DueMail {
    /// Its row.
    pub id: Vec<u8>,
    /// What to send. `None`: a decoy, for which everything is done but the sending.
    pub outgoing: Option<Outgoing>,
}

/// Queues a mail in the transaction that it tells of. `reserved` is what was counted for it; with none it is a decoy.
pub(super) fn queue(
    ctx: &Ctx,
    db: &mut Db,
    key: &EphemeralKey,
    mail: &Outgoing,
    reserved: Option<Reserved>,
    code_at: &CodeRef,
) -> Result<(), Error> {
    let now = ctx.now().secs();
    let (code, link_token, more_today) = match &mail.message {
        Message::Code { code, more_today } => (code, None, more_today),
        Message::CodeWithLink { code, link_token, more_today } => {
            (code, Some(String::from(link_token.expose())), more_today)
        }
    };
    let queued = Queued {
        to: String::from(mail.to.expose()),
        code: String::from(code.expose()),
        link_token,
        decoy: reserved.is_none(),
        code_at: code_at.clone(),
        asked: now,
        tries: 0,
        next: now,
        refusals: 0,
        reserved,
        is_last: *more_today == MoreToday::No,
        lang: String::from(mail.lang.tag()),
    };
    let id: [u8; 16] = ctx.entropy.bytes();
    let sealed = row_encryption::seal(key, OUTBOX, &id, &queued, ctx.entropy.as_ref())?;
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
            let Some(queued) = row_encryption::unseal::<Queued>(&ctx.keys, OUTBOX, &id, &sealed)? else {
                continue;
            };
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
    let to = EmailAddress::parse(&queued.to).or(Err(Error::Broken(OwnData::QueuedAddress)))?;
    // A newer version may have written a language that this one does not speak. The person waits: any language is better
    // than no mail.
    let lang = Lang::parse(&queued.lang).unwrap_or_default();
    let code = SecretText::new(queued.code);
    let more_today = if queued.is_last { MoreToday::No } else { MoreToday::Yes };
    let message = match queued.link_token {
        Some(link_token) => {
            Message::CodeWithLink { code, link_token: SecretText::new(link_token), more_today }
        }
        None => Message::Code { code, more_today },
    };
    Ok(Some(Outgoing { to, lang, message }))
}

/// The mail server took the mail (or there was none to send): the row goes, and the code's hours begin.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn accepted(ctx: &Ctx, id: &[u8]) -> Result<(), Error> {
    ctx.store.write(|db| {
        let Some(sealed) = rows::find(db, id)? else { return Ok(()) };
        if let Some(queued) = row_encryption::unseal::<Queued>(&ctx.keys, OUTBOX, id, &sealed)? {
            mark_accepted(ctx, db, &queued.code_at)?;
        }
        Ok(rows::remove(db, id)?)
    })
}

/// The mail server did not take the mail. Where the failure is aimed at this server or passes by itself, the mail waits, a
/// little longer each time, for 24 hours: a person waits for it, and the operator can mend it. Where the mailbox itself is
/// refused, it is tried three times within 35 minutes.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn failed(ctx: &Ctx, id: &[u8], why: SendFailure) -> Result<Later, Error> {
    let now = ctx.now();
    ctx.store.write(|db| {
        let Some(sealed) = rows::find(db, id)? else { return Ok(Later::GivenUp) };
        let Some(mut queued) = row_encryption::unseal::<Queued>(&ctx.keys, OUTBOX, id, &sealed)? else {
            return give_up(db, id, None);
        };
        let Some(next) = queued.next_try(now, why.verdict()) else {
            return give_up(db, id, queued.reserved.as_ref());
        };
        queued.next = next.secs();
        if let Some(resealed) =
            row_encryption::reseal(&ctx.keys, OUTBOX, id, &sealed, &queued, ctx.entropy.as_ref())?
        {
            rows::replace(db, id, &resealed)?;
        }
        Ok(Later::Again)
    })
}

/// The one place where a mail is given up: what was counted for it is given back, since it reached nobody.
fn give_up(db: &mut Db, id: &[u8], reserved: Option<&Reserved>) -> Result<Later, Error> {
    if let Some(reserved) = reserved {
        release(db, reserved)?;
    }
    rows::remove(db, id)?;
    Ok(Later::GivenUp)
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

    /// As a version wrote it that did not count refusals.
    fn queued() -> Queued {
        let row = r#"{"to":"a@b.example","code":"K7QF2M9X","link_token":null,"decoy":false,
            "code_at":{"lookup":[],"id":[]},"asked":0,"tries":0,"next":0}"#;
        serde_json::from_str(row).expect("a row")
    }

    #[test]
    fn a_row_without_a_language_is_in_the_default_one() {
        let mail = outgoing(queued()).unwrap().unwrap();
        assert_eq!(mail.lang, Lang::default());
    }

    /// Tries until it is given up, or so often; returns when each try was, in seconds.
    fn tries(mail: &mut Queued, verdict: Verdict, most: usize) -> Vec<i64> {
        let mut now = Timestamp::from_secs(0);
        let mut times = vec![now.secs()];
        while let Some(next) = mail.next_try(now, verdict) {
            now = next;
            times.push(now.secs());
            if times.len() > most {
                break;
            }
        }
        times
    }

    #[test]
    fn a_refused_mailbox_is_tried_three_times_in_half_an_hour_and_not_in_half_a_minute() {
        assert_eq!(tries(&mut queued(), Verdict::Mailbox, 10), [0, 300, 2_100]);
    }

    #[test]
    fn a_mail_that_this_server_is_refused_for_waits_a_day() {
        for verdict in [Verdict::ThisServer, Verdict::Later] {
            let times = tries(&mut queued(), verdict, 100);
            let last = times.last().copied().unwrap();
            assert!((86_400..=86_400 + 2 * 3_600).contains(&last), "{last}");
            assert!(times.len() < 40, "{}", times.len());
        }
    }

    #[test]
    fn an_outage_uses_up_no_try_of_the_mailbox() {
        let mut mail = queued();
        for _ in 0..5 {
            assert!(mail.next_try(Timestamp::from_secs(0), Verdict::ThisServer).is_some());
        }
        assert_eq!(tries(&mut mail, Verdict::Mailbox, 10).len(), 3);
    }
}
