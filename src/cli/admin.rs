//! `undersigned admin …`: accounts that moderate. Made here and nowhere else: no web page can make an admin.

use clap::Subcommand;

use super::{failure::Failure, instance, output};
use crate::{
    actions::accounts::{organizers, passphrases},
    config::Settings,
    domain::{secret::SecretText, text::Pseudonym},
    locale::Locale,
};

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Admin {
    /// Make an account that may moderate; prints its passphrase and recovery codes once
    Create {
        /// The name to sign in with
        pseudonym: String,
    },
    /// Give any account a new passphrase and new recovery codes, and end its sessions
    Reset {
        /// The name to sign in with
        pseudonym: String,
    },
}

/// Does it.
pub fn run(settings: &Settings, admin: &Admin) -> Result<(), Failure> {
    let (Admin::Create { pseudonym } | Admin::Reset { pseudonym }) = admin;
    let pseudonym = Pseudonym::parse(pseudonym).map_err(|problem| {
        let said = Locale::english().map(|locale| locale.problem(&problem));
        Failure::usage(format!("this name cannot be taken: {}", said.unwrap_or_default()))
    })?;
    let ctx = instance::open(settings)?;
    let passphrase = passphrases::generate(ctx.entropy.as_ref());
    let codes = match admin {
        Admin::Create { .. } => organizers::create(&ctx, &pseudonym, &passphrase, None, true)
            .map_err(Failure::because)?
            .map(|(_, codes)| codes)
            .ok_or_else(|| Failure::because("somebody goes by this name, or by one that looks like it"))?,
        Admin::Reset { .. } => organizers::reset(&ctx, &pseudonym, &passphrase)
            .map_err(Failure::because)?
            .ok_or_else(|| Failure::because("nobody goes by this name"))?,
    };
    print(&passphrase, &codes);
    Ok(())
}

fn print(passphrase: &SecretText, codes: &[SecretText]) {
    output::line(format_args!("Passphrase:\n\n    {}\n", passphrase.expose()));
    output::line("Recovery codes, each good for one new passphrase:\n");
    for code in codes {
        output::line(format_args!("    {}", code.expose()));
    }
    output::line("\nWrite both down now: they are shown this once.");
}
