//! `/{account}/{mode}/apikeys/{key}/{verb}`: what is done to a key.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use keys::{Command, Ending, Key, KeyCommand};
use serde::Deserialize;

use super::super::failure::{Failure, Wrong};
use super::super::form::Csrf;
use super::super::frame::{Frame, Tab};
use super::super::panel::Ask;
use super::super::place::{AtKey, Path};
use super::super::visit::Visit;
use super::value;
use super::verb::{Fields, Verb};
use crate::console::Shared;

#[derive(Deserialize)]
pub(super) struct Asked {
    verb: Verb,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    at: AtKey,
    Path(Asked { verb }): Path<Asked>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, at.place, Tab::Keys).await?;
    let key = key(&shared, &visit, at).await?;
    Ok(verb.panel(&key, visit.words(), visit.address()).page(&frame, None))
}

pub(super) async fn act(
    State(shared): State<Arc<Shared>>,
    at: AtKey,
    Path(Asked { verb }): Path<Asked>,
    mut form: Csrf<Fields>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    let frame = Frame::of(&shared, visit, at.place, Tab::Keys).await?;
    let key = key(&shared, visit, at).await?;
    let panel = verb.panel(&key, visit.words(), visit.address());
    match verb.command(&form.fields, &visit.words().panel, (shared.world.now)()) {
        Ok(command) => {
            // A code is good for this very command, and an hour from now is soon another moment.
            if let KeyCommand::Rotate(Ending::At(at)) = &command {
                form.pairs.set("until", at.to_string());
            }
            let command = Command::Key(key.id, command);
            value::carry_out(&shared, &frame, (Some(verb), panel), form, command).await
        }
        Err(told) => Ok(panel.again(&frame, &form.pairs, &Wrong::answer(told))),
    }
}

/// The key of the address, if it is one of that account and mode.
async fn key(shared: &Arc<Shared>, visit: &Visit, at: AtKey) -> Result<Key, Failure> {
    let key = shared.control.key(visit.caller(), at.key).await?;
    if key.place == at.place { Ok(key) } else { Err(Failure::Missing) }
}
