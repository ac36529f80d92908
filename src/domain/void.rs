//! Signatures that an admin invalidates, since they are forged: why (one of a few codes, public in the log for good),
//! and what can be chosen without knowing people.

use std::{collections::BTreeSet, fmt};

use serde::{Serialize, Serializer};

use super::{proof::CrowdIndex, time::Day};

/// The reason of a void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VoidReason {
    /// Mailboxes that were made to sign.
    MadeMailboxes,
    /// Invitations that were used by others than those they were for.
    MisusedInvitations,
    /// A name whose bearer did not sign.
    FalseName,
    /// A defect of this program.
    Defect,
}

impl VoidReason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::MadeMailboxes, Self::MisusedInvitations, Self::FalseName, Self::Defect];

    /// As leaves and forms write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MadeMailboxes => "made-mailboxes",
            Self::MisusedInvitations => "misused-invitations",
            Self::FalseName => "false-name",
            Self::Defect => "defect",
        }
    }

    /// Reads [`Self::code`]. `None` for anything else.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// The id of its words for readers.
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::MadeMailboxes => "void-reason-made-mailboxes",
            Self::MisusedInvitations => "void-reason-misused-invitations",
            Self::FalseName => "void-reason-false-name",
            Self::Defect => "void-reason-defect",
        }
    }

    /// The id of the words that say of one signature why it counts no longer.
    #[must_use]
    pub const fn why_message_id(self) -> &'static str {
        match self {
            Self::MadeMailboxes => "void-why-made-mailboxes",
            Self::MisusedInvitations => "void-why-misused-invitations",
            Self::FalseName => "void-why-false-name",
            Self::Defect => "void-why-defect",
        }
    }
}

impl Serialize for VoidReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// What an admin has invalidated at once, as everybody is told of it. Who did it is not among it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Void {
    /// The place of its first leaf; names it in paths.
    pub first: u64,
    /// Why.
    pub reason: VoidReason,
    /// When.
    pub day: Day,
    /// When it was reversed, if it was.
    pub reversed: Option<Day>,
    /// How many of which crowd it was.
    pub crowds: Vec<(CrowdIndex, u64)>,
}

/// A note of dispute, as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dispute {
    /// Its own place.
    pub index: u64,
    /// The first entry that it is about.
    pub first: u64,
    /// The last one.
    pub last: u64,
    /// What it says.
    pub text: String,
    /// Since when, where that is known.
    pub day: Option<Day>,
}

/// By what signatures are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenBy {
    /// Names that stand on the public list.
    Names,
    /// Whole groups in which signatures without a name came out.
    Groups,
    /// A whole crowd: all by one proof. Where that is the invited, whatever came by the petition's invitations.
    Crowd,
}

impl ChosenBy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Names, Self::Groups, Self::Crowd];

    /// As paths and the database write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Groups => "groups",
            Self::Crowd => "crowd",
        }
    }

    /// Reads [`Self::as_str`]. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chosen| chosen.as_str() == text)
    }
}

/// Those of one crowd that came out in the group that begins at this place of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// Where the group begins.
    pub first: u64,
    /// Which crowd.
    pub crowd: CrowdIndex,
}

impl Group {
    /// Reads how it is displayed: `120-0`. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (first, crowd) = text.split_once('-')?;
        Some(Self { first: first.parse().ok()?, crowd: CrowdIndex::new(crowd.parse().ok()?) })
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.crowd.get())
    }
}

/// What an admin chose. There is no way to say "this one signature without a name".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These entries, as far as a name stands on the public list for them.
    Names(BTreeSet<u64>),
    /// Those without a name in these groups.
    Groups(BTreeSet<Group>),
    /// Everything of a crowd, named or not.
    Crowd(CrowdIndex),
}

impl Selection {
    /// Reads what a form holds: entries, groups, or the place of a crowd in genesis. `None` when nothing was chosen, or
    /// something that no form offers.
    #[must_use]
    pub fn parse(by: ChosenBy, chosen: &[&str]) -> Option<Self> {
        if chosen.is_empty() {
            return None;
        }
        match by {
            ChosenBy::Names => {
                chosen.iter().map(|entry| entry.parse().ok()).collect::<Option<_>>().map(Self::Names)
            }
            ChosenBy::Groups => {
                chosen.iter().map(|group| Group::parse(group)).collect::<Option<_>>().map(Self::Groups)
            }
            ChosenBy::Crowd => match chosen {
                [crowd] => crowd.parse().ok().map(|crowd| Self::Crowd(CrowdIndex::new(crowd))),
                _ => None,
            },
        }
    }

    /// By what it was chosen.
    #[must_use]
    pub const fn by(&self) -> ChosenBy {
        match self {
            Self::Names(_) => ChosenBy::Names,
            Self::Groups(_) => ChosenBy::Groups,
            Self::Crowd(_) => ChosenBy::Crowd,
        }
    }

    /// What [`Self::parse`] reads.
    #[must_use]
    pub fn to_fields(&self) -> Vec<String> {
        match self {
            Self::Names(entries) => entries.iter().map(u64::to_string).collect(),
            Self::Groups(groups) => groups.iter().map(Group::to_string).collect(),
            Self::Crowd(crowd) => vec![crowd.get().to_string()],
        }
    }
}

/// Whether so many casts without a name, of one crowd, may be invalidated together: 0, or at least `batch`. Fewer could
/// single out one person.
#[must_use]
pub const fn meets_min_batch(nameless: u64, batch: u64) -> bool {
    nameless == 0 || nameless >= batch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_reads_back_and_nothing_else_does() {
        for (by, chosen) in [
            (ChosenBy::Names, vec!["3", "17"]),
            (ChosenBy::Groups, vec!["3-0", "17-2"]),
            (ChosenBy::Crowd, vec!["1"]),
        ] {
            let selection = Selection::parse(by, &chosen).unwrap();
            assert_eq!(
                (selection.by(), selection.to_fields()),
                (by, chosen.iter().map(|one| String::from(*one)).collect())
            );
            assert_eq!(ChosenBy::parse(by.as_str()), Some(by));
        }
        for (by, chosen) in [
            (ChosenBy::Names, &["-1"][..]),
            (ChosenBy::Names, &[]),
            (ChosenBy::Groups, &["3"]),
            (ChosenBy::Groups, &["3-256"]),
            (ChosenBy::Groups, &["3-0-1"]),
            (ChosenBy::Crowd, &["0", "1"]),
            (ChosenBy::Crowd, &["all"]),
        ] {
            assert_eq!(Selection::parse(by, chosen), None, "{chosen:?}");
        }
    }

    #[test]
    fn nobody_without_a_name_is_invalidated_among_fewer_than_a_batch() {
        let enough = [0, 1, 9, 10, 11].map(|count| meets_min_batch(count, 10));
        assert_eq!(enough, [true, false, false, true, true]);
    }
}
