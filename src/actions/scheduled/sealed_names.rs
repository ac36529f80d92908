//! Sealed names on their way to being shown: N is reached, two weeks' public notice, then the trustee's openings; or
//! they are deleted. Stands above the collector: what a petition is, and who may bring openings, is known here.
//!
//! The trustee's private key never comes here. What comes are openings, and each must fit its leaf.

use crate::{
    actions::{Ctx, Error, OwnData, collector, petitions::allowed, signing::casts},
    db::{Db, collector as rows, petitions, sealing, views},
    domain::{
        ids::{OrganizerId, PetitionId},
        organizer::Capability,
        petition::Standing,
        proof::CrowdIndex,
        sealing::{Sealing, SealingStage, is_kept_no_longer, notice_until},
    },
    protocol::{extension::Extension, leaf::CastLeaf},
};

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Advanced {
    /// Petitions of which a notice began.
    pub notices: u64,
    /// Petitions of which a notice ended with N still reached.
    pub due: u64,
    /// Sealed names deleted, since they were not opened in time.
    pub deleted: u64,
}

/// What opens a leaf, as the trustee hands it over. No `Debug`: it holds a name.
#[derive(Clone)]
pub struct NameOpening {
    /// The leaf's place.
    pub index: u64,
    /// The salt of its commitment.
    pub salt: [u8; 32],
    /// The extension, as canonical JSON.
    pub extension: Vec<u8>,
}

/// What becomes of names that the openings leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// They stay sealed: another part of the openings follows.
    Keep,
    /// They are deleted: the trustee could not open them.
    Delete,
}

/// What became of the openings that were brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShownNames {
    /// How many names are shown from now on.
    pub now: u64,
    /// How many were shown already: an earlier part held them too.
    pub before: u64,
    /// How many were left out: withdrawn or voided since, or no name that can be shown.
    pub left_out: u64,
}

/// What bringing openings led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// Names are shown.
    Shown(ShownNames),
    /// This one does not fit its leaf, or is there twice. Nothing is shown.
    DoesNotFit {
        /// Its place.
        index: u64,
    },
    /// There is none among them.
    Empty,
    /// N is not reached, the notice is not over, or the names were opened before.
    NotDue,
    /// No such petition, or not hers.
    NotFound,
}

/// Sealed names with what a trustee needs to open and check them, without asking anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedNames {
    /// The genesis leaf.
    pub genesis: Vec<u8>,
    /// Place, cast leaf and sealed name, in the order of the log.
    pub names: Vec<(u64, Vec<u8>, Vec<u8>)>,
}

/// Moves every petition with sealed names on: begins and ends notices, deletes what was not opened in time.
///
/// # Errors
/// The first [`Error`] of a petition, after the others were moved on. What was done stays done.
pub fn advance(ctx: &Ctx) -> Result<Advanced, Error> {
    let (mut all, mut failed) = (Advanced::default(), None);
    let kept = ctx.store.read(|db| Ok::<_, Error>(sealing::all_kept(db)?))?;
    for petition in kept {
        if ctx.store.read(|db| next(ctx, db, petition))?.is_none() {
            continue;
        }
        match ctx.write_logs(|db| advance_one(ctx, db, petition)) {
            Ok(done) => {
                all.notices = all.notices.saturating_add(done.notices);
                all.due = all.due.saturating_add(done.due);
                all.deleted = all.deleted.saturating_add(done.deleted);
            }
            Err(error) => {
                failed.get_or_insert(error);
            }
        }
    }
    failed.map_or(Ok(all), Err)
}

/// How many have agreed to be named, of what is published. Told to nobody: only whether it is N.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn agreed(db: &mut Db, petition: PetitionId) -> Result<u64, Error> {
    let crowds = petitions::crowds(db, petition)?;
    let by_work = crowds.into_iter().filter(|(crowd, _)| crowd.proof.is_at_employer());
    let by_work: Vec<CrowdIndex> = by_work.map(|(crowd, _)| crowd.index).collect();
    Ok(rows::agreed_to_be_named(db, petition, &by_work)?)
}

/// The stage that a petition moves to now, if it does.
fn next(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<Option<SealingStage>, Error> {
    let now = ctx.now();
    let Some(found) = petitions::find(db, petition)? else { return Ok(None) };
    let Some(sealing) = sealing::find(db, petition)? else { return Ok(None) };
    let is_over = found.cast_until.is_some_and(|until| is_kept_no_longer(until, now));
    match found.standing_at(now) {
        Standing::TakenDown | Standing::EndedQuietly => return Ok(Some(SealingStage::Deleted)),
        _ if is_over => return Ok(Some(SealingStage::Deleted)),
        Standing::Public => {}
        Standing::Private | Standing::Quiet => return Ok(None),
    }
    // Judged by what can be opened, the notice would tell who sealed a name, or withdrew, once the others are voided.
    let is_reached =
        agreed(db, petition)? >= sealing.terms.reveal_at && rows::keeps_sealed_names(db, petition)?;
    Ok(match (sealing.stage, is_reached) {
        (SealingStage::Waiting, true) => Some(SealingStage::Notice { until: notice_until(now) }),
        // Which ones were left has been public, as `sealed.json`: there is nothing to hide, and no notice of nothing.
        (SealingStage::Opened(_), true) if !rows::sealed_names(db, petition)?.is_empty() => {
            Some(SealingStage::Notice { until: notice_until(now) })
        }
        (SealingStage::Notice { until }, true) if now.day() > until => Some(SealingStage::Due),
        (SealingStage::Notice { .. } | SealingStage::Due, false) => Some(SealingStage::Waiting),
        _ => None,
    })
}

fn advance_one(ctx: &Ctx, db: &mut Db, petition: PetitionId) -> Result<Advanced, Error> {
    // Withdrawals and openings wait until this is done.
    rows::lock_spool(db, petition)?;
    let Some(mut stage) = next(ctx, db, petition)? else { return Ok(Advanced::default()) };
    let mut done = Advanced::default();
    if stage == SealingStage::Due {
        // Whoever has withdrawn in the notice is out of the number, also where few have.
        collector::publish_retractions(ctx, db, petition)?;
        stage = next(ctx, db, petition)?.unwrap_or(stage);
        if stage == SealingStage::Due && rows::sealed_names(db, petition)?.is_empty() {
            // All are voided. What is sealed or restored later has a notice of its own.
            stage = SealingStage::Notice { until: notice_until(ctx.now()) };
        }
    }
    match stage {
        SealingStage::Notice { .. } => done.notices = 1,
        SealingStage::Due => done.due = 1,
        SealingStage::Deleted => {
            let deleted = rows::forget_sealed_names(db, petition)?;
            done.deleted = u64::try_from(deleted).unwrap_or(u64::MAX);
        }
        SealingStage::Waiting | SealingStage::Opened(_) => {}
    }
    sealing::set_stage(db, petition, stage)?;
    Ok(done)
}

/// The sealed names of the petition at `/p/{slug}`, once the notice is over; before, nobody needs them. `None`: there is
/// no such petition, or nothing to open.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn sealed_names(ctx: &Ctx, slug: &str) -> Result<Option<SealedNames>, Error> {
    ctx.store.read(|db| {
        let Some(petition) = petitions::at_public_place(db, slug)? else { return Ok(None) };
        if !petition.standing_at(ctx.now()).is_public() || !is_due(db, petition.id)? {
            return Ok(None);
        }
        let leaf = |db: &mut Db, index: u64| {
            leaf_at(db, petition.id, index)?.ok_or(Error::Broken(OwnData::LogEntry))
        };
        let genesis = leaf(db, 0)?;
        let mut names = Vec::new();
        for name in rows::sealed_names(db, petition.id)? {
            names.push((name.index, leaf(db, name.index)?, name.sealed));
        }
        Ok(Some(SealedNames { genesis, names }))
    })
}

fn is_due(db: &mut Db, petition: PetitionId) -> Result<bool, Error> {
    Ok(sealing::find(db, petition)?.is_some_and(|sealing| sealing.stage == SealingStage::Due))
}

fn leaf_at(db: &mut Db, petition: PetitionId, index: u64) -> Result<Option<Vec<u8>>, Error> {
    if i64::try_from(index).is_err() {
        return Ok(None);
    }
    let entry = rows::entries(db, petition, index, 1)?.into_iter().next();
    Ok(entry.filter(|entry| entry.index == index).map(|entry| entry.leaf))
}

/// Who brings the trustee's openings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bringer {
    /// An organizer, for a petition of which she may open the names.
    Organizer(OrganizerId),
    /// An admin, for any.
    Admin,
}

/// The petition, if it is for them to open its names.
fn theirs(db: &mut Db, slug: &str, bringer: Bringer) -> Result<Option<petitions::Petition>, Error> {
    match bringer {
        Bringer::Organizer(who) => allowed(db, slug, who, Capability::OpenNames),
        Bringer::Admin => Ok(petitions::by_slug(db, slug)?),
    }
}

/// A petition with sealed names, for whoever may bring openings.
pub struct Unsealing {
    /// Its title.
    pub title: String,
    /// Trustee, N, and where it stands.
    pub sealing: Sealing,
    /// How many names are sealed. Zero before the notice is over: then nobody needs to know.
    pub names: u64,
}

/// What there is to open. `None`: no such petition, not hers, or it takes no sealed names.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn look(ctx: &Ctx, slug: &str, bringer: Bringer) -> Result<Option<Unsealing>, Error> {
    ctx.store.read(|db| {
        let is_public = |petition: &petitions::Petition| petition.standing_at(ctx.now()).is_public();
        let Some(petition) = theirs(db, slug, bringer)?.filter(is_public) else { return Ok(None) };
        let Some(sealing) = sealing::find(db, petition.id)? else { return Ok(None) };
        let Some(view) = views::petition::find(db, petition.id)? else { return Ok(None) };
        let names = match sealing.stage {
            SealingStage::Due => rows::sealed_names(db, petition.id)?.len(),
            _ => 0,
        };
        Ok(Some(Unsealing { title: view.title, sealing, names: u64::try_from(names).unwrap_or(u64::MAX) }))
    })
}

/// Takes the trustee's openings.
///
/// # Errors
/// [`Error`] when the database is away; then nothing is shown.
pub fn open(
    ctx: &Ctx,
    slug: &str,
    bringer: Bringer,
    openings: &[NameOpening],
    rest: Rest,
) -> Result<Opened, Error> {
    ctx.write_logs(|db| match theirs(db, slug, bringer)? {
        Some(petition) => open_names(ctx, db, &petition, openings, rest),
        None => Ok(Opened::NotFound),
    })
}

fn open_names(
    ctx: &Ctx,
    db: &mut Db,
    petition: &petitions::Petition,
    openings: &[NameOpening],
    rest: Rest,
) -> Result<Opened, Error> {
    if !petition.standing_at(ctx.now()).is_public() {
        return Ok(Opened::NotDue);
    }
    let petition = petition.id;
    // Nobody withdraws between the check and the showing.
    rows::lock_spool(db, petition)?;
    if !is_due(db, petition)? {
        return Ok(Opened::NotDue);
    }
    if openings.is_empty() {
        return Ok(Opened::Empty);
    }
    let mut seen = std::collections::BTreeSet::new();
    for opening in openings {
        if !seen.insert(opening.index) || !fits(db, petition, opening)? {
            return Ok(Opened::DoesNotFit { index: opening.index });
        }
    }
    let mut shown = ShownNames::default();
    let sealed: std::collections::BTreeSet<u64> =
        rows::sealed_names(db, petition)?.into_iter().map(|name| name.index).collect();
    for opening in openings {
        let NameOpening { index, salt, extension } = opening;
        if sealed.contains(index) && can_be_shown(extension) {
            rows::forget_sealed_name(db, petition, *index)?;
            rows::open_cast(db, petition, *index, salt, extension)?;
            rows::show_cast(db, petition, *index)?;
            shown.now = shown.now.saturating_add(1);
        } else if rows::opening(db, petition, *index)?.is_some() {
            shown.before = shown.before.saturating_add(1);
        } else {
            shown.left_out = shown.left_out.saturating_add(1);
        }
    }
    if rest == Rest::Delete {
        for name in rows::sealed_names(db, petition)? {
            rows::forget_sealed_name(db, petition, name.index)?;
        }
    }
    if rows::sealed_names(db, petition)?.is_empty() {
        sealing::set_stage(db, petition, SealingStage::Opened(ctx.now().day()))?;
    }
    Ok(Opened::Shown(shown))
}

/// Whether it opens its leaf as a sealed name.
fn fits(db: &mut Db, petition: PetitionId, opening: &NameOpening) -> Result<bool, Error> {
    let Some(leaf) = leaf_at(db, petition, opening.index)? else { return Ok(false) };
    let Ok(leaf) = CastLeaf::parse(&leaf) else { return Ok(false) };
    let is_sealed = matches!(Extension::parse(&opening.extension), Ok(Extension::Sealed { .. }));
    Ok(is_sealed && leaf.verify_opening(&opening.salt, &opening.extension).is_ok())
}

/// What the form would have refused is not shown: whoever sealed it could write what they liked.
fn can_be_shown(extension: &[u8]) -> bool {
    match Extension::parse(extension) {
        Ok(Extension::Sealed { name, title }) => casts::can_be_shown(&name, title.as_deref()),
        _ => false,
    }
}
