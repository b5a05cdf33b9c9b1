//! Times, as people read them where they are.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::plain;

/// A time of this machine's zone, to the minute.
pub(crate) fn local(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A field that is a time; as it was said where it cannot be read.
pub(crate) fn moment(object: &Value, name: &str) -> String {
    match object.get(name).and_then(Value::as_str) {
        Some(said) => said.parse().map_or_else(|_unreadable| plain(said), local),
        None => "-".to_owned(),
    }
}
