//! `DELETE /api/v1/keys/{id}/rotation`: takes the schedule of a key back.

use axum::extract::Path;
use axum::response::Response;
use keys::{Command, KeyCommand};

use super::object::KeyObject;
use super::{object, show};
use crate::api::call::Call;
use crate::problem::{ErrorBody, Problem};

#[utoipa::path(
    delete,
    operation_id = "cancel_rotation",
    path = "/api/v1/keys/{id}/rotation",
    tag = "Keys",
    summary = "Takes the schedule of a key back",
    params(("id" = String, Path)),
    extensions(("x-keyway-permissions" = json!(["api_key_write"]))),
    responses((status = 200, description = "Done", body = KeyObject<'static>), (status = 202, description = "Kept, and in force a little later", body = KeyObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn cancel(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let command = Command::Key(show::key_id(&id)?, KeyCommand::CancelSchedule);
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
