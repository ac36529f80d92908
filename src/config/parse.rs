//! Values of one setting each: text in, a checked value or a refusal out.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use super::{
    mistakes::{Refusal, refusal},
    network::{Network, NotANetwork},
};
use crate::{
    domain::web_address::Contact,
    faults::{self, CrashPoint},
};

/// The smallest value of `BATCH_MIN` and `MIN_CELL` (protocol, section 6).
const SMALLEST_CROWD: u32 = 5;
/// Larger minimums would hide every petition for good: surely a slip.
const LARGEST_MINIMUM: u32 = 1_000;
/// Turns shorter than this would be no groups.
const SHORTEST_TURN_SECS: i64 = 5;
/// Casting ends a week after closing: a longer turn would miss it.
const LONGEST_TURN_SECS: i64 = 7 * 86_400;
/// A machine that is shut down waits no longer for its services.
const LONGEST_DELAY_SECS: u64 = 120;
const LONGEST_TEXT_CHARS: usize = 200;

pub(super) fn bind(text: &str) -> Result<SocketAddr, Refusal> {
    text.parse().ok().ok_or_else(|| {
        refusal("is no address and port", "write an address and a port, such as 127.0.0.1:8080")
    })
}

pub(super) fn yes_or_no(text: &str) -> Result<bool, Refusal> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err(refusal("is neither yes nor no", "write yes or no")),
    }
}

pub(super) fn minimum(text: &str) -> Result<u32, Refusal> {
    let number = text.parse().ok().filter(|number| (SMALLEST_CROWD..=LARGEST_MINIMUM).contains(number));
    let range = format!("write a whole number from {SMALLEST_CROWD} to {LARGEST_MINIMUM}; 10 is a good one");
    number.ok_or_else(|| refusal("is no number that protects anybody", range))
}

/// `20s`, `10m`, `1h`, `7d`: seconds between two looks at what waits for its group.
pub(super) fn duration(text: &str) -> Result<i64, Refusal> {
    let secs = secs(text).filter(|secs| (SHORTEST_TURN_SECS..=LONGEST_TURN_SECS).contains(secs));
    secs.ok_or_else(|| {
        refusal(
            "is no time between 5 seconds and 7 days",
            "write a number and a unit, such as 24h, 30m or 20s",
        )
    })
}

/// `0s`, `10s`: how long something is put off before the server stops.
pub(super) fn delay(text: &str) -> Result<Duration, Refusal> {
    let secs =
        secs(text).and_then(|secs| u64::try_from(secs).ok()).filter(|secs| *secs <= LONGEST_DELAY_SECS);
    secs.map(Duration::from_secs).ok_or_else(|| {
        refusal("is no time of at most two minutes", "write a number and a unit, such as 0s or 10s")
    })
}

fn secs(text: &str) -> Option<i64> {
    let (number, unit_secs) = match text.char_indices().next_back()? {
        (at, 's') => (text.get(..at)?, 1),
        (at, 'm') => (text.get(..at)?, 60),
        (at, 'h') => (text.get(..at)?, 3_600),
        (at, 'd') => (text.get(..at)?, 86_400),
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit_secs)
}

pub(super) fn networks(text: &str) -> Result<Vec<Network>, Refusal> {
    let parts = text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
    let networks: Result<Vec<Network>, NotANetwork> = parts.map(str::parse).collect();
    networks.ok().ok_or_else(|| {
        refusal(
            "holds something that is no IP address or range",
            "write a list such as 127.0.0.1, 10.0.0.0/8",
        )
    })
}

pub(super) fn one_line(text: &str) -> Result<String, Refusal> {
    if text.chars().any(char::is_control) || text.chars().count() > LONGEST_TEXT_CHARS {
        return Err(refusal(
            "is not one short line",
            format!("write at most {LONGEST_TEXT_CHARS} characters in one line"),
        ));
    }
    Ok(text.to_owned())
}

/// A page, a mailbox, or words; what means to be an address must be one.
pub(super) fn contact(text: &str) -> Result<String, Refusal> {
    let line = one_line(text)?;
    let means_an_address = line.contains("://") || line.to_ascii_lowercase().trim().starts_with("mailto:");
    if means_an_address && !line.contains(' ') && Contact::parse(&line) == Contact::Words {
        return Err(refusal(
            "is no address that people can reach",
            "write a mail address, a web address such as https://example.org/contact, or words",
        ));
    }
    Ok(line)
}

pub(super) fn folder(text: &str) -> Result<PathBuf, Refusal> {
    let path = PathBuf::from(text);
    if path.is_dir() {
        Ok(path)
    } else {
        Err(refusal("is no folder", "name a folder that exists, or leave it out"))
    }
}

pub(super) fn readable_file(text: &str) -> Result<PathBuf, Refusal> {
    let path = PathBuf::from(text);
    match std::fs::File::open(&path) {
        Ok(_) => Ok(path),
        Err(error) => Err(refusal(
            format!("names a file that cannot be read ({})", error.kind()),
            "name a PEM file that the server's user can read, or leave it out",
        )),
    }
}

pub(super) fn filter(text: &str) -> Result<String, Refusal> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(refusal(
            "is no log filter",
            "write error, warn, info or debug, or a list such as info,undersigned::jobs=debug",
        )),
    }
}

pub(super) fn crash_point(text: &str) -> Result<CrashPoint, Refusal> {
    if !faults::AVAILABLE {
        return Err(refusal("is for tests alone", "take it out: this is a release build"));
    }
    text.parse().ok().ok_or_else(|| refusal("names no crash point", "see src/faults.rs for their names"))
}
