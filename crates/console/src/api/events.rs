//! `GET /api/v1/events`: the audit of the account and mode, newest first.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::{AccountId, EventId, Mode};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::{Recorded, Wanted};

use crate::api::answer;
use crate::api::call::Call;
use crate::api::page::{Asked, Limit};
use crate::control::Which;
use crate::problem::Problem;

/// Which events are asked for; what is left out is not asked about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Events {
    /// Of that account; what the person did themselves where it is left out.
    account: Option<AccountId>,
    mode: Option<Mode>,
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

pub(crate) async fn events(call: Call, Asked(asked): Asked<Events>) -> Result<Response, Problem> {
    let Events { account, mode, object_id, actor: by, from, until, limit, starting_after: before } =
        asked;
    let most = limit.and_one();
    let rest = Wanted::default();
    let wanted = Wanted { object: object_id, actor: by, from, until, before, most, ..rest };
    let which = Which { account, mode };
    let found = call.control().events(call.caller(), which, wanted).await?;
    let data = found.iter().map(event).collect::<Result<Vec<_>, _>>()?;
    answer::json(StatusCode::OK, &limit.list("/api/v1/events", data))
}

fn event(recorded: &Recorded) -> Result<Map<String, Value>, Problem> {
    let mut event: Map<String, Value> =
        serde_json::from_str(&recorded.said).map_err(Problem::Unwritable)?;
    event.insert("object".to_owned(), "event".into());
    Ok(event)
}
