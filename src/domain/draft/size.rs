//! How much of a draft is kept. What is wrong in other ways is kept as it was typed; what is too long is not, since one
//! account could fill the disk.

use unicode_normalization::UnicodeNormalization as _;

use super::{
    BODY_MAX_CHARS, CONTRACTS_MAX, ContractDraft, DEMAND_MAX_CHARS, DEMANDS_MAX, Draft, DraftProblem,
    EMPLOYERS_MAX, LINE_MAX_CHARS, Problem, SOURCES_MAX, SUMMARY_MAX_CHARS, SourceDraft, Step,
    TITLE_MAX_CHARS, URL_MAX_CHARS,
};
use crate::domain::{
    employer::{DOMAINS_MAX, NAME_MAX_CHARS},
    text::TextProblem,
};

/// A mail domain with what separates it from the next.
const DOMAIN_MAX_CHARS: usize = 256;
/// White space that is dropped when a text is read, beyond that of line ends.
const SPARE_CHARS: usize = 100;

/// Collects what is too long.
struct Sizes {
    step: Step,
    problems: Vec<DraftProblem>,
}

impl Sizes {
    fn found(&mut self, field: String, problem: Problem) {
        self.problems.push(DraftProblem { step: self.step, field, problem });
    }

    /// Counts as reading does: composed, line ends as one, without white space at both ends.
    fn block(&mut self, field: &str, typed: &str, max: usize) {
        let unix = typed.trim().replace("\r\n", "\n");
        // Twice as much at most as it was typed: a browser sends two characters for a line end.
        let typed_max = max.saturating_mul(2).saturating_add(SPARE_CHARS);
        if unix.nfc().count() > max || typed.chars().count() > typed_max {
            self.found(String::from(field), Problem::Text(TextProblem::TooLong { max }));
        }
    }

    /// The same, for a field of one line: white space within is one space.
    fn line(&mut self, field: &str, typed: &str, max: usize) {
        let typed_max = max.saturating_mul(2).saturating_add(SPARE_CHARS);
        let folded = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        if folded.nfc().count() > max || typed.chars().count() > typed_max {
            self.found(String::from(field), Problem::Text(TextProblem::TooLong { max }));
        }
    }

    fn lines<'a>(&mut self, fields: impl IntoIterator<Item = (&'a str, &'a String)>) {
        for (field, typed) in fields {
            self.line(field, typed, LINE_MAX_CHARS);
        }
    }

    fn count(&mut self, field: &str, count: usize, max: usize) {
        if count > max {
            self.found(String::from(field), Problem::TooMany { max });
        }
    }

    fn contract(&mut self, place: usize, typed: &ContractDraft) {
        let field = |name: &str| format!("c{place}_{name}");
        for (name, text) in [
            ("supplier", &typed.supplier),
            ("customer", &typed.customer),
            ("title", &typed.title),
            ("value", &typed.value),
            ("currency", &typed.currency),
            ("status", &typed.status),
            ("starts", &typed.starts),
            ("ends", &typed.ends),
        ] {
            self.line(&field(name), text, LINE_MAX_CHARS);
        }
        self.block(&field("provides"), &typed.provides, SUMMARY_MAX_CHARS);
        self.count(&field("s0_url"), typed.sources.len(), SOURCES_MAX);
        for (number, source) in typed.sources.iter().enumerate() {
            self.source(&format!("c{place}_s{number}"), source);
        }
    }

    fn source(&mut self, prefix: &str, typed: &SourceDraft) {
        self.line(&format!("{prefix}_url"), &typed.url, URL_MAX_CHARS);
        self.line(&format!("{prefix}_publisher"), &typed.publisher, LINE_MAX_CHARS);
        self.line(&format!("{prefix}_published"), &typed.published, LINE_MAX_CHARS);
        self.block(&format!("{prefix}_shows"), &typed.shows, SUMMARY_MAX_CHARS);
    }
}

impl Draft {
    /// What is too long, or too many, to be kept, field by field.
    #[must_use]
    pub fn too_long(&self) -> Vec<DraftProblem> {
        let mut sizes = Sizes { step: Step::Basics, problems: Vec::new() };
        sizes.line("title", &self.title, TITLE_MAX_CHARS);
        sizes.line("addressed_to", &self.addressed_to, LINE_MAX_CHARS);
        sizes.block("summary", &self.summary, SUMMARY_MAX_CHARS);
        sizes.line("started_by", &self.started_by, LINE_MAX_CHARS);
        sizes.step = Step::Text;
        sizes.block("body", &self.body, BODY_MAX_CHARS);
        let demands = || self.demands.lines().map(str::trim).filter(|line| !line.is_empty());
        sizes.count("demands", demands().count(), DEMANDS_MAX);
        match demands().find(|demand| demand.nfc().count() > DEMAND_MAX_CHARS) {
            Some(demand) => sizes.line("demands", demand, DEMAND_MAX_CHARS),
            None => sizes.block("demands", &self.demands, DEMAND_MAX_CHARS.saturating_mul(DEMANDS_MAX + 1)),
        }
        sizes.step = Step::Contracts;
        sizes.count("c0_customer", self.contracts.len(), CONTRACTS_MAX);
        for (place, contract) in self.contracts.iter().enumerate() {
            sizes.contract(place, contract);
        }
        sizes.step = Step::Signers;
        sizes.count("employer", self.employers.len(), EMPLOYERS_MAX);
        for id in &self.employers {
            sizes.line("employer", id, LINE_MAX_CHARS);
        }
        sizes.line("proposed_name", &self.proposed_name, NAME_MAX_CHARS);
        sizes.block("proposed_domains", &self.proposed_domains, DOMAINS_MAX.saturating_mul(DOMAIN_MAX_CHARS));
        sizes.lines([
            ("counting", &self.counting),
            ("trustee", &self.trustee),
            ("sealing_key", &self.sealing_key),
            ("reveal_at", &self.reveal_at),
        ]);
        sizes.step = Step::Schedule;
        sizes.lines([("goal", &self.goal), ("closes", &self.closes), ("extend_until", &self.extend_until)]);
        sizes.problems
    }

    /// This step's fields alone.
    #[must_use]
    pub fn only(&self, step: Step) -> Self {
        let all = self.clone();
        let nothing = Self::default();
        match step {
            Step::Basics => Self {
                title: all.title,
                addressed_to: all.addressed_to,
                summary: all.summary,
                started_by: all.started_by,
                ..nothing
            },
            Step::Text => Self { body: all.body, demands: all.demands, ..nothing },
            Step::Contracts => Self { contracts: all.contracts, ..nothing },
            Step::Signers => Self {
                employers: all.employers,
                proposed_name: all.proposed_name,
                proposed_domains: all.proposed_domains,
                counting: all.counting,
                proofs: all.proofs,
                trustee: all.trustee,
                sealing_key: all.sealing_key,
                reveal_at: all.reveal_at,
                ..nothing
            },
            Step::Schedule => {
                Self { goal: all.goal, closes: all.closes, extend_until: all.extend_until, ..nothing }
            }
        }
    }
}
