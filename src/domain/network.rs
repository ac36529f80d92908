//! Networks: which addresses are this machine, which are trusted proxies.

use std::{
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

/// An IP address or a range of them: `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// The range's first address as a number of 128 bits; IPv4 is mapped into IPv6.
    base: u128,
    /// How many leading bits belong to the network, counted in IPv6.
    prefix_bits: u32,
}

/// This is neither an IP address nor a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("neither an IP address nor a range")]
pub struct NotANetwork;

impl Network {
    /// Whether `address` lies in this network. An IPv4 address is the same in either notation.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        mask(number(address), self.prefix_bits) == self.base
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().ok().ok_or(NotANetwork)?;
        let offset = if address.is_ipv4() { 96 } else { 0 };
        let prefix_bits = match length {
            None => 128,
            Some(length) => offset + length.trim().parse::<u32>().ok().ok_or(NotANetwork)?,
        };
        if prefix_bits > 128 {
            return Err(NotANetwork);
        }
        Ok(Self { base: mask(number(address), prefix_bits), prefix_bits })
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn mask(number: u128, prefix_bits: u32) -> u128 {
    // A prefix of no bits would shift by all 128, which overflows: it keeps nothing.
    u128::MAX.checked_shl(128 - prefix_bits).map_or(0, |mask| number & mask)
}

/// Whether `host` (a name or an address, with or without brackets) is this machine.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    if bare == "localhost" || bare.ends_with(".localhost") {
        return true;
    }
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) => v4.is_loopback(),
        Ok(IpAddr::V6(v6)) => {
            v6 == Ipv6Addr::LOCALHOST || v6.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_contains_what_lies_in_it_and_nothing_else() {
        assert!(network("10.0.0.0/8").contains(ip("10.200.3.4")));
        assert!(network("10.0.0.0/8").contains(ip("::ffff:10.1.1.1")));
        assert!(!network("10.0.0.0/8").contains(ip("11.0.0.1")));
        assert!(network("192.0.2.7").contains(ip("192.0.2.7")));
        assert!(!network("192.0.2.7").contains(ip("192.0.2.8")));
        assert!(network("fd00::/8").contains(ip("fd12::1")));
        assert!(network("0.0.0.0/0").contains(ip("203.0.113.9")));
        assert!(!network("0.0.0.0/0").contains(ip("2001:db8::1")));
        assert!(network("::/0").contains(ip("2001:db8::1")));
    }

    #[test]
    fn nonsense_is_no_network() {
        for text in ["", "example.org", "10.0.0.0/33", "::/129", "10.0.0.0/x", "10.0.0.0/-1"] {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text}");
        }
    }

    #[test]
    fn loopback_is_known_by_name_and_by_address() {
        for host in [
            "localhost",
            "LOCALHOST",
            "a.localhost",
            "127.0.0.1",
            "127.8.8.8",
            "::1",
            "[::1]",
            "::ffff:127.0.0.1",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["example.org", "localhost.example.org", "10.0.0.1", "0.0.0.0", "::"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
