//! `keyway keys edit`

use anyhow::Result;
use clap::Args;
use serde_json::Value;

use super::create::some;
use super::named::{Named, called};
use crate::cli::reach::Api;
use crate::client::Call;

#[derive(Args)]
pub(crate) struct Edit {
    #[command(flatten)]
    key: Named,
    #[command(flatten)]
    change: Change,
}

#[derive(Args)]
#[group(required = true, multiple = true)]
struct Change {
    /// What people call the key
    #[arg(long)]
    name: Option<String>,
    /// Where its value was saved
    #[arg(long, conflicts_with = "no_note")]
    note: Option<String>,
    /// Take the note away
    #[arg(long)]
    no_note: bool,
    /// All that a restricted key may do with the account's own data; may be repeated
    #[arg(long = "permission", value_name = "PERMISSION")]
    permissions: Vec<String>,
    /// All that a restricted key may do with connected accounts; may be repeated
    #[arg(long = "connect-permission", value_name = "PERMISSION")]
    connect_permissions: Vec<String>,
}

impl Edit {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        let change = &self.change;
        let note = change.note.as_deref().map(Value::from);
        let call = Call::post(self.key.path(""))
            .with_some("name", change.name.as_deref())
            .with_some("note", note.or(change.no_note.then_some(Value::Null)))
            .with_some("permissions", some(&change.permissions))
            .with_some("connect_permissions", some(&change.connect_permissions));
        let key = api.ask(call)?;
        api.tell_done(&key, &format!("Changed {}.", called(&key)))
    }
}
