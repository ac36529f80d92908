use super::*;
use crate::domain::text::Spot;

#[test]
fn names_of_the_world_are_taken_as_given() {
    for name in [
        "Ada Lovelace",
        "O",
        "O'Brien",
        "Seán Ó’Hara-Núñez",
        "Mª José",
        "Gal·la",
        "J. R. R. Tolkien",
        "Jo.Ann St.John",
        "Martin Luther King, Jr.",
        "Anne-Marie 2nd",
        "محمد علي",
        "فاطمه می\u{200c}رزا",
        "王小明",
        "葛\u{e0100}城 ユリ",
        "Kim 김",
        "Anna (Анна)",
        "Анна Иванова",
        "Ελένη Παπαδοπούλου",
        "नरेन्द्र",
        "ตะวัน",
        "Nguyễn Thị Ánh",
        "דוד בן־גוריון",
        "Jean・Luc ピカード",
        "ʻAulani",
        "X Æ A-12",
        "Zoë",
        "Dr.House",
        "Anna.Love",
        "Łukasz Ğöker",
    ] {
        assert_eq!(DisplayName::parse(name).map(|name| name.0), Ok(name.into()), "{name}");
    }
}

#[test]
fn names_that_mislead_are_refused_by_kind() {
    for (name, problem) in [
        ("", TextProblem::Empty),
        ("...", TextProblem::NoLetter),
        ("12345", TextProblem::NoLetter),
        ("😀😀", TextProblem::NoLetter),
        ("Аdа Lovelace", TextProblem::LookAlike),
        ("pаypal", TextProblem::LookAlike),
        ("Αnna", TextProblem::LookAlike),
        ("Jоhn", TextProblem::LookAlike),
        ("оса Smith", TextProblem::LookAlike),
        ("𝐀𝐝𝐚", TextProblem::LookAlike),
        ("Ａｄａ", TextProblem::LookAlike),
        ("Ⓐda", TextProblem::LookAlike),
        ("Ada ✓", TextProblem::Sign),
        ("Ada 😀", TextProblem::Sign),
        ("<b>Ada</b>", TextProblem::Sign),
        ("Ada; DROP TABLE", TextProblem::Sign),
        ("=cmd|' /C calc'!A0", TextProblem::Sign),
        ("{{ ada }}", TextProblem::Sign),
        ("ada@example.com", TextProblem::Link),
        ("@ada", TextProblem::Link),
        ("https://example.com", TextProblem::Link),
        ("www.example.org", TextProblem::Link),
        ("Visit example.com", TextProblem::Link),
        ("example.de/x", TextProblem::Link),
        ("Ada\u{202e}", TextProblem::Direction(Spot::new('\u{202e}', "Ada"))),
        ("A\u{200b}da", TextProblem::Invisible(Spot::new('\u{200b}', "A"))),
        ("A\u{0}da", TextProblem::Nul),
        ("-Ada", TextProblem::Begins),
        ("—Ada", TextProblem::Begins),
        ("+Ada", TextProblem::Sign),
        ("Ada!", TextProblem::Sign),
        ("ada＠example．com", TextProblem::Link),
    ] {
        assert_eq!(DisplayName::parse(name), Err(problem), "{name}");
    }
    assert_eq!(DisplayName::parse(&"a".repeat(101)), Err(TextProblem::TooLong { max: 100 }));
    assert!(DisplayName::parse(&"a".repeat(100)).is_ok());
}

#[test]
fn a_job_title_is_optional_and_may_hold_signs() {
    assert_eq!(JobTitle::parse("  "), Ok(None));
    for title in ["Engineer II (C++ & Rust)", "SRE @ Azure", "R&D / ML, EMEA", "Работник"] {
        assert_eq!(JobTitle::parse(title).unwrap().unwrap().expose(), title);
    }
    for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", " \t=1"] {
        assert_eq!(JobTitle::parse(formula), Err(TextProblem::Begins), "{formula}");
    }
    assert_eq!(JobTitle::parse("see https://example.com"), Err(TextProblem::Link));
    assert_eq!(JobTitle::parse("ask ada@example.com"), Err(TextProblem::Link));
    assert_eq!(JobTitle::parse("Engіneer"), Err(TextProblem::LookAlike));
}

#[test]
fn pseudonyms_that_a_reader_could_confuse_fold_alike() {
    let folded = |text: &str| Pseudonym::parse(text).unwrap().folded();
    for (one, other) in [
        ("Quiet Heron", "quiet heron"),
        ("Quiet Heron", "Quiet-Heron"),
        ("Quiet Heron", "Quiet  Heron."),
        ("Quiet Heron", "Qulet Heron"),
        ("BILL", "BlLL"),
        ("Bill1", "Bi11l"),
        ("Zero", "Zer0"),
        ("Straße", "STRASSE"),
        ("Zoë", "Zoe\u{308}"),
        ("раура", "paypa"),
        ("modern", "rnodern"),
    ] {
        assert_eq!(folded(one), folded(other), "{one} {other}");
    }
    for (one, other) in
        [("Quiet Heron", "Quiet Hero"), ("Anna", "Hannah"), ("王小明", "王大明"), ("Ana", "Ąna")]
    {
        assert_ne!(folded(one), folded(other), "{one} {other}");
    }
}

#[test]
fn folding_is_stable_under_folding() {
    for text in ["Quiet Heron", "STRASSE", "modern wind", "раура", "王小明", "Zoë 10"] {
        let once = Pseudonym::parse(text).unwrap().folded();
        assert_eq!(Pseudonym(once.clone()).folded(), once, "{text}");
    }
}

#[test]
fn a_pseudonym_has_three_to_sixty_characters() {
    assert_eq!(Pseudonym::parse("ab"), Err(TextProblem::TooShort { min: 3 }));
    assert_eq!(Pseudonym::parse(&"a".repeat(61)), Err(TextProblem::TooLong { max: 60 }));
}

#[test]
fn debug_output_shows_no_name() {
    let shown = format!(
        "{:?} {:?} {:?}",
        DisplayName::parse("Ada").unwrap(),
        JobTitle::parse("Engineer").unwrap(),
        Pseudonym::parse("Heron").unwrap()
    );
    assert!(!shown.contains("Ada") && !shown.contains("Engineer") && !shown.contains("Heron"));
}

/// What the browser's module goes by too, which must say what we would say: a sealed name is not seen here in time.
#[test]
fn the_list_shared_with_the_browser_holds() {
    let lists: serde_json::Value =
        serde_json::from_str(include_str!("../../../../tests/vectors/names.json")).unwrap();
    let each = |kind: &str, what: &str| {
        let list = lists[kind][what].as_array().unwrap();
        list.iter().map(|one| String::from(one.as_str().unwrap())).collect::<Vec<_>>()
    };
    for name in each("names", "taken") {
        assert_eq!(DisplayName::parse(&name).map(|parsed| parsed.0), Ok(name.clone()), "{name}");
    }
    for name in each("names", "refused") {
        assert!(
            DisplayName::parse(&name).map_or(true, |parsed| parsed.0 != name),
            "{}",
            name.escape_unicode()
        );
    }
    for title in each("titles", "taken") {
        assert_eq!(
            JobTitle::parse(&title).map(|parsed| parsed.map(|title| title.0)),
            Ok(Some(title.clone()))
        );
    }
    for title in each("titles", "refused") {
        let parsed = JobTitle::parse(&title);
        assert!(parsed.map_or(true, |parsed| parsed.unwrap().0 != title), "{}", title.escape_unicode());
    }
    for kind in ["names", "titles"] {
        for pair in lists[kind]["tidied"].as_array().unwrap() {
            let (typed, kept) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
            // What is refused is tidied first: the browser's module looks at it in this form.
            match read_line(typed, MAX_NAME_CHARS) {
                Ok(line) => assert_eq!(line, kept, "{}", typed.escape_unicode()),
                Err(TextProblem::Empty) => assert_eq!(kept, ""),
                Err(_) => assert!(read_line(kept, MAX_NAME_CHARS).is_err(), "{}", typed.escape_unicode()),
            }
        }
    }
}
