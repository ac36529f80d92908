//! Tickets and link tokens: 32 random bytes that open one pending signature each. Only their hashes are
//! looked up, so that the database alone opens nothing.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{
    hash::{hkdf, sha256},
    invitation_code::InvitationCode,
    withdrawal_code::WithdrawalCode,
};
use crate::entropy::Entropy;

/// The text is not one of ours: not 32 bytes in base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a ticket or link of this server")]
pub struct NotATicket;

macro_rules! random_token {
    ($($(#[$doc:meta])* $name:ident, $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; 32]);

        impl $name {
            /// A fresh one.
            #[must_use]
            pub fn generate(entropy: &dyn Entropy) -> Self {
                Self(entropy.bytes())
            }

            /// Reads the base64url text.
            ///
            /// # Errors
            /// [`NotATicket`] for anything else.
            pub fn parse(text: &str) -> Result<Self, NotATicket> {
                let mut bytes = [0; 32];
                // 43 characters, checked before decoding so that a long text costs nothing.
                if text.len() != 43 {
                    return Err(NotATicket);
                }
                // What was wrong with it is nobody's business.
                match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
                    Ok(32) => Ok(Self(bytes)),
                    _ => Err(NotATicket),
                }
            }

            /// The text: 43 characters of base64url.
            #[must_use]
            pub fn expose(&self) -> String {
                URL_SAFE_NO_PAD.encode(self.0)
            }

            /// Covers a withdrawal code for whoever brings this back: nobody reads it from the covered bytes alone.
            /// A pad drawn from the 32 random bytes, used for one code only.
            #[must_use]
            pub fn cover(&self, code: &WithdrawalCode) -> [u8; WithdrawalCode::LEN_BYTES] {
                let mut covered = *code.expose_bytes();
                let pad = Zeroizing::new(hkdf(&self.0, &[$prefix, b"withdrawal code"]));
                for (byte, pad) in covered.iter_mut().zip(pad.iter()) {
                    *byte ^= pad;
                }
                covered
            }

            /// The withdrawal code that was covered.
            #[must_use]
            pub fn uncover(&self, covered: [u8; WithdrawalCode::LEN_BYTES]) -> WithdrawalCode {
                WithdrawalCode::from_bytes(self.cover(&WithdrawalCode::from_bytes(covered)))
            }

            /// What the database looks it up by.
            #[must_use]
            pub fn hash(&self) -> [u8; 32] {
                sha256(&[$prefix, &self.0])
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    )*};
}

random_token! {
    /// What the page keeps while a person fetches the mailed code.
    Ticket, b"ticket/v1\0";
    /// What stands in the path of a mailed link.
    LinkToken, b"link/v1\0";
}

impl Ticket {
    /// The ticket under which a signature by invitation is kept: made of this one, which only the signer's browser
    /// has, and of the invitation. So neither whoever made the invitation nor whoever finds it can have the
    /// withdrawal code shown again.
    #[must_use]
    pub fn with_invitation(&self, invitation: &InvitationCode) -> Self {
        Self(sha256(&[b"invitation-ticket/v1\0", &self.0, &invitation.hash()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_ticket_reads_back_and_is_no_link() {
        let entropy = SeededEntropy::new(1);
        let ticket = Ticket::generate(&entropy);
        let text = ticket.expose();
        assert_eq!(Ticket::parse(&text).unwrap().hash(), ticket.hash());
        assert_ne!(LinkToken::parse(&text).unwrap().hash(), ticket.hash());
        assert_eq!(format!("{ticket:?}"), "Ticket(redacted)");
    }

    #[test]
    fn a_covered_withdrawal_code_is_read_only_with_what_covered_it() {
        let entropy = SeededEntropy::new(1);
        let (ticket, link) = (Ticket::generate(&entropy), LinkToken::generate(&entropy));
        let code = WithdrawalCode::generate(&entropy);
        let covered = ticket.cover(&code);
        assert_ne!(&covered, code.expose_bytes());
        assert_ne!(covered, link.cover(&code));
        assert!(ticket.uncover(covered) == code);
        assert!(link.uncover(covered) != code);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["", "abc", &"A".repeat(42), &"A".repeat(44), &"!".repeat(43), &format!("{}B", "A".repeat(42))]
        {
            assert_eq!(Ticket::parse(text).unwrap_err(), NotATicket, "{text}");
        }
    }
}
