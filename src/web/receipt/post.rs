//! Handlers of the receipt: with the withdrawal code, at any time. No access-log line, no session.

use actix_web::{http::StatusCode, web::Data};

use super::page::{NameChangedPage, NameRemovedPage, ReceiptFoundPage, ReceiptPage, WithdrawnPage};
use crate::{
    actions::{
        Error,
        collector::{NameRemoved, Withdrawn},
        facts::PetitionFacts,
        queries::pages,
        signing::receipt::{self, Held, NameChanged, Signed, WithdrawalCode, WithdrawalCodeError},
    },
    domain::{
        ids::PetitionId,
        sealing::Sealing,
        text::{DisplayName, JobTitle},
    },
    web::{
        Answer, App, Form, LocalizedApp, WebError,
        admission::nothing_tried,
        field::{Field, FieldProblem},
        frame::Frame,
        page, page_with_status, run,
        sign::petition_ref::PetitionRef,
    },
};

/// `GET /receipt`
///
/// # Errors
/// None of its own.
pub async fn ask(app: LocalizedApp) -> Answer {
    page(&ReceiptPage { f: Frame::private(&app, None), code: Field::default() })
}

/// `POST /receipt`
///
/// # Errors
/// 503 when the database is away.
pub async fn look(app: LocalizedApp, form: Form) -> Answer {
    let (code, typed) = match read(&app, form)? {
        Ok(read) => read,
        Err(answer) => return answer,
    };
    let shown = code.expose();
    let Some(signed) = run(&app, move |ctx| receipt::find(ctx, &code)).await?? else {
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
    page(&found_page(&app, f, petition, &signed, shown).await?)
}

pub(super) async fn found_page(
    app: &Data<App>,
    f: Frame,
    petition: PetitionRef,
    signed: &Signed,
    code: String,
) -> Result<ReceiptFoundPage, WebError> {
    let sealing = match signed.held {
        Held::SealedName => sealing(app, signed.petition).await?,
        Held::Nothing => None,
    };
    let (name, title) = signed.shown.as_deref().and_then(pages::shown_name).unzip();
    Ok(ReceiptFoundPage {
        f,
        petition,
        new_name: Field::new(name.clone().unwrap_or_default()),
        new_title: Field::new(title.flatten().unwrap_or_default()),
        phrase: Field::default(),
        name,
        hidden: signed.hidden,
        code,
        nameless: signed.nameless,
        waits: signed.index.is_none(),
        sealing,
        voided: signed.voided,
    })
}

/// `POST /receipt/name`: another name, or a name after all.
///
/// # Errors
/// 409 while the signature waits for its group, and where it was invalidated, its name was hidden, or its petition
/// shows nothing any more; 503 when the database is away.
pub async fn change_name(app: LocalizedApp, form: Form) -> Answer {
    let fields = form.fields(&["code", "name", "title"], &[])?;
    let typed = String::from(fields.get("code"));
    let code = match parse(&typed) {
        Ok(code) => code,
        Err(problem) => return again(&app, StatusCode::UNPROCESSABLE_ENTITY, &typed, problem),
    };
    let name = DisplayName::parse(fields.get("name"));
    let title = JobTitle::parse(fields.get("title"));
    let (name, title) = match (name, title) {
        (Ok(name), Ok(title)) => (name, title),
        (name, title) => {
            let look = code.clone();
            let Some(signed) = run(&app, move |ctx| receipt::find(ctx, &look)).await?? else {
                return unknown(&app, &typed);
            };
            let f = Frame { has_errors: true, ..Frame::private(&app, None) };
            let petition = reference(&app, signed.petition).await?;
            let mut again = found_page(&app, f, petition, &signed, code.expose()).await?;
            again.new_name = Field {
                value: String::from(fields.get("name")),
                problem: name.err().map(FieldProblem::from),
            };
            again.new_title = Field {
                value: String::from(fields.get("title")),
                problem: title.err().map(FieldProblem::from),
            };
            return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &again).map(nothing_tried);
        }
    };
    let shown = String::from(name.expose());
    let look = code.clone();
    let changed = run(&app, move |ctx| receipt::change_name(ctx, &code, &name, title.as_ref())).await??;
    match changed {
        NameChanged::Done(petition) => {
            let petition = reference(&app, petition).await?;
            page(&NameChangedPage { f: Frame::private(&app, None), petition, name: shown })
        }
        NameChanged::Waits => Err(WebError::Conflict),
        NameChanged::Hidden | NameChanged::Voided | NameChanged::NotShown => {
            let code = look.expose();
            let Some(signed) = run(&app, move |ctx| receipt::find(ctx, &look)).await?? else {
                return unknown(&app, &typed);
            };
            let petition = reference(&app, signed.petition).await?;
            let found = found_page(&app, Frame::private(&app, None), petition, &signed, code).await?;
            page_with_status(StatusCode::CONFLICT, &found)
        }
        NameChanged::Unknown => unknown(&app, &typed),
    }
}

/// `POST /receipt/withdrawal`
///
/// # Errors
/// 503 when the database is away.
pub async fn withdrawal(app: LocalizedApp, form: Form) -> Answer {
    let (code, typed) = match read(&app, form)? {
        Ok(read) => read,
        Err(answer) => return answer,
    };
    match run(&app, move |ctx| receipt::withdraw(ctx, &code)).await?? {
        Withdrawn::Done { petition, nameless, voided } => {
            let petition = reference(&app, petition).await?;
            page(&WithdrawnPage { f: Frame::private(&app, None), petition, nameless, voided })
        }
        Withdrawn::Unknown => unknown(&app, &typed),
    }
}

/// `POST /receipt/name-removal`
///
/// # Errors
/// 503 when the database is away.
pub async fn name_removal(app: LocalizedApp, form: Form) -> Answer {
    let (code, typed) = match read(&app, form)? {
        Ok(read) => read,
        Err(answer) => return answer,
    };
    match run(&app, move |ctx| receipt::remove_name(ctx, &code)).await?? {
        NameRemoved::Done(petition) => {
            let petition = reference(&app, petition).await?;
            page(&NameRemovedPage { f: Frame::private(&app, None), petition })
        }
        NameRemoved::Unknown => unknown(&app, &typed),
    }
}

/// The code and what was typed, or the form again with what is wrong.
fn read(app: &LocalizedApp, form: Form) -> Result<Result<(WithdrawalCode, String), Answer>, WebError> {
    let fields = form.fields(&["code"], &[])?;
    let typed = String::from(fields.get("code"));
    Ok(match parse(&typed) {
        Ok(code) => Ok((code, typed)),
        Err(problem) => Err(again(app, StatusCode::UNPROCESSABLE_ENTITY, &typed, problem)),
    })
}

/// The code, or what is wrong with it.
pub(super) fn parse(typed: &str) -> Result<WithdrawalCode, FieldProblem> {
    WithdrawalCode::parse(typed).map_err(problem_of)
}

const fn problem_of(error: WithdrawalCodeError) -> FieldProblem {
    match error {
        WithdrawalCodeError::Length | WithdrawalCodeError::Character => FieldProblem::WithdrawalCodeShape,
        WithdrawalCodeError::Mistyped => FieldProblem::WithdrawalCodeMistyped,
    }
}

pub(super) fn unknown(app: &LocalizedApp, typed: &str) -> Answer {
    again(app, StatusCode::NOT_FOUND, typed, FieldProblem::WithdrawalCodeUnknown)
}

pub(super) fn again(app: &LocalizedApp, status: StatusCode, typed: &str, problem: FieldProblem) -> Answer {
    let f = Frame { has_errors: true, ..Frame::private(app, None) };
    let answer = page_with_status(status, &ReceiptPage { f, code: Field::new(typed).with_problem(problem) })?;
    // A code that is none was not looked for.
    Ok(if status == StatusCode::UNPROCESSABLE_ENTITY { nothing_tried(answer) } else { answer })
}

async fn sealing(app: &Data<App>, id: PetitionId) -> Result<Option<Sealing>, WebError> {
    let view = run(app, move |ctx| pages::petition(ctx, id)).await??;
    Ok(view.and_then(|view| view.sealing))
}

pub(super) async fn reference(app: &Data<App>, id: PetitionId) -> Result<PetitionRef, WebError> {
    let found = run(app, move |ctx| {
        let facts = PetitionFacts::of(ctx, id)?;
        Ok::<_, Error>(facts.map(|facts| PetitionRef::at(facts.place(), &facts, ctx.now())))
    });
    found.await??.ok_or(WebError::NotFound)
}
