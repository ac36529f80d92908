//! Petitions: drafts, content, members, states, crowds. What pages show is read through `views`.

mod ids;
mod launched;
mod proofs;
mod starting;

pub use ids::{
    casting_over, due_to_close, issuing_over, public, started, started_in, taken_down, takes_casts,
};
pub use launched::{Launched, hold_progress, launched, launched_at};
pub use proofs::proofs;
pub use starting::{
    Closing, Start, count_invitations, crowds, domains, invitations_made, open_to_public, set_closing, start,
};

use diesel::prelude::*;

use super::{
    Db, Error,
    schema::{petition, petition_demand, petition_employer, petition_member},
};
use crate::domain::{
    demand::DemandState,
    draft::Content,
    ids::{EmployerId, OrganizerId, PetitionId},
    organizer::Role,
    petition::{Listing, PetitionState, Standing, traces_until},
    progress::Progress,
    proof::{CrowdPlan, default_proofs},
    time::{Day, Timestamp},
};

/// What actions need to know of a petition to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Petition {
    /// Its id.
    pub id: PetitionId,
    /// Its place under `/p/` once it is public, and under `/organize/` always.
    pub slug: String,
    /// Its secret place under `/p/` while it gathers.
    pub quiet_slug: Option<String>,
    /// Where it stands.
    pub state: PetitionState,
    /// The draft as typed (JSON).
    pub draft: String,
    /// How signing shall begin once an admin agrees: `open` or `quietly`.
    pub start_wanted: Option<String>,
    /// When signing began.
    pub opens: Option<Timestamp>,
    /// Until when codes are given out: the end of the last day to sign.
    pub closes: Option<Timestamp>,
    /// Until when casts are taken.
    pub cast_until: Option<Timestamp>,
    /// When all traces of who asked for a code are gone, however often it is extended.
    pub traces_until: Option<Timestamp>,
    /// Whether it was ever opened to the public.
    pub listing: Listing,
    /// Whether an early closing was announced.
    pub closes_early: bool,
    /// How employers are counted.
    pub counting: CrowdPlan,
    /// Its log's origin, once signing began.
    pub log_origin: Option<String>,
    /// Hash of its genesis leaf, once signing began.
    pub genesis_hash: Option<Vec<u8>>,
    /// Whether it is an example.
    pub example: bool,
}

impl Petition {
    /// What can change about it while it runs.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        let Self { state, listing, closes, cast_until, .. } = *self;
        Progress { state, listing, closes, cast_until }
    }

    /// Its state at `now`. The job that moves the stored one runs a little later than the clock.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> PetitionState {
        self.progress().state_at(now)
    }

    /// What its address leads to at `now`.
    #[must_use]
    pub fn standing_at(&self, now: Timestamp) -> Standing {
        self.progress().standing_at(now)
    }

    /// As [`Progress::takes_signatures`].
    #[must_use]
    pub fn takes_signatures(&self, now: Timestamp) -> bool {
        self.progress().takes_signatures(now)
    }

    /// As [`Progress::takes_casts`].
    #[must_use]
    pub fn takes_casts(&self, now: Timestamp) -> bool {
        self.progress().takes_casts(now)
    }

    /// Where it lies under `/p/`: its secret place until it is opened to the public.
    #[must_use]
    pub fn into_place(self) -> String {
        match self.listing {
            Listing::Unlisted => self.quiet_slug.unwrap_or(self.slug),
            Listing::Listed => self.slug,
        }
    }
}

/// From the column `unlisted`.
pub(super) const fn listing(unlisted: bool) -> Listing {
    if unlisted { Listing::Unlisted } else { Listing::Listed }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = petition)]
struct PetitionRow {
    id: String,
    slug: String,
    quiet_slug: Option<String>,
    state: String,
    draft: String,
    start_wanted: Option<String>,
    opens: Option<i64>,
    closes: Option<i64>,
    cast_until: Option<i64>,
    traces_until: Option<i64>,
    unlisted: bool,
    closes_early: bool,
    counting: String,
    log_origin: Option<String>,
    genesis_hash: Option<Vec<u8>>,
    example: bool,
}

impl PetitionRow {
    fn read(self) -> Result<Petition, Error> {
        let broken = Error::row("petition");
        Ok(Petition {
            id: PetitionId::parse(&self.id).or(Err(Error::row("petition")))?,
            slug: self.slug,
            quiet_slug: self.quiet_slug,
            state: PetitionState::parse(&self.state).ok_or(Error::row("petition"))?,
            draft: self.draft,
            start_wanted: self.start_wanted,
            opens: self.opens.map(Timestamp::from_secs),
            closes: self.closes.map(Timestamp::from_secs),
            cast_until: self.cast_until.map(Timestamp::from_secs),
            traces_until: self.traces_until.map(Timestamp::from_secs),
            listing: listing(self.unlisted),
            closes_early: self.closes_early,
            counting: CrowdPlan::parse(&self.counting).ok_or(broken)?,
            log_origin: self.log_origin,
            genesis_hash: self.genesis_hash,
            example: self.example,
        })
    }
}

/// The petition with this slug, in whatever state.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn by_slug(db: &mut Db, slug: &str) -> Result<Option<Petition>, Error> {
    let row: Option<PetitionRow> = petition::table
        .filter(petition::slug.eq(slug))
        .select(PetitionRow::as_select())
        .first(db)
        .optional()?;
    row.map(PetitionRow::read).transpose()
}

/// The petition that a signer reaches at `/p/{slug}`: by its secret place alone until it is opened to the public, then by
/// either. A petition that ended quietly or was taken down is found too, so that the page can say so.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn at_public_place(db: &mut Db, slug: &str) -> Result<Option<Petition>, Error> {
    let row: Option<PetitionRow> = petition::table
        .filter(petition::slug.eq(slug).or(petition::quiet_slug.eq(slug)))
        .select(PetitionRow::as_select())
        .first(db)
        .optional()?;
    let found = row.map(PetitionRow::read).transpose()?;
    Ok(found.filter(|found| is_place_of(slug, found.progress(), found.quiet_slug.as_deref())))
}

/// Whether `place`, which is the slug or the secret slug of a petition, leads signers to it.
fn is_place_of(place: &str, progress: Progress, quiet_slug: Option<&str>) -> bool {
    match progress.state.standing(progress.listing) {
        Standing::Private => false,
        Standing::Quiet | Standing::EndedQuietly => quiet_slug == Some(place),
        Standing::Public | Standing::TakenDown => true,
    }
}

/// A petition by id.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn find(db: &mut Db, id: PetitionId) -> Result<Option<Petition>, Error> {
    let row: Option<PetitionRow> = petition::table
        .filter(petition::id.eq(id.to_string()))
        .select(PetitionRow::as_select())
        .first(db)
        .optional()?;
    row.map(PetitionRow::read).transpose()
}

/// The origin of a petition's log. `None` where signing has not begun.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn log_origin(db: &mut Db, id: PetitionId) -> Result<Option<String>, Error> {
    let found: Option<Option<String>> = petition::table
        .filter(petition::id.eq(id.to_string()))
        .select(petition::log_origin)
        .first(db)
        .optional()?;
    Ok(found.flatten())
}

/// Adds an empty draft that belongs to `owner`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn add_draft(
    db: &mut Db,
    id: PetitionId,
    slug: &str,
    draft: &str,
    owner: OrganizerId,
    today: Day,
) -> Result<(), Error> {
    diesel::insert_into(petition::table)
        .values((
            (
                petition::id.eq(id.to_string()),
                petition::slug.eq(slug),
                petition::state.eq(PetitionState::Draft.as_str()),
                petition::draft.eq(draft),
                petition::title.eq(""),
                petition::addressed_to.eq(""),
                petition::summary.eq(""),
                petition::body.eq(""),
            ),
            (
                petition::started_by.eq(""),
                petition::counting.eq(CrowdPlan::Together.as_str()),
                petition::example.eq(false),
                petition::created_day.eq(today.days()),
                petition::edited_day.eq(today.days()),
            ),
        ))
        .execute(db)?;
    diesel::insert_into(petition_member::table)
        .values((
            petition_member::petition_id.eq(id.to_string()),
            petition_member::organizer_id.eq(owner.to_string()),
            petition_member::role.eq(Role::Owner.as_str()),
        ))
        .execute(db)?;
    proofs::set(db, id, default_proofs())
}

/// Keeps a draft as typed while the petition may be edited. `false` when it may not any more. Its title for the
/// list is kept too, but not once it was sent in: then the columns hold what an admin has read and rejected,
/// and what is written since is the owner's alone until she sends it in again.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn save_draft(db: &mut Db, id: PetitionId, draft: &str, title: &str, today: Day) -> Result<bool, Error> {
    let editable = [PetitionState::Draft.as_str(), PetitionState::Rejected.as_str()];
    let saved = diesel::update(
        petition::table.filter(petition::id.eq(id.to_string())).filter(petition::state.eq_any(editable)),
    )
    .set((petition::draft.eq(draft), petition::edited_day.eq(today.days())))
    .execute(db)?;
    diesel::update(
        petition::table
            .filter(petition::id.eq(id.to_string()))
            .filter(petition::state.eq(PetitionState::Draft.as_str())),
    )
    .set(petition::title.eq(title))
    .execute(db)?;
    Ok(saved == 1)
}

/// How many petitions in one of `states` an organizer owns.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn owned_count(db: &mut Db, owner: OrganizerId, states: &[PetitionState]) -> Result<u64, Error> {
    let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    let count: i64 = petition::table
        .inner_join(petition_member::table.on(petition_member::petition_id.eq(petition::id)))
        .filter(petition_member::organizer_id.eq(owner.to_string()))
        .filter(petition_member::role.eq(Role::Owner.as_str()))
        .filter(petition::state.eq_any(states))
        .count()
        .get_result(db)?;
    u64::try_from(count).or(Err(Error::row("petition")))
}

/// Deletes drafts that were never sent in and not saved since `before`. Those from before that day was kept count from
/// `today`.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn delete_idle_drafts(db: &mut Db, before: Day, today: Day) -> Result<(), Error> {
    let draft = petition::state.eq(PetitionState::Draft.as_str());
    diesel::update(petition::table.filter(draft).filter(petition::edited_day.is_null()))
        .set(petition::edited_day.eq(today.days()))
        .execute(db)?;
    let idle: Vec<String> = petition::table
        .filter(draft)
        .filter(petition::edited_day.lt(before.days()))
        .select(petition::id)
        .load(db)?;
    for id in idle {
        diesel::delete(petition_member::table.filter(petition_member::petition_id.eq(&id))).execute(db)?;
        diesel::delete(petition::table.filter(petition::id.eq(&id))).execute(db)?;
    }
    Ok(())
}

/// What role an organizer has in a petition. `None`: she is no member.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn role_of(db: &mut Db, id: PetitionId, organizer: OrganizerId) -> Result<Option<Role>, Error> {
    let role: Option<String> = petition_member::table
        .filter(petition_member::petition_id.eq(id.to_string()))
        .filter(petition_member::organizer_id.eq(organizer.to_string()))
        .select(petition_member::role)
        .first(db)
        .optional()?;
    role.map(|role| Role::parse(&role).ok_or(Error::row("petition_member"))).transpose()
}

/// Whether a slug is taken by another petition.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn slug_taken(db: &mut Db, slug: &str, by_other_than: PetitionId) -> Result<bool, Error> {
    let count: i64 = petition::table
        .filter(petition::slug.eq(slug).or(petition::quiet_slug.eq(slug)))
        .filter(petition::id.ne(by_other_than.to_string()))
        .count()
        .get_result(db)?;
    Ok(count > 0)
}

/// Writes a checked draft's content into the petition's own columns and rows (contracts apart).
///
/// # Errors
/// [`Error`] when the database is away.
pub fn fill(
    db: &mut Db,
    id: PetitionId,
    slug: &str,
    content: &Content,
    employers: &[EmployerId],
) -> Result<(), Error> {
    let goal = content.goal.map(|goal| i64::try_from(goal).or(Err(Error::row("petition")))).transpose()?;
    diesel::update(petition::table.filter(petition::id.eq(id.to_string())))
        .set((
            petition::slug.eq(slug),
            petition::title.eq(&content.title),
            petition::addressed_to.eq(&content.addressed_to),
            petition::summary.eq(&content.summary),
            petition::body.eq(&content.body),
            petition::started_by.eq(&content.started_by),
            petition::goal.eq(goal),
            petition::counting.eq(content.counting.as_str()),
            petition::closes.eq(Some(content.closes.secs())),
            petition::traces_until.eq(Some(traces_until(content.extend_until).secs())),
        ))
        .execute(db)?;
    proofs::set(db, id, content.proofs.iter().copied())?;
    let mine = id.to_string();
    diesel::delete(petition_demand::table.filter(petition_demand::petition_id.eq(&mine))).execute(db)?;
    for (position, demand) in (0i32..).zip(&content.demands) {
        diesel::insert_into(petition_demand::table)
            .values((
                petition_demand::petition_id.eq(&mine),
                petition_demand::position.eq(position),
                petition_demand::text.eq(demand),
                petition_demand::state.eq(DemandState::Open.as_str()),
            ))
            .execute(db)?;
    }
    diesel::delete(petition_employer::table.filter(petition_employer::petition_id.eq(&mine))).execute(db)?;
    for (position, employer) in (0i32..).zip(employers) {
        diesel::insert_into(petition_employer::table)
            .values((
                petition_employer::petition_id.eq(&mine),
                petition_employer::position.eq(position),
                petition_employer::employer_id.eq(employer.to_string()),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// Moves a petition from one state to another, with a reason where one is given. `false` when it is not in
/// the state it was thought to be in.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn change_state(
    db: &mut Db,
    id: PetitionId,
    from: PetitionState,
    to: PetitionState,
    reason: Option<&str>,
) -> Result<bool, Error> {
    let changed = diesel::update(
        petition::table.filter(petition::id.eq(id.to_string())).filter(petition::state.eq(from.as_str())),
    )
    .set((petition::state.eq(to.as_str()), petition::reason.eq(reason)))
    .execute(db)?;
    Ok(changed == 1)
}

/// Remembers how signing shall begin once an admin agrees.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn want_start(db: &mut Db, id: PetitionId, how: &str) -> Result<(), Error> {
    diesel::update(petition::table.filter(petition::id.eq(id.to_string())))
        .set(petition::start_wanted.eq(Some(how)))
        .execute(db)?;
    Ok(())
}

/// Marks a petition as an example.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn mark_example(db: &mut Db, id: PetitionId) -> Result<(), Error> {
    diesel::update(petition::table.filter(petition::id.eq(id.to_string())))
        .set(petition::example.eq(true))
        .execute(db)?;
    Ok(())
}
