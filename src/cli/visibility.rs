//! Who may see the name: asked, or chosen by an option. Anonymous is first, and what is meant by an empty line.

use clap::Args;

use super::{dialog::Dialog, failure::Failure};
use crate::{
    client::{cast::Visibility, log::Checked},
    domain::text::{DisplayName, JobTitle},
};

/// Chosen without being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
#[group(multiple = false)]
pub struct Choice {
    /// Be counted anonymously
    #[arg(long)]
    anonymous: bool,
    /// Show your name to everyone; you are asked for it
    #[arg(long)]
    public: bool,
}

impl Choice {
    /// What was chosen, or is now; with the name where one is shown.
    pub fn resolve(self, dialog: &Dialog, checked: &Checked) -> Result<Visibility, Failure> {
        let words = &dialog.words;
        let is_public = match self {
            Self { public: true, .. } => true,
            Self { anonymous: true, .. } => false,
            _ => {
                dialog.say(&words.text("client-visibility-heading"));
                let n = u64::from(checked.genesis.batch);
                dialog.say(&words.with1("client-visibility-anonymous", "n", n));
                dialog.say(&words.text("client-visibility-public"));
                let prompt = words.text("client-visibility-prompt");
                dialog.ask_until("visibility", &prompt, |typed| match typed {
                    "" | "1" | "anonymous" => Ok(false),
                    "2" | "public" => Ok(true),
                    _ => Err(words.text("client-visibility-mistake")),
                })?
            }
        };
        if !is_public {
            return Ok(Visibility::Anonymous);
        }
        let name = dialog.ask_until("name", &words.text("client-name-prompt"), |typed| {
            DisplayName::parse(typed).map_err(|problem| dialog.problem(&problem))
        })?;
        let title = dialog.ask_until("title", &words.text("client-title-prompt"), |typed| {
            JobTitle::parse(typed).map_err(|problem| dialog.problem(&problem))
        })?;
        Ok(Visibility::Public(name, title))
    }
}
