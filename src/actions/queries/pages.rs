//! Reading for pages: the read models, each in one consistent view of the database.

use crate::{
    actions::{
        Ctx, Error, collector, mail_health,
        petitions::{How, allowed},
    },
    db::{
        collector as rows, employers, petitions,
        views::{
            self, Card, DayNumber, Decided, ListQuery, ListedEmployer, MyPetition, PetitionView, Waiting,
        },
    },
    domain::{
        client_release::ClientRelease,
        ids::{EmployerId, OrganizerId, PetitionId},
        mail_health::MailHealth,
        organizer::Capability,
        proof::Crowd,
    },
    protocol::extension::Extension,
};

/// A petition at its public place, with what its page needs besides.
pub struct AtPublicPlace {
    /// What it says. Its slug is the one it was asked for by.
    pub view: PetitionView,
    /// Whether a signature is taken now.
    pub takes_signatures: bool,
    /// Whether a cast is taken now: a week longer than signatures.
    pub takes_casts: bool,
    /// The log's verifier key, once there is a log.
    pub log_key: Option<String>,
    /// How many public names there are.
    pub names: u64,
    /// How many notes of dispute its log holds.
    pub disputes: u64,
    /// Which script and page its log named last.
    pub release: Option<ClientRelease>,
}

/// The petition at `/p/{slug}`. `None`: there is none, or one may not know.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn at_public_place(ctx: &Ctx, slug: &str) -> Result<Option<AtPublicPlace>, Error> {
    let now = ctx.now();
    ctx.store.read(|db| {
        let Some(petition) = petitions::at_public_place(db, slug)? else { return Ok(None) };
        let Some(mut view) = views::petition::find(db, petition.id)? else { return Ok(None) };
        view.slug = String::from(slug);
        view.state = petition.state_at(now);
        let names = views::signers::count_shown(db, petition.id)?;
        // Whoever reads only must not be turned away while the secrets folder is: then the page comes without script.
        let log_key = match view.genesis_hash {
            Some(_) => collector::verifier_key(ctx, db, petition.id).ok(),
            None => None,
        };
        let release = collector::last_release_notice(db, petition.id)?;
        let disputes = u64::try_from(rows::disputes(db, petition.id)?.len()).unwrap_or(u64::MAX);
        Ok(Some(AtPublicPlace {
            view,
            release,
            takes_signatures: petition.takes_signatures(now),
            takes_casts: petition.takes_casts(now),
            log_key,
            names,
            disputes,
        }))
    })
}

/// The same by id, at the one place where it lies now: its secret one until it is opened to the public.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn at_own_place(ctx: &Ctx, id: PetitionId) -> Result<Option<AtPublicPlace>, Error> {
    match place_and_title(ctx, id)? {
        Some((slug, _)) => at_public_place(ctx, &slug),
        None => Ok(None),
    }
}

/// A petition by id, for whoever may see it.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn petition(ctx: &Ctx, id: PetitionId) -> Result<Option<PetitionView>, Error> {
    ctx.store.read(|db| Ok(views::petition::find(db, id)?))
}

/// Where a petition lies under `/p/`, and its title: its secret place until it is opened to the public.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn place_and_title(ctx: &Ctx, id: PetitionId) -> Result<Option<(String, String)>, Error> {
    ctx.store.read(|db| {
        let Some(petition) = petitions::find(db, id)? else { return Ok(None) };
        let Some(view) = views::petition::find(db, id)? else { return Ok(None) };
        Ok(Some((petition.into_place(), view.title)))
    })
}

/// A page of public petitions, and how many there are in all.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn list(ctx: &Ctx, query: &ListQuery) -> Result<(Vec<Card>, u64), Error> {
    let now = ctx.now();
    let (mut cards, found) = ctx.store.read(|db| Ok::<_, Error>(views::list::page(db, query)?))?;
    for card in &mut cards {
        card.state = card.state.at(card.closes, now);
    }
    Ok((cards, found))
}

/// A public signature, as the list of names shows it. No `Debug`: a name is shown to readers, not to logs.
pub struct ShownSigner {
    /// Its place in the log.
    pub index: u64,
    /// What was proved, and where.
    pub crowd: Option<Crowd>,
    /// Name and job title as given. `None` where an owner or admin hid them.
    pub shown: Option<(String, Option<String>)>,
}

/// A page of a petition's public names, and how many there are on all pages.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn signers(ctx: &Ctx, id: PetitionId, page: u32) -> Result<(Vec<ShownSigner>, u64), Error> {
    let (part, crowds) = ctx
        .store
        .read(|db| Ok::<_, Error>((views::signers::page(db, id, page)?, petitions::crowds(db, id)?)))?;
    let signers = part
        .signers
        .into_iter()
        .map(|signer| ShownSigner {
            index: signer.index,
            crowd: crowds.iter().map(|(crowd, _)| crowd).find(|crowd| crowd.index == signer.crowd).cloned(),
            shown: signer.extension.as_deref().and_then(shown_name),
        })
        .collect();
    Ok((signers, part.total))
}

/// Name and job title of a public signature. `None` for any other.
#[must_use]
pub fn shown_name(extension: &[u8]) -> Option<(String, Option<String>)> {
    match Extension::parse(extension) {
        // A sealed one has an opening only once the trustee has opened it.
        Ok(Extension::Public { name, title } | Extension::Sealed { name, title }) => Some((name, title)),
        Ok(Extension::Anonymous) | Err(_) => None,
    }
}

/// All employers, the proposed ones among them.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn employers(ctx: &Ctx) -> Result<Vec<ListedEmployer>, Error> {
    ctx.store.read(|db| Ok(views::employers::all(db)?))
}

/// One employer.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn employer(ctx: &Ctx, id: EmployerId) -> Result<Option<ListedEmployer>, Error> {
    ctx.store.read(|db| Ok(views::employers::find(db, id)?))
}

/// An organizer's petitions.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn my_petitions(ctx: &Ctx, organizer: OrganizerId) -> Result<Vec<MyPetition>, Error> {
    ctx.store.read(|db| Ok(views::dashboard::my_petitions(db, organizer)?))
}

/// What a dashboard shows: totals and days, no names.
pub struct Dashboard {
    /// The petition with its numbers.
    pub view: PetitionView,
    /// Signatures published per day.
    pub days: Vec<DayNumber>,
    /// The secret place under `/p/` while it gathers.
    pub quiet_slug: Option<String>,
    /// How many public names there are: none before it is opened to the public, for its organizer neither.
    pub names: u64,
    /// Whether an early closing was announced.
    pub closes_early: bool,
}

/// The dashboard of a petition, for a page on which `who` may do that. `None`: no such petition, or not hers.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn dashboard(
    ctx: &Ctx,
    slug: &str,
    who: OrganizerId,
    capability: Capability,
) -> Result<Option<Dashboard>, Error> {
    ctx.store.read(|db| {
        let Some(petition) = allowed(db, slug, who, capability)? else { return Ok(None) };
        let Some(mut view) = views::petition::find(db, petition.id)? else { return Ok(None) };
        view.state = petition.state_at(ctx.now());
        let names = if view.standing().is_public() { views::signers::count(db, petition.id)? } else { 0 };
        Ok(Some(Dashboard {
            days: views::dashboard::days(db, petition.id)?,
            names,
            closes_early: petition.closes_early,
            quiet_slug: petition.quiet_slug,
            view,
        }))
    })
}

/// A page (from 1) of the listed employers that match `words`, and how many there are in all.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn listed_employers(ctx: &Ctx, words: &str, page: u32) -> Result<(Vec<ListedEmployer>, u64), Error> {
    ctx.store.read(|db| Ok(views::employers::page(db, words, page)?))
}

/// What an admin's first page shows.
pub struct Moderation {
    /// Petitions to look at, oldest first.
    pub waiting: Vec<Waiting>,
    /// How many there are in all.
    pub waiting_total: u64,
    /// A page of all others that were sent in, newest first.
    pub decided: Vec<Decided>,
    /// How many there are in all.
    pub decided_total: u64,
    /// How mail goes. Never how many wait: that would move with each person who asks for a code.
    pub mail: MailHealth,
}

/// The admin's first page, with the given page (from 1) of those that were decided.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn moderation(ctx: &Ctx, page: u32) -> Result<Moderation, Error> {
    ctx.store.read(|db| {
        let (waiting, waiting_total) = views::moderation::waiting(db)?;
        let (decided, decided_total) = views::moderation::decided(db, page)?;
        let mail = mail_health::read_in(ctx, db)?;
        Ok(Moderation { waiting, waiting_total, decided, decided_total, mail })
    })
}

/// A petition as an admin sees it.
pub struct ForAdmin {
    /// What it says.
    pub view: PetitionView,
    /// The pseudonym of its owner. `None` once the account is gone.
    pub written_by: Option<String>,
    /// How signing shall begin once an admin agrees.
    pub starts: How,
    /// Those of the proposed employers whose names are listed already.
    pub listed_meanwhile: Vec<EmployerId>,
    /// How many public names there are.
    pub names: u64,
}

/// A petition by its slug, in any state but that of a draft: what was never sent in is not for admins.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn for_admin(ctx: &Ctx, slug: &str) -> Result<Option<ForAdmin>, Error> {
    ctx.store.read(|db| {
        let Some(petition) = super::super::petitions::sent_in(db, slug)? else { return Ok(None) };
        let Some(view) = views::petition::find(db, petition.id)? else { return Ok(None) };
        let mut listed_meanwhile = Vec::new();
        for employer in view.employers.iter().filter(|employer| !employer.listed) {
            if employers::listed_by_name(db, &employer.name)?.is_some() {
                listed_meanwhile.push(employer.id);
            }
        }
        Ok(Some(ForAdmin {
            written_by: views::moderation::written_by(db, petition.id)?,
            starts: petition.start_wanted.as_deref().and_then(How::parse).unwrap_or(How::Quietly),
            names: views::signers::count(db, petition.id)?,
            listed_meanwhile,
            view,
        }))
    })
}
