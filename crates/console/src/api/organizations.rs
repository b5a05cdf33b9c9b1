//! Organizations.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::{Command, Organization, OrganizationId};
use serde::{Deserialize, Serialize};

use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::api::page::{Asked, Limit};
use crate::problem::Problem;

/// An organization, as it is said.
#[derive(Serialize)]
struct OrganizationObject<'o> {
    id: OrganizationId,
    object: &'static str,
    name: &'o str,
    created: Timestamp,
}

impl<'o> OrganizationObject<'o> {
    fn of(organization: &'o Organization) -> Self {
        let Organization { id, name, created_at } = organization;
        Self { id: *id, object: "organization", name, created: *created_at }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    limit: Limit,
    starting_after: Option<OrganizationId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Open {
    name: String,
}

/// `GET /api/v1/organizations`: those in which the person has a role, newest first.
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
pub(crate) async fn show(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_cause| Problem::missing("organization", &id))?;
    let found = call.control().organization(call.caller(), id).await?;
    answer::json(StatusCode::OK, &OrganizationObject::of(&found))
}

/// `POST /api/v1/organizations`: whoever founds one owns it.
pub(crate) async fn open(
    call: Call,
    Fields(Open { name }): Fields<Open>,
) -> Result<Response, Problem> {
    let done = call.carry_out(Command::OpenOrganization { name }).await?;
    answer::tells(&done, |change| change.organization().map(OrganizationObject::of))
}
