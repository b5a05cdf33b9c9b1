//! `POST /api/v1/keys/{id}`: from where a key may be used.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use keys::{AllowList, Command, IpRestriction};
use serde::Deserialize;

use crate::api::body::{Fields, stated};
use crate::api::{object, show};
use crate::console::Shared;
use crate::control::Actor;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Restrict {
    /// The addresses and ranges; null is anywhere, and an empty list is refused.
    #[serde(deserialize_with = "stated")]
    ip_allowlist: Option<Vec<String>>,
}

pub(crate) async fn restrict(
    actor: Actor,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Fields(Restrict { ip_allowlist }): Fields<Restrict>,
) -> Result<Response, Problem> {
    let restriction = match ip_allowlist {
        None => IpRestriction::Anywhere,
        Some(entries) => IpRestriction::Only(AllowList::parse(entries.iter().map(String::as_str))?),
    };
    let command = Command::RestrictKey { key: show::key_id(&id)?, restriction };
    let done = shared.control.carry_out(actor, command).await?;
    object::changed(&done, (shared.world.now)())
}
