//! `DELETE /api/v1/keys/{id}/rotation`: takes the schedule of a key back.

use axum::extract::Path;
use axum::response::Response;
use keys::{Command, KeyCommand};

use super::{object, show};
use crate::api::call::Call;
use crate::problem::Problem;

pub(crate) async fn cancel(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let command = Command::Key(show::key_id(&id)?, KeyCommand::CancelSchedule);
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
