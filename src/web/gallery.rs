//! Renders every page in every language, and leaves the results in `target/gallery` to be looked at.

use std::{fs, path::Path, sync::Arc};

use askama::Template;

use crate::{
    locale::{Locale, Locales},
    web::{
        account::page::{AccountPage, RecoverPage, RecoveryCodesPage, SignInPage, SignUpPage},
        admin::{
            page::{EmployerPage, EmployersPage, QueuePage, ReviewPage, TakedownPage},
            voids::page::{ChooseVoidPage, CountVoidPage, DisputePage, ReverseVoidPage, VoidsPage},
        },
        frame::{Frame, FrameSession},
        organize::{
            edit::EditPage,
            invitations::{InvitationSheetPage, MakeInvitationsPage},
            page::{CloseConfirmPage, DashboardPage, MyPetitionsPage, OpenPage, UnsealingPage},
        },
        petition::{
            page::{AuditPage, ListPage, PetitionGonePage, PetitionPage, SignersPage},
            statement::StatementPage,
        },
        receipt::page::{
            NameChangedPage, NameRemovedPage, ReceiptFoundPage, ReceiptPage, StatementMadePage, WithdrawnPage,
        },
        sign::{
            page::{
                CheckInboxPage, ConfirmLinkPage, DonePage, InvitationUsedPage, InvitedPage, LinkExpiredPage,
                ProofUsedPage, SignPage, WithCodePage,
            },
            saved_page::SavedPage,
            script_data::CastPage,
        },
        site::page::{DevMailPage, ProblemPage, TextPage, WaitPage},
    },
};

mod forms;
mod spoken;
mod worded;

fn frame(t: Arc<Locale>, session: bool) -> Frame {
    Frame {
        t,
        site_name: String::from("Undersigned"),
        base_url: String::from("https://petitions.example.org"),
        operator_name: String::from("Example Workers Collective"),
        operator_contact: Some(String::from("hello@example.org")),
        extra_pages: vec![(String::from("imprint"), String::from("Imprint"))],
        css_path: String::from("site.css"),
        icon_path: String::from("favicon.svg"),
        script_path: String::from("signing.js"),
        batch_min: 10,
        demo: session,
        session: session.then(|| FrameSession {
            pseudonym: String::from("Platform team members"),
            form_token: String::from("f0rm-t0k3n"),
            is_admin: true,
        }),
        has_errors: false,
        noindex: false,
    }
}

fn add<T: Template>(pages: &mut Vec<(&'static str, String)>, samples: Vec<(&'static str, T)>) {
    pages.extend(samples.into_iter().map(|(name, page)| (name, page.render().unwrap())));
}

fn all(reader: &Frame, organizer: &Frame) -> Vec<(&'static str, String)> {
    let mut pages = Vec::new();
    add(&mut pages, ListPage::samples(reader));
    add(&mut pages, PetitionPage::samples(reader));
    add(&mut pages, SignersPage::samples(reader));
    add(&mut pages, AuditPage::samples(reader));
    add(&mut pages, StatementPage::samples(reader));
    add(&mut pages, PetitionGonePage::samples(reader));
    add(&mut pages, SignPage::samples(reader));
    add(&mut pages, CheckInboxPage::samples(reader));
    add(&mut pages, WithCodePage::samples(reader));
    add(&mut pages, InvitedPage::samples(reader));
    add(&mut pages, InvitationUsedPage::samples(reader));
    add(&mut pages, ConfirmLinkPage::samples(reader));
    add(&mut pages, LinkExpiredPage::samples(reader));
    add(&mut pages, DonePage::samples(reader));
    add(&mut pages, ProofUsedPage::samples(reader));
    add(&mut pages, CastPage::samples(reader));
    add(&mut pages, SavedPage::samples(reader));
    add(&mut pages, ReceiptPage::samples(reader));
    add(&mut pages, ReceiptFoundPage::samples(reader));
    add(&mut pages, WithdrawnPage::samples(reader));
    add(&mut pages, NameChangedPage::samples(reader));
    add(&mut pages, NameRemovedPage::samples(reader));
    add(&mut pages, StatementMadePage::samples(reader));
    add(&mut pages, SignUpPage::samples(reader));
    add(&mut pages, RecoveryCodesPage::samples(organizer));
    add(&mut pages, SignInPage::samples(reader));
    add(&mut pages, RecoverPage::samples(reader));
    add(&mut pages, AccountPage::samples(organizer));
    add(&mut pages, MyPetitionsPage::samples(organizer));
    add(&mut pages, EditPage::samples(organizer));
    add(&mut pages, OpenPage::samples(organizer));
    add(&mut pages, DashboardPage::samples(organizer));
    add(&mut pages, CloseConfirmPage::samples(organizer));
    add(&mut pages, QueuePage::samples(organizer));
    add(&mut pages, ReviewPage::samples(organizer));
    add(&mut pages, TakedownPage::samples(organizer));
    add(&mut pages, VoidsPage::samples(organizer));
    add(&mut pages, ChooseVoidPage::samples(organizer));
    add(&mut pages, CountVoidPage::samples(organizer));
    add(&mut pages, ReverseVoidPage::samples(organizer));
    add(&mut pages, DisputePage::samples(organizer));
    add(&mut pages, EmployersPage::samples(organizer));
    add(&mut pages, EmployerPage::samples(organizer));
    add(&mut pages, MakeInvitationsPage::samples(organizer));
    add(&mut pages, InvitationSheetPage::samples(organizer));
    add(&mut pages, UnsealingPage::samples(organizer));
    add(&mut pages, TextPage::samples(reader));
    add(&mut pages, ProblemPage::samples(reader));
    add(&mut pages, WaitPage::samples(reader));
    add(&mut pages, DevMailPage::samples(reader));
    pages
}

#[test]
fn every_page_renders_in_every_language() {
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/gallery");
    fs::create_dir_all(&gallery).unwrap();
    for file in ["site.css", "favicon.svg"] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/static").join(file);
        fs::copy(source, gallery.join(file)).unwrap();
    }
    fs::write(gallery.join("signing.js"), super::assets::tests::script()).unwrap();
    for locale in Locales::load().unwrap().all() {
        let reader = frame(Arc::clone(locale), false);
        let organizer = frame(Arc::clone(locale), true);
        for (name, html) in all(&reader, &organizer) {
            assert!(!html.contains('«'), "{name} lacks a text: {}", around(&html, '«'));
            assert!(!html.contains(" style="), "{name} has an inline style");
            let ours = r#"<script type="module" src="signing.js"></script>"#;
            let inline = r#"<script type="module">export const here = 1;</script>"#;
            let ours = if name.starts_with("saved-page") { inline } else { ours };
            assert!(!html.replacen(ours, "", 1).contains("<script"), "{name} has a script that is not ours");
            fs::write(gallery.join(format!("{name}.{}.html", locale.lang().tag())), html).unwrap();
        }
    }
}

fn around(html: &str, mark: char) -> String {
    html.split(mark).nth(1).unwrap_or_default().chars().take(60).collect()
}

#[test]
fn a_petition_of_five_thousand_characters_stays_far_under_50_kilobytes() {
    let locale = Locale::english().unwrap();
    let (_, mut page) = PetitionPage::samples(&frame(locale, false)).swap_remove(0);
    page.sheet.body_html = super::markdown::render(&"Lorem ipsu ".repeat(455));
    let length = page.render().unwrap().len();
    assert!(length < 46_000, "{length}");
}

#[test]
fn what_people_typed_never_becomes_markup() {
    let locale = Locale::english().unwrap();
    let pages = all(&frame(Arc::clone(&locale), false), &frame(locale, true));
    assert!(pages.iter().all(|(_, html)| !html.contains("<b>Bobby") && !html.contains("<Okafor>")));
}

/// The forms of a page: where each goes, and the names of the fields in which people type.
fn typed_fields(html: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let value = tag.split('>').next()?.split_once(&format!(" {name}=\""))?.1.split('"').next()?;
        Some(String::from(value))
    };
    let mut found = Vec::new();
    for form in html
        .split("<form ")
        .skip(1)
        .filter(|form| form.starts_with("method=\"post\"") || form.contains(" method=\"post\""))
    {
        let form = form.split("</form>").next().unwrap_or_default();
        let Some(action) = attribute(&format!(" {form}"), "action") else { continue };
        for tag in form.split('<').filter(|tag| tag.starts_with("input") || tag.starts_with("textarea")) {
            let kind = attribute(tag, "type").unwrap_or_else(|| String::from("text"));
            if !matches!(kind.as_str(), "hidden" | "radio" | "checkbox") {
                found.extend(attribute(tag, "name").map(|name| (action.clone(), name)));
            }
        }
    }
    found
}

#[test]
fn every_field_in_which_people_type_has_a_label_on_the_page_that_gives_a_form_back() {
    let locale = Locale::english().unwrap();
    let pages = all(&frame(Arc::clone(&locale), false), &frame(locale, true));
    let fields: Vec<_> = pages.iter().flat_map(|(_, html)| typed_fields(html)).collect();
    assert!(fields.len() > 100, "{fields:?}");
    for (action, name) in fields {
        assert_ne!(super::labels::kind_of(&action, &name), super::field::Kind::Hidden, "{name} of {action}");
    }
}
