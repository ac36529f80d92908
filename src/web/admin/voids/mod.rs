//! Forged signatures: chosen, counted, invalidated, let count again; and notes of dispute. For admins, on petitions that
//! are public.

use actix_web::web::{Path, Query};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use self::page::{AdminVoid, VoidsPage};
use crate::{
    actions::moderation::voids::{self, SelectionDigest},
    domain::void::Void,
    web::{Answer, LocalizedApp, Session, WebError, frame::Frame, page, petition::voids::VoidLine, run},
};

pub mod choosing;
pub mod dispute;
pub mod page;
pub mod reversal;

#[cfg(test)]
mod samples;

/// The query of the page.
#[derive(Debug, Default, Deserialize)]
pub struct VoidsParams {
    #[serde(default)]
    done: String,
}

/// `GET /admin/petitions/{slug}/voids`
///
/// # Errors
/// 404 for what is not public.
pub async fn overview(
    app: LocalizedApp,
    slug: Path<String>,
    params: Query<VoidsParams>,
    session: Session,
) -> Answer {
    let found = run(&app, move |ctx| voids::overview(ctx, &slug)).await??.ok_or(WebError::NotFound)?;
    let view = found.view;
    let line = |(void, done_by, reversed_by): (Void, Option<String>, Option<String>)| AdminVoid {
        line: VoidLine::of(&view, void),
        done_by,
        reversed_by,
    };
    page(&VoidsPage {
        f: Frame::private(&app, Some(&session)),
        done: !params.done.is_empty(),
        voids: found.voids.into_iter().map(line).collect(),
        title: view.title.clone(),
        slug: view.slug.clone(),
    })
}

fn encode(counted: SelectionDigest) -> String {
    URL_SAFE_NO_PAD.encode(counted.0)
}

/// What was counted, from a form. What does not read was never counted, and is like nothing that is.
fn decode(typed: &str) -> SelectionDigest {
    let bytes = URL_SAFE_NO_PAD.decode(typed).unwrap_or_default();
    SelectionDigest(bytes.try_into().unwrap_or_default())
}
