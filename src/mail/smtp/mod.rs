//! Handing mails to a mail server: [`Client`] knows the server and how to speak with it, [`conversation`] speaks. lettre's own
//! transport is not used: it tells neither which command was refused nor what is wrong with a certificate.

mod conversation;
mod reply;
mod tls;

use std::{path::Path, time::Duration};

use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};

use self::{
    conversation::{Conversation, Place},
    tls::{Tls, named},
};
use super::{Observer, SetupError, Step};
use crate::{
    config::{Encryption, Login, MailSettings, SmtpServer},
    domain::sending::{Answer, Phase, SendFailure},
};

/// How long connecting to one address may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// How long taking leave may take: the mail is in other hands already.
const LEAVE_TIMEOUT: Duration = Duration::from_secs(2);

enum Security {
    /// The settings allow this for this machine, or where the operator said so and there is no password.
    None,
    Implicit(Tls),
    StartTls(Tls),
}

/// A mail server and how to speak with it.
pub(super) struct Client {
    host: String,
    port: u16,
    security: Security,
    login: Option<Login>,
    helo: String,
    sender: String,
    /// How long one mail may take in all.
    patience: Duration,
}

impl Client {
    pub(super) fn new(
        settings: &MailSettings,
        server: &SmtpServer,
        patience: Duration,
    ) -> Result<Self, SetupError> {
        let ca_file: Option<&Path> = settings.ca_file.as_deref();
        let security = match server.encryption {
            Encryption::Implicit => Security::Implicit(Tls::new(&server.host, ca_file)?),
            Encryption::StartTls => Security::StartTls(Tls::new(&server.host, ca_file)?),
            Encryption::None => Security::None,
        };
        Ok(Self {
            host: server.host.clone(),
            port: server.port,
            security,
            login: server.login.clone(),
            helo: settings.helo.as_str().to_owned(),
            sender: settings.from.address.clone(),
            patience,
        })
    }

    /// Hands `mail` to the server for `recipient`.
    pub(super) async fn send(
        &self,
        recipient: &str,
        mail: &[u8],
        observer: Observer<'_>,
    ) -> Result<Answer, SendFailure> {
        let place = Place::start();
        let talk = async {
            let mut conversation = self.open(&place, observer).await?;
            let result = self.deliver(&mut conversation, recipient, mail, observer).await;
            Ok((conversation, result))
        };
        within(self.patience, &place, talk).await
    }

    /// Looks whether the server would take a mail from here: everything up to the sender, and no recipient.
    pub(super) async fn probe(&self, patience: Duration) -> Result<(), SendFailure> {
        let place = Place::start();
        let talk = async {
            let mut conversation = self.open(&place, &mut |_| ()).await?;
            let result = conversation.mail_from(&self.sender).await;
            Ok((conversation, result))
        };
        within(patience, &place, talk).await
    }

    /// Everything before the first mail.
    async fn open<'a>(
        &self,
        place: &'a Place,
        observer: Observer<'_>,
    ) -> Result<Conversation<'a>, SendFailure> {
        let stream = self.connect(place, observer).await?;
        let mut conversation = Conversation::over(stream, place);
        match self.introduce(&mut conversation, observer).await {
            Ok(()) => Ok(conversation),
            Err(failure) => {
                leave(&mut conversation, Some(&failure)).await;
                Err(failure)
            }
        }
    }

    async fn connect(&self, place: &Place, observer: Observer<'_>) -> Result<TcpStream, SendFailure> {
        let addresses: Vec<_> =
            lookup_host((self.host.as_str(), self.port)).await.or(Err(SendFailure::HostNotFound))?.collect();
        observer(Step::Found { addresses: addresses.len() });
        place.set(Phase::Connect);
        let mut failure = SendFailure::HostNotFound;
        for address in addresses {
            failure = match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    observer(Step::Connected);
                    return Ok(stream);
                }
                Ok(Err(error)) => named(&error, Phase::Connect),
                Err(_) => SendFailure::TimedOut(Phase::Connect),
            };
        }
        Err(failure)
    }

    async fn introduce(
        &self,
        conversation: &mut Conversation<'_>,
        observer: Observer<'_>,
    ) -> Result<(), SendFailure> {
        if let Security::Implicit(tls) = &self.security {
            let version = conversation.encrypt(tls).await?;
            observer(Step::Encrypted { version });
        }
        conversation.banner().await?;
        observer(Step::Greeted);
        conversation.ehlo(&self.helo).await?;
        observer(Step::EhloAccepted);
        if let Security::StartTls(tls) = &self.security {
            conversation.start_tls().await?;
            observer(Step::StartTlsAccepted);
            let version = conversation.encrypt(tls).await?;
            observer(Step::Encrypted { version });
            conversation.ehlo(&self.helo).await?;
        }
        if let Some(login) = &self.login {
            conversation.sign_in(login).await?;
            observer(Step::SignedIn);
        }
        Ok(())
    }

    async fn deliver(
        &self,
        conversation: &mut Conversation<'_>,
        recipient: &str,
        mail: &[u8],
        observer: Observer<'_>,
    ) -> Result<Answer, SendFailure> {
        conversation.mail_from(&self.sender).await?;
        observer(Step::SenderAccepted);
        conversation.rcpt_to(recipient).await?;
        observer(Step::RecipientAccepted);
        let answer = conversation.data(mail).await?;
        observer(Step::MailAccepted(answer));
        Ok(answer)
    }
}

/// What comes of a conversation that may take so long. Leaving is not counted: the mail is in other hands by then, and
/// would be sent again.
async fn within<'a, T>(
    patience: Duration,
    place: &'a Place,
    talk: impl Future<Output = Result<(Conversation<'a>, Result<T, SendFailure>), SendFailure>>,
) -> Result<T, SendFailure> {
    let (mut conversation, result) =
        timeout(patience, talk).await.unwrap_or_else(|_| Err(SendFailure::TimedOut(place.get())))?;
    leave(&mut conversation, result.as_ref().err()).await;
    result
}

/// Takes leave in good order where the connection still stands, and does not wait long for it.
async fn leave(conversation: &mut Conversation<'_>, failure: Option<&SendFailure>) {
    let stands = matches!(
        failure,
        None | Some(SendFailure::Answered(_) | SendFailure::NoStartTls | SendFailure::NoSignIn)
    );
    if stands {
        drop(timeout(LEAVE_TIMEOUT, conversation.quit()).await);
    }
}
