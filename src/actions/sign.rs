//! Signing in public, without script: the form, then the code (or the mailed link's button). The server
//! does the client's part in memory; the withdrawal code waits sealed with what was typed, so that the
//! answer can be given again, byte for byte.

use super::{
    Ctx, Error,
    batches,
    collector::{self, Spooled, Submission},
    issuer::{self, Issued, Pending, Proven, Tried},
};
use crate::{
    db::{Db, petitions},
    domain::{
        eligibility::{Refusal, crowd_for},
        email::EmailAddress,
        ids::PetitionId,
        petition::PetitionState,
        proof::{Crowd, ProofKind},
        secret::SecretText,
        text::{DisplayName, JobTitle},
    },
    faults::{CrashPoint, reach},
    protocol::{client, extension::Extension, origin::LogOrigin, token::TokenChallenge},
};

pub use crate::protocol::{
    mail_code::MailCode,
    ticket::{LinkToken, Ticket},
    withdrawal_code::WithdrawalCode,
};

/// What was typed into the sign form, parsed.
#[derive(Debug)]
pub struct SignInput {
    /// The proof that was chosen; `None` where the form offers only one.
    pub proof: Option<ProofKind>,
    /// The name as given.
    pub name: DisplayName,
    /// The job title as given.
    pub title: Option<JobTitle>,
    /// Where the code goes.
    pub address: EmailAddress,
}

/// Why a petition takes no signature now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaking {
    /// Its closing time, or the time for giving out codes, has passed, or it was closed.
    Closed,
    /// An admin took it down.
    TakenDown,
}

/// What sending the form led to.
pub enum Asked {
    /// Whatever the address, the answer is this.
    CheckInbox {
        /// Goes into a hidden field.
        ticket: Ticket,
        /// Whether the mail holds a link besides the code.
        mailed_link: bool,
    },
    /// The address cannot prove what was chosen: told at once, on the form.
    Refused(Refusal),
    /// The petition takes no signature now.
    NotTaking(NotTaking),
    /// There is no such petition, or one may not know.
    NotFound,
}

/// What a code, or a link's button, led to.
pub enum Confirmed {
    /// Signed, now or before.
    Done {
        /// The receipt.
        withdrawal_code: WithdrawalCode,
        /// The petition.
        petition: PetitionId,
    },
    /// Not the code that was mailed.
    WrongCode {
        /// Tries left at this ticket.
        tries_left: u32,
    },
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

fn not_taking(state: PetitionState) -> NotTaking {
    if state == PetitionState::TakenDown { NotTaking::TakenDown } else { NotTaking::Closed }
}

/// Takes the form: keeps what was typed, sealed, and queues the code. The same answer and the same work for
/// every address that could sign.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was kept.
pub fn ask(ctx: &Ctx, slug: &str, input: &SignInput) -> Result<Asked, Error> {
    let now = ctx.now();
    let asked = ctx.store.write(|db| {
        let Some(petition) = petitions::at_public_place(db, slug)? else { return Ok(Asked::NotFound) };
        if !petition.takes_signatures(now) {
            return Ok(Asked::NotTaking(not_taking(petition.state)));
        }
        let crowds: Vec<Crowd> =
            petitions::crowds(db, petition.id)?.into_iter().map(|(crowd, _)| crowd).collect();
        let domains = petitions::domains(db, petition.id)?;
        let Some(proof) = input.proof.or_else(|| only_proof(&crowds)) else {
            return Ok(Asked::Refused(Refusal::ProofNotTaken));
        };
        let crowd = match crowd_for(proof, &input.address, &crowds, &domains) {
            Ok(crowd) => crowd,
            Err(refusal) => return Ok(Asked::Refused(refusal)),
        };
        let entropy = ctx.entropy.as_ref();
        let ticket = Ticket::generate(entropy);
        let link = LinkToken::generate(entropy);
        let mailed_link = proof == ProofKind::AnyMail && ctx.rules.mailed_links;
        let link_text = mailed_link.then(|| SecretText::new(link.expose()));
        let code_at = issuer::queue_code(ctx, db, &input.address, link_text)?;
        let pending = Pending {
            petition: petition.id.to_string(),
            crowd: crowd.get(),
            address: String::from(input.address.expose()),
            name: String::from(input.name.expose()),
            title: input.title.as_ref().map(|title| String::from(title.expose())),
            withdrawal_code: WithdrawalCode::generate(entropy).expose(),
            code_at,
            confirmed_by: None,
        };
        issuer::add(ctx, db, &ticket, &link, &pending)?;
        reach(CrashPoint::SignBeforeCommit);
        Ok::<_, Error>(Asked::CheckInbox { ticket, mailed_link })
    })?;
    reach(CrashPoint::SignAfterCommit);
    Ok(asked)
}

fn only_proof(crowds: &[Crowd]) -> Option<ProofKind> {
    let first = crowds.first()?.proof;
    crowds.iter().all(|crowd| crowd.proof == first).then_some(first)
}

/// Takes a typed code. Typing it again gives the same answer again.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was signed.
pub fn confirm(ctx: &Ctx, slug: &str, ticket: &Ticket, typed: Option<&MailCode>) -> Result<Confirmed, Error> {
    commit(ctx, |db| {
        let Some(here) = petitions::at_public_place(db, slug)? else { return Ok(Confirmed::NotFound) };
        match issuer::try_code(ctx, db, ticket, typed)? {
            Tried::Expired => Ok(Confirmed::Expired),
            Tried::Exhausted => Ok(Confirmed::TooManyTries),
            Tried::Wrong { tries_left } => Ok(Confirmed::WrongCode { tries_left }),
            // A ticket of another petition was put into this one's form.
            Tried::Right(proven) if proven.petition()? != here.id => Ok(Confirmed::Expired),
            Tried::Right(proven) => sign(ctx, db, *proven),
        }
    })
}

/// The petition that a mailed link is for, while it lives. Changes nothing, however often it is opened.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn look_at_link(ctx: &Ctx, link: &LinkToken) -> Result<Option<PetitionId>, Error> {
    ctx.store.read(|db| match issuer::open_link(ctx, db, link)? {
        Some(proven) => proven.petition().map(Some),
        None => Ok(None),
    })
}

/// Takes the press of a mailed link's button. Pressing it again gives the same answer again.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was signed.
pub fn confirm_by_link(ctx: &Ctx, link: &LinkToken) -> Result<Confirmed, Error> {
    commit(ctx, |db| match issuer::take_link(ctx, db, link)? {
        Some(proven) => sign(ctx, db, *proven),
        None => Ok(Confirmed::Expired),
    })
}

/// One transaction, with the crash points that tests name.
fn commit(ctx: &Ctx, mut body: impl FnMut(&mut Db) -> Result<Confirmed, Error>) -> Result<Confirmed, Error> {
    let confirmed = ctx.store.write(|db| {
        let confirmed = body(db)?;
        reach(CrashPoint::ConfirmBeforeCommit);
        Ok::<_, Error>(confirmed)
    })?;
    reach(CrashPoint::ConfirmAfterCommit);
    Ok(confirmed)
}

/// Issue, finish, cast, accept, publish: in the caller's transaction.
fn sign(ctx: &Ctx, db: &mut Db, proven: Proven) -> Result<Confirmed, Error> {
    let broken = || Error::Broken("a petition that takes signatures");
    let id = proven.petition()?;
    let code = WithdrawalCode::parse(&proven.pending.withdrawal_code)
        .or(Err(Error::Broken("a pending withdrawal code")))?;
    if proven.pending.confirmed_by.is_some() {
        return Ok(Confirmed::Done { withdrawal_code: code, petition: id });
    }
    let Some(petition) = petitions::find(db, id)? else { return Ok(Confirmed::NotFound) };
    if !petition.takes_signatures(ctx.now()) {
        return Ok(Confirmed::NotTaking(not_taking(petition.state)));
    }
    let entropy = ctx.entropy.as_ref();
    let crowds = petitions::crowds(db, id)?;
    let (crowd, spki) =
        crowds.iter().find(|(crowd, _)| crowd.index.get() == proven.pending.crowd).ok_or_else(broken)?;
    let origin = LogOrigin::parse(petition.log_origin.as_deref().unwrap_or_default()).or(Err(broken()))?;
    let genesis_hash: [u8; 32] =
        petition.genesis_hash.as_deref().ok_or_else(broken)?.try_into().or(Err(broken()))?;
    let challenge = TokenChallenge::new(&origin, id, &genesis_hash, crowd.index);
    let (request, unfinished) =
        client::begin(spki, &challenge, &code, entropy).or(Err(Error::Broken("an issuing key")))?;

    let address = EmailAddress::parse(&proven.pending.address).or(Err(Error::Broken("a pending address")))?;
    let keys = ctx.keys.petition_keys(id)?;
    let response = match issuer::issue(db, &keys, id, crowd, &address.normalized(), &request, entropy)? {
        Issued::Token(response) => response,
        Issued::ProofUsed => return Ok(Confirmed::ProofUsed),
    };
    let token = unfinished.finish(&response).or(Err(Error::Broken("a token response")))?;
    let extension =
        Extension::Public { name: proven.pending.name.clone(), title: proven.pending.title.clone() };
    let cast = client::cast(id, &token, &code, &extension, entropy);
    let accepted = collector::accept(id, &origin, &genesis_hash, &crowds, Submission::with_name(cast))
        .or(Err(Error::Broken("a cast of our own")))?;
    let floored = batches::issued_floors(ctx, db, id)?;
    match collector::publish(ctx, db, accepted, &floored)? {
        Spooled::Waiting => {}
        Spooled::Before | Spooled::Other => return Err(Error::Broken("a fresh nonce")),
    }
    issuer::finish(ctx, db, proven)?;
    Ok(Confirmed::Done { withdrawal_code: code, petition: id })
}
