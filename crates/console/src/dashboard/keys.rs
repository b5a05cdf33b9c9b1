//! The tab of API keys, and everything that is done to one.

mod act;
mod create;
mod list;
mod resources;
mod restricted;
mod row;
mod told;
mod value;
mod verb;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::console::Shared;

/// The pages about keys.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/{account}/{mode}/apikeys", get(list::show))
        .route("/{account}/{mode}/apikeys/create", get(restricted::show).post(restricted::create))
        .route("/{account}/{mode}/apikeys/create-secret", get(create::show).post(create::create))
        .route("/{account}/{mode}/apikeys/{key}/{verb}", get(act::show).post(act::act))
}
