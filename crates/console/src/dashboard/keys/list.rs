//! `GET /{account}/{mode}/apikeys`

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use keys::{Key, Kind};
use serde::Deserialize;

use super::super::failure::Failure;
use super::super::frame::{Frame, Tab};
use super::super::page;
use super::super::place::Here;
use super::super::visit::Visit;
use super::super::words::KeysWords;
use super::row::Row;
use super::verb::Verb;
use crate::console::Shared;
use crate::control::Which;

/// The most keys on a page.
const MOST: u16 = 100;

#[derive(Template)]
#[template(path = "keys/list.html")]
struct KeysPage<'p> {
    frame: Frame,
    keys: &'p KeysWords,
    notice: Option<&'static str>,
    standard: Vec<Row>,
    restricted: Vec<Row>,
    ended: Vec<Row>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    done: Option<Verb>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(place): Here,
    Query(Asked { done }): Query<Asked>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, place, Tab::Keys).await?;
    let which = Which { account: Some(place.account), mode: Some(place.mode) };
    let mut found = shared.control.keys(visit.caller(), which, None, MOST).await?;
    found.sort_by_key(|key| (key.kind != Kind::Publishable, std::cmp::Reverse(key.created_at)));
    let (words, now) = (visit.words(), (shared.world.now)());
    let rows = |wanted: fn(&Key) -> bool, alive: bool| -> Vec<Row> {
        let is_wanted = |key: &&Key| wanted(key) && key.standing.is_alive(now) == alive;
        found.iter().filter(is_wanted).map(|key| Row::of(key, words, now)).collect()
    };
    let keys = &words.keys;
    let page_of_keys = KeysPage {
        keys,
        notice: done.and_then(|verb| verb.notice(&keys.done)),
        standard: rows(|key| key.kind != Kind::Restricted, true),
        restricted: rows(|key| key.kind == Kind::Restricted, true),
        ended: rows(|_| true, false),
        frame,
    };
    Ok(page(StatusCode::OK, &page_of_keys))
}
