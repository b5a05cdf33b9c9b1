//! The way of a request: its id, its time, its handler, its answer.

use std::sync::Arc;
use std::time::Duration;

use ::keys::{Denial, RequestId, holds_key_value};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{delete, get, post};
use tokio::time::timeout;

use crate::api::{
    self, accounts, invitations, keys, members, organizations, sandboxes, sessions, user, users,
};
use crate::console::Shared;
use crate::delivery;
use crate::idempotency;
use crate::pages;
use crate::problem::Problem;

/// Longest body that is read.
const BODY: usize = 64 * 1024;
/// How long a request may take, its body included.
const LONGEST: Duration = Duration::from_secs(30);

/// All of the console.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(pages::home))
        .route("/console.css", get(pages::style))
        .route("/outbox", get(delivery::page))
        .route("/healthz", get(pages::health))
        .route("/api/v1/events", get(api::events))
        .route("/api/v1/keys", get(keys::list).post(keys::create))
        .route("/api/v1/keys/{id}", get(keys::show).post(keys::edit).delete(keys::delete))
        .route("/api/v1/keys/{id}/duplicate", post(keys::duplicate))
        .route("/api/v1/keys/{id}/expire", post(keys::expire))
        .route("/api/v1/keys/{id}/reveal", post(keys::reveal))
        .route("/api/v1/keys/{id}/rotate", post(keys::rotate))
        .route("/api/v1/keys/{id}/rotation", post(keys::schedule).delete(keys::cancel))
        .route("/api/v1/organizations", get(organizations::list).post(organizations::open))
        .route("/api/v1/organizations/{id}", get(organizations::show))
        .route("/api/v1/accounts", get(accounts::list).post(accounts::open))
        .route("/api/v1/accounts/{id}", get(accounts::show).post(accounts::change))
        .route("/api/v1/accounts/{id}/sandboxes", get(sandboxes::list).post(sandboxes::add))
        .route("/api/v1/sandboxes/{id}", post(sandboxes::rename).delete(sandboxes::delete))
        .route(
            "/api/v1/sessions",
            get(sessions::list).post(sessions::start).delete(sessions::end_others),
        )
        .route("/api/v1/sessions/{id}", delete(sessions::end))
        .route("/api/v1/users", post(users::sign_up))
        .route("/api/v1/users/confirm", post(users::confirm))
        .route("/api/v1/password", post(users::change))
        .route("/api/v1/password/forgot", post(users::forgot))
        .route("/api/v1/password/reset", post(users::reset))
        .route("/api/v1/user", get(user::show))
        .route("/api/v1/user/authenticator", post(user::begin).delete(user::remove))
        .route("/api/v1/user/authenticator/confirm", post(user::confirm))
        .route("/api/v1/members", get(members::list))
        .route(
            "/api/v1/members/{realm}/{user}/{role}",
            post(members::change).delete(members::remove),
        )
        .route("/api/v1/invitations", get(invitations::list).post(invitations::invite))
        .route("/api/v1/invitations/accept", post(invitations::accept))
        .route("/api/v1/invitations/{id}", delete(invitations::withdraw))
        .method_not_allowed_fallback(unknown)
        .fallback(unknown)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(Arc::clone(shared), idempotency::once))
        .layer(from_fn_with_state(Arc::clone(shared), answer))
        .with_state(Arc::clone(shared))
}

async fn unknown(request: Request) -> Problem {
    let (method, path) = (request.method().clone(), request.uri().path());
    if holds_key_value(path.as_bytes()) {
        return Denial::KeyInUrl.into();
    }
    Problem::UnknownUrl { method, path: path.chars().take(256).collect() }
}

/// The outermost layer: every answer is named, and every problem becomes one here.
async fn answer(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut entropy = shared.world.random;
    let id = RequestId::mint(&mut entropy);
    let method = request.method().clone();
    let path = request.uri().path();
    let path = if holds_key_value(path.as_bytes()) { "[a key value]" } else { path }.to_owned();
    let mut response = match timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) => Problem::from(Denial::TooSlow).answer(&shared.docs),
    };
    if let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() {
        if problem.is_ours() {
            tracing::error!(request = %id, %method, path, cause = %problem, "a request failed");
        }
        response = problem.answer(&shared.docs);
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
