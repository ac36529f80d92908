//! From the fields of a step to the draft. What was typed is taken as it is; how many contracts and sources
//! there can be is bounded, and so are the names that fields can have.

use crate::{
    domain::{
        draft::{CONTRACTS_MAX, ContractDraft, Draft, SOURCES_MAX, SourceDraft, Step},
        proof::ProofKind,
    },
    web::Fields,
};

const CONTRACT_FIELDS: [&str; 9] =
    ["supplier", "customer", "title", "provides", "value", "currency", "status", "starts", "ends"];
const SOURCE_FIELDS: [&str; 4] = ["url", "publisher", "published", "shows"];

/// Whether a step's form has a field of this name (besides those that may come more than once).
#[must_use]
pub fn is_known(step: Step, name: &str) -> bool {
    if name == "then" || name == "version" {
        return true;
    }
    match step {
        Step::Basics => matches!(name, "title" | "addressed_to" | "summary" | "started_by"),
        Step::Text => matches!(name, "body" | "demands"),
        Step::Signers => {
            ProofKind::ALL.iter().any(|kind| kind.field() == name)
                || matches!(
                    name,
                    "proposed_name"
                        | "proposed_domains"
                        | "counting"
                        | "trustee"
                        | "sealing_key"
                        | "reveal_at"
                )
        }
        Step::Schedule => matches!(name, "goal" | "closes" | "extend_until"),
        Step::Contracts => (0..CONTRACTS_MAX).any(|contract| {
            CONTRACT_FIELDS.iter().any(|field| name == format!("c{contract}_{field}"))
                || (0..SOURCES_MAX).any(|source| {
                    SOURCE_FIELDS.iter().any(|field| name == format!("c{contract}_s{source}_{field}"))
                })
        }),
    }
}

/// The draft with this step's fields as they were typed.
#[must_use]
pub fn typed(mut draft: Draft, step: Step, fields: &Fields) -> Draft {
    let text = |name: &str| String::from(fields.get(name));
    match step {
        Step::Basics => {
            draft.title = text("title");
            draft.addressed_to = text("addressed_to");
            draft.summary = text("summary");
            draft.started_by = text("started_by");
        }
        Step::Text => {
            draft.body = text("body");
            draft.demands = text("demands");
        }
        Step::Contracts => draft.contracts = contracts(fields),
        Step::Signers => {
            draft.employers = fields.all("employer").into_iter().map(String::from).collect();
            draft.proposed_name = text("proposed_name");
            draft.proposed_domains = text("proposed_domains");
            draft.counting = text("counting");
            draft.proofs = ProofKind::ALL.iter().copied().filter(|kind| fields.has(kind.field())).collect();
            draft.trustee = text("trustee");
            draft.sealing_key = text("sealing_key");
            draft.reveal_at = text("reveal_at");
        }
        Step::Schedule => {
            draft.goal = text("goal");
            draft.closes = text("closes");
            draft.extend_until = text("extend_until");
        }
    }
    draft
}

fn contracts(fields: &Fields) -> Vec<ContractDraft> {
    (0..CONTRACTS_MAX).map_while(|place| contract(fields, place)).collect()
}

/// `None` where the form has no contract at this place.
fn contract(fields: &Fields, place: usize) -> Option<ContractDraft> {
    let name = |field: &str| format!("c{place}_{field}");
    fields.has(&name("title")).then(|| {
        let text = |field: &str| String::from(fields.get(&name(field)));
        ContractDraft {
            supplier: text("supplier"),
            customer: text("customer"),
            title: text("title"),
            provides: text("provides"),
            value: text("value"),
            currency: text("currency"),
            status: text("status"),
            starts: text("starts"),
            ends: text("ends"),
            sources: (0..SOURCES_MAX).map_while(|number| source(fields, place, number)).collect(),
        }
    })
}

fn source(fields: &Fields, contract: usize, place: usize) -> Option<SourceDraft> {
    let name = |field: &str| format!("c{contract}_s{place}_{field}");
    fields.has(&name("url")).then(|| {
        let text = |field: &str| String::from(fields.get(&name(field)));
        SourceDraft {
            url: text("url"),
            publisher: text("publisher"),
            published: text("published"),
            shows: text("shows"),
        }
    })
}

/// The fields of a step as its form names them, with what they hold: the reverse of [`typed`]. Choices are told by their
/// value; a box that is not ticked is left out.
#[must_use]
pub fn named(draft: &Draft, step: Step) -> Vec<(String, String)> {
    let named = |pairs: &[(&str, &String)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| (String::from(*name), String::from(*value))).collect()
    };
    match step {
        Step::Basics => named(&[
            ("title", &draft.title),
            ("addressed_to", &draft.addressed_to),
            ("summary", &draft.summary),
            ("started_by", &draft.started_by),
        ]),
        Step::Text => named(&[("body", &draft.body), ("demands", &draft.demands)]),
        Step::Contracts => {
            draft.contracts.iter().enumerate().flat_map(|(place, one)| of_contract(place, one)).collect()
        }
        Step::Signers => {
            let yes = String::from("yes");
            let ticked = draft.proofs.iter().map(|kind| (kind.field(), &yes));
            let mut fields: Vec<(&str, &String)> =
                draft.employers.iter().map(|id| ("employer", id)).collect();
            fields.extend(ticked);
            fields.extend([
                ("proposed_name", &draft.proposed_name),
                ("proposed_domains", &draft.proposed_domains),
                ("counting", &draft.counting),
                ("trustee", &draft.trustee),
                ("sealing_key", &draft.sealing_key),
                ("reveal_at", &draft.reveal_at),
            ]);
            named(&fields)
        }
        Step::Schedule => {
            named(&[("goal", &draft.goal), ("closes", &draft.closes), ("extend_until", &draft.extend_until)])
        }
    }
}

fn of_contract(place: usize, draft: &ContractDraft) -> Vec<(String, String)> {
    let own = [
        ("supplier", &draft.supplier),
        ("customer", &draft.customer),
        ("title", &draft.title),
        ("provides", &draft.provides),
        ("value", &draft.value),
        ("currency", &draft.currency),
        ("status", &draft.status),
        ("starts", &draft.starts),
        ("ends", &draft.ends),
    ];
    let own = own.into_iter().map(|(name, value)| (format!("c{place}_{name}"), value.clone()));
    let sources = draft.sources.iter().enumerate().flat_map(|(number, source)| {
        let fields = [
            ("url", &source.url),
            ("publisher", &source.publisher),
            ("published", &source.published),
            ("shows", &source.shows),
        ];
        fields.map(|(name, value)| (format!("c{place}_s{number}_{name}"), value.clone()))
    });
    own.chain(sources).collect()
}

/// What the pressed button asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Keep it and stay.
    Save,
    /// Keep it, and go on if this step is complete.
    Next,
    /// One contract more.
    AddContract,
    /// One source more for the contract at this place.
    AddSource(usize),
    /// This contract away.
    RemoveContract(usize),
}

impl Then {
    /// Reads a button's value; what is unknown keeps and stays.
    #[must_use]
    pub fn parse(value: &str) -> Self {
        let place = |prefix: &str| value.strip_prefix(prefix).and_then(|place| place.parse().ok());
        match value {
            "next" => Self::Next,
            "add-contract" => Self::AddContract,
            _ => place("add-source-")
                .map(Self::AddSource)
                .or_else(|| place("remove-contract-").map(Self::RemoveContract))
                .unwrap_or(Self::Save),
        }
    }

    /// The draft with a contract or source more, or a contract less.
    pub fn change(self, draft: &mut Draft) {
        match self {
            Self::AddContract if draft.contracts.len() < CONTRACTS_MAX => {
                draft.contracts.push(ContractDraft::default());
            }
            Self::Save | Self::Next | Self::AddContract => {}
            Self::AddSource(place) => {
                if let Some(contract) = draft.contracts.get_mut(place)
                    && contract.sources.len() < SOURCES_MAX
                {
                    contract.sources.push(SourceDraft::default());
                }
            }
            Self::RemoveContract(place) => {
                if place < draft.contracts.len() {
                    draft.contracts.remove(place);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Form;

    fn fields(body: &str) -> Fields {
        let form = Form::parse(body.as_bytes()).unwrap();
        form.fields_where(|name| is_known(Step::Contracts, name), &[]).unwrap()
    }

    #[test]
    fn contracts_and_sources_are_read_in_their_order() {
        let typed = typed(
            Draft::default(),
            Step::Contracts,
            &fields("c0_title=One&c0_s0_url=a&c0_s1_url=b&c1_title=Two&then=next"),
        );
        let titles: Vec<&str> = typed.contracts.iter().map(|contract| contract.title.as_str()).collect();
        assert_eq!(titles, ["One", "Two"]);
        let sources: Vec<&str> =
            typed.contracts[0].sources.iter().map(|source| source.url.as_str()).collect();
        assert_eq!(sources, ["a", "b"]);
    }

    #[test]
    fn what_a_form_says_can_be_told_again() {
        let body = "c0_supplier=&c0_customer=a&c0_title=One&c0_provides=&c0_value=&c0_currency=&c0_status=\
                    &c0_starts=&c0_ends=&c0_s0_url=u&c0_s0_publisher=&c0_s0_published=&c0_s0_shows=s";
        let draft = typed(Draft::default(), Step::Contracts, &fields(body));
        let again = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(named(&draft, Step::Contracts))
            .finish();
        assert_eq!(again, body);
    }

    #[test]
    fn a_sixth_contract_is_no_field_of_ours() {
        assert!(is_known(Step::Contracts, "c4_s4_shows"));
        assert!(!is_known(Step::Contracts, "c5_title"));
        assert!(!is_known(Step::Contracts, "c0_s5_url"));
        assert!(!is_known(Step::Basics, "c0_title"));
    }

    #[test]
    fn buttons_add_and_remove_within_bounds() {
        let mut draft = Draft::default();
        for _ in 0..9 {
            Then::parse("add-contract").change(&mut draft);
        }
        assert_eq!(draft.contracts.len(), CONTRACTS_MAX);
        for _ in 0..9 {
            Then::parse("add-source-1").change(&mut draft);
        }
        assert_eq!(draft.contracts[1].sources.len(), SOURCES_MAX);
        Then::parse("remove-contract-1").change(&mut draft);
        Then::parse("remove-contract-77").change(&mut draft);
        assert_eq!(draft.contracts.len(), CONTRACTS_MAX - 1);
        assert_eq!(Then::parse("anything"), Then::Save);
    }
}
