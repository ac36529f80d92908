//! What an audit can find. Each finding says at which entry, and has a kind, which programs and exit codes go by.

use serde::{Deserialize, Serialize};

use crate::protocol::leaf::{CastError, LeafError};

/// A note of dispute: what whoever runs a site has to say about some entries. Nothing that an audit finds wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disputed {
    /// The first of the entries.
    pub first: u64,
    /// The place after the last one.
    pub end: u64,
    /// What there is to say.
    pub text: String,
}

/// Something that an honest log does not have. Entries are numbered from 0, the genesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// An entry is no leaf of this protocol.
    Leaf {
        /// Which entry.
        at: u64,
        /// Why it is none.
        error: LeafError,
    },
    /// The first entry is no genesis, or another one is.
    Genesis {
        /// Which entry.
        at: u64,
    },
    /// An entry of another petition, or a genesis of another log.
    Foreign {
        /// Which entry.
        at: u64,
    },
    /// A cast does not verify.
    Cast {
        /// Which entry.
        at: u64,
        /// What fails.
        error: CastError,
    },
    /// A token was cast twice.
    CastTwice {
        /// The first entry.
        first: u64,
        /// The second.
        again: u64,
    },
    /// A cast after the log was closed.
    AfterClose {
        /// Which entry.
        at: u64,
    },
    /// A retraction or amendment that its signer's key has not signed.
    Unsigned {
        /// Which entry.
        at: u64,
    },
    /// A retraction, amendment or void of something that is not in the log before it.
    OfNothing {
        /// Which entry.
        at: u64,
    },
    /// A signature was taken back twice, or amended after it was.
    TakenBackBefore {
        /// Which entry.
        at: u64,
    },
    /// More was cast than was issued.
    MoreThanIssued {
        /// The cast that is one too many.
        at: u64,
        /// The index of its crowd in genesis.
        crowd: u8,
    },
    /// Issued tokens that were counted before are gone, or are not rounded down to B, or are of other crowds.
    Issued {
        /// Which entry.
        at: u64,
    },
    /// What is shown for an entry is not what its signer committed to, or there is no such cast, or it does not count.
    Opening {
        /// Which entry.
        at: u64,
    },
    /// The site shows another number than the log has.
    Number {
        /// The index of the crowd in genesis.
        crowd: u8,
        /// What the log has: casts less those taken back or voided.
        counted: u64,
        /// What the site shows.
        shown: u64,
    },
    /// Entries that the log has signed are not served, so that nobody can check them.
    NotServed {
        /// The first of them that was asked for.
        first: u64,
        /// The place after the last one.
        end: u64,
    },
    /// Entries that were audited before are not served any more.
    NoLongerServed {
        /// The first of them that was asked for.
        first: u64,
        /// The place after the last one.
        end: u64,
    },
    /// The log was audited here before, and nothing of it is served any more.
    Gone {
        /// How many entries it had.
        known: u64,
    },
    /// The entries do not have the root that the log has signed.
    Root,
    /// The log has fewer entries than when it was audited before.
    Shorter {
        /// How many it had.
        before: u64,
        /// How many it has.
        now: u64,
    },
    /// An entry that was audited before is another now.
    Edited {
        /// Which entry.
        at: u64,
    },
    /// An entry that was audited before is missing.
    Dropped {
        /// Where it was.
        at: u64,
    },
    /// An entry that was audited before stands elsewhere.
    Moved {
        /// Where it was.
        from: u64,
        /// Where it is.
        to: u64,
    },
    /// An entry stands there once more.
    Repeated {
        /// Where it was.
        first: u64,
        /// Where it stands again.
        again: u64,
    },
    /// The log does not continue the one that was audited before, and the entries do not show where.
    Forked,
    /// Witnesses were shown more entries than there are.
    WitnessedLonger {
        /// How many they were shown.
        witnessed: u64,
        /// How many there are.
        now: u64,
    },
    /// Witnesses were shown another history.
    WitnessedOther {
        /// How many entries it had.
        size: u64,
    },
    /// Fewer witnesses have cosigned than the reader's policy asks for.
    Unwitnessed {
        /// How many of those that it names have.
        cosigned: u64,
    },
    /// The reader's policy is about other logs.
    PolicyOtherLog,
}

/// The kinds of findings. Programs go by [`Kind::code`] and [`Kind::exit_code`], which never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The log has two histories.
    Fork,
    /// The log has become shorter.
    Rollback,
    /// The entries are not those that were signed.
    Root,
    /// An entry is no leaf, or one of another log.
    Leaf,
    /// A cast that is none.
    Cast,
    /// A token was cast twice.
    Twice,
    /// A retraction, amendment or void that has no basis.
    Reference,
    /// More was cast than was issued.
    Issued,
    /// A cast after the end.
    Closed,
    /// A name that does not belong to its entry.
    Opening,
    /// A number that is not the log's.
    Number,
    /// Something of the log is not served, so that it cannot be checked.
    Unserved,
    /// Witnesses were shown another history.
    Split,
    /// Not witnessed as the reader's policy asks.
    Unwitnessed,
}

impl Kind {
    /// All of them, the gravest first. `Split` shows together with what it leads to, if anything.
    pub const ALL: [Self; 14] = [
        Self::Fork,
        Self::Rollback,
        Self::Root,
        Self::Leaf,
        Self::Cast,
        Self::Twice,
        Self::Reference,
        Self::Issued,
        Self::Closed,
        Self::Opening,
        Self::Number,
        Self::Unserved,
        Self::Split,
        Self::Unwitnessed,
    ];

    /// As programs read it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fork => "fork",
            Self::Rollback => "rollback",
            Self::Root => "root",
            Self::Leaf => "leaf",
            Self::Cast => "cast",
            Self::Twice => "twice",
            Self::Reference => "reference",
            Self::Issued => "issued",
            Self::Closed => "closed",
            Self::Opening => "opening",
            Self::Number => "number",
            Self::Unserved => "unserved",
            Self::Split => "split",
            Self::Unwitnessed => "unwitnessed",
        }
    }

    /// What `undersigned audit` ends with when this is the gravest that it found.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Fork => 10,
            Self::Rollback => 11,
            Self::Root => 12,
            Self::Leaf => 13,
            Self::Cast => 14,
            Self::Twice => 15,
            Self::Reference => 16,
            Self::Issued => 17,
            Self::Closed => 18,
            Self::Opening => 19,
            Self::Number => 20,
            Self::Unserved => 21,
            Self::Split => 30,
            Self::Unwitnessed => 31,
        }
    }
}

impl Finding {
    /// Of which kind it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Leaf { .. } | Self::Genesis { .. } | Self::Foreign { .. } => Kind::Leaf,
            Self::Cast { .. } => Kind::Cast,
            Self::CastTwice { .. } => Kind::Twice,
            Self::AfterClose { .. } => Kind::Closed,
            Self::Unsigned { .. } | Self::OfNothing { .. } | Self::TakenBackBefore { .. } => Kind::Reference,
            Self::MoreThanIssued { .. } | Self::Issued { .. } => Kind::Issued,
            Self::Opening { .. } => Kind::Opening,
            Self::Number { .. } => Kind::Number,
            Self::NotServed { .. } | Self::NoLongerServed { .. } | Self::Gone { .. } => Kind::Unserved,
            Self::Root => Kind::Root,
            Self::Shorter { .. } => Kind::Rollback,
            Self::Edited { .. }
            | Self::Dropped { .. }
            | Self::Moved { .. }
            | Self::Repeated { .. }
            | Self::Forked => Kind::Fork,
            Self::WitnessedLonger { .. } | Self::WitnessedOther { .. } => Kind::Split,
            Self::Unwitnessed { .. } | Self::PolicyOtherLog => Kind::Unwitnessed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_code_and_an_exit_code_of_its_own_and_the_gravest_comes_first() {
        let codes: std::collections::BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
        assert!(
            Kind::ALL.windows(2).all(|pair| pair[0] < pair[1] && pair[0].exit_code() < pair[1].exit_code())
        );
    }
}
