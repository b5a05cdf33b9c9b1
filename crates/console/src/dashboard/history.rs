//! `GET /{account}/{mode}/history`: what was asked for, by whom, from where, and what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use keys::{EventId, KeyId, UserId};
use serde::Deserialize;
use store::{Recorded, StoreError, Wanted};

use super::failure::Failure;
use super::frame::{Frame, Tab};
use super::page;
use super::place::{Here, Query};
use super::time::Moment;
use super::visit::Visit;
use super::words::HistoryWords;
use crate::console::Shared;
use crate::control::Which;

/// How many are on a page.
const MOST: u16 = 50;

/// Which events are asked for, as a form says it: what is empty is not asked about.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    object: String,
    actor: String,
    kind: String,
    from: String,
    until: String,
    before: Option<EventId>,
}

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage<'p> {
    frame: Frame,
    words: &'p HistoryWords,
    asked: &'p Asked,
    events: Vec<Line>,
    older: Option<String>,
}

/// An event, as it is kept.
#[derive(Deserialize)]
struct Kept {
    id: String,
    created: Timestamp,
    r#type: String,
    actor: String,
    object_id: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    outcome: String,
}

/// An event, as it is shown.
struct Line {
    at: Moment,
    what: String,
    actor: String,
    who: String,
    object: Option<Object>,
    from: Option<String>,
    program: Option<String>,
    refusal: Option<String>,
}

/// What an event is about.
struct Object {
    id: String,
    name: String,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(place): Here,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, place, Tab::History).await?;
    let which = Which { account: Some(place.account), mode: Some(place.mode) };
    let found = shared.control.events(visit.caller(), which, asked.wanted()).await?;
    let kept = found.iter().take(usize::from(MOST)).map(kept).collect::<Result<Vec<_>, _>>()?;
    let older = (found.len() > kept.len()).then(|| kept.last().map(|last| last.id.clone()));
    let names = names(&shared, &kept).await?;
    let words = &visit.words().history;
    let events = kept.into_iter().map(|kept| line(kept, words, &names)).collect();
    let older = older.flatten().map(|last| asked.query_before(&last));
    Ok(page(StatusCode::OK, &HistoryPage { frame, words, asked: &asked, events, older }))
}

impl Asked {
    fn wanted(&self) -> Wanted {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Wanted {
            object: said(&self.object),
            actor: said(&self.actor),
            kind: said(&self.kind),
            from: day(&self.from, 0),
            until: day(&self.until, 1),
            before: self.before,
            without_mode: true,
            most: MOST + 1,
            ..Wanted::default()
        }
    }

    /// The same question about what was before that event.
    fn query_before(&self, event: &str) -> String {
        let pairs = [
            ("object", self.object.as_str()),
            ("actor", &self.actor),
            ("kind", &self.kind),
            ("from", &self.from),
            ("until", &self.until),
            ("before", event),
        ];
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }

    fn is_kind(&self, kind: &str) -> bool {
        self.kind == kind
    }
}

/// The beginning of a day, or of one after it; what is no day is not asked about.
fn day(text: &str, later: i64) -> Option<Timestamp> {
    let Ok(date) = text.parse::<Date>() else { return None };
    let date = date.checked_add(jiff::Span::new().days(later));
    match date.and_then(|date| date.to_zoned(TimeZone::UTC)) {
        Ok(moment) => Some(moment.timestamp()),
        Err(_out_of_range) => None,
    }
}

fn kept(recorded: &Recorded) -> Result<Kept, Failure> {
    let damaged = |_cause| StoreError::Inconsistent {
        table: "events",
        row: recorded.number.to_string(),
        column: "said",
    };
    Ok(serde_json::from_str(&recorded.said).map_err(damaged)?)
}

/// What people and keys are called, by their ids.
async fn names(shared: &Shared, events: &[Kept]) -> Result<BTreeMap<String, String>, StoreError> {
    let mut ids = BTreeSet::new();
    for event in events {
        ids.insert(event.actor.clone());
        ids.extend(event.object_id.clone());
    }
    let mut names = BTreeMap::new();
    for id in ids {
        let name = if let Ok(user) = id.parse::<UserId>() {
            shared.store.user(user).await?.map(|user| user.email.to_string())
        } else if let Ok(key) = id.parse::<KeyId>() {
            shared.store.key(key).await?.map(|key| format!("{} · {}", key.name, key.mask()))
        } else {
            None
        };
        names.extend(name.map(|name| (id, name)));
    }
    Ok(names)
}

fn line(kept: Kept, words: &HistoryWords, names: &BTreeMap<String, String>) -> Line {
    let name = |id: &String| names.get(id).unwrap_or(id).clone();
    let what = words.kinds.iter().find(|(kind, _)| *kind == kept.r#type);
    Line {
        at: Moment::of(kept.created),
        what: what.map_or_else(|| kept.r#type.clone(), |(_, said)| (*said).to_owned()),
        who: if kept.actor == "system" { words.system.to_owned() } else { name(&kept.actor) },
        object: kept.object_id.map(|id| Object { name: name(&id), id }),
        actor: kept.actor,
        from: kept.ip_address,
        program: kept.user_agent,
        refusal: Some(kept.outcome).filter(|outcome| outcome != "done"),
    }
}
