//! Answers in JSON.

use std::io::Write;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use keys::Change;
use serde::Serialize;
use utoipa::ToSchema;

use crate::control::{Done, Force};
use crate::problem::Problem;
use crate::wiped::Wiped;

/// What a change brought about.
#[derive(Serialize, ToSchema)]
struct Changed<T> {
    #[serde(flatten)]
    object: T,
    /// Said only when it is false.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_force: Option<bool>,
}

/// An answer in JSON, which may show a value once.
pub(crate) fn json(status: StatusCode, said: &impl Serialize) -> Result<Response, Problem> {
    let mut written = Wiped::default();
    serde_json::to_writer_pretty(&mut written, said).map_err(Problem::Unwritable)?;
    written.write_all(b"\n").map_err(|error| Problem::Unwritable(serde_json::Error::io(error)))?;
    let mut response = Response::new(Body::from(written));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// The text of an answer.
pub(crate) fn text(said: &impl Serialize) -> Result<String, Problem> {
    let mut text = serde_json::to_string_pretty(said).map_err(Problem::Unwritable)?;
    text.push('\n');
    Ok(text)
}

/// The answer to a change: what was made or changed.
///
/// 200 when it is in force; 202 with `in_force: false` when it is committed, and a gateway was not
/// heard of.
pub(crate) fn changed<T: Serialize>(force: Force, object: T) -> Result<Response, Problem> {
    match force {
        Force::Everywhere => json(StatusCode::OK, &Changed { object, in_force: None }),
        Force::NotYet => json(StatusCode::ACCEPTED, &Changed { object, in_force: Some(false) }),
    }
}

/// The answer that tells of the one thing that `object` finds among the changes.
pub(crate) fn tells<'d, T: Serialize>(
    done: &'d Done,
    object: impl Fn(&'d Change) -> Option<T>,
) -> Result<Response, Problem> {
    // Every command makes or changes what it is about.
    let object = done.changes.iter().find_map(object).ok_or(keys::Denial::Internal)?;
    changed(done.force, object)
}
