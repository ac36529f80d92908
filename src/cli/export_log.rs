//! `undersigned export-log SLUG DIR`: a petition's log and what it shows, as a folder that anyone can audit years later,
//! without this server.

use std::{
    io::{Cursor, Read},
    path::PathBuf,
};

use clap::Args;

use super::{
    failure::{Failure, While},
    files::Files,
    instance, output,
};
use crate::{
    actions::{
        Ctx, Error,
        queries::public_log::{self, Openings, Tile},
    },
    client::{
        failure as client,
        mirror::{self, MirrorError},
        source::Source,
    },
    config::Settings,
    locale::Locale,
    log::audit::finding::Finding,
    web::api::public_log::{number_lines, opening_lines},
};

/// Which petition, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Arguments {
    /// The petition: what follows /p/ in its address
    slug: String,
    /// The folder to write
    dir: PathBuf,
}

/// What this instance serves, read from its database.
struct Own<'a> {
    ctx: &'a Ctx,
    slug: &'a str,
}

/// Writes the folder.
pub fn run(settings: &Settings, arguments: &Arguments) -> Result<(), Failure> {
    let ctx = instance::open(settings)?;
    let words = Locale::english().map_err(Failure::because)?;
    let own = Own { ctx: &ctx, slug: &arguments.slug };
    let exported = mirror::mirror(&own, &Files(arguments.dir.clone()));
    let folder = arguments.dir.display().to_string();
    match exported {
        Ok(_) => {
            output::line(words.with1("export-done", "folder", folder));
            Ok(())
        }
        Err(MirrorError::Unserved(Finding::Gone { .. })) => {
            Err(Failure::because(words.text("client-not-found")))
        }
        Err(MirrorError::Unserved(_)) => Err(Failure::because(words.text("client-root"))),
        Err(MirrorError::Source(failure)) => Err(Failure::because(words.text(failure.message_id()))),
        Err(MirrorError::Kept(error)) => {
            Err(While::doing(format!("the folder {folder} cannot be written"))(error).into())
        }
    }
}

impl Own<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let (ctx, slug) = (self.ctx, self.slug);
        Ok(match path {
            "log/vkey" => public_log::verifier_key(ctx, slug)?
                .map(|served| format!("{}\n", served.content).into_bytes()),
            "log/checkpoint" => public_log::checkpoint(ctx, slug)?.map(|served| served.content.into_bytes()),
            "log/witnessed" => public_log::witnessed(ctx, slug)?.map(|served| served.content.into_bytes()),
            "openings.json" => match public_log::openings(ctx, slug)? {
                Some(Openings::Shown(served)) => serde_json::to_vec(&opening_lines(&served.content)).ok(),
                Some(Openings::TakenDown) | None => None,
            },
            "numbers.json" => public_log::numbers(ctx, slug)?
                .and_then(|tally| serde_json::to_vec(&number_lines(&tally)).ok()),
            tile => match tile.strip_prefix("log/tile/").and_then(|path| Tile::parse(path).ok()) {
                Some(tile) => public_log::tile(ctx, slug, tile)?.map(|served| served.content),
                None => None,
            },
        })
    }
}

impl Source for Own<'_> {
    fn open(&self, path: &str) -> Result<Option<Box<dyn Read>>, client::Failure> {
        match self.read(path) {
            Ok(Some(bytes)) => Ok(Some(Box::new(Cursor::new(bytes)))),
            Ok(None) => Ok(None),
            Err(error) => Err(client::Failure::Lost(ureq::Error::Io(std::io::Error::other(error)))),
        }
    }
}
