//! `undersigned serve`: the web server with its workers.

use super::{
    database_report,
    failure::Failure,
    folder_lock, instance, logs, prepare,
    server::{self, Parts, Signals},
};
use crate::{actions::moderation::employers, config::Settings, mail::Transport};

/// Serves until told to stop.
pub fn run(settings: &Settings) -> Result<(), Failure> {
    settings.operator()?;
    let signals = Signals::hear()?;
    let listener = server::listen(settings.bind, "BIND")?;
    prepare::private_folder(&settings.data_dir)?;
    let lock = folder_lock::lock(settings)?;
    let ctx = instance::open_alone(settings)?;
    database_report::warn(&ctx.store.server_settings()?);
    let spools = logs::check(&ctx)?;
    logs::may_wait(employers::add_starting_list(&ctx))?;
    let transport = Transport::open(&settings.mail).map_err(Failure::usage)?;
    tracing::info!(listens_on = %settings.bind, people_open = settings.base_url.origin(), "started");
    server::run(settings, Parts { signals, ctx, spools, lock, listener, transport, dev_mail: None })
}
