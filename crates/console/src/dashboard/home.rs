//! `GET /{owner}/{side}`: where one begins.

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::{Home, IpRestriction, Key, Kind, Livemode, Place, Standing};

use super::failure::Failure;
use super::frame::{AccountFrame, Tab};
use super::place::{Here, InOrganization, Query};
use super::settings::Said;
use super::time::{Moment, Remaining, left};
use super::visit::Visit;
use super::words::HomeWords;
use super::{organization, page};
use crate::console::Shared;
use crate::control::ControlError;

/// How many keys are looked through for one that the first call is made with.
const LOOKED_AT: u16 = 100;
/// How many keys that need attention are told of.
const MOST_TOLD: u16 = 10;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'p> {
    frame: AccountFrame,
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
    Here(home): Here,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    match home {
        Home::Account(place) => account(&shared, &visit, place).await,
        Home::Organization { id, livemode } => {
            organization::show(&shared, &visit, InOrganization { id, livemode }, said).await
        }
    }
}

async fn account(shared: &Arc<Shared>, visit: &Visit, place: Place) -> Result<Response, Failure> {
    let frame = AccountFrame::of(shared, visit, place, Tab::Home).await?;
    let (words, now) = (visit.words(), (shared.world.now)());
    let (first, found) = match found(shared, visit, place).await {
        // Whoever may not see keys begins here, too.
        Err(ControlError::NotAllowed(_)) => (None, store::Attention::default()),
        found => found?,
    };
    let is_first = |key: &Key| first.as_ref().is_some_and(|first| first.id == key.id);
    let attention = found.keys.iter().filter_map(|key| {
        let why = Why::of(key, is_first(key))?;
        Some(Attention { id: key.id.to_string(), name: key.name.clone(), why })
    });
    let mut attention: Vec<Attention> = attention.collect();
    attention.sort_by(|one, other| one.why.cmp(&other.why));
    let more = found.all.saturating_sub(attention.len());
    let first_call =
        first.map(|key| FirstCall { id: key.id.to_string(), mask: key.mask().to_string() });
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

/// The key that a first call is made with, where nothing is real, and those that need attention.
async fn found(
    shared: &Shared,
    visit: &Visit,
    place: Place,
) -> Result<(Option<Key>, store::Attention), ControlError> {
    let (control, caller) = (&shared.control, visit.caller());
    let first = match place.mode.livemode() {
        Livemode::Live => None,
        Livemode::Test => {
            first(control.oldest_secret_keys(caller, place, LOOKED_AT).await?, visit.address())
        }
    };
    let before_others = first.as_ref().map(|key| key.id);
    Ok((first, control.attention(caller, place, (before_others, MOST_TOLD)).await?))
}

/// The secret key that a first call is made with: the oldest of those that answer from there.
fn first(secret: Vec<Key>, own: IpAddr) -> Option<Key> {
    secret.into_iter().min_by_key(|key| {
        (key.standing != Standing::Active, !key.restriction.allows(own), key.created_at)
    })
}

impl Why {
    fn of(key: &Key, is_first: bool) -> Option<Self> {
        if let Standing::Expiring { at } = key.standing {
            return Some(Self::Expires(at));
        }
        if key.kind == Kind::Publishable {
            return None;
        }
        let is_live = key.home.livemode() == Livemode::Live;
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
