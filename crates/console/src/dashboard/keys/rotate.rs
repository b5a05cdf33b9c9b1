//! `/{owner}/{side}/apikeys/{key}/rotate`: another key in the place of one, and how long the old one
//! works beside it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use keys::{Command, Ending, Key, KeyCommand};
use serde::Deserialize;

use super::super::failure::{Failure, Wrong};
use super::super::form::{Csrf, Pairs};
use super::super::frame::Frame;
use super::super::page;
use super::super::panel::{Ask, Panel};
use super::super::place::AtKey;
use super::super::time::{filled_in, to_fill_in};
use super::super::visit::Visit;
use super::super::words::{PanelWords, Words};
use super::verb::Verb;
use super::{found, panel_of, value};
use crate::console::Shared;

/// The choice of a time of one's own.
const OWN: &str = "own";

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Answers {
    ending: String,
    /// The time of one's own.
    at: String,
    /// The moment that the choice has come to mean, once a code was sent for it.
    until: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "keys/rotate.html")]
struct RotatePage<'p> {
    frame: &'p Frame,
    words: &'p PanelWords,
    panel: &'p Panel,
    ending: &'p str,
    at: &'p str,
    error: Option<&'p str>,
}

/// The form with its answers.
struct Form {
    panel: Panel,
    ending: String,
    at: String,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    at: AtKey,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &visit, at).await?;
    let form = Form::of(&key, visit.words(), &Answers::default());
    Ok(Form { ending: "now".to_owned(), ..form }.page(&frame, None))
}

pub(super) async fn rotate(
    State(shared): State<Arc<Shared>>,
    at: AtKey,
    mut form: Csrf<Answers>,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &form.visit, at).await?;
    let words = form.visit.words();
    let filled = Form::of(&key, words, &form.fields);
    let ending = match form.fields.ending(&words.panel, (shared.world.now)()) {
        Ok(ending) => ending,
        Err(told) => return Ok(filled.page(&frame, Some(&Wrong::answer(told.to_owned())))),
    };
    // A code is good for this very command, and an hour from now is soon another moment.
    if let Ending::At(at) = ending {
        form.pairs.set("until", at.to_string());
    }
    let command = Command::Key(key.id, KeyCommand::Rotate(ending));
    value::carry_out(&shared, &frame, (Some(Verb::Rotate), filled), form, command).await
}

/// How long two keys work beside each other, by the word for it.
pub(super) fn overlap(word: &str) -> Option<SignedDuration> {
    let hours = match word {
        "now" => 0,
        "1h" => 1,
        "24h" => 24,
        "3d" => 3 * 24,
        "7d" => 7 * 24,
        _ => return None,
    };
    Some(SignedDuration::from_hours(hours))
}

impl Answers {
    fn ending(&self, texts: &PanelWords, now: Timestamp) -> Result<Ending, &'static str> {
        if let Some(at) = self.until {
            return Ok(Ending::At(at));
        }
        if self.ending == OWN {
            return filled_in(&self.at).map(Ending::At).ok_or(texts.no_moment);
        }
        match overlap(&self.ending) {
            None => Err(texts.no_ending),
            Some(SignedDuration::ZERO) => Ok(Ending::Now),
            Some(length) => Ok(Ending::At(now.checked_add(length).unwrap_or(Timestamp::MAX))),
        }
    }
}

impl Form {
    fn of(key: &Key, words: &'static Words, answers: &Answers) -> Self {
        let texts = &words.panel;
        let panel = panel_of(key, Verb::Rotate, (texts.rotate_title, texts.rotate_submit));
        let panel = Panel { text: texts.rotate_text.to_owned(), ..panel };
        Self { panel, ending: answers.ending.clone(), at: to_fill_in(&answers.at) }
    }

    fn page(&self, frame: &Frame, wrong: Option<&Wrong>) -> Response {
        let template = RotatePage {
            frame,
            words: &frame.words.panel,
            panel: &self.panel,
            ending: &self.ending,
            at: &self.at,
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
