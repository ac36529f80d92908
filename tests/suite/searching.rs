//! Looking for a petition: letter case, Unicode forms and accents make no difference, in any language and on either
//! database; and what is not public is not found.

use undersigned::{
    actions::petitions::{self, How},
    domain::draft::Draft,
};

use crate::support::{Member, Petition, TestApp, draft};

/// The slugs that the list shows for these words.
fn found(app: &TestApp, words: &str) -> Vec<String> {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
    let page = app.client().get(&format!("/petitions?{query}")).expect(200);
    let cards = page.body.split("href=\"/p/").skip(1);
    let mut slugs: Vec<String> =
        cards.filter_map(|rest| rest.split(['"', '/']).next()).map(String::from).collect();
    slugs.dedup();
    slugs
}

fn open(app: &TestApp, owner: &Member<'_>, employer: &str, change: impl FnOnce(&mut Draft)) -> Petition {
    let domain = format!("staff{}.example", employer.len());
    app.petition_to(owner, app.employer(employer, &domain), How::Open, change)
}

#[track_caller]
fn finds(app: &TestApp, words: &str, expected: &Petition) {
    assert_eq!(found(app, words), std::slice::from_ref(&expected.slug), "{words}");
}

#[test]
fn a_petition_is_found_in_every_language_however_its_words_are_typed() {
    let app = TestApp::start();
    // One account opens no more than ten.
    let owners = [app.organizer("Heron"), app.organizer("Egret")];
    let texts: &[(&str, &[&str])] = &[
        (
            "Keine Überstunden in der Großküche",
            &[
                "überstunden",
                "ÜBERSTUNDEN",
                "u\u{308}berstunden",
                "U\u{308}BERSTUNDEN",
                "grosskuche",
                "GROSSKÜCHE",
            ],
        ),
        (
            "Işıkları İSTANBUL ofisinde söndürün",
            &["istanbul", "İstanbul", "ıstanbul", "ISIKLARI", "sondurun"],
        ),
        ("Να κλείσει ο οδικός ΧΆΡΤΗΣ", &["χάρτης", "ΧΑΡΤΗΣ", "χαρτησ", "ΟΔΙΚΟΣ", "κλεισει"]),
        ("Верните ёлку в НОВЫЙ офис", &["ёлку", "ЕЛКУ", "новый", "НОВЫЙ", "верните офис"]),
        ("हमें छुट्टी का अधिकार चाहिए", &["छुट्टी", "अधिकार चाहिए"]),
        ("أَوْقِفُوا العقد الآن", &["أوقفوا", "اوقفوا", "العقد", "الان"]),
        ("停止向该机构出售追踪服务", &["追踪", "停止", "出售 追踪"]),
        ("Nguyễn đề nghị dừng hợp đồng", &["nguyen", "NGUYỄN", "đồng", "hop dong"]),
        ("ガラスの天井をなくす", &["ｶﾞﾗｽ", "ガラス", "天井"]),
        ("야근을 없애 주세요", &["야근", "\u{110b}\u{1163}\u{1100}\u{1173}\u{11ab}"]),
        ("Ｎｏ ｍｏｒｅ night shifts", &["no more night", "ＮＩＧＨＴ"]),
        ("Don’t sell our e-mails – ever", &["don't", "DON’T", "e‑mails"]),
    ];
    for (number, (text, needles)) in texts.iter().enumerate() {
        let employer = format!("Employer {}", "x".repeat(number + 1));
        let petition = open(&app, &owners[number % 2], &employer, |draft| draft.title = String::from(*text));
        for needle in *needles {
            finds(&app, needle, &petition);
        }
    }
    // Marks that make another word.
    assert!(found(&app, "छट्टी").is_empty());
    assert!(found(&app, "カラス").is_empty());
}

#[test]
fn words_are_found_in_all_that_is_public_of_a_petition_and_all_of_them_must_stand_there() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = open(&app, &owner, "Bäckerei Größe", |draft| {
        draft.title = String::from("Titelwort");
        draft.addressed_to = String::from("Vorständin Élodie");
        draft.summary = String::from("Kurzfassung");
        draft.body = String::from("Der ganze **Text** über Rüstung.\n\nUnd noch ein Absatz.");
        draft.demands = String::from("Forderung eins\nForderung ÄNDERN");
        draft.contracts[0].customer = String::from("Behörde");
        draft.contracts[0].title = String::from("Rahmenvertrag");
        draft.contracts[0].provides = String::from("Überwachung");
        draft.contracts[0].sources[0].publisher = String::from("Amtsblatt");
    });
    for words in [
        "TITELWORT",
        "vorstandin elodie",
        "kurzfassung",
        "rustung absatz",
        "andern",
        "behorde",
        "rahmenvertrag",
        "uberwachung",
        "amtsblatt",
        "backerei grosse",
        "GRÖSSE",
        "titelwort andern backerei uberwachung",
    ] {
        finds(&app, words, &petition);
    }
    for words in ["titelwort nirgends", "elodieKurzfassung", "eins forderungen"] {
        assert!(found(&app, words).is_empty(), "{words}");
    }
}

#[test]
fn signs_that_databases_take_for_wildcards_are_looked_for_as_they_are() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let percent = open(&app, &owner, "One", |draft| draft.title = String::from("Pay us 100% of it"));
    let line =
        open(&app, &owner, "Three", |draft| draft.title = String::from("Free the file_name! C:\\temp"));
    finds(&app, "100%", &percent);
    finds(&app, "e_n", &line);
    finds(&app, "name!", &line);
    finds(&app, "c:\\temp", &line);
    for words in ["1%0", "f_le", "%!%", "pay__", "\\%"] {
        assert!(found(&app, words).is_empty(), "{words}");
    }
}

#[test]
fn what_is_not_public_is_not_found_by_its_words() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let employer = app.employer("Initech", "initech.example");
    let secret = |draft: &mut Draft| draft.body = String::from("A word that nobody else writes: zyzzyva.");
    let slug = petitions::create(&app.ctx, owner.id).unwrap().expect("room");
    let mut unsent = draft(employer);
    secret(&mut unsent);
    petitions::save(&app.ctx, &slug, owner.id, &unsent).unwrap();
    app.petition_to(&owner, employer, How::Quietly, secret);
    assert!(found(&app, "zyzzyva").is_empty());
    let open = app.petition_to(&owner, employer, How::Open, secret);
    finds(&app, "ZYZZYVA", &open);
}

#[test]
fn an_employer_is_found_by_its_name_and_domains_and_renamed_everywhere_at_once() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = open(&app, &owner, "Straßenbau Müller", |_| ());
    let admin = app.admin().browser;
    let listed = |words: &str| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
        admin.get(&format!("/admin/employers?{query}")).expect(200).words()
    };
    for words in ["STRASSENBAU", "strassenbau muller", "MU\u{308}LLER", "staff19.EXAMPLE"] {
        assert!(listed(words).contains("Straßenbau Müller"), "{words}");
    }
    let path = format!("/admin/employers/{}", petition.employers[0]);
    let fields = [
        ("name", "Ångström & Söhne"),
        ("domains", "bücher.example"),
        ("head_count", ""),
        ("head_count_source", ""),
    ];
    admin.submit(&path, &path, &fields).expect(303);
    for words in ["angstrom sohne", "BÜCHER", "xn--bcher-kva"] {
        assert!(listed(words).contains("Ångström"), "{words}");
    }
    assert!(!listed("muller").contains("Ångström"));
    finds(&app, "ÅNGSTRÖM", &petition);
    assert!(found(&app, "strassenbau").is_empty());
    // Another spelling of one that is listed is no other employer; another name is.
    let add = |name| {
        let fields =
            [("name", name), ("domains", "a.example"), ("head_count", ""), ("head_count_source", "")];
        admin.submit("/admin/employers/new", "/admin/employers/new", &fields)
    };
    add("A\u{30a}NGSTRÖM  & SÖHNE").expect(422).says("already");
    add("Angstrom & Sohne").expect(303);
}

#[test]
fn texts_that_an_older_program_folded_are_folded_anew_at_the_start() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = open(&app, &owner, "Größe", |draft| draft.title = String::from("Überstunden"));
    app.database().run("UPDATE petition_search SET folded = 'old', version = 0");
    app.database().run("DELETE FROM employer_search");
    assert!(found(&app, "uberstunden").is_empty() && found(&app, "grosse").is_empty());
    app.ctx.store.migrate().unwrap();
    finds(&app, "uberstunden", &petition);
    finds(&app, "grosse", &petition);
}
