//! The way of a request, from its headers to its answer.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, header};
use axum::routing::{get, on};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::OPENAPI;
use crate::call::Call;
use crate::form::{self, Form};
use crate::idempotency::{Key, Outcome, Running, carry_out, carry_out_once};
use crate::identity::Identity;
use crate::operation::{OPERATIONS, Operation};
use crate::params::Params;
use crate::problem::Problem;
use crate::store::Store;
use crate::world::World;

/// Longest body that is read.
const BODY: usize = 1024 * 1024;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Where objects are.
    pub(crate) store: Store,
    /// Where the pages about codes are.
    pub(crate) doc_base: String,
    /// Time and chance.
    pub(crate) world: World,
    /// The requests with idempotency keys that run now.
    pub(crate) running: Running,
}

/// All of the API.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let mut router = Router::new().route("/openapi.json", get(document));
    for (method, path, operation) in OPERATIONS {
        let shared = Arc::clone(shared);
        let serve =
            async move |id: PathId, request: Request| shared.serve(*operation, id, request).await;
        router = router.route(path, on(method.filter(), serve));
    }
    let unknown = |shared: &Arc<Shared>| {
        let shared = Arc::clone(shared);
        async move |request: Request| {
            let (parts, _) = request.into_parts();
            shared.refuse(&unknown_url(&parts), &parts)
        }
    };
    router.method_not_allowed_fallback(unknown(shared)).fallback(unknown(shared))
}

/// What the path names, if it can be read.
type PathId = Result<RawPathParams, RawPathParamsRejection>;

async fn document() -> Response<Body> {
    let mut response = Response::new(Body::from(OPENAPI));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}

impl Shared {
    async fn serve(&self, operation: Operation, id: PathId, request: Request) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let outcome = match id {
            Ok(id) => self.phases(operation, &id, &parts, body).await,
            Err(_) => Err(unknown_url(&parts)),
        };
        let mut response = match outcome {
            Ok(outcome) => sent(outcome),
            Err(problem) => self.refuse(&problem, &parts),
        };
        let key = parts.headers.get(IDEMPOTENCY_KEY);
        if let Some(key) = key.filter(|_| parts.method == Method::POST) {
            response.headers_mut().insert(IDEMPOTENCY_KEY, key.clone());
        }
        response
    }

    /// The phases of a request: who asks, with what parameters, for what.
    async fn phases(
        &self,
        operation: Operation,
        id: &RawPathParams,
        parts: &Parts,
        body: Body,
    ) -> Result<Outcome, Problem> {
        let identity = Identity::read(&parts.headers).map_err(Problem::Unidentified)?;
        let params = Params::new(read_form(parts, body).await?);
        let id = id.iter().next().map(|(_, id)| id.to_owned()).unwrap_or_default();
        let call = Call { identity, id, params, world: self.world };
        match operation {
            Operation::Read(read) => read.run(call, &self.store).await.map(Outcome::Done),
            Operation::Write(write) => match idempotency_key(parts)? {
                None => carry_out(write, call, &self.store).await,
                Some(key) => carry_out_once(write, call, key, &self.store, &self.running).await,
            },
        }
    }

    /// The answer to a request that is not served; the log is told why, where it is our fault.
    fn refuse(&self, problem: &Problem, parts: &Parts) -> Response<Body> {
        if let Some(cause) = problem.cause() {
            let request = parts.headers.get("request-id").map(|id| id.to_str().unwrap_or_default());
            tracing::error!(request, %cause, "a request to the payments API failed");
        }
        problem.answer(&self.doc_base)
    }
}

const JSON: &str = "application/json";
const IDEMPOTENCY_KEY: &str = "idempotency-key";

fn sent(outcome: Outcome) -> Response<Body> {
    let (answer, original) = match outcome {
        Outcome::Done(answer) => (answer, None),
        Outcome::Replayed { answer, original } => (answer, Some(original)),
    };
    let mut response = Response::new(Body::from(answer.0));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"));
    if let Some(original) = original
        && let Ok(original) = HeaderValue::try_from(original)
    {
        headers.insert("original-request", original);
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}

fn unknown_url(parts: &Parts) -> Problem {
    Problem::UnknownUrl { method: parts.method.clone(), path: parts.uri.path().to_owned() }
}

/// Only a `POST` can be sent twice with different effect: what is deleted stays deleted.
fn idempotency_key(parts: &Parts) -> Result<Option<Key>, Problem> {
    if parts.method == Method::POST { Key::read(&parts.headers) } else { Ok(None) }
}

/// The parameters of the query, and of the body where the method has one.
async fn read_form(parts: &Parts, body: Body) -> Result<Form, Problem> {
    let mut encoded = parts.uri.query().unwrap_or_default().as_bytes().to_vec();
    if parts.method == Method::POST {
        let body = read_body(body).await?;
        if !body.is_empty() && !is_form(parts) {
            return Err(Problem::NotForm);
        }
        encoded.push(b'&');
        encoded.extend_from_slice(&body);
    }
    Ok(form::decode(&encoded)?)
}

async fn read_body(body: Body) -> Result<Bytes, Problem> {
    match Limited::new(body, BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::BodyTooLarge { most: BODY }),
        Err(_) => Err(Problem::BodyBroken),
    }
}

/// Whether the body is said to be a form, or nothing is said of it.
fn is_form(parts: &Parts) -> bool {
    let Some(stated) = parts.headers.get(header::CONTENT_TYPE) else { return true };
    let kind = stated.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
