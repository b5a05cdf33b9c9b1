//! `GET /api/v1/keys`: the keys of the account and mode, living and dead, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use keys::KeyId;
use serde::Deserialize;

use crate::api::object::{self, KeyObject};
use crate::api::page::{Asked, Limit};
use crate::console::Shared;
use crate::control::Admitted;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    limit: Limit,
    /// Those that were made before this one.
    starting_after: Option<KeyId>,
}

pub(crate) async fn list(
    actor: Admitted,
    State(shared): State<Arc<Shared>>,
    Asked(Wanted { limit, starting_after }): Asked<Wanted>,
) -> Result<Response, Problem> {
    let keys = shared.control.keys(&actor, starting_after, limit.and_one()).await?;
    let now = (shared.world.now)();
    let data = keys.iter().map(|key| KeyObject::of(key, now)).collect();
    object::json(StatusCode::OK, &limit.list("/api/v1/keys", data))
}
