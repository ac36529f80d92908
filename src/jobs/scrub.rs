//! The nightly scrub: what was deleted leaves free space and the write-ahead log. It gives way at once to whoever uses the
//! database (a dump, say), part by part, and tries again later in the night.

use std::time::Duration;

use crate::{
    actions::{Ctx, Error},
    db::{ScrubBegan, Scrubbed},
    domain::time::Day,
};

/// Hour of the day (UTC) from which it may run.
const FROM_HOUR: i64 = 3;
/// After giving way, and then ever longer.
const SHORTEST_PAUSE: Duration = Duration::from_mins(1);
/// But no longer than this.
const LONGEST_PAUSE: Duration = Duration::from_mins(15);
/// An operator is told when it has given way so often: some three hours.
const TOO_OFTEN: u32 = 15;

/// How far tonight's scrub has come.
#[derive(Debug, Default)]
pub(super) struct Scrubbing {
    night: Option<Day>,
    began: Option<ScrubBegan>,
    /// Parts that are done.
    done: Vec<&'static str>,
    /// Gave way so many times.
    gave_way: u32,
    /// Not again before this uptime.
    pause_until: Duration,
    /// Whether something was destroyed that must leave the disk before the night comes.
    is_wanted: bool,
}

impl Scrubbing {
    /// Something was destroyed by the day that people were told: the scrub begins anew, by day too.
    pub(super) fn want(&mut self) {
        *self = Self { is_wanted: true, ..Self::default() };
    }

    /// Goes on with tonight's scrub, unless it is done. `true`: now it is.
    pub(super) fn go_on(&mut self, ctx: &Ctx, scrubbed: &mut Option<Day>) -> Result<bool, Error> {
        let (now, uptime) = (ctx.now(), ctx.clock.uptime());
        let today = now.day();
        let is_night = now.secs().saturating_sub(today.start().secs()) >= FROM_HOUR.saturating_mul(3_600);
        let is_tonights = is_night && *scrubbed != Some(today);
        if !is_tonights && !self.is_wanted {
            return Ok(false);
        }
        if is_tonights && self.night != Some(today) {
            *self = Self { night: Some(today), is_wanted: self.is_wanted, ..Self::default() };
        }
        if uptime < self.pause_until {
            return Ok(false);
        }
        let began = match &self.began {
            Some(began) => began.clone(),
            None => self.began.insert(ctx.store.begin_scrub()?).clone(),
        };
        let in_use =
            if ctx.store.is_still_seen(&began)? { Some("an old transaction") } else { self.all_parts(ctx)? };
        let Some(part) = in_use else {
            self.is_wanted = false;
            if is_tonights {
                *scrubbed = Some(today);
            }
            return Ok(true);
        };
        self.gave_way = self.gave_way.saturating_add(1);
        let pause = SHORTEST_PAUSE.saturating_mul(self.gave_way).min(LONGEST_PAUSE);
        self.pause_until = uptime.saturating_add(pause);
        if self.gave_way == TOO_OFTEN {
            tracing::warn!(part, "the scrub gives way all the time: something keeps using the database");
        } else {
            tracing::info!(part, ?pause, "the scrub gives way to somebody who uses the database");
        }
        Ok(false)
    }

    /// Scrubs all parts that are not done yet. Says which was in use, if one was.
    fn all_parts(&mut self, ctx: &Ctx) -> Result<Option<&'static str>, Error> {
        let mut in_use = None;
        for part in ctx.store.parts_to_scrub() {
            if self.done.contains(part) {
                continue;
            }
            match ctx.store.scrub(part)? {
                Scrubbed::Done => self.done.push(part),
                Scrubbed::GaveWay => in_use = Some(*part),
            }
        }
        Ok(in_use)
    }
}
