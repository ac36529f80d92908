//! Invitations: making them, and signing by one without script. Nothing is mailed, so nothing stands in a mail
//! system; nothing says which invitation was used, but who made or finds one can try it.

use crate::{
    actions::{
        Ctx, Error, collector,
        facts::PetitionFacts,
        issuer::{self, Covered, Pending, Proof, ShownProof, Typed},
        petitions::allowed,
        signing::{
            form_cast::{self, Made as MadeCast},
            plain_form::ShownName,
            receipt,
            status::Status,
        },
    },
    db::{Db, issuer as rows, petitions},
    domain::{
        ids::{OrganizerId, PetitionId},
        organizer::Capability,
        petition::{NotTaking, Standing},
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
pub fn make(ctx: &Ctx, slug: &str, who: OrganizerId, size: SheetSize) -> Result<Made, Error> {
    ctx.write_logs(|db| {
        let Some(petition) = allowed(db, slug, who, Capability::Invite)? else { return Ok(Made::NotFound) };
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
pub fn look(ctx: &Ctx, facts: &PetitionFacts, invitation: &InvitationCode) -> Result<Redeemed, Error> {
    Ok(match redeemable(ctx, facts, invitation)? {
        Ok(_) => Redeemed::Ready(Ticket::generate(ctx.entropy.as_ref())),
        Err(refused) => refused,
    })
}

/// Signs by invitation. The same ticket again gets the same answer again: it is a secret of the browser that signed. The
/// invitation alone gets nothing, since it is known to whoever made it.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was signed.
pub fn redeem(
    ctx: &Ctx,
    facts: &PetitionFacts,
    ticket: &Ticket,
    invitation: &InvitationCode,
    shown: &ShownName,
) -> Result<Redeemed, Error> {
    let ticket = ticket.with_invitation(invitation);
    if let Some(done) = done_before(ctx, facts, &ticket)? {
        return Ok(done);
    }
    let crowd = match redeemable(ctx, facts, invitation)? {
        Ok(crowd) => crowd,
        Err(refused) => return Ok(refused),
    };
    let code = WithdrawalCode::generate(ctx.entropy.as_ref());
    let typed = shown.typed();
    let proved = ShownProof::Invitation(invitation);
    let made = form_cast::make(ctx, facts, crowd.index.get(), proved, &typed, &code)?;
    let pending = done_with(facts, &crowd, &ticket, &code, &typed);
    let redeemed = ctx.write_logs(|db| {
        let redeemed = sign(ctx, db, facts, &ticket, &pending, &made)?;
        reach(CrashPoint::ConfirmBeforeCommit);
        Ok::<_, Error>(redeemed)
    })?;
    reach(CrashPoint::ConfirmAfterCommit);
    match redeemed {
        Signed::Done { standing } => {
            let status = Status::of_new(typed.shows_name, standing);
            Ok(Redeemed::Done { withdrawal_code: code, status })
        }
        // Its hour's key may be gone: then it is told as any used one.
        Signed::Before => Ok(done_before(ctx, facts, &ticket)?.unwrap_or(Redeemed::Used)),
        Signed::Refused(refused) => Ok(refused),
    }
}

/// What is kept under the ticket of a signature that is made at once.
fn done_with(
    facts: &PetitionFacts,
    crowd: &Crowd,
    ticket: &Ticket,
    code: &WithdrawalCode,
    typed: &Typed,
) -> Pending {
    let covered = ticket.cover(code);
    Pending {
        petition: facts.id().to_string(),
        crowd: crowd.index.get(),
        address: String::new(),
        typed: Some(Typed { name: String::new(), title: None, shows_name: typed.shows_name }),
        covered: Some(Covered { by_ticket: covered, by_link: covered }),
        code_at: None,
        confirmed_by: Some(Vec::new()),
        answered: None,
    }
}

/// What the transaction that signs led to.
enum Signed {
    /// It is signed, where the petition's address leads to this.
    Done { standing: Standing },
    /// The same form was sent before.
    Before,
    /// Not signed.
    Refused(Redeemed),
}

fn sign(
    ctx: &Ctx,
    db: &mut Db,
    facts: &PetitionFacts,
    ticket: &Ticket,
    pending: &Pending,
    made: &MadeCast,
) -> Result<Signed, Error> {
    let Some(facts) = facts.held(db)? else { return Ok(Signed::Refused(Redeemed::NotFound)) };
    let now = ctx.now();
    if !facts.progress().takes_signatures(now) {
        return Ok(Signed::Refused(Redeemed::NotTaking(facts.not_taking(now))));
    }
    // The row first: whoever sends the same form twice at once is waited for here.
    if !issuer::add_done(ctx, db, ticket, pending)? {
        return Ok(Signed::Before);
    }
    if form_cast::take(ctx, db, &facts, made)? == Proof::Used {
        rows::remove_pending(db, &[ticket.hash().to_vec()])?;
        return Ok(Signed::Refused(Redeemed::Used));
    }
    Ok(Signed::Done { standing: facts.standing_at(now) })
}

/// What the same form, sent before, led to, and what is true of it now. `None`: it was not sent before.
fn done_before(ctx: &Ctx, facts: &PetitionFacts, ticket: &Ticket) -> Result<Option<Redeemed>, Error> {
    let before = ctx.store.read(|db| issuer::done_before(ctx, db, ticket))?;
    let Some(withdrawal_code) = before else { return Ok(None) };
    let signed = receipt::find(ctx, &withdrawal_code)?;
    let status = Status::of(signed.as_ref(), facts.standing_at(ctx.now()));
    Ok(Some(Redeemed::Done { withdrawal_code, status }))
}

/// The crowd of the invited, if the petition takes signatures and the invitation is its own.
fn redeemable(
    ctx: &Ctx,
    facts: &PetitionFacts,
    invitation: &InvitationCode,
) -> Result<Result<Crowd, Redeemed>, Error> {
    let now = ctx.now();
    if !facts.progress().takes_signatures(now) {
        return Ok(Err(Redeemed::NotTaking(facts.not_taking(now))));
    }
    let crowd = ctx.store.read(|db| crowd_of(db, facts, invitation))?;
    Ok(crowd.ok_or(Redeemed::Unknown))
}

/// The crowd of the invited, if this invitation was made for this petition.
pub(super) fn crowd_of(
    db: &mut Db,
    facts: &PetitionFacts,
    invitation: &InvitationCode,
) -> Result<Option<Crowd>, Error> {
    let is_known = rows::invitation_exists(db, facts.id(), &invitation.hash())?;
    Ok(facts.invited().filter(|_| is_known).cloned())
}

fn crowd(db: &mut Db, petition: PetitionId) -> Result<Option<Crowd>, Error> {
    let crowds = petitions::crowds(db, petition)?;
    Ok(crowds.into_iter().map(|(crowd, _)| crowd).find(|crowd| crowd.proof == ProofKind::Invite))
}
