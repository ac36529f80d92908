//! Leases: which process does what only one may do at a time.
//!
//! A holder says every few seconds that it is there, by a number in the lease's row that grows. Another process watches
//! that number: where it stays for [`SILENT_SECS`] by the watcher's own steady clock, the holder is gone, and the lease is
//! taken over by compare-and-swap. No wall clock is compared with another one, so that none that is set wrong stretches a
//! lease. Where nobody else can be at it (SQLite, with the folder locked: [`Leases::be_alone`]), no row is asked.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use super::{Ctx, Error};
use crate::db::leases::{self as rows, Lease};

/// How often a holder says that it is there, and a watcher looks.
pub const BEAT_SECS: u64 = 3;
/// A holder that was not heard of for so long is gone: four times it could have said something.
pub const SILENT_SECS: u64 = 12;

/// Who has a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The one who asked, as before.
    Still,
    /// The one who asked, from now on.
    FromNowOn,
    /// Somebody else.
    Another,
}

/// What this process holds, and has seen of others. One per process.
#[derive(Debug, Default)]
pub struct Leases {
    is_alone: AtomicBool,
    beats: AtomicI64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Lease, holder.
    ours: BTreeMap<String, String>,
    seen: BTreeMap<String, Seen>,
}

#[derive(Debug)]
struct Seen {
    lease: Lease,
    since: Duration,
}

/// What was found in the database.
enum Found {
    Ours(Holder, i64),
    Theirs(Option<Lease>),
}

impl Leases {
    /// From now on no other process can hold a lease: this one has locked the folder that the database lies in.
    pub fn be_alone(&self) {
        self.is_alone.store(true, Ordering::SeqCst);
    }

    /// Whether no other process can hold a lease.
    pub fn is_alone(&self) -> bool {
        self.is_alone.load(Ordering::SeqCst)
    }

    /// Whether `holder` has the lease, as far as this process knows.
    pub fn holds(&self, name: &str, holder: &str) -> bool {
        self.state().ours.get(name).is_some_and(|ours| ours == holder)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Never the same twice in a process, and holders' names are random: a lease that was given back and taken again
    /// does not look like one whose holder fell silent.
    fn next_beat(&self) -> i64 {
        self.beats.fetch_add(1, Ordering::SeqCst).saturating_add(1)
    }

    fn is_silent(&self, name: &str, lease: &Lease, now: Duration) -> bool {
        self.state().seen.get(name).is_some_and(|seen| {
            seen.lease == *lease && now.saturating_sub(seen.since) >= Duration::from_secs(SILENT_SECS)
        })
    }

    /// Notes a lease of somebody's. Says whether its holder was not known.
    fn see(&self, name: &str, lease: Lease, now: Duration) -> bool {
        let mut state = self.state();
        let known = state.seen.get(name);
        let is_new = known.is_none_or(|seen| seen.lease.holder != lease.holder);
        if known.is_none_or(|seen| seen.lease != lease) {
            state.seen.insert(String::from(name), Seen { lease, since: now });
        }
        is_new
    }

    fn take_alone(&self, name: &str, holder: &str) -> Holder {
        let mut state = self.state();
        match state.ours.get(name) {
            Some(other) if other != holder => Holder::Another,
            Some(_) => Holder::Still,
            None => {
                state.ours.insert(String::from(name), String::from(holder));
                Holder::FromNowOn
            }
        }
    }

    fn forget(&self, name: &str, holder: &str) {
        let mut state = self.state();
        if state.ours.get(name).is_some_and(|ours| ours == holder) {
            state.ours.remove(name);
        }
    }
}

/// Takes the lease `name` for `holder`, or says once more that its holder is there.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn take(ctx: &Ctx, name: &str, holder: &str) -> Result<Holder, Error> {
    let leases = &ctx.leases;
    if leases.is_alone() {
        return Ok(leases.take_alone(name, holder));
    }
    let now = ctx.clock.uptime();
    let found = ctx.store.write(|db| {
        let beat = leases.next_beat();
        if rows::renew(db, name, holder, beat)? {
            return Ok(Found::Ours(Holder::Still, beat));
        }
        let lease = rows::find(db, name)?;
        let taken = match &lease {
            None => rows::begin(db, name, holder, beat)?,
            Some(lease) => {
                leases.is_silent(name, lease, now) && rows::take_over(db, name, lease, holder, beat)?
            }
        };
        Ok::<_, Error>(if taken { Found::Ours(Holder::FromNowOn, beat) } else { Found::Theirs(lease) })
    })?;
    match found {
        Found::Ours(who, beat) => {
            if who == Holder::FromNowOn {
                tracing::info!(lease = name, "this process does it from now on; no other was heard of");
            }
            leases.state().ours.insert(String::from(name), String::from(holder));
            leases.see(name, Lease { holder: String::from(holder), beat }, now);
            Ok(who)
        }
        Found::Theirs(lease) => {
            leases.forget(name, holder);
            // After the answer: it may have been long under way, and its holder heard of since.
            if let Some(lease) = lease
                && leases.see(name, lease, ctx.clock.uptime())
            {
                let secs = SILENT_SECS;
                tracing::info!(
                    lease = name,
                    secs,
                    "another process does it, or did; it is waited for so long"
                );
            }
            Ok(Holder::Another)
        }
    }
}

/// Says of every lease of this process that its holder is there.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn renew_all(ctx: &Ctx) -> Result<(), Error> {
    let ours = ctx.leases.state().ours.clone();
    if ours.is_empty() || ctx.leases.is_alone() {
        return Ok(());
    }
    let lost = ctx.store.write(|db| {
        let mut lost = Vec::new();
        for (name, holder) in &ours {
            if !rows::renew(db, name, holder, ctx.leases.next_beat())? {
                lost.push((name.clone(), holder.clone()));
            }
        }
        Ok::<_, Error>(lost)
    })?;
    for (name, holder) in lost {
        tracing::info!(lease = name, "another process has taken over; this one was not heard of");
        ctx.leases.forget(&name, &holder);
    }
    Ok(())
}

/// Gives a lease back, if it is still the holder's: another takes it at once.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn release(ctx: &Ctx, name: &str, holder: &str) -> Result<(), Error> {
    ctx.leases.forget(name, holder);
    if ctx.leases.is_alone() {
        return Ok(());
    }
    ctx.store.write(|db| rows::release(db, name, holder).map_err(Error::from))
}

/// Does something while no other request, and no other process, does it. [`Error::Busy`]: one does.
///
/// # Errors
/// Those of `body`, and [`Error`] when the database is away.
pub fn alone_at<T>(ctx: &Ctx, name: &str, body: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let held = Held { ctx, name, holder: ctx.entropy.uuid().to_string() };
    if take(ctx, name, &held.holder)? == Holder::Another {
        return Err(Error::Busy);
    }
    let done = body();
    if let Err(error) = release(ctx, name, &held.holder) {
        let cause: &dyn std::error::Error = &error;
        tracing::debug!(cause, "a lease stays until nobody has heard of its holder");
    }
    done
}

/// Also where the body panics, nobody says any more that its holder is there.
struct Held<'a> {
    ctx: &'a Ctx,
    name: &'a str,
    holder: String,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.ctx.leases.forget(self.name, &self.holder);
    }
}
