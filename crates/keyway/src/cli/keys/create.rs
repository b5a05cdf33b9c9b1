//! `keyway keys create`

use anyhow::Result;
use clap::Args;

use super::named::called;
use super::value::hand_over;
use crate::cli::place::{Home, HomeArgs, Place};
use crate::cli::reach::Api;
use crate::client::Call;

#[derive(Args)]
pub(crate) struct Create {
    /// What people call the key
    name: String,
    /// Create a restricted key, which may do what its permissions say and nothing else
    #[arg(long, group = "has_permissions")]
    restricted: bool,
    /// What a restricted or organization key may do with the accounts' own data, as `customer_read`;
    /// may be repeated
    #[arg(long = "permission", value_name = "PERMISSION", requires = "has_permissions")]
    permissions: Vec<String>,
    /// What it may do with connected accounts; may be repeated
    #[arg(long = "connect-permission", value_name = "PERMISSION", requires = "has_permissions")]
    connect_permissions: Vec<String>,
    /// Where its value will be saved
    #[arg(long)]
    note: Option<String>,
    #[command(flatten)]
    home: HomeArgs,
}

impl Create {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        let call = match self.home.home(api)? {
            Home::Account(Place { account, mode }) => Call::post("/keys")
                .with("type", if self.restricted { "restricted" } else { "secret" })
                .with_some("account", account)
                .with_some("mode", mode),
            // Live mode is never meant unless it is said.
            Home::Organization { id, livemode } => Call::post(format!("/organizations/{id}/keys"))
                .with("livemode", livemode.unwrap_or(false)),
        };
        let call = call
            .with("name", self.name.as_str())
            .with_some("note", self.note.as_deref())
            .with_some("permissions", some(&self.permissions))
            .with_some("connect_permissions", some(&self.connect_permissions));
        let key = api.ask(call)?;
        hand_over(api, &key, &format!("Created {}.", called(&key)))
    }
}

/// A list that was said.
pub(super) fn some(list: &[String]) -> Option<Vec<String>> {
    Some(list.to_vec()).filter(|list| !list.is_empty())
}
