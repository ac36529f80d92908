//! `POST casts`, `POST retractions`, `POST amendments`.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use serde::{Deserialize, Serialize};

use super::{ApiProblem, Body, answer, bytes, petition, tokens::not_taking};
use crate::{
    actions::{
        collector::{Shown, Submission},
        signing::casts::{self, AmendedCast, Retracted, client},
    },
    web::{Answer, App, WebError, run},
};

/// A cast. `padding` makes all bodies equally long: what was cast must not show on the way.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cast {
    leaf: String,
    #[serde(default)]
    extension: Option<String>,
    #[serde(default)]
    salt: Option<String>,
    #[serde(default)]
    sealed: Option<String>,
    #[serde(default, rename = "padding")]
    _padding: String,
}

#[derive(Serialize)]
struct CastAnswer {
    promise: String,
}

/// `POST /api/v1/petitions/{id}/casts`: 202 with the log's signed promise; the identical cast again gets the same.
///
/// # Errors
/// 404, 409, 422, 503.
pub async fn casts(app: Data<App>, id: Path<String>, body: Body<Cast>) -> Answer {
    let petition = petition(&id)?;
    let Body(Cast { leaf, extension, salt, sealed, _padding: _ }) = body;
    let shown = match (extension, salt, sealed) {
        (None, None, None) => Shown::Nothing,
        (Some(extension), Some(salt), None) => Shown::Name {
            salt: bytes(&salt)?.try_into().or(Err(ApiProblem::Malformed))?,
            extension: bytes(&extension)?,
        },
        (None, None, Some(sealed)) => {
            let sealed = bytes(&sealed)?;
            if sealed.len() != casts::SEALED_NAME_BYTES {
                return Err(ApiProblem::Malformed.into());
            }
            Shown::SealedName(sealed)
        }
        _ => return Err(ApiProblem::Malformed.into()),
    };
    let submission = Submission { leaf: bytes(&leaf)?, shown };
    match run(&app, move |ctx| casts::cast(ctx, petition, submission)).await?? {
        casts::Cast::Promised(promise) => {
            Ok(answer::json(&mut HttpResponse::Accepted(), CastAnswer { promise }))
        }
        casts::Cast::OtherLeaf => Err(ApiProblem::OtherLeaf.into()),
        casts::Cast::Invalid => Err(ApiProblem::Invalid.into()),
        casts::Cast::NameRefused => Err(ApiProblem::Name.into()),
        casts::Cast::NoTrustee => Err(ApiProblem::NoTrustee.into()),
        casts::Cast::NotTaking(why) => Err(not_taking(why)),
        casts::Cast::NotFound => Err(WebError::NotFound),
    }
}

/// A retraction.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retraction {
    leaf: String,
}

/// `POST /api/v1/petitions/{id}/retractions`: 202; the number may follow with the next group.
///
/// # Errors
/// 404, 422, 503.
pub async fn retractions(app: Data<App>, id: Path<String>, body: Body<Retraction>) -> Answer {
    let petition = petition(&id)?;
    let leaf = bytes(&body.0.leaf)?;
    match run(&app, move |ctx| casts::retract(ctx, petition, &leaf)).await?? {
        Retracted::Done => Ok(answer::json(&mut HttpResponse::Accepted(), serde_json::json!({}))),
        Retracted::Invalid => Err(ApiProblem::Invalid.into()),
        Retracted::Unknown => Err(ApiProblem::UnknownCast.into()),
        Retracted::NotFound => Err(WebError::NotFound),
    }
}

/// What a signature shall show from now on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    leaf: String,
    extension: String,
    salt: String,
}

/// `POST /api/v1/petitions/{id}/amendments`: 202; it is shown at once.
///
/// # Errors
/// 404, 409, 422, 503.
pub async fn amendments(app: Data<App>, id: Path<String>, body: Body<Amendment>) -> Answer {
    let petition = petition(&id)?;
    let Body(Amendment { leaf, extension, salt }) = body;
    let amendment = client::Cast {
        leaf: bytes(&leaf)?,
        salt: bytes(&salt)?.try_into().or(Err(ApiProblem::Malformed))?,
        extension: bytes(&extension)?,
    };
    match run(&app, move |ctx| casts::amend(ctx, petition, &amendment)).await?? {
        AmendedCast::Done => Ok(answer::json(&mut HttpResponse::Accepted(), serde_json::json!({}))),
        AmendedCast::Invalid => Err(ApiProblem::Invalid.into()),
        AmendedCast::NameRefused => Err(ApiProblem::Name.into()),
        AmendedCast::Waits => Err(ApiProblem::Waits.into()),
        AmendedCast::Voided => Err(ApiProblem::Voided.into()),
        AmendedCast::Before => Err(ApiProblem::AmendedBefore.into()),
        AmendedCast::Unknown => Err(ApiProblem::UnknownCast.into()),
        AmendedCast::NotFound => Err(WebError::NotFound),
    }
}
