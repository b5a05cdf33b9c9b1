//! `POST /api/v1/keys/{id}/rotate`: the replacement of a key, whose value is in this answer alone.

use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use keys::{Command, Ending, KeyCommand};
use serde::Deserialize;
use utoipa::ToSchema;

use super::object::KeyObject;
use super::{object, show};
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::problem::{ErrorBody, Problem};

/// A time to come, or a word for one.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "`expires_at` is `now`, `first_use` or a time like `2026-12-24T08:00:00Z`"
)]
enum When {
    Word(Word),
    Time(Timestamp),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Now,
    FirstUse,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateKey {
    /// When the old key stops: a time, `now`, or `first_use` of the new one.
    #[schema(value_type = String)]
    expires_at: When,
}

#[utoipa::path(
    post,
    operation_id = "rotate_key",
    path = "/api/v1/keys/{id}/rotate",
    tag = "Keys",
    summary = "Makes the replacement, whose value is in this answer alone",
    params(("id" = String, Path)),
    request_body = RotateKey,
    extensions(("x-keyway-permissions" = json!(["api_key_write"]))),
    responses((status = 200, description = "Done", body = KeyObject<'static>), (status = 202, description = "Kept, and in force a little later", body = KeyObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn rotate(
    call: Call,
    Path(id): Path<String>,
    Fields(RotateKey { expires_at }): Fields<RotateKey>,
) -> Result<Response, Problem> {
    let ending = match expires_at {
        When::Word(Word::Now) => Ending::Now,
        When::Word(Word::FirstUse) => Ending::AtFirstUse,
        When::Time(at) => Ending::At(at),
    };
    let command = Command::Key(show::key_id(&id)?, KeyCommand::Rotate(ending));
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
