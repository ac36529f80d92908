//! The language of a request, and of the mail that it asks for. The accented English of `Lang::Pseudo` stands for a second
//! language.

use undersigned::{actions::outbox, domain::lang::Lang};

use crate::support::{ROBIN, TestApp};

fn speaking_pseudo() -> TestApp {
    TestApp::builder().speaking(Lang::Pseudo).start()
}

#[test]
fn a_page_says_its_language_and_speaks_it() {
    for (lang, begins) in [(Lang::English, "Skip to"), (Lang::Pseudo, "⟦Śḱ")] {
        let app = TestApp::builder().speaking(lang).start();
        let page = app.client().get("/petitions").expect(200);
        let html = format!("<html lang=\"{}\" dir=\"ltr\">", lang.tag());
        assert!(page.body.contains(&html), "{html}");
        page.says(begins);
    }
}

#[test]
fn an_error_is_told_in_the_language_of_the_request_on_a_page_and_in_json() {
    let app = speaking_pseudo();
    let page = app.client().get("/no-such-page").expect(404);
    page.says("⟧").does_not_say("page");
    let problem =
        app.client().get_with("/no-such-page", &[("Accept", "application/json")]).expect(404).json();
    for member in ["title", "detail"] {
        let words = problem.get(member).and_then(serde_json::Value::as_str).unwrap();
        assert!(words.starts_with('⟦') && words.ends_with('⟧'), "{words}");
    }
}

#[test]
fn a_problem_beside_a_field_is_worded_in_the_language_of_the_request() {
    let app = speaking_pseudo();
    let petition = app.petition();
    let page =
        app.client().ask(&petition, "work-mail", "Robin\u{200b}Okafor", "robin.initech.example").expect(422);
    page.says("⟦Ťĥííś ííś ńóóť áá ḿááííĺ").does_not_say("mail address");
}

#[test]
fn a_code_is_mailed_in_the_language_of_the_page_that_asked_for_it() {
    let app = speaking_pseudo();
    let petition = app.petition();
    app.client().ask(&petition, "work-mail", "Robin Okafor", ROBIN).expect(200);
    let due = outbox::due(&app.ctx, 10).unwrap();
    let langs: Vec<Lang> = due.iter().filter_map(|mail| Some(mail.outgoing.as_ref()?.lang)).collect();
    assert_eq!(langs, [Lang::Pseudo]);
    let [text] = app.texts_to(ROBIN).try_into().unwrap();
    assert!(text.starts_with('⟦'), "{text}");
    assert!(!text.contains("code"), "{text}");
}
