//! Handlers of the site's own pages: the long texts, the operator's pages, the demo's mails.

use actix_web::web::Path;

use super::page::{DevMailPage, ShownMail, TextPage};
use crate::web::{Answer, LocalizedApp, MaybeSession, WebError, frame::Frame, markdown, page};

/// `GET /privacy`
///
/// # Errors
/// None of its own.
pub async fn privacy(app: LocalizedApp, session: MaybeSession) -> Answer {
    text(&app, &session, "privacy")
}

/// `GET /how-anonymity-works`
///
/// # Errors
/// None of its own.
pub async fn how_anonymity_works(app: LocalizedApp, session: MaybeSession) -> Answer {
    text(&app, &session, "how-anonymity-works")
}

/// `GET /your-safety`
///
/// # Errors
/// None of its own.
pub async fn your_safety(app: LocalizedApp, session: MaybeSession) -> Answer {
    text(&app, &session, "your-safety")
}

/// `GET /accessibility`
///
/// # Errors
/// None of its own.
pub async fn accessibility(app: LocalizedApp, session: MaybeSession) -> Answer {
    text(&app, &session, "accessibility")
}

fn text(app: &LocalizedApp, session: &MaybeSession, name: &str) -> Answer {
    let f = Frame::of(app, session.0.as_ref());
    let rules = &app.ctx.rules;
    let instance = markdown::Instance {
        operator: &app.site.operator_name,
        contact: app.site.operator_contact.as_deref(),
        batch: rules.batch_min,
        quiet_secs: rules.schedule.quiet_secs,
        busy_secs: rules.schedule.busy_secs,
    };
    let long = markdown::long_page(app.words(), name, &instance);
    let long = long.ok_or(WebError::NotFound)?;
    page(&TextPage { f, title: long.title, html: long.html })
}

/// `GET /pages/{name}`: one of the operator's own.
///
/// # Errors
/// 404 where there is none.
pub async fn operator_page(app: LocalizedApp, session: MaybeSession, name: Path<String>) -> Answer {
    let found = app.pages.find(&name).ok_or(WebError::NotFound)?;
    let f = Frame::of(&app, session.0.as_ref());
    page(&TextPage { f, title: found.title, html: found.html })
}

/// `GET /dev/mail`: in the demo, every mail that would have been sent, newest first.
///
/// # Errors
/// 404 outside the demo.
pub async fn dev_mail(app: LocalizedApp, session: MaybeSession) -> Answer {
    let source = app.dev_mail.as_ref().ok_or(WebError::NotFound)?;
    let mails = source()
        .into_iter()
        .rev()
        .map(|mail| ShownMail::new(mail.to, mail.subject, &mail.text, &app.site.base_url))
        .collect();
    page(&DevMailPage { f: Frame::private(&app, session.0.as_ref()), mails })
}
