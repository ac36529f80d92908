//! Hashing passphrases with argon2id (RFC 9106; the crate's defaults: 19 MiB, 2 passes, 1 lane, about 27 ms).
//! Callers run these behind the bounded gate for heavy work.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use zxcvbn::{Score, zxcvbn};

use super::Error;
use crate::{
    domain::{
        passphrase::{PassphraseProblem, check_length},
        secret::SecretText,
    },
    entropy::Entropy,
};

/// Hash of a passphrase that nobody knows, for names that nobody has: a wrong name must cost what a wrong
/// passphrase costs. Same parameters as [`hash`] gives.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWhhcy10aGlz$2Wnv5Z2NmXgf0Yy2mQf1uUQwq1Q7K3Yc8H0rGxv1T9A";

/// Words of a generated passphrase: 5 × 25 bits.
const GENERATED_GROUPS: usize = 5;

/// Checks a new passphrase; `hints` are texts it must not be built from (the pseudonym).
///
/// # Errors
/// [`PassphraseProblem`].
pub fn check(passphrase: &SecretText, hints: &[&str]) -> Result<(), PassphraseProblem> {
    check_length(passphrase.expose())?;
    // zxcvbn takes quadratic time; 100 characters tell enough.
    let start: String = passphrase.expose().chars().take(100).collect();
    let strong = zxcvbn(&start, hints).score() >= Score::Three;
    if strong { Ok(()) } else { Err(PassphraseProblem::Guessable) }
}

/// Hashes a passphrase to a PHC string.
///
/// # Errors
/// [`Error::Broken`] if argon2 refuses its own defaults.
pub fn hash(passphrase: &SecretText, entropy: &dyn Entropy) -> Result<String, Error> {
    let salt: [u8; 16] = entropy.bytes();
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(passphrase.expose().as_bytes(), &salt)
        .or(Err(Error::Broken("a passphrase to hash")))?;
    Ok(hash.to_string())
}

/// Compares a passphrase with a hash, or with nobody's.
#[must_use]
pub fn verify(passphrase: &SecretText, hash: Option<&str>) -> bool {
    let compared = PasswordHash::new(hash.unwrap_or(NOBODY)).is_ok_and(|parsed| {
        Argon2::default().verify_password(passphrase.expose().as_bytes(), &parsed).is_ok()
    });
    compared && hash.is_some()
}

/// A passphrase for an admin or the demo: groups of letters and digits, about 125 bits.
#[must_use]
pub fn generate(entropy: &dyn Entropy) -> SecretText {
    let groups: Vec<String> =
        (0..GENERATED_GROUPS).map(|_| crockford(entropy.bytes::<4>()).to_lowercase()).collect();
    SecretText::new(groups.join("-"))
}

/// Five Crockford characters from 25 of the 32 bits given.
pub(super) fn crockford(bytes: [u8; 4]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bits = u32::from_be_bytes(bytes);
    let mut text = String::new();
    for _ in 0..5 {
        let place = usize::try_from(bits & 31).unwrap_or(0);
        text.push(ALPHABET.get(place).copied().map_or('0', char::from));
        bits >>= 5;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    fn text(passphrase: &str) -> SecretText {
        SecretText::new(String::from(passphrase))
    }

    #[test]
    fn a_passphrase_opens_only_its_own_hash_and_never_nobodys() {
        let entropy = SeededEntropy::new(1);
        let hash = hash(&text("correct horse battery staple"), &entropy).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(&text("correct horse battery staple"), Some(&hash)));
        assert!(!verify(&text("correct horse battery stapler"), Some(&hash)));
        assert!(!verify(&text("correct horse battery staple"), None));
        assert!(PasswordHash::new(NOBODY).is_ok(), "a wrong name must cost as much as a wrong passphrase");
    }

    #[test]
    fn what_is_short_or_easily_guessed_is_refused() {
        assert_eq!(check(&text("short"), &[]), Err(PassphraseProblem::TooShort));
        assert_eq!(check(&text("passwordpassword"), &[]), Err(PassphraseProblem::Guessable));
        assert_eq!(check(&text("platform team"), &["platform team"]), Err(PassphraseProblem::Guessable));
        assert_eq!(check(&generate(&SeededEntropy::new(2)), &[]), Ok(()));
    }
}
