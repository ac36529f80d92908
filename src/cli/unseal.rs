//! `undersigned unseal`: a trustee opens sealed names on a machine of their own, and checks what comes out. Nothing is
//! asked of any server: the file that a petition serves as `sealed.json` holds all that is needed.

use std::{
    io::{self, Read as _},
    path::PathBuf,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::{
    dialog::harmless,
    failure::{Failure, While},
    output, sealing_key,
};
use crate::{
    actions::signing::casts::can_be_shown,
    protocol::{
        extension::Extension,
        leaf::{CastLeaf, Genesis, leaf_hash},
        sealing::{Opening, SealedFor, SealingError, UnsealingKey},
        token::TokenChallenge,
    },
};

/// The longest file that is read: a hundred thousand sealed names. What is cut off is no JSON.
const SEALED_MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What to open with what.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The file that `sealing-key` made
    #[arg(value_name = "KEYFILE")]
    key: PathBuf,
    /// The petition's sealed names, downloaded from /p/…/sealed.json; `-` reads them from standard input
    #[arg(value_name = "FILE")]
    sealed: PathBuf,
    /// The new file for the openings; without it they are printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Arguments {
    /// Whether the openings are printed, and kept nowhere.
    pub const fn prints(&self) -> bool {
        self.out.is_none()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SealedNames {
    genesis: String,
    names: Vec<SealedName>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SealedName {
    index: u64,
    leaf: String,
    sealed: String,
}

#[derive(Serialize)]
struct Line {
    index: u64,
    salt: String,
    extension: String,
}

/// Why a sealed name is left out.
#[derive(Debug, thiserror::Error)]
enum LeftOut {
    #[error("the signature beside it does not verify for this petition")]
    Leaf,
    #[error(transparent)]
    Sealed(#[from] SealingError),
    #[error("what was sealed is not what the signature commits to")]
    Commitment,
    #[error("what was sealed is not a name that can be shown")]
    Name,
}

/// The file is not what it should be.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(
        "this is not a file of sealed names: download it from the petition's address with /sealed.json at its end"
    )]
    File,
    #[error("the names of this petition are sealed to another key than this one")]
    OtherKey,
    #[error("not one of the names could be opened")]
    Nothing,
}

/// Opens, checks, and writes the openings.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let key = sealing_key::read(&arguments.key)?;
    let file = read(arguments)?;
    let genesis_leaf = URL_SAFE_NO_PAD.decode(&file.genesis).or(Err(Failure::because(Unreadable::File)))?;
    let genesis = Genesis::parse(&genesis_leaf).or(Err(Failure::because(Unreadable::File)))?;
    let public = key.sealing_key().map_err(Failure::because)?;
    if genesis.sealing_key != Some(*public.as_bytes()) {
        return Err(Failure::because(Unreadable::OtherKey));
    }
    output::error_line(format_args!("{}\nTo: {}", harmless(&genesis.title), harmless(&genesis.addressed_to)));
    let genesis_hash = leaf_hash(&genesis_leaf);
    let (mut lines, mut left_out) = (Vec::new(), 0_u64);
    for name in &file.names {
        match open(&key, &genesis, &genesis_hash, name) {
            Ok((opening, shown)) => {
                output::error_line(format_args!("{:>8}  {shown}", name.index));
                lines.push(Line {
                    index: name.index,
                    salt: URL_SAFE_NO_PAD.encode(opening.salt),
                    extension: URL_SAFE_NO_PAD.encode(&opening.extension),
                });
            }
            Err(why) => {
                output::error_line(format_args!("{:>8}  left out: {why}", name.index));
                left_out = left_out.saturating_add(1);
            }
        }
    }
    if lines.is_empty() {
        return Err(Failure::because(Unreadable::Nothing));
    }
    let json = serde_json::to_string(&lines).map_err(Failure::because)?;
    match &arguments.out {
        Some(path) => sealing_key::write_new(path, json.as_bytes())?,
        None => output::line(json),
    }
    output::error_line(format_args!(
        "{} names opened, each fits its signature; {left_out} left out.",
        lines.len()
    ));
    output::error_line(format_args!(
        "Give the openings to the organizers to show the names, and to nobody before you are sure. Keep the key."
    ));
    Ok(())
}

fn read(arguments: &Arguments) -> Result<SealedNames, Failure> {
    let mut text = String::new();
    let read = if arguments.sealed.as_os_str() == "-" {
        io::stdin().take(SEALED_MAX_BYTES).read_to_string(&mut text)
    } else {
        std::fs::File::open(&arguments.sealed)
            .and_then(|file| file.take(SEALED_MAX_BYTES).read_to_string(&mut text))
    };
    read.map_err(While::doing("the file of sealed names cannot be read"))?;
    serde_json::from_str(&text).or(Err(Failure::because(Unreadable::File)))
}

/// Opens one name. The signature beside it is checked as the log's readers check it, so that a server cannot pass off
/// names under signatures of its own making.
fn open(
    key: &UnsealingKey,
    genesis: &Genesis,
    genesis_hash: &[u8; 32],
    name: &SealedName,
) -> Result<(Opening, String), LeftOut> {
    let leaf = URL_SAFE_NO_PAD.decode(&name.leaf).or(Err(LeftOut::Leaf))?;
    let leaf = CastLeaf::parse(&leaf).or(Err(LeftOut::Leaf))?;
    let is_cast = (0_u8..).zip(&genesis.crowds).any(|(index, crowd)| {
        let index = crate::domain::proof::CrowdIndex::new(index);
        let challenge = TokenChallenge::new(&genesis.origin, genesis.petition, genesis_hash, index);
        leaf.verify(&crowd.spki, &challenge).is_ok()
    });
    if !is_cast || leaf.petition() != genesis.petition {
        return Err(LeftOut::Leaf);
    }
    let of = SealedFor { petition: genesis.petition, genesis_hash, public_key: leaf.public_key() };
    let sealed = URL_SAFE_NO_PAD.decode(&name.sealed).or(Err(SealingError::NotForUs))?;
    let opening = key.open(of, &sealed)?;
    leaf.verify_opening(&opening.salt, &opening.extension).or(Err(LeftOut::Commitment))?;
    match Extension::parse(&opening.extension) {
        Ok(Extension::Sealed { name, title }) if can_be_shown(&name, title.as_deref()) => {
            let shown = title.map_or_else(|| name.clone(), |title| format!("{name}, {title}"));
            Ok((opening, shown))
        }
        _ => Err(LeftOut::Name),
    }
}
