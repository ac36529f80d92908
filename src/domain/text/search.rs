//! How words are found: what was typed and what is searched are folded by the same function, here and not in a database,
//! each of which folds in a way of its own (SQLite knows ASCII alone, PostgreSQL goes by its locale).

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_script::{Script, UnicodeScript};

use super::characters::is_unseen;

/// Raised when the folding changes: what was folded before is then made anew.
pub const FOLD_VERSION: i32 = 1;
/// More words than this are not looked for.
const WORDS_MAX: usize = 8;

/// A text as it is searched: compatibility forms, letter case, accents, apostrophes and dashes of all kinds make no
/// difference, nor does anything that cannot be seen. Marks that make another letter or syllable stay: vowels of Indic
/// scripts and Thai, kana's voiced marks.
#[must_use]
pub fn folded(text: &str) -> String {
    let cased = full_case(&text.nfkd().filter(|c| !is_unseen(*c)).collect::<String>());
    let mut plain = String::with_capacity(cased.len());
    // Lower case may have come apart anew (U+0130).
    for c in cased.nfkd().filter(|c| !is_accent(*c)) {
        match alike(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    one_space(&plain)
}

/// A name as it is compared: what differs in letter case, compatibility forms or unseen characters alone is one name.
/// Accents tell names apart.
#[must_use]
pub fn name_folded(name: &str) -> String {
    let cased = full_case(&name.nfkd().filter(|c| !is_unseen(*c)).collect::<String>());
    one_space(&cased)
}

/// The words of a query, folded: a text is found that holds all of them.
pub fn words(query: &str) -> impl Iterator<Item = String> {
    let folded = folded(query);
    folded
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(WORDS_MAX)
        .map(String::from)
        .collect::<Vec<_>>()
        .into_iter()
}

/// Full case folding by way of upper case, so that ß and ss meet; and one sigma, wherever it stands.
fn full_case(text: &str) -> String {
    text.to_uppercase().to_lowercase().replace('ς', "σ")
}

/// NFC, and single spaces.
fn one_space(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").nfc().collect()
}

/// A mark that is left out: of Latin, Greek and Cyrillic letters (which share theirs), points of Hebrew, vowel marks of
/// Arabic, and its hamza and madda above letters. Not the marks that make が of か.
fn is_accent(c: char) -> bool {
    let is_shared = c.script() == Script::Inherited && !matches!(c, '\u{3099}' | '\u{309a}');
    let is_pointing = matches!(c.script(), Script::Hebrew | Script::Arabic | Script::Syriac);
    is_combining_mark(c) && (is_shared || is_pointing)
}

/// Letters and signs that do not come apart, and are typed in other ways by those who look for them.
const fn alike(c: char) -> Option<&'static str> {
    Some(match c {
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'þ' => "th",
        'ı' => "i",
        // Kashida; yeh and kaf as Arabic and Persian keyboards have them.
        'ـ' => "",
        'ي' | 'ى' => "ی",
        'ك' => "ک",
        '’' | '‘' | 'ʼ' | 'ʻ' | '‛' | '´' | '`' | '՚' | '׳' => "'",
        '“' | '”' | '„' | '«' | '»' | '״' => "\"",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '־' | '֊' => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_would_call_the_same_word_folds_alike() {
        for (one, other) in [
            ("Straße", "STRASSE"),
            ("Müller", "Mu\u{308}ller"),
            ("Müller", "MULLER"),
            ("İstanbul", "istanbul"),
            ("ISPARTA", "ısparta"),
            ("ΟΔΟΣ", "οδος"),
            ("Οδός", "ΟΔΟΣ"),
            ("ЁЛКА", "елка"),
            ("Нью-Йорк", "НЬЮ-ЙОРК"),
            ("Nguyễn Đức", "nguyen duc"),
            ("Łódź", "lodz"),
            ("Ｆｕｌｌ", "full"),
            ("ｶﾞ", "ガ"),
            ("شركة", "شِرْكة"),
            ("علي", "علی"),
            ("כֹּל", "כל"),
            ("don’t", "DON'T"),
            ("non\u{ad}stop", "nonstop"),
            ("a\u{3000}\u{a0} b", "A B"),
            ("ﬁle", "FILE"),
            ("한국", "\u{1112}\u{1161}\u{11ab}국"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
    }

    #[test]
    fn other_words_stay_other_words() {
        for (one, other) in [
            ("कि", "का"),
            ("น้ำ", "นา"),
            ("か", "が"),
            ("ハ", "バ"),
            ("ගල", "ගිල"),
            ("王", "玉"),
            ("ไม่", "ไมา"),
            ("100 %", "100"),
        ] {
            assert_ne!(folded(one), folded(other), "{one} {other}");
        }
        assert_ne!(name_folded("Bär"), name_folded("Bar"));
        assert_eq!(name_folded("STRASSENBAU  Zoe\u{308}"), name_folded("Straßenbau Zoë"));
    }

    #[test]
    fn a_query_is_its_words() {
        assert_eq!(words("  Stop\tthe  CONTRACT ").collect::<Vec<_>>(), ["stop", "the", "contract"]);
        assert_eq!(words(" \u{301} ").count(), 0);
        assert_eq!(words(&"a ".repeat(100)).count(), 8);
    }

    proptest::proptest! {
        #[test]
        fn folding_is_stable_and_never_fails(text in proptest::prelude::any::<String>()) {
            let once = folded(&text);
            assert_eq!(folded(&once), once);
            let name = name_folded(&text);
            assert_eq!(name_folded(&name), name);
        }
    }
}
