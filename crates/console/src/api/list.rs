//! `GET /api/v1/keys`: the keys of the account and mode, living and dead, newest first.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use crate::api::object::{self, KeyObject};
use crate::console::Shared;
use crate::control::Actor;
use crate::problem::Problem;

#[derive(Serialize)]
struct List<'k> {
    object: &'static str,
    url: &'static str,
    has_more: bool,
    data: Vec<KeyObject<'k>>,
}

pub(crate) async fn list(
    actor: Actor,
    State(shared): State<Arc<Shared>>,
) -> Result<Response, Problem> {
    let keys = shared.control.keys(&actor).await?;
    let now = (shared.world.now)();
    let data = keys.iter().map(|key| KeyObject::of(key, now)).collect();
    let list = List { object: "list", url: "/api/v1/keys", has_more: false, data };
    object::json(StatusCode::OK, &list)
}
