//! `POST /api/v1/keys/{id}/duplicate`: a new restricted key with the permissions of another.

use axum::extract::Path;
use axum::response::Response;
use keys::{Command, KeyCommand};
use serde::Deserialize;
use utoipa::ToSchema;

use super::object::KeyObject;
use super::{object, show};
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::problem::{ErrorBody, Problem};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DuplicateKey {
    /// The name of the other one where it is left out.
    name: Option<String>,
    note: Option<String>,
}

#[utoipa::path(
    post,
    operation_id = "duplicate_key",
    path = "/api/v1/keys/{id}/duplicate",
    tag = "Keys",
    summary = "Creates a restricted key with the permissions of another",
    params(("id" = String, Path)),
    request_body = DuplicateKey,
    extensions(("x-keyway-permissions" = json!(["api_key_write"]))),
    responses((status = 200, description = "Done", body = KeyObject<'static>), (status = 202, description = "Kept, and in force a little later", body = KeyObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn duplicate(
    call: Call,
    Path(id): Path<String>,
    Fields(DuplicateKey { name, note }): Fields<DuplicateKey>,
) -> Result<Response, Problem> {
    let command = Command::Key(show::key_id(&id)?, KeyCommand::Duplicate { name, note });
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
