//! Proving that one signed, without script: the server signs the phrase in memory, keeps nothing and writes down nothing.

use actix_web::http::StatusCode;

use super::{
    page::{StatementMadePage, WithdrawnPage},
    post::{again, found_page, parse, reference, unknown},
};
use crate::{
    actions::signing::receipt::{self, SignedStatement},
    domain::text::Phrase,
    web::{
        Answer, Form, LocalizedApp, admission::nothing_tried, field::Field, frame::Frame, page,
        page_with_status, run,
    },
};

/// `POST /receipt/statement`
///
/// # Errors
/// 503 when the database is away.
pub async fn make(app: LocalizedApp, form: Form) -> Answer {
    let fields = form.fields(&["code", "phrase"], &[])?;
    let typed = String::from(fields.get("code"));
    let code = match parse(&typed) {
        Ok(code) => code,
        Err(problem) => return again(&app, StatusCode::UNPROCESSABLE_ENTITY, &typed, problem),
    };
    let phrase = match Phrase::parse(fields.get("phrase")) {
        Ok(phrase) => phrase,
        Err(problem) => {
            let look = code.clone();
            let Some(signed) = run(&app, move |ctx| receipt::find(ctx, &look)).await?? else {
                return unknown(&app, &typed);
            };
            let f = Frame { has_errors: true, ..Frame::private(&app, None) };
            let petition = reference(&app, signed.petition).await?;
            let mut shown = found_page(&app, f, petition, &signed, code.expose()).await?;
            shown.phrase = Field::new(fields.get("phrase")).with_problem(problem);
            return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &shown).map(nothing_tried);
        }
    };
    let said = String::from(phrase.expose());
    let Some(SignedStatement { signed, statement }) =
        run(&app, move |ctx| receipt::prove(ctx, &code, &phrase)).await??
    else {
        return unknown(&app, &typed);
    };
    let petition = reference(&app, signed.petition).await?;
    let f = Frame::private(&app, None);
    if signed.withdrawn {
        return page(&WithdrawnPage {
            f,
            petition,
            nameless: signed.nameless,
            voided: signed.voided.is_some(),
        });
    }
    page(&StatementMadePage {
        f,
        petition,
        phrase: said,
        statement: String::from(statement.expose()),
        waits: signed.index.is_none(),
    })
}
