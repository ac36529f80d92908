//! Signing without script: the form, and what is kept until its code comes back ([`super::confirming`]). The withdrawal code
//! waits with what was typed, covered by the ticket, so that the answer can be given again, byte for byte, to whoever brings the
//! ticket and to nobody else.

use crate::{
    actions::{
        Ctx, Error, collector,
        facts::PetitionFacts,
        issuer::{self, Covered, MailTo, Pending, Typed},
    },
    db::Db,
    domain::{
        eligibility::{Refusal, crowd_for},
        email::EmailAddress,
        lang::Lang,
        petition::NotTaking,
        proof::{Crowd, Mailboxes, ProofKind},
        secret::SecretText,
        text::{DisplayName, JobTitle},
    },
    faults::{CrashPoint, reach},
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

/// Takes the form: keeps what was typed, sealed, and queues the code. The same answer and the same work for
/// every address that could sign.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away; nothing was kept.
pub fn ask(ctx: &Ctx, facts: &PetitionFacts, input: &SignInput) -> Result<Asked, Error> {
    let now = ctx.now();
    let asked = ctx.store.write(|db| {
        let Some(facts) = facts.held(db)? else { return Ok(Asked::NotFound) };
        if !facts.progress().takes_signatures(now) {
            return Ok(Asked::NotTaking(facts.not_taking(now)));
        }
        let typed = Some(input.shown.typed());
        let kept = match keep(ctx, db, &facts, input.proof, &input.address, typed, Mailing::Now(input.lang))?
        {
            Ok(kept) => kept,
            Err(refusal) => return Ok(Asked::Refused(refusal)),
        };
        let PendingTicket { ticket, mailed_link } = kept;
        reach(CrashPoint::SignBeforeCommit);
        Ok::<_, Error>(Asked::CheckInbox { ticket, mailed_link })
    })?;
    reach(CrashPoint::SignAfterCommit);
    Ok(asked)
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
pub(super) struct PendingTicket {
    pub(super) ticket: Ticket,
    pub(super) mailed_link: bool,
}

/// Keeps what waits for a code, sealed, and queues the code where one is to be mailed: the same work for every address that
/// could sign. `typed`: what the form says; none for a client that asks for a token.
pub(super) fn keep(
    ctx: &Ctx,
    db: &mut Db,
    facts: &PetitionFacts,
    proof: Option<ProofKind>,
    address: &EmailAddress,
    typed: Option<Typed>,
    mailing: Mailing<'_>,
) -> Result<Result<PendingTicket, Refusal>, Error> {
    // No code is mailed for what could not be signed.
    collector::refuse_any_behind(ctx, db)?;
    let petition = facts.id();
    let crowds: Vec<Crowd> = facts.launched().crowds.iter().map(|(crowd, _)| crowd.clone()).collect();
    let Some(proof) = proof.or_else(|| only_proof(&crowds)) else {
        return Ok(Err(Refusal::ProofNotTaken));
    };
    let crowd = match crowd_for(proof, address, &crowds, &facts.launched().domains) {
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
    let is_elsewhere = proof.mailboxes() == Some(Mailboxes::Elsewhere);
    let mailed_link = has_mail && is_elsewhere && ctx.rules.mailed_links && shows_name;
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
    Ok(Ok(PendingTicket { ticket, mailed_link }))
}

/// The one kind of proof by mail that a petition takes, if it takes no other.
fn only_proof(crowds: &[Crowd]) -> Option<ProofKind> {
    let mut by_mail = crowds.iter().map(|crowd| crowd.proof).filter(|proof| proof.asks_address());
    let first = by_mail.next()?;
    by_mail.all(|proof| proof == first).then_some(first)
}
