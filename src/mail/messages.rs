//! What the mails say: one function per mail, its words in `locale`, its layout in `templates/mail`.
//!
//! Each is discreet: a neutral sender and subject, plain text, no petition, employer or purpose, no list
//! headers, nothing that counts openings.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use askama::Template;
use lettre::{
    Address, Message as MimeMessage,
    message::{
        Body, Mailbox, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

use crate::{
    config::{BaseUrl, Sender},
    domain::{
        email::EmailAddress,
        message::{CODE_HOURS, Message, MoreToday, Outgoing},
        secret::SecretText,
        time::Timestamp,
    },
    entropy::Entropy,
    locale::Locale,
};

const GROUP_CHARS: usize = 4;

/// Who this instance is in its mails.
#[derive(Debug, Clone)]
pub struct MailIdentity {
    from: Mailbox,
    base_url: BaseUrl,
}

/// `MAIL_FROM` is not an address that mails can come from.
#[derive(Debug, thiserror::Error)]
#[error("MAIL_FROM is not an address that mails can come from")]
pub struct IdentityError(#[source] lettre::address::AddressError);

impl MailIdentity {
    /// Mails come from `from`, links lead to `base_url`.
    ///
    /// # Errors
    ///
    /// [`IdentityError`] if mail software would refuse the address.
    pub fn new(from: &Sender, base_url: &BaseUrl) -> Result<Self, IdentityError> {
        let address = from.address.parse().map_err(IdentityError)?;
        Ok(Self { from: Mailbox::new(from.name.clone(), address), base_url: base_url.clone() })
    }
}

/// A mail ready to be handed over. Its `Debug` shows nothing.
#[derive(Clone)]
pub struct Rendered {
    pub(super) to: EmailAddress,
    pub(super) subject: String,
    pub(super) text: SecretText,
    pub(super) mime: MimeMessage,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rendered(…)")
    }
}

/// A mail that cannot be written. It says nothing of the address.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// Mail software would refuse the address.
    #[error("the address is not one that mail software takes")]
    Address,
    /// A template failed.
    #[error("a mail template failed")]
    Template(#[from] askama::Error),
    /// The parts do not make a mail.
    #[error("the parts do not make a mail")]
    Mime,
}

/// Writes `outgoing` in the words of `locale`, dated `now`.
///
/// # Errors
///
/// [`RenderError`] if the address or a template is no good: trying again would not help.
pub fn render(
    outgoing: &Outgoing,
    locale: &Locale,
    identity: &MailIdentity,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<Rendered, RenderError> {
    let (subject, text) = match &outgoing.message {
        Message::Code { code, more_today } => code_mail(locale, code, *more_today)?,
        Message::CodeWithLink { code, link_token, more_today } => {
            code_with_link_mail(locale, code, link_token, *more_today, &identity.base_url)?
        }
    };
    let subject = subject.trim().to_owned();
    let mime = mime(&outgoing.to, &subject, &text, identity, entropy, now)?;
    Ok(Rendered { to: outgoing.to.clone(), subject, text: SecretText::new(text), mime })
}

/// Writes a mail with which an operator tries out the mail server. It has no code, and is as discreet as the others.
///
/// # Errors
///
/// As [`render`].
pub fn render_test(
    to: &EmailAddress,
    locale: &Locale,
    identity: &MailIdentity,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<Rendered, RenderError> {
    let subject = TestSubject { t: locale }.render()?.trim().to_owned();
    let text = TestBody { t: locale }.render()?;
    let mime = mime(to, &subject, &text, identity, entropy, now)?;
    Ok(Rendered { to: to.clone(), subject, text: SecretText::new(text), mime })
}

#[derive(Template)]
#[template(path = "mail/test/subject.txt", whitespace = "preserve")]
struct TestSubject<'a> {
    t: &'a Locale,
}

#[derive(Template)]
#[template(path = "mail/test/body.txt", whitespace = "preserve")]
struct TestBody<'a> {
    t: &'a Locale,
}

#[derive(Template)]
#[template(path = "mail/code/subject.txt", whitespace = "preserve")]
struct CodeSubject<'a> {
    t: &'a Locale,
}

#[derive(Template)]
#[template(path = "mail/code/body.txt", whitespace = "preserve")]
struct CodeBody<'a> {
    t: &'a Locale,
    code: &'a str,
    hours: u32,
    more_today: MoreToday,
}

/// A code alone: all that a work address ever gets.
fn code_mail(
    t: &Locale,
    code: &SecretText,
    more_today: MoreToday,
) -> Result<(String, String), askama::Error> {
    let code = grouped(code.expose());
    let body = CodeBody { t, code: &code, hours: CODE_HOURS, more_today };
    Ok((CodeSubject { t }.render()?, body.render()?))
}

#[derive(Template)]
#[template(path = "mail/code_with_link/subject.txt", whitespace = "preserve")]
struct CodeWithLinkSubject<'a> {
    t: &'a Locale,
}

#[derive(Template)]
#[template(path = "mail/code_with_link/body.txt", whitespace = "preserve")]
struct CodeWithLinkBody<'a> {
    t: &'a Locale,
    code: &'a str,
    link: &'a str,
    hours: u32,
    more_today: MoreToday,
}

/// A code, and a link to a page with a button: personal addresses only.
fn code_with_link_mail(
    t: &Locale,
    code: &SecretText,
    token: &SecretText,
    more_today: MoreToday,
    base_url: &BaseUrl,
) -> Result<(String, String), askama::Error> {
    let code = grouped(code.expose());
    let link = base_url.join(&format!("/confirm/{}", token.expose()));
    let body = CodeWithLinkBody { t, code: &code, link: &link, hours: CODE_HOURS, more_today };
    Ok((CodeWithLinkSubject { t }.render()?, body.render()?))
}

/// `K7QF2M9X` as `K7QF-2M9X`: easier to read and to type. The page takes it with or without the dash.
fn grouped(code: &str) -> String {
    let chars: Vec<char> = code.chars().filter(|c| c.is_alphanumeric()).collect();
    let groups: Vec<String> = chars.chunks(GROUP_CHARS).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

fn mime(
    to: &EmailAddress,
    subject: &str,
    text: &str,
    identity: &MailIdentity,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<MimeMessage, RenderError> {
    let address: Address = to.expose().parse().or(Err(RenderError::Address))?;
    let to = Mailbox::new(None, address);
    let mut mime = MimeMessage::builder()
        .from(identity.from.clone())
        .to(to)
        .subject(subject)
        .date(system_time(now))
        // lettre's own would hold this machine's name.
        .message_id(Some(random_id(identity.from.email.domain(), entropy)))
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body(text)))
        .or(Err(RenderError::Mime))?;
    for (name, value) in [
        // RFC 3834: written by a machine, no vacation notes please.
        (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"),
        // The same for Exchange, which would otherwise answer on the reader's behalf.
        (HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "All"),
    ] {
        mime.headers_mut().insert_raw(HeaderValue::new(name, value.to_owned()));
    }
    Ok(mime)
}

/// Plain lines where they fit. lettre would turn every text with a line over 76 bytes into quoted-printable,
/// which breaks a link in two for whoever looks at the mail's source.
fn body(text: &str) -> Body {
    const LONGEST_LINE_BYTES: usize = 998; // RFC 5322, section 2.1.1
    let fits = text.is_ascii() && text.lines().all(|line| line.len() <= LONGEST_LINE_BYTES);
    if !fits {
        return Body::new(text.to_owned());
    }
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let mut text = lines.join("\r\n");
    text.push_str("\r\n");
    Body::dangerous_pre_encoded(text.into_bytes(), ContentTransferEncoding::SevenBit)
}

fn random_id(domain: &str, entropy: &dyn Entropy) -> String {
    format!("<{}@{domain}>", entropy.uuid().simple())
}

/// The present as lettre wants it. It panics on years beyond 9999, so a broken clock reads as the epoch.
fn system_time(now: Timestamp) -> SystemTime {
    const YEAR_9999_SECS: u64 = 253_370_764_800;
    let secs = u64::try_from(now.secs()).ok().filter(|secs| *secs < YEAR_9999_SECS).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(secs)
}

#[cfg(test)]
mod tests;
