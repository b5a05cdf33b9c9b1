//! Accounts, connected ones too.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::{Account, AccountId, Belonging, Change, Command, OrganizationId, SandboxId};
use serde::{Deserialize, Serialize};
use store::Whose;

use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::api::page::{Asked, Limit};
use crate::problem::Problem;

/// An account, as it is said.
#[derive(Serialize)]
struct AccountObject<'a> {
    id: AccountId,
    object: &'static str,
    name: &'a str,
    organization: Option<OrganizationId>,
    /// The account that it is connected to.
    platform: Option<AccountId>,
    /// The version of the API that its requests get where they name none.
    version: &'a str,
    /// The sandbox that it was born with.
    first_sandbox: SandboxId,
    created: Timestamp,
}

impl<'a> AccountObject<'a> {
    fn of(account: &'a Account) -> Self {
        let Account { id, organization, platform, first_sandbox, version, name, created_at } =
            account;
        Self {
            id: *id,
            object: "account",
            name,
            organization: *organization,
            platform: *platform,
            version: version.as_str(),
            first_sandbox: *first_sandbox,
            created: *created_at,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Those of that organization alone.
    organization: Option<OrganizationId>,
    /// Those connected to that account alone.
    platform: Option<AccountId>,
    #[serde(default)]
    limit: Limit,
    starting_after: Option<AccountId>,
}

/// Whose it is: an organization's, a platform's, or that of whoever opens it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Open {
    name: String,
    organization: Option<OrganizationId>,
    platform: Option<AccountId>,
}

/// What is left out stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeAccount {
    name: Option<String>,
    version: Option<String>,
}

/// `GET /api/v1/accounts`: those in which the person has a role, newest first.
pub(crate) async fn list(call: Call, Asked(asked): Asked<Wanted>) -> Result<Response, Problem> {
    let Wanted { organization, platform, limit, starting_after: after } = asked;
    let whose = Whose { organization, platform };
    let found = call.control().accounts(call.caller(), whose, after, limit.and_one()).await?;
    let data = found.iter().map(AccountObject::of).collect();
    answer::json(StatusCode::OK, &limit.list("/api/v1/accounts", data))
}

/// `GET /api/v1/accounts/{id}`
pub(crate) async fn show(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let found = call.control().account(call.caller(), account_id(&id)?).await?;
    answer::json(StatusCode::OK, &AccountObject::of(&found))
}

/// `POST /api/v1/accounts`: opens an account with its first sandbox and its four keys, whose values
/// are revealed one by one.
pub(crate) async fn open(call: Call, Fields(fields): Fields<Open>) -> Result<Response, Problem> {
    let Open { name, organization, platform } = fields;
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

/// The id in a path; what is none names no account.
pub(crate) fn account_id(text: &str) -> Result<AccountId, Problem> {
    text.parse().map_err(|_cause| Problem::missing("account", text))
}

fn account_of(change: &Change) -> Option<AccountObject<'_>> {
    change.account().map(AccountObject::of)
}
