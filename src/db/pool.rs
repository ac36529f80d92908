//! The connections of a process: so many at most, each lent to one caller at a time, made when one is needed.
//!
//! A pool of our own rather than a library's: where no connection can be made, callers hear the reason at once, one
//! attempt at a time is made for all of them, and the first that succeeds ends the outage for everybody. Attempts run
//! in a thread of their own, so that no caller waits for a name server or a handshake longer than [`Bounds::connection`].

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use super::{
    Bounds, Cause, DatabaseUrl, Db, Error,
    connection::{Access, Connected},
    watch::{self, Call, Calls},
};
use crate::clock::{Clock, SystemClock};

/// A connection, and what is watched of it.
struct Connection {
    db: Db,
    access: Access,
    /// PostgreSQL only.
    call: Option<Arc<Call>>,
    /// Whether it was lent before: then it may have died unnoticed.
    was_lent: bool,
}

/// Connections to one database. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pool(Arc<Shared>);

struct Shared {
    url: DatabaseUrl,
    max: u32,
    bounds: Bounds,
    calls: Option<Calls>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    /// Lent, idle, or being made.
    open: u32,
    /// An attempt is under way.
    is_connecting: bool,
    /// How many attempts have ended.
    attempts: u64,
    /// Why the newest attempt failed, or why all connections were given up. `None` once one was made.
    down: Option<Error>,
    /// Grows when all connections made so far are given up.
    generation: u64,
    /// How many that can only read are open. While there are any, nothing is written: they look at no lock.
    reading: u32,
    /// Whether the newest connection can only read.
    is_full: bool,
}

impl Pool {
    /// A pool of at most `max` connections. Nothing is connected yet.
    pub(super) fn new(url: DatabaseUrl, max: u32, bounds: Bounds) -> Self {
        let calls = matches!(url, DatabaseUrl::Postgres(_)).then(Calls::default);
        let (state, changed) = (Mutex::default(), Condvar::new());
        let pool = Self(Arc::new(Shared { url, max, bounds, calls, state, changed }));
        if let (Some(calls), DatabaseUrl::Postgres(url)) = (&pool.0.calls, &pool.0.url) {
            let weak = Arc::downgrade(&pool.0);
            watch::start(calls.clone(), url, bounds, move |silent| match (weak.upgrade(), silent) {
                (Some(shared), Some(silent)) => {
                    Self(shared).give_all_up(Some(silent));
                    true
                }
                (shared, _) => shared.is_some(),
            });
        }
        pool
    }

    /// Which database this is.
    pub(super) fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lends a connection.
    ///
    /// # Errors
    /// Why none can be made, or that all are in use.
    pub(super) fn get(&self) -> Result<Lent, Error> {
        let began = SystemClock.uptime();
        let mut state = self.state();
        let (attempts, mut is_mine) = (state.attempts, false);
        loop {
            if let Some(connection) = state.idle.pop() {
                let generation = state.generation;
                return Ok(Lent { connection: Some(connection), generation, pool: self.clone() });
            }
            let has_failed = state.down.is_some() && state.attempts != attempts;
            let is_tried_by_others = state.is_connecting && !is_mine;
            let in_use = state.open.saturating_sub(u32::from(state.is_connecting));
            if let Some(down) = &state.down
                && (has_failed || is_tried_by_others)
                && in_use == 0
            {
                return Err(down.clone());
            }
            if !state.is_connecting && !has_failed && state.open < self.0.max {
                self.begin_to_connect(&mut state)?;
                is_mine = true;
            }
            let left = self.0.bounds.connection.saturating_sub(SystemClock.uptime().saturating_sub(began));
            if left.is_zero() {
                return Err(state.down.clone().unwrap_or_else(|| self.in_vain(&state)));
            }
            state = self.0.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn in_vain(&self, state: &State) -> Error {
        Error::Unavailable(if state.is_connecting {
            Cause::Connect(String::from("no answer yet from the database server, or from the name server"))
        } else {
            Cause::Pool { connections: self.0.max }
        })
    }

    fn begin_to_connect(&self, state: &mut State) -> Result<(), Error> {
        let pool = self.clone();
        let thread = thread::Builder::new().name(String::from("connect")).spawn(move || pool.connect());
        if thread.is_err() {
            let why = String::from("the machine gives no thread");
            return Err(Error::Unavailable(Cause::Connect(why)));
        }
        state.is_connecting = true;
        state.open = state.open.saturating_add(1);
        Ok(())
    }

    fn connect(&self) {
        let access = if self.state().reading > 0 { Access::ReadOnly } else { Access::Full };
        let made = catch_unwind(AssertUnwindSafe(|| Db::connect(&self.0.url, self.0.calls.as_ref(), access)));
        let made = made.unwrap_or_else(|_said_on_standard_error| {
            Err(Error::Unavailable(Cause::Connect(String::from("connecting ended in a panic"))))
        });
        let mut state = self.state();
        state.is_connecting = false;
        state.attempts = state.attempts.saturating_add(1);
        match made {
            Ok(Connected { db, access, call }) => {
                state.down = None;
                state.note(access);
                state.idle.push(Connection { db, access, call, was_lent: false });
            }
            Err(error) => {
                state.open = state.open.saturating_sub(1);
                state.down = Some(error);
            }
        }
        drop(state);
        self.0.changed.notify_all();
    }

    /// Gives up all connections made so far; those in use, when they come back. `down`: why no new one is to be hoped
    /// for.
    pub(super) fn give_all_up(&self, down: Option<Error>) {
        let dead = {
            let mut state = self.state();
            state.generation = state.generation.saturating_add(1);
            let dead = std::mem::take(&mut state.idle);
            for connection in &dead {
                state.gone(connection.access);
            }
            if down.is_some() {
                state.down = down;
            }
            dead
        };
        self.0.changed.notify_all();
        // Not under the lock: taking leave of a server may take a moment.
        drop(dead);
    }

    /// Whether the newest attempt failed.
    pub(super) fn is_down(&self) -> bool {
        self.state().down.is_some()
    }

    fn take_back(&self, mut connection: Connection, generation: u64) {
        if let Some(call) = &connection.call {
            call.is_over();
        }
        connection.was_lent = true;
        // One that can only read is used once: the next attempt may find that there is room again.
        let is_whole = connection.access == Access::Full && !connection.db.is_broken();
        let mut state = self.state();
        let dead = if is_whole && generation == state.generation {
            state.idle.push(connection);
            None
        } else {
            state.gone(connection.access);
            Some(connection)
        };
        drop(state);
        self.0.changed.notify_all();
        drop(dead);
    }
}

impl State {
    /// A connection is open no longer.
    fn gone(&mut self, access: Access) {
        self.open = self.open.saturating_sub(1);
        if access == Access::ReadOnly {
            self.reading = self.reading.saturating_sub(1);
        }
    }

    /// Notes what the newest connection can do.
    fn note(&mut self, access: Access) {
        match access {
            Access::ReadOnly => {
                self.reading = self.reading.saturating_add(1);
                if !self.is_full {
                    tracing::error!("the database can only be read: its disk is full, or takes no writes");
                }
                self.is_full = true;
            }
            Access::Full => {
                if self.is_full {
                    tracing::info!("the database can be written again");
                }
                self.is_full = false;
            }
        }
    }
}

/// A connection that is lent. It goes back to the pool by itself, unless it is broken.
pub(super) struct Lent {
    /// Taken at its end alone.
    connection: Option<Connection>,
    generation: u64,
    pool: Pool,
}

impl Lent {
    /// The connection.
    ///
    /// # Errors
    /// None: it is there until it goes back.
    pub(super) fn db(&mut self) -> Result<&mut Db, Error> {
        let connection = self.connection.as_mut();
        Ok(&mut connection.ok_or(Error::Broken(Cause::Diesel("the connection went back")))?.db)
    }

    /// Whether it died while it lay idle, so that the same is to be tried with another one.
    pub(super) fn died_idle(&mut self) -> bool {
        self.connection.as_mut().is_some_and(|connection| connection.was_lent && connection.db.is_broken())
    }

    /// From now on calls may take as long as they take, while the server answers others.
    pub(super) fn be_patient(&self) {
        if let Some(call) = self.connection.as_ref().and_then(|connection| connection.call.as_ref()) {
            call.be_patient();
        }
    }
}

impl Lent {
    /// Undoes what was set for this loan alone. Where that fails, the connection is not lent again.
    ///
    /// # Errors
    /// [`Error`] when the database is away.
    pub(super) fn set_up_again(&mut self) -> Result<(), Error> {
        let done = self.db()?.set_up();
        if done.is_err() {
            // It counts as one of those that were given up.
            self.generation = u64::MAX;
        }
        done
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.take_back(connection, self.generation);
        }
    }
}
