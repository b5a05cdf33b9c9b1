//! The settings: how somebody signs in, who belongs to an account, and what it is called.

mod account;
mod around;
mod notifications;
mod profile;
mod sandboxes;
mod team;
mod told;

use std::sync::Arc;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;

use self::around::Page;
use super::place::Here;
use crate::console::Shared;

/// The pages of the settings.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/{account}/{mode}/settings", get(start))
        .merge(profile::routes())
        .merge(team::routes())
        .merge(account::routes())
        .merge(sandboxes::routes())
        .merge(notifications::routes())
}

/// `GET /{account}/{mode}/settings`: to the first of its pages.
async fn start(Here(place): Here) -> Redirect {
    Redirect::to(&Page::Profile.path(place))
}
