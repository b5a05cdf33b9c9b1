//! `GET /api/v1/events`: the audit of the account and mode, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::EventId;
use serde::Deserialize;
use serde_json::{Map, Value};
use store::{Recorded, Wanted};

use crate::api::object;
use crate::api::page::{Asked, Limit};
use crate::console::Shared;
use crate::control::Admitted;
use crate::problem::Problem;

/// Which events are asked for; what is left out is not asked about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Events {
    /// The id of the thing that they are about.
    object_id: Option<String>,
    /// The id of the one who asked.
    actor: Option<String>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    #[serde(default)]
    limit: Limit,
    /// Those before this one.
    starting_after: Option<EventId>,
}

pub(crate) async fn events(
    actor: Admitted,
    State(shared): State<Arc<Shared>>,
    Asked(asked): Asked<Events>,
) -> Result<Response, Problem> {
    let Events { object_id, actor: by, from, until, limit, starting_after: before } = asked;
    let most = limit.and_one();
    let place = Wanted::default();
    let wanted = Wanted { object: object_id, actor: by, from, until, before, most, ..place };
    let found = shared.control.events(&actor, wanted).await?;
    let data = found.iter().map(event).collect::<Result<Vec<_>, _>>()?;
    object::json(StatusCode::OK, &limit.list("/api/v1/events", data))
}

fn event(recorded: &Recorded) -> Result<Map<String, Value>, Problem> {
    let mut event: Map<String, Value> =
        serde_json::from_str(&recorded.said).map_err(Problem::Unwritable)?;
    event.insert("object".to_owned(), "event".into());
    Ok(event)
}
