//! The witnesses that this instance asks to cosign its logs.

use url::{Host, Url};

use super::mistakes::{Refusal, refusal};
use crate::log::cosignature::WitnessKey;

/// More than any policy asks for.
const MOST: usize = 32;

/// A witness: whose cosignatures are taken, and where to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Its verifier key, with its name.
    pub key: WitnessKey,
    /// Where submissions go: its submission prefix and `/add-checkpoint`.
    pub url: String,
}

/// Verifier key and URL of each, with commas between.
pub(super) fn parse(text: &str) -> Result<Vec<Witness>, Refusal> {
    let mut witnesses: Vec<Witness> = Vec::new();
    for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        let witness = witness(entry)?;
        if witnesses.iter().any(|known| known.key.is_same_key(&witness.key)) {
            return Err(refusal("names a witness twice", "name each key once: one key is one witness"));
        }
        witnesses.push(witness);
    }
    if witnesses.len() > MOST {
        return Err(refusal("names too many witnesses", format!("name at most {MOST}")));
    }
    Ok(witnesses)
}

fn witness(entry: &str) -> Result<Witness, Refusal> {
    let fix = "write its verifier key, a space and its URL, such as witness.example/w1+0f3c…+BA… https://witness.example; `undersigned witness` prints both";
    let mut words = entry.split_whitespace();
    let (Some(key), Some(url), None) = (words.next(), words.next(), words.next()) else {
        return Err(refusal("has an entry that is not a verifier key and a URL", fix));
    };
    let key = WitnessKey::parse(key);
    let key = key.map_err(|_no_key| refusal("has an entry whose key is no witness's verifier key", fix))?;
    let no_url = || refusal("has an entry whose URL is none that can be asked", fix);
    let url = Url::parse(url).map_err(|_no_url| no_url())?;
    let is_bare = url.username().is_empty() && url.password().is_none();
    let is_safe = match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => is_this_machine(&host),
        _ => false,
    };
    if !is_bare || url.query().is_some() || url.fragment().is_some() {
        return Err(no_url());
    }
    if !is_safe {
        return Err(refusal(
            "has an entry whose URL is not https",
            "write https://; http is for this machine itself",
        ));
    }
    Ok(Witness { key, url: format!("{}/add-checkpoint", url.as_str().trim_end_matches('/')) })
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::cosignature::Cosigner;

    fn key(seed: u8) -> String {
        Cosigner::new("witness.example/w1", &[seed; 32]).unwrap().verifier().to_string()
    }

    #[test]
    fn witnesses_are_read_from_a_list() {
        let text = format!("{} https://a.example , {}  http://127.0.0.1:7000/w/,", key(1), key(2));
        let read = parse(&text).unwrap();
        let urls: Vec<&str> = read.iter().map(|witness| witness.url.as_str()).collect();
        assert_eq!(urls, ["https://a.example/add-checkpoint", "http://127.0.0.1:7000/w/add-checkpoint"]);
        assert_eq!(read[1].key.to_string(), key(2));
        assert_eq!(parse("").unwrap(), []);
    }

    #[test]
    fn mistakes_are_told_without_repeating_what_was_written() {
        let key = key(1);
        for (text, wrong) in [
            (key.clone(), "not a verifier key and a URL"),
            (format!("{key} https://a.example x"), "not a verifier key and a URL"),
            (format!("https://a.example {key}"), "no witness's verifier key"),
            (format!("{key} a.example"), "none that can be asked"),
            (format!("{key} https://a.example?x=y"), "none that can be asked"),
            (format!("{key} https://me:secret@a.example"), "none that can be asked"),
            (format!("{key} http://a.example"), "not https"),
            (format!("{key} ftp://a.example"), "not https"),
            (format!("{key} https://a.example, {key} https://b.example"), "twice"),
        ] {
            let refusal = parse(&text).unwrap_err();
            assert!(refusal.wrong.contains(wrong), "{text}: {}", refusal.wrong);
        }
    }
}
