//! Invitations: making them, and signing by one without script. Nothing is mailed, so nothing stands in a mail
//! system; nothing says which invitation was used, but who made or finds one can try it.

use crate::{
    actions::{
        Ctx, Error, collector,
        issuer::{self, Covered, Pending, Proved},
        petitions::owned,
        signing::{
            plain_form::{Proof, ShownName, issue_and_cast},
            status::Status,
        },
    },
    db::{Db, issuer as rows, petitions},
    domain::{
        ids::{OrganizerId, PetitionId},
        petition::NotTaking,
        proof::{Crowd, ProofKind},
    },
    faults::{CrashPoint, reach},
    protocol::leaf::Notice,
};

pub use crate::protocol::{invitation_code::InvitationCode, ticket::Ticket, withdrawal_code::WithdrawalCode};

/// Invitations on one sheet, at most.
pub const SHEET_MAX: u32 = 500;
/// Invitations to one petition, at most.
pub const MADE_MAX: u32 = 10_000;

/// How many invitations to make: 1 to [`SHEET_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SheetSize(u32);

impl SheetSize {
    /// Reads a whole number. `None` for anything else, or out of range.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number: u32 = text.trim().parse().ok()?;
        (1..=SHEET_MAX).contains(&number).then_some(Self(number))
    }
}

/// What making invitations led to.
pub enum Made {
    /// They are made. Nothing can show them again.
    Sheet {
        /// In no order.
        codes: Vec<InvitationCode>,
        /// Where they are redeemed, under `/p/`.
        place: String,
    },
    /// That would be more than [`MADE_MAX`] in all.
    TooMany,
    /// The petition takes no signatures, or none by invitation.
    NotTaking,
    /// No such petition, or not hers.
    NotFound,
}

/// Makes invitations: keeps their hashes, and says in the log how many there are now.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; none was made.
pub fn make(ctx: &Ctx, slug: &str, owner: OrganizerId, size: SheetSize) -> Result<Made, Error> {
    ctx.write_logs(|db| {
        let Some(petition) = owned(db, slug, owner)? else { return Ok(Made::NotFound) };
        if !petition.takes_signatures(ctx.now()) || crowd(db, petition.id)?.is_none() {
            return Ok(Made::NotTaking);
        }
        if !petitions::count_invitations(db, petition.id, size.0, MADE_MAX)? {
            return Ok(Made::TooMany);
        }
        let entropy = ctx.entropy.as_ref();
        let codes: Vec<InvitationCode> = (0..size.0).map(|_| InvitationCode::generate(entropy)).collect();
        // In the order of the hashes: the order of rows in a table says nothing about a place on the sheet.
        let mut hashes: Vec<[u8; 32]> = codes.iter().map(InvitationCode::hash).collect();
        hashes.sort_unstable();
        for hash in &hashes {
            rows::add_invitation(db, petition.id, hash)?;
        }
        let made = petitions::invitations_made(db, petition.id)?;
        collector::append_event(ctx, db, petition.id, &Notice::InvitationsMade(made))?;
        Ok::<_, Error>(Made::Sheet { codes, place: petition.into_place() })
    })
}

/// What sending an invitation with the form led to.
pub enum Redeemed {
    /// It is one of this petition's, and nothing has happened yet: the signature is made when the form comes again
    /// with this ticket.
    Ready(Ticket),
    /// Signed, now or before with the same ticket.
    Done {
        /// The receipt.
        withdrawal_code: WithdrawalCode,
        /// What is true of the signature now.
        status: Status,
    },
    /// No such invitation for this petition.
    Unknown,
    /// It gave a signature before.
    Used,
    /// The petition takes no signature now.
    NotTaking(NotTaking),
    /// There is no such petition, or one may not know.
    NotFound,
}

/// Looks whether an invitation can be redeemed here. Changes nothing, and does not say whether it was used.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn look(ctx: &Ctx, slug: &str, invitation: &InvitationCode) -> Result<Redeemed, Error> {
    ctx.store.read(|db| match redeemable(ctx, db, slug, invitation)? {
        Ok(_) => Ok(Redeemed::Ready(Ticket::generate(ctx.entropy.as_ref()))),
        Err(refused) => Ok(refused),
    })
}

/// Signs by invitation: issue and cast in one transaction. The same ticket again gets the same answer again: it is a
/// secret of the browser that signed. The invitation alone gets nothing, since it is known to whoever made it.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was signed.
pub fn redeem(
    ctx: &Ctx,
    slug: &str,
    ticket: &Ticket,
    invitation: &InvitationCode,
    shown: &ShownName,
) -> Result<Redeemed, Error> {
    let ticket = ticket.with_invitation(invitation);
    let redeemed = ctx.write_logs(|db| {
        let redeemed = sign(ctx, db, slug, &ticket, invitation, shown)?;
        reach(CrashPoint::ConfirmBeforeCommit);
        Ok::<_, Error>(redeemed)
    })?;
    reach(CrashPoint::ConfirmAfterCommit);
    Ok(redeemed)
}

fn sign(
    ctx: &Ctx,
    db: &mut Db,
    slug: &str,
    ticket: &Ticket,
    invitation: &InvitationCode,
    shown: &ShownName,
) -> Result<Redeemed, Error> {
    if let Some(done) = done_before(ctx, db, slug, ticket)? {
        return Ok(done);
    }
    let (petition, crowd) = match redeemable(ctx, db, slug, invitation)? {
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    let withdrawal_code = WithdrawalCode::generate(ctx.entropy.as_ref());
    let typed = shown.typed();
    let shows_name = typed.shows_name;
    let covered = ticket.cover(&withdrawal_code);
    let pending = Pending {
        petition: petition.id.to_string(),
        crowd: crowd.index.get(),
        address: String::new(),
        typed: Some(issuer::Typed { name: String::new(), title: None, shows_name }),
        covered: Some(Covered { by_ticket: covered, by_link: covered }),
        code_at: None,
        confirmed_by: Some(Vec::new()),
        answered: None,
    };
    // The row first: whoever sends the same form twice at once is waited for here.
    if !issuer::add_done(ctx, db, ticket, &pending)? {
        // Its hour's key may be gone: then it is told as any used one.
        return Ok(done_before(ctx, db, slug, ticket)?.unwrap_or(Redeemed::Used));
    }
    let proved = Proved::Invitation(invitation);
    let cast = issue_and_cast(ctx, db, &petition, crowd.index.get(), proved, typed, &withdrawal_code)?;
    if cast == Proof::Used {
        rows::remove_pending(db, &[ticket.hash().to_vec()])?;
        return Ok(Redeemed::Used);
    }
    let status = Status::of_new(shows_name, petition.standing_at(ctx.now()));
    Ok(Redeemed::Done { withdrawal_code, status })
}

/// What the same form, sent before, led to, and what is true of it now. `None`: it was not sent before.
fn done_before(ctx: &Ctx, db: &mut Db, slug: &str, ticket: &Ticket) -> Result<Option<Redeemed>, Error> {
    let Some(withdrawal_code) = issuer::done_before(ctx, db, ticket)? else { return Ok(None) };
    let Some(petition) = petitions::at_public_place(db, slug)? else { return Ok(Some(Redeemed::NotFound)) };
    let signed = collector::find(ctx, db, &withdrawal_code)?;
    let status = Status::of(signed.as_ref(), petition.standing_at(ctx.now()));
    Ok(Some(Redeemed::Done { withdrawal_code, status }))
}

/// The petition at this place and its crowd of the invited, if it takes signatures and the invitation is its own.
fn redeemable(
    ctx: &Ctx,
    db: &mut Db,
    slug: &str,
    invitation: &InvitationCode,
) -> Result<Result<(petitions::Petition, Crowd), Redeemed>, Error> {
    let Some(petition) = petitions::at_public_place(db, slug)? else { return Ok(Err(Redeemed::NotFound)) };
    let now = ctx.now();
    if !petition.takes_signatures(now) {
        return Ok(Err(Redeemed::NotTaking(petition.standing_at(now).not_taking())));
    }
    let crowd = crowd_of(db, petition.id, invitation)?;
    Ok(crowd.map(|crowd| (petition, crowd)).ok_or(Redeemed::Unknown))
}

/// The crowd of the invited, if this invitation was made for this petition.
pub(super) fn crowd_of(
    db: &mut Db,
    petition: PetitionId,
    invitation: &InvitationCode,
) -> Result<Option<Crowd>, Error> {
    if rows::invitation_exists(db, petition, &invitation.hash())? { crowd(db, petition) } else { Ok(None) }
}

fn crowd(db: &mut Db, petition: PetitionId) -> Result<Option<Crowd>, Error> {
    let crowds = petitions::crowds(db, petition)?;
    Ok(crowds.into_iter().map(|(crowd, _)| crowd).find(|crowd| crowd.proof == ProofKind::Invite))
}
