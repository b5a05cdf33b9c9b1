//! The management API: one file for each thing that can be asked for, and the document that describes
//! all of them.

pub(crate) mod accounts;
pub(crate) mod answer;
mod body;
pub(crate) mod call;
mod events;
mod headers;
mod invitations;
pub(crate) mod keys;
mod members;
mod notifications;
mod openness;
pub(crate) mod organizations;
mod page;
mod phone;
pub(crate) mod sandboxes;
mod sessions;
mod user;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::console::Shared;

/// What the document says beside its operations.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Keyway management API",
        description = "Accounts, keys, people and the audit. Opened by a secret key, by a restricted key or one of an organization with the permission that the operation names, or by a session. A key of an organization names a version in the header `Stripe-Version`, and in `Stripe-Context` the account to act on (`acct_…`, or `acct_…/acct_…` by way of a platform); without one it acts on the account that the path names, or on the organization itself. A key of a platform names a connected account in `Stripe-Context` or `Stripe-Account`, or in the path."
    ),
    security(("bearer" = [])),
    modifiers(&Bearer)
)]
struct Document;

/// A key or the token of a session.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", bearer);
    }
}

/// All operations, and the document of them.
pub(crate) struct Routes {
    /// What is done to accounts, keys and people: it may be sent twice.
    pub(crate) things: Router<Arc<Shared>>,
    /// What people do about themselves, with passwords, codes and tokens in what they send and are
    /// answered: nothing of it is kept.
    pub(crate) oneself: Router<Arc<Shared>>,
    /// The document of both.
    pub(crate) document: OpenApi,
}

impl Routes {
    pub(crate) fn new() -> Self {
        let (things, mut document) = things().split_for_parts();
        headers::of_things(&mut document);
        headers::of_keys(&mut document);
        let (oneself, mut more) = oneself().split_for_parts();
        headers::of_oneself(&mut more);
        document.merge(more);
        openness::of_all(&mut document);
        Self { things, oneself, document }
    }
}

fn things() -> OpenApiRouter<Arc<Shared>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(keys::list::list, keys::create::create))
        .routes(routes!(keys::import::import).layer(DefaultBodyLimit::max(keys::import::BODY)))
        .routes(routes!(keys::show::show, keys::edit::edit, keys::delete::delete))
        .routes(routes!(keys::duplicate::duplicate))
        .routes(routes!(keys::expire::expire))
        .routes(routes!(keys::reveal::reveal))
        .routes(routes!(keys::rotate::rotate))
        .routes(routes!(keys::schedule::schedule, keys::cancel::cancel))
        .routes(routes!(events::events))
        .routes(routes!(accounts::list, accounts::open))
        .routes(routes!(accounts::show, accounts::change, accounts::delete))
        .routes(routes!(sandboxes::list, sandboxes::add))
        .routes(routes!(sandboxes::show, sandboxes::rename, sandboxes::delete))
        .routes(routes!(organizations::list, organizations::open))
        .routes(routes!(organizations::show))
        .routes(routes!(keys::organization::list, keys::organization::create))
        .routes(routes!(members::list))
        .routes(routes!(members::change, members::remove))
        .routes(routes!(invitations::list, invitations::invite))
        .routes(routes!(invitations::withdraw))
}

fn oneself() -> OpenApiRouter<Arc<Shared>> {
    OpenApiRouter::new()
        .routes(routes!(invitations::accept))
        .routes(routes!(sessions::list, sessions::start, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(users::sign_up))
        .routes(routes!(users::confirm))
        .routes(routes!(users::change))
        .routes(routes!(users::forgot))
        .routes(routes!(users::reset))
        .routes(routes!(user::show))
        .routes(routes!(phone::show, phone::begin, phone::remove))
        .routes(routes!(phone::confirm))
        .routes(routes!(notifications::show, notifications::change))
        .routes(routes!(user::begin, user::remove))
        .routes(routes!(user::confirm))
        .routes(routes!(user::renew))
        .routes(routes!(user::events))
}

/// The document, as it is served and kept in the repository.
#[must_use]
pub fn openapi() -> String {
    // A document of strings can be written.
    Routes::new().document.to_pretty_json().unwrap_or_default() + "\n"
}

/// `GET /api/openapi.json`
pub(crate) async fn document() -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], openapi()).into_response()
}
