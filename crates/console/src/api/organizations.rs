//! Organizations.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::{Command, Organization, OrganizationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::api::page::{Asked, Limit, List};
use crate::problem::{ErrorBody, Problem};

/// An organization, as it is said.
#[derive(Serialize, ToSchema)]
struct OrganizationObject<'o> {
    #[schema(value_type = String)]
    id: OrganizationId,
    object: &'static str,
    name: &'o str,
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
}

impl<'o> OrganizationObject<'o> {
    fn of(organization: &'o Organization) -> Self {
        let Organization { id, name, created_at } = organization;
        Self { id: *id, object: "organization", name, created: *created_at }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100, default = 10)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    starting_after: Option<OrganizationId>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FoundOrganization {
    name: String,
}

/// `GET /api/v1/organizations`: those in which the person has a role, newest first; a key of an
/// organization has that one.
#[utoipa::path(
    get,
    operation_id = "list_organizations",
    path = "/api/v1/organizations",
    tag = "Organizations",
    summary = "Those in which the person has a role, newest first; that of the key",
    params(Wanted),
    extensions(("x-keyway-permissions" = json!(["account_read"]))),
    responses((status = 200, description = "Done", body = List<OrganizationObject<'static>>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn list(
    call: Call,
    Asked(Wanted { limit, starting_after }): Asked<Wanted>,
) -> Result<Response, Problem> {
    let most = limit.and_one();
    let found = call.control().organizations(call.caller(), starting_after, most).await?;
    let data = found.iter().map(OrganizationObject::of).collect();
    answer::json(StatusCode::OK, &limit.list("/api/v1/organizations", data))
}

/// `GET /api/v1/organizations/{id}`
#[utoipa::path(
    get,
    operation_id = "show_organization",
    path = "/api/v1/organizations/{id}",
    tag = "Organizations",
    summary = "One organization",
    params(("id" = String, Path)),
    extensions(("x-keyway-permissions" = json!(["account_read"]))),
    responses((status = 200, description = "Done", body = OrganizationObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn show(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = call.control().organization(call.caller(), organization_id(&id)?).await?;
    answer::json(StatusCode::OK, &OrganizationObject::of(&found))
}

/// `POST /api/v1/organizations`: whoever founds one owns it.
#[utoipa::path(
    post,
    operation_id = "found_organization",
    path = "/api/v1/organizations",
    tag = "Organizations",
    summary = "Founds an organization; whoever does owns it",
    request_body = FoundOrganization,
    responses((status = 200, description = "Done", body = OrganizationObject<'static>), (status = 202, description = "Kept, and in force a little later", body = OrganizationObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn open(
    call: Call,
    Fields(FoundOrganization { name }): Fields<FoundOrganization>,
) -> Result<Response, Problem> {
    let done = call.carry_out(Command::OpenOrganization { name }).await?;
    answer::tells(&done, |change| change.organization().map(OrganizationObject::of))
}

/// The id in a path; what is none names no organization.
pub(crate) fn organization_id(text: &str) -> Result<OrganizationId, Problem> {
    text.parse().map_err(|_cause| Problem::missing("organization", text))
}
