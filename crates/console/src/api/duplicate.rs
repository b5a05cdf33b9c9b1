//! `POST /api/v1/keys/{id}/duplicate`: a new restricted key with the permissions of another.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use keys::{Command, KeyCommand};
use serde::Deserialize;

use crate::api::body::Fields;
use crate::api::{object, show};
use crate::console::Shared;
use crate::control::Admitted;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Duplicate {
    /// The name of the other one where it is left out.
    name: Option<String>,
    note: Option<String>,
}

pub(crate) async fn duplicate(
    actor: Admitted,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Fields(Duplicate { name, note }): Fields<Duplicate>,
) -> Result<Response, Problem> {
    let command = Command::Key(show::key_id(&id)?, KeyCommand::Duplicate { name, note });
    let done = shared.control.carry_out(&actor, command).await?;
    object::changed(&done, (shared.world.now)())
}
