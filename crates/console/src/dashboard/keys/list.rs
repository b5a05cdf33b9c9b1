//! `GET /{account}/{mode}/apikeys`

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use keys::{Key, KeyId, Kind, Place};
use serde::Deserialize;
use store::Lives;

use super::super::failure::Failure;
use super::super::frame::{Frame, Tab};
use super::super::page;
use super::super::place::{Here, Query};
use super::super::visit::Visit;
use super::super::words::KeysWords;
use super::row::Row;
use super::told::Said;
use crate::console::Shared;
use crate::control::{Caller, ControlError};

/// The most living keys on a page: with styles and scripts it weighs less than 100 kB.
const MOST: u16 = 15;
/// The most on it of those that have ended.
const MOST_ENDED: u16 = 5;

#[derive(Template)]
#[template(path = "keys/list.html")]
struct KeysPage<'p> {
    frame: Frame,
    keys: &'p KeysWords,
    notices: Vec<&'static str>,
    standard: Vec<Row>,
    restricted: Vec<Row>,
    ended: Vec<Row>,
    /// The key after which the living go on, and that after which those that have ended do.
    older: Option<KeyId>,
    older_ended: Option<KeyId>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    after: Option<KeyId>,
    ended_after: Option<KeyId>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(place): Here,
    Query(Asked { after, ended_after }): Query<Asked>,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, place, Tab::Keys).await?;
    let (words, now) = (visit.words(), (shared.world.now)());
    let some = |lives, after, most| some(&shared, visit.caller(), place, (lives, after, most));
    let (mut living, older) = some(Lives::Living(now), after, MOST).await?;
    let (dead, older_ended) = some(Lives::Ended(now), ended_after, MOST_ENDED).await?;
    living.sort_by_key(|key| (key.kind != Kind::Publishable, std::cmp::Reverse(key.created_at)));
    let (mut standard, mut restricted) = (Vec::new(), Vec::new());
    for key in &living {
        let value = match key.kind {
            Kind::Publishable => shared.control.in_view(visit.caller(), key).await?,
            Kind::Secret | Kind::Restricted | Kind::Organization => None,
        };
        let rows = if key.kind == Kind::Restricted { &mut restricted } else { &mut standard };
        rows.push(Row { value, ..Row::of(key, words, now) });
    }
    let keys = &words.keys;
    let page_of_keys = KeysPage {
        keys,
        notices: said.told(visit.token()).map(|told| told.sentences(words)).unwrap_or_default(),
        standard,
        restricted,
        ended: dead.iter().map(|key| Row::of(key, words, now)).collect(),
        older,
        older_ended,
        frame,
    };
    Ok(page(StatusCode::OK, &page_of_keys))
}

/// A page of keys, and the last of them if there are more after it.
async fn some(
    shared: &Shared,
    caller: &Caller,
    place: Place,
    (lives, after, most): (Lives, Option<KeyId>, u16),
) -> Result<(Vec<Key>, Option<KeyId>), ControlError> {
    let mut found = shared.control.keys_of(caller, place, lives, (after, most + 1)).await?;
    let has_more = found.len() > usize::from(most);
    found.truncate(usize::from(most));
    let last = found.last().map(|key| key.id).filter(|_| has_more);
    Ok((found, last))
}
