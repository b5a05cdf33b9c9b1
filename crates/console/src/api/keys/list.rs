//! `GET /api/v1/keys`: the keys of the account and mode, living and dead, newest first.

use axum::http::StatusCode;
use axum::response::Response;
use keys::{AccountId, KeyId, Mode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::object::KeyObject;
use crate::api::answer;
use crate::api::call::Call;
use crate::api::page::{Asked, Limit, List};
use crate::control::Which;
use crate::problem::{ErrorBody, Problem};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    #[param(value_type = Option<String>)]
    mode: Option<Mode>,
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100, default = 10)]
    limit: Limit,
    /// Those that were made before this one.
    #[param(value_type = Option<String>)]
    starting_after: Option<KeyId>,
}

#[utoipa::path(
    get,
    operation_id = "list_keys",
    path = "/api/v1/keys",
    tag = "Keys",
    summary = "The keys of an account and mode, living and dead, newest first",
    params(Wanted),
    extensions(("x-keyway-permissions" = json!(["api_key_read"]))),
    responses((status = 200, description = "Done", body = List<KeyObject<'static>>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn list(
    call: Call,
    Asked(Wanted { account, mode, limit, starting_after }): Asked<Wanted>,
) -> Result<Response, Problem> {
    let which = Which { account, mode };
    let keys = call.control().keys(call.caller(), which, starting_after, limit.and_one()).await?;
    let now = call.now();
    let data = keys.iter().map(|key| KeyObject::of(key, now)).collect();
    answer::json(StatusCode::OK, &limit.list("/api/v1/keys", data))
}
