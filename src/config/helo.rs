//! The name that this server gives itself in EHLO (RFC 5321, section 4.1.1.1).

use std::net::{IpAddr, Ipv6Addr};

use super::mistakes::{Refusal, refusal};

/// RFC 1035, section 2.3.4, less the final dot.
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// A host name, or an address literal such as `[192.0.2.1]` or `[IPv6:2001:db8::1]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeloName(String);

impl HeloName {
    /// As it is said.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain that mails come from: it stands in every mail anyway.
    pub(super) fn of_sender(domain: &str) -> Self {
        Self(domain.to_owned())
    }

    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        if let Some(inside) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return literal(inside).map(Self).ok_or_else(|| {
                refusal("is no address in brackets", "write it as [192.0.2.1] or [IPv6:2001:db8::1]")
            });
        }
        if text.parse::<IpAddr>().is_ok() {
            return Err(refusal(
                "is an address without brackets",
                "write it as [192.0.2.1] or [IPv6:2001:db8::1], or write a host name",
            ));
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        let is_name = name.len() <= LONGEST_NAME && name.split('.').all(is_label);
        // Many servers refuse a name without a dot, and one that looks like an address.
        let (full, numeric) = match name.rsplit_once('.') {
            Some((_, top)) => (true, top.bytes().all(|byte| byte.is_ascii_digit())),
            None => (false, false),
        };
        if !is_name || !full || numeric {
            return Err(refusal(
                "is no full host name",
                "write a name with a dot in it, of letters, digits and dashes, such as mail.example.org (an international one in its xn-- form); or leave it out",
            ));
        }
        Ok(Self(name.to_ascii_lowercase()))
    }
}

fn literal(inside: &str) -> Option<String> {
    let v6 = inside.get(..5).filter(|tag| tag.eq_ignore_ascii_case("IPv6:")).and_then(|_| inside.get(5..));
    match v6 {
        Some(address) => address.parse::<Ipv6Addr>().ok().map(|address| format!("[IPv6:{address}]")),
        None => match inside.parse::<IpAddr>().ok()? {
            IpAddr::V4(address) => Some(format!("[{address}]")),
            IpAddr::V6(_) => None,
        },
    }
}

fn is_label(label: &str) -> bool {
    (1..=LONGEST_LABEL).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}
