//! `GET /api/v1/events`: the audit of the account and mode, newest first.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::{AccountId, EventId, Mode, OrganizationId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{Recorded, Wanted};
use utoipa::{IntoParams, ToSchema};

use crate::api::answer;
use crate::api::call::Call;
use crate::api::page::{Asked, Limit, List};
use crate::control::Which;
use crate::problem::{ErrorBody, Problem};

/// Which events are asked for; what is left out is not asked about.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Events {
    /// Of that account. Where neither it nor an organization is named, what the person did
    /// themselves, and what was done about how they sign in.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Of that organization itself, and none of its accounts.
    #[param(value_type = Option<String>)]
    organization: Option<OrganizationId>,
    #[param(value_type = Option<String>)]
    mode: Option<Mode>,
    /// The id of the thing that they are about.
    object_id: Option<String>,
    /// The id of the one who asked.
    actor: Option<String>,
    /// Of that kind alone, such as `api_key.rotated`.
    r#type: Option<String>,
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100, default = 10)]
    limit: Limit,
    /// Those before this one.
    #[param(value_type = Option<String>)]
    starting_after: Option<EventId>,
}

#[utoipa::path(
    get,
    operation_id = "list_events",
    path = "/api/v1/events",
    tag = "Events",
    summary = "The audit, refusals too, newest first",
    params(Events),
    extensions(("x-keyway-permissions" = json!(["api_key_read"]))),
    responses((status = 200, description = "Done", body = List<EventObject>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn events(call: Call, Asked(asked): Asked<Events>) -> Result<Response, Problem> {
    let Events { account, organization, mode, object_id: object, actor, .. } = asked;
    let Events { r#type: kind, from, until, limit, .. } = asked;
    let before = asked.starting_after;
    let most = limit.and_one();
    let wanted = Wanted {
        organization,
        object,
        actor,
        kind,
        from,
        until,
        before,
        most,
        ..Wanted::default()
    };
    let which = Which { account, mode };
    let found = call.control().events(call.caller(), which, wanted).await?;
    let data = found.iter().map(event).collect::<Result<Vec<_>, _>>()?;
    answer::json(StatusCode::OK, &limit.list("/api/v1/events", data))
}

/// What was asked for, and what came of it.
#[derive(Deserialize, Serialize, ToSchema)]
pub(super) struct EventObject {
    id: String,
    #[serde(default = "kind")]
    object: String,
    created: String,
    r#type: String,
    /// The id of a user or a key; `system`, or `stranger` for whoever has not signed in.
    actor: String,
    /// The thing that it is about; what was made, if that is the command's.
    object_id: Option<String>,
    account: Option<String>,
    /// `live`, or the id of a sandbox.
    mode: Option<String>,
    /// The organization, where it is about that and none of its accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    /// The person, where it is about how they sign in: nobody else reads of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    /// `done`, or the code of the refusal.
    outcome: String,
    changes: Vec<Difference>,
}

/// One thing that has changed: its fields that are others now, before and after.
#[derive(Deserialize, Serialize, ToSchema)]
struct Difference {
    id: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    old: Map<String, Value>,
    #[schema(value_type = Object)]
    new: Map<String, Value>,
}

fn kind() -> String {
    "event".to_owned()
}

pub(super) fn event(recorded: &Recorded) -> Result<EventObject, Problem> {
    serde_json::from_str(&recorded.said).map_err(Problem::Unwritable)
}
