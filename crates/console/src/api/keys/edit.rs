//! `POST /api/v1/keys/{id}`: name, note, IP restriction and permissions of a key.

use axum::extract::Path;
use axum::response::Response;
use keys::{AllowList, Command, Edit, IpRestriction, KeyCommand};
use serde::Deserialize;
use utoipa::ToSchema;

use super::object::KeyObject;
use super::{object, permissions, show};
use crate::api::body::{Fields, Said, said};
use crate::api::call::Call;
use crate::problem::{ErrorBody, Problem};

const CHANGEABLE: &str = "name, note, ip_allowlist, permissions or connect_permissions";

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditKey {
    name: Option<String>,
    /// Null or an empty text takes the note away.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    note: Said<String>,
    /// The addresses and ranges; null is anywhere, and an empty list is refused.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Vec<String>>)]
    ip_allowlist: Said<Vec<String>>,
    permissions: Option<Vec<String>>,
    connect_permissions: Option<Vec<String>>,
}

#[utoipa::path(
    post,
    operation_id = "edit_key",
    path = "/api/v1/keys/{id}",
    tag = "Keys",
    summary = "Changes name, note, IP restriction or permissions",
    params(("id" = String, Path)),
    request_body = EditKey,
    extensions(("x-keyway-permissions" = json!(["api_key_write"]))),
    responses((status = 200, description = "Done", body = KeyObject<'static>), (status = 202, description = "Kept, and in force a little later", body = KeyObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn edit(
    call: Call,
    Path(id): Path<String>,
    Fields(fields): Fields<EditKey>,
) -> Result<Response, Problem> {
    let EditKey { name, note, ip_allowlist, permissions, connect_permissions } = fields;
    let restriction = match ip_allowlist {
        Said::Nothing => None,
        Said::Null => Some(IpRestriction::Anywhere),
        Said::Value(entries) => {
            let list = AllowList::parse(entries.iter().map(String::as_str))?;
            Some(IpRestriction::Only(list))
        }
    };
    let note = match note {
        Said::Nothing => None,
        Said::Null => Some(String::new()),
        Said::Value(note) => Some(note),
    };
    let permissions = permissions::read(permissions, "permissions")?;
    let connect_permissions = permissions::read(connect_permissions, "connect_permissions")?;
    let edit = Edit { name, note, restriction, permissions, connect_permissions };
    if edit == Edit::default() {
        return Err(Problem::NothingToChange(CHANGEABLE));
    }
    let command = Command::Key(show::key_id(&id)?, KeyCommand::Edit(edit));
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}
