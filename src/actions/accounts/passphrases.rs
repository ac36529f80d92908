//! Hashing passphrases with argon2id (RFC 9106; the crate's defaults: 19 MiB, 2 passes, 1 lane, about 27 ms).
//! Callers run these behind the bounded gate for heavy work.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use zxcvbn::{Score, zxcvbn};

use crate::{
    actions::{Error, OwnData},
    db::organizers::Account,
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

/// The most common passphrases, in lower case and without signs: those of zxcvbn's 30,000 (from lists of leaked passwords that
/// Mark Burnett gathered) that are long enough to be typed here, and well-known long ones besides.
const COMMON: &str = include_str!("common_passphrases.txt");

/// How hard to guess a passphrase is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// For an account that may moderate: zxcvbn's highest score, more than 10^10 guesses.
    Admin,
    /// For others: more than 10^8.
    Organizer,
}

impl Strength {
    /// What an account needs.
    #[must_use]
    pub const fn of(account: &Account) -> Self {
        if account.is_admin { Self::Admin } else { Self::Organizer }
    }

    const fn score(self) -> Score {
        match self {
            Self::Admin => Score::Four,
            Self::Organizer => Score::Three,
        }
    }
}

/// Words of a generated passphrase: 5 × 25 bits.
const GENERATED_GROUPS: usize = 5;

/// Checks a new passphrase; `hints` are texts it must not be built from (the pseudonym).
///
/// # Errors
/// [`PassphraseProblem`].
pub fn check(passphrase: &SecretText, hints: &[&str], strength: Strength) -> Result<(), PassphraseProblem> {
    check_length(passphrase.expose())?;
    if is_common(passphrase.expose()) {
        return Err(PassphraseProblem::Common);
    }
    // zxcvbn takes quadratic time; 100 characters tell enough.
    let start: String = passphrase.expose().chars().take(100).collect();
    let strong = zxcvbn(&start, hints).score() >= strength.score();
    if strong { Ok(()) } else { Err(PassphraseProblem::Guessable) }
}

/// Whether it is one of the most common ones, whatever its capitals, spaces and signs.
fn is_common(passphrase: &str) -> bool {
    let bare: String = passphrase.chars().filter(|one| one.is_alphanumeric()).collect();
    let bare = bare.to_lowercase();
    COMMON.lines().any(|common| common == bare)
}

/// Hashes a passphrase to a PHC string.
///
/// # Errors
/// [`Error::Broken`] if argon2 refuses its own defaults.
pub fn hash(passphrase: &SecretText, entropy: &dyn Entropy) -> Result<String, Error> {
    let salt: [u8; 16] = entropy.bytes();
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(passphrase.expose().as_bytes(), &salt)
        .or(Err(Error::Broken(OwnData::PassphraseToHash)))?;
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
pub(in crate::actions) fn crockford(bytes: [u8; 4]) -> String {
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
    use crate::{actions::accounts::passphrases::*, entropy::SeededEntropy};

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
        assert_eq!(check(&text("short"), &[], Strength::Organizer), Err(PassphraseProblem::TooShort));
        assert_eq!(
            check(&text("passwordpasswort"), &[], Strength::Organizer),
            Err(PassphraseProblem::Guessable)
        );
        assert_eq!(
            check(&text("platform team"), &["platform team"], Strength::Organizer),
            Err(PassphraseProblem::Guessable)
        );
        assert_eq!(check(&generate(&SeededEntropy::new(2)), &[], Strength::Admin), Ok(()));
    }

    #[test]
    fn the_most_common_passphrases_are_refused_however_they_are_written() {
        let refused = |typed: &str| check(&text(typed), &[], Strength::Organizer).unwrap_err();
        let common = "Correct Horse Battery Staple";
        for typed in
            [common, "correct-horse-battery-staple!", "May the Force be with you", "1QAZ2wsx3EDC4rfv"]
        {
            assert_eq!(refused(typed), PassphraseProblem::Common, "{typed}");
        }
        for line in COMMON.lines().filter(|line| line.len() >= 12) {
            assert_eq!(refused(line), PassphraseProblem::Common, "{line}");
        }
        assert!(COMMON.lines().count() > 250);
    }

    #[test]
    fn an_admin_needs_a_passphrase_that_is_harder_to_guess() {
        let between = text("tulip candle");
        assert_eq!(zxcvbn(between.expose(), &[]).score(), Score::Three, "it lies between");
        assert_eq!(check(&between, &[], Strength::Organizer), Ok(()));
        assert_eq!(check(&between, &[], Strength::Admin), Err(PassphraseProblem::Guessable));
    }
}
