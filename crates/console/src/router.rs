//! The way of a request: its id, its time, its handler, its answer.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use keys::{Denial, RequestId, holds_key_value};
use store::{LONGEST_CHANGE, REQUEST_RUNS};

use crate::api::{self, Routes};
use crate::console::Shared;
use crate::dashboard;
use crate::delivery;
use crate::idempotency;
use crate::in_time::within;
use crate::problem::Problem;

/// Longest body that is read.
const BODY: usize = 64 * 1024;
/// How long a request may take, its body included.
const LONGEST: Duration = Duration::from_secs(30);
/// How much longer a change goes on that nobody waits for any more. Nothing that answers at all takes as
/// long: what it waits for hangs.
const GOES_ON: Duration = Duration::from_mins(2);
/// Whoever is told that a request broke off may send it with another key: no change of it may come then,
/// though it began at the last moment.
const _: () = assert!(
    LONGEST.as_secs() + GOES_ON.as_secs() + LONGEST_CHANGE.as_secs()
        < REQUEST_RUNS.as_secs().unsigned_abs()
);

/// All of the console.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let Routes { things, oneself, .. } = Routes::new();
    Router::new()
        .route("/outbox", get(delivery::page))
        .route("/healthz", get(health))
        .route("/api/openapi.json", get(api::document))
        .merge(things.route_layer(from_fn_with_state(Arc::clone(shared), idempotency::once)))
        .merge(oneself)
        .merge(dashboard::routes())
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(Arc::clone(shared), answer))
        .with_state(Arc::clone(shared))
}

/// `GET /healthz`
async fn health() -> &'static str {
    "alive\n"
}

async fn unknown(request: Request) -> Response {
    if is_for_people(&request) {
        return dashboard::missing();
    }
    let (method, path) = (request.method().clone(), request.uri().path());
    if [method.as_str(), path].iter().any(|text| holds_key_value(text.as_bytes())) {
        return Problem::from(Denial::KeyInUrl).into_response();
    }
    Problem::UnknownUrl { method, path: path.chars().take(256).collect() }.into_response()
}

/// Whether somebody at a browser went there, and no program.
fn is_for_people(request: &Request) -> bool {
    let accepts = request.headers().get(header::ACCEPT).map(HeaderValue::as_bytes);
    let wants_pages = accepts.is_some_and(|types| types.starts_with(b"text/html"));
    wants_pages && !request.uri().path().starts_with("/api/")
}

async fn wrong_method(request: Request) -> Response {
    if is_for_people(&request) {
        return dashboard::missing();
    }
    let (method, path) = (request.method().clone(), request.uri().path());
    if [method.as_str(), path].iter().any(|text| holds_key_value(text.as_bytes())) {
        return Problem::from(Denial::KeyInUrl).into_response();
    }
    Problem::WrongMethod { method, path: path.chars().take(256).collect() }.into_response()
}

/// The outermost layer: every answer is named, and every problem becomes one here.
async fn answer(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut entropy = shared.world.random;
    let id = RequestId::mint(&mut entropy);
    let without_keys = |text: &str| {
        if holds_key_value(text.as_bytes()) { "[a key value]" } else { text }.to_owned()
    };
    let method = without_keys(request.method().as_str());
    let path = without_keys(request.uri().path());
    let (told, is_for_people) = (dashboard::Told::to(request.headers()), is_for_people(&request));
    let mut response = match within((LONGEST, GOES_ON), request, next).await {
        Ok(response) => response,
        Err(late) if is_for_people => dashboard::late(late.into()),
        Err(late) => Problem::from(late).into_response(),
    };
    told.of(&mut response);
    if let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() {
        if problem.is_ours() {
            tracing::error!(request = %id, %method, path, cause = %problem, "a request failed");
        }
        // Which methods there are was said with the problem.
        let allowed = response.headers_mut().remove(header::ALLOW);
        response = problem.answer(&shared.docs);
        if let Some(allowed) = allowed {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        headers.insert("request-id", id);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    tracing::info!(request = %id, %method, path, status = response.status().as_u16(), "console");
    response
}
