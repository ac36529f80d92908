//! Contracts: who supplies what to whom, and which public source says so.

use serde::Serialize;

use super::{time::Day, web_address::WebAddress};

/// Where a contract stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractStatus {
    /// Reported, not confirmed.
    Rumored,
    /// The customer asked for offers.
    Tender,
    /// The supplier made an offer.
    Bid,
    /// The supplier was chosen.
    Awarded,
    /// Running.
    Active,
    /// About to be renewed.
    Renewal,
    /// Over.
    Ended,
}

impl ContractStatus {
    /// All, in the order of a contract's life.
    pub const ALL: [Self; 7] =
        [Self::Rumored, Self::Tender, Self::Bid, Self::Awarded, Self::Active, Self::Renewal, Self::Ended];

    /// The name used in the database and forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rumored => "rumored",
            Self::Tender => "tender",
            Self::Bid => "bid",
            Self::Awarded => "awarded",
            Self::Active => "active",
            Self::Renewal => "renewal",
            Self::Ended => "ended",
        }
    }

    /// The message that names it (`locale`).
    #[must_use]
    pub const fn message_id(self) -> &'static str {
        match self {
            Self::Rumored => "contract-rumored",
            Self::Tender => "contract-tender",
            Self::Bid => "contract-bid",
            Self::Awarded => "contract-awarded",
            Self::Active => "contract-active",
            Self::Renewal => "contract-renewal",
            Self::Ended => "contract-ended",
        }
    }

    /// Reads [`Self::as_str`]. `None` for an unknown status.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// What a contract is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractValue {
    /// Whole units of the currency.
    pub amount: u64,
    /// Three letters (ISO 4217).
    pub currency: String,
}

/// A public record or report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Where it is. `None` where what was stored before addresses were parsed is none.
    pub url: Option<WebAddress>,
    /// Who published it.
    pub publisher: String,
    /// When, if known.
    pub published: Option<Day>,
    /// What it shows.
    pub shows: String,
}

/// A contract as told by public sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractFacts<Supplier> {
    /// Who supplies.
    pub supplier: Supplier,
    /// Who is supplied.
    pub customer: String,
    /// What it is called.
    pub title: String,
    /// What it provides.
    pub provides: String,
    /// What it is worth, if known.
    pub value: Option<ContractValue>,
    /// Where it stands.
    pub status: ContractStatus,
    /// First day, if known.
    pub starts: Option<Day>,
    /// Last day, if known.
    pub ends: Option<Day>,
    /// At least one.
    pub sources: Vec<Source>,
}
