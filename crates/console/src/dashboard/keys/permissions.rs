//! `/{owner}/{side}/apikeys/{key}/permissions`: what a restricted key may do from now on.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use keys::{Command, Edit, Key, KeyCommand};
use serde::Deserialize;

use super::super::failure::Failure;
use super::super::form::Csrf;
use super::super::panel::Panel;
use super::super::place::AtKey;
use super::super::visit::Visit;
use super::super::words::Words;
use super::prefill::Linked;
use super::restricted::Questions;
use super::verb::Verb;
use super::{found, has_permissions, panel_of, value};
use crate::console::Shared;

/// All that is asked for is a level for each resource.
#[derive(Deserialize)]
pub(super) struct Answers {}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    at: AtKey,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &visit, at).await?;
    let Linked { grants, left_out, .. } = Linked::of(query.as_deref())?;
    let panel = panel(&key, visit.words())?;
    let grants = grants.unwrap_or(key.grants);
    Ok(Questions { panel, name: None, grants, left_out }.page(&frame, None))
}

pub(super) async fn save(
    State(shared): State<Arc<Shared>>,
    at: AtKey,
    form: Csrf<Answers>,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &form.visit, at).await?;
    let panel = panel(&key, form.visit.words())?;
    let (asked, wrong) = Questions::answered(frame.words, panel, None, &form.pairs);
    if wrong.is_some() {
        return Ok(asked.page(&frame, wrong.as_ref()));
    }
    let edit = Edit {
        permissions: Some(asked.grants.own.clone()),
        connect_permissions: Some(asked.grants.connect.clone()),
        ..Edit::default()
    };
    let command = Command::Key(key.id, KeyCommand::Edit(edit));
    value::carry_out(&shared, &frame, (Some(Verb::Permissions), asked), form, command).await
}

/// Others than restricted keys and those of organizations have none.
fn panel(key: &Key, words: &'static Words) -> Result<Panel, Failure> {
    if !has_permissions(key.kind) {
        return Err(Failure::Missing);
    }
    let texts = &words.restricted;
    let panel = panel_of(key, Verb::Permissions, (texts.change_title, words.panel.save));
    Ok(Panel { text: texts.change_text.to_owned(), ..panel })
}
