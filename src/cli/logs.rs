//! Before serving: every public log is complete and continues what it has published. And `undersigned log resume`,
//! for an operator whose newest backup is older than that.

use clap::Subcommand;

use super::{failure::Failure, folder_lock, instance, output, prepare, spool_clock::SpoolsAtStart};
use crate::{
    actions::{
        Ctx, Error,
        collector::{self, Resumed},
    },
    config::Settings,
    db::petitions,
    domain::ids::PetitionId,
};

/// What can be done with a public log.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Log {
    /// Go on with a log from an older backup although more of it was published; the log itself will say so
    Resume {
        /// The petition: what follows /p/ in its address
        slug: String,
        /// Why, in a sentence that everyone can read in the log
        #[arg(long, value_name = "REASON")]
        because: String,
    },
}

/// Runs `undersigned log …`.
pub fn run(settings: &Settings, log: &Log) -> Result<(), Failure> {
    let Log::Resume { slug, because } = log;
    prepare::private_folder(&settings.data_dir)?;
    // A server that runs has marks of its own in mind.
    let _lock = folder_lock::lock(settings)?;
    let ctx = instance::open_alone(settings)?;
    let found = ctx.store.read(|db| petitions::by_slug(db, slug))?;
    let petition = found.ok_or_else(|| Failure::usage(format!("there is no petition at /p/{slug}")))?;
    if because.trim().is_empty() {
        return Err(Failure::usage("readers must be told why: --because \"…\""));
    }
    match collector::resume(&ctx, petition.id, because.trim()).map_err(Failure::because)? {
        Resumed::Done => {
            output::line(format_args!("The log of {slug} goes on from here, and its newest entry says why."));
        }
        Resumed::NotForked => {
            output::line(format_args!("Nothing to decide: the log of {slug} holds all that was published."));
        }
    }
    Ok(())
}

/// Refuses to serve logs that are not the ones that were published; completes those that are older than this
/// version; makes the keys that are needed from now on, so that those that a crash left are destroyed before anybody is served;
/// forgets what waited under keys that are gone.
pub fn check(ctx: &Ctx) -> Result<SpoolsAtStart, Failure> {
    let forked = collector::forked(ctx).map_err(Failure::because)?;
    if !forked.is_empty() {
        return Err(refusal(ctx, &forked).map_err(Failure::because)?);
    }
    may_wait(collector::complete_old_logs(ctx))?;
    Ok(match may_wait(collector::begin_spools(ctx))? {
        Written::Done => SpoolsAtStart::Ready,
        Written::NotNow => SpoolsAtStart::NotReady,
    })
}

/// Whether what is written at a start was written.
pub enum Written {
    /// It was.
    Done,
    /// The disk takes nothing.
    NotNow,
}

/// What is written at a start must not keep a full disk from being read.
pub fn may_wait(done: Result<(), Error>) -> Result<Written, Failure> {
    match done {
        Ok(()) => Ok(Written::Done),
        Err(error) if is_disk_full(&error) => {
            let cause: &dyn std::error::Error = &error;
            tracing::error!(
                cause,
                "the disk takes no writes: pages are served, nobody can sign; start again when it does"
            );
            Ok(Written::NotNow)
        }
        Err(error) => Err(Failure::because(error)),
    }
}

fn is_disk_full(error: &Error) -> bool {
    match error {
        Error::Away(_) => true,
        Error::Keys(error) => error.is_disk_full(),
        _ => false,
    }
}

fn refusal(ctx: &Ctx, forked: &[PetitionId]) -> Result<Failure, Error> {
    let mut text = String::from(
        "the database is older than what was published from it. Restore a newer backup. The public logs of these \
         petitions would get a second history:",
    );
    for id in forked {
        let line = match ctx.store.read(|db| petitions::find(db, *id).map_err(Error::from))? {
            Some(petition) => format!(
                "\n  {slug}: if there is no newer backup, type `undersigned log resume {slug} --because \"…\"`",
                slug = petition.slug
            ),
            None => format!(
                "\n  {id}, which is not in this database: to give it up, move its files out of the secrets folder"
            ),
        };
        text.push_str(&line);
    }
    Ok(Failure::because(text))
}
