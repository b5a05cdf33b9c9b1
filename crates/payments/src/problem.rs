//! Why a request was not served, and the one place where that becomes an answer.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use serde::Serialize;

use crate::fault::ParamError;
use crate::form::FormError;
use crate::identity::{Mode, Unidentified};
use crate::store::StoreError;

/// Why a request was not served.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The gateway did not say who asks.
    Unidentified(Unidentified),
    /// There is no such operation.
    UnknownUrl {
        /// The method of the request.
        method: Method,
        /// Its path.
        path: String,
    },
    /// The body is longer than what is read.
    BodyTooLarge {
        /// How many bytes are read.
        most: usize,
    },
    /// The body broke off.
    BodyBroken,
    /// The body is no form.
    NotForm,
    /// The parameters cannot be read.
    Form(FormError),
    /// One parameter is wrong.
    Param(ParamError),
    /// The object that the path or a parameter names is not there.
    Missing(Missing),
    /// There is an object with that id already.
    Exists {
        /// What it is, as `product`.
        noun: &'static str,
        /// Its id.
        id: String,
    },
    /// The account in the path is not the one that asks.
    ForeignAccount {
        /// Its id.
        id: String,
    },
    /// The idempotency key cannot be used as one.
    IdempotencyKeyInvalid,
    /// The idempotency key came with another request before.
    IdempotencyKeyReused,
    /// The first request with the idempotency key still runs.
    IdempotencyKeyInUse,
    /// The store failed.
    Store(StoreError),
    /// An answer could not be written.
    Unwritable(serde_json::Error),
}

/// An object that is not there.
#[derive(Debug)]
pub(crate) struct Missing {
    /// What it would be, as `customer`.
    pub(crate) noun: &'static str,
    /// The id that was asked for.
    pub(crate) id: String,
    /// Who named it.
    pub(crate) named_by: NamedBy,
    /// The mode of the request.
    pub(crate) mode: Mode,
    /// The mode of the same account that does have it.
    pub(crate) elsewhere: Option<Mode>,
}

/// What names an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedBy {
    /// The path of the request.
    Path,
    /// The parameter of this name.
    Param(&'static str),
}

impl From<ParamError> for Problem {
    fn from(error: ParamError) -> Self {
        Self::Param(error)
    }
}

impl From<FormError> for Problem {
    fn from(error: FormError) -> Self {
        Self::Form(error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem {
    /// The answer. `doc_base` is where the pages about codes are.
    pub(crate) fn answer(&self, doc_base: &str) -> Response<Body> {
        let (status, kind, code) = self.classified();
        let error = ErrorBody {
            code,
            doc_url: code.map(|code| format!("{doc_base}/{code}")),
            message: self.message(),
            param: self.param(),
            kind,
        };
        let text = serde_json::to_string_pretty(&Envelope { error });
        let mut answer = Response::new(Body::from(text.unwrap_or_else(|_| LAST_RESORT.to_owned())));
        *answer.status_mut() = status;
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        answer
    }

    /// What only the log is told.
    pub(crate) fn cause(&self) -> Option<&dyn std::error::Error> {
        match self {
            Self::Store(cause) => Some(cause),
            Self::Unwritable(cause) => Some(cause),
            Self::Unidentified(_)
            | Self::UnknownUrl { .. }
            | Self::BodyTooLarge { .. }
            | Self::BodyBroken
            | Self::NotForm
            | Self::Form(_)
            | Self::Param(_)
            | Self::Missing(_)
            | Self::Exists { .. }
            | Self::ForeignAccount { .. }
            | Self::IdempotencyKeyInvalid
            | Self::IdempotencyKeyReused
            | Self::IdempotencyKeyInUse => None,
        }
    }

    fn classified(&self) -> (StatusCode, &'static str, Option<&'static str>) {
        let (status, kind, code) = match self {
            Self::Unidentified(_) => (401, INVALID_REQUEST, "identity_missing"),
            Self::UnknownUrl { .. } => (404, INVALID_REQUEST, "url_unknown"),
            Self::BodyTooLarge { .. } => (413, INVALID_REQUEST, "body_too_large"),
            Self::BodyBroken => (400, INVALID_REQUEST, "body_incomplete"),
            Self::NotForm => (400, INVALID_REQUEST, "content_type_unknown"),
            Self::Form(_) => (400, INVALID_REQUEST, "parameters_malformed"),
            Self::Param(error) => (400, INVALID_REQUEST, error.fault.code()),
            Self::Missing(missing) => match missing.named_by {
                NamedBy::Path => (404, INVALID_REQUEST, "resource_missing"),
                NamedBy::Param(_) => (400, INVALID_REQUEST, "resource_missing"),
            },
            Self::Exists { .. } => (400, INVALID_REQUEST, "resource_already_exists"),
            Self::ForeignAccount { .. } => (403, INVALID_REQUEST, "account_invalid"),
            Self::IdempotencyKeyInvalid => (400, IDEMPOTENCY, "idempotency_key_invalid"),
            Self::IdempotencyKeyReused => (400, IDEMPOTENCY, "idempotency_key_reused"),
            Self::IdempotencyKeyInUse => (409, IDEMPOTENCY, "idempotency_key_in_use"),
            Self::Store(StoreError::Busy(_)) => (503, API, "unavailable"),
            Self::Store(StoreError::Database(_) | StoreError::Unreadable { .. })
            | Self::Unwritable(_) => return (StatusCode::INTERNAL_SERVER_ERROR, API, None),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, kind, Some(code))
    }

    fn message(&self) -> String {
        match self {
            Self::Unidentified(Unidentified(header)) => format!(
                "Requests come through the gateway, which says who asks; the header '{header}' is missing, doubled or unreadable."
            ),
            Self::UnknownUrl { method, path } => {
                format!("Unrecognized request URL ({method}: {path}).")
            }
            Self::BodyTooLarge { most } => {
                format!("The body of a request can have up to {most} bytes.")
            }
            Self::BodyBroken => "The body of the request ended too early.".to_owned(),
            Self::NotForm => {
                "The body must be form-encoded: application/x-www-form-urlencoded.".to_owned()
            }
            Self::Form(error) => error.to_string(),
            Self::Param(error) => error.fault.message(&error.param),
            Self::Missing(missing) => missing.message(),
            Self::Exists { noun, id } => format!("There is a {noun} with the id '{id}' already."),
            Self::ForeignAccount { id } => {
                format!("The account '{id}' does not exist, or this key has no access to it.")
            }
            Self::IdempotencyKeyInvalid => {
                "An idempotency key is given once and has 1 to 255 visible ASCII characters."
                    .to_owned()
            }
            Self::IdempotencyKeyReused => {
                "This idempotency key was first used with another path or other parameters. Repeat that request unchanged, or use a new key.".to_owned()
            }
            Self::IdempotencyKeyInUse => {
                "The first request with this idempotency key is still running. Try again in a moment.".to_owned()
            }
            Self::Store(StoreError::Busy(_)) => {
                "The service is busy. Nothing was changed; try again in a moment.".to_owned()
            }
            Self::Store(StoreError::Database(_) | StoreError::Unreadable { .. })
            | Self::Unwritable(_) => {
                "Something failed on our side; the id of the request finds it in our log."
                    .to_owned()
            }
        }
    }

    fn param(&self) -> Option<&str> {
        match self {
            Self::Form(error) => error.param(),
            Self::Param(error) => Some(&error.param),
            Self::Missing(missing) => Some(match missing.named_by {
                NamedBy::Path => "id",
                NamedBy::Param(name) => name,
            }),
            Self::Exists { .. } => Some("id"),
            Self::Unidentified(_)
            | Self::UnknownUrl { .. }
            | Self::BodyTooLarge { .. }
            | Self::BodyBroken
            | Self::NotForm
            | Self::ForeignAccount { .. }
            | Self::IdempotencyKeyInvalid
            | Self::IdempotencyKeyReused
            | Self::IdempotencyKeyInUse
            | Self::Store(_)
            | Self::Unwritable(_) => None,
        }
    }
}

const INVALID_REQUEST: &str = "invalid_request_error";
const IDEMPOTENCY: &str = "idempotency_error";
const API: &str = "api_error";

/// What is said when even an error cannot be written.
const LAST_RESORT: &str =
    r#"{"error": {"message": "Something failed on our side.", "type": "api_error"}}"#;

impl Missing {
    fn message(&self) -> String {
        let Self { noun, id, mode, elsewhere, .. } = self;
        let hint = match (elsewhere, mode) {
            (None, _) | (Some(Mode::Live), Mode::Live) => "",
            (Some(Mode::Sandbox(_)), Mode::Live) => {
                "; a similar object exists in test mode, but a live mode key was used to make this request."
            }
            (Some(Mode::Live), Mode::Sandbox(_)) => {
                "; a similar object exists in live mode, but a test mode key was used to make this request."
            }
            (Some(Mode::Sandbox(_)), Mode::Sandbox(_)) => {
                "; a similar object exists in another sandbox of this account, which this key does not belong to."
            }
        };
        format!("No such {noun}: '{id}'{hint}")
    }
}

#[derive(Serialize)]
struct Envelope<'p> {
    error: ErrorBody<'p>,
}

/// The fields of an error, in the order in which they are sent.
#[derive(Serialize)]
struct ErrorBody<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doc_url: Option<String>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    param: Option<&'p str>,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn told(problem: Problem) -> String {
        let answer = problem.answer("/docs/errors");
        let head = format!("{} {:?}", answer.status(), answer.headers().get(header::RETRY_AFTER));
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        format!("{head}\n{}", String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_busy_store_is_told_as_something_that_passes() {
        insta::assert_snapshot!(told(sqlx::Error::PoolTimedOut.into()).await, @r#"
        503 Service Unavailable Some("1")
        {
          "error": {
            "code": "unavailable",
            "doc_url": "/docs/errors/unavailable",
            "message": "The service is busy. Nothing was changed; try again in a moment.",
            "type": "api_error"
          }
        }
        "#);
    }

    #[tokio::test]
    async fn a_failing_store_is_told_without_its_cause() {
        insta::assert_snapshot!(told(sqlx::Error::RowNotFound.into()).await, @r#"
        500 Internal Server Error None
        {
          "error": {
            "message": "Something failed on our side; the id of the request finds it in our log.",
            "type": "api_error"
          }
        }
        "#);
    }
}
