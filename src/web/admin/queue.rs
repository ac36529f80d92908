//! The admin's first page.

use actix_web::web::Query;
use serde::Deserialize;

use super::page::{DecidedRow, Proposal, QueuePage, WaitingRow};
use crate::{
    actions::queries::pages,
    db::views::{Asked, moderation},
    domain::time::Timestamp,
    web::{Answer, LocalizedApp, Session, frame::Frame, page, petition::show::pager, run},
};

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
pub struct QueueParams {
    #[serde(default)]
    page: String,
}

/// `GET /admin`
///
/// # Errors
/// 404 for all but admins.
pub async fn show(app: LocalizedApp, params: Query<QueueParams>, session: Session) -> Answer {
    let number = crate::web::petition::page::Pager::number(&params.page);
    let found = run(&app, move |ctx| pages::moderation(ctx, number)).await??;
    let waiting = found.waiting.into_iter().map(|petition| WaitingRow {
        slug: petition.slug,
        title: petition.title,
        written_by: petition.written_by,
        proposed: petition.proposed.into_iter().map(|employer| proposal(employer, false)).collect(),
    });
    let decided = found.decided.into_iter().map(|petition| DecidedRow {
        slug: petition.slug,
        title: petition.title,
        state: petition.state,
        opened: petition.opens.map(Timestamp::day),
    });
    page(&QueuePage {
        f: Frame::private(&app, Some(&session)),
        waiting: waiting.collect(),
        waiting_total: found.waiting_total,
        decided: decided.collect(),
        decided_total: found.decided_total,
        pager: pager(u64::from(number), found.decided_total, moderation::PAGE, |number| {
            format!("/admin?page={number}")
        }),
        mail: found.mail,
    })
}

/// An employer that a petition proposes.
pub(super) fn proposal(employer: Asked, listed_meanwhile: bool) -> Proposal {
    Proposal { name: employer.name, domains: employer.domains, listed_meanwhile }
}
