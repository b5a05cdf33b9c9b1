//! What came of a form: a value to be saved, a question for a code, or what was wrong.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use keys::{Change, Command, Key, KeyValue, Reveal};

use super::super::failure::Failure;
use super::super::form::Csrf;
use super::super::frame::Frame;
use super::super::page;
use super::super::panel::{Ask, not_done};
use super::super::place::keys_path;
use super::super::visit::Visit;
use super::super::words::PanelWords;
use super::told::Told;
use super::verb::Verb;
use crate::console::Shared;
use crate::control::{Done, Force};

#[derive(Template)]
#[template(path = "keys/value.html")]
struct ValuePage<'p> {
    frame: &'p Frame,
    words: &'p PanelWords,
    name: &'p str,
    value: &'p str,
    note: &'p str,
    is_last_time: bool,
    /// Whether it is not yet in force everywhere.
    is_later: bool,
    /// Where the note is sent.
    edit: String,
}

/// Has a command carried out that somebody filled in a form for.
pub(super) async fn carry_out<T: Send>(
    shared: &Arc<Shared>,
    frame: &Frame,
    (verb, ask): (Option<Verb>, impl Ask),
    form: Csrf<T>,
    command: Command,
) -> Result<Response, Failure> {
    let caller = form.visit.caller();
    match shared.control.carry_out(caller, command, form.code.as_deref()).await {
        Ok(done) => Ok(told(frame, &form.visit, verb, done)),
        Err(error) => not_done(frame, ask, &form.pairs, error),
    }
}

fn told(frame: &Frame, visit: &Visit, verb: Option<Verb>, done: Done) -> Response {
    let Done { changes, revealed, force } = done;
    let later = force == Force::NotYet;
    let shown = |key: &Key, value: &KeyValue| {
        let value_page = ValuePage {
            frame,
            words: &frame.words.panel,
            name: &key.name,
            value: value.expose(),
            note: key.note.as_deref().unwrap_or_default(),
            is_last_time: key.reveal == Reveal::Never,
            is_later: later,
            edit: format!("{}/{}/edit", keys_path(frame.home), key.id),
        };
        page(StatusCode::OK, &value_page)
    };
    if let Some(made) = changes.iter().find_map(Change::made) {
        return shown(&made.key, &made.value);
    }
    if let (Some(value), Some(key)) = (revealed, changes.iter().find_map(Change::key)) {
        return shown(key, &value);
    }
    let list = keys_path(frame.home);
    let to = verb.map_or(list.clone(), |verb| {
        let key = changes.iter().find_map(Change::key).filter(|_| verb == Verb::Restrict);
        let out = key.is_some_and(|key| !key.restriction.allows(visit.address()));
        format!("{list}?{}", Told { verb, later, out }.query(visit.token()))
    });
    Redirect::to(&to).into_response()
}
