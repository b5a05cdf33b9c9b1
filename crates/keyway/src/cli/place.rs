//! Which account and mode is meant.

use std::str::FromStr;

use anyhow::{Result, bail};
use clap::Args;
use keys::{AccountId, Mode};
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
