//! `undersigned demo`: the whole product in a folder of its own, with example petitions, an organizer, an admin,
//! and every mail at `/dev/mail`. Only on this machine: whoever opens that page reads every code.

mod colleagues;
mod content;
mod folder;

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use clap::Args;

use super::{
    failure::{Failure, While},
    folder_lock, instance, output, prepare,
    server::{self, Parts, Signals},
    spool_clock::SpoolsAtStart,
};
use crate::{
    actions::{
        Ctx,
        accounts::{organizers, passphrases},
        facts::PetitionFacts,
        moderation::employers::{self, EmployerForm, Listed},
        outbox,
        petitions::{self, How, Sent},
        signing::{
            confirming::{self, Confirmed},
            invitations::{self, InvitationCode, Made, SheetSize},
            plain_form::{self, Asked, ShownName, SignInput, Ticket},
        },
    },
    config::Settings,
    db::{self, views},
    domain::{
        draft::Draft,
        email::EmailAddress,
        ids::{EmployerId, OrganizerId},
        lang::Lang,
        message::Message,
        proof::ProofKind,
        secret::SecretText,
        text::{DisplayName, JobTitle, Pseudonym},
    },
    mail::{MemoryMailbox, Transport},
    protocol::{mail_code::MailCode, sealing::UnsealingKey},
    web::{DevMail, DevMailSource},
};
use colleagues::Colleagues;
use content::Signer;

/// The settings that mean something in the demo; the others are the demo's own.
const TAKEN: &[&str] = &[
    "BIND",
    "BASE_URL",
    "DATA_DIR",
    "LOG",
    "MAILED_LINKS",
    "REVIEW_REQUIRED",
    "CAST_URL",
    "BATCH_MIN",
    "BATCH_EVERY",
    "BATCH_EVERY_BUSY",
    "MIN_CELL",
    "OPERATOR_NAME",
    "OPERATOR_CONTACT",
    "PAGES_DIR",
    "CRASH_AT",
];

/// What holds where the environment says nothing.
const DEFAULTS: &[(&str, &str)] = &[
    ("DATA_DIR", "demo-data"),
    ("LOG", "warn"),
    ("REVIEW_REQUIRED", "no"),
    ("BATCH_EVERY", "20s"),
    ("BATCH_EVERY_BUSY", "10s"),
    ("OPERATOR_NAME", "Demo operator"),
    ("OPERATOR_CONTACT", "Ask at the computer on which this demo runs"),
    // Never used: the demo's mails stay in memory.
    ("SMTP_URL", "file:demo-mail"),
    ("MAIL_FROM", "Verification <code@undersigned.example>"),
];

const ORGANIZER: &str = "Demo organizer";
const ADMIN: &str = "Demo admin";
/// How many invitations are made for the first example.
const INVITATIONS: &str = "3";
const EXAMPLE_EMPLOYER: &str = "Microsoft";

/// The demo's settings, from those of the environment that mean something in it.
pub fn settings(environment: &BTreeMap<String, String>) -> Result<Settings, Failure> {
    let mut taken: BTreeMap<String, String> =
        environment.iter().filter(|(name, _)| TAKEN.contains(&name.as_str())).map(owned).collect();
    for (name, value) in DEFAULTS {
        taken.entry(String::from(*name)).or_insert_with(|| String::from(*value));
    }
    let settings = Settings::parse(&taken)?;
    if !settings.bind.ip().is_loopback() {
        return Err(Failure::usage(
            "the demo shows every mail to whoever opens it, so it listens on this machine alone: leave BIND out, or \
             write 127.0.0.1 and a port",
        ));
    }
    if taken.contains_key("BASE_URL") {
        return Ok(settings);
    }
    taken.insert(String::from("BASE_URL"), format!("http://localhost:{}", settings.bind.port()));
    Ok(Settings::parse(&taken)?)
}

fn owned((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// How to go about it.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// Let nobody sign along: groups come out only when enough people sign
    #[arg(long)]
    alone: bool,
}

/// Wipes the demo's folder, fills it, and serves until told to stop.
pub fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let signals = Signals::hear()?;
    let listener = server::listen(settings.bind, "BIND")?;
    prepare::private_folder(&settings.data_dir)?;
    let lock = folder_lock::lock(settings)?;
    folder::fresh(&settings.data_dir)?;
    let ctx = instance::open_alone(settings)?;
    let filled = fill(&ctx)?;
    let mailbox = MemoryMailbox::default();
    print(settings, &listener, &filled);
    let colleagues = (!arguments.alone)
        .then(|| Colleagues::begin(ctx.clone(), mailbox.clone(), filled.slug))
        .transpose()
        .map_err(While::doing("the machine gives no thread"))?;
    let parts = Parts {
        signals,
        ctx,
        spools: SpoolsAtStart::Ready,
        lock,
        listener,
        transport: Transport::Memory(mailbox.clone()),
        dev_mail: Some(readable(mailbox)),
    };
    let served = server::run(settings, parts);
    drop(colleagues);
    served
}

fn readable(mailbox: MemoryMailbox) -> DevMailSource {
    Arc::new(move || {
        let mails = mailbox.mails();
        // The simulated colleagues' mails would bury a newcomer's own.
        mails
            .iter()
            .filter(|mail| !mail.to().starts_with(colleagues::PREFIX))
            .map(|mail| DevMail {
                to: String::from(mail.to()),
                subject: String::from(mail.subject()),
                text: String::from(mail.text()),
            })
            .collect()
    })
}

/// What was made, to be printed.
struct Filled {
    organizer: SecretText,
    admin: SecretText,
    /// Where the first example lies.
    slug: String,
    /// Invitations to it.
    invitations: Vec<InvitationCode>,
}

fn fill(ctx: &Ctx) -> Result<Filled, Failure> {
    employers::add_starting_list(ctx).map_err(Failure::because)?;
    let (organizer, organizer_passphrase) = account(ctx, ORGANIZER, false)?;
    let (_, admin_passphrase) = account(ctx, ADMIN, true)?;

    let microsoft = open_to_newcomers(ctx)?;
    let today = ctx.now().day();
    let azure = petition(ctx, organizer, &content::azure(microsoft, today))?;
    sign_all(ctx, &azure, content::AZURE_SIGNERS)?;
    let invitations = invite(ctx, organizer, &azure)?;

    let companies: Result<Vec<EmployerId>, Failure> =
        content::invented_employers().iter().map(|form| listed(employers::add(ctx, form))).collect();
    // The private half ends here: what is sealed in a demo, nobody can open.
    let trustee = UnsealingKey::generate(ctx.entropy.as_ref()).sealing_key().map_err(Failure::because)?;
    let faces = content::faces(&companies?, trustee.to_string(), today);
    let faces = petition(ctx, organizer, &faces)?;
    sign_all(ctx, &faces, content::FACES_SIGNERS)?;
    Ok(Filled { organizer: organizer_passphrase, admin: admin_passphrase, slug: azure, invitations })
}

fn account(ctx: &Ctx, name: &str, is_admin: bool) -> Result<(OrganizerId, SecretText), Failure> {
    let pseudonym = Pseudonym::parse(name).or(Err(broken("a pseudonym")))?;
    let passphrase = passphrases::generate(ctx.entropy.as_ref());
    let made = organizers::create(ctx, &pseudonym, &passphrase, None, is_admin).map_err(Failure::because)?;
    let (id, _) = made.ok_or_else(|| broken("an account"))?;
    Ok((id, passphrase))
}

/// Lets addresses at `example.com` sign as staff of the example's employer.
fn open_to_newcomers(ctx: &Ctx) -> Result<EmployerId, Failure> {
    let all = ctx.store.read(views::employers::all)?;
    let employer = all.into_iter().find(|employer| employer.name == EXAMPLE_EMPLOYER);
    let employer = employer.ok_or_else(|| broken("the example's employer"))?;
    let mut domains = employer.domains;
    domains.push(String::from(content::STAFF_DOMAIN));
    let form = EmployerForm { name: employer.name, domains: domains.join(" "), ..EmployerForm::default() };
    listed(employers::change(ctx, employer.id, &form))
}

fn listed(result: Result<Listed, crate::actions::Error>) -> Result<EmployerId, Failure> {
    match result.map_err(Failure::because)? {
        Listed::Done(id) => Ok(id),
        Listed::Problems(_) | Listed::NotFound => Err(broken("an employer")),
    }
}

/// Writes, sends in and opens a petition; says where it lies.
fn petition(ctx: &Ctx, owner: OrganizerId, draft: &Draft) -> Result<String, Failure> {
    let slug = petitions::create(ctx, owner).map_err(Failure::because)?.ok_or_else(|| broken("a draft"))?;
    petitions::save(ctx, &slug, owner, draft).map_err(Failure::because)?;
    let slug = match petitions::send_in(ctx, &slug, owner, How::Open).map_err(Failure::because)? {
        Sent::Started { slug } => slug,
        Sent::InReview { slug } => {
            crate::actions::moderation::approve(ctx, &slug).map_err(Failure::because)?;
            slug
        }
        Sent::Incomplete(_) | Sent::TooMany { .. } | Sent::NotADraft | Sent::NotFound => {
            return Err(broken("a petition"));
        }
    };
    ctx.store.write(|db| match db::petitions::by_slug(db, &slug)? {
        Some(petition) => db::petitions::mark_example(db, petition.id),
        None => Ok(()),
    })?;
    Ok(slug)
}

/// Makes some invitations.
fn invite(ctx: &Ctx, owner: OrganizerId, slug: &str) -> Result<Vec<InvitationCode>, Failure> {
    let size = SheetSize::parse(INVITATIONS).ok_or_else(|| broken("invitations"))?;
    match invitations::make(ctx, slug, owner, size).map_err(Failure::because)? {
        Made::Sheet { codes, .. } => Ok(codes),
        Made::TooMany | Made::NotTaking | Made::NotFound => Err(broken("invitations")),
    }
}

/// Each signs the way people do: asks for a code, gets it by mail, types it.
fn sign_all(ctx: &Ctx, slug: &str, signers: &[Signer]) -> Result<(), Failure> {
    for signer in signers {
        let address = EmailAddress::parse(signer.address).or(Err(broken("an address")))?;
        let name = Some((signer.name, signer.title));
        let ticket = ask(ctx, slug, Ask { proof: signer.proof, name, address })?;
        confirm(ctx, slug, &ticket, &next_code(ctx)?)?;
    }
    Ok(())
}

/// What somebody types into the form.
struct Ask<'a> {
    proof: ProofKind,
    /// Name and job title. `None`: to be counted without a name.
    name: Option<(&'a str, &'a str)>,
    address: EmailAddress,
}

fn ask(ctx: &Ctx, slug: &str, Ask { proof, name, address }: Ask<'_>) -> Result<Ticket, Failure> {
    let shown = match name {
        Some((name, title)) => ShownName::Public {
            name: DisplayName::parse(name).or(Err(broken("a name")))?,
            title: JobTitle::parse(title).or(Err(broken("a title")))?,
        },
        None => ShownName::Nothing,
    };
    let input = SignInput { proof: Some(proof), shown, address, lang: Lang::English };
    match plain_form::ask(ctx, &facts(ctx, slug)?, &input).map_err(Failure::because)? {
        Asked::CheckInbox { ticket, .. } => Ok(ticket),
        _ => Err(broken("a signature")),
    }
}

fn confirm(ctx: &Ctx, slug: &str, ticket: &Ticket, code: &MailCode) -> Result<(), Failure> {
    let facts = facts(ctx, slug)?;
    match confirming::confirm(ctx, &facts, ticket, Some(code)).map_err(Failure::because)? {
        Confirmed::Done { .. } => Ok(()),
        _ => Err(broken("a confirmation")),
    }
}

fn facts(ctx: &Ctx, slug: &str) -> Result<PetitionFacts, Failure> {
    let facts = PetitionFacts::at_place(ctx, slug).map_err(Failure::because)?;
    facts.ok_or_else(|| broken("a petition"))
}

fn next_code(ctx: &Ctx) -> Result<MailCode, Failure> {
    let mails = outbox::due(ctx, 1).map_err(Failure::because)?;
    let mail = mails.into_iter().next().ok_or_else(|| broken("a mail"))?;
    outbox::accepted(ctx, &mail.id).map_err(Failure::because)?;
    let (Message::Code { code, .. } | Message::CodeWithLink { code, .. }) =
        mail.outgoing.ok_or_else(|| broken("a mail"))?.message;
    MailCode::parse(code.expose()).or(Err(broken("a code")))
}

/// The examples are part of the program: a mistake in them is found by the first test that starts the demo.
fn broken(what: &str) -> Failure {
    Failure::because(format!("the demo cannot make {what}"))
}

fn print(settings: &Settings, listener: &TcpListener, filled: &Filled) {
    let url = settings.base_url.origin();
    let bound = listener.local_addr().map_or(settings.bind, |bound: SocketAddr| bound);
    output::line(format_args!("Undersigned, a demo on this machine ({bound})\n"));
    output::line(format_args!("  Open            {url}"));
    output::line(format_args!("  Sign            {url}/p/{}", filled.slug));
    output::line(format_args!(
        "                  with any address at @{}, as an employee would",
        content::STAFF_DOMAIN
    ));
    output::line(format_args!(
        "                  without a name: simulated colleagues sign along, so the group comes out in a minute"
    ));
    output::line("                  or with one of these invitations, as a code or as a link");
    output::line("                  (its group waits for ten by invitation, and nobody else here has one)");
    for invitation in &filled.invitations {
        let code = invitation.expose();
        output::line(format_args!("                    {code}   {url}/p/{}#i={code}", filled.slug));
    }
    output::line(format_args!("  Read the mails  {url}/dev/mail"));
    output::line(format_args!("  Sign in         {url}/sign-in"));
    output::line(format_args!("    organizer     {ORGANIZER}   passphrase  {}", filled.organizer.expose()));
    output::line(format_args!("    admin         {ADMIN}       passphrase  {}", filled.admin.expose()));
    output::line(format_args!(
        "\nEverything is in {} and begins anew at the next start. Ctrl-C stops it.",
        settings.data_dir.display()
    ));
}
