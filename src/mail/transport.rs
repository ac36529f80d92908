//! How mails are handed over: to a mail server, into a folder, into memory.

use std::{fmt, path::PathBuf, time::Duration};

use super::{MemoryMailbox, Rendered, folder, smtp};
use crate::{
    config::{MailSettings, MailTarget},
    domain::sending::{Answer, SendFailure},
};

/// How long handing one mail over may take in all. Long enough for a server that looks for viruses before it answers, since
/// giving up after it has accepted sends the mail twice.
const PATIENCE: Duration = Duration::from_secs(80);
/// How long looking after the mail server may take.
const PROBE_PATIENCE: Duration = Duration::from_secs(40);

/// Where mails go.
pub enum Transport {
    /// To a mail server.
    Smtp(Smtp),
    /// Into a folder, one `.eml` file each.
    File(PathBuf),
    /// Into memory.
    Memory(MemoryMailbox),
}

/// A mail server.
pub struct Smtp(Box<smtp::Client>);

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smtp(_) => "Transport::Smtp(…)",
            Self::File(_) => "Transport::File(…)",
            Self::Memory(_) => "Transport::Memory(…)",
        })
    }
}

/// The transport cannot be set up from the settings.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The certificate file is no good.
    #[error("SMTP_CA_FILE is not a readable file of PEM certificates")]
    CaFile,
    /// The host's name cannot stand in a certificate.
    #[error("SMTP_URL names a host that no certificate can be checked for")]
    Host,
    /// The folder for mails cannot be made.
    #[error("the folder that SMTP_URL names cannot be made")]
    Folder(#[source] std::io::Error),
}

/// A step of handing a mail over that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The host's name was found.
    Found {
        /// How many addresses it has.
        addresses: usize,
    },
    /// The server takes connections.
    Connected,
    /// The connection is encrypted; the certificate is trusted and names the host.
    Encrypted {
        /// `TLS 1.3`
        version: &'static str,
    },
    /// The server has said its first line.
    Greeted,
    /// It takes our name.
    EhloAccepted,
    /// It agrees to encrypt.
    StartTlsAccepted,
    /// It takes user name and password.
    SignedIn,
    /// It takes the sender.
    SenderAccepted,
    /// It takes the recipient.
    RecipientAccepted,
    /// It answers for the mail from now on.
    MailAccepted(Answer),
    /// The mail was written into this file.
    Written(PathBuf),
}

/// Told of each step that is done.
pub type Observer<'a> = &'a mut (dyn FnMut(Step) + Send);

impl Transport {
    /// The transport that `settings` ask for.
    ///
    /// # Errors
    ///
    /// [`SetupError`] if the certificate file, the host's name or the folder is no good.
    pub fn open(settings: &MailSettings) -> Result<Self, SetupError> {
        Self::open_with(settings, PATIENCE)
    }

    /// The transport that `settings` ask for, giving up on a mail after `patience`.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_with(settings: &MailSettings, patience: Duration) -> Result<Self, SetupError> {
        match &settings.target {
            MailTarget::Folder(path) => {
                folder::make(path).map_err(SetupError::Folder)?;
                Ok(Self::File(path.clone()))
            }
            MailTarget::Smtp(server) => {
                let client = smtp::Client::new(settings, server, patience)?;
                Ok(Self::Smtp(Smtp(Box::new(client))))
            }
        }
    }

    /// Hands `mail` over. `Ok` means that whoever took it answers for it now.
    ///
    /// # Errors
    ///
    /// [`SendFailure`], which says at whom it is aimed.
    pub async fn send(&self, mail: &Rendered) -> Result<(), SendFailure> {
        self.send_observed(mail, &mut |_| ()).await
    }

    /// Hands `mail` over, telling of each step.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_observed(&self, mail: &Rendered, observer: Observer<'_>) -> Result<(), SendFailure> {
        match self {
            Self::Memory(mailbox) => mailbox.deliver(mail),
            Self::File(path) => {
                let written = folder::write(path, mail)?;
                observer(Step::Written(written));
                Ok(())
            }
            Self::Smtp(Smtp(client)) => {
                client.send(mail.to.expose(), &mail.mime.formatted(), observer).await.map(drop)
            }
        }
    }

    /// Looks whether a mail would be taken now, without sending any: nothing in it comes from a person's request, so
    /// what it finds may be told at once.
    ///
    /// # Errors
    ///
    /// [`SendFailure`], if none would be.
    pub async fn probe(&self) -> Result<(), SendFailure> {
        match self {
            Self::Memory(mailbox) => mailbox.probe(),
            Self::File(path) => folder::probe(path),
            Self::Smtp(Smtp(client)) => client.probe(PROBE_PATIENCE).await,
        }
    }
}
