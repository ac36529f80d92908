//! `undersigned witness`: watches the logs of other instances, and signs of each one history only.

use std::{
    error::Error,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use actix_web::web::Data;
use clap::Args;

use super::{
    failure::{Failure, While},
    logging, output,
    server::{self, HangUp, Orders, Signals},
};
use crate::{
    client::witness::Messenger,
    clock::SystemClock,
    config,
    entropy::SystemEntropy,
    faults,
    locale::Locale,
    log::note::VerifierKey,
    witness::{
        follow::Followed,
        key,
        logs::Logs,
        server::{self as answering, BODY_TIMEOUT, Witness},
    },
};

/// How long between two looks at which logs there are.
const LOOK_EVERY: Duration = Duration::from_hours(1);

/// Whom to watch, and where to keep what was seen.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// Instances (all their public petitions) and petitions whose logs are watched
    #[arg(value_name = "URL", required_unless_present_any = ["print_key", "logs"])]
    urls: Vec<String>,
    /// A log that is watched with this verifier key, whatever key others show for it. Repeatable
    #[arg(long = "log", value_name = "VKEY")]
    logs: Vec<String>,
    /// The folder for the key and for how far each log was seen: lose it, and the witness is lost
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// The witness's name, a host and path of its own without scheme; at the first start alone, since it is part of the key
    #[arg(long)]
    name: Option<String>,
    /// Where it listens. Put a proxy with TLS in front
    #[arg(long, default_value = "127.0.0.1:8090")]
    bind: SocketAddr,
    /// Print the verifier key, for policies and for WITNESSES, and end
    #[arg(long)]
    print_key: bool,
}

/// Witnesses until told to stop.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let words = Locale::english().map_err(Failure::because)?;
    let read = |text: &String| {
        Followed::parse(text).map_err(|mistake| Failure::usage(words.text(mistake.message_id())))
    };
    let followed = arguments.urls.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let pinned = pinned(&arguments.logs)?;
    if !arguments.print_key {
        // Before anything is made on disk.
        if let Some(point) = config::crash_point_of(&config::environment()) {
            faults::arm(point);
        }
        logging::start("info");
    }
    let signals = Signals::hear()?;
    let listener = if arguments.print_key { None } else { Some(server::listen(arguments.bind, "--bind")?) };
    let cosigner = key::open(&arguments.dir, arguments.name.as_deref(), &SystemEntropy);
    let cosigner = cosigner.map_err(Failure::because)?;
    output::line(cosigner.verifier());
    let Some(listener) = listener else { return Ok(()) };
    let logs = Logs::open(&arguments.dir).map_err(Failure::because)?;
    for key in &pinned {
        logs.pin(key).map_err(Failure::because)?;
    }
    let witness = Data::new(Witness { cosigner, logs, clock: Arc::new(SystemClock) });
    let messenger = Messenger::open(&SystemEntropy).map_err(Failure::because)?;
    let (stop, stopped) = mpsc::channel::<()>();
    let looking = thread::Builder::new().name(String::from("logs")).spawn({
        let witness = witness.clone();
        move || {
            loop {
                look(&followed, &messenger, &witness.logs);
                match stopped.recv_timeout(LOOK_EVERY) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        }
    });
    looking.map_err(While::doing("the machine gives no thread"))?;
    tracing::info!(listens_on = %arguments.bind, "started");
    let orders = Orders {
        // It reads no settings.
        hang_up: HangUp::Calls(Box::new(|| {
            tracing::info!("told to read its settings again; a witness has none");
        })),
        leave: Box::new(|| Duration::ZERO),
        stop: Box::new(|| drop(stop)),
    };
    server::until_stopped(signals, || answering::serve(witness, listener, BODY_TIMEOUT), orders)
}

fn pinned(texts: &[String]) -> Result<Vec<VerifierKey>, Failure> {
    let mut keys: Vec<VerifierKey> = Vec::new();
    for text in texts {
        let key = VerifierKey::parse(text).map_err(|_none| {
            Failure::usage(format!("--log {text} is no verifier key of a log: it stands at log/vkey"))
        })?;
        if keys.iter().any(|other| other.origin() == key.origin() && *other != key) {
            let log = key.origin().as_str();
            return Err(Failure::usage(format!(
                "--log gives two keys for {log}: keep the one that is right"
            )));
        }
        keys.push(key);
    }
    Ok(keys)
}

fn look(followed: &[Followed], messenger: &Messenger, logs: &Logs) {
    for one in followed {
        let url = one.keys_url();
        match one.look(messenger, logs) {
            Ok(looked) if looked.unread > 0 => {
                tracing::warn!(url, lines = looked.unread, "a list of logs holds what is no key of a log");
            }
            Ok(looked) => tracing::info!(url, new = looked.new, "looked which logs there are"),
            Err(error) => {
                let cause: &dyn Error = &error;
                tracing::warn!(
                    url,
                    cause,
                    "which logs there are could not be looked up; tried again in an hour"
                );
            }
        }
    }
}
