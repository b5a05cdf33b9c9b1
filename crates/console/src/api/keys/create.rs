//! `POST /api/v1/keys`: a new secret or restricted key, whose value is in this answer alone.

use axum::response::Response;
use keys::{AccountId, Command, Grants, Mode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::object::KeyObject;
use super::{object, permissions};
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::control::Which;
use crate::problem::{ErrorBody, Problem};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateKey {
    #[schema(value_type = Option<String>)]
    account: Option<AccountId>,
    #[schema(value_type = Option<String>)]
    mode: Option<Mode>,
    #[serde(default)]
    r#type: CreatedType,
    name: String,
    note: Option<String>,
    permissions: Option<Vec<String>>,
    connect_permissions: Option<Vec<String>>,
}

/// What can be created; publishable keys cannot.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum CreatedType {
    #[default]
    Secret,
    Restricted,
}

#[utoipa::path(
    post,
    operation_id = "create_key",
    path = "/api/v1/keys",
    tag = "Keys",
    summary = "Creates a secret or restricted key, whose value is in this answer alone",
    request_body = CreateKey,
    extensions(("x-keyway-permissions" = json!(["api_key_write"]))),
    responses((status = 200, description = "Done", body = KeyObject<'static>), (status = 202, description = "Kept, and in force a little later", body = KeyObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn create(
    call: Call,
    Fields(fields): Fields<CreateKey>,
) -> Result<Response, Problem> {
    let CreateKey { account, mode, r#type, name, note, permissions, connect_permissions } = fields;
    let own = permissions::read(permissions, "permissions")?;
    let connect = permissions::read(connect_permissions, "connect_permissions")?;
    let place = Which { account, mode }.of(call.caller())?;
    let command = match (r#type, own, connect) {
        (CreatedType::Secret, None, None) => Command::CreateSecretKey { place, name, note },
        (CreatedType::Secret, _, _) => return Err(Problem::SecretNeedsNoPermissions),
        (CreatedType::Restricted, own, connect) => {
            let (own, connect) = (own.unwrap_or_default(), connect.unwrap_or_default());
            let grants = Grants { own, connect };
            Command::CreateRestrictedKey { place, name, note, grants }
        }
    };
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
