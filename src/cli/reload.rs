//! SIGHUP: what can be read again without a restart is. Where something is wrong with it, all stays as it is, and the log
//! says what.

use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use super::logging;
use crate::{
    config::{self, MailSettings, Settings},
    mail::{MailWorker, Transport},
    web::site::operator_pages::{self, ShownPages},
};

/// Starts a mail worker for these settings.
pub type StartMail =
    dyn Fn(&MailSettings, Transport) -> Result<MailWorker, Box<dyn Error + Send + Sync>> + Send + Sync;

/// The mail worker: another one takes its place when the mail server's address or password changes.
pub struct MailService {
    worker: Mutex<Option<MailWorker>>,
    start: Box<StartMail>,
}

impl MailService {
    /// With the worker that runs, and the way to start another.
    pub fn new(worker: MailWorker, start: Box<StartMail>) -> Self {
        Self { worker: Mutex::new(Some(worker)), start }
    }

    /// Tells the worker to stop, and returns at once.
    pub fn begin_to_stop(&self) {
        if let Some(worker) = &*self.worker.lock().unwrap_or_else(PoisonError::into_inner) {
            worker.begin_to_stop();
        }
    }

    /// Waits until the worker has stopped.
    pub fn stop(&self) {
        drop(self.worker.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    fn restart(&self, settings: &MailSettings) -> Result<(), Box<dyn Error + Send + Sync>> {
        let transport = Transport::open(settings)?;
        let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        // `None`: the server is stopping.
        if worker.is_some() {
            // Its last conversations end first: two would send what waits twice.
            drop(worker.take());
            *worker = Some((self.start)(settings, transport)?);
        }
        Ok(())
    }
}

/// What SIGHUP reads again.
pub struct Reloader {
    mail_settings: Mutex<MailSettings>,
    pages: ShownPages,
    mail: Arc<MailService>,
}

impl Reloader {
    /// For a server that runs with these settings.
    pub fn new(settings: &Settings, pages: ShownPages, mail: Arc<MailService>) -> Self {
        Self { mail_settings: Mutex::new(settings.mail.clone()), pages, mail }
    }

    /// Reads everything again, in a thread of its own: changing the mail server waits for conversations.
    pub fn begin(self: &Arc<Self>) {
        let reloader = Arc::clone(self);
        let begun = thread::Builder::new().name(String::from("reload")).spawn(move || reloader.reload());
        if begun.is_err() {
            tracing::warn!("the settings cannot be read again: the machine gives no thread");
        }
    }

    fn reload(&self) {
        // One after the other.
        let mut before = self.mail_settings.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = match Settings::parse(&config::environment()) {
            Ok(settings) => settings,
            Err(mistakes) => {
                for mistake in &mistakes {
                    tracing::warn!(%mistake, "the settings stay as they are");
                }
                return;
            }
        };
        logging::set_filter(&settings.log);
        match settings.pages_dir.as_deref().map_or_else(|| Ok(Vec::new()), operator_pages::load) {
            Ok(pages) => self.pages.show(pages),
            Err(error) => {
                let cause: &dyn Error = &error;
                tracing::warn!(cause, "the pages stay as they are");
            }
        }
        // The authority's file may have changed under the same name.
        if *before != settings.mail || settings.mail.ca_file.is_some() {
            match self.mail.restart(&settings.mail) {
                Ok(()) => *before = settings.mail,
                Err(error) => {
                    let cause: &dyn Error = error.as_ref();
                    tracing::warn!(cause, "mail goes on as before");
                }
            }
        }
        tracing::info!("log, pages and mail server were read again; other settings take a restart");
    }
}
