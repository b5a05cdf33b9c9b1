//! `POST /api/v1/keys/{id}/duplicate`: a new restricted key with the permissions of another.

use axum::extract::Path;
use axum::response::Response;
use keys::{Command, KeyCommand};
use serde::Deserialize;

use super::{object, show};
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Duplicate {
    /// The name of the other one where it is left out.
    name: Option<String>,
    note: Option<String>,
}

pub(crate) async fn duplicate(
    call: Call,
    Path(id): Path<String>,
    Fields(Duplicate { name, note }): Fields<Duplicate>,
) -> Result<Response, Problem> {
    let command = Command::Key(show::key_id(&id)?, KeyCommand::Duplicate { name, note });
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
