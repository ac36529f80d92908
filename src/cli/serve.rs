//! `undersigned serve`: the web server with its workers.

use super::{
    failure::Failure,
    instance, logs,
    server::{self, Parts},
};
use crate::{actions::employers, config::Settings, mail::Transport};

/// Serves until told to stop.
pub fn run(settings: &Settings) -> Result<(), Failure> {
    let listener = server::listen(settings.bind)?;
    let ctx = instance::open(settings)?;
    logs::check(&ctx)?;
    employers::add_starting_list(&ctx).map_err(Failure::because)?;
    let transport = Transport::open(&settings.mail).map_err(Failure::usage)?;
    tracing::info!(listens_on = %settings.bind, people_open = settings.base_url.origin(), "started");
    server::run(settings, Parts { ctx, listener, transport, dev_mail: None })
}
