//! Answers that the gateway gives itself.

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use keys::{Denial, RequestId};
use serde::Serialize;

use crate::body::Outbound;
use crate::headers::{self, REQUEST_ID};

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: ErrorObject<'a>,
}

#[derive(Serialize)]
struct ErrorObject<'a> {
    code: &'a str,
    doc_url: String,
    message: &'a str,
    r#type: &'a str,
}

/// The JSON of an error, and its status.
pub(crate) fn error_json(denial: &Denial, docs: &str) -> (StatusCode, Vec<u8>) {
    let answer = denial.answer();
    let error = ErrorObject {
        code: answer.code,
        doc_url: format!("{docs}/{}", answer.code),
        message: &answer.message,
        r#type: answer.error_type.as_str(),
    };
    let mut json = serde_json::to_vec_pretty(&ErrorBody { error }).unwrap_or_default();
    json.push(b'\n');
    (status_of(denial), json)
}

/// The status of an error.
pub(crate) fn status_of(denial: &Denial) -> StatusCode {
    let status = denial.answer().status;
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The answer to a request that may not pass.
pub(crate) fn denied(denial: &Denial, docs: &str) -> Response<Outbound> {
    let (status, json) = error_json(denial, docs);
    let mut response = Response::new(Outbound::fixed(Bytes::from(json)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Basic realm=\"Keyway\"");
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(seconds) = denial.answer().retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Leaves the body out of the answer to a HEAD, and says how long it would be.
pub(crate) fn leave_out_body(response: &mut Response<Outbound>) {
    let length = http_body::Body::size_hint(response.body()).exact().unwrap_or(0);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    *response.body_mut() = Outbound::fixed(Bytes::new());
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Response<Outbound> {
    let mut response = Response::new(Outbound::fixed(Bytes::new()));
    *response.status_mut() = status;
    response
}

/// Names the request in its answer.
pub(crate) fn name(headers: &mut HeaderMap, request: RequestId) {
    headers.insert(REQUEST_ID, headers::value(Bytes::from(request.to_string())));
}

/// Lets pages of any origin read the answer: publishable keys are made for pages.
pub(crate) fn open_to_pages(headers: &mut HeaderMap) {
    const EXPOSED: HeaderValue = HeaderValue::from_static("Request-Id, Stripe-Version");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// The answer to a browser that asks whether a page may send such a request (Fetch, section 3.2).
pub(crate) fn preflight(method: &HeaderValue) -> Response<Outbound> {
    const ALLOWED: HeaderValue = HeaderValue::from_static(
        "Authorization, Content-Type, Idempotency-Key, Stripe-Account, Stripe-Context, Stripe-Version",
    );
    const VARIES: HeaderName = header::VARY;
    let mut response = empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    open_to_pages(headers);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, method.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("300"));
    headers.insert(VARIES, HeaderValue::from_static("Access-Control-Request-Method"));
    response
}
