//! `GET /api/v1/keys`: the keys of the account and mode, living and dead, newest first.

use axum::http::StatusCode;
use axum::response::Response;
use keys::{AccountId, KeyId, Mode};
use serde::Deserialize;

use super::object::KeyObject;
use crate::api::answer;
use crate::api::call::Call;
use crate::api::page::{Asked, Limit};
use crate::control::Which;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    account: Option<AccountId>,
    mode: Option<Mode>,
    #[serde(default)]
    limit: Limit,
    /// Those that were made before this one.
    starting_after: Option<KeyId>,
}

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
