//! `keyway keys show`

use anyhow::Result;
use clap::Args;
use serde_json::Value;

use super::list::{addresses, status, words};
use super::named::Named;
use crate::cli::reach::Api;
use crate::print::{self, moment, text};

#[derive(Args)]
pub(crate) struct Show {
    #[command(flatten)]
    key: Named,
}

impl Show {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        let key = self.key.look(api)?;
        if api.is_for_programs() { print::json(&key) } else { print::out(&for_people(&key)) }
    }
}

fn for_people(key: &Value) -> String {
    let mut lines = vec![
        ("id", text(key, "id")),
        ("name", text(key, "name")),
        ("key", text(key, "redacted")),
        ("type", text(key, "type")),
        ("status", status(key)),
    ];
    lines.extend(home(key));
    lines.extend([
        ("note", text(key, "note")),
        ("created", moment(key, "created")),
        ("last used", moment(key, "last_used")),
        ("ip", addresses(key)),
        ("rotation", rotation(key)),
        ("reveal", text(key, "reveal")),
    ]);
    for (name, field) in
        [("permissions", "permissions"), ("connect permissions", "connect_permissions")]
    {
        let list = key.get(field).and_then(Value::as_array);
        lines.extend(list.map(|list| (name, words(list))));
    }
    print::lines(&lines)
}

/// Where it lives: in an account and mode, or in an organization.
fn home(key: &Value) -> [(&'static str, String); 2] {
    if key.get("organization").is_none() {
        return [("account", text(key, "account")), ("mode", text(key, "mode"))];
    }
    let is_live = key.get("livemode").and_then(Value::as_bool).unwrap_or_default();
    let mode = if is_live { "live" } else { "sandbox" };
    [("organization", text(key, "organization")), ("mode", mode.to_owned())]
}

fn rotation(key: &Value) -> String {
    let Some(rotation) = key.get("rotation").filter(|rotation| rotation.is_object()) else {
        return "-".to_owned();
    };
    let next = moment(rotation, "next_at");
    match rotation.get("every_days").and_then(Value::as_u64) {
        Some(days) => format!("{next}, then every {days} days"),
        None => next,
    }
}
