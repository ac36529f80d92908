//! What the demo holds: two example petitions, invented signers.

use jiff::ToSpan as _;

use crate::{
    actions::moderation::employers::EmployerForm,
    domain::{
        draft::{ContractDraft, Draft, SourceDraft},
        ids::EmployerId,
        proof::ProofKind,
        time::Day,
    },
};

/// Who may sign as staff of the first example, so that a newcomer can.
pub const STAFF_DOMAIN: &str = "example.com";
const OPEN_DAYS: i64 = 120;

/// Someone who has signed already.
pub struct Signer {
    /// The name.
    pub name: &'static str,
    /// The job title, or nothing.
    pub title: &'static str,
    /// The address that gets the code.
    pub address: &'static str,
    /// What the address proves.
    pub proof: ProofKind,
}

const fn staff(name: &'static str, title: &'static str, address: &'static str) -> Signer {
    Signer { name, title, address, proof: ProofKind::WorkMail }
}

const fn supporter(name: &'static str, title: &'static str, address: &'static str) -> Signer {
    Signer { name, title, address, proof: ProofKind::AnyMail }
}

/// Signers of the first example.
pub const AZURE_SIGNERS: &[Signer] = &[
    staff("Noor Haddad", "Software engineer", "noor@example.com"),
    staff("Tomás Rivera", "Site reliability engineer", "tomas@example.com"),
    staff("Jia Lin", "", "jia@example.com"),
    staff("Ada Okafor", "Program manager", "ada@example.com"),
    staff("Piotr Zieliński", "Support engineer", "piotr@example.com"),
    staff("Maren Holt", "Data center technician", "maren@example.com"),
    supporter("Sam Whitfield", "Formerly in sales", "sam@example.net"),
    supporter("Leila Farouk", "", "leila@example.net"),
];

/// Signers of the second example.
pub const FACES_SIGNERS: &[Signer] = &[
    staff("Ines Carvalho", "Storage engineer", "ines@harbor-cloud.example"),
    staff("Bo Lindqvist", "", "bo@harbor-cloud.example"),
    staff("Ravi Menon", "Firmware engineer", "ravi@quill-robotics.example"),
    staff("Dana Kessler", "Cartographer", "dana@larkspur-maps.example"),
];

/// The companies of the second example.
pub fn invented_employers() -> Vec<EmployerForm> {
    let companies = [
        ("Harbor Cloud", "harbor-cloud.example", "1200"),
        ("Quill Robotics", "quill-robotics.example", "340"),
        ("Larkspur Maps", "larkspur-maps.example", "85"),
    ];
    companies
        .map(|(name, domains, head_count)| EmployerForm {
            name: String::from(name),
            domains: String::from(domains),
            head_count: String::from(head_count),
            head_count_source: String::from("https://example.org/registry"),
        })
        .into()
}

/// The first example: one employer, everybody counted together; the invited, and former staff and
/// supporters, apart.
pub fn azure(supplier: EmployerId, today: Day) -> Draft {
    let contract = ContractDraft {
        supplier: supplier.to_string(),
        customer: String::from("U.S. Immigration and Customs Enforcement (ICE)"),
        title: String::from("Azure cloud storage, productivity and AI services"),
        provides: String::from(
            "Storage, virtual machines, productivity tools and AI services for searching and analyzing data, \
             in good part through resellers.",
        ),
        status: String::from("active"),
        sources: vec![
            source(
                "https://www.theguardian.com/us-news/ice-us-immigration-and-customs-enforcement",
                "The Guardian, with +972 Magazine and Local Call",
                "2026-02-17",
                "Leaked documents: ICE more than tripled the data it keeps in Azure in the second half of 2025.",
            ),
            source(
                "https://anews.com.tr/world/2026/02/18/us-immigration-agency-more-than-tripled-amount-of-data-stored-on-microsoft-tech-documents-show",
                "A News",
                "2026-02-18",
                "A summary of that reporting, with Microsoft's answer.",
            ),
        ],
        ..ContractDraft::default()
    };
    Draft {
        title: String::from("Set binding rules for what Azure may do for ICE"),
        addressed_to: String::from("The leadership of Microsoft"),
        summary: String::from(
            "Leaked documents show how fast ICE's use of Azure has grown. We ask for rules that are public, \
             binding, and checked by somebody from outside.",
        ),
        started_by: String::from("A group of staff (example)"),
        body: String::from(include_str!("azure.md")),
        demands: String::from(
            "Publish which Azure and AI services ICE uses and for what, as far as the law allows.\n\
             Write down which uses are excluded, unlawful surveillance first, and make that part of every contract and resale.\n\
             Let somebody independent check once a year that the rules are kept, and publish the findings.\n\
             Give staff a protected way to report a use that breaks the rules.",
        ),
        contracts: vec![contract],
        employers: vec![supplier.to_string()],
        counting: String::from("together"),
        proofs: ProofKind::ALL.iter().copied().collect(),
        goal: String::from("100"),
        closes: closes(today),
        ..Draft::default()
    }
}

/// The second example: three employers, each counted apart, and a trustee to whom names can be sealed.
pub fn faces(employers: &[EmployerId], sealing_key: String, today: Day) -> Draft {
    let supplier = employers.first().map(ToString::to_string).unwrap_or_default();
    let contract = ContractDraft {
        supplier,
        customer: String::from("City of Meridian (invented)"),
        title: String::from("Recognizing faces on trams"),
        provides: String::from("Cameras, storage and maps that name passengers in real time."),
        value: String::from("4200000"),
        currency: String::from("USD"),
        status: String::from("awarded"),
        sources: vec![source(
            "https://example.org/meridian-gazette",
            "The Meridian Gazette (invented)",
            "2026-03-09",
            "The city council's decision, with the list of suppliers.",
        )],
        ..ContractDraft::default()
    };
    Draft {
        title: String::from("Study what naming every tram passenger does, before it starts"),
        addressed_to: String::from("The boards of Harbor Cloud, Quill Robotics and Larkspur Maps"),
        summary: String::from(
            "Three companies each supply a part of a system that names every face on Meridian's trams. Their \
             staff ask for a public study first.",
        ),
        started_by: String::from("Staff of three companies (example)"),
        body: String::from(include_str!("faces.md")),
        demands: String::from(
            "Pay together for an independent study of what the system does to the people who ride, and publish it.\n\
             Deliver nothing before the study is out.",
        ),
        contracts: vec![contract],
        employers: employers.iter().map(ToString::to_string).collect(),
        counting: String::from("per-employer"),
        trustee: String::from("Kim Ade, a lawyer (invented; nobody holds the key)"),
        sealing_key,
        reveal_at: String::from("50"),
        goal: String::from("50"),
        closes: closes(today),
        ..Draft::default()
    }
}

fn source(url: &str, publisher: &str, day: &str, shows: &str) -> SourceDraft {
    SourceDraft {
        url: String::from(url),
        publisher: String::from(publisher),
        published: String::from(day),
        shows: String::from(shows),
    }
}

fn closes(today: Day) -> String {
    let last = today.date().and_then(|date| date.checked_add(OPEN_DAYS.days()).ok());
    last.map(|date| date.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    #[test]
    fn both_examples_can_be_sent_in_as_they_are() {
        let now = Timestamp::from_secs(1_780_488_000);
        let key = String::from("WyEBYEUArmXjIOLTWtgn75ii-JBvqoo4nxj3k21y7QA");
        let id = |number| EmployerId::new(uuid::Uuid::from_u128(number));
        for draft in [azure(id(1), now.day()), faces(&[id(1), id(2), id(3)], key.clone(), now.day())] {
            let (_, problems) = draft.check(now);
            assert!(problems.is_empty(), "{problems:?}");
        }
    }
}
