//! `keyway audit list`: what was done to keys, accounts and members, and what was refused.

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use keys::{AccountId, Mode, OrganizationId};
use serde_json::Value;

use super::reach::Reach;
use super::when;
use crate::client::Call;
use crate::print::{moment, table, text};

#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    reach: Reach,
    /// Of that account; with a session, what you did yourself and what was done about how you sign
    /// in, where it is left out
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<AccountId>,
    /// Of that organization itself, and none of its accounts
    #[arg(long, value_name = "ORGANIZATION", conflicts_with = "account")]
    organization: Option<OrganizationId>,
    /// Of that mode alone: `live` or the id of a sandbox
    #[arg(long, value_name = "MODE")]
    mode: Option<Mode>,
    /// Only what is about the thing of that id
    #[arg(long, value_name = "ID")]
    object: Option<String>,
    /// Only what the one of that id has asked for: `usr_…`, `key_…`, `system` or `stranger`
    #[arg(long, value_name = "ID")]
    actor: Option<String>,
    /// Only from that time on
    #[arg(long, value_name = "TIME", value_parser = when::time)]
    from: Option<Timestamp>,
    /// Only before that time
    #[arg(long, value_name = "TIME", value_parser = when::time)]
    until: Option<Timestamp>,
    /// The most events
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

impl List {
    /// Lists them.
    pub(crate) fn run(&self) -> Result<()> {
        let api = self.reach.api()?;
        let call = Call::get("/events")
            .about("account", self.account)
            .about("organization", self.organization)
            .about("mode", self.mode)
            .about("object_id", self.object.as_ref())
            .about("actor", self.actor.as_ref())
            .about("from", self.from)
            .about("until", self.until);
        let list = api.pages(call, self.limit)?;
        api.tell_list(&list, |events| {
            let names = ["time", "event", "about", "by", "from", "outcome"];
            table(names, events.iter().map(row))
        })
    }
}

fn row(event: &Value) -> [String; 6] {
    [
        moment(event, "created"),
        text(event, "type"),
        text(event, "object_id"),
        text(event, "actor"),
        text(event, "ip_address"),
        text(event, "outcome"),
    ]
}
