//! The body of a request: JSON of a known shape, and nothing beside it.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use keys::Denial;
use serde::{Deserialize, Deserializer};

use crate::problem::Problem;

/// The fields of a body.
pub(crate) struct Fields<T>(pub(crate) T);

impl<S: Send + Sync, T: for<'de> Deserialize<'de>> FromRequest<S> for Fields<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::NotJson);
        }
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| unread(&rejection))?;
        // Whoever reads a list as these fields in their order would read what nobody wrote.
        if bytes.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
            return Err(Problem::NoObject);
        }
        serde_json::from_slice(&bytes).map(Self).map_err(Problem::Malformed)
    }
}

/// A field that may be left out, and may be null: the two are not the same.
#[derive(Default)]
pub(crate) enum Said<T> {
    /// It was left out.
    #[default]
    Nothing,
    /// It is null.
    Null,
    /// It is something.
    Value(T),
}

/// Reads a field that is there.
pub(crate) fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Said<T>, D::Error> {
    Ok(Option::deserialize(from)?.map_or(Said::Null, Said::Value))
}

fn is_json(headers: &HeaderMap) -> bool {
    let stated = headers.get(header::CONTENT_TYPE).map(|stated| stated.to_str());
    let Some(Ok(stated)) = stated else { return false };
    let kind = stated.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the extractor may name more some day")]
fn unread(rejection: &BytesRejection) -> Problem {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            Denial::BodyTooLarge.into()
        }
        _ => Problem::BodyBroken,
    }
}
