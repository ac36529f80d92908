//! Signing without script: the form, then the code (or the mailed link's button). The server does the client's
//! part in memory; the withdrawal code waits with what was typed, covered by the ticket, so that the answer can be
//! given again, byte for byte, to whoever brings the ticket and to nobody else.

use crate::{
    actions::{
        Ctx, Error,
        collector::{self, Spooled, Submission},
        issuer::{self, Covered, Issued, MailTo, Pending, Proved, Proven, Tried, Typed},
        signing::{casts::Casting, publishing, status::Status},
    },
    db::{Db, petitions},
    domain::{
        eligibility::{Refusal, crowd_for},
        email::EmailAddress,
        ids::PetitionId,
        lang::Lang,
        petition::NotTaking,
        proof::{Crowd, ProofKind},
        secret::SecretText,
        text::{DisplayName, JobTitle},
    },
    faults::{CrashPoint, reach},
    protocol::{client, extension::Extension, token::TokenChallenge},
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
    /// What everyone will see.
    pub shown: ShownName,
    /// Where the code goes.
    pub address: EmailAddress,
    /// The language of the mail.
    pub lang: Lang,
}

/// What everyone will see of a signature made without script.
#[derive(Debug)]
pub enum ShownName {
    /// A name, in public.
    Public {
        /// The name as given.
        name: DisplayName,
        /// The job title as given.
        title: Option<JobTitle>,
    },
    /// Nothing: counted, in a group with others. For a moment this server could know whose it is, so it is never
    /// called anonymous.
    Nothing,
}

impl ShownName {
    pub(super) fn typed(&self) -> Typed {
        match self {
            Self::Public { name, title } => Typed {
                name: String::from(name.expose()),
                title: title.as_ref().map(|title| String::from(title.expose())),
                shows_name: true,
            },
            Self::Nothing => Typed { name: String::new(), title: None, shows_name: false },
        }
    }
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
            return Ok(Asked::NotTaking(petition.standing_at(now).not_taking()));
        }
        let typed = Some(input.shown.typed());
        let kept =
            match keep(ctx, db, petition.id, input.proof, &input.address, typed, Mailing::Now(input.lang))? {
                Ok(kept) => kept,
                Err(refusal) => return Ok(Asked::Refused(refusal)),
            };
        let Kept { ticket, mailed_link } = kept;
        reach(CrashPoint::SignBeforeCommit);
        Ok::<_, Error>(Asked::CheckInbox { ticket, mailed_link })
    })?;
    reach(CrashPoint::SignAfterCommit);
    Ok(asked)
}

/// What typing a code together with the form led to.
pub enum SignedWithCode {
    /// The code was tried.
    Tried(Confirmed),
    /// The address cannot prove what was chosen.
    Refused(Refusal),
}

/// Signs at once with a code that was mailed before, for people whose page of that time is gone. `ticket` comes from the page
/// on which it was typed: with it, the same form gives the same answer again.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was signed.
pub fn sign_with_code(
    ctx: &Ctx,
    slug: &str,
    input: &SignInput,
    ticket: &Ticket,
    code: &MailCode,
) -> Result<SignedWithCode, Error> {
    let mut refused = None;
    let confirmed = commit(ctx, |db| {
        let Some(here) = petitions::at_public_place(db, slug)? else { return Ok(Confirmed::NotFound) };
        let typed = Some(input.shown.typed());
        let kept = keep(ctx, db, here.id, input.proof, &input.address, typed, Mailing::Before(ticket))?;
        refused = kept.err();
        if refused.is_some() { Ok(Confirmed::NotFound) } else { try_code(ctx, db, &here, ticket, Some(code)) }
    })?;
    Ok(refused.map_or(SignedWithCode::Tried(confirmed), SignedWithCode::Refused))
}

/// A ticket for a page on which a code is typed together with the form.
#[must_use]
pub fn fresh_ticket(ctx: &Ctx) -> Ticket {
    Ticket::generate(ctx.entropy.as_ref())
}

/// Whether a code is mailed for what is kept.
#[derive(Clone, Copy)]
pub(super) enum Mailing<'a> {
    /// Now, in this language.
    Now(Lang),
    /// One was mailed before: what is typed now is kept under this ticket.
    Before(&'a Ticket),
}

/// A ticket, and what was mailed for it.
pub(super) struct Kept {
    pub(super) ticket: Ticket,
    pub(super) mailed_link: bool,
}

/// Keeps what waits for a code, sealed, and queues the code where one is to be mailed: the same work for every address that
/// could sign. `typed`: what the form says; none for a client that asks for a token.
pub(super) fn keep(
    ctx: &Ctx,
    db: &mut Db,
    petition: PetitionId,
    proof: Option<ProofKind>,
    address: &EmailAddress,
    typed: Option<Typed>,
    mailing: Mailing<'_>,
) -> Result<Result<Kept, Refusal>, Error> {
    // No code is mailed for what could not be signed.
    collector::refuse_any_behind(ctx, db)?;
    let crowds: Vec<Crowd> = petitions::crowds(db, petition)?.into_iter().map(|(crowd, _)| crowd).collect();
    let domains = petitions::domains(db, petition)?;
    let Some(proof) = proof.or_else(|| only_proof(&crowds)) else {
        return Ok(Err(Refusal::ProofNotTaken));
    };
    let crowd = match crowd_for(proof, address, &crowds, &domains) {
        Ok(crowd) => crowd,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let entropy = ctx.entropy.as_ref();
    let ticket = match mailing {
        Mailing::Now(_) => Ticket::generate(entropy),
        Mailing::Before(ticket) => ticket.clone(),
    };
    let link = LinkToken::generate(entropy);
    // The link shows the withdrawal code again, and that leads to the leaf: where no name is shown, nothing that is
    // mailed, queued or kept in an archive of mail may lead there.
    let shows_name = typed.as_ref().is_some_and(|typed| typed.shows_name);
    let has_mail = matches!(mailing, Mailing::Now(_));
    let mailed_link = has_mail && proof == ProofKind::AnyMail && ctx.rules.mailed_links && shows_name;
    let link_text = mailed_link.then(|| SecretText::new(link.expose()));
    let code_at = match mailing {
        Mailing::Now(lang) => {
            Some(issuer::queue_code(ctx, db, petition, &MailTo { address, lang }, link_text)?)
        }
        Mailing::Before(_) => None,
    };
    let withdrawal_code = WithdrawalCode::generate(entropy);
    let covered =
        Covered { by_ticket: ticket.cover(&withdrawal_code), by_link: link.cover(&withdrawal_code) };
    let pending = Pending {
        petition: petition.to_string(),
        crowd: crowd.get(),
        address: String::from(address.expose()),
        covered: typed.is_some().then_some(covered),
        typed,
        code_at,
        confirmed_by: None,
        answered: None,
    };
    match mailing {
        Mailing::Now(_) => issuer::add(ctx, db, &ticket, &link, &pending)?,
        Mailing::Before(ticket) => issuer::add_or_replace(ctx, db, ticket, &pending)?,
    }
    Ok(Ok(Kept { ticket, mailed_link }))
}

/// The one kind of proof by mail that a petition takes, if it takes no other.
fn only_proof(crowds: &[Crowd]) -> Option<ProofKind> {
    let mut by_mail = crowds.iter().map(|crowd| crowd.proof).filter(|proof| *proof != ProofKind::Invite);
    let first = by_mail.next()?;
    by_mail.all(|proof| proof == first).then_some(first)
}

/// Takes a typed code. Typing it again gives the same answer again.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was signed.
pub fn confirm(ctx: &Ctx, slug: &str, ticket: &Ticket, typed: Option<&MailCode>) -> Result<Confirmed, Error> {
    commit(ctx, |db| {
        let Some(here) = petitions::at_public_place(db, slug)? else { return Ok(Confirmed::NotFound) };
        try_code(ctx, db, &here, ticket, typed)
    })
}

/// Tries a code at a ticket, and signs if it is right.
fn try_code(
    ctx: &Ctx,
    db: &mut Db,
    here: &petitions::Petition,
    ticket: &Ticket,
    typed: Option<&MailCode>,
) -> Result<Confirmed, Error> {
    let now = ctx.now();
    Ok(match issuer::try_code(ctx, db, ticket, typed)? {
        Tried::Right(proven) if proven.petition()? == here.id => return sign(ctx, db, *proven),
        // No other code helps either.
        _ if !here.takes_typed_codes(now) => Confirmed::NotTaking(here.standing_at(now).not_taking()),
        // A ticket of another petition was put into this one's form.
        Tried::Right(_) | Tried::Expired => Confirmed::Expired,
        Tried::TooOld => Confirmed::CodeTooOld,
        Tried::Exhausted => Confirmed::TooManyTries,
        Tried::Wrong { tries_left } => Confirmed::WrongCode { tries_left },
    })
}

/// What a mailed link stands for.
pub enum Linked {
    /// A signature that its button would make.
    Waiting {
        /// The petition.
        petition: PetitionId,
        /// What everyone would see. Whoever sent the form chose it, and that need not be the person who reads the mail.
        name: String,
        /// The job title beside it.
        title: Option<String>,
    },
    /// A signature that cannot be made any more.
    NotTaking {
        /// The petition.
        petition: PetitionId,
        /// Why.
        why: NotTaking,
    },
    /// A signature that was made.
    Done {
        /// The petition.
        petition: PetitionId,
        /// What is true of it now.
        status: Status,
    },
}

/// What a mailed link stands for, while it lives. Changes nothing, however often it is opened.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn look_at_link(ctx: &Ctx, link: &LinkToken) -> Result<Option<Linked>, Error> {
    ctx.store.read(|db| {
        let Some(proven) = issuer::open_link(ctx, db, link)? else { return Ok(None) };
        let petition = proven.petition()?;
        let Some(code) = &proven.withdrawal_code else { return Ok(None) };
        let (now, Some(found)) = (ctx.now(), petitions::find(db, petition)?) else { return Ok(None) };
        if proven.pending.confirmed_by.is_some() {
            let signed = collector::find(ctx, db, code)?;
            let status = Status::of(signed.as_ref(), found.standing_at(now));
            return Ok(Some(Linked::Done { petition, status }));
        }
        if !found.takes_typed_codes(now) {
            return Ok(Some(Linked::NotTaking { petition, why: found.standing_at(now).not_taking() }));
        }
        let Some(Typed { name, title, .. }) = proven.pending.typed else { return Ok(None) };
        Ok(Some(Linked::Waiting { petition, name, title }))
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
    let confirmed = ctx.write_logs(|db| {
        let confirmed = body(db)?;
        reach(CrashPoint::ConfirmBeforeCommit);
        Ok::<_, Error>(confirmed)
    })?;
    reach(CrashPoint::ConfirmAfterCommit);
    Ok(confirmed)
}

/// Signs for whoever has read the mailbox, in the caller's transaction.
fn sign(ctx: &Ctx, db: &mut Db, proven: Proven) -> Result<Confirmed, Error> {
    let id = proven.petition()?;
    // A ticket of a client that makes its own token is none of this form's.
    let Some(code) = proven.withdrawal_code.clone() else { return Ok(Confirmed::Expired) };
    let typed = proven.pending.typed.clone().ok_or(Error::Broken("a pending signature"))?;
    let Some(petition) = petitions::find(db, id)? else { return Ok(Confirmed::NotFound) };
    let now = ctx.now();
    let standing = petition.standing_at(now);
    if proven.pending.confirmed_by.is_some() {
        let signed = collector::find(ctx, db, &code)?;
        let status = Status::of(signed.as_ref(), standing);
        return Ok(Confirmed::Done { withdrawal_code: code, petition: id, status });
    }
    let status = Status::of_new(typed.shows_name, standing);
    if !petition.takes_typed_codes(now) {
        return Ok(Confirmed::NotTaking(petition.standing_at(now).not_taking()));
    }
    let address = proven.address()?.normalized();
    let proof = Proved::Address(&address);
    match issue_and_cast(ctx, db, &petition, proven.pending.crowd, proof, typed, &code)? {
        Proof::Used => Ok(Confirmed::ProofUsed),
        Proof::Taken => {
            issuer::finish(ctx, db, proven, None)?;
            Ok(Confirmed::Done { withdrawal_code: code, petition: id, status })
        }
    }
}

/// What became of a proof that somebody signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// It made a signature.
    Taken,
    /// It had made one before.
    Used,
}

/// The client's part and the server's in one: issue, finish, cast; then publish, or put where it waits for others.
pub(super) fn issue_and_cast(
    ctx: &Ctx,
    db: &mut Db,
    petition: &petitions::Petition,
    crowd: u8,
    proved: Proved<'_>,
    typed: Typed,
    code: &WithdrawalCode,
) -> Result<Proof, Error> {
    let (entropy, id) = (ctx.entropy.as_ref(), petition.id);
    let casting = Casting::of(db, petition)?;
    let (crowd, spki) = casting.crowd(crowd)?;
    let challenge = TokenChallenge::new(&casting.origin, id, &casting.genesis_hash, crowd.index);
    let (request, unfinished) =
        client::begin(spki, &challenge, code, entropy).or(Err(Error::Broken("an issuing key")))?;

    let keys = ctx.keys.petition_keys(id)?;
    let response = match issuer::issue(db, &keys, id, crowd, proved, &request, entropy)? {
        Issued::Token(response) => response,
        Issued::ProofUsed => return Ok(Proof::Used),
        Issued::BadRequest => return Err(Error::Broken("a request of our own")),
    };
    let token = unfinished.finish(&response).or(Err(Error::Broken("a token response")))?;
    let submission = if typed.shows_name {
        let extension = Extension::Public { name: typed.name, title: typed.title };
        Submission::with_name(client::cast(id, &token, code, &extension, entropy))
    } else {
        Submission::without_name(client::cast(id, &token, code, &Extension::Anonymous, entropy))
    };
    let accepted = casting.accept(submission).or(Err(Error::Broken("a cast of our own")))?;
    match publishing::publish_or_spool(ctx, db, accepted)? {
        Spooled::Waiting => Ok(Proof::Taken),
        Spooled::Before | Spooled::Other => Err(Error::Broken("a fresh nonce")),
    }
}
