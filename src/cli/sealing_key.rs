//! `undersigned sealing-key`: a trustee makes the key to which signers seal their names, on a machine of their own.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use clap::Args;
use zeroize::Zeroizing;

use super::{
    failure::{Failure, While},
    output,
};
use crate::{
    entropy::SystemEntropy,
    protocol::sealing::{SealingError, UnsealingKey},
};

/// What a key file begins with, so that nobody takes it for the public key.
const HEAD: &str = "undersigned-private-sealing-key/v1 ";

/// Where to put the private key.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The new file for the private key; an existing one is never overwritten
    #[arg(long, value_name = "FILE", default_value = "trustee.key")]
    out: PathBuf,
}

/// Makes the key.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let key = UnsealingKey::generate(&SystemEntropy);
    let public = key.sealing_key().map_err(Failure::because)?;
    let text = Zeroizing::new(format!("{HEAD}{}\n", *key.expose()));
    write_new(&arguments.out, text.as_bytes())?;
    output::line(format_args!("Your public key, to give to the organizers of the petition:\n\n{public}\n"));
    output::line(format_args!(
        "\
Your private key is in {}, readable by you alone. Whoever has it can read every name that is sealed to you.
- Keep it off this site's server and off any machine of the employer. Keep one copy apart, for example on paper.
- Never send it to anyone, the organizers and the operator of the site included: nobody needs it.
- If you lose it, no sealed name can ever be shown. If somebody else gets it, tell the organizers.
When the petition says that names are due, open them yourself with `undersigned unseal`.",
        arguments.out.display()
    ));
    Ok(())
}

/// Writes a file that only this user can read, and that was not there before.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = || -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    written().map_err(While::doing(format!("{} cannot be written", path.display()))).map_err(Failure::from)
}

/// Reads a key file.
pub(super) fn read(path: &Path) -> Result<UnsealingKey, Failure> {
    // Not by its name: whoever gave the key itself for its file would find it on the screen.
    let doing = || While::doing("the key file cannot be read");
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(doing())?);
    let key = text.trim().strip_prefix(HEAD).ok_or(SealingError::Key).and_then(UnsealingKey::parse);
    Ok(key.map_err(While::doing(format!("{} is not a file that `sealing-key` made", path.display())))?)
}
