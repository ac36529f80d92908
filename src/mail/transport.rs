//! How mails are handed over: to a mail server, into a folder, into memory.
//!
//! A mail server's own words are thrown away here, since they often quote the address: only the three-digit
//! code goes on.

use std::{
    fmt,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};

use super::{MemoryMailbox, Rendered};
use crate::config::{Encryption, MailSettings, MailTarget, SmtpServer};

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// How long handing one mail over may take in all: lettre bounds the connecting alone. Long enough for a server
/// that looks for viruses before it answers, since giving up after it has accepted sends the mail twice.
const PATIENCE: Duration = Duration::from_secs(80);
/// The name given in EHLO: a fixed one, since the machine's own would say where the server stands.
const EHLO_NAME: &str = "undersigned.invalid";

/// Where mails go.
pub enum Transport {
    /// To a mail server.
    Smtp(AsyncSmtpTransport<Tokio1Executor>, Duration),
    /// Into a folder, one `.eml` file each.
    File(PathBuf),
    /// Into memory.
    Memory(MemoryMailbox),
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smtp(..) => "Transport::Smtp(…)",
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

/// A mail was not accepted. Neither the address nor the server's words are in here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Trying again later may help.
    #[error("the mail was not accepted for now: {0}")]
    Transient(Reason),
    /// The server will not take this mail.
    #[error("the mail was refused: {0}")]
    Permanent(Reason),
}

/// Why a mail was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The server answered with this code.
    Answer(u16),
    /// The server took too long.
    Timeout,
    /// TLS failed: a certificate that is not trusted, say.
    Tls,
    /// The server could not be reached, broke off, or lacks what is needed (STARTTLS, a way to sign in).
    Connection,
    /// The file could not be written.
    File,
    /// The mail could not be written.
    Content,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(code) => write!(f, "the server answered {code}"),
            Self::Timeout => f.write_str("the server took too long"),
            Self::Tls => f.write_str("no trusted encrypted connection"),
            Self::Connection => f.write_str("the server cannot be reached, or lacks what is needed"),
            Self::File => f.write_str("the file cannot be written"),
            Self::Content => f.write_str("the mail cannot be written"),
        }
    }
}

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
            MailTarget::Folder(folder) => {
                make_private_folder(folder).map_err(SetupError::Folder)?;
                Ok(Self::File(folder.clone()))
            }
            MailTarget::Smtp(server) => {
                let transport = smtp(server, settings.ca_file.as_deref())?;
                Ok(Self::Smtp(transport, patience))
            }
        }
    }

    /// Hands `mail` over. `Ok` means that whoever took it answers for it now.
    ///
    /// # Errors
    ///
    /// [`SendError`], which says whether to try again.
    pub async fn send(&self, mail: &Rendered) -> Result<(), SendError> {
        match self {
            Self::Memory(mailbox) => mailbox.deliver(mail),
            Self::File(folder) => write_file(folder, mail).or(Err(SendError::Transient(Reason::File))),
            Self::Smtp(transport, patience) => {
                let raw = mail.mime.formatted();
                let sending = transport.send_raw(mail.mime.envelope(), &raw);
                match tokio::time::timeout(*patience, sending).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => Err(judge(&error)),
                    Err(_) => Err(SendError::Transient(Reason::Timeout)),
                }
            }
        }
    }
}

fn smtp(
    server: &SmtpServer,
    ca_file: Option<&Path>,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, SetupError> {
    let tls = match server.encryption {
        Encryption::Implicit => Tls::Wrapper(tls_parameters(&server.host, ca_file)?),
        Encryption::StartTls => Tls::Required(tls_parameters(&server.host, ca_file)?),
        // The settings allow this for this machine, or where the operator said so and there is no password.
        Encryption::None => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.clone())
        .port(server.port)
        .tls(tls)
        .timeout(Some(CONNECT_TIMEOUT))
        .hello_name(ClientId::Domain(EHLO_NAME.to_owned()));
    if let Some(login) = &server.login {
        let (user, password) = (login.user.expose().to_owned(), login.password.expose().to_owned());
        builder = builder.credentials(Credentials::new(user, password));
    }
    Ok(builder.build())
}

fn tls_parameters(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, SetupError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca_file {
        let pem = std::fs::read(path).or(Err(SetupError::CaFile))?;
        // A file without any certificate parses as an empty list.
        if !pem.windows(CERTIFICATE.len()).any(|window| window == CERTIFICATE) {
            return Err(SetupError::CaFile);
        }
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).or(Err(SetupError::CaFile))?);
    }
    builder.build().or(Err(SetupError::Host))
}

const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// What an error means for the mail. A 5xx about the mail is final; a 5xx about us (the login, the protocol, a
/// relay that does not know us yet) is the operator's to mend, and the mail waits for that.
fn judge(error: &lettre::transport::smtp::Error) -> SendError {
    if let Some(status) = error.status() {
        let code = u16::from(status);
        return match code {
            550..=559 => SendError::Permanent(Reason::Answer(code)),
            _ => SendError::Transient(Reason::Answer(code)),
        };
    }
    let reason = if error.is_timeout() {
        Reason::Timeout
    } else if error.is_tls() {
        Reason::Tls
    } else {
        Reason::Connection
    };
    SendError::Transient(reason)
}

fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn write_file(folder: &Path, mail: &Rendered) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let id = mail.mime.headers().get_raw("Message-ID").unwrap_or_default();
    let name: String =
        id.split('@').next().unwrap_or_default().chars().filter(char::is_ascii_hexdigit).collect();
    // Written under another name first: whoever watches the folder never sees half a mail.
    let unfinished = folder.join(format!(".{name}.part"));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    let written = file.write_all(&mail.mime.formatted()).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // The full disk is the news, not that the rest could not be swept up.
        std::fs::remove_file(&unfinished).unwrap_or_default();
        return Err(error);
    }
    std::fs::rename(&unfinished, folder.join(format!("{name}.eml")))
}
