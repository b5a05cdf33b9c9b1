//! `/{owner}/{side}/apikeys/{key}/duplicate`: a restricted key with the name and permissions of
//! another, which can be changed before it is made.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use keys::{Command, Key, KeyCommand};

use super::super::failure::Failure;
use super::super::form::Csrf;
use super::super::panel::Panel;
use super::super::place::AtKey;
use super::super::visit::Visit;
use super::super::words::Words;
use super::prefill::Linked;
use super::restricted::{Questions, RestrictedForm, creating};
use super::verb::Verb;
use super::{found, has_permissions, panel_of, value};
use crate::console::Shared;

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    at: AtKey,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &visit, at).await?;
    let Linked { name, grants, left_out } = Linked::of(query.as_deref())?;
    let panel = panel(&key, visit.words())?;
    let name = Some(name.unwrap_or(key.name));
    let grants = grants.unwrap_or(key.grants);
    Ok(Questions { panel, name, grants, left_out }.page(&frame, None))
}

pub(super) async fn duplicate(
    State(shared): State<Arc<Shared>>,
    at: AtKey,
    form: Csrf<RestrictedForm>,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &form.visit, at).await?;
    let panel = panel(&key, form.visit.words())?;
    let name = form.fields.name.clone();
    let (asked, wrong) = Questions::answered(frame.words, panel, Some(name.clone()), &form.pairs);
    if wrong.is_some() {
        return Ok(asked.page(&frame, wrong.as_ref()));
    }
    // With other permissions it is a key of its own, and no duplicate.
    let command = if asked.grants == key.grants {
        Command::Key(key.id, KeyCommand::Duplicate { name: Some(name), note: None })
    } else {
        creating(key.home, name, asked.grants.clone())
    };
    value::carry_out(&shared, &frame, (Some(Verb::Duplicate), asked), form, command).await
}

/// Others than restricted keys and those of organizations have no permissions to begin with.
fn panel(key: &Key, words: &'static Words) -> Result<Panel, Failure> {
    if !has_permissions(key.kind) {
        return Err(Failure::Missing);
    }
    let texts = &words.panel;
    let panel = panel_of(key, Verb::Duplicate, (texts.duplicate_title, texts.duplicate_submit));
    Ok(Panel { text: texts.duplicate_text.to_owned(), ..panel })
}
