//! Handlers of choosing what to invalidate, of counting it, and of doing it.

use actix_web::{
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::{
    decode, encode,
    page::{ChooseVoidPage, CountRow, CountVoidPage, GroupRow, Offer},
};
use crate::{
    actions::{
        Error,
        moderation::voids::{self, BATCHES_PAGE, Batch, Count, PetitionView, Voided},
        queries::pages,
    },
    db::views::signers,
    domain::{
        proof::CrowdIndex,
        void::{ChosenBy, Group, Selection, VoidReason},
    },
    web::{
        Answer, App, Form, LocalizedApp, Session, WebError,
        field::{Field, FieldProblem},
        frame::Frame,
        page, page_with_status,
        petition::{
            page::Pager,
            show::{pager, signer_row},
            voids::{CrowdPart, crowd_parts},
        },
        run, see_other,
    },
};

/// The query of a page to choose from.
#[derive(Debug, Default, Deserialize)]
pub struct ChooseParams {
    #[serde(default)]
    page: String,
}

/// `GET /admin/petitions/{slug}/voids/{kind}`
///
/// # Errors
/// 404 for what is not public, and for another kind.
pub async fn choose(
    app: LocalizedApp,
    place: Path<(String, String)>,
    params: Query<ChooseParams>,
    session: Session,
) -> Answer {
    let (slug, kind) = place.into_inner();
    let by = ChosenBy::parse(&kind).ok_or(WebError::NotFound)?;
    page(&choose_page(&app, &session, slug, by, &params.page).await?)
}

async fn choose_page(
    app: &LocalizedApp,
    session: &Session,
    slug: String,
    by: ChosenBy,
    number: &str,
) -> Result<ChooseVoidPage, WebError> {
    let number = Pager::number(number);
    let address = format!("/admin/petitions/{slug}/voids/{}", by.as_str());
    let in_pages = |total, per_page| {
        pager(u64::from(number), total, per_page, |number| format!("{address}?page={number}"))
    };
    let (view, offer, pager) = offer(app, slug, by, number, in_pages).await?;
    Ok(ChooseVoidPage {
        f: Frame::private(app, Some(session)),
        slug: view.slug,
        title: view.title,
        offer,
        pager,
        ticked: Vec::new(),
        chosen: Field::default(),
        reason: Field::default(),
    })
}

async fn offer(
    app: &Data<App>,
    slug: String,
    by: ChosenBy,
    number: u32,
    in_pages: impl Fn(u64, i64) -> Pager,
) -> Result<(PetitionView, Offer, Pager), WebError> {
    Ok(match by {
        ChosenBy::Names => {
            let found = run(app, move |ctx| {
                let Some((view, _)) = voids::last_entry(ctx, &slug)? else { return Ok(None) };
                let signers = pages::signers(ctx, view.id, number)?;
                Ok::<_, Error>(Some((view, signers)))
            });
            let (view, (rows, total)) = found.await??.ok_or(WebError::NotFound)?;
            let rows = rows.into_iter().map(|row| signer_row(&view, row)).collect();
            (view, Offer::Names(rows), in_pages(total, signers::PAGE))
        }
        ChosenBy::Groups => {
            let found = run(app, move |ctx| voids::groups(ctx, &slug, number)).await??;
            let found = found.ok_or(WebError::NotFound)?;
            let rows = found.batches.into_iter().map(|batch| group_row(&found.view, &batch)).collect();
            (found.view, Offer::Groups(rows, found.batch_min), in_pages(found.total, BATCHES_PAGE))
        }
        ChosenBy::Crowd => {
            let found = run(app, move |ctx| voids::last_entry(ctx, &slug)).await??;
            let (view, _) = found.ok_or(WebError::NotFound)?;
            let counted = view.tally.crowds.iter().filter(|crowd| crowd.number > 0);
            let counted: Vec<(CrowdIndex, u64)> = counted.map(|crowd| (crowd.crowd, crowd.number)).collect();
            let parts = crowd_parts(&view, &counted);
            let rows = counted.iter().map(|(crowd, _)| crowd.get()).zip(parts).collect();
            (view, Offer::Crowds(rows), in_pages(1, 1))
        }
    })
}

fn group_row(view: &PetitionView, batch: &Batch) -> GroupRow {
    let values =
        batch.crowds.iter().map(|(crowd, _)| Group { first: batch.first, crowd: *crowd }.to_string());
    GroupRow {
        first: batch.first,
        last: batch.first.saturating_add(batch.size).saturating_sub(1),
        crowds: values.zip(crowd_parts(view, &batch.crowds)).collect(),
    }
}

/// `POST /admin/petitions/{slug}/voids/{kind}`: counts, and changes nothing.
///
/// # Errors
/// 404 for what is not public, and for another kind.
pub async fn count(app: LocalizedApp, place: Path<(String, String)>, session: Session, form: Form) -> Answer {
    let (slug, kind) = place.into_inner();
    let by = ChosenBy::parse(&kind).ok_or(WebError::NotFound)?;
    let fields = form.fields(&["reason", "page"], &["chosen"])?;
    let ticked = fields.all("chosen");
    let selection = Selection::parse(by, &ticked);
    let reason = VoidReason::parse(fields.get("reason"));
    let (Some(selection), Some(reason)) = (selection.clone(), reason) else {
        let again = choose_page(&app, &session, slug, by, fields.get("page")).await?;
        let again = ChooseVoidPage {
            f: Frame { has_errors: true, ..again.f },
            ticked: ticked.into_iter().map(String::from).collect(),
            chosen: Field {
                value: String::new(),
                problem: selection.is_none().then_some(FieldProblem::VoidChosenMissing),
            },
            reason: Field {
                value: String::from(fields.get("reason")),
                problem: reason.is_none().then_some(FieldProblem::VoidReasonMissing),
            },
            ..again
        };
        return page_with_status(StatusCode::UNPROCESSABLE_ENTITY, &again);
    };
    page(&count_page(&app, &session, slug, selection, reason, false).await?)
}

async fn count_page(
    app: &LocalizedApp,
    session: &Session,
    slug: String,
    selection: Selection,
    reason: VoidReason,
    changed: bool,
) -> Result<CountVoidPage, WebError> {
    let (by, chosen) = (selection.by(), selection.to_fields());
    let counted = run(app, move |ctx| voids::count(ctx, &slug, &selection)).await??;
    let counted = counted.ok_or(WebError::NotFound)?;
    Ok(CountVoidPage {
        f: Frame::private(app, Some(session)),
        changed,
        by,
        chosen,
        reason,
        rows: count_rows(&counted),
        batch_min: counted.batch_min,
        counted: counted.is_possible.then(|| encode(counted.digest)),
        names: counted.names,
        slug: counted.view.slug,
        title: counted.view.title,
    })
}

fn count_rows(counted: &Count) -> Vec<CountRow> {
    let row = |of: &crate::actions::collector::ChosenOf| {
        let before = part_before(&counted.view, of.crowd)?;
        Some(CountRow {
            after: before.number.saturating_sub(of.named).saturating_sub(of.unnamed),
            before,
            named: of.named,
            unnamed: of.unnamed,
            is_too_few: of.is_too_few,
        })
    };
    counted.crowds.iter().filter_map(row).collect()
}

/// A crowd with its number as it stands.
pub(super) fn part_before(view: &PetitionView, crowd: CrowdIndex) -> Option<CrowdPart> {
    let number = view.tally.crowds.iter().find(|one| one.crowd == crowd)?.number;
    crowd_parts(view, &[(crowd, number)]).pop()
}

/// `POST /admin/petitions/{slug}/voids`
///
/// # Errors
/// 404 for what is not public.
pub async fn void(app: LocalizedApp, slug: Path<String>, session: Session, form: Form) -> Answer {
    let fields = form.fields(&["by", "reason", "counted"], &["chosen"])?;
    let by = ChosenBy::parse(fields.get("by")).ok_or(WebError::NotFound)?;
    let selection = Selection::parse(by, &fields.all("chosen")).ok_or(WebError::Conflict)?;
    let reason = VoidReason::parse(fields.get("reason")).ok_or(WebError::Conflict)?;
    let counted = decode(fields.get("counted"));
    let (name, chosen, admin) = (slug.clone(), selection.clone(), session.organizer);
    let done = run(&app, move |ctx| voids::void(ctx, &name, &chosen, reason, admin, counted)).await??;
    match done {
        Voided::Done => Ok(see_other(&format!("/admin/petitions/{slug}/voids?done=yes"))),
        Voided::NotAsCounted => {
            let again = count_page(&app, &session, slug.into_inner(), selection, reason, true).await?;
            page_with_status(StatusCode::CONFLICT, &again)
        }
        Voided::NotFound => Err(WebError::NotFound),
    }
}
