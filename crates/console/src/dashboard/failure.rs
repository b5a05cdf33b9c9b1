//! Why a page is not shown, and what is shown in its place.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use keys::holds_key_value;

use super::visit::is_safe;
use super::words::Words;
use super::{cookie, page};
use crate::problem::Problem;

/// Why a page is not shown.
pub(super) enum Failure {
    /// Nobody has signed in. The page can be asked for after that.
    SignedOut {
        /// Its address, if it can be asked for again.
        back: Option<String>,
    },
    /// There is no such page, or none that its reader may know of.
    Missing,
    /// Its address holds a key value, which must be seen as exposed.
    KeyInAddress,
    /// The form was not sent from a page of ours, or from one of another session.
    NotOurs,
    /// The form cannot be read.
    Unreadable,
    /// What the management API would be told, too.
    Problem(Box<Problem>),
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'f> {
    words: &'f Words,
    title: &'f str,
    text: &'f str,
}

impl Failure {
    /// For somebody who has not signed in.
    pub(super) fn sign_in_first(method: &Method, uri: &Uri) -> Self {
        let back = uri.path_and_query().filter(|_| is_safe(method)).map(ToString::to_string);
        // Whatever holds a key value is not said again.
        Self::SignedOut { back: back.filter(|back| !holds_key_value(back.as_bytes())) }
    }
}

impl<E: Into<Problem>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Problem(Box::new(error.into()))
    }
}

/// The failure itself travels in the answer: only the outermost layer knows in whose language it is.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Self::SignedOut { back } = &self {
            return to_sign_in(back.as_deref());
        }
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl Failure {
    /// What is shown in place of the page.
    pub(super) fn page(&self, words: &Words) -> Response {
        let (status, title, text) = match self {
            Self::SignedOut { back } => return to_sign_in(back.as_deref()),
            Self::Missing => (404, words.failure.missing, words.failure.missing_text.to_owned()),
            Self::KeyInAddress => {
                (400, words.failure.key_in_address, words.failure.key_in_address_text.to_owned())
            }
            Self::NotOurs => (403, words.failure.not_ours, words.failure.not_ours_text.to_owned()),
            Self::Unreadable => {
                (400, words.failure.unreadable, words.failure.unreadable_text.to_owned())
            }
            Self::Problem(problem) => {
                let (status, text) = (problem.status(), words.tell(problem));
                if problem.is_ours() {
                    tracing::error!(cause = %problem, "a page cannot be shown");
                }
                let title =
                    if status == 404 { words.failure.missing } else { words.failure.refused };
                (status, title, text)
            }
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = page(status, &FailurePage { words, title, text: &text });
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// Where people sign in, to come back to that page.
pub(super) fn sign_in_path(back: Option<&str>) -> String {
    match back {
        Some("/") | None => "/signin".to_owned(),
        Some(back) => {
            let asked = [("back", back)];
            format!("/signin?{}", serde_urlencoded::to_string(asked).unwrap_or_default())
        }
    }
}

fn to_sign_in(back: Option<&str>) -> Response {
    let mut response = Redirect::to(&sign_in_path(back)).into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie::FORGET);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What is wrong with what somebody filled in.
pub(super) struct Wrong {
    pub(super) status: StatusCode,
    /// A sentence for people.
    pub(super) text: String,
}

impl Wrong {
    /// Of an answer that is none.
    pub(super) fn answer(text: String) -> Self {
        Self { status: StatusCode::BAD_REQUEST, text }
    }

    /// Of a refusal; what is no refusal is a failure.
    pub(super) fn of(words: &Words, error: impl Into<Problem>) -> Result<Self, Failure> {
        let problem = error.into();
        if problem.is_ours() {
            return Err(Failure::Problem(Box::new(problem)));
        }
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::BAD_REQUEST);
        Ok(Self { status, text: words.tell(&problem) })
    }
}
