//! `POST /api/v1/keys/{id}/rotation`: lets the system rotate a key, once or again and again.

use axum::extract::Path;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use keys::{Command, Days, KeyCommand, Schedule};
use serde::Deserialize;
use utoipa::ToSchema;

use super::object::KeyObject;
use super::{object, show};
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::problem::{ErrorBody, Problem};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleRotation {
    #[schema(value_type = String, format = DateTime)]
    next_at: Timestamp,
    /// Once where it is left out.
    every_days: Option<u16>,
    /// How long the old key goes on each time; it ends at once where this is left out.
    #[serde(default)]
    grace_seconds: u32,
}

#[utoipa::path(
    post,
    operation_id = "schedule_rotation",
    path = "/api/v1/keys/{id}/rotation",
    tag = "Keys",
    summary = "Lets the system rotate a key, once or again and again",
    params(("id" = String, Path)),
    request_body = ScheduleRotation,
    extensions(("x-keyway-permissions" = json!(["api_key_write"]))),
    responses((status = 200, description = "Done", body = KeyObject<'static>), (status = 202, description = "Kept, and in force a little later", body = KeyObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn schedule(
    call: Call,
    Path(id): Path<String>,
    Fields(fields): Fields<ScheduleRotation>,
) -> Result<Response, Problem> {
    let every = match fields.every_days {
        None => None,
        Some(days) => Some(Days::new(days).ok_or(Problem::Days)?),
    };
    let grace = SignedDuration::from_secs(i64::from(fields.grace_seconds));
    let schedule = Schedule { next: fields.next_at, every, grace };
    let command = Command::Key(show::key_id(&id)?, KeyCommand::Schedule(schedule));
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
