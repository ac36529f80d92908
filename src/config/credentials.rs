//! User names and passwords in addresses: what breaks an address is found here, and named with its fix. A character such
//! as `/` ends the part of an address in which a password stands, so the rest of the password would be taken for a
//! path, and the beginning for a host: the mistake that follows from that ("is not an address") helps nobody.
//!
//! No part of the address is ever repeated.

use super::mistakes::{Refusal, refusal};

const ENCODE: &str = "in the user name and the password write % as %25, / as %2F, ? as %3F, # as %23, @ as %40 and : as %3A; \
     all else stays as it is";

/// The characters that end the part of a web-like address in which user name, password and host stand.
const ENDS: [char; 3] = ['/', '?', '#'];

/// Looks at `rest`, what follows `smtp://`: everything before the last `@` of the part that ends at `/`, `?` or `#` is
/// user name and password.
pub(super) fn check_smtp(rest: &str) -> Result<(), Refusal> {
    let (authority, behind) = rest.split_at(rest.find(ENDS).unwrap_or(rest.len()));
    if behind.contains('@') {
        return Err(refusal("has a user name or password with one of / ? # in it, which ends them", ENCODE));
    }
    let (credentials, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    check_encoding(credentials)?;
    check_port(host)
}

/// What an address of PostgreSQL consists of, split as libpq splits it.
pub(super) struct PostgresParts<'a> {
    /// Hosts with their ports, a list with commas.
    pub hosts: &'a str,
    /// What follows the question mark.
    pub query: &'a str,
}

/// Splits `rest`, what follows `postgres://`, as libpq does: user name and password end at the first `@`, if that comes
/// before the first `/`.
pub(super) fn split_postgres(rest: &str) -> Result<PostgresParts<'_>, Refusal> {
    let authority = rest.split('/').next().unwrap_or_default();
    let credentials = authority.split_once('@').map(|(credentials, _)| credentials);
    let after = credentials.map_or(rest, |credentials| rest.get(credentials.len() + 1..).unwrap_or_default());
    let (place, query) = after.split_once('?').unwrap_or((after, ""));
    if place.contains('@') {
        return Err(refusal("has a user name or password with / or @ in it, which ends them", ENCODE));
    }
    check_encoding(credentials.unwrap_or_default())?;
    let hosts = place.split('/').next().unwrap_or_default();
    hosts.split(',').try_for_each(check_port)?;
    if query.split('&').any(|parameter| !parameter.is_empty() && !parameter.contains('=')) {
        return Err(refusal("has a ? that is not followed by name=value", ENCODE));
    }
    Ok(PostgresParts { hosts, query })
}

fn check_encoding(credentials: &str) -> Result<(), Refusal> {
    let encoded = credentials.split('%').skip(1).all(|rest| {
        let digits = rest.get(..2);
        digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && digits != "00")
    });
    if !encoded {
        return Err(refusal("has a user name or password with a % that encodes nothing", ENCODE));
    }
    // The parser of addresses leaves out tabs and line breaks in silence.
    if credentials.chars().any(char::is_control) {
        return Err(refusal("has a tab, line break or other control character in it", "take it out"));
    }
    Ok(())
}

/// `host:port`, `[::1]:port`: a port that is no number is mostly the beginning of a password.
fn check_port(host: &str) -> Result<(), Refusal> {
    let behind_address = host.rsplit_once(']').map_or(host, |(_, rest)| rest);
    let port = behind_address.split_once(':').map_or("", |(_, port)| port);
    let fits = port.is_empty() || port.parse::<u16>().is_ok_and(|port| port > 0);
    if fits {
        return Ok(());
    }
    Err(refusal(
        "has a port that is no number from 1 to 65535",
        format!("write host:port; if what stands there is part of a password, {ENCODE}"),
    ))
}
