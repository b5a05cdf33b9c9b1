//! Handing over the value of a key: alone on standard output, so that it can be piped to its place.

use anyhow::{Context, Result};
use serde_json::Value;

use super::named::called;
use crate::cli::reach::Api;
use crate::print;

/// Prints the value of a key; what was done is told beside it.
pub(super) fn hand_over(api: &Api, key: &Value, sentence: &str) -> Result<()> {
    if api.is_for_programs() {
        return api.tell_done(key, sentence).with_context(|| lost(key));
    }
    let value = key.get("secret").and_then(Value::as_str);
    let value = value.with_context(|| not_told(key))?;
    print::out(&print::plain(value)).with_context(|| lost(key))?;
    api.tell_done(key, &format!("{sentence} {}", how_often(key)))
}

/// What is said when it was done and the value went nowhere.
fn lost(key: &Value) -> String {
    format!("{} is there, but its value could not be printed; rotate or delete it", called(key))
}

/// What is said when a request was repeated: values are told once.
fn not_told(key: &Value) -> String {
    format!("{} is there, but its value was told before; rotate or delete it", called(key))
}

fn how_often(key: &Value) -> &'static str {
    match key.get("reveal").and_then(Value::as_str) {
        Some("always") => "Its value can be revealed again.",
        Some("once") => "Its value can be revealed once more.",
        Some(_) | None => "Its value is not shown again: save it now.",
    }
}
