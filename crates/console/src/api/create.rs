//! `POST /api/v1/keys`: a new secret key, whose value is in this answer alone.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use keys::Command;
use serde::Deserialize;

use crate::api::body::Fields;
use crate::api::object;
use crate::console::Shared;
use crate::control::Actor;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Create {
    name: String,
    #[serde(default)]
    note: Option<String>,
}

pub(crate) async fn create(
    actor: Actor,
    State(shared): State<Arc<Shared>>,
    Fields(Create { name, note }): Fields<Create>,
) -> Result<Response, Problem> {
    let command = Command::CreateSecretKey { place: actor.place(), name, note };
    let done = shared.control.carry_out(actor, command).await?;
    object::changed(&done, (shared.world.now)())
}
