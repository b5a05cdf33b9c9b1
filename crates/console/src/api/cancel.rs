//! `DELETE /api/v1/keys/{id}/rotation`: takes the schedule of a key back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use keys::{Command, KeyCommand};

use crate::api::{object, show};
use crate::console::Shared;
use crate::control::Admitted;
use crate::problem::Problem;

pub(crate) async fn cancel(
    actor: Admitted,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let command = Command::Key(show::key_id(&id)?, KeyCommand::CancelSchedule);
    let done = shared.control.carry_out(&actor, command).await?;
    object::changed(&done, (shared.world.now)())
}
