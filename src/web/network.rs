//! Networks, and who the client is behind trusted proxies. The address found here feeds the limits, hashed;
//! it is stored and logged nowhere.

use std::net::{IpAddr, Ipv6Addr};

/// A network in CIDR form; a single address is one of full length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// The network of `address` with `prefix` leading bits. `None` if there are not as many bits.
    #[must_use]
    pub fn new(address: IpAddr, prefix: u8) -> Option<Self> {
        let address = address.to_canonical();
        (prefix <= length(address)).then_some(Self { address, prefix })
    }

    /// Reads `10.0.0.0/8`, `fd00::/8` or a single address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().split_once('/') {
            Some((address, prefix)) => Self::new(address.parse().ok()?, prefix.parse().ok()?),
            None => {
                let address: IpAddr = text.trim().parse().ok()?;
                Self::new(address, length(address.to_canonical()))
            }
        }
    }

    /// Whether `address` lies in this network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.address.is_ipv4() == address.is_ipv4()
            && masked(address, self.prefix) == masked(self.address, self.prefix)
    }
}

/// What stands for a client in the limits: an IPv4 address, or the /64 that a household or host commonly has.
#[must_use]
pub fn household(address: IpAddr) -> [u8; 16] {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        v6 @ IpAddr::V6(_) => masked(v6, 64).to_be_bytes(),
    }
}

/// The client behind `peer`: if the peer is a trusted proxy, the rightmost address of `X-Forwarded-For` that
/// is none. What stands left of that was written by the client itself and is worth nothing.
#[must_use]
pub fn client(peer: IpAddr, forwarded_for: &[&str], trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer;
    let hops = forwarded_for.iter().flat_map(|line| line.split(',')).map(str::trim);
    for hop in hops.collect::<Vec<_>>().into_iter().rev() {
        if !is_trusted(client) {
            break;
        }
        match hop_address(hop) {
            Some(address) => client = address,
            None => break,
        }
    }
    client.to_canonical()
}

/// Some proxies add the port.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()))
}

fn length(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The first `prefix` bits, counted from the start of the address's own family.
fn masked(address: IpAddr, prefix: u8) -> u128 {
    let (bits, spare) = match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 96),
        IpAddr::V6(v6) => (Ipv6Addr::to_bits(v6), 0),
    };
    let zeros = 128_u32.saturating_sub(u32::from(prefix)).saturating_sub(spare);
    u128::MAX.checked_shl(zeros).map_or(0, |mask| bits & mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_contains_its_addresses_and_no_others() {
        let network = Network::parse("10.1.0.0/16").unwrap();
        assert!(network.contains(ip("10.1.255.3")) && network.contains(ip("::ffff:10.1.0.1")));
        assert!(!network.contains(ip("10.2.0.1")) && !network.contains(ip("fd00::1")));
        assert!(Network::parse("0.0.0.0/0").unwrap().contains(ip("203.0.113.9")));
        assert!(Network::parse("fd00::/8").unwrap().contains(ip("fdff::1")));
        assert!(Network::parse("::1").unwrap().contains(ip("::1")));
        for bad in ["10.0.0.0/33", "fd00::/129", "example.org", "10.0.0.0/-1", ""] {
            assert_eq!(Network::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
        let trusted = [Network::parse("127.0.0.1").unwrap(), Network::parse("10.0.0.0/8").unwrap()];
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
