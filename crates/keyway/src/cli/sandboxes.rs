//! `keyway sandboxes`

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use keys::SandboxId;
use serde_json::Value;

use super::consent::Consent;
use super::place::AccountArgs;
use super::reach::{Api, Reach};
use crate::client::Call;
use crate::print::{moment, table, text};

/// Sandboxes, and what is done with them.
#[derive(Args)]
pub(crate) struct Sandboxes {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// List the sandboxes of an account
    List {
        #[command(flatten)]
        account: AccountArgs,
    },
    /// Add a sandbox to an account
    Add {
        /// What people call it
        name: String,
        #[command(flatten)]
        account: AccountArgs,
    },
    /// Give a sandbox another name
    Rename {
        /// The sandbox
        sandbox: SandboxId,
        /// What people call it from now on
        name: String,
    },
    /// Delete a sandbox, and end all its keys
    Delete {
        /// The sandbox
        sandbox: SandboxId,
        #[command(flatten)]
        consent: Consent,
    },
}

impl Sandboxes {
    /// Does it.
    pub(crate) fn run(&self) -> Result<()> {
        let api = self.reach.api()?;
        match &self.task {
            Task::List { account } => {
                let list = api.pages(Call::get(of(account, &api)?), usize::MAX)?;
                api.tell_list(&list, |sandboxes| {
                    let names = ["id", "name", "created", "deleted"];
                    table(names, sandboxes.iter().map(row))
                })
            }
            Task::Add { name, account } => {
                let call = Call::post(of(account, &api)?).with("name", name.as_str());
                let sandbox = api.ask(call)?;
                api.tell_done(&sandbox, &format!("Added {}.", called(&sandbox)))
            }
            Task::Rename { sandbox, name } => {
                let call = Call::post(format!("/sandboxes/{sandbox}")).with("name", name.as_str());
                let sandbox = api.ask(call)?;
                api.tell_done(&sandbox, &format!("Renamed {}.", called(&sandbox)))
            }
            Task::Delete { sandbox, consent } => {
                consent
                    .by_yes(&format!("This deletes {sandbox} and ends all its keys, for good."))?;
                let sandbox = api.ask(Call::delete(format!("/sandboxes/{sandbox}")))?;
                api.tell_done(&sandbox, &format!("Deleted {}.", called(&sandbox)))
            }
        }
    }
}

/// Where the sandboxes of the account are.
fn of(account: &AccountArgs, api: &Api) -> Result<String> {
    let account = account.account(api)?.context("say which account: --account")?;
    Ok(format!("/accounts/{account}/sandboxes"))
}

fn row(sandbox: &Value) -> [String; 4] {
    [
        text(sandbox, "id"),
        text(sandbox, "name"),
        moment(sandbox, "created"),
        moment(sandbox, "deleted_at"),
    ]
}

fn called(sandbox: &Value) -> String {
    format!("the sandbox `{}` ({})", text(sandbox, "name"), text(sandbox, "id"))
}
