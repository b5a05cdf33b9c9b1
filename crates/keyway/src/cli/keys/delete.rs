//! `keyway keys delete`

use anyhow::Result;
use clap::Args;

use super::named::{Named, called, last_used, tail};
use crate::cli::consent::Consent;
use crate::cli::reach::Api;
use crate::client::Call;

#[derive(Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    key: Named,
    #[command(flatten)]
    consent: Consent,
}

impl Delete {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        self.consent.by_typing(|| {
            let key = self.key.look(api)?;
            let what =
                format!("This deletes {} at once, for good. {}", called(&key), last_used(&key));
            Ok((what, tail(&key)))
        })?;
        let key = api.ask(Call::delete(self.key.path("")))?;
        api.tell_done(&key, &format!("Deleted {}.", called(&key)))
    }
}
