//! What `undersigned audit` says of witnesses, and the policy that it was given.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{
    dialog::{Dialog, harmless},
    failure::{Failure, While},
};
use crate::{
    client::{audit::Audited, witnessed::Seen},
    log::policy::Policy,
};

/// Reads a policy file.
pub fn read_policy(file: &Path) -> Result<Policy, Failure> {
    let unusable = || format!("the policy {} cannot be used", file.display());
    let bytes = fs::read(file).map_err(While::doing(unusable()));
    let policy = Policy::parse(&bytes.map_err(Failure::usage)?).map_err(While::doing(unusable()));
    policy.map_err(Failure::usage)
}

/// Says who has cosigned, and what that is worth.
pub fn tell(dialog: &Dialog, audited: &Audited) {
    let (words, witnessing) = (&dialog.words, &audited.witnessing);
    let size = witnessing.size;
    for seen in &witnessing.cosignatures {
        let (name, key) = (harmless(&seen.name), seen.key_hash.as_str());
        let who = words.with3("audit-witness", "name", name, "key", key, "size", size);
        let when = words.with1("audit-witness-days", "days", seen.days);
        let checked = if is_checked(seen) { "audit-witness-trusted" } else { "audit-witness-unchecked" };
        dialog.say(&format!("  {who} {when} {}", words.text(checked)));
    }
    match witnessing.is_enough {
        None if witnessing.cosignatures.is_empty() => dialog.say(&words.text("audit-no-witness")),
        None => dialog.say(&words.text("audit-witnesses-unknown")),
        Some(true) if !witnessing.cosignatures.iter().any(is_checked) => {
            dialog.say(&words.text("audit-policy-empty"));
        }
        Some(true) => {
            dialog.say(&words.text("audit-policy-satisfied"));
        }
        // A finding, which is told among the others; or no cosignature was asked for.
        Some(_) => {}
    }
    let newer = audited.verdict.size.saturating_sub(size);
    if newer > 0 && !witnessing.cosignatures.is_empty() {
        dialog.say(&words.with1("audit-witness-rest", "n", newer));
    }
}

/// The same for programs.
pub fn event(audited: &Audited) -> Value {
    let witnessing = &audited.witnessing;
    let one = |seen: &Seen| {
        json!({
            "name": seen.name,
            "key_hash": seen.key_hash,
            "vkey": seen.key,
            "verified": is_checked(seen),
            "days": seen.days,
        })
    };
    Value::Array(witnessing.cosignatures.iter().map(one).collect())
}

const fn is_checked(seen: &Seen) -> bool {
    seen.key.is_some()
}
