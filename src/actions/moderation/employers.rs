//! Employers: admins list them and their mail domains; a starting list comes with the first start.

use crate::{
    actions::{Ctx, Error},
    db::{employers as rows, views},
    domain::{
        draft::{Problem, parse_domains, whole_number},
        email::MailDomain,
        employer::{EmployerFacts, HeadCount, NAME_MAX_CHARS},
        ids::EmployerId,
        text::parse_line,
        web_address::WebAddress,
    },
};

/// The starting list: name, then mail domains, separated by tabs and spaces.
const STARTING_LIST: &str = include_str!("employers.tsv");

/// An employer's form, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmployerForm {
    /// Its name.
    pub name: String,
    /// Mail domains, separated by spaces, commas or lines.
    pub domains: String,
    /// People, or empty.
    pub head_count: String,
    /// The public source of the head count, or empty.
    pub head_count_source: String,
}

/// What an admin's form led to.
pub enum Listed {
    /// It is listed.
    Done(EmployerId),
    /// What is wrong, by field.
    Problems(Vec<(&'static str, Problem)>),
    /// No such employer.
    NotFound,
}

/// Reads the form.
fn read(form: &EmployerForm) -> Result<EmployerFacts, Vec<(&'static str, Problem)>> {
    let mut problems = Vec::new();
    let name = parse_line(&form.name, NAME_MAX_CHARS).unwrap_or_else(|problem| {
        problems.push(("name", Problem::Text(problem)));
        String::new()
    });
    let domains = parse_domains(&form.domains).unwrap_or_else(|problem| {
        problems.push(("domains", problem));
        Vec::new()
    });
    let (count, source) = (form.head_count.trim(), form.head_count_source.trim());
    let head_count = match (count.is_empty(), source.is_empty()) {
        (true, true) => None,
        (true, false) => {
            problems.push(("head_count", Problem::HeadCountAlone));
            None
        }
        (false, true) => {
            problems.push(("head_count_source", Problem::HeadCountAlone));
            None
        }
        (false, false) => {
            let people = whole_number(count).filter(|people| *people > 0);
            if people.is_none() {
                problems.push(("head_count", Problem::NotANumber));
            }
            let source = WebAddress::parse(source).map_err(|problem| {
                problems.push(("head_count_source", Problem::WebAddress(problem)));
            });
            people.zip(source.ok()).map(|(people, source)| HeadCount { people, source })
        }
    };
    if problems.is_empty() { Ok(EmployerFacts { name, domains, head_count }) } else { Err(problems) }
}

/// Lists a new employer.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add(ctx: &Ctx, form: &EmployerForm) -> Result<Listed, Error> {
    let facts = match read(form) {
        Ok(facts) => facts,
        Err(problems) => return Ok(Listed::Problems(problems)),
    };
    let id = EmployerId::new(ctx.entropy.uuid());
    ctx.store.write(|db| {
        if rows::listed_by_name(db, &facts.name)?.is_some() {
            return Ok(Listed::Problems(vec![("name", Problem::EmployerListed)]));
        }
        rows::add(db, id, &facts, true)?;
        Ok::<_, Error>(Listed::Done(id))
    })
}

/// Changes what is known of an employer. Petitions for which signing has begun keep the domains of their
/// genesis. What was merely proposed is for approving or rejecting, not for changing.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn change(ctx: &Ctx, id: EmployerId, form: &EmployerForm) -> Result<Listed, Error> {
    let facts = match read(form) {
        Ok(facts) => facts,
        Err(problems) => return Ok(Listed::Problems(problems)),
    };
    ctx.store.write(|db| {
        if views::employers::find(db, id)?.is_none_or(|employer| !employer.listed) {
            return Ok(Listed::NotFound);
        }
        if rows::listed_by_name(db, &facts.name)?.is_some_and(|other| other != id) {
            return Ok(Listed::Problems(vec![("name", Problem::EmployerListed)]));
        }
        rows::replace(db, id, &facts)?;
        Ok::<_, Error>(Listed::Done(id))
    })
}

/// Puts the starting list into an empty database.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add_starting_list(ctx: &Ctx) -> Result<(), Error> {
    // Asked first without writing: at every start but one there is nothing to do.
    if ctx.store.read(|db| Ok::<_, Error>(rows::any(db)?))? {
        return Ok(());
    }
    let list = starting_list();
    ctx.store.write(|db| {
        if rows::any(db)? {
            return Ok(());
        }
        for facts in &list {
            rows::add(db, EmployerId::new(ctx.entropy.uuid()), facts, true)?;
        }
        Ok::<_, Error>(())
    })
}

fn starting_list() -> Vec<EmployerFacts> {
    STARTING_LIST
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, domains)| EmployerFacts {
            name: String::from(name),
            domains: domains.split_whitespace().filter_map(|domain| MailDomain::parse(domain).ok()).collect(),
            head_count: None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::actions::moderation::employers::*;

    #[test]
    fn every_employer_of_the_starting_list_has_domains_that_read() {
        let lines = STARTING_LIST.lines().filter(|line| !line.starts_with('#')).count();
        let list = starting_list();
        assert_eq!(list.len(), lines);
        for (facts, line) in list.iter().zip(STARTING_LIST.lines().filter(|line| !line.starts_with('#'))) {
            let typed = line.split_once('\t').unwrap().1.split_whitespace().count();
            assert_eq!(facts.domains.len(), typed, "{}", facts.name);
        }
    }

    #[test]
    fn a_head_count_never_stands_without_its_source() {
        let form = EmployerForm {
            name: String::from("Example Corp"),
            domains: String::from("example.com"),
            head_count: String::from("1,200"),
            head_count_source: String::new(),
        };
        assert_eq!(read(&form).unwrap_err(), [("head_count_source", Problem::HeadCountAlone)]);
    }
}
