//! An instance ready to act: database, keys, time, chance, rules.

use std::sync::Arc;

use super::{
    failure::{Failure, While},
    prepare,
};
use crate::{
    actions::{Ctx, Rules, collector},
    clock::SystemClock,
    config::Settings,
    db::{self, Store, organizers, petitions},
    entropy::{Entropy, SystemEntropy},
    keys::{FirstStart, Secrets},
};

/// Opens the instance that `settings` describe, bringing its database up to date. Refuses to go on without a key
/// that must be there: nothing is ever made anew.
pub fn open(settings: &Settings) -> Result<Ctx, Failure> {
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
    Ok(Ctx { store, keys, clock, entropy, rules, release_of: None })
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
