//! The public log as programs read it: checkpoint, verifier key, tiles, openings, numbers. Any page may read them, also one
//! saved to disk; no session is looked up and no line is logged, since people who sign read them too.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::header::{self, HeaderName, HeaderValue},
    web::{Data, Path},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;

use super::answer;
use crate::{
    actions::{
        queries::public_log::{self, Openings, Served, ShownOpening, Tile},
        scheduled::sealed_names,
    },
    domain::tally::{CrowdNumber, Tally},
    web::{App, WebError, error::Answer, run},
};

/// A full tile never changes.
const FULL_TILE: &str = "public, max-age=31536000, immutable";
/// A partial one does not either, but is soon of no use.
const PARTIAL_TILE: &str = "public, max-age=60";
/// What lies under a secret link stays out of caches.
const SECRET: &str = "no-store";

/// 200, its `Cache-Control` set where the petition gathers under a secret link.
fn found<T>(served: &Served<T>) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    if served.is_secret {
        answer.insert_header((header::CACHE_CONTROL, SECRET));
    }
    answer
}

/// `GET /p/{slug}/log/checkpoint`
///
/// # Errors
/// 404 where there is none, or one may not know.
pub async fn checkpoint(app: Data<App>, slug: Path<String>) -> Answer {
    let served =
        run(&app, move |ctx| public_log::checkpoint(ctx, &slug)).await??.ok_or(WebError::NotFound)?;
    Ok(found(&served).content_type("text/plain; charset=utf-8").body(served.content))
}

/// `GET /p/{slug}/log/witnessed`
///
/// # Errors
/// 404 where no witness has cosigned, where there is none, or one may not know.
pub async fn witnessed(app: Data<App>, slug: Path<String>) -> Answer {
    let served = run(&app, move |ctx| public_log::witnessed(ctx, &slug)).await??.ok_or(WebError::NotFound)?;
    Ok(found(&served).content_type("text/plain; charset=utf-8").body(served.content))
}

/// `GET /logs`
///
/// # Errors
/// Only ours.
pub async fn verifier_keys(app: Data<App>) -> Answer {
    let keys = run(&app, public_log::verifier_keys).await??;
    let lines: String = keys.into_iter().map(|key| key + "\n").collect();
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(lines))
}

/// `GET /p/{slug}/log/vkey`
///
/// # Errors
/// 404 where there is none, or one may not know.
pub async fn verifier_key(app: Data<App>, slug: Path<String>) -> Answer {
    let served = run(&app, move |ctx| public_log::verifier_key(ctx, &slug)).await??;
    let served = served.ok_or(WebError::NotFound)?;
    Ok(found(&served).content_type("text/plain; charset=utf-8").body(format!("{}\n", served.content)))
}

/// `GET /p/{slug}/log/tile/{level}/{n}` and `/p/{slug}/log/tile/entries/{n}`
///
/// # Errors
/// 404 for what is no tile, or not of this log, yet.
pub async fn tile(app: Data<App>, place: Path<(String, String)>) -> Answer {
    let (slug, path) = place.into_inner();
    let tile = Tile::parse(&path).map_err(|_no_tile| WebError::NotFound)?;
    let served =
        run(&app, move |ctx| public_log::tile(ctx, &slug, tile)).await??.ok_or(WebError::NotFound)?;
    let cache = match (served.is_secret, tile.is_full()) {
        (true, _) => SECRET,
        (false, true) => FULL_TILE,
        (false, false) => PARTIAL_TILE,
    };
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((header::CACHE_CONTROL, cache))
        // Hashes and signatures do not compress.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(served.content))
}

/// An opening as `openings.json` has it.
#[derive(Serialize)]
struct OpeningLine {
    index: u64,
    salt: String,
    extension: String,
}

/// `GET /p/{slug}/openings.json`
///
/// # Errors
/// 404 where there is none, or one may not know; 410 when the petition was taken down.
pub async fn openings(app: Data<App>, slug: Path<String>) -> Answer {
    let openings = run(&app, move |ctx| public_log::openings(ctx, &slug)).await??;
    let served = match openings.ok_or(WebError::NotFound)? {
        Openings::Shown(served) => served,
        Openings::TakenDown => return Err(WebError::Gone),
    };
    let noindex = (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    Ok(answer::json(found(&served).insert_header(noindex), opening_lines(&served.content)))
}

/// What `openings.json` holds.
#[must_use]
pub fn opening_lines(openings: &[ShownOpening]) -> impl Serialize + use<> {
    let line = |opening: &ShownOpening| OpeningLine {
        index: opening.index,
        salt: URL_SAFE_NO_PAD.encode(&opening.salt),
        extension: URL_SAFE_NO_PAD.encode(&opening.extension),
    };
    openings.iter().map(line).collect::<Vec<_>>()
}

/// The numbers as `numbers.json` has them.
#[derive(Serialize)]
struct Numbers {
    crowds: Vec<CrowdLine>,
}

/// A crowd, in the order of genesis. Before its first publication it has no number, and no day.
#[derive(Serialize)]
struct CrowdLine {
    proof: &'static str,
    number: Option<u64>,
    as_of: Option<String>,
}

/// `GET /p/{slug}/numbers.json`
///
/// # Errors
/// 404 where there is none, or one may not know, or no number is shown.
pub async fn numbers(app: Data<App>, slug: Path<String>) -> Answer {
    let tally = run(&app, move |ctx| public_log::numbers(ctx, &slug)).await??.ok_or(WebError::NotFound)?;
    Ok(answer::json(&mut HttpResponse::Ok(), number_lines(&tally)))
}

/// What `numbers.json` holds.
#[must_use]
pub fn number_lines(tally: &Tally) -> impl Serialize + use<> {
    let line = |crowd: &CrowdNumber| CrowdLine {
        proof: crowd.proof.as_str(),
        number: crowd.as_of.map(|_| crowd.number),
        as_of: crowd.as_of.map(|day| day.to_string()),
    };
    Numbers { crowds: tally.crowds.iter().map(line).collect() }
}

/// Sealed names as `sealed.json` has them: all that a trustee needs to open them and to check what came out.
#[derive(Serialize)]
struct SealedNames {
    genesis: String,
    names: Vec<SealedName>,
}

#[derive(Serialize)]
struct SealedName {
    index: u64,
    leaf: String,
    sealed: String,
}

/// `GET /p/{slug}/sealed.json`
///
/// # Errors
/// 404 where there is none, or one may not know, or the notice is not over.
pub async fn sealed_names(app: Data<App>, slug: Path<String>) -> Answer {
    let found =
        run(&app, move |ctx| sealed_names::sealed_names(ctx, &slug)).await??.ok_or(WebError::NotFound)?;
    let names = found.names.into_iter().map(|(index, leaf, sealed)| SealedName {
        index,
        leaf: URL_SAFE_NO_PAD.encode(leaf),
        sealed: URL_SAFE_NO_PAD.encode(sealed),
    });
    let lines = SealedNames { genesis: URL_SAFE_NO_PAD.encode(&found.genesis), names: names.collect() };
    let noindex = (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    Ok(answer::json(HttpResponse::Ok().insert_header(noindex), lines))
}
