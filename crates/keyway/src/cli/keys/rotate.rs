//! `keyway keys rotate`

use anyhow::Result;
use clap::Args;
use jiff::{SignedDuration, Timestamp};

use super::named::{Named, called, last_used, tail};
use super::value::hand_over;
use crate::cli::consent::Consent;
use crate::cli::reach::Api;
use crate::cli::when;
use crate::client::Call;
use crate::print;

#[derive(Args)]
pub(crate) struct Rotate {
    #[command(flatten)]
    key: Named,
    #[command(flatten)]
    ending: Ending,
    #[command(flatten)]
    consent: Consent,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Ending {
    /// The old key stops at once
    #[arg(long)]
    now: bool,
    /// The old key stops after that long: 1h, 24h, 7d
    #[arg(long, value_name = "LENGTH", value_parser = when::length)]
    r#in: Option<SignedDuration>,
    /// The old key stops at that time
    #[arg(long, value_name = "TIME", value_parser = when::time)]
    at: Option<Timestamp>,
    /// The old key stops when the new one is used first
    #[arg(long)]
    at_first_use: bool,
}

impl Rotate {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        let (expires_at, stops) = self.ending.said()?;
        if self.ending.now {
            self.consent.by_typing(|| {
                let key = self.key.look(api)?;
                let called = called(&key);
                let what = format!("Rotating {called} now ends it at once. {}", last_used(&key));
                Ok((what, tail(&key)))
            })?;
        }
        let call = Call::post(self.key.path("/rotate")).with("expires_at", expires_at);
        let key = api.ask(call)?;
        hand_over(api, &key, &format!("Created {}; the old key {stops}.", called(&key)))
    }
}

impl Ending {
    /// The time as the API wants it, and what happens to the old key.
    fn said(&self) -> Result<(String, String)> {
        let at = match (self.r#in, self.at) {
            (Some(length), _) => Some(when::after(length)?),
            (None, at) => at,
        };
        Ok(match at {
            Some(at) => (at.to_string(), format!("stops at {}", print::local(at))),
            None if self.at_first_use => {
                ("first_use".to_owned(), "stops when this one is used first".to_owned())
            }
            None => ("now".to_owned(), "has stopped".to_owned()),
        })
    }
}
