//! What is wrong with a field, as handlers say it. The template words it, in the language of the request.

use crate::{
    domain::{
        eligibility::Refusal,
        text::{Spot, Worded},
        time::Day,
    },
    locale::Locale,
};

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldProblem {
    /// It cannot be taken as it was typed: what the domain found.
    Input(Input),
    /// The address cannot prove what was chosen.
    Refused(Refusal),
    /// Nothing was chosen.
    Choose,
    /// Nothing was chosen of who may see the name.
    ChooseVisibility,
    /// Not the form of a mailed code.
    CodeShape,
    /// Not the code that was mailed.
    CodeWrong {
        /// Tries left at this ticket.
        tries_left: u32,
    },
    /// The code that was mailed, more than a day ago.
    CodeTooOld,
    /// Too many wrong codes at this ticket.
    CodeExhausted,
    /// No invitation was typed.
    InvitationMissing,
    /// Not the form of an invitation.
    InvitationShape,
    /// No such invitation for this petition.
    InvitationUnknown,
    /// Not the form of a withdrawal code.
    WithdrawalCodeShape,
    /// A withdrawal code with a mistake in it.
    WithdrawalCodeMistyped,
    /// No signature has this withdrawal code.
    WithdrawalCodeUnknown,
    /// What was pasted proves no signature here.
    Statement(StatementProblem),
    /// Pseudonym and passphrase do not fit.
    SignInWrong,
    /// Pseudonym and recovery code do not fit.
    RecoverWrong,
    /// Not the present passphrase.
    CurrentPassphraseWrong,
    /// Somebody else has this pseudonym.
    NameTaken,
    /// No day was given.
    NoDay,
    /// Not a day.
    NotADay,
    /// The organizer has too many petitions that gather or run.
    TooManyOpen {
        /// How many there may be.
        max: u64,
    },
    /// The day is not later than the last one.
    ExtensionNotLater,
    /// The day is too far ahead.
    ExtensionTooFar {
        /// The latest that is possible.
        latest: Day,
    },
    /// The petition is about to close: extending it calls that off, which was not asked for.
    ExtensionCallsOff,
    /// Not a number of invitations that a sheet can have.
    SheetSize {
        /// The largest.
        most: u32,
    },
    /// The petition would have too many invitations.
    TooManyInvitations {
        /// How many it may have.
        most: u32,
    },
    /// Not a file of openings.
    OpeningsUnreadable,
    /// An opening does not fit its entry.
    OpeningDoesNotFit {
        /// The entry.
        index: u64,
    },
    /// No opening is in it.
    OpeningsEmpty,
    /// The last day has passed while it was in review.
    LastDayPassed,
    /// Nothing was chosen to be invalidated.
    VoidChosenMissing,
    /// No reason was chosen.
    VoidReasonMissing,
    /// No entries that the log has.
    DisputeRange {
        /// The log's last entry.
        last: u64,
    },
}

/// Why a pasted statement proves no signature here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementProblem {
    /// Nothing was pasted.
    Empty,
    /// More than any statement has.
    TooLong,
    /// Not a statement.
    Form,
    /// It is about another petition.
    OtherPetition,
    /// Its signature does not verify.
    NotSigned,
    /// No such entry in the log.
    NotInLog {
        /// How many entries the log has.
        size: u64,
    },
}

/// A [`Worded`] problem as it was found: which text says it, and what the text mentions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    message_id: &'static str,
    limit: Option<(&'static str, u64)>,
    spot: Option<Spot>,
}

impl Worded for Input {
    fn message_id(&self) -> &'static str {
        self.message_id
    }

    fn limit(&self) -> Option<(&'static str, u64)> {
        self.limit
    }

    fn spot(&self) -> Option<Spot> {
        self.spot
    }
}

impl<P: Worded> From<P> for FieldProblem {
    fn from(problem: P) -> Self {
        Self::Input(Input { message_id: problem.message_id(), limit: problem.limit(), spot: problem.spot() })
    }
}

impl FieldProblem {
    /// What is wrong, and what to do about it.
    #[must_use]
    pub fn words(&self, t: &Locale) -> String {
        match self {
            Self::Input(problem) => t.problem(problem),
            Self::Refused(refusal) => t.text(refusal.message_id()),
            Self::Choose => t.text("problem-choose"),
            Self::ChooseVisibility => t.text("problem-visibility"),
            Self::CodeShape => t.text("code-shape"),
            Self::CodeWrong { tries_left } => t.with1("code-wrong", "n", *tries_left),
            Self::CodeTooOld => t.text("code-too-old"),
            Self::CodeExhausted => t.text("code-exhausted"),
            Self::InvitationMissing => t.text("invitation-missing"),
            Self::InvitationShape => t.text("invitation-shape"),
            Self::InvitationUnknown => t.text("invitation-unknown"),
            Self::WithdrawalCodeShape => t.text("withdrawal-code-shape"),
            Self::WithdrawalCodeMistyped => t.text("withdrawal-code-mistyped"),
            Self::WithdrawalCodeUnknown => t.text("withdrawal-code-unknown"),
            Self::Statement(problem) => problem.words(t),
            Self::SignInWrong => t.text("sign-in-wrong"),
            Self::RecoverWrong => t.text("recover-wrong"),
            Self::CurrentPassphraseWrong => t.text("account-current-wrong"),
            Self::NameTaken => t.text("sign-up-name-taken"),
            Self::NoDay => t.text("problem-no-day"),
            Self::NotADay => t.text("problem-not-a-day"),
            Self::TooManyOpen { max } => t.with1("opening-too-many", "max", *max),
            Self::ExtensionNotLater => t.text("extension-not-later"),
            Self::ExtensionTooFar { latest } => t.with1("extension-too-far", "day", t.day(*latest)),
            Self::ExtensionCallsOff => t.text("extension-calls-off"),
            Self::SheetSize { most } => t.with1("make-size-problem", "most", *most),
            Self::TooManyInvitations { most } => t.with1("make-too-many", "most", *most),
            Self::OpeningsUnreadable => t.text("unsealing-unreadable"),
            Self::OpeningDoesNotFit { index } => t.with1("unsealing-does-not-fit", "index", *index),
            Self::OpeningsEmpty => t.text("unsealing-empty"),
            Self::LastDayPassed => t.text("admin-last-day-passed"),
            Self::VoidChosenMissing => t.text("admin-void-chosen-missing"),
            Self::VoidReasonMissing => t.text("admin-void-reason-missing"),
            Self::DisputeRange { last } => t.with1("admin-dispute-range", "last", *last),
        }
    }
}

impl StatementProblem {
    fn words(self, t: &Locale) -> String {
        match self {
            Self::Empty => t.text("statement-empty"),
            Self::TooLong => t.text("statement-too-long"),
            Self::Form => t.text("statement-form"),
            Self::OtherPetition => t.text("statement-other-petition"),
            Self::NotSigned => t.text("statement-not-signed"),
            Self::NotInLog { size } => t.with1("statement-not-in-log", "size", size),
        }
    }
}
