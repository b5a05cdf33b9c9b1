//! `/{owner}/{side}/apikeys/create`: a new restricted key, or a new key of an
//! organization, and what it may do.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use keys::{Command, Grants, Home, Level, Livemode};
use serde::Deserialize;

use super::super::failure::{Failure, Wrong};
use super::super::form::{Csrf, Pairs};
use super::super::frame::{Frame, Tab};
use super::super::page;
use super::super::panel::{Ask, Panel};
use super::super::place::{Here, keys_path};
use super::super::visit::Visit;
use super::super::words::{Group, RestrictedWords, Words};
use super::prefill::{Linked, answered, is_listed};
use super::resources::management;
use super::value;
use crate::console::Shared;
use crate::problem::Problem;

#[derive(Deserialize)]
pub(super) struct RestrictedForm {
    pub(super) name: String,
}

#[derive(Template)]
#[template(path = "keys/restricted.html")]
struct RestrictedPage<'p> {
    frame: &'p Frame,
    words: &'p RestrictedWords,
    questions: &'p Questions,
    panel: &'p Panel,
    groups: Vec<GroupRows>,
    count: usize,
    /// What the permissions on the key's own accounts are called.
    own: &'static str,
    /// The address that a link to the same form begins with.
    link: String,
    error: Option<&'p str>,
}

struct GroupRows {
    name: &'static str,
    rows: Vec<ResourceRow>,
}

struct ResourceRow {
    resource: String,
    label: String,
    own: &'static str,
    connect: &'static str,
}

/// The form with its answers.
pub(super) struct Questions {
    pub(super) panel: Panel,
    /// The name, where it is asked for.
    pub(super) name: Option<String>,
    pub(super) grants: Grants,
    /// What a link says and nobody knows.
    pub(super) left_out: Vec<String>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Keys).await?;
    let linked = Linked::of(query.as_deref())?;
    let asked = Questions {
        panel: panel(visit.words(), home),
        name: Some(linked.name.unwrap_or_default()),
        grants: linked.grants.unwrap_or_default(),
        left_out: linked.left_out,
    };
    Ok(asked.page(&frame, None))
}

pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    form: Csrf<RestrictedForm>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &form.visit, home, Tab::Keys).await?;
    let name = form.fields.name.clone();
    let panel = panel(form.visit.words(), home);
    let (asked, wrong) = Questions::answered(frame.words, panel, Some(name.clone()), &form.pairs);
    if wrong.is_some() {
        return Ok(asked.page(&frame, wrong.as_ref()));
    }
    let command = creating(home, name, asked.grants.clone());
    value::carry_out(&shared, &frame, (None, asked), form, command).await
}

/// A key that lives there, and may do that.
pub(super) fn creating(home: Home, name: String, grants: Grants) -> Command {
    let note = None;
    match home {
        Home::Account(place) => Command::CreateRestrictedKey { place, name, note, grants },
        Home::Organization { id: organization, livemode } => {
            Command::CreateOrganizationKey { organization, livemode, name, note, grants }
        }
    }
}

fn panel(words: &Words, home: Home) -> Panel {
    let (title, text) = match home {
        Home::Account(_) => (words.restricted.title, words.restricted.text),
        Home::Organization { .. } => {
            let texts = &words.organization.create_key;
            (texts.title, texts.text)
        }
    };
    Panel {
        title,
        about: None,
        text: text.to_owned(),
        action: format!("{}/create", keys_path(home)),
        back: keys_path(home),
        submit: words.panel.create_submit,
        is_grave: false,
        fields: Vec::new(),
    }
}

impl Questions {
    /// With what was filled in, and with what is wrong with it.
    pub(super) fn answered(
        words: &Words,
        panel: Panel,
        name: Option<String>,
        pairs: &Pairs,
    ) -> (Self, Option<Wrong>) {
        let (grants, wrong) = match answered(pairs) {
            Ok(grants) => (grants, None),
            Err(error) => {
                let problem = Problem::Permission { error, param: "permissions" };
                (Grants::none(), Some(Wrong::answer(words.tell(&problem))))
            }
        };
        (Self { panel, name, grants, left_out: Vec::new() }, wrong)
    }

    pub(super) fn page(&self, frame: &Frame, wrong: Option<&Wrong>) -> Response {
        let Grants { own, connect } = &self.grants;
        let template = RestrictedPage {
            frame,
            words: &frame.words.restricted,
            questions: self,
            panel: &self.panel,
            groups: rows(&self.grants, &frame.words.restricted),
            count: own.iter().count() + connect.iter().count(),
            own: match frame.home {
                Home::Account(_) => frame.words.restricted.own,
                Home::Organization { .. } => frame.words.organization.each_account,
            },
            link: match (frame.home, frame.home.livemode()) {
                (Home::Organization { .. }, _) => format!("{}/create", keys_path(frame.home)),
                (Home::Account(_), Livemode::Live) => "/apikeys/create".to_owned(),
                (Home::Account(_), Livemode::Test) => "/test/apikeys/create".to_owned(),
            },
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

/// All resources in their groups, and after them those that are granted and stand in none.
fn rows(grants: &Grants, words: &RestrictedWords) -> Vec<GroupRows> {
    let row = |(resource, label): (&str, &str)| ResourceRow {
        resource: resource.to_owned(),
        label: label.to_owned(),
        own: word(grants.own.level(resource)),
        connect: word(grants.connect.level(resource)),
    };
    let group = |group: &Group| GroupRows {
        name: group.name,
        rows: group.resources.iter().copied().map(row).collect(),
    };
    let granted = grants.own.iter().chain(grants.connect.iter());
    let mut unlisted: Vec<String> =
        granted.map(|one| one.resource().to_owned()).filter(|name| !is_listed(name)).collect();
    unlisted.sort_unstable();
    unlisted.dedup();
    let unlisted: Vec<ResourceRow> = unlisted.iter().map(|name| row((name, name))).collect();
    let mut groups: Vec<GroupRows> = words.groups.iter().map(group).collect();
    let of_keyway = management(words).into_iter().map(row).collect();
    groups.push(GroupRows { name: words.management, rows: of_keyway });
    if !unlisted.is_empty() {
        groups.push(GroupRows { name: words.others, rows: unlisted });
    }
    groups
}

fn word(level: Level) -> &'static str {
    match level {
        Level::None => "none",
        Level::Read => "read",
        Level::Write => "write",
    }
}
