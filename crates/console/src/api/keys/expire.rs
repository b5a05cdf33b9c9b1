//! `POST /api/v1/keys/{id}/expire`: ends an expiring key before its time.

use axum::extract::Path;
use axum::response::Response;
use keys::{Command, KeyCommand};

use super::{object, show};
use crate::api::call::Call;
use crate::problem::Problem;

pub(crate) async fn expire(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let command = Command::Key(show::key_id(&id)?, KeyCommand::Expire);
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
