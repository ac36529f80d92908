//! `undersigned retention`: destroys what ran out now, rather than at the server's next round.

use clap::Args;

use super::{failure::Failure, instance, output};
use crate::{
    config::Settings,
    db::{Scrubbed, issuer, petitions},
    jobs,
};

/// How to go about it.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// Say what would be destroyed and what is kept how long; change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Purges, or says what is kept how long.
pub fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let ctx = instance::open(settings)?;
    if arguments.dry_run {
        let now = ctx.now();
        let expired = ctx.keys.expired(now).map_err(Failure::because)?;
        let closing = ctx.store.read(|db| petitions::due_to_close(db, now))?.len();
        output::line(format_args!(
            "Keys that would be destroyed: {}.",
            expired.hours.saturating_add(expired.days)
        ));
        output::line(format_args!("Petitions that would be closed: {closing}."));
        let mut tags = 0_u64;
        let ending = jobs::issuing_due_to_end(&ctx).map_err(Failure::because)?;
        for petition in &ending {
            tags = tags.saturating_add(ctx.store.read(|db| issuer::participations(db, *petition))?);
        }
        output::line(format_args!(
            "Petitions whose issuing keys would be destroyed: {}, with {tags} participation tags.\n\n{KEPT}",
            ending.len()
        ));
        return Ok(());
    }
    let purged = jobs::purge(&ctx).map_err(Failure::because)?;
    let closed = jobs::close_petitions(&ctx).map_err(Failure::because)?;
    let issuing = jobs::end_issuing(&ctx).map_err(Failure::because)?;
    let sealing = jobs::advance(&ctx).map_err(Failure::because)?;
    let began = ctx.store.begin_scrub()?;
    let mut in_use = Vec::new();
    if ctx.store.is_still_seen(&began)? {
        in_use.push("an old transaction");
    }
    for part in ctx.store.parts_to_scrub() {
        if ctx.store.scrub(part)? == Scrubbed::GaveWay {
            in_use.push(*part);
        }
    }
    output::line(format_args!(
        "Keys destroyed: {}. Rows that only they could open: {}.",
        purged.keys, purged.rows
    ));
    output::line(format_args!(
        "Petitions whose issuing keys were destroyed: {}, with {} participation tags.",
        issuing.petitions, issuing.tags
    ));
    output::line(format_args!(
        "Sealed names deleted, since they were not opened in time: {}.",
        sealing.deleted
    ));
    output::line(format_args!("Petitions closed: {closed}."));
    if in_use.is_empty() {
        output::line("What was deleted is out of the database's free pages.");
    } else {
        // Whoever reads this may want to know what a dump, or another program, holds.
        output::line(format_args!(
            "Not all of it is out of the database's free pages yet, since somebody uses it: {}. The server tries again at night; or \
             type this again later.",
            in_use.join(", ")
        ));
    }
    Ok(())
}

/// True of `keys::ephemeral`, `jobs` and the protocol's section 8.
const KEPT: &str = "\
Codes, and mail that waits    at most 49 hours: then the key that encrypts them is destroyed
Limits per address            one day: then their key is destroyed
Participation tags, hashes    until one day after the last code could be asked for: then they are deleted
of invitations, and the       and the keys destroyed
keys that can test them
Names sealed to a trustee      until they are opened, or 30 days after casting ended: then they are deleted
A withdrawn name              gone at once, out of free pages and the write-ahead log at night
Sessions of organizers        30 days after their last use
Everything in backups         as long as you keep them: at most 7 days, please";
