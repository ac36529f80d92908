//! One conversation with a mail server, command by command (RFC 5321). Each answer is seen, so that a refusal is known by
//! the command it answers. Nothing here ends with one mail: a conversation that is kept open could
//! take the next.

use std::{
    io,
    sync::{Mutex, PoisonError},
};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;
use zeroize::Zeroizing;

use super::{
    reply::{Reply, ReplyLine},
    tls::{self, Tls, named},
};
use crate::{
    config::Login,
    domain::sending::{Answer, Phase, SendFailure},
};

/// The longest line of a reply. RFC 5321 allows 512 bytes; servers write more.
const LONGEST_LINE_BYTES: usize = 4_096;
/// The most lines of a reply: no server has more to say.
const MOST_LINES: usize = 200;

/// Where a conversation is, for whoever breaks it off because it takes too long.
pub(super) struct Place(Mutex<Phase>);

impl Place {
    pub(super) const fn start() -> Self {
        Self(Mutex::new(Phase::Resolve))
    }

    pub(super) fn get(&self) -> Phase {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, phase: Phase) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }
}

enum Wire {
    Plain(TcpStream),
    Encrypted(Box<TlsStream<TcpStream>>),
    /// Taken for a handshake that did not succeed.
    Gone,
}

/// A conversation with a server that answered the phone.
pub(super) struct Conversation<'a> {
    wire: Wire,
    /// What was read and not yet understood.
    unread: Vec<u8>,
    place: &'a Place,
    /// What the server offers, in upper case: `STARTTLS`, `AUTH PLAIN LOGIN`.
    offers: Vec<String>,
    /// The server may quote it: taken out of its words before they are looked at.
    recipient: String,
}

impl<'a> Conversation<'a> {
    pub(super) const fn over(stream: TcpStream, place: &'a Place) -> Self {
        let wire = Wire::Plain(stream);
        Self { wire, unread: Vec::new(), place, offers: Vec::new(), recipient: String::new() }
    }

    /// The TLS handshake. Returns the version.
    pub(super) async fn encrypt(&mut self, tls: &Tls) -> Result<&'static str, SendFailure> {
        self.place.set(Phase::Tls);
        let Wire::Plain(stream) = std::mem::replace(&mut self.wire, Wire::Gone) else {
            return Err(SendFailure::NoHandshake);
        };
        let stream = tls.handshake(stream).await?;
        let version = tls::version(&stream);
        self.wire = Wire::Encrypted(Box::new(stream));
        Ok(version)
    }

    /// Waits for the server's first line.
    pub(super) async fn banner(&mut self) -> Result<(), SendFailure> {
        self.place.set(Phase::Banner);
        self.expect(220).await.map(drop)
    }

    /// Introduces this server, and learns what the other one offers.
    pub(super) async fn ehlo(&mut self, name: &str) -> Result<(), SendFailure> {
        let reply = self.command(Phase::Ehlo, &format!("EHLO {name}"), 250).await?;
        self.offers = reply.lines.iter().skip(1).map(|line| line.to_ascii_uppercase()).collect();
        Ok(())
    }

    /// Asks to encrypt. What the server said before the handshake is forgotten with it.
    pub(super) async fn start_tls(&mut self) -> Result<(), SendFailure> {
        if !self.offers.iter().any(|offer| offer == "STARTTLS") {
            return Err(SendFailure::NoStartTls);
        }
        self.command(Phase::StartTls, "STARTTLS", 220).await?;
        self.offers.clear();
        // Whatever came along with the answer was not encrypted, and would be read as if it had been (CVE-2011-0411).
        if self.unread.is_empty() { Ok(()) } else { Err(SendFailure::NotSmtp(Phase::StartTls)) }
    }

    /// Signs in by PLAIN (RFC 4616), or by LOGIN where the server has nothing else.
    pub(super) async fn sign_in(&mut self, login: &Login) -> Result<(), SendFailure> {
        let encoded = |text: &str| Zeroizing::new(BASE64_STANDARD.encode(text));
        let (user, password) = (login.user.expose(), login.password.expose());
        if self.offers_auth("PLAIN") {
            let both = Zeroizing::new(format!("\0{user}\0{password}"));
            let command = Zeroizing::new(format!("AUTH PLAIN {}", *encoded(&both)));
            self.command(Phase::Auth, &command, 235).await?;
        } else if self.offers_auth("LOGIN") {
            self.command(Phase::Auth, "AUTH LOGIN", 334).await?;
            self.command(Phase::Auth, &encoded(user), 334).await?;
            self.command(Phase::Auth, &encoded(password), 235).await?;
        } else {
            return Err(SendFailure::NoSignIn);
        }
        Ok(())
    }

    fn offers_auth(&self, mechanism: &str) -> bool {
        // `AUTH=` is how servers before RFC 2554 spelled it, and some still do.
        let lists = self.offers.iter().filter_map(|offer| offer.strip_prefix("AUTH"));
        lists.flat_map(|list| list.split([' ', '='])).any(|offered| offered == mechanism)
    }

    /// Names the sender.
    pub(super) async fn mail_from(&mut self, sender: &str) -> Result<(), SendFailure> {
        self.command(Phase::MailFrom, &format!("MAIL FROM:<{sender}>"), 250).await.map(drop)
    }

    /// Names the recipient.
    pub(super) async fn rcpt_to(&mut self, recipient: &str) -> Result<(), SendFailure> {
        self.recipient = recipient.to_owned();
        self.command(Phase::RcptTo, &format!("RCPT TO:<{recipient}>"), 250).await.map(drop)
    }

    /// Hands the mail over. With the answer, whoever took it answers for it.
    pub(super) async fn data(&mut self, mail: &[u8]) -> Result<Answer, SendFailure> {
        self.command(Phase::Data, "DATA", 354).await?;
        let stuffed = stuffed(mail);
        self.write(&stuffed).await?;
        let reply = self.expect(250).await?;
        Ok(reply.answer(Phase::Data, &self.recipient))
    }

    /// Takes leave. What is answered changes nothing any more.
    pub(super) async fn quit(&mut self) {
        drop(self.command(self.place.get(), "QUIT", 221).await);
        drop(match &mut self.wire {
            Wire::Plain(stream) => stream.shutdown().await,
            Wire::Encrypted(stream) => stream.shutdown().await,
            Wire::Gone => Ok(()),
        });
    }

    async fn command(&mut self, phase: Phase, command: &str, expected: u16) -> Result<Reply, SendFailure> {
        self.place.set(phase);
        // In one piece: some servers, and some middle boxes, take a line that comes in two for an attack.
        let line = Zeroizing::new(format!("{command}\r\n"));
        self.write(line.as_bytes()).await?;
        self.expect(expected).await
    }

    /// Any answer of the expected first digit is a yes: RCPT is answered 250 or 251.
    async fn expect(&mut self, expected: u16) -> Result<Reply, SendFailure> {
        let phase = self.place.get();
        let reply = self.reply().await?;
        match reply.code.div_euclid(100) {
            kind if kind == expected.div_euclid(100) => Ok(reply),
            4 | 5 => Err(SendFailure::Answered(reply.answer(phase, &self.recipient))),
            _ => Err(SendFailure::NotSmtp(phase)),
        }
    }

    async fn reply(&mut self) -> Result<Reply, SendFailure> {
        let phase = self.place.get();
        let mut lines = Vec::new();
        while lines.len() < MOST_LINES {
            let line = self.line().await?;
            let line = ReplyLine::parse(&line).ok_or(SendFailure::NotSmtp(phase))?;
            lines.push(line.text);
            if !line.more {
                return Ok(Reply { code: line.code, lines });
            }
        }
        Err(SendFailure::NotSmtp(phase))
    }

    async fn line(&mut self) -> Result<Vec<u8>, SendFailure> {
        let phase = self.place.get();
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let rest = self.unread.split_off(end.saturating_add(1));
                return Ok(std::mem::replace(&mut self.unread, rest));
            }
            if self.unread.len() > LONGEST_LINE_BYTES {
                return Err(SendFailure::NotSmtp(phase));
            }
            let read = match &mut self.wire {
                Wire::Plain(stream) => stream.read_buf(&mut self.unread).await,
                Wire::Encrypted(stream) => stream.read_buf(&mut self.unread).await,
                Wire::Gone => Err(io::Error::from(io::ErrorKind::NotConnected)),
            };
            if read.map_err(|error| named(&error, phase))? == 0 {
                return Err(SendFailure::Closed(phase));
            }
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), SendFailure> {
        let written = match &mut self.wire {
            Wire::Plain(stream) => stream.write_all(bytes).await,
            Wire::Encrypted(stream) => match stream.write_all(bytes).await {
                Ok(()) => stream.flush().await,
                Err(error) => Err(error),
            },
            Wire::Gone => Err(io::Error::from(io::ErrorKind::NotConnected)),
        };
        written.map_err(|error| named(&error, self.place.get()))
    }
}

/// The mail as it travels: a line that begins with a dot gets another one, and a lone dot ends it (RFC 5321, section 4.5.2).
fn stuffed(mail: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(mail.len().saturating_add(64));
    let mut at_line_start = true;
    for byte in mail {
        if at_line_start && *byte == b'.' {
            stuffed.push(b'.');
        }
        stuffed.push(*byte);
        at_line_start = *byte == b'\n';
    }
    if !at_line_start {
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed.extend_from_slice(b".\r\n");
    stuffed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_at_the_beginning_of_a_line_does_not_end_the_mail() {
        assert_eq!(stuffed(b"a\r\n.\r\n..b\r\n"), b"a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(stuffed(b".a"), b"..a\r\n.\r\n");
        assert_eq!(stuffed(b""), b".\r\n");
    }
}
