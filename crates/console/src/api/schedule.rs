//! `POST /api/v1/keys/{id}/rotation`: lets the system rotate a key, once or again and again.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use keys::{Command, Days, KeyCommand, Schedule};
use serde::Deserialize;

use crate::api::body::Fields;
use crate::api::{object, show};
use crate::console::Shared;
use crate::control::Admitted;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleRotation {
    next_at: Timestamp,
    /// Once where it is left out.
    every_days: Option<u16>,
    /// How long the old key goes on each time; it ends at once where this is left out.
    #[serde(default)]
    grace_seconds: u32,
}

pub(crate) async fn schedule(
    actor: Admitted,
    State(shared): State<Arc<Shared>>,
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
    let done = shared.control.carry_out(&actor, command).await?;
    object::changed(&done, (shared.world.now)())
}
