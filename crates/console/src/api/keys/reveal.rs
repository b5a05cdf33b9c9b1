//! `POST /api/v1/keys/{id}/reveal`: the value of a key, as often as the rules allow.

use axum::extract::Path;
use axum::response::Response;
use keys::{Command, KeyCommand};

use super::object::KeyObject;
use super::{object, show};
use crate::api::call::Call;
use crate::problem::{ErrorBody, Problem};

#[utoipa::path(
    post,
    operation_id = "reveal_key",
    path = "/api/v1/keys/{id}/reveal",
    tag = "Keys",
    summary = "Shows the value, as often as `reveal` says",
    params(("id" = String, Path)),
    extensions(("x-keyway-permissions" = json!(["api_key_write"]))),
    responses((status = 200, description = "Done", body = KeyObject<'static>), (status = 202, description = "Kept, and in force a little later", body = KeyObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn reveal(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let command = Command::Key(show::key_id(&id)?, KeyCommand::Reveal);
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
