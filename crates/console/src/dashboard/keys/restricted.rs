//! `/{account}/{mode}/apikeys/create`: a new restricted key, and what it may do.
//!
//! The address can say what is filled in beforehand, as
//! `?name=Shop&permissions[]=charge_read&connect_permissions[]=customer_write`.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use keys::{Command, Grants, Level, PermissionError, Permissions, Place};
use serde::Deserialize;

use super::super::failure::{Failure, Wrong};
use super::super::form::{Csrf, Pairs};
use super::super::frame::{Frame, Tab};
use super::super::page;
use super::super::panel::{Ask, Panel};
use super::super::place::{Here, keys_path};
use super::super::visit::Visit;
use super::super::words::{RestrictedWords, Words};
use super::resources::GROUPS;
use super::value;
use crate::console::Shared;

/// What the names of the fields begin with, for the account's own data and for connected accounts.
const OWN: &str = "own.";
const CONNECT: &str = "connect.";

#[derive(Deserialize)]
pub(super) struct RestrictedForm {
    name: String,
}

#[derive(Template)]
#[template(path = "keys/restricted.html")]
struct RestrictedPage<'p> {
    frame: &'p Frame,
    words: &'p RestrictedWords,
    panel: &'p Panel,
    name: &'p str,
    groups: Vec<GroupRows>,
    count: usize,
    /// Links that fill the form in.
    read_all: String,
    none: String,
    error: Option<&'p str>,
}

struct GroupRows {
    name: &'static str,
    rows: Vec<ResourceRow>,
}

struct ResourceRow {
    resource: &'static str,
    label: &'static str,
    own: &'static str,
    connect: &'static str,
}

/// The form with its answers.
struct Questions {
    panel: Panel,
    name: String,
    grants: Grants,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(place): Here,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, place, Tab::Keys).await?;
    let query = query.unwrap_or_default();
    let said: Vec<(String, String)> =
        serde_urlencoded::from_str(&query).map_err(|_cause| Failure::Missing)?;
    let panel = panel(visit.words(), place);
    Ok(match prefilled(&said) {
        Ok(grants) => {
            let name = said.iter().find(|(name, _)| name == "name");
            let name = name.map(|(_, name)| name.clone()).unwrap_or_default();
            Questions { panel, name, grants }.page(&frame, None)
        }
        Err(error) => {
            let wrong = Wrong::answer(format!("{error}."));
            let (name, grants) = (String::new(), Grants::none());
            Questions { panel, name, grants }.page(&frame, Some(&wrong))
        }
    })
}

pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    Here(place): Here,
    form: Csrf<RestrictedForm>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &form.visit, place, Tab::Keys).await?;
    let name = form.fields.name.clone();
    let panel = panel(form.visit.words(), place);
    let grants = match answered(&form.pairs) {
        Ok(grants) => grants,
        Err(error) => {
            let wrong = Wrong::answer(format!("{error}."));
            let asked = Questions { panel, name, grants: Grants::none() };
            return Ok(asked.page(&frame, Some(&wrong)));
        }
    };
    let (asked_name, asked_grants) = (name.clone(), grants.clone());
    let command = Command::CreateRestrictedKey { place, name, note: None, grants };
    let asked = Questions { panel, name: asked_name, grants: asked_grants };
    value::carry_out(&shared, &frame, (None, asked), form, command).await
}

fn panel(words: &Words, place: Place) -> Panel {
    let texts = &words.restricted;
    Panel {
        title: texts.title,
        about: None,
        text: texts.text.to_owned(),
        action: format!("{}/create", keys_path(place)),
        back: keys_path(place),
        submit: words.panel.create_submit,
        is_grave: false,
        fields: Vec::new(),
    }
}

impl Questions {
    fn page(&self, frame: &Frame, wrong: Option<&Wrong>) -> Response {
        let list = keys_path(frame.place);
        let Grants { own, connect } = &self.grants;
        let template = RestrictedPage {
            frame,
            words: &frame.words.restricted,
            panel: &self.panel,
            name: &self.name,
            groups: rows(&self.grants),
            count: own.iter().count() + connect.iter().count(),
            read_all: format!("{list}/create?{}", reading_all()),
            none: format!("{list}/create"),
            error: wrong.map(|wrong| wrong.text.as_str()),
        };
        page(wrong.map_or(StatusCode::OK, |wrong| wrong.status), &template)
    }
}

impl Ask for Questions {
    fn panel(&self) -> &Panel {
        &self.panel
    }

    fn again(self, frame: &Frame, _pairs: &Pairs, wrong: &Wrong) -> Response {
        self.page(frame, Some(wrong))
    }
}

fn rows(grants: &Grants) -> Vec<GroupRows> {
    let row = |(resource, label): &(&'static str, &'static str)| ResourceRow {
        resource,
        label,
        own: word(grants.own.level(resource)),
        connect: word(grants.connect.level(resource)),
    };
    let group = |group: &super::resources::Group| GroupRows {
        name: group.name,
        rows: group.resources.iter().map(row).collect(),
    };
    GROUPS.iter().map(group).collect()
}

fn word(level: Level) -> &'static str {
    match level {
        Level::None => "none",
        Level::Read => "read",
        Level::Write => "write",
    }
}

/// What a link fills in.
fn prefilled(said: &[(String, String)]) -> Result<Grants, PermissionError> {
    let of = |wanted: &str| {
        let texts = said.iter().filter(|(name, _)| name == wanted);
        Permissions::parse(texts.map(|(_, text)| text.as_str()))
    };
    Ok(Grants { own: of("permissions[]")?, connect: of("connect_permissions[]")? })
}

/// What the answers grant.
fn answered(pairs: &Pairs) -> Result<Grants, PermissionError> {
    let of = |prefix: &str| {
        let granted = pairs.iter().filter(|(_, level)| *level != "none");
        let named = granted.filter_map(|(name, level)| Some((name.strip_prefix(prefix)?, level)));
        let texts: Vec<String> =
            named.map(|(resource, level)| format!("{resource}_{level}")).collect();
        Permissions::parse(texts.iter().map(String::as_str))
    };
    Ok(Grants { own: of(OWN)?, connect: of(CONNECT)? })
}

/// The query that grants reading of everything.
fn reading_all() -> String {
    let all = GROUPS.iter().flat_map(|group| group.resources);
    let all: Vec<String> =
        all.map(|(resource, _)| format!("permissions[]={resource}_read")).collect();
    all.join("&")
}
