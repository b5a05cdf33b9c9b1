//! `GET /{owner}/{side}/history`: what was asked for, by whom, from where, and what came of it.

mod choices;
mod line;
mod naming;

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use keys::{EventId, Home, Place};
use serde::Deserialize;
use store::Wanted;

use self::choices::{Choice, choices, people};
use self::line::{Kept, Line};
use self::naming::names;
use super::failure::Failure;
use super::frame::{Frame, Tab};
use super::page;
use super::place::{Here, Query};
use super::visit::Visit;
use super::words::HistoryWords;
use crate::console::Shared;
use crate::control::Which;

/// How many are on a page.
const MOST: u16 = 40;

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

/// What things and people are called, by their ids.
type Names = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage<'p> {
    frame: Frame,
    words: &'p HistoryWords,
    asked: &'p Asked,
    objects: Vec<Choice>,
    actors: Vec<Choice>,
    events: Vec<Line>,
    older: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::History).await?;
    let (which, wanted) = asked.wanted(home);
    let found = shared.control.events(visit.caller(), which, wanted).await?;
    let kept = found.iter().take(usize::from(MOST)).map(Kept::of).collect::<Result<Vec<_>, _>>()?;
    let older = (found.len() > kept.len()).then(|| kept.last().map(|last| last.id.clone()));
    let known = people(&shared, &visit, &frame).await?;
    let mut names = names(&shared, home, &known, &kept).await?;
    names.insert(home.owner(), frame.name().to_owned());
    names.insert(home.side(), frame.mode_name().to_owned());
    let (objects, actors) =
        choices(&shared, (&visit, &frame), known, (&asked, &kept, &names)).await?;
    let words = visit.words();
    let events = kept.into_iter().map(|kept| Line::of(kept, words, &names)).collect();
    let older = older.flatten().map(|last| asked.but("before", &last));
    let (asked, words) = (&asked, &words.history);
    let history = HistoryPage { frame, words, asked, objects, actors, events, older };
    Ok(page(StatusCode::OK, &history))
}

impl Asked {
    /// Of an account and mode with all that is about the account itself, or of an organization.
    fn wanted(&self, home: Home) -> (Which, Wanted) {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let which = home.place().map_or_else(Which::default, |Place { account, mode }| Which {
            account: Some(account),
            mode: Some(mode),
        });
        let wanted = Wanted {
            organization: home.organization(),
            object: said(&self.object),
            actor: said(&self.actor),
            kind: said(&self.kind),
            from: day(&self.from, 0),
            until: day(&self.until, 1),
            before: self.before,
            without_mode: true,
            most: MOST + 1,
            ..Wanted::default()
        };
        (which, wanted)
    }

    /// The query of the same question with another answer in one place; from the newest on, where it
    /// does not say from which.
    fn but(&self, name: &str, value: &str) -> String {
        let mut pairs = vec![
            ("object", self.object.as_str()),
            ("actor", &self.actor),
            ("kind", &self.kind),
            ("from", &self.from),
            ("until", &self.until),
        ];
        pairs.retain(|(asked, text)| *asked != name && !text.is_empty());
        pairs.push((name, value));
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }

    fn is_kind(&self, kind: &str) -> bool {
        self.kind == kind
    }

    /// Whether anything is asked about at all.
    fn is_narrow(&self) -> bool {
        let asked = [&self.object, &self.actor, &self.kind, &self.from, &self.until];
        asked.into_iter().any(|text| !text.is_empty())
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
