//! From an action of signing to what its answer's page is made of, in one pass of the gate: the petition's facts, the action, and
//! what few answers need besides.

use actix_web::web::Data;

use super::petition_ref::PetitionRef;
use crate::{
    actions::{
        Ctx, Error,
        facts::PetitionFacts,
        mail_health,
        queries::pages,
        signing::{
            confirming::{Confirmed, Linked},
            invitations::Redeemed,
            plain_form::Asked,
        },
    },
    db::views::PetitionView,
    web::{App, WebError, run},
};

/// What an outcome's page needs besides the petition's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// How mail goes: it asks for a code.
    MailHealth,
    /// The petition's own page: nothing is taken any more.
    PetitionPage,
}

/// An outcome that a page answers.
pub trait Outcome {
    /// What its page needs.
    fn needs(&self) -> Needs;
}

impl Outcome for Asked {
    fn needs(&self) -> Needs {
        match self {
            Self::CheckInbox { .. } => Needs::MailHealth,
            Self::NotTaking(_) => Needs::PetitionPage,
            Self::Refused(_) | Self::NotFound => Needs::Nothing,
        }
    }
}

impl Outcome for Confirmed {
    fn needs(&self) -> Needs {
        match self {
            Self::WrongCode { .. } | Self::CodeTooOld | Self::TooManyTries => Needs::MailHealth,
            Self::NotTaking(_) => Needs::PetitionPage,
            Self::Done { .. } | Self::Expired | Self::ProofUsed | Self::NotFound => Needs::Nothing,
        }
    }
}

impl Outcome for Redeemed {
    fn needs(&self) -> Needs {
        match self {
            Self::NotTaking(_) => Needs::PetitionPage,
            Self::Ready(_) | Self::Done { .. } | Self::Unknown | Self::Used | Self::NotFound => {
                Needs::Nothing
            }
        }
    }
}

impl Outcome for Linked {
    fn needs(&self) -> Needs {
        match self {
            Self::NotTaking(_) => Needs::PetitionPage,
            Self::Waiting { .. } | Self::Done(_) => Needs::Nothing,
        }
    }
}

/// An outcome with what its page is made of.
pub struct Answered<T> {
    /// What was done.
    pub outcome: T,
    /// The petition as the page names it.
    pub here: PetitionRef,
    /// The petition's own page, where it is needed.
    pub view: Option<PetitionView>,
    /// Whether all mail of this site is late at the moment, where it is needed.
    pub mail_is_late: bool,
}

impl<T: Outcome> Answered<T> {
    /// Reads what the page needs of an outcome at `/p/{place}`.
    ///
    /// # Errors
    /// When the database is away.
    pub fn of(ctx: &Ctx, place: &str, facts: &PetitionFacts, outcome: T) -> Result<Self, Error> {
        let needs = outcome.needs();
        let view = match needs {
            Needs::PetitionPage => pages::at_public_place(ctx, place)?.map(|found| found.view),
            Needs::Nothing | Needs::MailHealth => None,
        };
        // The code is on its way by now: that nobody can say how mail goes must not take the page away.
        let mail_is_late =
            needs == Needs::MailHealth && mail_health::read(ctx).is_ok_and(|mail| mail.state.delays());
        Ok(Self { outcome, here: PetitionRef::at(place, facts, ctx.now()), view, mail_is_late })
    }
}

/// Does something at the petition at `/p/{place}`.
///
/// # Errors
/// 404 where there is none, or one may not know; 503 when the database is away.
pub async fn at_place<T: Outcome + Send + 'static>(
    app: &Data<App>,
    place: String,
    act: impl FnOnce(&Ctx, &PetitionFacts, &PetitionRef) -> Result<T, Error> + Send + 'static,
) -> Result<Answered<T>, WebError> {
    let answered = run(app, move |ctx| {
        let Some(facts) = PetitionFacts::at_place(ctx, &place)? else { return Ok(None) };
        let here = PetitionRef::at(&place, &facts, ctx.now());
        let outcome = act(ctx, &facts, &here)?;
        Answered::of(ctx, &place, &facts, outcome).map(Some)
    });
    answered.await??.ok_or(WebError::NotFound)
}
