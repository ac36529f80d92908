//! Proof of work: where a limit that many people share is used up, a program that computes for a moment is let through all the
//! same. Shared by server and command-line client; the page's script has the same in `85-work.js`.
//!
//! A solution of a challenge is a number `n` for which SHA-256(SHA-256(challenge) ‖ 0⁴ ‖ n as four bytes) begins with as many
//! zero bits as are asked for: one block of the hash function for each try.

use sha2::{Digest, Sha256};

/// The header that carries a challenge and its solution, with a space between.
pub const HEADER: &str = "work";
/// What a server may ask for at most: beyond it, a client would compute for minutes.
pub const MOST_BITS: u32 = 24;

/// Whether `solution` solves `challenge`.
#[must_use]
pub fn is_solved(challenge: &str, bits: u32, solution: u32) -> bool {
    leading_zeros(&Sha256::digest(challenge.as_bytes()).into(), solution) >= bits
}

/// Looks for a solution: 2^`bits` tries on average. `None`: more is asked for than [`MOST_BITS`], or there is none.
#[must_use]
pub fn solve(challenge: &str, bits: u32) -> Option<u32> {
    if bits > MOST_BITS {
        return None;
    }
    let seed = Sha256::digest(challenge.as_bytes()).into();
    (0..=u32::MAX).find(|solution| leading_zeros(&seed, *solution) >= bits)
}

/// The header's value. All solutions are equally long on the way.
#[must_use]
pub fn header(challenge: &str, solution: u32) -> String {
    format!("{challenge} {solution:010}")
}

/// Reads the header's value.
#[must_use]
pub fn parse(header: &str) -> Option<(&str, u32)> {
    let (challenge, solution) = header.split_once(' ')?;
    Some((challenge, solution.parse().ok()?))
}

fn leading_zeros(seed: &[u8; 32], solution: u32) -> u32 {
    let hash = Sha256::new().chain_update(seed).chain_update([0; 4]).chain_update(solution.to_be_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let [first, second, third, fourth, ..] = hash;
    u32::from_be_bytes([first, second, third, fourth]).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page's script finds the same ones (tests/browser/vectors.mjs reads them here).
    #[test]
    fn known_challenges_have_known_first_solutions() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/vectors/work.json")).unwrap();
        for vector in vectors.as_array().unwrap() {
            let challenge = vector["challenge"].as_str().unwrap();
            let bits = u32::try_from(vector["bits"].as_u64().unwrap()).unwrap();
            let solution = solve(challenge, bits).unwrap();
            assert_eq!(u64::from(solution), vector["solution"].as_u64().unwrap(), "{challenge}");
            assert!(is_solved(challenge, bits, solution));
            assert!(!is_solved(&format!("{challenge}x"), 32, solution));
        }
    }

    #[test]
    fn a_server_that_asks_for_too_much_gets_nothing() {
        assert_eq!(solve("challenge", MOST_BITS + 1), None);
    }

    #[test]
    fn a_header_is_read_as_it_is_written_and_always_as_long() {
        assert_eq!(parse(&header("abc", 7)), Some(("abc", 7)));
        assert_eq!(header("abc", 7).len(), header("abc", u32::MAX).len());
        for text in ["", "abc", "abc x", "abc -1", "abc 99999999999"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
