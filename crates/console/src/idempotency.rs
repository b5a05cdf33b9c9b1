//! Requests that may be sent twice: `Idempotency-Key` on a `POST` of somebody who was let in.
//!
//! What succeeded is answered again without the values that are shown once; what was refused changed
//! nothing and may be sent again, as with a verification code.
//!
//! Limits: what people send about themselves is not for here. The hash that a request is known again
//! by is fast to guess from, and answers are kept: neither is a place for a password or a token.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use keys::{AccountId, Denial, Idempotency, IdempotencyError, KeyId, OrganizationId, SandboxId};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use store::{Claim, IMPORTED};
use zeroize::Zeroizing;

use crate::api::call::Call;
use crate::api::{accounts, answer, keys as api_keys, organizations, sandboxes};
use crate::console::Shared;
use crate::control::Caller;
use crate::door;
use crate::problem::Problem;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest answer that is kept: that of the largest import.
const LONGEST: usize = 16 * 1024 * 1024;
/// What is shown once, and never kept.
const SHOWN_ONCE: &str = "secret";

/// Has a request carried out unless it was before.
pub(crate) async fn once(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let is_named = headers.contains_key(KEY) && headers.contains_key(header::AUTHORIZATION);
    if request.method() != Method::POST || !is_named {
        return next.run(request).await;
    }
    match named(&shared, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn named(shared: &Arc<Shared>, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let caller = door::enter(shared, &parts).await?;
    let name = name(&parts, &caller)?;
    let body =
        to_bytes(body, api_keys::import::BODY).await.map_err(|_cause| Denial::BodyTooLarge)?;
    let now = (shared.world.now)();
    match shared.store.claim(name, &fingerprint(&parts, &caller, &body), now).await? {
        Claim::New => {
            parts.extensions.insert(caller.named(name));
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            kept(shared, name, response).await
        }
        Claim::Answered { status, answer } => {
            let mut response = Response::new(Body::from(answer));
            *response.status_mut() = status.try_into().map_err(|_cause| Denial::Internal)?;
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            Ok(replayed(response))
        }
        Claim::CarriedOut { object } => {
            parts.extensions.insert(caller);
            Ok(replayed(as_it_is(&mut parts, shared, object).await?))
        }
        Claim::Running => Err(Problem::StillRunning),
        Claim::BrokenOff => Err(Problem::BrokenOff),
        Claim::Another => Err(Problem::AnotherRequest),
    }
}

fn name(parts: &Parts, caller: &Caller) -> Result<Idempotency, IdempotencyError> {
    let mut values = parts.headers.get_all(KEY).iter();
    let text = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_cause| IdempotencyError)?,
        (Some(_) | None, _) => return Err(IdempotencyError),
    };
    Idempotency::of(caller.asker().actor, text)
}

/// Of all that decides what a request does: what it is about, and on what its key acts. The verification
/// code is not: with it the request that asked for one is sent again.
fn fingerprint(parts: &Parts, caller: &Caller, body: &Bytes) -> [u8; 32] {
    let mut state = Sha256::new();
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let acts_on = caller.acts_on().map(|home| format!("{} {}", home.owner(), home.side()));
    for text in [target, acts_on.as_deref().unwrap_or_default()] {
        state.update((text.len() as u64).to_be_bytes());
        state.update(text);
    }
    state.update(body);
    state.finalize().into()
}

/// Keeps an answer, so that it can be given again.
async fn kept(shared: &Shared, name: Idempotency, response: Response) -> Result<Response, Problem> {
    if !response.status().is_success() {
        let problem = response.extensions().get::<Arc<Problem>>();
        if !problem.is_some_and(|problem| problem.is_in_doubt()) {
            shared.store.forget_request(name).await?;
        }
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LONGEST).await.map_err(|_cause| Denial::Internal)?;
    let told: Result<Map<String, Value>, _> = serde_json::from_slice(&body);
    let mut told = told.map_err(Problem::Unwritable)?;
    if let Some(Value::String(shown)) = told.shift_remove(SHOWN_ONCE) {
        drop(Zeroizing::new(shown));
    }
    let text = answer::text(&told)?;
    if let Err(error) = shared.store.keep_answer(name, parts.status.as_u16(), text).await {
        // What was done is done, and noted as such.
        tracing::error!(%error, "the answer to a request cannot be kept");
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// What a request made or changed, as it is now.
async fn as_it_is(
    parts: &mut Parts,
    shared: &Arc<Shared>,
    object: String,
) -> Result<Response, Problem> {
    let call = Call::of(parts, shared).await?;
    if let Some(keys) = object.strip_prefix(IMPORTED) {
        api_keys::import::again(call, keys.split(' ')).await
    } else if object.parse::<KeyId>().is_ok() {
        api_keys::show::show(call, Path(object)).await
    } else if object.parse::<AccountId>().is_ok() {
        accounts::show(call, Path(object)).await
    } else if object.parse::<SandboxId>().is_ok() {
        sandboxes::show(call, Path(object)).await
    } else if object.parse::<OrganizationId>().is_ok() {
        organizations::show(call, Path(object)).await
    } else {
        Err(Problem::BrokenOff)
    }
}

fn replayed(mut response: Response) -> Response {
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
