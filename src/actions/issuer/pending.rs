//! What was typed into the form, waiting for its code: sealed, found by the hash of a ticket that only the
//! browser has, or by the hash of a link that only the mailbox has.

use serde::{Deserialize, Serialize};

use super::{
    super::{Ctx, Error, sealed},
    codes::{CodeRef, code_at, living_codes},
};
use crate::{
    db::{Db, issuer as rows},
    domain::{email::EmailAddress, ids::PetitionId},
    protocol::{
        mail_code::MailCode,
        ticket::{LinkToken, Ticket},
    },
};

const PENDING: &str = "pending_signature";
/// Wrong codes that may be typed at one ticket.
const TRIES: i32 = 5;

/// A pending signature as it is sealed.
#[derive(Serialize, Deserialize)]
pub(in crate::actions) struct Pending {
    /// The petition.
    pub petition: String,
    /// The crowd, by its place in genesis.
    pub crowd: u8,
    /// The address; empty once confirmed.
    pub address: String,
    /// The name as given; empty once confirmed.
    pub name: String,
    /// The job title as given, if one was; none once confirmed.
    pub title: Option<String>,
    /// The withdrawal code, so that no reload or crash loses it.
    pub withdrawal_code: String,
    /// Where the code lies that was mailed for this ticket.
    pub code_at: CodeRef,
    /// Once confirmed: the code that did it (empty: the link did).
    pub confirmed_by: Option<String>,
}

/// A ticket (or link) whose holder has read the mailbox.
pub struct Proven {
    pub(in crate::actions) ticket_hash: Vec<u8>,
    pub(in crate::actions) sealed: Vec<u8>,
    pub(in crate::actions) pending: Pending,
    pub(in crate::actions) typed: String,
}

impl Proven {
    /// The petition that the ticket is for.
    ///
    /// # Errors
    /// [`Error::Broken`] if the row was not written by this program.
    pub fn petition(&self) -> Result<PetitionId, Error> {
        PetitionId::parse(&self.pending.petition).or(Err(Error::Broken("a pending petition")))
    }
}

/// What typing a code at a ticket led to.
pub enum Tried {
    /// The code was read in the mailbox.
    Right(Box<Proven>),
    /// It was not; this many tries are left.
    Wrong {
        /// Tries left at this ticket.
        tries_left: u32,
    },
    /// Too many wrong codes at this ticket.
    Exhausted,
    /// No such ticket any more.
    Expired,
}

/// Keeps what was typed, under the ticket's hash.
pub(in crate::actions) fn add(
    ctx: &Ctx,
    db: &mut Db,
    ticket: &Ticket,
    link: &LinkToken,
    pending: &Pending,
) -> Result<(), Error> {
    let entropy = ctx.entropy.as_ref();
    let hour = ctx.keys.hour_key(ctx.now(), entropy)?;
    let ticket_hash = ticket.hash();
    let sealed = sealed::seal(&hour, PENDING, &ticket_hash, pending, entropy)?;
    Ok(rows::add_pending(db, &ticket_hash, &link.hash(), &sealed)?)
}

/// Compares a typed code with the living codes of the ticket's address.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn try_code(ctx: &Ctx, db: &mut Db, ticket: &Ticket, typed: Option<&MailCode>) -> Result<Tried, Error> {
    let Some(row) = rows::take_try(db, &ticket.hash())? else { return Ok(Tried::Expired) };
    let Some(pending) = sealed::unseal::<Pending>(&ctx.keys, PENDING, &row.ticket_hash, &row.sealed)? else {
        return Ok(Tried::Expired);
    };
    if row.tries > TRIES {
        return Ok(Tried::Exhausted);
    }
    let codes = if let Some(code) = &pending.confirmed_by {
        // The address is forgotten: the code that confirmed, or the one mailed for this ticket, serves again.
        let mailed = code_at(&ctx.keys, db, &pending.code_at, ctx.now())?;
        MailCode::parse(code).ok().into_iter().chain(mailed).collect()
    } else {
        let address = EmailAddress::parse(&pending.address).or(Err(Error::Broken("a pending address")))?;
        living_codes(&ctx.keys, db, &address.normalized(), ctx.now())?
    };
    // All are compared, whichever matches.
    let right =
        typed.is_some_and(|typed| codes.iter().fold(false, |found, code| code.matches(typed) | found));
    if !right {
        return Ok(Tried::Wrong { tries_left: u32::try_from(TRIES - row.tries).unwrap_or(0) });
    }
    rows::forget_try(db, &row.ticket_hash)?;
    let typed = typed.map(MailCode::expose).unwrap_or_default();
    Ok(Tried::Right(Box::new(Proven { ticket_hash: row.ticket_hash, sealed: row.sealed, pending, typed })))
}

/// What a mailed link names, if it still lives. Changes nothing.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn open_link(ctx: &Ctx, db: &mut Db, link: &LinkToken) -> Result<Option<Box<Proven>>, Error> {
    let row = rows::pending_by_link(db, &link.hash())?;
    living_link(ctx, db, row)
}

/// What a mailed link names, held so that two presses at once are taken one after the other.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn take_link(ctx: &Ctx, db: &mut Db, link: &LinkToken) -> Result<Option<Box<Proven>>, Error> {
    let row = rows::take_link(db, &link.hash())?;
    living_link(ctx, db, row)
}

fn living_link(ctx: &Ctx, db: &mut Db, row: Option<rows::PendingRow>) -> Result<Option<Box<Proven>>, Error> {
    let Some(row) = row else { return Ok(None) };
    let Some(pending) = sealed::unseal::<Pending>(&ctx.keys, PENDING, &row.ticket_hash, &row.sealed)? else {
        return Ok(None);
    };
    if pending.confirmed_by.is_none() && code_at(&ctx.keys, db, &pending.code_at, ctx.now())?.is_none() {
        return Ok(None);
    }
    let typed = String::new();
    Ok(Some(Box::new(Proven { ticket_hash: row.ticket_hash, sealed: row.sealed, pending, typed })))
}

/// Marks a ticket as confirmed and forgets the address and the name that were waiting with it.
pub(in crate::actions) fn finish(ctx: &Ctx, db: &mut Db, proven: Proven) -> Result<(), Error> {
    let Proven { ticket_hash, sealed, mut pending, typed } = proven;
    pending.address = String::new();
    pending.name = String::new();
    pending.title = None;
    pending.confirmed_by = Some(typed);
    let resealed = sealed::reseal(&ctx.keys, PENDING, &ticket_hash, &sealed, &pending, ctx.entropy.as_ref())?;
    if let Some(resealed) = resealed {
        rows::replace_pending(db, &ticket_hash, &resealed)?;
    }
    Ok(())
}
