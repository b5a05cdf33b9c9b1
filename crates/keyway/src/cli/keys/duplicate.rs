//! `keyway keys duplicate`

use anyhow::Result;
use clap::Args;

use super::named::{Named, called};
use super::value::hand_over;
use crate::cli::reach::Api;
use crate::client::Call;

#[derive(Args)]
pub(crate) struct Duplicate {
    #[command(flatten)]
    key: Named,
    /// What people call the new key; as the other one where it is left out
    #[arg(long)]
    name: Option<String>,
    /// Where its value will be saved
    #[arg(long)]
    note: Option<String>,
}

impl Duplicate {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        let call = Call::post(self.key.path("/duplicate"))
            .with_some("name", self.name.as_deref())
            .with_some("note", self.note.as_deref());
        let key = api.ask(call)?;
        hand_over(api, &key, &format!("Created {}.", called(&key)))
    }
}
