//! Sandboxes of accounts.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::{AccountId, Change, Command, Sandbox, SandboxId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::accounts::account_id;
use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::api::page::{Asked, List, Paged, Part};
use crate::problem::{ErrorBody, Problem};

/// A sandbox, as it is said.
#[derive(Serialize, ToSchema)]
struct SandboxObject<'s> {
    #[schema(value_type = String)]
    id: SandboxId,
    object: &'static str,
    #[schema(value_type = String)]
    account: AccountId,
    name: &'s str,
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    deleted_at: Option<Timestamp>,
}

impl<'s> SandboxObject<'s> {
    fn of(sandbox: &'s Sandbox) -> Self {
        let Sandbox { id, account, name, created_at, deleted_at } = sandbox;
        Self {
            id: *id,
            object: "sandbox",
            account: *account,
            name,
            created: *created_at,
            deleted_at: *deleted_at,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SandboxName {
    name: String,
}

/// `GET /api/v1/accounts/{id}/sandboxes`: all that the caller may know of, deleted ones too.
#[utoipa::path(
    get,
    operation_id = "list_sandboxes",
    path = "/api/v1/accounts/{id}/sandboxes",
    tag = "Sandboxes",
    summary = "The sandboxes of an account, deleted ones too",
    params(("id" = String, Path), Paged),
    extensions(("x-keyway-permissions" = json!(["account_read"]))),
    responses((status = 200, description = "Done", body = List<SandboxObject<'static>>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn list(
    call: Call,
    Path(id): Path<String>,
    Asked(paged): Asked<Paged>,
) -> Result<Response, Problem> {
    let account = account_id(&id)?;
    let found = call.control().sandboxes(call.caller(), account).await?;
    let url = format!("/api/v1/accounts/{account}/sandboxes");
    let data: Vec<_> = found.iter().map(SandboxObject::of).collect();
    let id = |object: &SandboxObject<'_>| object.id;
    answer::json(StatusCode::OK, &Part::from(paged).of(url, data, id)?)
}

/// `POST /api/v1/accounts/{id}/sandboxes`: adds one with its own two keys.
#[utoipa::path(
    post,
    operation_id = "add_sandbox",
    path = "/api/v1/accounts/{id}/sandboxes",
    tag = "Sandboxes",
    summary = "Adds a sandbox with its own two keys",
    params(("id" = String, Path)),
    request_body = SandboxName,
    responses((status = 200, description = "Done", body = SandboxObject<'static>), (status = 202, description = "Kept, and in force a little later", body = SandboxObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn add(
    call: Call,
    Path(id): Path<String>,
    Fields(SandboxName { name }): Fields<SandboxName>,
) -> Result<Response, Problem> {
    let account = account_id(&id)?;
    let done = call.carry_out(Command::AddSandbox { account, name }).await?;
    answer::tells(&done, sandbox_of)
}

/// `GET /api/v1/sandboxes/{id}`
#[utoipa::path(
    get,
    operation_id = "get_sandbox",
    path = "/api/v1/sandboxes/{id}",
    tag = "Sandboxes",
    summary = "A sandbox, deleted or not",
    params(("id" = String, Path)),
    extensions(("x-keyway-permissions" = json!(["account_read"]))),
    responses((status = 200, description = "Done", body = SandboxObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn show(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = call.control().sandbox(call.caller(), sandbox_id(&id)?).await?;
    answer::json(StatusCode::OK, &SandboxObject::of(&found))
}

/// `POST /api/v1/sandboxes/{id}`: gives it another name.
#[utoipa::path(
    post,
    operation_id = "rename_sandbox",
    path = "/api/v1/sandboxes/{id}",
    tag = "Sandboxes",
    summary = "Gives a sandbox another name",
    params(("id" = String, Path)),
    request_body = SandboxName,
    extensions(("x-keyway-permissions" = json!(["account_write"]))),
    responses((status = 200, description = "Done", body = SandboxObject<'static>), (status = 202, description = "Kept, and in force a little later", body = SandboxObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn rename(
    call: Call,
    Path(id): Path<String>,
    Fields(SandboxName { name }): Fields<SandboxName>,
) -> Result<Response, Problem> {
    let sandbox = sandbox_id(&id)?;
    let done = call.carry_out(Command::RenameSandbox { sandbox, name }).await?;
    answer::tells(&done, sandbox_of)
}

/// `DELETE /api/v1/sandboxes/{id}`: its keys die with it.
#[utoipa::path(
    delete,
    operation_id = "delete_sandbox",
    path = "/api/v1/sandboxes/{id}",
    tag = "Sandboxes",
    summary = "Deletes a sandbox; its keys die with it",
    params(("id" = String, Path)),
    extensions(("x-keyway-permissions" = json!(["account_write"]))),
    responses((status = 200, description = "Done", body = SandboxObject<'static>), (status = 202, description = "Kept, and in force a little later", body = SandboxObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn delete(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let sandbox = sandbox_id(&id)?;
    let done = call.carry_out(Command::DeleteSandbox { sandbox }).await?;
    answer::tells(&done, sandbox_of)
}

fn sandbox_id(text: &str) -> Result<SandboxId, Problem> {
    text.parse().map_err(|_cause| Problem::missing("sandbox", text))
}

fn sandbox_of(change: &Change) -> Option<SandboxObject<'_>> {
    change.sandbox().map(SandboxObject::of)
}
