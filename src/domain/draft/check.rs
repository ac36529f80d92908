//! Reading a draft field by field, collecting what is wrong instead of stopping at it.

use super::{
    CONTRACTS_MAX, ContractDraft, DEMAND_MAX_CHARS, DEMANDS_MAX, DraftProblem, EMPLOYERS_MAX,
    EXTENSION_DEFAULT_DAYS, LINE_MAX_CHARS, OPEN_MAX_DAYS, PROPOSED, Problem, SOURCES_MAX, SUMMARY_MAX_CHARS,
    SourceDraft, Step, Supplier, last_second, latest_last_second, parse_domains, whole_number,
};
use crate::domain::{
    contract::{ContractFacts, ContractStatus, ContractValue, Source},
    email::MailDomain,
    employer::{EmployerFacts, NAME_MAX_CHARS},
    ids::EmployerId,
    sealing::{REVEAL_MAX, REVEAL_MIN, SealingTerms},
    text::{TextProblem, characters::trim, machine_readable, parse_block, parse_line},
    time::{Day, Timestamp},
    web_address::WebAddress,
};

/// Collects problems while a draft is read.
pub(super) struct Check {
    pub(super) problems: Vec<DraftProblem>,
    pub(super) step: Step,
}

impl Check {
    pub(super) fn found(&mut self, field: &str, problem: Problem) {
        self.problems.push(DraftProblem { step: self.step, field: String::from(field), problem });
    }

    pub(super) fn line(&mut self, field: &str, typed: &str, max_chars: usize) -> String {
        parse_line(typed, max_chars).unwrap_or_else(|problem| {
            self.found(field, Problem::Text(problem));
            String::new()
        })
    }

    pub(super) fn block(&mut self, field: &str, typed: &str, max_chars: usize) -> String {
        parse_block(typed, max_chars).unwrap_or_else(|problem| {
            self.found(field, Problem::Text(problem));
            String::new()
        })
    }

    pub(super) fn demands(&mut self, typed: &str) -> Vec<String> {
        let lines: Vec<&str> = typed.lines().map(without_list_mark).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() {
            self.found("demands", Problem::NoDemand);
        }
        if lines.len() > DEMANDS_MAX {
            self.found("demands", Problem::TooMany { max: DEMANDS_MAX });
        }
        let mut demands = Vec::new();
        for line in lines {
            match parse_line(line, DEMAND_MAX_CHARS) {
                Ok(demand) => demands.push(demand),
                Err(problem) => self.found("demands", Problem::Text(problem)),
            }
        }
        demands
    }

    pub(super) fn contracts(
        &mut self,
        typed: &[ContractDraft],
        proposes: bool,
    ) -> Vec<ContractFacts<Supplier>> {
        if typed.is_empty() {
            self.found("c0_customer", Problem::NoContract);
        }
        if typed.len() > CONTRACTS_MAX {
            self.found("c0_customer", Problem::TooMany { max: CONTRACTS_MAX });
        }
        typed
            .iter()
            .enumerate()
            .filter_map(|(place, contract)| self.contract(place, contract, proposes))
            .collect()
    }

    pub(super) fn contract(
        &mut self,
        place: usize,
        typed: &ContractDraft,
        proposes: bool,
    ) -> Option<ContractFacts<Supplier>> {
        let field = |name: &str| format!("c{place}_{name}");
        let supplier = match typed.supplier.trim() {
            PROPOSED if proposes => Some(Supplier::Proposed),
            id => EmployerId::parse(id).ok().map(Supplier::Listed),
        };
        if supplier.is_none() {
            self.found(&field("supplier"), Problem::Choose);
        }
        let status = ContractStatus::parse(typed.status.trim());
        if status.is_none() {
            self.found(&field("status"), Problem::Choose);
        }
        let customer = self.line(&field("customer"), &typed.customer, LINE_MAX_CHARS);
        let title = self.line(&field("title"), &typed.title, LINE_MAX_CHARS);
        let provides = self.block(&field("provides"), &typed.provides, SUMMARY_MAX_CHARS);
        let value = self.value(place, typed);
        let starts = self.optional_day(&field("starts"), &typed.starts);
        let ends = self.optional_day(&field("ends"), &typed.ends);
        if let (Some(starts), Some(ends)) = (starts, ends)
            && ends < starts
        {
            self.found(&field("ends"), Problem::EndsBeforeItStarts);
        }
        if typed.sources.is_empty() {
            self.found(&field("s0_url"), Problem::NoSource);
        }
        if typed.sources.len() > SOURCES_MAX {
            self.found(&field("s0_url"), Problem::TooMany { max: SOURCES_MAX });
        }
        let sources = typed
            .sources
            .iter()
            .enumerate()
            .map(|(number, source)| self.source(&format!("c{place}_s{number}"), source))
            .collect();
        Some(ContractFacts {
            supplier: supplier?,
            customer,
            title,
            provides,
            value,
            status: status?,
            starts,
            ends,
            sources,
        })
    }

    pub(super) fn value(&mut self, place: usize, typed: &ContractDraft) -> Option<ContractValue> {
        let (value, currency) = (typed.value.trim(), typed.currency.trim());
        if value.is_empty() {
            return None;
        }
        let Some(amount) = whole_number(value) else {
            self.found(&format!("c{place}_value"), Problem::NotANumber);
            return None;
        };
        if currency.len() != 3 || !currency.chars().all(|letter| letter.is_ascii_alphabetic()) {
            self.found(&format!("c{place}_currency"), Problem::NotACurrency);
            return None;
        }
        Some(ContractValue { amount, currency: currency.to_ascii_uppercase() })
    }

    pub(super) fn source(&mut self, prefix: &str, typed: &SourceDraft) -> Source {
        Source {
            url: self.web_address(&format!("{prefix}_url"), &typed.url),
            publisher: self.line(&format!("{prefix}_publisher"), &typed.publisher, LINE_MAX_CHARS),
            published: self.optional_day(&format!("{prefix}_published"), &typed.published),
            shows: self.block(&format!("{prefix}_shows"), &typed.shows, SUMMARY_MAX_CHARS),
        }
    }

    fn web_address(&mut self, field: &str, typed: &str) -> Option<WebAddress> {
        match WebAddress::parse(typed) {
            Ok(address) => return Some(address),
            Err(_) if trim(typed).is_empty() => self.found(field, Problem::Text(TextProblem::Empty)),
            Err(problem) => self.found(field, Problem::WebAddress(problem)),
        }
        None
    }

    pub(super) fn optional_day(&mut self, field: &str, typed: &str) -> Option<Day> {
        if typed.trim().is_empty() {
            return None;
        }
        let day = Day::parse(typed);
        if day.is_none() {
            self.found(field, Problem::NotADay);
        }
        day
    }

    pub(super) fn employers(&mut self, typed: &[String]) -> Vec<EmployerId> {
        if typed.len() > EMPLOYERS_MAX {
            self.found("employer", Problem::TooMany { max: EMPLOYERS_MAX });
        }
        let mut employers = Vec::new();
        for id in typed {
            match EmployerId::parse(id) {
                Ok(id) if employers.contains(&id) => {}
                Ok(id) => employers.push(id),
                Err(_) => self.found("employer", Problem::Choose),
            }
        }
        employers
    }

    pub(super) fn proposed(&mut self, name: &str, domains: &str) -> Option<EmployerFacts> {
        if name.trim().is_empty() && domains.trim().is_empty() {
            return None;
        }
        let name = self.line("proposed_name", name, NAME_MAX_CHARS);
        let domains = self.domains("proposed_domains", domains);
        (!name.is_empty() && !domains.is_empty()).then_some(EmployerFacts { name, domains, head_count: None })
    }

    pub(super) fn domains(&mut self, field: &str, typed: &str) -> Vec<MailDomain> {
        match parse_domains(typed) {
            Ok(domains) => domains,
            Err(problem) => {
                self.found(field, problem);
                Vec::new()
            }
        }
    }

    /// All three or none.
    pub(super) fn sealing(&mut self, trustee: &str, key: &str, reveal_at: &str) -> Option<SealingTerms> {
        let (key, reveal_at) = (machine_readable(key), reveal_at.trim());
        if trustee.trim().is_empty() && key.is_empty() && reveal_at.is_empty() {
            return None;
        }
        let trustee = self.line("trustee", trustee, LINE_MAX_CHARS);
        // Whether it is a point that only one can open for is the protocol's to say.
        if key.is_empty() {
            self.found("sealing_key", Problem::NoSealingKey);
        }
        let count = whole_number(reveal_at);
        match count {
            Some(count) if count < REVEAL_MIN => self.found("reveal_at", Problem::RevealTooLow),
            Some(count) if count <= REVEAL_MAX => {}
            _ => self.found("reveal_at", Problem::NotANumber),
        }
        Some(SealingTerms { trustee, key, reveal_at: count? })
    }

    pub(super) fn goal(&mut self, typed: &str) -> Option<u64> {
        if typed.trim().is_empty() {
            return None;
        }
        let goal = whole_number(typed).filter(|goal| (1..=10_000_000).contains(goal));
        if goal.is_none() {
            self.found("goal", Problem::NotANumber);
        }
        goal
    }

    pub(super) fn closes(&mut self, typed: &str, now: Timestamp) -> Timestamp {
        let latest = now.plus_days(OPEN_MAX_DAYS);
        match Day::parse(typed) {
            None if typed.trim().is_empty() => self.found("closes", Problem::NoDay),
            None => self.found("closes", Problem::NotADay),
            Some(day) if day <= now.day() => self.found("closes", Problem::DayIsPast),
            Some(day) if last_second(day) > latest => self.found("closes", Problem::DayTooFar),
            Some(day) => return last_second(day),
        }
        latest
    }

    pub(super) fn extend_until(&mut self, typed: &str, closes: Timestamp, now: Timestamp) -> Timestamp {
        let latest = latest_last_second(now).max(closes);
        let default = closes.plus_days(EXTENSION_DEFAULT_DAYS).min(latest);
        if typed.trim().is_empty() {
            return default;
        }
        match Day::parse(typed) {
            None => self.found("extend_until", Problem::NotADay),
            Some(day) if last_second(day) < closes => self.found("extend_until", Problem::BeforeClosing),
            Some(day) if last_second(day) > latest => self.found("extend_until", Problem::DayTooFar),
            Some(day) => return last_second(day),
        }
        default
    }
}

/// A demand without the mark that people put before the lines of a list: the page numbers them.
fn without_list_mark(line: &str) -> &str {
    let line = trim(line);
    let behind = line.strip_prefix(['-', '–', '—', '*', '+', '•', '·', '◦', '▪']).unwrap_or(line);
    if behind.starts_with(char::is_whitespace) { trim(behind) } else { line }
}
