//! Who the client is behind trusted proxies. The address found here feeds the limits, hashed; it is stored
//! and logged nowhere.

use std::net::{IpAddr, SocketAddr};

use crate::domain::network::Network;

/// What stands for a client in the limits: an IPv4 address, or the /64 that a household or host commonly has.
#[must_use]
pub fn household(address: IpAddr) -> [u8; 16] {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => (v6.to_bits() & (u128::MAX << 64)).to_be_bytes(),
    }
}

/// The networks that a client is counted in, each with how many times as much as one client it may: an IPv4 address; the /64
/// that a household or host has, the /56 and the /48 that subscribers and sites commonly get (RFC 6177).
#[must_use]
pub fn networks(address: IpAddr) -> Vec<([u8; 16], i64)> {
    let own = household(address);
    match address.to_canonical() {
        IpAddr::V4(_) => vec![(own, 1)],
        IpAddr::V6(v6) => {
            let wider = |bits: u32, mark: u8| {
                let mut bytes = (v6.to_bits() & (u128::MAX << (128 - bits))).to_be_bytes();
                // So that a /48 is not the /64 with the same bytes: what lies below the /64 is free.
                if let Some(last) = bytes.last_mut() {
                    *last = mark;
                }
                bytes
            };
            vec![(own, 1), (wider(56, 56), 2), (wider(48, 48), 8)]
        }
    }
}

/// The client behind `peer`: if the peer is a trusted proxy, the rightmost address of `X-Forwarded-For` that
/// is none. What stands left of that was written by the client itself and is worth nothing.
#[must_use]
pub fn client(peer: IpAddr, forwarded_for: &[&str], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer;
    let hops: Vec<&str> = forwarded_for.iter().flat_map(|line| line.split(',')).map(str::trim).collect();
    for hop in hops.into_iter().rev() {
        if !is_trusted(client) {
            break;
        }
        let Some(address) = hop_address(hop) else {
            break;
        };
        client = address;
    }
    client.to_canonical()
}

/// Some proxies add the port.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

#[cfg(test)]
mod tests {
    use crate::web::client_ip::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
        let trusted: [Network; 2] = ["127.0.0.1".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let proxy = ip("127.0.0.1");
        assert_eq!(client(proxy, &["203.0.113.9"], &trusted), ip("203.0.113.9"));
        assert_eq!(client(proxy, &["1.2.3.4, 203.0.113.9, 10.0.0.7"], &trusted), ip("203.0.113.9"));
        assert_eq!(client(proxy, &["1.2.3.4", "203.0.113.9:4711"], &trusted), ip("203.0.113.9"));
        assert_eq!(client(proxy, &["nonsense"], &trusted), proxy);
        assert_eq!(client(ip("198.51.100.1"), &["203.0.113.9"], &trusted), ip("198.51.100.1"));
        assert_eq!(client(proxy, &["203.0.113.9"], &[]), proxy);
    }

    #[test]
    fn neighbors_in_one_ipv6_network_count_as_one() {
        assert_eq!(household(ip("2001:db8::1")), household(ip("2001:db8::ffff:1")));
        assert_ne!(household(ip("2001:db8::1")), household(ip("2001:db8:0:1::1")));
        assert_ne!(household(ip("203.0.113.1")), household(ip("203.0.113.2")));
    }
}
