//! `/{owner}/{side}/apikeys/{key}/restrict`: from where a key may be used, entry by entry or all at
//! once.
//!
//! What adds or removes an entry and what changes the way of editing are buttons of the same form: it
//! comes back with what was filled in, and nothing is changed before it is saved.

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use keys::{AllowList, Command, Edit, IpRange, IpRestriction, Ipv6, Key, KeyCommand};
use serde::Deserialize;

use super::super::failure::{Failure, Wrong};
use super::super::form::{Csrf, Pairs};
use super::super::frame::Frame;
use super::super::page;
use super::super::panel::{Ask, Panel};
use super::super::place::AtKey;
use super::super::visit::Visit;
use super::super::words::{PanelWords, Words};
use super::verb::Verb;
use super::{found, panel_of, value};
use crate::console::Shared;

/// The name of the field with one entry.
const ENTRY: &str = "address";

/// The way in which the list is edited.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    /// An entry in each field.
    Rows,
    /// All entries in one field.
    Bulk,
}

#[derive(Deserialize)]
pub(super) struct Answers {
    /// All entries, where they are in one field.
    addresses: Option<String>,
    /// Whether it was said that a list without entries means anywhere.
    anywhere: Option<String>,
    /// Whether it was said that its reader may be shut out.
    shut_out: Option<String>,
    /// What was pressed, if that was not the button that saves.
    way: Option<Way>,
    add: Option<String>,
    remove: Option<usize>,
}

/// What comes of the form.
enum Pressed {
    Save,
    /// It is shown again, with the focus there.
    Again(Focus),
}

/// Where the focus is on a page that was asked for by a button of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Focus {
    /// Where a browser puts it.
    None,
    Way,
    /// In the last entry.
    Entry,
    Add,
    ShutOut,
}

/// One entry as it was written, and what is wrong with it.
struct Entry {
    text: String,
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "keys/restrict.html")]
struct RestrictPage<'p> {
    frame: &'p Frame,
    words: &'p PanelWords,
    panel: &'p Panel,
    form: &'p Form,
    error: Option<&'p str>,
}

/// The form with its answers.
struct Form {
    panel: Panel,
    way: Way,
    entries: Vec<Entry>,
    focus: Focus,
    own: IpAddr,
    is_anywhere: bool,
    ipv6: Ipv6,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    at: AtKey,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &visit, at).await?;
    let form = Form {
        way: Way::Rows,
        entries: listed(&key.restriction),
        focus: Focus::None,
        own: visit.address().to_canonical(),
        is_anywhere: key.restriction == IpRestriction::Anywhere,
        ipv6: shared.store.rules().ipv6,
        panel: panel(&key, visit.words()),
    };
    Ok(form.page(&frame, None))
}

pub(super) async fn save(
    State(shared): State<Arc<Shared>>,
    at: AtKey,
    form: Csrf<Answers>,
) -> Result<Response, Failure> {
    let (frame, key) = found(&shared, &form.visit, at).await?;
    let (words, answers) = (form.visit.words(), &form.fields);
    let ipv6 = shared.store.rules().ipv6;
    let (pressed, entries) = answers.read(&form.pairs, ipv6, words);
    let filled = Form {
        way: answers.way(),
        entries,
        focus: Focus::None,
        own: form.visit.address().to_canonical(),
        is_anywhere: answers.anywhere.is_some(),
        ipv6,
        panel: panel(&key, words),
    };
    if let Pressed::Again(focus) = pressed {
        return Ok(Form { focus, ..filled }.page(&frame, None));
    }
    let restriction = match filled.restriction(&words.panel) {
        Ok(restriction) => restriction,
        Err(told) => return Ok(filled.page(&frame, Some(&Wrong::answer(told)))),
    };
    if !restriction.allows(filled.own) && answers.shut_out.is_none() {
        return Ok(Form { focus: Focus::ShutOut, ..filled }.page(&frame, None));
    }
    let edit = Edit { restriction: Some(restriction), ..Edit::default() };
    let command = Command::Key(key.id, KeyCommand::Edit(edit));
    value::carry_out(&shared, &frame, (Some(Verb::Restrict), filled), form, command).await
}

fn panel(key: &Key, words: &'static Words) -> Panel {
    let texts = &words.panel;
    let panel = panel_of(key, Verb::Restrict, (texts.restrict_title, texts.save));
    Panel { text: texts.restrict_text.to_owned(), ..panel }
}

fn listed(restriction: &IpRestriction) -> Vec<Entry> {
    match restriction {
        IpRestriction::Anywhere => Vec::new(),
        IpRestriction::Only(list) => {
            list.iter().map(|range| Entry { text: range.to_string(), fault: None }).collect()
        }
    }
}

/// The entries of a text.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|letter: char| letter.is_whitespace() || letter == ',');
    parts.filter(|part| !part.is_empty())
}

impl Answers {
    /// How the list was edited, or is to be edited from now on.
    fn way(&self) -> Way {
        let before = if self.addresses.is_some() { Way::Bulk } else { Way::Rows };
        self.way.unwrap_or(before)
    }

    /// What was pressed, and the entries as they are then.
    fn read(&self, pairs: &Pairs, ipv6: Ipv6, words: &Words) -> (Pressed, Vec<Entry>) {
        let rows = pairs.iter().filter(|(name, _)| *name == ENTRY).map(|(_, value)| value);
        let rows = rows.enumerate().filter(|(index, _)| Some(*index) != self.remove);
        let texts = rows.map(|(_, text)| text).chain(self.addresses.as_deref());
        let mut entries: Vec<Entry> =
            texts.flat_map(split).map(|text| Entry::of(text, ipv6, words)).collect();
        let pressed = match (self.way, &self.add, self.remove) {
            (Some(_), ..) => Pressed::Again(Focus::Way),
            (None, Some(_), _) => {
                entries.push(Entry { text: String::new(), fault: None });
                Pressed::Again(Focus::Entry)
            }
            (None, None, Some(_)) => Pressed::Again(Focus::Add),
            (None, None, None) => Pressed::Save,
        };
        (pressed, entries)
    }
}

impl Entry {
    fn of(text: &str, ipv6: Ipv6, words: &Words) -> Self {
        let read = text.parse::<IpRange>().and_then(|range| ipv6.takes(range));
        let fault = read.err().map(|error| words.tell(&error.into()));
        Self { text: text.to_owned(), fault }
    }
}

impl Form {
    /// What the entries mean, or what is told of them.
    fn restriction(&self, texts: &PanelWords) -> Result<IpRestriction, String> {
        if self.entries.is_empty() {
            // To open a key to all the world by emptying a list would be an accident waiting.
            let first = || texts.anywhere_first.to_owned();
            return if self.is_anywhere { Ok(IpRestriction::Anywhere) } else { Err(first()) };
        }
        if self.entries.iter().any(|entry| entry.fault.is_some()) {
            return Err(texts.faulty.to_owned());
        }
        // Each entry is good: there are too many.
        let list = AllowList::parse(self.entries.iter().map(|entry| entry.text.as_str()));
        Ok(IpRestriction::Only(list.map_err(|_too_many| texts.too_many.to_owned())?))
    }

    /// Whether its reader is shut out by the entries, as far as they are entries.
    fn is_out(&self) -> bool {
        let good = self.entries.iter().filter(|entry| entry.fault.is_none());
        let good = good.map(|entry| entry.text.as_str()).filter(|text| !text.is_empty());
        let list = AllowList::parse(good);
        list.is_ok_and(|list| !IpRestriction::Only(list).allows(self.own))
    }

    /// All entries as one text.
    fn text(&self) -> String {
        let lines: Vec<&str> = self.entries.iter().map(|entry| entry.text.as_str()).collect();
        lines.join("\n")
    }

    fn is_empty(&self) -> bool {
        self.entries.iter().all(|entry| entry.text.is_empty())
    }

    /// Whether a script is to take IPv6 addresses for entries as well.
    fn takes_ipv6(&self) -> bool {
        self.ipv6 == Ipv6::Accepted
    }

    fn is_bulk(&self) -> bool {
        self.way == Way::Bulk
    }

    fn has_focus(&self, focus: Focus) -> bool {
        self.focus == focus
    }

    fn page(&self, frame: &Frame, wrong: Option<&Wrong>) -> Response {
        let template = RestrictPage {
            frame,
            words: &frame.words.panel,
            panel: &self.panel,
            form: self,
            error: wrong.map(|wrong| wrong.text.as_str()),
        };
        page(wrong.map_or(StatusCode::OK, |wrong| wrong.status), &template)
    }
}

impl Ask for Form {
    fn panel(&self) -> &Panel {
        &self.panel
    }

    fn again(self, frame: &Frame, _pairs: &Pairs, wrong: &Wrong) -> Response {
        self.page(frame, Some(wrong))
    }
}
