//! `GET /api/v1/events`: the audit of the account, newest first.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::EventId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Recorded, Wanted};

use crate::api::object;
use crate::console::Shared;
use crate::control::Actor;
use crate::problem::Problem;

/// Which events are asked for; what is left out is not asked about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The id of the thing that they are about.
    object_id: Option<String>,
    /// The id of the one who asked.
    actor: Option<String>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    #[serde(default = "usual")]
    limit: u16,
    /// Those before this one.
    starting_after: Option<EventId>,
}

#[derive(Serialize)]
struct List {
    object: &'static str,
    url: &'static str,
    has_more: bool,
    data: Vec<Map<String, Value>>,
}

/// The most that are answered.
const MOST: u16 = 100;

fn usual() -> u16 {
    10
}

pub(crate) async fn events(
    actor: Actor,
    State(shared): State<Arc<Shared>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(Asked { object_id, actor: by, from, until, limit, starting_after }) =
        asked.map_err(|rejection| Problem::Query(rejection.body_text()))?;
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::Limit);
    }
    // One more tells whether there are more.
    let most = limit + 1;
    let before = starting_after;
    let wanted = Wanted { account: None, object: object_id, actor: by, from, until, before, most };
    let mut found = shared.control.events(&actor, wanted).await?;
    let has_more = found.len() > usize::from(limit);
    found.truncate(usize::from(limit));
    let data = found.iter().map(event).collect::<Result<_, _>>()?;
    object::json(StatusCode::OK, &List { object: "list", url: "/api/v1/events", has_more, data })
}

fn event(recorded: &Recorded) -> Result<Map<String, Value>, Problem> {
    let mut event: Map<String, Value> =
        serde_json::from_str(&recorded.said).map_err(Problem::Unwritable)?;
    event.insert("object".to_owned(), "event".into());
    Ok(event)
}
