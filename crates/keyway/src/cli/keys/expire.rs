//! `keyway keys expire`

use anyhow::Result;
use clap::Args;

use super::named::{Named, called, last_used, tail};
use crate::cli::consent::Consent;
use crate::cli::reach::Api;
use crate::client::Call;

#[derive(Args)]
pub(crate) struct Expire {
    #[command(flatten)]
    key: Named,
    #[command(flatten)]
    consent: Consent,
}

impl Expire {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        self.consent.by_typing(|| {
            let key = self.key.look(api)?;
            let what = format!("This ends {} at once. {}", called(&key), last_used(&key));
            Ok((what, tail(&key)))
        })?;
        let key = api.ask(Call::post(self.key.path("/expire")))?;
        api.tell_done(&key, &format!("Ended {}.", called(&key)))
    }
}
