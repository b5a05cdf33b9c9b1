//! `POST /api/v1/keys`: a new secret or restricted key, whose value is in this answer alone.

use axum::response::Response;
use keys::{AccountId, Command, Grants, Mode};
use serde::Deserialize;

use super::{object, permissions};
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::control::Which;
use crate::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Create {
    account: Option<AccountId>,
    mode: Option<Mode>,
    #[serde(default)]
    r#type: Type,
    name: String,
    note: Option<String>,
    permissions: Option<Vec<String>>,
    connect_permissions: Option<Vec<String>>,
}

/// What can be created; publishable keys cannot.
#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Type {
    #[default]
    Secret,
    Restricted,
}

pub(crate) async fn create(
    call: Call,
    Fields(fields): Fields<Create>,
) -> Result<Response, Problem> {
    let Create { account, mode, r#type, name, note, permissions, connect_permissions } = fields;
    let own = permissions::read(permissions, "permissions")?;
    let connect = permissions::read(connect_permissions, "connect_permissions")?;
    let place = Which { account, mode }.of(call.caller())?;
    let command = match (r#type, own, connect) {
        (Type::Secret, None, None) => Command::CreateSecretKey { place, name, note },
        (Type::Secret, _, _) => return Err(Problem::SecretNeedsNoPermissions),
        (Type::Restricted, own, connect) => {
            let (own, connect) = (own.unwrap_or_default(), connect.unwrap_or_default());
            let grants = Grants { own, connect };
            Command::CreateRestrictedKey { place, name, note, grants }
        }
    };
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
