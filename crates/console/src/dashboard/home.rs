//! `GET /{account}/{mode}`: where one begins.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use keys::{IpRestriction, Key, Kind, Livemode, Place, Standing};
use store::Lives;

use super::failure::Failure;
use super::frame::{Frame, Tab};
use super::page;
use super::place::Here;
use super::time::left;
use super::visit::Visit;
use super::words::{HomeWords, Words};
use crate::console::Shared;
use crate::control::{Caller, ControlError};

/// How many keys are looked at in one go.
const MOST: u16 = 500;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'p> {
    frame: Frame,
    words: &'p HomeWords,
    gateway_url: &'p str,
    first_call: Option<FirstCall>,
    attention: Vec<Attention>,
}

/// The key that the first call is made with.
struct FirstCall {
    id: String,
    mask: String,
}

/// A key, and why somebody should look at it.
struct Attention {
    id: String,
    name: String,
    why: String,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(place): Here,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, place, Tab::Home).await?;
    let (words, now) = (visit.words(), (shared.world.now)());
    let found = match living(&shared, visit.caller(), place).await {
        // Whoever may not see keys begins here, too.
        Err(ControlError::NotAllowed(_)) => Vec::new(),
        found => found?,
    };
    let is_first = |key: &&Key| key.kind == Kind::Secret && frame.is_sandbox();
    let first = found.iter().filter(is_first).min_by_key(|key| key.created_at);
    let first_call =
        first.map(|key| FirstCall { id: key.id.to_string(), mask: key.mask().to_string() });
    let attention = found.iter().filter_map(|key| {
        let why = why(key, words, now)?;
        Some(Attention { id: key.id.to_string(), name: key.name.clone(), why })
    });
    let home = HomePage {
        words: &words.home,
        gateway_url: &shared.gateway_url,
        first_call,
        attention: attention.collect(),
        frame,
    };
    Ok(page(StatusCode::OK, &home))
}

/// All living keys of a place.
async fn living(shared: &Shared, caller: &Caller, place: Place) -> Result<Vec<Key>, ControlError> {
    let lives = Lives::Living((shared.world.now)());
    let mut found: Vec<Key> = Vec::new();
    loop {
        let after = found.last().map(|key| key.id);
        let more = shared.control.keys_of(caller, place, lives, (after, MOST)).await?;
        let is_last = more.len() < usize::from(MOST);
        found.extend(more);
        if is_last {
            return Ok(found);
        }
    }
}

/// Why somebody should look at a living key: what ends first, then what is open, then what is idle.
fn why(key: &Key, words: &Words, now: jiff::Timestamp) -> Option<String> {
    if let Standing::Expiring { at } = key.standing {
        return Some(format!("{} {}", words.keys.expires_in, left(at, now, &words.keys.units)));
    }
    let is_live_secret =
        key.kind != Kind::Publishable && key.place.mode.livemode() == Livemode::Live;
    if is_live_secret && key.restriction == IpRestriction::Anywhere {
        return Some(words.home.from_anywhere.to_owned());
    }
    let is_idle = key.last_used_at.is_none() && key.kind != Kind::Publishable;
    is_idle.then(|| words.home.never_used.to_owned())
}
