//! The commands, one file each. What they print is for an operator at a terminal, or a signer at hers; what happened
//! while serving goes to the log. Signers' commands know no settings, and log nothing.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong usage or settings, others as the help of a command says. A reader that closes
//! the output early (`| head`) changes none of them, unless what was printed is shown once and kept nowhere.

mod admin;
mod asking;
mod audit;
mod audit_findings;
mod audit_state;
mod audit_witnesses;
mod backup;
mod ballot_file;
mod cast;
mod check_config;
mod check_statement;
mod database_report;
mod demo;
mod dialog;
mod export_log;
mod failure;
mod files;
mod folder_lock;
mod instance;
mod logging;
mod logs;
mod mail_test;
mod migrate;
mod mirror;
mod output;
mod petition;
mod prepare;
mod process;
mod receipt;
mod reload;
mod retention;
mod sealing_key;
mod serve;
mod server;
mod sign;
mod spool_clock;
mod unseal;
mod visibility;
mod withdraw;
mod witness;
mod worker;
mod workers;

use std::process::ExitCode;

use clap::{
    CommandFactory, FromArgMatches, Parser, Subcommand,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{
    config::{self, Settings},
    faults,
};
use failure::Failure;

/// Petitions whose signatures are verified and whose counts can be checked.
#[derive(Debug, Parser)]
#[command(name = "undersigned", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
enum Command {
    /// Serve (this is what happens without a command)
    Serve,
    /// Try everything out on this machine: example petitions, mails to read in the browser
    Demo(demo::Arguments),
    /// Sign a petition without a browser: no code that a server sends is trusted
    ///
    /// Asks, in this order, a line each: visibility (1 anonymous, 2 public, 3 sealed where there is a trustee; not
    /// with --later), name and title (not where anonymous), proof (where there are several), address and then the
    /// mailed code, or the invitation. A wrong answer is asked for again; after a lost connection, whether to try again.
    /// What could not be cast is kept in the file ballot.json, to be cast another time.
    Sign(sign::Arguments),
    /// Cast a ballot that was saved with `sign --later`, from another network or device
    ///
    /// Asks, in this order, a line each: the petition's address (without --url), visibility (1 anonymous, 2 public),
    /// name and title (public only).
    Cast(cast::Arguments),
    /// Take a signature back; asks for its withdrawal code, then yes or no
    Withdraw(withdraw::Arguments),
    /// Find a signature in the public log; asks for its withdrawal code, and never tells the server which one it is
    ///
    /// Asks, in this order, a line each: withdrawal code (not with --file), phrase (only with --prove).
    ///
    /// Exit codes: 0 the log was looked through, whatever it says of the signature; 1 it could not be fetched, or the
    /// receipt cannot be read or is of another signature; with --file: 10 the log is not the one that the receipt is of,
    /// 11 it is shorter than it was.
    Receipt(receipt::Arguments),
    /// Check what somebody says to prove that they signed
    ///
    /// Exit codes: 0 it holds, and the signature counts; 1 the log could not be fetched, or this is no statement; 3 the
    /// signature is not in the log (yet); 4 it was withdrawn; 5 it was voided; 6 the statement is false, or about another
    /// petition; 9 key or log cannot be trusted.
    CheckStatement(check_statement::Arguments),
    /// Check all of a petition's public log, and that the site shows what it holds
    ///
    /// The second time it reads what is new, and a part of what it has checked before; of a folder all of it. It says how
    /// much of each.
    ///
    /// Exit codes: 0 all is well; 1 it could not be fetched; 9 the key or what it signed cannot be trusted; otherwise the
    /// gravest finding: 10 two histories, 11 put back to an earlier state, 12 not the entries that were signed, 13 an entry
    /// that is none, 14 a signature that does not verify, 15 a token cast twice, 16 a withdrawal or change without basis,
    /// 17 more cast than issued, 18 cast after the end, 19 a name that is not the signer's, 20 a number that is not the log's,
    /// 21 something of the log is not served (any more),
    /// 30 witnesses were shown another history, 31 not witnessed as the policy asks.
    Audit(audit::Arguments),
    /// Keep a copy of a petition and its log that any web server can serve, and audit it
    ///
    /// Exit codes: those of audit.
    Mirror(mirror::Arguments),
    /// Watch other instances' logs, and sign of each one history only: for others to hold them to
    ///
    /// Needs no settings. The first line that it prints is its verifier key: for WITNESSES of the instances, and for
    /// policies of readers. It serves POST /add-checkpoint (C2SP tlog-witness), and at / what it has seen.
    Witness(witness::Arguments),
    /// Make or mend accounts that moderate
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Decide about a public log that the database holds less of than was published
    #[command(subcommand)]
    Log(logs::Log),
    /// Bring the database's schema up to date (serve does so, too)
    Migrate,
    /// Copy the database to a new file while it is in use; keys are not in it
    Backup(backup::Arguments),
    /// Write a petition's log to a folder that anyone can audit without this server
    ExportLog(export_log::Arguments),
    /// Destroy what ran out now, as the server does by itself
    Retention(retention::Arguments),
    /// For a trustee: make the key to which signers seal their names (needs no server and no settings)
    SealingKey(sealing_key::Arguments),
    /// For a trustee: open sealed names and check each against its signature (needs no server and no settings)
    Unseal(unseal::Arguments),
    /// Say whether the settings fit together, and what to look after besides
    CheckConfig,
    /// Send a test mail through the mail server of the settings, and say step by step what happened
    ///
    /// Exit codes: 0 the mail server took it; 1 it did not; 2 the settings or the address are wrong.
    MailTest(mail_test::Arguments),
}

/// Reads the arguments and the settings, runs the command, reports what went wrong.
#[must_use]
pub fn main() -> ExitCode {
    process::close_to_others();
    let parsed = parser().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let result = match parsed {
        Ok(cli) => {
            let command = cli.command.unwrap_or(Command::Serve);
            let prints_once = command.prints_once();
            run(command).and_then(|()| if prints_once { all_was_printed() } else { Ok(()) })
        }
        // Help and version end up here as well, and are no failure: clap knows which. It passes over a closed output.
        Err(error) => without_values(error).exit(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::error_line(failure.report());
            ExitCode::from(failure.exit_code())
        }
    }
}

/// A mistake in the arguments, without what was typed but for names of options: people type codes, ballots and keys
/// where a file or an option belongs, and errors end up in logs.
fn without_values(mut error: clap::Error) -> clap::Error {
    let is_option = |value: Option<&ContextValue>| match value {
        Some(ContextValue::String(text)) => text.starts_with('-') && !text.contains('='),
        _ => false,
    };
    if !is_option(error.get(ContextKind::InvalidArg)) && error.kind() == ErrorKind::UnknownArgument {
        error.remove(ContextKind::InvalidArg);
    }
    // With a tip that repeats it.
    for kind in [ContextKind::InvalidValue, ContextKind::InvalidSubcommand, ContextKind::Suggested] {
        error.remove(kind);
    }
    error
}

impl Command {
    /// Whether it prints what is shown once and kept nowhere: passphrases, withdrawal codes, keys, openings.
    const fn prints_once(&self) -> bool {
        match self {
            Self::Sign(_) | Self::Cast(_) | Self::Admin(_) | Self::SealingKey(_) => true,
            Self::Unseal(arguments) => arguments.prints(),
            _ => false,
        }
    }
}

fn all_was_printed() -> Result<(), Failure> {
    if output::was_lost() {
        let words = "it is done, but nobody read to its end what was printed, and that is shown once";
        return Err(Failure::because(words));
    }
    Ok(())
}

/// The argument parser, with the table of settings at the end of its help.
fn parser() -> clap::Command {
    Cli::command().after_help(config::table::plain_text())
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        // On a signer's machine: no settings, no environment, no log.
        Command::Sign(arguments) => sign::run(&arguments),
        Command::Cast(arguments) => cast::run(&arguments),
        Command::Withdraw(arguments) => withdraw::run(&arguments),
        Command::Receipt(arguments) => receipt::run(&arguments),
        Command::CheckStatement(arguments) => check_statement::run(&arguments),
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Mirror(arguments) => mirror::run(&arguments),
        Command::Witness(arguments) => witness::run(&arguments),
        Command::SealingKey(arguments) => sealing_key::run(&arguments),
        Command::Unseal(arguments) => unseal::run(&arguments),
        command => operate(command),
    }
}

/// Commands of operators, on the machine of the server.
fn operate(command: Command) -> Result<(), Failure> {
    let environment = config::environment();
    let settings = match command {
        Command::Demo(_) => demo::settings(&environment)?,
        _ => Settings::parse(&environment)?,
    };
    logging::start(&settings.log);
    if let Some(point) = settings.crash_at {
        faults::arm(point);
        process::open_to_tests();
    }
    match command {
        Command::Serve => {
            process::keep_out_of_swap();
            serve::run(&settings)
        }
        Command::Demo(arguments) => demo::run(&settings, &arguments),
        Command::Admin(admin) => admin::run(&settings, &admin),
        Command::Log(log) => logs::run(&settings, &log),
        Command::Retention(arguments) => retention::run(&settings, &arguments),
        Command::Migrate => migrate::run(&settings),
        Command::ExportLog(arguments) => export_log::run(&settings, &arguments),
        Command::Backup(arguments) => backup::run(&settings, &arguments),
        Command::CheckConfig => check_config::run(&settings),
        Command::MailTest(arguments) => mail_test::run(&settings, &arguments),
        // Run before any setting was read.
        Command::Sign(_)
        | Command::Cast(_)
        | Command::Withdraw(_)
        | Command::Receipt(_)
        | Command::CheckStatement(_)
        | Command::Audit(_)
        | Command::Mirror(_)
        | Command::Witness(_)
        | Command::SealingKey(_)
        | Command::Unseal(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(arguments: &[&str]) -> Result<Option<Command>, clap::error::ErrorKind> {
        let arguments = std::iter::once("undersigned").chain(arguments.iter().copied());
        let parsed = parser().try_get_matches_from(arguments).and_then(|m| Cli::from_arg_matches(&m));
        parsed.map(|cli| cli.command).map_err(|error| error.kind())
    }

    #[test]
    fn the_parser_is_sound() {
        parser().debug_assert();
    }

    #[test]
    fn a_command_that_does_not_exist_is_wrong_usage() {
        assert_eq!(command(&["serv"]), Err(clap::error::ErrorKind::InvalidSubcommand));
        assert_eq!(command(&["backup"]), Err(clap::error::ErrorKind::MissingRequiredArgument));
        assert_eq!(command(&["check-config"]), Ok(Some(Command::CheckConfig)));
    }

    #[test]
    fn help_names_every_setting() {
        let help = parser().render_help().to_string();
        for setting in config::table::SETTINGS {
            assert!(help.contains(setting.name), "{} is missing", setting.name);
        }
    }
}
