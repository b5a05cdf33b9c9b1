//! `keyway keys create`

use anyhow::Result;
use clap::Args;

use super::named::called;
use super::value::hand_over;
use crate::cli::place::PlaceArgs;
use crate::cli::reach::Api;
use crate::client::Call;

#[derive(Args)]
pub(crate) struct Create {
    /// What people call the key
    name: String,
    /// Create a restricted key, which may do what its permissions say and nothing else
    #[arg(long)]
    restricted: bool,
    /// What a restricted key may do with the account's own data, as `customer_read`; may be repeated
    #[arg(long = "permission", value_name = "PERMISSION", requires = "restricted")]
    permissions: Vec<String>,
    /// What a restricted key may do with connected accounts; may be repeated
    #[arg(long = "connect-permission", value_name = "PERMISSION", requires = "restricted")]
    connect_permissions: Vec<String>,
    /// Where its value will be saved
    #[arg(long)]
    note: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

impl Create {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        let place = self.place.place(api)?;
        let call = Call::post("/keys")
            .with("name", self.name.as_str())
            .with("type", if self.restricted { "restricted" } else { "secret" })
            .with_some("note", self.note.as_deref())
            .with_some("permissions", some(&self.permissions))
            .with_some("connect_permissions", some(&self.connect_permissions))
            .with_some("account", place.account)
            .with_some("mode", place.mode);
        let key = api.ask(call)?;
        hand_over(api, &key, &format!("Created {}.", called(&key)))
    }
}

/// A list that was said.
pub(super) fn some(list: &[String]) -> Option<Vec<String>> {
    Some(list.to_vec()).filter(|list| !list.is_empty())
}
