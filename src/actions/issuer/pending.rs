//! What was typed into the form, waiting for its code: sealed, found by the hash of a ticket that only the
//! browser has, or by the hash of a link that only the mailbox has.

use serde::{Deserialize, Serialize};

use crate::{
    actions::{
        Ctx, Error, OwnData,
        issuer::codes::{CodeRef, Mailed, code_at, codes_of},
        row_encryption,
    },
    db::{Db, issuer as rows},
    domain::{email::EmailAddress, ids::PetitionId},
    protocol::{
        mail_code::MailCode,
        ticket::{LinkToken, Ticket},
        withdrawal_code::WithdrawalCode,
    },
};

const PENDING: &str = "pending_signature";
/// Wrong codes that may be typed at one ticket.
const TRIES: i32 = 5;

/// Something that waits for its code, as it is sealed.
#[derive(Serialize, Deserialize)]
pub(in crate::actions) struct Pending {
    /// The petition.
    pub petition: String,
    /// The crowd, by its place in genesis.
    pub crowd: u8,
    /// The address; empty once confirmed.
    pub address: String,
    /// What was typed into the form; without name and title once confirmed. None where a client asks for a token.
    pub typed: Option<Typed>,
    /// The withdrawal code of a signature that the server makes, so that no reload or crash loses it. Covered: only
    /// who brings the ticket or the link can read it.
    pub covered: Option<Covered>,
    /// Where the code lies that was mailed for this ticket; none once confirmed.
    pub code_at: Option<CodeRef>,
    /// Once confirmed: the codes that serve again.
    pub confirmed_by: Option<Vec<String>>,
    /// Once a client got its token: for which request, and which.
    pub answered: Option<Answered>,
}

/// What was typed into the form.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::actions) struct Typed {
    /// The name as given; empty where none is shown, and once confirmed.
    pub name: String,
    /// The job title as given, if one was.
    pub title: Option<String>,
    /// Whether the name is shown.
    pub shows_name: bool,
}

/// A withdrawal code, covered by the ticket and by the link's token.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::actions) struct Covered {
    /// By the ticket.
    pub by_ticket: [u8; WithdrawalCode::LEN_BYTES],
    /// By the token in the mailed link.
    pub by_link: [u8; WithdrawalCode::LEN_BYTES],
}

/// A token that was given out: the same request gets the same answer.
#[derive(Serialize, Deserialize)]
pub(in crate::actions) struct Answered {
    /// Hash of the request.
    pub request_hash: Vec<u8>,
    /// The response, base64url.
    pub response: String,
}

/// A ticket (or link) whose holder has read the mailbox.
pub struct VerifiedTicket {
    pub(in crate::actions) ticket_hash: Vec<u8>,
    pub(in crate::actions) sealed: Vec<u8>,
    pub(in crate::actions) pending: Pending,
    pub(in crate::actions) withdrawal_code: Option<WithdrawalCode>,
    serves: Vec<String>,
}

impl VerifiedTicket {
    /// The petition that the ticket is for.
    ///
    /// # Errors
    /// [`Error::Broken`] if the row was not written by this program.
    pub fn petition(&self) -> Result<PetitionId, Error> {
        PetitionId::parse(&self.pending.petition).or(Err(Error::Broken(OwnData::PendingPetition)))
    }

    /// The address that was proved.
    pub(in crate::actions) fn address(&self) -> Result<EmailAddress, Error> {
        EmailAddress::parse(&self.pending.address).or(Err(Error::Broken(OwnData::PendingAddress)))
    }
}

/// What typing a code at a ticket led to.
pub enum Tried {
    /// The code was read in the mailbox.
    Right(Box<VerifiedTicket>),
    /// It was not; this many tries are left.
    Wrong {
        /// Tries left at this ticket.
        tries_left: u32,
    },
    /// It was, more than a day ago. This cost no try.
    TooOld,
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
    let sealed = row_encryption::seal(&hour, PENDING, &ticket_hash, pending, entropy)?;
    Ok(rows::add_pending(db, &ticket_hash, &link.hash(), &sealed)?)
}

/// Keeps what was typed together with a code that was mailed before, under the ticket of the page on which it was typed.
/// What was typed there earlier and did not sign gives way.
pub(in crate::actions) fn add_or_replace(
    ctx: &Ctx,
    db: &mut Db,
    ticket: &Ticket,
    pending: &Pending,
) -> Result<(), Error> {
    if add_done(ctx, db, ticket, pending)? {
        return Ok(());
    }
    let Some(row) = rows::pending_by_ticket(db, &ticket.hash())? else { return Ok(()) };
    let before = row_encryption::unseal::<Pending>(&ctx.keys, PENDING, &row.ticket_hash, &row.sealed)?;
    if before.is_none_or(|before| before.confirmed_by.is_some()) {
        return Ok(());
    }
    replace(ctx, db, &row.ticket_hash, &row.sealed, pending)
}

/// Seals another content into a row, under the key under which it lives.
fn replace(ctx: &Ctx, db: &mut Db, hash: &[u8], sealed: &[u8], pending: &Pending) -> Result<(), Error> {
    if let Some(again) =
        row_encryption::reseal(&ctx.keys, PENDING, hash, sealed, pending, ctx.entropy.as_ref())?
    {
        rows::replace_pending(db, hash, &again)?;
    }
    Ok(())
}

/// Keeps a signature that is made at once, under a ticket that only its maker has: nothing waits for a code, and
/// the withdrawal code can be shown again. `false` if the ticket served before.
pub(in crate::actions) fn add_done(
    ctx: &Ctx,
    db: &mut Db,
    ticket: &Ticket,
    pending: &Pending,
) -> Result<bool, Error> {
    let entropy = ctx.entropy.as_ref();
    let hour = ctx.keys.hour_key(ctx.now(), entropy)?;
    let ticket_hash = ticket.hash();
    let sealed = row_encryption::seal(&hour, PENDING, &ticket_hash, pending, entropy)?;
    // No link leads here: what stands in its place is a hash of nothing that anyone holds.
    Ok(rows::add_pending_once(db, &ticket_hash, &LinkToken::generate(entropy).hash(), &sealed)?)
}

/// The withdrawal code of the signature that [`add_done`] kept under this ticket.
pub(in crate::actions) fn done_before(
    ctx: &Ctx,
    db: &mut Db,
    ticket: &Ticket,
) -> Result<Option<WithdrawalCode>, Error> {
    let Some(row) = rows::pending_by_ticket(db, &ticket.hash())? else { return Ok(None) };
    let pending = row_encryption::unseal::<Pending>(&ctx.keys, PENDING, &row.ticket_hash, &row.sealed)?;
    Ok(pending.and_then(|pending| Some(ticket.uncover(pending.covered?.by_ticket))))
}

/// Compares a typed code with the living codes of the ticket's address.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn try_code(ctx: &Ctx, db: &mut Db, ticket: &Ticket, typed: Option<&MailCode>) -> Result<Tried, Error> {
    let Some(row) = rows::take_try(db, &ticket.hash())? else { return Ok(Tried::Expired) };
    let Some(pending) = row_encryption::unseal::<Pending>(&ctx.keys, PENDING, &row.ticket_hash, &row.sealed)?
    else {
        return Ok(Tried::Expired);
    };
    if row.tries > TRIES {
        return Ok(Tried::Exhausted);
    }
    let codes = if let Some(codes) = &pending.confirmed_by {
        // The address is forgotten: what confirmed serves again.
        let codes = codes.iter().filter_map(|code| MailCode::parse(code).ok());
        codes.map(|code| Mailed { code, is_living: true }).collect()
    } else {
        let address =
            EmailAddress::parse(&pending.address).or(Err(Error::Broken(OwnData::PendingAddress)))?;
        let petition =
            PetitionId::parse(&pending.petition).or(Err(Error::Broken(OwnData::PendingPetition)))?;
        codes_of(&ctx.keys, db, petition, &address.normalized(), ctx.now())?
    };
    // All are compared, whichever matches.
    let (mut is_right, mut is_old) = (false, false);
    for mailed in &codes {
        let matches = typed.is_some_and(|typed| mailed.code.matches(typed));
        is_right |= matches && mailed.is_living;
        is_old |= matches && !mailed.is_living;
    }
    if is_right || is_old {
        rows::forget_try(db, &row.ticket_hash)?;
    }
    if !is_right {
        let tries_left = u32::try_from(TRIES - row.tries).unwrap_or(0);
        return Ok(if is_old { Tried::TooOld } else { Tried::Wrong { tries_left } });
    }
    let withdrawal_code = pending.covered.as_ref().map(|covered| ticket.uncover(covered.by_ticket));
    let serves = typed.map(MailCode::expose).into_iter().collect();
    let (ticket_hash, sealed) = (row.ticket_hash, row.sealed);
    Ok(Tried::Right(Box::new(VerifiedTicket { ticket_hash, sealed, pending, withdrawal_code, serves })))
}

/// What a mailed link names, if it still lives. Changes nothing.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn open_link(ctx: &Ctx, db: &mut Db, link: &LinkToken) -> Result<Option<Box<VerifiedTicket>>, Error> {
    let row = rows::pending_by_link(db, &link.hash())?;
    living_link(ctx, db, link, row)
}

/// Whether a ticket is what it was when its holder proved to read the mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It is, and stays so until the transaction ends.
    Unchanged,
    /// It served meanwhile, or something else was typed at it, or it is gone: what was proved is to be looked at again.
    Changed,
}

/// Holds a ticket's row until the transaction ends, so that of two who bring it at once the second sees what the first did.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn hold(db: &mut Db, proven: &VerifiedTicket) -> Result<Held, Error> {
    let row = rows::hold_pending(db, &proven.ticket_hash)?;
    let is_unchanged = row.is_some_and(|row| row.sealed == proven.sealed);
    Ok(if is_unchanged { Held::Unchanged } else { Held::Changed })
}

fn living_link(
    ctx: &Ctx,
    db: &mut Db,
    link: &LinkToken,
    row: Option<rows::PendingRow>,
) -> Result<Option<Box<VerifiedTicket>>, Error> {
    let Some(row) = row else { return Ok(None) };
    let Some(pending) = row_encryption::unseal::<Pending>(&ctx.keys, PENDING, &row.ticket_hash, &row.sealed)?
    else {
        return Ok(None);
    };
    if pending.confirmed_by.is_none() && mailed_code(ctx, db, &pending)?.is_none() {
        return Ok(None);
    }
    let withdrawal_code = pending.covered.as_ref().map(|covered| link.uncover(covered.by_link));
    let (ticket_hash, sealed) = (row.ticket_hash, row.sealed);
    Ok(Some(Box::new(VerifiedTicket { ticket_hash, sealed, pending, withdrawal_code, serves: Vec::new() })))
}

fn mailed_code(ctx: &Ctx, db: &mut Db, pending: &Pending) -> Result<Option<MailCode>, Error> {
    match &pending.code_at {
        Some(at) => code_at(&ctx.keys, db, at, ctx.now()),
        None => Ok(None),
    }
}

/// Marks a ticket as confirmed, and forgets the address, the name, and where the code lies: nothing that is
/// left leads to the mailbox.
pub(in crate::actions) fn finish(
    ctx: &Ctx,
    db: &mut Db,
    proven: &VerifiedTicket,
    answered: Option<Answered>,
) -> Result<(), Error> {
    let VerifiedTicket { ticket_hash, sealed, pending, serves, .. } = proven;
    let mut serves = serves.clone();
    serves.extend(mailed_code(ctx, db, pending)?.map(|code| code.expose()));
    let done = Pending {
        petition: pending.petition.clone(),
        crowd: pending.crowd,
        address: String::new(),
        typed: pending.typed.as_ref().map(|typed| Typed {
            name: String::new(),
            title: None,
            shows_name: typed.shows_name,
        }),
        covered: pending.covered.clone(),
        code_at: None,
        confirmed_by: Some(serves),
        answered,
    };
    replace(ctx, db, ticket_hash, sealed, &done)
}
