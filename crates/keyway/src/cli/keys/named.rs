//! The key that a command is about.

use anyhow::Result;
use clap::Args;
use keys::KeyId;
use serde_json::Value;

use crate::cli::reach::Api;
use crate::client::Call;
use crate::print;

/// The key that a command is about.
#[derive(Args)]
pub(crate) struct Named {
    /// The id of the key, `key_…`; its value has no place on a command line
    key: KeyId,
}

impl Named {
    /// What is asked below the key; itself where that is nothing.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("/keys/{}{below}", self.key)
    }

    /// What is known of it.
    pub(crate) fn look(&self, api: &Api) -> Result<Value> {
        api.ask(Call::get(self.path("")))
    }
}

/// How a key is called in a sentence.
pub(crate) fn called(key: &Value) -> String {
    let [id, name, redacted] = ["id", "name", "redacted"].map(|field| print::text(key, field));
    format!("the key `{name}`, {redacted} ({id})")
}

/// What is typed by whoever means that key: the last four characters of its value, or else its id.
pub(crate) fn tail(key: &Value) -> String {
    let redacted = print::text(key, "redacted");
    let tail = redacted.split_once('…').map(|(_prefix, tail)| tail.to_owned());
    tail.filter(|tail| !tail.is_empty()).unwrap_or_else(|| print::text(key, "id"))
}

/// Since when nobody has used it, as a sentence.
pub(crate) fn last_used(key: &Value) -> String {
    match key.get("last_used").and_then(Value::as_str) {
        Some(_) => format!("It was last used at {}.", print::moment(key, "last_used")),
        None => "It was never used.".to_owned(),
    }
}
