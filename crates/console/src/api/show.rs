//! `GET /api/v1/keys/{id}`: one key.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use keys::KeyId;

use crate::api::object::{self, KeyObject};
use crate::console::Shared;
use crate::control::Admitted;
use crate::problem::Problem;

pub(crate) async fn show(
    actor: Admitted,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let key = shared.control.key(&actor, key_id(&id)?).await?;
    object::json(StatusCode::OK, &KeyObject::of(&key, (shared.world.now)()))
}

/// The id in a path; what is none names no key.
pub(crate) fn key_id(text: &str) -> Result<KeyId, Problem> {
    text.parse().map_err(|_cause| Problem::NoKeyId(text.to_owned()))
}
