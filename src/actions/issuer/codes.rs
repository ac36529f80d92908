//! Codes by mail. Any code that was mailed to an address works with any ticket for that address, and past
//! three mails a day none is sent: flooding someone with requests only delivers usable codes.

use serde::{Deserialize, Serialize};

use super::super::{Ctx, Error, outbox, sealed};
use crate::{
    db::{Db, issuer as rows},
    domain::{
        email::{EmailAddress, NormalizedAddress},
        message::{Message, Outgoing},
        secret::SecretText,
        time::Timestamp,
    },
    keys::Secrets,
    protocol::mail_code::MailCode,
};

/// Hours that a code lives from the mail server's acceptance: quarantines are slow.
pub const CODE_HOURS: i64 = 24;
/// Mails that an address gets in a day.
pub const MAILS_PER_DAY: i32 = 3;

pub(super) const CODES: &str = "mail_code";
const LOOKUP: &str = "mail-code lookup";
const LIMIT: &str = "address limit";

/// Where a code lies.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::actions) struct CodeRef {
    /// MAC of the address under the hour's key.
    pub lookup: Vec<u8>,
    /// Random.
    pub id: Vec<u8>,
}

/// A code as it is sealed.
#[derive(Serialize, Deserialize)]
pub(in crate::actions) struct StoredCode {
    /// Eight characters.
    pub code: String,
    /// When the mail server took the mail, once it did.
    pub accepted: Option<i64>,
}

/// Writes a code and its mail. New, pending, used and flooded addresses all take the same statements: an
/// address that had its mails for today gets a code that nothing finds, and a mail that is not sent.
pub(in crate::actions) fn queue_code(
    ctx: &Ctx,
    db: &mut Db,
    address: &EmailAddress,
    link_token: Option<SecretText>,
) -> Result<CodeRef, Error> {
    let entropy = ctx.entropy.as_ref();
    let now = ctx.now();
    let normalized = address.normalized();
    let hour = ctx.keys.hour_key(now, entropy)?;
    let day = ctx.keys.day_key(now, entropy)?;
    let mails = rows::count_mail(db, &day.mac(LIMIT, normalized.expose().as_bytes()))?;
    let decoy = mails > MAILS_PER_DAY;

    let true_lookup = hour.mac(LOOKUP, normalized.expose().as_bytes());
    let decoy_lookup: [u8; 32] = entropy.bytes();
    let id: [u8; 16] = entropy.bytes();
    let at = CodeRef { lookup: if decoy { decoy_lookup } else { true_lookup }.to_vec(), id: id.to_vec() };
    let code = MailCode::generate(entropy);
    let stored = StoredCode { code: code.expose(), accepted: None };
    let sealed = sealed::seal(&hour, CODES, &at.id, &stored, entropy)?;
    rows::add_code(db, &at.lookup, &at.id, &sealed)?;

    let text = SecretText::new(code.expose());
    let message = match link_token {
        Some(link_token) => Message::CodeWithLink { code: text, link_token },
        None => Message::Code { code: text },
    };
    outbox::queue(ctx, db, &hour, &Outgoing { to: address.clone(), message }, decoy, &at)?;
    Ok(at)
}

/// The living codes of an address.
pub(super) fn living_codes(
    keys: &Secrets,
    db: &mut Db,
    address: &NormalizedAddress,
    now: Timestamp,
) -> Result<Vec<MailCode>, Error> {
    let lookups: Vec<Vec<u8>> = keys
        .living_hour_keys()?
        .iter()
        .map(|key| key.mac(LOOKUP, address.expose().as_bytes()).to_vec())
        .collect();
    let mut living = Vec::new();
    for (id, sealed) in rows::codes(db, &lookups)? {
        let Some(stored) = sealed::unseal::<StoredCode>(keys, CODES, &id, &sealed)? else { continue };
        if is_living(&stored, now) {
            living.push(MailCode::parse(&stored.code).or(Err(Error::Broken("a mailed code")))?);
        }
    }
    Ok(living)
}

/// A code whose mail was never seen to be accepted may have arrived all the same (a crash between the two):
/// it lives as long as its key.
fn is_living(stored: &StoredCode, now: Timestamp) -> bool {
    stored.accepted.is_none_or(|accepted| {
        now <= Timestamp::from_secs(accepted).plus_secs(CODE_HOURS.saturating_mul(3_600))
    })
}

/// The code at `at`, while it lives.
pub(super) fn code_at(
    keys: &Secrets,
    db: &mut Db,
    at: &CodeRef,
    now: Timestamp,
) -> Result<Option<MailCode>, Error> {
    let Some(sealed) = rows::find_code(db, &at.lookup, &at.id)? else { return Ok(None) };
    let stored = sealed::unseal::<StoredCode>(keys, CODES, &at.id, &sealed)?;
    let living = stored.filter(|stored| is_living(stored, now));
    living.map(|stored| MailCode::parse(&stored.code).or(Err(Error::Broken("a mailed code")))).transpose()
}

/// Notes that the mail server took the mail: the code's hours begin now.
pub(in crate::actions) fn mark_accepted(ctx: &Ctx, db: &mut Db, at: &CodeRef) -> Result<(), Error> {
    let Some(sealed) = rows::find_code(db, &at.lookup, &at.id)? else { return Ok(()) };
    let Some(mut stored) = sealed::unseal::<StoredCode>(&ctx.keys, CODES, &at.id, &sealed)? else {
        return Ok(());
    };
    stored.accepted = Some(ctx.now().secs());
    let resealed = sealed::reseal(&ctx.keys, CODES, &at.id, &sealed, &stored, ctx.entropy.as_ref())?;
    if let Some(resealed) = resealed {
        rows::replace_code(db, &at.lookup, &at.id, &resealed)?;
    }
    Ok(())
}
