//! `keyway accounts`

use anyhow::Result;
use clap::{Args, Subcommand};
use keys::{AccountId, OrganizationId};
use serde_json::Value;

use super::consent::Consent;
use super::reach::{Api, Reach};
use crate::client::Call;
use crate::print::{self, lines, moment, table, text};

/// Accounts, and what is done with them.
#[derive(Args)]
pub(crate) struct Accounts {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// List the accounts that you see
    List(Belonging),
    /// Show one account
    Show {
        /// The account
        account: AccountId,
    },
    /// Open an account
    Create {
        /// What people call it
        name: String,
        #[command(flatten)]
        belonging: Belonging,
    },
    /// Give an account another name
    Rename {
        /// The account
        account: AccountId,
        /// What people call it from now on
        name: String,
    },
    /// Delete an account, and end all its sandboxes and keys
    Delete {
        /// The account
        account: AccountId,
        #[command(flatten)]
        consent: Consent,
    },
}

/// Whose accounts.
#[derive(Args)]
#[group(multiple = false)]
struct Belonging {
    /// Of that organization
    #[arg(long, value_name = "ORGANIZATION")]
    organization: Option<OrganizationId>,
    /// Connected to that platform
    #[arg(long, value_name = "ACCOUNT")]
    platform: Option<AccountId>,
}

impl Accounts {
    /// Does it.
    pub(crate) fn run(&self) -> Result<()> {
        let api = self.reach.api()?;
        match &self.task {
            Task::List(of) => list(&api, of),
            Task::Show { account } => show(&api, *account),
            Task::Create { name, belonging } => {
                let call = Call::post("/accounts")
                    .with("name", name.as_str())
                    .with_some("organization", belonging.organization.map(|id| id.to_string()))
                    .with_some("platform", belonging.platform.map(|id| id.to_string()));
                let account = api.ask(call)?;
                api.tell_done(&account, &format!("Opened {}.", called(&account)))
            }
            Task::Rename { account, name } => {
                let call = Call::post(format!("/accounts/{account}")).with("name", name.as_str());
                let account = api.ask(call)?;
                api.tell_done(&account, &format!("Renamed {}.", called(&account)))
            }
            Task::Delete { account, consent } => delete(&api, *account, consent),
        }
    }
}

/// Only whoever has typed its name deletes one.
fn delete(api: &Api, account: AccountId, consent: &Consent) -> Result<()> {
    let path = format!("/accounts/{account}");
    consent.by_typing(|| {
        let account = api.ask(Call::get(path.clone()))?;
        let what = format!(
            "This deletes {} with all its sandboxes and keys at once, for good.",
            called(&account)
        );
        Ok((what, text(&account, "name")))
    })?;
    let account = api.ask(Call::delete(path.clone()))?;
    api.tell_done(&account, &format!("Deleted {}.", called(&account)))
}

fn list(api: &Api, of: &Belonging) -> Result<()> {
    let call = Call::get("/accounts")
        .about("organization", of.organization)
        .about("platform", of.platform);
    let list = api.pages(call, usize::MAX)?;
    api.tell_list(&list, |accounts| {
        let names = ["id", "name", "organization", "platform", "first sandbox", "created"];
        let row = |account: &Value| {
            let said = |field| text(account, field);
            [
                said("id"),
                said("name"),
                said("organization"),
                said("platform"),
                said("first_sandbox"),
                moment(account, "created"),
            ]
        };
        table(names, accounts.iter().map(row))
    })
}

fn show(api: &Api, account: AccountId) -> Result<()> {
    let account = api.ask(Call::get(format!("/accounts/{account}")))?;
    if api.is_for_programs() {
        return print::json(&account);
    }
    print::out(&lines(&[
        ("id", text(&account, "id")),
        ("name", text(&account, "name")),
        ("organization", text(&account, "organization")),
        ("platform", text(&account, "platform")),
        ("version", text(&account, "version")),
        ("first sandbox", text(&account, "first_sandbox")),
        ("created", moment(&account, "created")),
    ]))
}

fn called(account: &Value) -> String {
    format!("the account `{}` ({})", text(account, "name"), text(account, "id"))
}
