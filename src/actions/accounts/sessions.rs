//! Sessions of organizers: a random token in a cookie, a keyed hash of it in the database. Nothing is kept
//! of where a session comes from.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{
    actions::{Ctx, Error, OwnData},
    db::{
        Db,
        sessions::{self as rows, ListedSession, SessionRow},
    },
    domain::{
        ids::{OrganizerId, SessionId},
        secret::SecretText,
        text::{TextProblem, parse_line},
        time::{Day, Timestamp},
    },
};

/// A session that was not used for this many days has ended.
pub const UNUSED_DAYS: i32 = 30;
/// A session ends this many days after it began, however much it is used: a cookie that was copied is not good for ever.
pub const LIFE_DAYS: i32 = 90;
/// The longest label, in characters.
pub const LABEL_MAX_CHARS: usize = 40;

/// A living session, and the token that its forms carry.
#[derive(Debug, Clone)]
pub struct Living {
    /// Whose, and which.
    pub session: SessionRow,
    /// Goes into every form of this session.
    pub form_token: SecretText,
}

/// The session that a browser had when it came: whose, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InUse {
    /// Whose.
    pub organizer: OrganizerId,
    /// Which.
    pub id: SessionId,
}

/// Begins a session in place of the one that this browser had. Gives what goes into the cookie.
pub(in crate::actions) fn begin(
    ctx: &Ctx,
    db: &mut Db,
    organizer: OrganizerId,
    before: Option<InUse>,
) -> Result<SecretText, Error> {
    if let Some(InUse { organizer, id }) = before {
        rows::revoke(db, organizer, id)?;
    }
    begin_labelled(ctx, db, organizer, "")
}

/// Begins a session that is called so.
pub(in crate::actions) fn begin_labelled(
    ctx: &Ctx,
    db: &mut Db,
    organizer: OrganizerId,
    label: &str,
) -> Result<SecretText, Error> {
    let token: [u8; 32] = ctx.entropy.bytes();
    let id = SessionId::new(ctx.entropy.uuid());
    rows::add(db, &mac(ctx, "session cookies", &token)?, id, organizer, label, ctx.now().day())?;
    Ok(SecretText::new(URL_SAFE_NO_PAD.encode(token)))
}

/// What its owner calls a session.
pub(in crate::actions) fn label_of(db: &mut Db, session: InUse) -> Result<String, Error> {
    let listed = rows::of_organizer(db, session.organizer)?;
    let found = listed.into_iter().find(|listed| listed.id == session.id);
    Ok(found.map(|listed| listed.label).unwrap_or_default())
}

/// The session of a cookie, noting the day of use. `None`: unknown, ended, too long unused, or too old.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn find(ctx: &Ctx, cookie: &SecretText) -> Result<Option<Living>, Error> {
    let Ok(token) = URL_SAFE_NO_PAD.decode(cookie.expose()) else { return Ok(None) };
    let hash = mac(ctx, "session cookies", &token)?;
    let today = ctx.now().day();
    let Some(session) = ctx.store.read(|db| rows::find(db, &hash).map_err(Error::from))? else {
        return Ok(None);
    };
    if session.last_used < first_day(today) || session.created < first_begun(today) {
        return Ok(None);
    }
    if session.last_used != today {
        ctx.store.write(|db| rows::touch(db, &hash, today).map_err(Error::from))?;
    }
    let form_token = SecretText::new(URL_SAFE_NO_PAD.encode(mac(ctx, "form tokens", &token)?));
    Ok(Some(Living { session, form_token }))
}

/// The first day on which a session that still lives was last used.
#[must_use]
pub fn first_day(today: Day) -> Day {
    Day::from_days(today.days().saturating_sub(UNUSED_DAYS))
}

/// The first day on which a session that still lives began.
#[must_use]
pub fn first_begun(today: Day) -> Day {
    Day::from_days(today.days().saturating_sub(LIFE_DAYS))
}

/// An organizer's sessions, the most recently used first.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn list(ctx: &Ctx, organizer: OrganizerId) -> Result<Vec<ListedSession>, Error> {
    let today = ctx.now().day();
    ctx.store.read(|db| {
        let mut sessions = rows::of_organizer(db, organizer)?;
        sessions
            .retain(|session| session.last_used >= first_day(today) && session.created >= first_begun(today));
        Ok(sessions)
    })
}

/// Names one of an organizer's own sessions; an empty label takes the name away. `false`: not hers.
///
/// # Errors
/// [`Error`] when the database is away. The inner error says what is wrong with the label.
pub fn label(
    ctx: &Ctx,
    organizer: OrganizerId,
    id: SessionId,
    label: &str,
) -> Result<Result<bool, TextProblem>, Error> {
    let label = match parse_line(label, LABEL_MAX_CHARS) {
        Ok(label) => label,
        Err(TextProblem::Empty) => String::new(),
        Err(problem) => return Ok(Err(problem)),
    };
    ctx.store.write(|db| Ok(Ok(rows::label(db, organizer, id, &label)?)))
}

/// Ends one of an organizer's own sessions. `false`: not hers.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn end(ctx: &Ctx, organizer: OrganizerId, id: SessionId) -> Result<bool, Error> {
    ctx.store.write(|db| Ok(rows::revoke(db, organizer, id)?))
}

/// Ends all sessions of an organizer, the one in use too: signed out everywhere.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn end_everywhere(ctx: &Ctx, organizer: OrganizerId) -> Result<(), Error> {
    ctx.store.write(|db| end_all(db, organizer))
}

pub(in crate::actions) fn end_all(db: &mut Db, organizer: OrganizerId) -> Result<(), Error> {
    Ok(rows::revoke_all(db, organizer)?)
}

/// Forgets sessions that ended by not being used, or by their age.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn purge(ctx: &Ctx, now: Timestamp) -> Result<(), Error> {
    let today = now.day();
    ctx.store.write(|db| Ok(rows::remove_ended(db, first_day(today), first_begun(today))?))
}

fn mac(ctx: &Ctx, purpose: &'static str, token: &[u8]) -> Result<[u8; 32], Error> {
    let key = ctx.keys.site_subkey(purpose)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).or(Err(Error::Broken(OwnData::SiteKey)))?;
    mac.update(token);
    Ok(mac.finalize().into_bytes().into())
}
