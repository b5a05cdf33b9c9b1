//! `keyway keys list`

use anyhow::Result;
use clap::Args;
use serde_json::Value;

use crate::cli::place::{Home, HomeArgs, Place};
use crate::cli::reach::Api;
use crate::client::Call;
use crate::print::{self, moment, table, text};

#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    home: HomeArgs,
    /// The most keys; all where it is left out
    #[arg(long, default_value_t = usize::MAX, hide_default_value = true)]
    limit: usize,
}

impl List {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        let call = match self.home.home(api)? {
            Home::Account(Place { account, mode }) => {
                Call::get("/keys").about("account", account).about("mode", mode)
            }
            Home::Organization { id, livemode } => {
                Call::get(format!("/organizations/{id}/keys")).about("livemode", livemode)
            }
        };
        let list = api.pages(call, self.limit)?;
        api.tell_list(&list, |keys| {
            let names = ["id", "name", "key", "type", "status", "created", "last used", "ip"];
            table(names, keys.iter().map(row))
        })
    }
}

fn row(key: &Value) -> [String; 8] {
    [
        text(key, "id"),
        text(key, "name"),
        text(key, "redacted"),
        text(key, "type"),
        status(key),
        moment(key, "created"),
        moment(key, "last_used"),
        addresses(key),
    ]
}

/// The status, with the time that a living key has left.
pub(super) fn status(key: &Value) -> String {
    match key.get("status").and_then(Value::as_str) {
        Some("expiring") => format!("expiring {}", moment(key, "expires_at")),
        Some(status) => print::plain(status),
        None => "-".to_owned(),
    }
}

/// From where it may be used.
pub(super) fn addresses(key: &Value) -> String {
    match key.get("ip_allowlist").and_then(Value::as_array) {
        Some(list) => words(list),
        None => "anywhere".to_owned(),
    }
}

/// A list of words in one line.
pub(super) fn words(list: &[Value]) -> String {
    let words = list.iter().map(|word| print::plain(word.as_str().unwrap_or("-")));
    words.collect::<Vec<_>>().join(" ")
}
