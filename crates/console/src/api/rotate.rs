//! `POST /api/v1/keys/{id}/rotate`: the replacement of a key, whose value is in this answer alone.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use keys::{Command, Ending};
use serde::Deserialize;

use crate::api::body::{Fields, stated};
use crate::api::{object, show};
use crate::console::Shared;
use crate::control::Actor;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotate {
    /// When the old key stops; null is now.
    #[serde(deserialize_with = "stated")]
    expires_at: Option<Timestamp>,
}

pub(crate) async fn rotate(
    actor: Actor,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Fields(Rotate { expires_at }): Fields<Rotate>,
) -> Result<Response, Problem> {
    let ending = expires_at.map_or(Ending::Now, Ending::At);
    let command = Command::RotateKey { key: show::key_id(&id)?, ending };
    let done = shared.control.carry_out(actor, command).await?;
    object::changed(&done, (shared.world.now)())
}
