//! Sending a petition in, and starting to sign: quietly or in public. Starting makes the issuing keys of all
//! crowds and the genesis leaf; from then on title, addressee, demands, text, employers and crowds are fixed.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use crate::{
    actions::{
        Ctx, Error, OwnData, collector, leases,
        petitions::{
            allowed,
            drafts::{check, read_draft, with_supplier},
            host_notice, release_notice,
        },
    },
    db::{Db, contracts, employers, issuer, petitions, sealing, search, views},
    domain::{
        contract::ContractFacts,
        draft::{Content, DraftProblem, Supplier, latest_last_second},
        ids::{ContractId, EmployerId, OrganizerId, PetitionId},
        organizer::Capability,
        petition::{IN_REVIEW_MAX, Listing, PetitionState, RUNNING_MAX, traces_until},
        proof::{Crowd, crowds},
        text::slugify,
        time::Timestamp,
    },
    faults::{CrashPoint, reach},
    protocol::{
        leaf::{Genesis, GenesisCrowd, GenesisEmployer, Notice, leaf_hash},
        origin::LogOrigin,
        sealing::SealingKey,
    },
};

/// Casting ends this many days after closing, so that saved ballots are not lost (protocol, step 7).
pub const CAST_DAYS_AFTER_CLOSING: i64 = 7;

/// How signing begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// In public at once.
    Open,
    /// By secret link, until the organizer opens it.
    Quietly,
}

impl How {
    /// The name used in forms and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Quietly => "quietly",
        }
    }

    /// Reads [`Self::as_str`]. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "open" => Some(Self::Open),
            "quietly" => Some(Self::Quietly),
            _ => None,
        }
    }

    const fn state(self) -> PetitionState {
        match self {
            Self::Open => PetitionState::Open,
            Self::Quietly => PetitionState::Gathering,
        }
    }

    const fn listing(self) -> Listing {
        match self {
            Self::Open => Listing::Listed,
            Self::Quietly => Listing::Unlisted,
        }
    }
}

/// What sending in led to. `slug` is where the petition lies from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// Signing has begun.
    Started {
        /// Under `/organize/`, and under `/p/` if it is public.
        slug: String,
    },
    /// An admin will look at it.
    InReview {
        /// Under `/organize/`.
        slug: String,
    },
    /// Something is still missing.
    Incomplete(Vec<DraftProblem>),
    /// The account has so many that wait for an admin, or that take signatures, already.
    TooMany {
        /// The most there can be.
        max: u64,
    },
    /// It was sent in before.
    NotADraft,
    /// No such petition, or not hers.
    NotFound,
}

/// Sends a draft in: starts signing, or puts it before an admin where the operator wants that or an
/// employer was proposed.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn send_in(ctx: &Ctx, slug: &str, owner: OrganizerId, how: How) -> Result<Sent, Error> {
    enum Next {
        Stop(Sent),
        Start(PetitionId, String),
    }
    let next = ctx.store.write(|db| {
        let Some(petition) = allowed(db, slug, owner, Capability::Launch)? else {
            return Ok(Next::Stop(Sent::NotFound));
        };
        if !petition.state.is_editable() {
            return Ok(Next::Stop(Sent::NotADraft));
        }
        let (content, problems) = check(db, &read_draft(&petition.draft)?, ctx.now())?;
        if !problems.is_empty() {
            return Ok(Next::Stop(Sent::Incomplete(problems)));
        }
        let is_reviewed = ctx.rules.review_required || content.proposed.is_some();
        let next = if is_reviewed { PetitionState::InReview } else { how.state() };
        if let Some(max) = too_many(db, owner, next)? {
            return Ok(Next::Stop(Sent::TooMany { max }));
        }
        let slug = free_slug(db, &content.title, petition.id)?;
        fill(ctx, db, petition.id, &slug, &content)?;
        petitions::want_start(db, petition.id, how.as_str())?;
        if is_reviewed {
            petitions::change_state(db, petition.id, petition.state, PetitionState::InReview, None)?;
            return Ok(Next::Stop(Sent::InReview { slug }));
        }
        Ok::<_, Error>(Next::Start(petition.id, slug))
    })?;
    match next {
        Next::Stop(sent) => Ok(sent),
        Next::Start(id, slug) => Ok(match start(ctx, id, how, false)? {
            Started::Done => Sent::Started { slug },
            // The last day was checked a moment ago: at midnight it is checked again by sending it in again.
            Started::Meanwhile | Started::LastDayPassed => Sent::NotADraft,
        }),
    }
}

/// How many petitions an account can have where this one is to go, if it has as many. What waits for an admin counts as
/// running too: approving it asks nobody again.
fn too_many(db: &mut Db, owner: OrganizerId, next: PetitionState) -> Result<Option<u64>, Error> {
    let waiting = petitions::owned_count(db, owner, &[PetitionState::InReview])?;
    if next == PetitionState::InReview && waiting >= IN_REVIEW_MAX {
        return Ok(Some(IN_REVIEW_MAX));
    }
    let running = petitions::owned_count(db, owner, &[PetitionState::Gathering, PetitionState::Open])?;
    Ok((running.saturating_add(waiting) >= RUNNING_MAX).then_some(RUNNING_MAX))
}

/// What starting led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::actions) enum Started {
    /// Signing has begun.
    Done,
    /// It was started, or sent back, meanwhile.
    Meanwhile,
    /// Its last day to sign has passed.
    LastDayPassed,
}

/// Opens a petition that gathers. `false`: no such petition, not hers, or it does not gather (any more).
///
/// # Errors
/// [`Error`] when the database is away.
pub fn open_gathering(ctx: &Ctx, slug: &str, owner: OrganizerId) -> Result<bool, Error> {
    ctx.store.write(|db| match allowed(db, slug, owner, Capability::Launch)? {
        // Once its last day has ended, its signers were told that nobody sees it.
        Some(petition) if petition.takes_signatures(ctx.now()) => {
            Ok(petitions::open_to_public(db, petition.id)?)
        }
        Some(_) | None => Ok(false),
    })
}

/// A slug from the title that no other petition has.
fn free_slug(db: &mut Db, title: &str, id: PetitionId) -> Result<String, Error> {
    let wanted = slugify(title);
    for number in 1..1_000_u32 {
        let slug = if number == 1 { wanted.clone() } else { format!("{wanted}-{number}") };
        if !petitions::slug_taken(db, &slug, id)? {
            return Ok(slug);
        }
    }
    Err(Error::Busy)
}

/// Writes the content into rows. A proposed employer becomes one that waits to be listed.
fn fill(ctx: &Ctx, db: &mut Db, id: PetitionId, slug: &str, content: &Content) -> Result<(), Error> {
    let entropy = ctx.entropy.as_ref();
    let mut asked = content.employers.clone();
    let mut proposed_id = None;
    if let Some(proposed) = &content.proposed {
        let employer = EmployerId::new(entropy.uuid());
        employers::add(db, employer, proposed, false)?;
        asked.push(employer);
        proposed_id = Some(employer);
    }
    petitions::fill(db, id, slug, content, &asked)?;
    sealing::replace(db, id, content.sealing.as_ref())?;
    let mut facts: Vec<(ContractId, ContractFacts<EmployerId>)> = Vec::new();
    for contract in &content.contracts {
        let supplier = match contract.supplier {
            Supplier::Listed(id) => id,
            Supplier::Proposed => proposed_id.ok_or(Error::Broken(OwnData::ProposedSupplier))?,
        };
        facts.push((ContractId::new(entropy.uuid()), with_supplier(contract.clone(), supplier)));
    }
    contracts::replace(db, id, &facts)?;
    search::index_petition(db, id)?;
    Ok(employers::remove_unused_proposals(db)?)
}

/// Begins signing. `list_proposed`: an admin agreed, and lists the proposed employers with it.
pub(in crate::actions) fn start(
    ctx: &Ctx,
    id: PetitionId,
    how: How,
    list_proposed: bool,
) -> Result<Started, Error> {
    // Making keys takes seconds, and a second try would discard those of the first.
    let started = leases::alone_at(ctx, &format!("start {id}"), || start_alone(ctx, id, how, list_proposed))?;
    if started == Started::Done {
        // Its spool gets its keys here, and not with the first signature: a file's times must not tell of that.
        if let Err(error) = collector::renew_keys(ctx) {
            let cause: &dyn std::error::Error = &error;
            tracing::warn!(cause, "a spool has no keys yet; the clock makes them in a moment");
        }
        // Only now there is something to name. Where this fails, the next round of jobs does it.
        if let Err(error) = release_notice::tell(ctx, id) {
            let cause: &dyn std::error::Error = &error;
            tracing::warn!(cause, "a log could not be told of the release yet");
        }
    }
    Ok(started)
}

/// Keys first, on disk, then one transaction. A crash between the two leaves keys that the next try
/// discards: nobody can have used them, since no genesis names them.
fn start_alone(ctx: &Ctx, id: PetitionId, how: How, list_proposed: bool) -> Result<Started, Error> {
    let (petition, mut view) = ctx.store.read(|db| {
        let petition = petitions::find(db, id)?.ok_or(Error::Broken(OwnData::PetitionToStart))?;
        let view = views::petition::find(db, id)?.ok_or(Error::Broken(OwnData::PetitionToStart))?;
        Ok::<_, Error>((petition, view))
    })?;
    if petition.genesis_hash.is_some() || !petition.state.may_become(how.state()) {
        return Ok(Started::Meanwhile);
    }
    let now = ctx.now();
    let Some(times) = Times::at_start(now, &view) else { return Ok(Started::LastDayPassed) };
    // A domain proves work at one employer: of several that have it, the first named.
    let mut proving = HashSet::new();
    for employer in &mut view.employers {
        employer.domains.retain(|domain| proving.insert(domain.clone()));
    }
    let entropy = ctx.entropy.as_ref();
    let employer_ids: Vec<EmployerId> = view.employers.iter().map(|employer| employer.id).collect();
    let crowds = crowds(view.counting, &employer_ids, &view.proofs);

    ctx.keys.discard_unstarted(id)?;
    let keys = ctx.keys.create_petition_keys(id, crowds.len(), entropy)?;
    reach(CrashPoint::OpeningKeysMadeBeforeCommit);
    let mut keyed: Vec<(Crowd, Vec<u8>)> = Vec::new();
    for crowd in crowds {
        let key = keys.issuing(crowd.index).ok_or(Error::Broken(OwnData::CrowdWithoutKey))?;
        keyed.push((crowd, key.spki().to_vec()));
    }
    let origin = LogOrigin::generate(entropy);
    let sealing_key = match &view.sealing {
        Some(sealing) => {
            Some(SealingKey::parse(&sealing.terms.key).or(Err(Error::Broken(OwnData::SealingKey)))?)
        }
        None => None,
    };
    let genesis = Genesis {
        sealing_key: sealing_key.map(|key| *key.as_bytes()),
        ..genesis(ctx, &view, &origin, &keyed, &times)
    };
    let leaf = genesis.encode().or(Err(Error::Broken(OwnData::GenesisLeaf)))?;
    let genesis_hash = leaf_hash(&leaf);
    let quiet_slug = (how == How::Quietly).then(|| format!("quiet-{}", entropy.uuid().simple()));
    let domains: Vec<(EmployerId, String)> = view
        .employers
        .iter()
        .flat_map(|employer| employer.domains.iter().map(|domain| (employer.id, domain.clone())))
        .collect();
    let host = host_notice::host(ctx);
    let served_at = Notice::ServedAt { host: String::from(host) };
    let leaves = [leaf, served_at.encode(id).or(Err(Error::Broken(OwnData::Notice)))?];

    ctx.write_logs(|db| {
        let proposed = view.employers.iter().filter(|employer| list_proposed && !employer.listed);
        for employer in proposed.clone() {
            if employers::listed_by_name(db, &employer.name)?.is_some() {
                return Ok(Started::Meanwhile);
            }
        }
        let start = petitions::Start {
            state: how.state(),
            listing: how.listing(),
            quiet_slug: quiet_slug.as_deref(),
            opens: now,
            closes: times.closes,
            cast_until: times.cast_until,
            traces_until: times.traces_until,
            log_origin: origin.as_str(),
            genesis_hash: &genesis_hash,
            crowds: &keyed,
            domains: &domains,
        };
        if !petitions::start(db, id, petition.state, &start)? {
            return Ok(Started::Meanwhile);
        }
        for employer in proposed {
            employers::list(db, employer.id)?;
        }
        let crowds: Vec<Crowd> = keyed.iter().map(|(crowd, _)| crowd.clone()).collect();
        collector::start(ctx, db, id, &leaves, &crowds)?;
        for crowd in &crowds {
            issuer::start_counting(db, id, crowd.index)?;
        }
        Ok::<_, Error>(Started::Done)
    })
}

/// The times fixed at the start.
struct Times {
    opens: Timestamp,
    closes: Timestamp,
    cast_until: Timestamp,
    traces_until: Timestamp,
}

impl Times {
    /// As the organizer chose them. `None` when the last day has passed: weeks may have gone by in review.
    fn at_start(now: Timestamp, view: &views::PetitionView) -> Option<Self> {
        let closes = view.closes.filter(|closes| now < *closes)?;
        let bound = view.traces_until.unwrap_or_else(|| traces_until(closes));
        let traces_until = bound.min(traces_until(latest_last_second(now))).max(traces_until(closes));
        let cast_until = closes.plus_days(CAST_DAYS_AFTER_CLOSING);
        Some(Self { opens: now, closes, cast_until, traces_until })
    }
}

fn genesis(
    ctx: &Ctx,
    view: &views::PetitionView,
    origin: &LogOrigin,
    crowds: &[(Crowd, Vec<u8>)],
    times: &Times,
) -> Genesis {
    let employer_name = |id: EmployerId| {
        view.employers.iter().find(|employer| employer.id == id).map(|employer| employer.name.clone())
    };
    Genesis {
        petition: view.id,
        origin: origin.clone(),
        title: view.title.clone(),
        addressed_to: view.addressed_to.clone(),
        demands: view.demands.iter().map(|demand| demand.text.clone()).collect(),
        body_hash: Sha256::digest(view.body.as_bytes()).into(),
        employers: view
            .employers
            .iter()
            .map(|employer| GenesisEmployer {
                name: employer.name.clone(),
                domains: employer.domains.clone(),
            })
            .collect(),
        crowds: crowds
            .iter()
            .map(|(crowd, spki)| GenesisCrowd {
                proof: crowd.proof.into(),
                employer: crowd.employer.and_then(employer_name),
                spki: spki.clone(),
            })
            .collect(),
        opens: times.opens,
        // Codes are given out until the petition closes.
        issue_until: times.closes,
        closes: times.closes,
        cast_until: times.cast_until,
        traces_until: Some(times.traces_until),
        sealing_key: None,
        batch: ctx.rules.batch_min,
        min_cell: ctx.rules.min_cell,
    }
}
