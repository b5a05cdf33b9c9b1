//! The dashboard: pages on which people keep their keys.
//!
//! Purpose: HTML from the server, that works without scripts; a script makes dialogs of pages and
//! tells times in the reader's zone. It decides nothing: every look and every change goes through
//! [`Control`](crate::Control).
//!
//! Limits: no key value is ever in an address, and a page that shows one is kept by nobody.

pub(crate) mod assets;
mod cookie;
mod docs;
mod failure;
mod first;
mod form;
mod frame;
mod history;
mod home;
mod keys;
mod link;
mod organization;
mod panel;
mod place;
mod settings;
mod sign_in;
mod sign_up;
mod stranger;
mod time;
mod visit;
mod words;

use std::sync::Arc;

use ::keys::{Account, AccountId, Home, Livemode, Mode, Organization, Place, Refusal};
use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use self::failure::Failure;
use self::visit::Visit;
use self::words::Words;
use crate::console::Shared;
use crate::control::{Caller, ControlError};
use crate::problem::Problem;
use crate::wiped::Wiped;

/// Nothing but our own files; no frame around it, no base, no form to elsewhere.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// All pages.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(start))
        .route("/apikeys/create", get(prefilled_live))
        .route("/test/apikeys/create", get(prefilled_test))
        .route("/signin", get(sign_in::show).post(sign_in::sign_in))
        .route("/accounts", get(first::show_account).post(first::open_account))
        .route("/organizations", get(first::show_organization).post(first::open_organization))
        .route("/accounts/{account}", get(enter))
        .route("/signup", get(sign_up::show).post(sign_up::sign_up))
        .route("/forgot", get(sign_up::show_forgot).post(sign_up::forgot))
        .route("/confirm", get(link::show_confirm).post(link::confirm))
        .route("/reset", get(link::show_reset).post(link::reset))
        .route("/invitation", get(link::show_invitation).post(link::join))
        .route("/invitation/accept", post(link::accept))
        .route("/signout", post(sign_in::sign_out))
        .route("/assets/{folder}/{name}", get(assets::file))
        .route("/{owner}/{side}", get(home::show))
        .route("/{owner}/{side}/history", get(history::show))
        .merge(organization::routes())
        .merge(settings::routes())
        .merge(keys::routes())
        .merge(docs::routes())
}

/// `GET /`: to the first account of whoever has signed in, or else to an organization without any.
async fn start(State(shared): State<Arc<Shared>>, visit: Visit) -> Result<Response, Failure> {
    let Some(first) = first_account(&shared, visit.caller()).await? else {
        let organizations = shared.control.organizations(visit.caller(), None, 1).await?;
        let home = |organization: &Organization| Home::Organization {
            id: organization.id,
            livemode: Livemode::Live,
        };
        return Ok(match organizations.first() {
            Some(found) => Redirect::to(&place::path(home(found))).into_response(),
            None => first::ask(&visit),
        });
    };
    let mode = sandbox(&shared, visit.caller(), first.id).await?;
    Ok(Redirect::to(&format!("/{}/{mode}", first.id)).into_response())
}

/// `GET /accounts/{account}`: to the sandbox of it that its reader knows of.
async fn enter(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    place::Path(account): place::Path<AccountId>,
) -> Result<Response, Failure> {
    let mode = sandbox(&shared, visit.caller(), account).await?;
    Ok(Redirect::to(&format!("/{account}/{mode}")).into_response())
}

/// The oldest sandbox of an account that the caller knows of.
async fn sandbox(
    shared: &Shared,
    caller: &Caller,
    account: AccountId,
) -> Result<Mode, ControlError> {
    let known = shared.control.sandboxes(caller, account).await?;
    let oldest = known.iter().rev().find(|sandbox| sandbox.deleted_at.is_none());
    let oldest = oldest.ok_or(Refusal::UnknownAccount(account))?;
    Ok(Mode::Sandbox(oldest.id))
}

/// `GET /apikeys/create`: a link that fills in a restricted key, for whatever account its reader has.
async fn prefilled_live(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    prefilled(&shared, &visit, query, Livemode::Live).await
}

/// `GET /test/apikeys/create`: the same in the account's first sandbox.
async fn prefilled_test(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    prefilled(&shared, &visit, query, Livemode::Test).await
}

async fn prefilled(
    shared: &Shared,
    visit: &Visit,
    query: Option<String>,
    livemode: Livemode,
) -> Result<Response, Failure> {
    let Some(first) = first_account(shared, visit.caller()).await? else {
        return Ok(first::ask(visit));
    };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let mode = match livemode {
        Livemode::Live => Mode::Live,
        Livemode::Test => sandbox(shared, visit.caller(), first.id).await?,
    };
    let list = place::keys_path(Home::Account(Place { account: first.id, mode }));
    Ok(Redirect::to(&format!("{list}/create{query}")).into_response())
}

async fn first_account(shared: &Shared, caller: &Caller) -> Result<Option<Account>, ControlError> {
    let accounts = shared.control.accounts(caller, frame::everywhere(), None, frame::MOST).await?;
    Ok(accounts.into_iter().next_back())
}

/// What is told where there is no page, or where it takes no such request.
pub(crate) fn missing() -> Response {
    Failure::Missing.into_response()
}

/// What is told in place of a page that is not there in time.
pub(crate) fn late(problem: Problem) -> Response {
    Failure::from(problem).into_response()
}

/// The page that tells of a failure, in its reader's language.
pub(crate) struct Told(&'static Words);

impl Told {
    /// For whoever sends these headers.
    pub(crate) fn to(headers: &HeaderMap) -> Self {
        Self(Words::of(headers))
    }

    /// In place of an answer that holds a failure.
    pub(crate) fn of(&self, response: &mut Response) {
        if let Some(failure) = response.extensions_mut().remove::<Arc<Failure>>() {
            *response = failure.page(self.0);
        }
    }
}

/// A page, with what keeps everything else out of it.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    let mut written = Wiped::default();
    if let Err(error) = template.render_into(&mut written) {
        tracing::error!(%error, "a page cannot be written");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ];
    (status, headers, Body::from(written)).into_response()
}
