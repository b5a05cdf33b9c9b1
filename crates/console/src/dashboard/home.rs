//! `GET /{account}/{mode}`: where one begins.

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::{IpRestriction, Key, Kind, Livemode, Place, Standing};
use store::Lives;

use super::failure::Failure;
use super::frame::{Frame, Tab};
use super::page;
use super::place::Here;
use super::time::{Moment, Remaining, left};
use super::visit::Visit;
use super::words::HomeWords;
use crate::console::Shared;
use crate::control::{Caller, ControlError};

/// How many keys are looked at in one go.
const MOST: u16 = 500;
/// How many keys that need attention are told of.
const MOST_TOLD: usize = 10;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'p> {
    frame: Frame,
    words: &'p HomeWords,
    gateway_url: &'p str,
    now: Timestamp,
    first_call: Option<FirstCall>,
    attention: Vec<Attention>,
    /// How many more there are.
    more: usize,
}

/// The key that the first call is made with.
struct FirstCall {
    id: String,
    mask: String,
}

/// A key, why somebody should look at it, and where that is mended.
struct Attention {
    id: String,
    name: String,
    why: Why,
}

/// Why somebody should look at a living key: what ends first, then what is open, then what is idle.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    /// It ends.
    Expires(Timestamp),
    /// It is a live one without an IP restriction.
    FromAnywhere,
    /// It was never used, and a first call can be made with it from this very page.
    FirstCall,
    /// It was never used.
    NeverUsed,
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
    let first = first(&found, visit.address()).filter(|_| frame.is_sandbox());
    let first_call =
        first.map(|key| FirstCall { id: key.id.to_string(), mask: key.mask().to_string() });
    let is_first = |key: &Key| first.is_some_and(|first| first.id == key.id);
    let attention = found.iter().filter_map(|key| {
        let why = Why::of(key, is_first(key))?;
        Some(Attention { id: key.id.to_string(), name: key.name.clone(), why })
    });
    let mut attention: Vec<Attention> = attention.collect();
    attention.sort_by(|one, other| one.why.cmp(&other.why));
    let more = attention.len().saturating_sub(MOST_TOLD);
    attention.truncate(MOST_TOLD);
    let home = HomePage {
        words: &words.home,
        gateway_url: &shared.gateway_url,
        now,
        first_call,
        attention,
        more,
        frame,
    };
    Ok(page(StatusCode::OK, &home))
}

/// The secret key that a first call is made with: the oldest of those that answer from there.
fn first(keys: &[Key], own: IpAddr) -> Option<&Key> {
    let secret = keys.iter().filter(|key| key.kind == Kind::Secret);
    secret.min_by_key(|key| {
        (key.standing != Standing::Active, !key.restriction.allows(own), key.created_at)
    })
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

impl Why {
    fn of(key: &Key, is_first: bool) -> Option<Self> {
        if let Standing::Expiring { at } = key.standing {
            return Some(Self::Expires(at));
        }
        if key.kind == Kind::Publishable {
            return None;
        }
        let is_live = key.place.mode.livemode() == Livemode::Live;
        if is_live && key.restriction == IpRestriction::Anywhere {
            return Some(Self::FromAnywhere);
        }
        if key.last_used_at.is_some() {
            return None;
        }
        Some(if is_first { Self::FirstCall } else { Self::NeverUsed })
    }
}

impl HomePage<'_> {
    /// What is left of a key that ends then.
    fn left(&self, at: &Timestamp) -> Remaining {
        Remaining { left: left(*at, self.now, &self.frame.words.keys.units), at: Moment::of(*at) }
    }
}
