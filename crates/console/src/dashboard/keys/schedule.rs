//! `/{owner}/{side}/apikeys/{key}/schedule`: rotations that the system makes, and the end of that.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::SignedDuration;
use keys::{Command, Days, Key, KeyCommand, Schedule};
use serde::Deserialize;

use super::super::failure::{Failure, Wrong};
use super::super::form::{Csrf, Pairs};
use super::super::frame::Frame;
use super::super::page;
use super::super::panel::{Ask, Panel};
use super::super::place::AtKey;
use super::super::time::{Moment, filled_in, left, to_fill_in};
use super::super::visit::Visit;
use super::super::words::{PanelWords, Words};
use super::rotate::overlap;
use super::verb::Verb;
use super::{found, panel_of, value};
use crate::console::Shared;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    when: String,
    every: String,
    /// How long the old key works beside the new one.
    grace: String,
}

#[derive(Template)]
#[template(path = "keys/schedule.html")]
struct SchedulePage<'p> {
    frame: &'p Frame,
    words: &'p PanelWords,
    form: &'p Form,
    error: Option<&'p str>,
}

/// The form with its answers.
struct Form {
    panel: Panel,
    present: Option<Present>,
    answers: Answers,
}

/// The schedule that a key has.
struct Present {
    next: Moment,
    /// Every so many days, in words.
    every: Option<String>,
    /// How long the old key then works on, if that is none of the lengths that are offered: as the
    /// form says it, and in words.
    grace: Option<(String, String)>,
    /// Where it is taken back.
    cancel: String,
}

/// The lengths that are offered for the old key to work on.
const GRACES: [&str; 5] = ["now", "1h", "24h", "3d", "7d"];

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    at: AtKey,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &visit, at).await?;
    let answers = key.schedule.map_or_else(Answers::none, Answers::of);
    Ok(Form::of(&key, visit.words(), answers).page(&frame, None))
}

pub(super) async fn schedule(
    State(shared): State<Arc<Shared>>,
    at: AtKey,
    form: Csrf<Answers>,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &form.visit, at).await?;
    let words = form.visit.words();
    let Answers { when, every, grace } = &form.fields;
    let again = Answers { when: to_fill_in(when), every: every.clone(), grace: grace.clone() };
    let filled = Form::of(&key, words, again);
    let schedule = match form.fields.schedule(&words.panel) {
        Ok(schedule) => schedule,
        Err(told) => return Ok(filled.page(&frame, Some(&Wrong::answer(told.to_owned())))),
    };
    let command = Command::Key(key.id, KeyCommand::Schedule(schedule));
    value::carry_out(&shared, &frame, (Some(Verb::Schedule), filled), form, command).await
}

impl Answers {
    fn none() -> Self {
        Self { grace: "now".to_owned(), ..Self::default() }
    }

    /// Those that lead to a schedule.
    fn of(schedule: Schedule) -> Self {
        Self {
            when: to_fill_in(&schedule.next.to_string()),
            every: schedule.every.map(|days| days.count().to_string()).unwrap_or_default(),
            grace: word_of(schedule.grace),
        }
    }

    fn schedule(&self, texts: &PanelWords) -> Result<Schedule, &'static str> {
        let next = filled_in(&self.when).ok_or(texts.no_moment)?;
        let every = match self.every.trim() {
            "" => None,
            days => Some(days.parse().map_or(None, Days::new).ok_or(texts.no_days)?),
        };
        let seconds = |word: &str| match word.strip_suffix('s').map(str::parse) {
            Some(Ok(seconds)) => Some(SignedDuration::from_secs(seconds)),
            Some(Err(_)) | None => None,
        };
        let length = |word| overlap(word).or(seconds(word));
        let grace = length(&self.grace).ok_or(texts.no_ending)?;
        Ok(Schedule { next, every, grace })
    }
}

/// A length as the form says it.
fn word_of(grace: SignedDuration) -> String {
    let offered = GRACES.into_iter().find(|word| overlap(word) == Some(grace));
    offered.map_or_else(|| format!("{}s", grace.as_secs()), str::to_owned)
}

impl Form {
    fn of(key: &Key, words: &'static Words, answers: Answers) -> Self {
        let texts = &words.panel;
        let panel = panel_of(key, Verb::Schedule, (texts.schedule_title, texts.schedule_submit));
        let lasts = |length| {
            let now = jiff::Timestamp::UNIX_EPOCH;
            left(now.checked_add(length).unwrap_or(now), now, &words.keys.units)
        };
        let day = |days: Days| SignedDuration::from_hours(24 * i64::from(days.count()));
        let present = key.schedule.map(|schedule| {
            let grace = (word_of(schedule.grace), lasts(schedule.grace));
            Present {
                next: Moment::of(schedule.next),
                every: schedule.every.map(|days| lasts(day(days))),
                grace: Some(grace).filter(|(word, _)| !GRACES.contains(&word.as_str())),
                cancel: panel_of(key, Verb::Cancel, (texts.schedule_cancel, "")).action,
            }
        });
        let panel = Panel { text: texts.schedule_text.to_owned(), ..panel };
        Self { panel, present, answers }
    }

    fn page(&self, frame: &Frame, wrong: Option<&Wrong>) -> Response {
        let template = SchedulePage {
            frame,
            words: &frame.words.panel,
            form: self,
            error: wrong.map(|wrong| wrong.text.as_str()),
        };
        page(wrong.map_or(StatusCode::OK, |wrong| wrong.status), &template)
    }
}

impl Ask for Form {
    fn panel(&self) -> &Panel {
        &self.panel
    }

    fn again(self, frame: &Frame, _pairs: &Pairs, wrong: &Wrong) -> Response {
        self.page(frame, Some(wrong))
    }
}
