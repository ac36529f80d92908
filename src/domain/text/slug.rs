//! The name of a petition in its address.

use unicode_normalization::UnicodeNormalization;

/// The longest slug, in characters.
const MAX_SLUG_CHARS: usize = 60;
/// What a title becomes that has no letter of ours.
const FALLBACK: &str = "petition";

/// Makes a slug of a title: `a` to `z`, digits and single dashes, at most 60 characters, cut between words,
/// never empty. Not unique: whoever stores it sees to that.
#[must_use]
pub fn slugify(title: &str) -> String {
    let mut spelled = String::new();
    for c in title.nfkd() {
        match ascii(c) {
            Some(letters) => spelled.push_str(letters),
            None if c.is_ascii_alphanumeric() => spelled.push(c.to_ascii_lowercase()),
            // Accents (taken off by NFKD) and apostrophes part no word.
            None if unicode_normalization::char::is_combining_mark(c) || matches!(c, '\'' | '’') => {}
            None => spelled.push(' '),
        }
    }
    let mut slug = String::new();
    for word in spelled.split_whitespace() {
        let dash = usize::from(!slug.is_empty());
        let room = MAX_SLUG_CHARS.saturating_sub(slug.len() + dash);
        if word.len() > room {
            if slug.is_empty() {
                slug.extend(word.chars().take(room));
            }
            break;
        }
        if dash > 0 {
            slug.push('-');
        }
        slug.push_str(word);
    }
    if slug.is_empty() { String::from(FALLBACK) } else { slug }
}

/// Latin letters that do not come apart under NFKD, and signs that are read aloud.
const fn ascii(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        'ħ' | 'Ħ' => "h",
        '&' => " and ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_plain_words() {
        for (title, slug) in [
            ("End ICE's use of Azure", "end-ices-use-of-azure"),
            ("  Łódź & Straße: Ærø!  ", "lodz-and-strasse-aero"),
            ("a_b--c/../d", "a-b-c-d"),
            ("Café №5 ½", "cafe-no5-1-2"),
            ("", "petition"),
            ("停止", "petition"),
            ("---", "petition"),
            ("停止 ICE", "ice"),
        ] {
            assert_eq!(slugify(title), slug);
        }
    }

    #[test]
    fn a_long_title_is_cut_between_words() {
        let slug = slugify(&"never again ".repeat(20));
        assert!(slug.len() <= 60 && slug.ends_with("again") | slug.ends_with("never"), "{slug}");
        assert_eq!(slugify(&"a".repeat(200)).len(), 60);
    }

    proptest::proptest! {
        #[test]
        fn any_title_gives_an_address(title in "\\PC{0,120}") {
            let slug = slugify(&title);
            assert!(!slug.is_empty() && slug.len() <= 60);
            assert!(slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
        }
    }
}
