//! An event, as it is kept and as it is shown.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use store::{Recorded, StoreError};

use super::Names;
use crate::dashboard::failure::Failure;
use crate::dashboard::time::Moment;
use crate::dashboard::words::{HistoryWords, Words};

/// The most characters that are shown of what something was or is.
const MOST: usize = 160;

/// The outcome of what was not refused.
const DONE: &str = "done";

/// An event, as it is kept.
#[derive(Deserialize)]
pub(super) struct Kept {
    pub(super) id: String,
    created: Timestamp,
    r#type: String,
    pub(super) actor: String,
    pub(super) object_id: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    outcome: String,
    #[serde(default)]
    changes: Vec<Changed>,
}

/// One thing that has changed: those of its fields that are others now.
#[derive(Deserialize)]
struct Changed {
    #[serde(default)]
    old: BTreeMap<String, Value>,
    #[serde(default)]
    new: BTreeMap<String, Value>,
}

/// An event, as it is shown.
pub(super) struct Line {
    pub(super) at: Moment,
    pub(super) what: String,
    pub(super) actor: String,
    pub(super) who: String,
    pub(super) object: Option<Object>,
    pub(super) from: Option<String>,
    pub(super) program: Option<String>,
    pub(super) refusal: Option<String>,
    pub(super) differences: Vec<Difference>,
}

/// What an event is about.
pub(super) struct Object {
    pub(super) id: String,
    pub(super) name: String,
}

/// What something was, and what it is.
pub(super) struct Difference {
    pub(super) field: &'static str,
    pub(super) old: Said,
    pub(super) new: Said,
}

/// What a field holds, for people: a moment, a text, or a text after a moment.
pub(super) struct Said {
    pub(super) at: Option<Moment>,
    pub(super) text: String,
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self { at: None, text: clip(text) }
    }
}

impl From<&str> for Said {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Kept {
    pub(super) fn of(recorded: &Recorded) -> Result<Self, Failure> {
        let damaged = |_cause| StoreError::Inconsistent {
            table: "events",
            row: recorded.number.to_string(),
            column: "said",
        };
        Ok(serde_json::from_str(&recorded.said).map_err(damaged)?)
    }

    /// Whether it was done, and not refused.
    pub(super) fn is_done(&self) -> bool {
        self.outcome == DONE
    }
}

impl Line {
    pub(super) fn of(kept: Kept, words: &Words, names: &Names) -> Self {
        let texts = &words.history;
        let name = |id: &String| names.get(id).unwrap_or(id).clone();
        let what = texts.kinds.iter().find(|(kind, _)| *kind == kept.r#type);
        let changed = kept.changes.iter().flat_map(|changed| changed.differences(words));
        Self {
            at: Moment::of(kept.created),
            what: what.map_or_else(|| kept.r#type.clone(), |(_, said)| (*said).to_owned()),
            who: if kept.actor == "system" { texts.system.to_owned() } else { name(&kept.actor) },
            differences: changed.collect(),
            object: kept.object_id.map(|id| Object { name: name(&id), id }),
            actor: kept.actor,
            from: kept.ip_address,
            program: kept.user_agent,
            refusal: Some(kept.outcome).filter(|outcome| outcome != DONE),
        }
    }
}

impl Changed {
    /// What was something else before; what was just made is new altogether.
    fn differences(&self, words: &Words) -> impl Iterator<Item = Difference> {
        words.history.fields.iter().filter_map(|(field, label)| {
            let (old, new) = (self.old.get(*field)?, self.new.get(*field)?);
            let (old, new) = (said(field, old, words), said(field, new, words));
            Some(Difference { field: label, old, new })
        })
    }
}

/// What a field holds, for people.
fn said(field: &str, value: &Value, words: &Words) -> Said {
    let texts = &words.history;
    match (field, value) {
        ("ip_allowlist", Value::Null) => words.keys.anywhere.into(),
        ("rotation", Value::Object(schedule)) => {
            let next = schedule.get("next").map(|next| said("ends_at", next, words));
            let Said { at, text } = next.unwrap_or_else(|| texts.none.into());
            let every = schedule.get("every_days").and_then(Value::as_u64);
            let every =
                every.map(|days| format!(", {} {days} {}", texts.every, words.keys.units[0].1));
            Said { at, text: text + &every.unwrap_or_default() }
        }
        ("ends_at", Value::String(at)) => match at.parse::<Timestamp>() {
            Ok(at) => Said { at: Some(Moment::of(at)), text: String::new() },
            Err(_unreadable) => at.as_str().into(),
        },
        ("status", Value::String(status)) => standing(status, texts).into(),
        (_, Value::String(text)) if !text.is_empty() => text.as_str().into(),
        (_, Value::Array(all)) if !all.is_empty() => {
            let all: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
            all.join(", ").into()
        }
        (_, Value::Bool(_) | Value::Number(_)) => value.to_string().into(),
        (_, Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_)) => {
            texts.none.into()
        }
    }
}

/// Where a key stands, in words.
fn standing<'w>(status: &'w str, texts: &'w HistoryWords) -> &'w str {
    let known = texts.standings.iter().find(|(word, _)| *word == status);
    known.map_or(status, |(_, said)| said)
}

fn clip(text: String) -> String {
    if text.chars().count() <= MOST {
        return text;
    }
    let clipped: String = text.chars().take(MOST).collect();
    clipped + "…"
}
