//! Codes by mail. Any code that was mailed to an address for a petition works with any ticket for that address and petition,
//! and past the day's mails ([`super::mail_limit`]) none is sent: flooding someone with requests only delivers usable codes. For another petition
//! the code is nothing: who reads one mail cannot sign twice with it.

use serde::{Deserialize, Serialize};

use crate::{
    actions::{
        Ctx, Error, OwnData,
        issuer::mail_limit::{self, Place},
        outbox, row_encryption,
    },
    db::{Db, issuer as rows},
    domain::{
        email::{EmailAddress, NormalizedAddress},
        ids::PetitionId,
        lang::Lang,
        message::{CODE_HOURS, Message, MoreToday, Outgoing},
        secret::SecretText,
        time::Timestamp,
    },
    keys::{EphemeralKey, Secrets},
    protocol::mail_code::MailCode,
};

pub(super) const CODES: &str = "mail_code";
const LOOKUP: &str = "mail-code lookup";

/// Where a code lies.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::actions) struct CodeRef {
    /// MAC of petition and address under the hour's key.
    pub lookup: Vec<u8>,
    /// Random.
    pub id: Vec<u8>,
}

/// Where a code is mailed to, and in which language.
#[derive(Clone, Copy)]
pub(in crate::actions) struct MailTo<'a> {
    /// The address as it was typed.
    pub address: &'a EmailAddress,
    /// The language of the mail.
    pub lang: Lang,
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
    petition: PetitionId,
    mail: &MailTo<'_>,
    link_token: Option<SecretText>,
) -> Result<CodeRef, Error> {
    let entropy = ctx.entropy.as_ref();
    let now = ctx.now();
    let MailTo { address, lang } = *mail;
    let normalized = address.normalized();
    let hour = ctx.keys.hour_key(now, entropy)?;
    let day = ctx.keys.day_key(now, entropy)?;
    let (reserved, more_today) = match mail_limit::reserve(db, &day, petition, address)? {
        Some(Place { reserved, more_today }) => (Some(reserved), more_today),
        None => (None, MoreToday::No),
    };

    let true_lookup = mac_of(LOOKUP, &hour, petition, &normalized);
    let decoy_lookup: [u8; 32] = entropy.bytes();
    let id: [u8; 16] = entropy.bytes();
    let at = CodeRef {
        lookup: if reserved.is_none() { decoy_lookup } else { true_lookup }.to_vec(),
        id: id.to_vec(),
    };
    let code = MailCode::generate(entropy);
    let stored = StoredCode { code: code.expose(), accepted: None };
    let sealed = row_encryption::seal(&hour, CODES, &at.id, &stored, entropy)?;
    rows::add_code(db, &at.lookup, &at.id, &sealed)?;

    let text = SecretText::new(code.expose());
    let message = match link_token {
        Some(link_token) => Message::CodeWithLink { code: text, link_token, more_today },
        None => Message::Code { code: text, more_today },
    };
    outbox::queue(ctx, db, &hour, &Outgoing { to: address.clone(), lang, message }, reserved, &at)?;
    Ok(at)
}

/// What an address is known by at one petition, as long as the key lives.
fn mac_of(
    label: &'static str,
    key: &EphemeralKey,
    petition: PetitionId,
    address: &NormalizedAddress,
) -> [u8; 32] {
    key.mac(label, format!("{petition} {}", address.expose()).as_bytes())
}

/// A code that was mailed.
pub(super) struct Mailed {
    /// The code.
    pub code: MailCode,
    /// Whether it can still be typed.
    pub is_living: bool,
}

/// The codes of an address for a petition, those that are too old among them as long as their key lives.
pub(super) fn codes_of(
    keys: &Secrets,
    db: &mut Db,
    petition: PetitionId,
    address: &NormalizedAddress,
    now: Timestamp,
) -> Result<Vec<Mailed>, Error> {
    let hours = keys.living_hour_keys()?;
    let lookups: Vec<Vec<u8>> =
        hours.iter().map(|key| mac_of(LOOKUP, key, petition, address).to_vec()).collect();
    let mut found = Vec::new();
    for (id, sealed) in rows::codes(db, &lookups)? {
        let Some(stored) = row_encryption::unseal::<StoredCode>(keys, CODES, &id, &sealed)? else { continue };
        let code = MailCode::parse(&stored.code).or(Err(Error::Broken(OwnData::MailedCode)))?;
        found.push(Mailed { code, is_living: is_living(&stored, now) });
    }
    Ok(found)
}

/// A code whose mail was never seen to be accepted may have arrived all the same (a crash between the two):
/// it lives as long as its key.
fn is_living(stored: &StoredCode, now: Timestamp) -> bool {
    stored.accepted.is_none_or(|accepted| {
        now <= Timestamp::from_secs(accepted).plus_secs(i64::from(CODE_HOURS).saturating_mul(3_600))
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
    let stored = row_encryption::unseal::<StoredCode>(keys, CODES, &at.id, &sealed)?;
    let living = stored.filter(|stored| is_living(stored, now));
    living.map(|stored| MailCode::parse(&stored.code).or(Err(Error::Broken(OwnData::MailedCode)))).transpose()
}

/// Notes that the mail server took the mail: the code's hours begin now.
pub(in crate::actions) fn mark_accepted(ctx: &Ctx, db: &mut Db, at: &CodeRef) -> Result<(), Error> {
    let Some(sealed) = rows::find_code(db, &at.lookup, &at.id)? else { return Ok(()) };
    let Some(mut stored) = row_encryption::unseal::<StoredCode>(&ctx.keys, CODES, &at.id, &sealed)? else {
        return Ok(());
    };
    stored.accepted = Some(ctx.now().secs());
    let resealed = row_encryption::reseal(&ctx.keys, CODES, &at.id, &sealed, &stored, ctx.entropy.as_ref())?;
    if let Some(resealed) = resealed {
        rows::replace_code(db, &at.lookup, &at.id, &resealed)?;
    }
    Ok(())
}
