//! A petition as its page shows it.

use diesel::prelude::*;

use crate::{
    db::{
        Db, Error,
        employers::domains,
        petitions,
        schema::{
            contract, contract_source, employer, petition as table, petition_contract, petition_crowd,
            petition_demand, petition_domain, petition_employer, published_number,
        },
        sealing,
    },
    domain::{
        contract::{ContractFacts, ContractStatus, ContractValue, Source},
        demand::{Demand, DemandState},
        employer::HeadCount,
        ids::{EmployerId, PetitionId},
        petition::{Listing, PetitionState, Standing},
        proof::{CrowdIndex, CrowdPlan, ProofKind},
        sealing::Sealing,
        tally::{CrowdNumber, Tally},
        time::{Day, Timestamp},
        web_address::WebAddress,
    },
};

/// A petition as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PetitionView {
    /// Its id.
    pub id: PetitionId,
    /// Its place, public or (while it gathers) secret.
    pub slug: String,
    /// Where it stands.
    pub state: PetitionState,
    /// Why it was rejected or taken down.
    pub reason: Option<String>,
    /// The ask.
    pub title: String,
    /// To whom.
    pub addressed_to: String,
    /// In a sentence or two.
    pub summary: String,
    /// Markdown.
    pub body: String,
    /// Who started it, as shown.
    pub started_by: String,
    /// What it demands.
    pub demands: Vec<Demand>,
    /// What it is about; the supplier by name.
    pub contracts: Vec<ContractView>,
    /// Whose staff are asked.
    pub employers: Vec<Asked>,
    /// Together or apart.
    pub counting: CrowdPlan,
    /// What may be proved, in genesis order.
    pub proofs: Vec<ProofKind>,
    /// How many invitations were made in all.
    pub invitations_made: u64,
    /// The trustee to whom names may be sealed, and how far they are from being shown.
    pub sealing: Option<Sealing>,
    /// How many signatures are hoped for.
    pub goal: Option<u64>,
    /// When signing began.
    pub opens: Option<Timestamp>,
    /// Whether it was ever opened to the public.
    pub listing: Listing,
    /// The end of the last day to sign.
    pub closes: Option<Timestamp>,
    /// Until when casts are taken.
    pub cast_until: Option<Timestamp>,
    /// When all traces of who asked for a code are gone, however often it is extended.
    pub traces_until: Option<Timestamp>,
    /// Whether it is an example.
    pub example: bool,
    /// The name of its public log, once signing began.
    pub log_origin: Option<String>,
    /// Hash of its genesis leaf, once signing began.
    pub genesis_hash: Option<Vec<u8>>,
    /// Its published numbers.
    pub tally: Tally,
}

impl PetitionView {
    /// What its address leads to.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.state.standing(self.listing)
    }
}

/// A contract with its supplier's name.
pub type ContractView = ContractFacts<String>;

/// An employer whose staff are asked to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its id.
    pub id: EmployerId,
    /// Its name.
    pub name: String,
    /// The mail domains that prove it.
    pub domains: Vec<String>,
    /// How many work there, if a source says so.
    pub head_count: Option<HeadCount>,
    /// Whether an admin has listed it.
    pub listed: bool,
}

#[derive(Queryable)]
struct Row {
    slug: String,
    state: String,
    reason: Option<String>,
    title: String,
    addressed_to: String,
    summary: String,
    body: String,
    started_by: String,
    counting: String,
    invitations_made: i64,
    goal: Option<i64>,
    opens: Option<i64>,
    unlisted: bool,
    closes: Option<i64>,
    cast_until: Option<i64>,
    traces_until: Option<i64>,
    example: bool,
    log_origin: Option<String>,
    genesis_hash: Option<Vec<u8>>,
}

/// The petition with this id. `None` where there is none.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find(db: &mut Db, id: PetitionId) -> Result<Option<PetitionView>, Error> {
    let row: Option<Row> = table::table
        .filter(table::id.eq(id.to_string()))
        .select((
            table::slug,
            table::state,
            table::reason,
            table::title,
            table::addressed_to,
            table::summary,
            table::body,
            table::started_by,
            table::counting,
            table::invitations_made,
            table::goal,
            table::opens,
            table::unlisted,
            table::closes,
            table::cast_until,
            table::traces_until,
            table::example,
            table::log_origin,
            table::genesis_hash,
        ))
        .first(db)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let goal = row.goal.map(|goal| u64::try_from(goal).or(Err(Error::row("petition")))).transpose()?;
    Ok(Some(PetitionView {
        id,
        slug: row.slug,
        state: PetitionState::parse(&row.state).ok_or(Error::row("petition"))?,
        reason: row.reason,
        title: row.title,
        addressed_to: row.addressed_to,
        summary: row.summary,
        body: row.body,
        started_by: row.started_by,
        demands: demands(db, id)?,
        contracts: contracts(db, id)?,
        employers: asked(db, id)?,
        counting: CrowdPlan::parse(&row.counting).ok_or(Error::row("petition"))?,
        proofs: petitions::proofs(db, id)?,
        invitations_made: u64::try_from(row.invitations_made).or(Err(Error::row("petition")))?,
        sealing: sealing::find(db, id)?,
        goal,
        opens: row.opens.map(Timestamp::from_secs),
        listing: petitions::listing(row.unlisted),
        closes: row.closes.map(Timestamp::from_secs),
        cast_until: row.cast_until.map(Timestamp::from_secs),
        traces_until: row.traces_until.map(Timestamp::from_secs),
        example: row.example,
        log_origin: row.log_origin,
        genesis_hash: row.genesis_hash,
        tally: tally(db, id)?,
    }))
}

/// Id, name, head count with its source, listed.
type EmployerRow = (String, String, Option<i64>, Option<String>, bool);
/// Crowd, proof, employer, number, day of its last publication.
type NumberRow = (i32, String, Option<String>, i64, Option<i32>);

fn demands(db: &mut Db, id: PetitionId) -> Result<Vec<Demand>, Error> {
    let rows: Vec<(String, String)> = petition_demand::table
        .filter(petition_demand::petition_id.eq(id.to_string()))
        .order(petition_demand::position)
        .select((petition_demand::text, petition_demand::state))
        .load(db)?;
    rows.into_iter()
        .map(|(text, state)| {
            let state = DemandState::parse(&state).ok_or(Error::row("petition_demand"))?;
            Ok(Demand { text, state })
        })
        .collect()
}

#[derive(Queryable)]
struct ContractRow {
    id: String,
    supplier: String,
    customer: String,
    title: String,
    provides: String,
    amount: Option<i64>,
    currency: Option<String>,
    status: String,
    starts: Option<i32>,
    ends: Option<i32>,
}

fn contracts(db: &mut Db, id: PetitionId) -> Result<Vec<ContractView>, Error> {
    let rows: Vec<ContractRow> = petition_contract::table
        .inner_join(contract::table.on(contract::id.eq(petition_contract::contract_id)))
        .inner_join(employer::table.on(employer::id.eq(contract::supplier_id)))
        .filter(petition_contract::petition_id.eq(id.to_string()))
        .order(petition_contract::position)
        .select((
            contract::id,
            employer::name,
            contract::customer,
            contract::title,
            contract::provides,
            contract::value_amount,
            contract::value_currency,
            contract::status,
            contract::starts_day,
            contract::ends_day,
        ))
        .load(db)?;
    rows.into_iter()
        .map(|row| {
            let value = match (row.amount, row.currency) {
                (Some(amount), Some(currency)) => Some(ContractValue {
                    amount: u64::try_from(amount).or(Err(Error::row("contract")))?,
                    currency,
                }),
                _ => None,
            };
            Ok(ContractFacts {
                sources: sources(db, &row.id)?,
                supplier: row.supplier,
                customer: row.customer,
                title: row.title,
                provides: row.provides,
                value,
                status: ContractStatus::parse(&row.status).ok_or(Error::row("contract"))?,
                starts: row.starts.map(Day::from_days),
                ends: row.ends.map(Day::from_days),
            })
        })
        .collect()
}

fn sources(db: &mut Db, contract_id: &str) -> Result<Vec<Source>, Error> {
    let rows: Vec<(String, String, Option<i32>, String)> = contract_source::table
        .filter(contract_source::contract_id.eq(contract_id))
        .order(contract_source::position)
        .select((
            contract_source::url,
            contract_source::publisher,
            contract_source::published_day,
            contract_source::shows,
        ))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(url, publisher, published, shows)| Source {
            url: WebAddress::parse(&url).ok(),
            publisher,
            published: published.map(Day::from_days),
            shows,
        })
        .collect())
}

/// The employers whose staff a petition asks, in its order. Once signing has begun, their domains are those of
/// genesis, whatever an admin changes later.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn asked(db: &mut Db, id: PetitionId) -> Result<Vec<Asked>, Error> {
    let rows: Vec<EmployerRow> = petition_employer::table
        .inner_join(employer::table.on(employer::id.eq(petition_employer::employer_id)))
        .filter(petition_employer::petition_id.eq(id.to_string()))
        .order(petition_employer::position)
        .select((
            employer::id,
            employer::name,
            employer::head_count,
            employer::head_count_source,
            employer::listed,
        ))
        .load(db)?;
    let fixed: Vec<(String, String)> = petition_domain::table
        .filter(petition_domain::petition_id.eq(id.to_string()))
        .order(petition_domain::domain)
        .select((petition_domain::employer_id, petition_domain::domain))
        .load(db)?;
    rows.into_iter()
        .map(|(id, name, people, source, listed)| {
            let domains = if fixed.is_empty() {
                domains(db, &id)?
            } else {
                let own = fixed.iter().filter(|(employer, _)| *employer == id);
                own.map(|(_, domain)| domain.clone()).collect()
            };
            Ok(Asked {
                domains,
                id: EmployerId::parse(&id).or(Err(Error::row("employer")))?,
                name,
                head_count: head_count(people, source)?,
                listed,
            })
        })
        .collect()
}

pub(super) fn head_count(people: Option<i64>, source: Option<String>) -> Result<Option<HeadCount>, Error> {
    match (people, source) {
        (Some(people), Some(source)) => {
            let people = u64::try_from(people).or(Err(Error::row("employer")))?;
            // A source that was stored before addresses were parsed may be none; the count never stands without it.
            Ok(WebAddress::parse(&source).ok().map(|source| HeadCount { people, source }))
        }
        _ => Ok(None),
    }
}

/// The published numbers of a petition. Empty before signing begins.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn tally(db: &mut Db, id: PetitionId) -> Result<Tally, Error> {
    let rows: Vec<NumberRow> = petition_crowd::table
        .inner_join(
            published_number::table.on(published_number::petition_id
                .eq(petition_crowd::petition_id)
                .and(published_number::crowd.eq(petition_crowd::crowd))),
        )
        .filter(petition_crowd::petition_id.eq(id.to_string()))
        .order(petition_crowd::crowd)
        .select((
            petition_crowd::crowd,
            petition_crowd::proof,
            petition_crowd::employer_id,
            published_number::number,
            published_number::as_of_day,
        ))
        .load(db)?;
    let broken = || Error::row("published_number");
    let crowds = rows
        .into_iter()
        .map(|(crowd, proof, employer, number, as_of)| {
            Ok(CrowdNumber {
                crowd: CrowdIndex::new(u8::try_from(crowd).or(Err(broken()))?),
                proof: ProofKind::parse(&proof).ok_or_else(broken)?,
                employer: employer.map(|id| EmployerId::parse(&id).or(Err(broken()))).transpose()?,
                number: u64::try_from(number).or(Err(broken()))?,
                as_of: as_of.map(Day::from_days),
            })
        })
        .collect::<Result<_, Error>>()?;
    Ok(Tally { crowds })
}
