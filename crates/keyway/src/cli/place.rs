//! Which account and mode is meant, or which organization.

use std::str::FromStr;

use anyhow::{Result, bail};
use clap::Args;
use keys::{AccountId, Mode, OrganizationId};
use serde_json::Value;

use super::reach::Api;
use crate::client::Call;
use crate::print;

/// The account that is meant.
#[derive(Args)]
pub(crate) struct AccountArgs {
    /// The account; may be left out where there is but one, or with a key, which is of one
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<AccountId>,
}

/// The account and mode that are meant.
#[derive(Args)]
pub(crate) struct PlaceArgs {
    #[command(flatten)]
    account: AccountArgs,
    /// `live`, `sandbox` for the account's first one, or the id of a sandbox
    #[arg(long, value_name = "MODE")]
    mode: Option<Asked>,
}

/// Where the keys that are meant live.
#[derive(Args)]
pub(crate) struct HomeArgs {
    /// The organization, for keys that belong to it and reach all of its accounts; `--mode` is
    /// `live`, or `sandbox` for the sandboxes of all of them
    #[arg(
        long,
        value_name = "ORGANIZATION",
        conflicts_with = "account",
        group = "has_permissions"
    )]
    organization: Option<OrganizationId>,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Where keys live, as the API wants it said.
pub(crate) enum Home {
    /// In an account and mode.
    Account(Place),
    /// In an organization.
    Organization {
        id: OrganizationId,
        /// Whether the live ones are meant, if that is said.
        livemode: Option<bool>,
    },
}

/// A mode, as it is asked for.
#[derive(Debug, Clone, Copy)]
enum Asked {
    FirstSandbox,
    Mode(Mode),
}

impl FromStr for Asked {
    type Err = keys::ModeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sandbox" => Ok(Self::FirstSandbox),
            mode => mode.parse().map(Self::Mode),
        }
    }
}

/// A place, as the API wants it said; a key need not say it.
pub(crate) struct Place {
    pub(crate) account: Option<String>,
    pub(crate) mode: Option<String>,
}

impl HomeArgs {
    /// Where the keys live that are meant.
    pub(crate) fn home(&self, api: &Api) -> Result<Home> {
        let Some(id) = self.organization else { return Ok(Home::Account(self.place.place(api)?)) };
        let livemode = match self.place.mode {
            None => None,
            Some(Asked::Mode(Mode::Live)) => Some(true),
            Some(Asked::FirstSandbox) => Some(false),
            Some(Asked::Mode(Mode::Sandbox(_))) => {
                bail!("keys of an organization are for no single sandbox: --mode live or sandbox")
            }
        };
        Ok(Home::Organization { id, livemode })
    }
}

impl PlaceArgs {
    /// The place that is meant. Live mode is never meant unless it is said.
    pub(crate) fn place(&self, api: &Api) -> Result<Place> {
        let account = self.account.account(api)?;
        let mode = match (self.mode, &account) {
            (Some(Asked::Mode(mode)), _) => Some(mode.to_string()),
            (Some(Asked::FirstSandbox) | None, Some(account)) => {
                let account = api.ask(Call::get(format!("/accounts/{account}")))?;
                account.get("first_sandbox").and_then(Value::as_str).map(str::to_owned)
            }
            (Some(Asked::FirstSandbox) | None, None) => None,
        };
        Ok(Place { account, mode })
    }
}

impl AccountArgs {
    /// The account that is meant; none with a key that need not say it.
    pub(crate) fn account(&self, api: &Api) -> Result<Option<String>> {
        match self.account {
            Some(account) => Ok(Some(account.to_string())),
            None if !api.client().has_session() => Ok(None),
            None => only_one(api).map(Some),
        }
    }
}

/// The one account that the person sees.
fn only_one(api: &Api) -> Result<String> {
    let list = api.ask(Call::get("/accounts"))?;
    match list.get("data").and_then(Value::as_array).map_or(&[][..], Vec::as_slice) {
        [account] => Ok(print::text(account, "id")),
        [] => bail!("you are a member of no account"),
        several => {
            let names = several.iter().map(|account| {
                format!("{} {}", print::text(account, "id"), print::text(account, "name"))
            });
            bail!("say which account: --account\n  {}", names.collect::<Vec<_>>().join("\n  "))
        }
    }
}
