//! `keyway logout`

use anyhow::{Result, bail};
use clap::Args;

use super::reach::Reach;
use crate::client::{Call, Credential, Failure};
use crate::print;
use crate::session::Session;

#[derive(Args)]
pub(crate) struct Logout {
    #[command(flatten)]
    reach: Reach,
}

impl Logout {
    /// Ends the session that is kept, there and here.
    pub(crate) fn run(&self) -> Result<()> {
        let Some(kept) = Session::read()? else {
            print::tell("Nobody was signed in.");
            return Ok(());
        };
        let client = self.reach.client(kept.url.parse()?, Some(Credential::new(&kept.token)))?;
        let ended = match client.send(&Call::delete("/sessions/current")) {
            Ok(ended) => Some(ended),
            // It has ended already.
            Err(Failure::Refused(refused)) if refused.is_unauthorized() => None,
            Err(failure) => bail!(failure),
        };
        Session::forget()?;
        if let (true, Some(ended)) = (self.reach.json, &ended) {
            return print::json(ended);
        }
        print::tell(&format!("Signed out of {}.", kept.url));
        Ok(())
    }
}
