//! The second half of signing without script: the code comes back, by the form or by the mailed link's button, and the signature
//! is made.
//!
//! Three steps. A transaction tries the code: a wrong one is counted before anybody learns that it was wrong, also when the
//! process dies right after. Then the token and the cast are made, in memory, outside of any transaction (`form_cast`). Then one
//! transaction holds the petition and the ticket, uses the proof up, publishes, and keeps the answer. See
//! `issuer/token.rs` for why in this order.

use crate::{
    actions::{
        Ctx, Error, OwnData,
        facts::PetitionFacts,
        issuer::{self, Held, Proof, ShownProof, Tried, Typed, VerifiedTicket},
        signing::{
            form_cast,
            plain_form::{LinkToken, MailCode, Mailing, SignInput, Ticket, WithdrawalCode, keep},
            receipt,
            status::Status,
        },
    },
    domain::{eligibility::Refusal, ids::PetitionId, petition::NotTaking},
    faults::{CrashPoint, reach},
};

/// How often it is begun again where another request used the same ticket at the same time: the second time it is found used.
const ROUNDS: u8 = 4;

/// What a code, or a link's button, led to.
pub enum Confirmed {
    /// Signed, now or before.
    Done {
        /// The receipt.
        withdrawal_code: WithdrawalCode,
        /// The petition.
        petition: PetitionId,
        /// What is true of the signature now: much may have happened since it was made.
        status: Status,
    },
    /// Not the code that was mailed.
    WrongCode {
        /// Tries left at this ticket.
        tries_left: u32,
    },
    /// The code that was mailed, more than a day ago: ask again.
    CodeTooOld,
    /// Too many wrong codes at this ticket: ask again.
    TooManyTries,
    /// The ticket or link lives no more: ask again.
    Expired,
    /// This proof gave a signature before, withdrawn or not.
    ProofUsed,
    /// The petition takes no signature now.
    NotTaking(NotTaking),
    /// There is no such petition, or one may not know.
    NotFound,
}

/// What typing a code together with the form led to.
pub enum SignedWithCode {
    /// The code was tried.
    Tried(Confirmed),
    /// The address cannot prove what was chosen.
    Refused(Refusal),
}

/// Takes a typed code. Typing it again gives the same answer again.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was signed.
pub fn confirm(
    ctx: &Ctx,
    facts: &PetitionFacts,
    ticket: &Ticket,
    typed: Option<&MailCode>,
) -> Result<Confirmed, Error> {
    until_unchanged(|| answer(ctx, facts, try_code(ctx, ticket, typed)?))
}

/// Signs at once with a code that was mailed before, for people whose page of that time is gone. `ticket` comes from the page
/// on which it was typed: with it, the same form gives the same answer again.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was signed.
pub fn sign_with_code(
    ctx: &Ctx,
    facts: &PetitionFacts,
    input: &SignInput,
    ticket: &Ticket,
    code: &MailCode,
) -> Result<SignedWithCode, Error> {
    let first = ctx.store.write(|db| {
        let Some(facts) = facts.held(db)? else { return Ok(Ok(None)) };
        let typed = Some(input.shown.typed());
        let before = Mailing::Before(ticket);
        match keep(ctx, db, &facts, input.proof, &input.address, typed, before)? {
            Ok(_) => Ok::<_, Error>(Ok(Some(issuer::try_code(ctx, db, ticket, Some(code))?))),
            Err(refusal) => Ok(Err(refusal)),
        }
    })?;
    let mut first = match first {
        Ok(Some(tried)) => Some(tried),
        Ok(None) => return Ok(SignedWithCode::Tried(Confirmed::NotFound)),
        Err(refusal) => return Ok(SignedWithCode::Refused(refusal)),
    };
    // Kept once: two who send the same form at the same time would replace each other's row for ever.
    let confirmed = until_unchanged(|| {
        let tried = match first.take() {
            Some(tried) => tried,
            None => try_code(ctx, ticket, Some(code))?,
        };
        answer(ctx, facts, tried)
    })?;
    Ok(SignedWithCode::Tried(confirmed))
}

/// Tries a code in a transaction of its own: a wrong one is counted before anybody learns that it was wrong, and whatever
/// happens to this process then.
pub(super) fn try_code(ctx: &Ctx, ticket: &Ticket, typed: Option<&MailCode>) -> Result<Tried, Error> {
    let tried = ctx.store.write(|db| issuer::try_code(ctx, db, ticket, typed))?;
    reach(CrashPoint::TriedAfterCommit);
    Ok(tried)
}

/// Does it until no other request came between. `None` stands for one that did.
pub(super) fn until_unchanged<T>(mut round: impl FnMut() -> Result<Option<T>, Error>) -> Result<T, Error> {
    for _ in 0..ROUNDS {
        if let Some(done) = round()? {
            return Ok(done);
        }
    }
    Err(Error::Busy)
}

/// Signs if the code that was tried was right.
fn answer(ctx: &Ctx, facts: &PetitionFacts, tried: Tried) -> Result<Option<Confirmed>, Error> {
    let now = ctx.now();
    Ok(Some(match tried {
        Tried::Right(proven) if proven.petition()? == facts.id() => return sign(ctx, facts, &proven),
        // No other code helps either.
        _ if !facts.progress().takes_typed_codes(now) => Confirmed::NotTaking(facts.not_taking(now)),
        // A ticket of another petition was put into this one's form.
        Tried::Right(_) | Tried::Expired => Confirmed::Expired,
        Tried::TooOld => Confirmed::CodeTooOld,
        Tried::Exhausted => Confirmed::TooManyTries,
        Tried::Wrong { tries_left } => Confirmed::WrongCode { tries_left },
    }))
}

/// What a mailed link stands for.
pub enum Linked {
    /// A signature that its button would make.
    Waiting {
        /// What everyone would see. Whoever sent the form chose it, and that need not be the person who reads the mail.
        name: String,
        /// The job title beside it.
        title: Option<String>,
    },
    /// A signature that cannot be made any more.
    NotTaking(NotTaking),
    /// A signature that was made, and what is true of it now.
    Done(Status),
}

/// Looks at what a mailed link stands for. Changes nothing, however often it is opened.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn look_at_link(ctx: &Ctx, link: &LinkToken) -> Result<Option<(PetitionFacts, Linked)>, Error> {
    let Some((facts, proven)) = open_link(ctx, link)? else { return Ok(None) };
    let (now, Some(code)) = (ctx.now(), &proven.withdrawal_code) else { return Ok(None) };
    if proven.pending.confirmed_by.is_some() {
        let status = status_of(ctx, &facts, code)?;
        return Ok(Some((facts, Linked::Done(status))));
    }
    if !facts.progress().takes_typed_codes(now) {
        let why = facts.not_taking(now);
        return Ok(Some((facts, Linked::NotTaking(why))));
    }
    let Some(Typed { name, title, .. }) = proven.pending.typed else { return Ok(None) };
    Ok(Some((facts, Linked::Waiting { name, title })))
}

/// Takes the press of a mailed link's button. Pressing it again gives the same answer again. `None`: the link stands for
/// nothing (any more).
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was signed.
pub fn confirm_by_link(ctx: &Ctx, link: &LinkToken) -> Result<Option<(PetitionFacts, Confirmed)>, Error> {
    until_unchanged(|| {
        let Some((facts, proven)) = open_link(ctx, link)? else { return Ok(Some(None)) };
        let confirmed = sign(ctx, &facts, &proven)?;
        Ok(confirmed.map(|confirmed| Some((facts, confirmed))))
    })
}

/// What a mailed link names, if it was mailed for the form and still lives, and the petition that it is for.
fn open_link(ctx: &Ctx, link: &LinkToken) -> Result<Option<(PetitionFacts, Box<VerifiedTicket>)>, Error> {
    ctx.store.read(|db| {
        let Some(proven) = issuer::open_link(ctx, db, link)? else { return Ok(None) };
        let facts = PetitionFacts::find(db, proven.petition()?)?;
        Ok(facts.filter(|_| proven.withdrawal_code.is_some()).map(|facts| (facts, proven)))
    })
}

/// Signs for whoever has read the mailbox. `None`: the ticket is not what it was when that was proved.
fn sign(ctx: &Ctx, facts: &PetitionFacts, proven: &VerifiedTicket) -> Result<Option<Confirmed>, Error> {
    // A ticket of a client that makes its own token is none of this form's.
    let Some(code) = &proven.withdrawal_code else { return Ok(Some(Confirmed::Expired)) };
    let typed = proven.pending.typed.as_ref().ok_or(Error::Broken(OwnData::PendingSignature))?;
    let done = |status| Confirmed::Done { withdrawal_code: code.clone(), petition: facts.id(), status };
    if proven.pending.confirmed_by.is_some() {
        return Ok(Some(done(status_of(ctx, facts, code)?)));
    }
    let now = ctx.now();
    if !facts.progress().takes_typed_codes(now) {
        return Ok(Some(Confirmed::NotTaking(facts.not_taking(now))));
    }
    let address = proven.address()?.normalized();
    let mailbox = ShownProof::Address(&address);
    let made = form_cast::make(ctx, facts, proven.pending.crowd, mailbox, typed, code)?;
    let confirmed = ctx.write_logs(|db| {
        let Some(facts) = facts.held(db)? else { return Ok(Some(Confirmed::NotFound)) };
        if issuer::hold(db, proven)? == Held::Changed {
            return Ok(None);
        }
        if !facts.progress().takes_typed_codes(now) {
            return Ok(Some(Confirmed::NotTaking(facts.not_taking(now))));
        }
        let confirmed = match form_cast::take(ctx, db, &facts, &made)? {
            Proof::Used => Confirmed::ProofUsed,
            Proof::Taken => {
                issuer::finish(ctx, db, proven, None)?;
                done(Status::of_new(typed.shows_name, facts.standing_at(now)))
            }
        };
        reach(CrashPoint::ConfirmBeforeCommit);
        Ok::<_, Error>(Some(confirmed))
    })?;
    reach(CrashPoint::ConfirmAfterCommit);
    Ok(confirmed)
}

/// What is true now of a signature that was made before.
fn status_of(ctx: &Ctx, facts: &PetitionFacts, code: &WithdrawalCode) -> Result<Status, Error> {
    let signed = receipt::find(ctx, code)?;
    Ok(Status::of(signed.as_ref(), facts.standing_at(ctx.now())))
}
