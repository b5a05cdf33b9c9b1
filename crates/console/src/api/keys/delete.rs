//! `DELETE /api/v1/keys/{id}`: ends a key at once.

use axum::extract::Path;
use axum::response::Response;
use keys::{Command, KeyCommand};

use super::object::KeyObject;
use super::{object, show};
use crate::api::call::Call;
use crate::problem::{ErrorBody, Problem};

#[utoipa::path(
    delete,
    operation_id = "delete_key",
    path = "/api/v1/keys/{id}",
    tag = "Keys",
    summary = "Ends a key at once",
    params(("id" = String, Path)),
    extensions(("x-keyway-permissions" = json!(["api_key_write"]))),
    responses((status = 200, description = "Done", body = KeyObject<'static>), (status = 202, description = "Kept, and in force a little later", body = KeyObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn delete(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let command = Command::Key(show::key_id(&id)?, KeyCommand::Delete);
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
