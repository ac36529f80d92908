//! Who may see the name: asked, or chosen by an option. Anonymous is first, and what is meant by an empty line.

use clap::Args;

use super::{dialog::Dialog, failure::Failure};
use crate::{
    client::{
        cast::{self, Visibility},
        log::Checked,
    },
    domain::text::{DisplayName, JobTitle},
    entropy::SystemEntropy,
};

/// Chosen without being asked, for a ballot that was saved.
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

/// Chosen without being asked, where a name may be sealed too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
#[group(multiple = false)]
pub struct WithSealed {
    /// Be counted anonymously
    #[arg(long)]
    anonymous: bool,
    /// Show your name to everyone; you are asked for it
    #[arg(long)]
    public: bool,
    /// Seal your name to the petition's trustee until enough have agreed to be named; you are asked for it
    #[arg(long)]
    sealed: bool,
}

/// Who may see the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Anonymous,
    Public,
    Sealed,
}

impl Choice {
    /// What was chosen, or is now; with the name where one is shown.
    pub fn resolve(self, dialog: &Dialog, checked: &Checked) -> Result<Visibility, Failure> {
        let mode = match self {
            Self { public: true, .. } => Mode::Public,
            Self { anonymous: true, .. } => Mode::Anonymous,
            _ => ask(dialog, checked, &[Mode::Anonymous, Mode::Public])?,
        };
        named(dialog, checked, mode)
    }
}

impl WithSealed {
    /// What was chosen, or is now; with the name where one is shown or sealed.
    pub fn resolve(self, dialog: &Dialog, checked: &Checked) -> Result<Visibility, Failure> {
        let has_trustee = checked.genesis.sealing_key.is_some();
        let mode = match self {
            Self { public: true, .. } => Mode::Public,
            Self { anonymous: true, .. } => Mode::Anonymous,
            Self { sealed: true, .. } => Mode::Sealed,
            _ if has_trustee => ask(dialog, checked, &[Mode::Anonymous, Mode::Public, Mode::Sealed])?,
            _ => ask(dialog, checked, &[Mode::Anonymous, Mode::Public])?,
        };
        if mode == Mode::Sealed {
            tell_of_trustee(dialog, checked)?;
        }
        named(dialog, checked, mode)
    }
}

/// Who will see what, and whose key it is: the log names the key, and neither the trustee nor how many must agree.
fn tell_of_trustee(dialog: &Dialog, checked: &Checked) -> Result<(), Failure> {
    let key = cast::trustee(checked).map_err(|failure| dialog.failed(&failure))?.to_string();
    dialog.say(&dialog.words.with1("client-trustee-key", "key", &*key));
    dialog.say(&dialog.words.text("client-trustee-text"));
    dialog.event(&serde_json::json!({ "event": "trustee", "sealing_key": key }));
    Ok(())
}

fn ask(dialog: &Dialog, checked: &Checked, offered: &[Mode]) -> Result<Mode, Failure> {
    let words = &dialog.words;
    dialog.say(&words.text("client-visibility-heading"));
    let n = u64::from(checked.genesis.batch);
    dialog.say(&words.with1("client-visibility-anonymous", "n", n));
    dialog.say(&words.text("client-visibility-public"));
    let (prompt, mistake) = if offered.contains(&Mode::Sealed) {
        dialog.say(&words.text("client-visibility-sealed"));
        ("client-visibility-prompt-sealed", "client-visibility-mistake-sealed")
    } else {
        ("client-visibility-prompt", "client-visibility-mistake")
    };
    dialog.ask_until("visibility", &words.text(prompt), |typed| {
        let mode = match typed {
            "" | "1" | "anonymous" => Some(Mode::Anonymous),
            "2" | "public" => Some(Mode::Public),
            "3" | "sealed" => Some(Mode::Sealed),
            _ => None,
        };
        mode.filter(|mode| offered.contains(mode)).ok_or_else(|| words.text(mistake))
    })
}

/// With the name, which is asked for again where it finds no room.
fn named(dialog: &Dialog, checked: &Checked, mode: Mode) -> Result<Visibility, Failure> {
    let words = &dialog.words;
    let (name_prompt, title_prompt) = match mode {
        Mode::Anonymous => return Ok(Visibility::Anonymous),
        Mode::Public => ("client-name-prompt", "client-title-prompt"),
        Mode::Sealed => ("client-name-prompt-sealed", "client-title-prompt-sealed"),
    };
    loop {
        let name = dialog.ask_until("name", &words.text(name_prompt), |typed| {
            DisplayName::parse(typed).map_err(|problem| dialog.problem(&problem))
        })?;
        let title = dialog.ask_until("title", &words.text(title_prompt), |typed| {
            JobTitle::parse(typed).map_err(|problem| dialog.problem(&problem))
        })?;
        let visibility = if mode == Mode::Sealed {
            Visibility::Sealed(name, title)
        } else {
            Visibility::Public(name, title)
        };
        match visibility.check(checked, &SystemEntropy) {
            Ok(()) => return Ok(visibility),
            Err(failure) => dialog.mistake("name", &dialog.words_for(&failure)),
        }
    }
}
