//! Accounts, connected ones too.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::{Account, AccountId, Belonging, Change, Command, OrganizationId, SandboxId};
use serde::{Deserialize, Serialize};
use store::Whose;
use utoipa::{IntoParams, ToSchema};

use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::api::page::{Asked, Limit, List};
use crate::problem::{ErrorBody, Problem};

/// An account, as it is said.
#[derive(Serialize, ToSchema)]
struct AccountObject<'a> {
    #[schema(value_type = String)]
    id: AccountId,
    object: &'static str,
    name: &'a str,
    #[schema(value_type = Option<String>)]
    organization: Option<OrganizationId>,
    /// The account that it is connected to.
    #[schema(value_type = Option<String>)]
    platform: Option<AccountId>,
    /// The version of the API that its requests get where they name none.
    version: &'a str,
    /// The sandbox that it was born with.
    #[schema(value_type = String)]
    first_sandbox: SandboxId,
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    deleted_at: Option<Timestamp>,
}

impl<'a> AccountObject<'a> {
    fn of(account: &'a Account) -> Self {
        let Account { id, organization, platform, first_sandbox, version, name, .. } = account;
        Self {
            id: *id,
            object: "account",
            name,
            organization: *organization,
            platform: *platform,
            version: version.as_str(),
            first_sandbox: *first_sandbox,
            created: account.created_at,
            deleted_at: account.deleted_at,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Those of that organization alone.
    #[param(value_type = Option<String>)]
    organization: Option<OrganizationId>,
    /// Those connected to that account alone.
    #[param(value_type = Option<String>)]
    platform: Option<AccountId>,
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100, default = 10)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    starting_after: Option<AccountId>,
}

/// Whose it is: an organization's, a platform's, or that of whoever opens it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenAccount {
    name: String,
    #[schema(value_type = Option<String>)]
    organization: Option<OrganizationId>,
    #[schema(value_type = Option<String>)]
    platform: Option<AccountId>,
}

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeAccount {
    name: Option<String>,
    version: Option<String>,
}

/// `GET /api/v1/accounts`: those in which the person has a role, be it in a sandbox alone, newest
/// first; that of the key or those of its organization, and those connected to them where it reads these.
#[utoipa::path(
    get,
    operation_id = "list_accounts",
    path = "/api/v1/accounts",
    tag = "Accounts",
    summary = "Those in which the person has a role, or that the key may act on, connected ones with the Connect permission to read them, newest first",
    params(Wanted),
    extensions(("x-keyway-permissions" = json!(["account_read"]))),
    responses((status = 200, description = "Done", body = List<AccountObject<'static>>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn list(call: Call, Asked(asked): Asked<Wanted>) -> Result<Response, Problem> {
    let Wanted { organization, platform, limit, starting_after: after } = asked;
    let whose = Whose { organization, platform };
    let found = call.control().accounts(call.caller(), whose, after, limit.and_one()).await?;
    let data = found.iter().map(AccountObject::of).collect();
    answer::json(StatusCode::OK, &limit.list("/api/v1/accounts", data))
}

/// `GET /api/v1/accounts/{id}`
#[utoipa::path(
    get,
    operation_id = "show_account",
    path = "/api/v1/accounts/{id}",
    tag = "Accounts",
    summary = "One account",
    params(("id" = String, Path)),
    extensions(("x-keyway-permissions" = json!(["account_read"]))),
    responses((status = 200, description = "Done", body = AccountObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn show(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = call.control().listed_account(call.caller(), account_id(&id)?).await?;
    answer::json(StatusCode::OK, &AccountObject::of(&found))
}

/// `POST /api/v1/accounts`: opens an account with its first sandbox and its four keys, whose values
/// are revealed one by one.
#[utoipa::path(
    post,
    operation_id = "open_account",
    path = "/api/v1/accounts",
    tag = "Accounts",
    summary = "Opens an account with its first sandbox and its four keys",
    request_body = OpenAccount,
    responses((status = 200, description = "Done", body = AccountObject<'static>), (status = 202, description = "Kept, and in force a little later", body = AccountObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn open(
    call: Call,
    Fields(fields): Fields<OpenAccount>,
) -> Result<Response, Problem> {
    let OpenAccount { name, organization, platform } = fields;
    let belonging = match (organization, platform) {
        (None, None) => Belonging::Nobody,
        (Some(id), None) => Belonging::Organization(id),
        (None, Some(id)) => Belonging::Platform(id),
        (Some(_), Some(_)) => return Err(Problem::TwoOwners),
    };
    let done = call.carry_out(Command::OpenAccount { name, belonging }).await?;
    answer::tells(&done, account_of)
}

/// `POST /api/v1/accounts/{id}`
#[utoipa::path(
    post,
    operation_id = "change_account",
    path = "/api/v1/accounts/{id}",
    tag = "Accounts",
    summary = "Changes its name, or the version that its requests get",
    params(("id" = String, Path)),
    request_body = ChangeAccount,
    extensions(("x-keyway-permissions" = json!(["account_write"]))),
    responses((status = 200, description = "Done", body = AccountObject<'static>), (status = 202, description = "Kept, and in force a little later", body = AccountObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn change(
    call: Call,
    Path(id): Path<String>,
    Fields(fields): Fields<ChangeAccount>,
) -> Result<Response, Problem> {
    let ChangeAccount { name, version } = fields;
    if name.is_none() && version.is_none() {
        return Err(Problem::NothingToChange("name or version"));
    }
    let versions = &call.shared().api.versions;
    let version = match version {
        None => None,
        Some(text) => {
            let known = versions.find(text.as_bytes()).cloned();
            Some(known.ok_or_else(|| Problem::UnknownVersion(versions.newest().clone()))?)
        }
    };
    let account = account_id(&id)?;
    let done = call.carry_out(Command::ChangeAccount { account, name, version }).await?;
    answer::tells(&done, account_of)
}

/// `DELETE /api/v1/accounts/{id}`: its sandboxes and keys die with it.
#[utoipa::path(
    delete,
    operation_id = "delete_account",
    path = "/api/v1/accounts/{id}",
    tag = "Accounts",
    summary = "Deletes an account; its sandboxes and keys die with it, and nobody is its member any more",
    params(("id" = String, Path)),
    responses((status = 200, description = "Done", body = AccountObject<'static>), (status = 202, description = "Kept, and in force a little later", body = AccountObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn delete(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let account = account_id(&id)?;
    let done = call.carry_out(Command::DeleteAccount { account }).await?;
    answer::tells(&done, account_of)
}

/// The id in a path; what is none names no account.
pub(crate) fn account_id(text: &str) -> Result<AccountId, Problem> {
    text.parse().map_err(|_cause| Problem::missing("account", text))
}

fn account_of(change: &Change) -> Option<AccountObject<'_>> {
    change.account().map(AccountObject::of)
}
