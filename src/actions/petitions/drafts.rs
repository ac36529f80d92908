//! Writing a petition: whatever was typed is kept as typed, complete or not.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::{
    actions::{Ctx, Error, OwnData, petitions::allowed},
    db::{
        Db, employers, petitions,
        views::{self, Asked, ContractView, PetitionView},
    },
    domain::{
        contract::ContractFacts,
        demand::{Demand, DemandState},
        draft::{Content, Draft, DraftProblem, Problem, Step, Supplier, TITLE_MAX_CHARS},
        ids::{EmployerId, OrganizerId, PetitionId},
        organizer::Capability,
        petition::{DRAFT_IDLE_DAYS, DRAFTS_MAX, PetitionState, traces_until},
        proof::ProofKind,
        sealing::{Sealing, SealingStage},
        tally::Tally,
        text::parse_line,
        time::Timestamp,
    },
    entropy::Entropy,
    protocol::sealing::SealingKey,
};

/// Long enough that no two texts of one draft share it by chance.
const VERSION_BYTES: usize = 8;

/// A draft as its owner sees it.
pub struct Mine {
    /// The petition.
    pub id: PetitionId,
    /// Where it stands.
    pub state: PetitionState,
    /// What was typed.
    pub draft: Draft,
    /// What is still to be mended before it can be sent in.
    pub problems: Vec<DraftProblem>,
    /// Whether an admin must look at it before signing begins.
    pub needs_review: bool,
}

/// What saving led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// Kept.
    Kept,
    /// Something in it is too long to be kept.
    TooLong,
    /// The text is fixed, since signing has begun or an admin is reading it.
    Fixed,
    /// No such petition, or not hers.
    NotFound,
}

/// What saving one step led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedStep {
    /// Kept.
    Kept,
    /// The step was changed since the form was shown: in another tab, say. Nothing was kept.
    Changed {
        /// The draft as it stands.
        now: Box<Draft>,
        /// As it was to become.
        typed: Box<Draft>,
    },
    /// Too long to be kept.
    TooLong {
        /// As it was to become.
        typed: Box<Draft>,
        /// What is too long.
        problems: Vec<DraftProblem>,
    },
    /// As [`Saved::Fixed`].
    Fixed,
    /// As [`Saved::NotFound`].
    NotFound,
}

/// A petition that is not public yet, as it will be.
pub struct Preview {
    /// What the page shows.
    pub view: PetitionView,
    /// What is still missing.
    pub problems: Vec<DraftProblem>,
}

/// A random slug for a petition that has no title yet.
fn fresh_slug(entropy: &dyn Entropy) -> String {
    let id = entropy.uuid().simple().to_string();
    format!("draft-{}", id.get(..12).unwrap_or(&id))
}

/// Begins a draft. Gives its slug; `None` where the account has [`DRAFTS_MAX`] already.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn create(ctx: &Ctx, owner: OrganizerId) -> Result<Option<String>, Error> {
    let entropy = ctx.entropy.as_ref();
    let (id, slug) = (PetitionId::new(entropy.uuid()), fresh_slug(entropy));
    let proofs = BTreeSet::from([ProofKind::WorkMail, ProofKind::Invite]);
    let draft = write_draft(&Draft { counting: String::from("together"), proofs, ..Draft::default() })?;
    ctx.store.write(|db| {
        let unfinished = [PetitionState::Draft, PetitionState::Rejected];
        if petitions::owned_count(db, owner, &unfinished)? >= DRAFTS_MAX {
            return Ok(None);
        }
        petitions::add_draft(db, id, &slug, &draft, owner, ctx.now().day())?;
        Ok::<_, Error>(Some(slug.clone()))
    })
}

/// Deletes drafts that nobody has saved for [`DRAFT_IDLE_DAYS`].
///
/// # Errors
/// [`Error`] when the database is away.
pub fn delete_idle_drafts(ctx: &Ctx) -> Result<(), Error> {
    let now = ctx.now();
    let before = now.plus_days(-DRAFT_IDLE_DAYS).day();
    ctx.store.write(|db| Ok(petitions::delete_idle_drafts(db, before, now.day())?))
}

/// A draft (or what was typed for a petition that has been sent in since), for a page on which that can be done.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn load(ctx: &Ctx, slug: &str, who: OrganizerId, capability: Capability) -> Result<Option<Mine>, Error> {
    ctx.store.read(|db| {
        let Some(petition) = allowed(db, slug, who, capability)? else { return Ok(None) };
        let draft = read_draft(&petition.draft)?;
        let (content, problems) = check(db, &draft, ctx.now())?;
        let needs_review = ctx.rules.review_required || content.proposed.is_some();
        Ok(Some(Mine { id: petition.id, state: petition.state, draft, problems, needs_review }))
    })
}

/// Keeps what was typed.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn save(ctx: &Ctx, slug: &str, who: OrganizerId, draft: &Draft) -> Result<Saved, Error> {
    if !draft.too_long().is_empty() {
        return Ok(Saved::TooLong);
    }
    let text = write_draft(draft)?;
    // The list of her petitions shows a title only if it is one.
    let title = parse_line(&draft.title, TITLE_MAX_CHARS).unwrap_or_default();
    ctx.store.write(|db| {
        let Some(petition) = allowed(db, slug, who, Capability::Write)? else { return Ok(Saved::NotFound) };
        let kept = petitions::save_draft(db, petition.id, &text, &title, ctx.now().day())?;
        Ok(if kept { Saved::Kept } else { Saved::Fixed })
    })
}

/// Keeps what was typed in one step. `seen` is the [`version`] of the step that the form was filled with; a form without
/// one overwrites what is there.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn save_step(
    ctx: &Ctx,
    slug: &str,
    who: OrganizerId,
    (step, seen): (Step, Option<&str>),
    change: impl Fn(Draft) -> Draft,
) -> Result<SavedStep, Error> {
    ctx.store.write(|db| {
        let Some(petition) = allowed(db, slug, who, Capability::Write)? else {
            return Ok(SavedStep::NotFound);
        };
        if !petition.state.is_editable() {
            return Ok(SavedStep::Fixed);
        }
        let now = read_draft(&petition.draft)?;
        let typed = change(now.clone());
        let is_stale = seen.is_some_and(|seen| seen != version(&now, step));
        if is_stale && typed != now {
            return Ok(SavedStep::Changed { now: Box::new(now), typed: Box::new(typed) });
        }
        let mut problems = typed.too_long();
        problems.retain(|problem| problem.step == step);
        if !problems.is_empty() {
            return Ok(SavedStep::TooLong { typed: Box::new(typed), problems });
        }
        let title = parse_line(&typed.title, TITLE_MAX_CHARS).unwrap_or_default();
        let kept = petitions::save_draft(db, petition.id, &write_draft(&typed)?, &title, ctx.now().day())?;
        Ok(if kept { SavedStep::Kept } else { SavedStep::Fixed })
    })
}

/// Tells whether a step still says what a form was filled with: a hash of its fields.
#[must_use]
pub fn version(draft: &Draft, step: Step) -> String {
    let fields = serde_json::to_vec(&draft.only(step)).unwrap_or_default();
    let hash = Sha256::digest(fields);
    hash.iter().take(VERSION_BYTES).fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The page as it will be public, from whatever is there.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn preview(ctx: &Ctx, slug: &str, who: OrganizerId) -> Result<Option<Preview>, Error> {
    ctx.store.read(|db| {
        let Some(petition) = allowed(db, slug, who, Capability::View)? else { return Ok(None) };
        let (content, problems) = check(db, &read_draft(&petition.draft)?, ctx.now())?;
        let view = as_view(db, &petition, content)?;
        Ok(Some(Preview { view, problems }))
    })
}

/// Reads a draft, and checks against the database what a draft cannot know: whether employers are listed.
pub(in crate::actions) fn check(
    db: &mut Db,
    draft: &Draft,
    now: Timestamp,
) -> Result<(Content, Vec<DraftProblem>), Error> {
    let (mut content, mut problems) = draft.check(now);
    let mut found = |step, field: String, problem| problems.push(DraftProblem { step, field, problem });
    let listed = employers::listed(db, &content.employers)?;
    if listed.len() < content.employers.len() {
        found(Step::Signers, String::from("employer"), Problem::Choose);
        content.employers.retain(|id| listed.contains(id));
    }
    if let Some(proposed) = &content.proposed
        && employers::listed_by_name(db, &proposed.name)?.is_some()
    {
        found(Step::Signers, String::from("proposed_name"), Problem::EmployerListed);
    }
    let suppliers: Vec<EmployerId> = content.contracts.iter().filter_map(listed_supplier).collect();
    let known = employers::listed(db, &suppliers)?;
    for (place, contract) in content.contracts.iter().enumerate() {
        if listed_supplier(contract).is_some_and(|supplier| !known.contains(&supplier)) {
            found(Step::Contracts, format!("c{place}_supplier"), Problem::Choose);
        }
    }
    content.contracts.retain(|contract| listed_supplier(contract).is_none_or(|id| known.contains(&id)));
    if content
        .sealing
        .as_ref()
        .is_some_and(|sealing| !sealing.key.is_empty() && SealingKey::parse(&sealing.key).is_err())
    {
        problems.push(DraftProblem {
            step: Step::Signers,
            field: String::from("sealing_key"),
            problem: Problem::NotASealingKey,
        });
    }
    problems.sort_by_key(|problem| problem.step);
    Ok((content, problems))
}

fn listed_supplier(contract: &ContractFacts<Supplier>) -> Option<EmployerId> {
    match contract.supplier {
        Supplier::Listed(id) => Some(id),
        Supplier::Proposed => None,
    }
}

pub(in crate::actions) fn read_draft(text: &str) -> Result<Draft, Error> {
    serde_json::from_str(text).or(Err(Error::Broken(OwnData::Draft)))
}

fn write_draft(draft: &Draft) -> Result<String, Error> {
    serde_json::to_string(draft).or(Err(Error::Broken(OwnData::Draft)))
}

fn as_view(db: &mut Db, petition: &petitions::Petition, content: Content) -> Result<PetitionView, Error> {
    let mut asked = Vec::new();
    for id in &content.employers {
        if let Some(employer) = views::employers::find(db, *id)? {
            asked.push(Asked {
                id: employer.id,
                name: employer.name,
                domains: employer.domains,
                head_count: employer.head_count,
                listed: true,
            });
        }
    }
    let proposed_name = content.proposed.as_ref().map(|proposed| proposed.name.clone());
    if let Some(proposed) = content.proposed {
        asked.push(Asked {
            // Shown only: it gets an id of its own when the petition is sent in.
            id: EmployerId::new(uuid::Uuid::nil()),
            name: proposed.name,
            domains: proposed.domains.iter().map(|domain| String::from(domain.as_str())).collect(),
            head_count: None,
            listed: false,
        });
    }
    let mut contracts: Vec<ContractView> = Vec::new();
    for contract in content.contracts {
        let supplier = match contract.supplier {
            Supplier::Proposed => proposed_name.clone(),
            Supplier::Listed(id) => views::employers::find(db, id)?.map(|employer| employer.name),
        };
        contracts.push(with_supplier(contract, supplier.unwrap_or_default()));
    }
    Ok(PetitionView {
        id: petition.id,
        slug: petition.slug.clone(),
        state: petition.state,
        reason: None,
        title: content.title,
        addressed_to: content.addressed_to,
        summary: content.summary,
        body: content.body,
        started_by: content.started_by,
        demands: content.demands.into_iter().map(|text| Demand { text, state: DemandState::Open }).collect(),
        contracts,
        employers: asked,
        counting: content.counting,
        proofs: content.proofs,
        invitations_made: 0,
        sealing: content.sealing.map(|terms| Sealing { terms, stage: SealingStage::Waiting }),
        goal: content.goal,
        opens: petition.opens,
        listing: petition.listing,
        closes: Some(content.closes),
        cast_until: None,
        traces_until: Some(traces_until(content.extend_until)),
        example: petition.example,
        log_origin: petition.log_origin.clone(),
        genesis_hash: petition.genesis_hash.clone(),
        tally: Tally::default(),
    })
}

/// The same contract with its supplier told otherwise.
pub(in crate::actions) fn with_supplier<A, B>(contract: ContractFacts<A>, supplier: B) -> ContractFacts<B> {
    ContractFacts {
        supplier,
        customer: contract.customer,
        title: contract.title,
        provides: contract.provides,
        value: contract.value,
        status: contract.status,
        starts: contract.starts,
        ends: contract.ends,
        sources: contract.sources,
    }
}
