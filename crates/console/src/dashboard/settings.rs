//! The settings: how somebody signs in, who belongs to an account or an
//! organization, and what an account is called.

mod account;
mod around;
mod notifications;
mod profile;
mod sandboxes;
mod security;
mod team;
mod told;

use std::sync::Arc;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;

use self::around::Page;
pub(super) use self::around::{carry_out, line, panel};
pub(super) use self::told::{Done, Said};
use super::place::Here;
use crate::console::Shared;

/// The pages of the settings.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/{owner}/{side}/settings", get(start))
        .merge(profile::routes())
        .merge(security::routes())
        .merge(team::routes())
        .merge(account::routes())
        .merge(sandboxes::routes())
        .merge(notifications::routes())
}

/// `GET /{owner}/{side}/settings`: to the first of its pages.
async fn start(Here(home): Here) -> Redirect {
    Redirect::to(&Page::Profile.path(home))
}
