//! `GET /{owner}/{side}/apikeys`

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use keys::{Home, Key, KeyId, Kind};
use serde::Deserialize;
use store::Lives;

use super::super::failure::Failure;
use super::super::frame::{Frame, Tab};
use super::super::page;
use super::super::place::{Here, Query};
use super::super::visit::Visit;
use super::super::words::{KeysWords, Words};
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
    title: &'static str,
    lead: &'static str,
    sections: Vec<Section>,
    ended: Vec<Row>,
    /// The key after which the living go on, and that after which those that have ended do.
    older: Option<KeyId>,
    older_ended: Option<KeyId>,
}

/// Living keys of some kinds.
struct Section {
    id: &'static str,
    title: &'static str,
    text: &'static str,
    /// Which keys are among them.
    lists: fn(Kind) -> bool,
    /// What is told where there are none.
    nothing: &'static str,
    create: Create,
    rows: Vec<Row>,
}

/// Where another key is made.
struct Create {
    verb: &'static str,
    text: &'static str,
    /// Whether it is the first thing that people want here.
    is_primary: bool,
    /// Whether a dialog has room for it.
    is_short: bool,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    after: Option<KeyId>,
    ended_after: Option<KeyId>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    Query(Asked { after, ended_after }): Query<Asked>,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Keys).await?;
    let (words, now) = (visit.words(), (shared.world.now)());
    let some = |lives, after, most| some(&shared, visit.caller(), home, (lives, after, most));
    let (mut living, older) = some(Lives::Living(now), after, MOST).await?;
    let (dead, older_ended) = some(Lives::Ended(now), ended_after, MOST_ENDED).await?;
    living.sort_by_key(|key| (key.kind != Kind::Publishable, std::cmp::Reverse(key.created_at)));
    let mut sections = sections(home, words);
    for key in &living {
        let value = match key.kind {
            Kind::Publishable => shared.control.in_view(visit.caller(), key).await?,
            Kind::Secret | Kind::Restricted | Kind::Organization => None,
        };
        if let Some(section) = sections.iter_mut().find(|section| (section.lists)(key.kind)) {
            section.rows.push(Row { value, ..Row::of(key, words, now) });
        }
    }
    let (keys, organization) = (&words.keys, words.organization);
    let (title, lead) = match home {
        Home::Account(_) => (keys.title, keys.lead),
        Home::Organization { .. } => (organization.keys, organization.keys_lead),
    };
    let page_of_keys = KeysPage {
        keys,
        notices: said.told(visit.token()).map(|told| told.sentences(words)).unwrap_or_default(),
        title,
        lead,
        sections,
        ended: dead.iter().map(|key| Row::of(key, words, now)).collect(),
        older,
        older_ended,
        frame,
    };
    Ok(page(StatusCode::OK, &page_of_keys))
}

/// The sections of the keys that live there.
fn sections(home: Home, words: &Words) -> Vec<Section> {
    let (keys, restricted, organization) = (&words.keys, &words.restricted, words.organization);
    let long = |text, is_primary| Create { verb: "create", text, is_primary, is_short: false };
    match home {
        Home::Account(_) => vec![
            Section {
                id: "standard",
                title: keys.standard,
                text: keys.standard_text,
                lists: |kind| !super::has_permissions(kind),
                nothing: keys.no_standard,
                create: Create {
                    verb: "create-secret",
                    text: keys.create_secret,
                    is_primary: true,
                    is_short: true,
                },
                rows: Vec::new(),
            },
            Section {
                id: "restricted",
                title: keys.restricted,
                text: keys.restricted_text,
                lists: super::has_permissions,
                nothing: keys.no_restricted,
                create: long(restricted.create, false),
                rows: Vec::new(),
            },
        ],
        Home::Organization { .. } => vec![Section {
            id: "organization",
            title: organization.living,
            text: organization.living_text,
            lists: |kind| kind == Kind::Organization,
            nothing: organization.no_keys,
            create: long(organization.create_key.title, true),
            rows: Vec::new(),
        }],
    }
}

/// A page of keys, and the last of them if there are more after it.
async fn some(
    shared: &Shared,
    caller: &Caller,
    home: Home,
    (lives, after, most): (Lives, Option<KeyId>, u16),
) -> Result<(Vec<Key>, Option<KeyId>), ControlError> {
    let (control, page) = (&shared.control, (after, most + 1));
    let mut found = match home {
        Home::Account(place) => control.keys_of(caller, place, lives, page).await?,
        Home::Organization { id, livemode } => {
            control.organization_keys(caller, (id, Some(livemode)), lives, page).await?
        }
    };
    let has_more = found.len() > usize::from(most);
    found.truncate(usize::from(most));
    let last = found.last().map(|key| key.id).filter(|_| has_more);
    Ok((found, last))
}
