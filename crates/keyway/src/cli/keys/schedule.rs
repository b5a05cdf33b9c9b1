//! `keyway keys schedule`

use anyhow::Result;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::named::{Named, called};
use crate::cli::reach::Api;
use crate::cli::when;
use crate::client::Call;
use crate::print;

#[derive(Args)]
pub(crate) struct ScheduleRotation {
    #[command(flatten)]
    key: Named,
    #[command(flatten)]
    first: First,
    /// Rotate it again and again, so many days apart: 30d
    #[arg(long, value_name = "DAYS", value_parser = when::days, conflicts_with = "cancel")]
    every: Option<u16>,
    /// How long the old key lives on beside the new one; where it is left out, not at all
    #[arg(long, value_name = "LENGTH", value_parser = when::length, conflicts_with = "cancel")]
    grace: Option<SignedDuration>,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct First {
    /// Rotate it at that time
    #[arg(long, value_name = "TIME", value_parser = when::time)]
    at: Option<Timestamp>,
    /// Rotate it after that long: 12h, 30d
    #[arg(long, value_name = "LENGTH", value_parser = when::length)]
    r#in: Option<SignedDuration>,
    /// Take the schedule back
    #[arg(long)]
    cancel: bool,
}

impl ScheduleRotation {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        let at = match (self.first.r#in, self.first.at) {
            (Some(length), _) => Some(when::after(length)?),
            (None, at) => at,
        };
        let Some(at) = at else { return self.cancel(api) };
        let call = Call::post(self.key.path("/rotation"))
            .with("next_at", at.to_string())
            .with_some("every_days", self.every)
            .with_some("grace_seconds", self.grace.map(|grace| grace.as_secs()));
        let key = api.ask(call)?;
        let next = key.get("rotation").map_or_else(String::new, said);
        api.tell_done(&key, &format!("The system rotates {}{next}.", called(&key)))
    }

    fn cancel(&self, api: &Api) -> Result<()> {
        let key = api.ask(Call::delete(self.key.path("/rotation")))?;
        api.tell_done(&key, &format!("The system does not rotate {} any more.", called(&key)))
    }
}

fn said(rotation: &Value) -> String {
    let next = print::moment(rotation, "next_at");
    match rotation.get("every_days").and_then(Value::as_u64) {
        Some(days) => format!(" at {next}, then every {days} days"),
        None => format!(" at {next}"),
    }
}
