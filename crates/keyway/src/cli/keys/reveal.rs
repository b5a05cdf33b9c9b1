//! `keyway keys reveal`

use anyhow::Result;
use clap::Args;

use super::named::{Named, called};
use super::value::hand_over;
use crate::cli::reach::Api;
use crate::client::Call;

#[derive(Args)]
pub(crate) struct Reveal {
    #[command(flatten)]
    key: Named,
}

impl Reveal {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        let key = api.ask(Call::post(self.key.path("/reveal")))?;
        hand_over(api, &key, &format!("This is {}.", called(&key)))
    }
}
