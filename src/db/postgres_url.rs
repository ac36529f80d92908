//! What a PostgreSQL URL says, and what we add to it: bounds, so that a host that vanishes is noticed.

use std::{borrow::Cow, time::Duration};

/// PostgreSQL's own port, where none is named.
const PORT: u16 = 5_432;

/// As long as [`BOUNDS`] say.
const CONNECT_SECS: u64 = 2;

/// Added unless the operator has set them. `libpq` knows no bound for connecting, and the system's for what is not
/// acknowledged is a quarter of an hour. Two seconds is the shortest `connect_timeout` that `libpq` takes, for each host.
const BOUNDS: [(&str, &str); 6] = [
    ("connect_timeout", "2"),
    ("tcp_user_timeout", "4000"),
    ("keepalives", "1"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "2"),
];

/// `url` with the bounds that it lacks.
pub(super) fn bounded(url: &str) -> String {
    let set: Vec<Cow<'_, str>> = parameters(url).map(|(name, _)| name).collect();
    let mut bounded = String::from(url);
    for (name, value) in BOUNDS {
        if !set.iter().any(|set| set == name) {
            let glue = if bounded.contains('?') { '&' } else { '?' };
            bounded = format!("{bounded}{glue}{name}={value}");
        }
    }
    bounded
}

/// How long connecting may take, from host to host, before something else than a host that is away keeps it.
pub(super) fn longest_connecting(url: &str) -> Duration {
    let of = |name: &str| parameters(url).find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let secs = of("connect_timeout").and_then(|secs| secs.parse().ok()).unwrap_or(CONNECT_SECS);
    let (authority, _) = parts(url);
    let lists = [Some(String::from(authority)), of("host"), of("hostaddr")];
    let hosts = lists.iter().flatten().map(|list| list.split(',').count()).max().unwrap_or(1);
    let each = Duration::from_secs(secs).saturating_mul(u32::try_from(hosts).unwrap_or(u32::MAX));
    each.saturating_add(Duration::from_secs(CONNECT_SECS))
}

/// The ports of all servers that `url` names.
pub(super) fn ports(url: &str) -> Vec<u16> {
    let (authority, _) = parts(url);
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
    let mut ports: Vec<u16> = hosts.split(',').map(port_of).collect();
    let named = parameters(url).filter(|(name, _)| name == "port");
    ports.extend(named.flat_map(|(_, list)| {
        list.split(',').filter_map(|port| port.trim().parse().ok()).collect::<Vec<u16>>()
    }));
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// The password, as it is spelled in `url` and as it is.
pub(super) fn passwords(url: &str) -> Vec<String> {
    let (authority, _) = parts(url);
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let spelled = user.split_once(':').map(|(_, password)| String::from(password));
    let secret = |name: &str| matches!(name, "password" | "sslpassword");
    let in_parameters = parameters(url).filter(|(name, _)| secret(name)).map(|(_, value)| value.into_owned());
    let plain = spelled
        .iter()
        .map(|text| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned());
    let mut all: Vec<String> = spelled.iter().cloned().chain(plain).chain(in_parameters).collect();
    all.retain(|password| !password.is_empty());
    all
}

/// What stands between `://` and the path, and the parameters.
fn parts(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    (before.split('/').next().unwrap_or_default(), query)
}

fn parameters(url: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(parts(url).1.as_bytes())
}

fn port_of(host: &str) -> u16 {
    // A colon inside brackets belongs to an IPv6 address.
    let after = host.rsplit_once(']').map_or(host, |(_, after)| after);
    after.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(PORT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_added_unless_the_operator_has_set_them() {
        let url = bounded("postgres://u:p@db.example/x");
        assert!(
            url.starts_with("postgres://u:p@db.example/x?connect_timeout=2&tcp_user_timeout=4000&"),
            "{url}"
        );
        let url = bounded("postgres://u:p@db.example/x?connect_timeout=9&keepalives=0");
        assert!(!url.contains("connect_timeout=2") && !url.contains("keepalives=1"), "{url}");
        assert!(url.contains("&tcp_user_timeout=4000"), "{url}");
    }

    #[test]
    fn each_host_has_its_time_to_answer() {
        assert_eq!(longest_connecting("postgres://u@a/x"), Duration::from_secs(4));
        assert_eq!(longest_connecting("postgres://u@a,b,c/x?connect_timeout=5"), Duration::from_secs(17));
        assert_eq!(longest_connecting("postgres:///x?host=a,b"), Duration::from_secs(6));
    }

    #[test]
    fn ports_of_all_hosts_are_found() {
        assert_eq!(ports("postgres://u@a,b:6432,[::1]:7000/x"), [5_432, 6_432, 7_000]);
        assert_eq!(ports("postgresql:///x?host=/run/postgresql&port=5433"), [5_432, 5_433]);
    }

    #[test]
    fn a_password_is_found_in_every_spelling() {
        assert_eq!(passwords("postgres://u:p%40ss@a/x?sslpassword=key"), ["p%40ss", "p@ss", "key"]);
        assert_eq!(passwords("postgres://u@a/x"), [""; 0]);
    }
}
