//! `undersigned mail-test ADDRESS`: sends one mail that says nothing, and says step by step what the mail server did. The
//! address is neither logged nor kept, and what the server says in its own words is not shown: it may hold the address.

use clap::Args;

use super::{
    check_config,
    failure::{Failure, While},
    output,
};
use crate::{
    clock::{Clock as _, SystemClock},
    config::{MailTarget, Settings},
    domain::{
        email::EmailAddress,
        sending::{CertificateFault, Phase, SendFailure, Verdict},
    },
    entropy::SystemEntropy,
    locale::Locale,
    mail::{MailIdentity, Step, Transport, render_test},
};

/// To whom.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// A mailbox of your own
    address: String,
}

/// Sends it.
pub fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let locale = Locale::english().map_err(Failure::because)?;
    let address = EmailAddress::parse(&arguments.address).map_err(|problem| {
        Failure::usage(format!("this is no address to send to: {}", locale.problem(&problem)))
    })?;
    let identity = MailIdentity::new(&settings.mail.from, &settings.base_url).map_err(Failure::usage)?;
    let transport = Transport::open(&settings.mail).map_err(Failure::usage)?;
    let mail = render_test(&address, &locale, &identity, &SystemEntropy, SystemClock.now());
    let mail = mail.map_err(Failure::because)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(While::doing("the machine gives no threads"))?;

    output::line(format_args!("A test mail goes {}.\n", check_config::mail(&settings.mail.target)));
    let mut tell = |step| output::line(format_args!("  ok      {}", words(&step, settings)));
    let sent = runtime.block_on(transport.send_observed(&mail, &mut tell));
    // A name server that does not answer holds a thread of the runtime: nobody waits for it.
    runtime.shutdown_background();
    match sent {
        Ok(()) => {
            output::line(format_args!("\n{}", taken(&settings.mail.target)));
            Ok(())
        }
        Err(why) => {
            output::line(format_args!("  FAILED  {why}\n\n{}", advice(why)));
            Err(Failure::because("the test mail was not taken"))
        }
    }
}

const fn taken(target: &MailTarget) -> &'static str {
    match target {
        MailTarget::Folder(_) => {
            "The mail is a file now, with the address in it: delete it when you have read it."
        }
        MailTarget::Smtp(_) => {
            "The mail server has taken the mail. Now look whether it arrives, and not in the spam folder."
        }
    }
}

fn words(step: &Step, settings: &Settings) -> String {
    let host = match &settings.mail.target {
        MailTarget::Smtp(server) => server.host.as_str(),
        MailTarget::Folder(_) => "",
    };
    match step {
        Step::Found { addresses: 1 } => String::from("DNS: the name is found, with one address"),
        Step::Found { addresses } => format!("DNS: the name is found, with {addresses} addresses"),
        Step::Connected => String::from("TCP: connected"),
        Step::Encrypted { version } => {
            let whom = match &settings.mail.ca_file {
                Some(_) => "the built-in authorities or the one in SMTP_CA_FILE",
                None => "the built-in authorities",
            };
            format!("{version}: the certificate names {host} and is trusted by {whom}")
        }
        Step::Greeted => String::from("banner: the server is ready"),
        Step::EhloAccepted => format!("EHLO {}: accepted", settings.mail.helo.as_str()),
        Step::StartTlsAccepted => String::from("STARTTLS: accepted"),
        Step::SignedIn => String::from("AUTH: user name and password accepted"),
        Step::SenderAccepted => format!("MAIL FROM {}: accepted", settings.mail.from.address),
        Step::RecipientAccepted => String::from("RCPT TO the address that you gave: accepted"),
        Step::MailAccepted(answer) => format!("DATA: the mail is accepted with {answer}"),
        Step::Written(path) => format!("written to {} (nobody gets it)", path.display()),
    }
}

/// What to do about it.
const fn advice(why: SendFailure) -> &'static str {
    match why {
        SendFailure::Answered(answer) => match (answer.phase, answer.verdict()) {
            (_, Verdict::Later) => {
                "The mail server asks to try again later. The server does so by itself, for 24 hours."
            }
            (Phase::Banner, _) => {
                "The mail server takes nothing from this network: ask whoever runs it to allow your address."
            }
            (Phase::Ehlo, _) => {
                "The mail server refuses the name that this one gives itself: set SMTP_HELO to a name that resolves to your address."
            }
            (Phase::Auth, _) => {
                "The mail server refuses user name or password in SMTP_URL. Characters such as / or # are percent-encoded there (%2F, %23)."
            }
            (Phase::MailFrom, _) => {
                "The mail server refuses the sender: use an address in MAIL_FROM that this login may send from."
            }
            (Phase::RcptTo, Verdict::ThisServer) => {
                "The mail server does not relay for this one: sign in (user:password in SMTP_URL), or have your address allowed."
            }
            (_, Verdict::Mailbox) => {
                "The mailbox itself was refused: is the address right? Try one at another provider, too."
            }
            (_, Verdict::ThisServer) => {
                "The mail server refuses this server or this mail: look into its own log for the reason."
            }
        },
        SendFailure::TimedOut(Phase::Resolve) | SendFailure::HostNotFound => {
            "Check the host in SMTP_URL, and /etc/resolv.conf of this machine."
        }
        SendFailure::TimedOut(Phase::Banner) => {
            "A server that expects TLS from the first byte (mostly port 465) waits in silence: write smtps:// then."
        }
        SendFailure::TimedOut(Phase::Connect) | SendFailure::Unreachable => {
            "A firewall may be in the way: many networks close port 25; 465 or 587 are the ports for a login."
        }
        SendFailure::ConnectionRefused => "Check the port in SMTP_URL, and that the mail server runs.",
        SendFailure::TimedOut(_) | SendFailure::Closed(_) => {
            "Try again, and look into the mail server's own log."
        }
        SendFailure::NotSmtp(_) => {
            "Something else than a mail server listens there: check host and port in SMTP_URL."
        }
        SendFailure::NotTls => {
            "The port speaks no TLS from the first byte: write smtp://…?tls=required (mostly port 587)."
        }
        SendFailure::NoStartTls => {
            "Write smtps:// if the port is one for TLS from the first byte (mostly 465)."
        }
        SendFailure::Certificate(CertificateFault::UnknownIssuer) => {
            "If the mail server has an authority of its own, name its certificate in SMTP_CA_FILE. Else somebody may be in between."
        }
        SendFailure::Certificate(CertificateFault::Expired | CertificateFault::NotYetValid) => {
            "Whoever runs the mail server must renew the certificate. Check the clock of this machine, too."
        }
        SendFailure::Certificate(CertificateFault::WrongName) => {
            "Write the host in SMTP_URL as the certificate names it."
        }
        SendFailure::Certificate(CertificateFault::Unusable) | SendFailure::NoHandshake => {
            "The mail server must speak TLS 1.2 or 1.3, with a certificate for servers."
        }
        SendFailure::NoSignIn => {
            "Some servers offer to sign in only after STARTTLS: write smtp://…?tls=required."
        }
        SendFailure::Folder(_) => "The folder in SMTP_URL must be one that this user can write to.",
        SendFailure::Unwritable => "This is a fault of the program: report it.",
    }
}
