//! An instance ready to act: database, keys, time, chance, rules.

use std::sync::Arc;

use super::{
    failure::{Failure, While},
    folder_lock, prepare,
};
use crate::{
    actions::{Ctx, Rules, collector, leases::Leases},
    clock::SystemClock,
    config::Settings,
    db::{self, Schema, Store, organizers, petitions},
    entropy::{Entropy, SystemEntropy},
    keys::{FirstStart, Secrets},
};

/// Opens the instance that `settings` describe for a command that may run beside a server. Where the database must be
/// brought up to date first, no server may be at work: it would go on with tables that it does not know.
pub fn open(settings: &Settings) -> Result<Ctx, Failure> {
    let store = prepare::store(settings)?;
    // Held no longer than the database is brought up to date.
    let _lock = if store.schema()? == Schema::Current { None } else { folder_lock::lock(settings)? };
    open_alone(settings)
}

/// Opens the instance for whoever has the folder's lock, where the database has one ([`folder_lock::lock`]). Brings the
/// database up to date. Refuses to go on without a key that must be there: nothing is ever made anew.
pub fn open_alone(settings: &Settings) -> Result<Ctx, Failure> {
    let store = prepare::store(settings)?;
    store.migrate()?;
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let keys = secrets(settings, &store, entropy.as_ref())?;
    let rules = Rules {
        base_url: settings.base_url.origin().to_owned(),
        batch_min: settings.batch_min,
        schedule: collector::Schedule {
            quiet_secs: settings.batch_every_secs,
            busy_secs: settings.batch_every_busy_secs,
        },
        witnesses: settings.witnesses.clone(),
        min_cell: settings.min_cell,
        review_required: settings.review_required,
        mailed_links: settings.mail.mailed_links,
    };
    let (keys, clock) = (Arc::new(keys), Arc::new(SystemClock));
    let leases = Arc::new(Leases::default());
    Ok(Ctx { store, keys, clock, entropy, leases, rules, release_of: None })
}

fn secrets(settings: &Settings, store: &Store, entropy: &dyn Entropy) -> Result<Secrets, Failure> {
    let (accounts, started) = store.read(|db| {
        // A petition always has an owner, so without accounts there is none either.
        Ok::<_, db::Error>((organizers::any(db)?, petitions::started(db)?))
    })?;
    let first_start = if accounts { FirstStart::No } else { FirstStart::Yes };
    let unusable = || format!("the secrets folder {} cannot be used", settings.secrets_dir.display());
    let keys =
        Secrets::open(&settings.secrets_dir, first_start, entropy).map_err(While::doing(unusable()))?;
    keys.check_petitions(&started).map_err(While::doing(unusable()))?;
    Ok(keys)
}
