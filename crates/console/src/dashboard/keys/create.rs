//! `/{owner}/{side}/apikeys/create-secret`: a new secret key.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use keys::{Command, Home, Place};
use serde::Deserialize;

use super::super::failure::Failure;
use super::super::form::Csrf;
use super::super::frame::{Frame, Tab};
use super::super::panel::{Field, FieldKind, Panel};
use super::super::place::{InAccount, keys_path};
use super::super::visit::Visit;
use super::super::words::Words;
use super::value;
use crate::console::Shared;

#[derive(Deserialize)]
pub(super) struct CreateForm {
    name: String,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    InAccount(place): InAccount,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, Home::Account(place), Tab::Keys).await?;
    Ok(panel(visit.words(), place).page(&frame, None))
}

pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    InAccount(place): InAccount,
    form: Csrf<CreateForm>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &form.visit, Home::Account(place), Tab::Keys).await?;
    let panel = panel(form.visit.words(), place);
    let command = Command::CreateSecretKey { place, name: form.fields.name.clone(), note: None };
    value::carry_out(&shared, &frame, (None, panel), form, command).await
}

fn panel(words: &Words, place: Place) -> Panel {
    let texts = &words.panel;
    Panel {
        title: texts.create_title,
        about: None,
        text: texts.create_text.to_owned(),
        action: format!("{}/create-secret", keys_path(Home::Account(place))),
        back: keys_path(Home::Account(place)),
        submit: texts.create_submit,
        is_grave: false,
        fields: vec![Field {
            name: "name",
            label: words.keys.name,
            hint: texts.name_hint,
            value: String::new(),
            kind: FieldKind::Line,
        }],
    }
}
