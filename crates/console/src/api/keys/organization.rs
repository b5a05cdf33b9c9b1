//! `/api/v1/organizations/{id}/keys`: keys that belong to an organization, and to none of its accounts.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use keys::{Command, Grants, KeyId, Livemode};
use serde::Deserialize;
use store::Lives;
use utoipa::{IntoParams, ToSchema};

use super::object::KeyObject;
use super::{object, permissions};
use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::api::organizations::organization_id;
use crate::api::page::{Asked, Limit, List};
use crate::problem::{ErrorBody, Problem};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedOfOrganization {
    /// Live ones, or those for sandboxes; both where it is left out.
    livemode: Option<bool>,
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100, default = 10)]
    limit: Limit,
    /// Those that were made before this one.
    #[param(value_type = Option<String>)]
    starting_after: Option<KeyId>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateOrganizationKey {
    /// Whether it reaches the live side of the accounts, or their sandboxes.
    livemode: bool,
    name: String,
    note: Option<String>,
    /// What it may do on each of the accounts; nothing where it is left out.
    permissions: Option<Vec<String>>,
    /// What it may do on the accounts that are connected to them.
    connect_permissions: Option<Vec<String>>,
}

#[utoipa::path(
    get,
    operation_id = "list_organization_keys",
    path = "/api/v1/organizations/{id}/keys",
    tag = "Keys",
    summary = "The keys of an organization itself, living and dead, newest first",
    params(("id" = String, Path), WantedOfOrganization),
    extensions(("x-keyway-permissions" = json!(["api_key_read"]))),
    responses((status = 200, description = "Done", body = List<KeyObject<'static>>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn list(
    call: Call,
    Path(id): Path<String>,
    Asked(asked): Asked<WantedOfOrganization>,
) -> Result<Response, Problem> {
    let WantedOfOrganization { livemode, limit, starting_after } = asked;
    let id = organization_id(&id)?;
    let which = (id, livemode.map(side));
    let page = (starting_after, limit.and_one());
    let keys = call.control().organization_keys(call.caller(), which, Lives::All, page).await?;
    let now = call.now();
    let data = keys.iter().map(|key| KeyObject::of(key, now)).collect();
    let url = format!("/api/v1/organizations/{id}/keys");
    answer::json(StatusCode::OK, &limit.list(url, data))
}

#[utoipa::path(
    post,
    operation_id = "create_organization_key",
    path = "/api/v1/organizations/{id}/keys",
    tag = "Keys",
    summary = "Creates a key of an organization, whose value is in this answer alone",
    params(("id" = String, Path)),
    request_body = CreateOrganizationKey,
    extensions(("x-keyway-permissions" = json!(["api_key_write"]))),
    responses((status = 200, description = "Done", body = KeyObject<'static>), (status = 202, description = "Kept, and in force a little later", body = KeyObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn create(
    call: Call,
    Path(id): Path<String>,
    Fields(fields): Fields<CreateOrganizationKey>,
) -> Result<Response, Problem> {
    let CreateOrganizationKey { livemode, name, note, permissions, connect_permissions } = fields;
    let own = permissions::read(permissions, "permissions")?.unwrap_or_default();
    let connect = permissions::read(connect_permissions, "connect_permissions")?;
    let command = Command::CreateOrganizationKey {
        organization: organization_id(&id)?,
        livemode: side(livemode),
        name,
        note,
        grants: Grants { own, connect: connect.unwrap_or_default() },
    };
    let done = call.carry_out(command).await?;
    object::changed(&done, call.now())
}

fn side(is_live: bool) -> Livemode {
    if is_live { Livemode::Live } else { Livemode::Test }
}
