//! What stands around every page of the settings: the others, and what was done just now.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use keys::{Command, Home};

use super::super::failure::Failure;
use super::super::form::Csrf;
use super::super::frame::{AccountFrame, Frame, Tab};
use super::super::panel::{Field, FieldKind, Input, Panel, not_done};
use super::super::place::{Here, InAccount, path};
use super::super::visit::Visit;
use super::super::words::{FormWords, SettingsWords};
use super::told::{Done, Said, Told};
use crate::console::Shared;
use crate::control::Force;

/// The pages of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    /// How its reader signs in.
    Profile,
    /// What was done about that.
    Security,
    /// Who belongs to the account, or to the organization.
    Team,
    /// What the account is.
    Account,
    /// The sandboxes of the account.
    Sandboxes,
    /// What its reader is told of.
    Notifications,
}

impl Page {
    const ALL: [Self; 6] = [
        Self::Profile,
        Self::Security,
        Self::Team,
        Self::Account,
        Self::Sandboxes,
        Self::Notifications,
    ];

    /// Its address.
    pub(super) fn path(self, home: Home) -> String {
        let name = match self {
            Self::Profile => "profile",
            Self::Security => "security",
            Self::Team => "team",
            Self::Account => "account",
            Self::Sandboxes => "sandboxes",
            Self::Notifications => "notifications",
        };
        format!("{}/settings/{name}", path(home))
    }

    /// Whether the page is one of where the frame is.
    fn is_of(self, frame: &Frame) -> bool {
        match self {
            Self::Profile | Self::Security | Self::Team | Self::Notifications => true,
            // Whoever knows of one sandbox alone does not know of the account.
            Self::Account => frame.is_whole && frame.home.place().is_some(),
            Self::Sandboxes => frame.home.place().is_some(),
        }
    }

    fn title(self, words: &SettingsWords) -> &'static str {
        match self {
            Self::Profile => words.profile,
            Self::Security => words.security,
            Self::Team => words.team,
            Self::Account => words.account,
            Self::Sandboxes => words.sandboxes,
            Self::Notifications => words.notifications,
        }
    }
}

/// What stands around a page.
pub(super) struct Around {
    pub(super) words: &'static SettingsWords,
    pub(super) title: &'static str,
    pub(super) pages: Vec<PageLine>,
    /// What was done just now.
    pub(super) notice: Option<&'static str>,
}

/// A page, as the others lead to it.
pub(super) struct PageLine {
    pub(super) title: &'static str,
    pub(super) href: String,
    pub(super) is_here: bool,
}

impl Around {
    /// What stands around that page, where `said` was said of what was done.
    pub(super) fn of(frame: &Frame, visit: &Visit, here: Page, said: Said) -> Self {
        let words = frame.words.settings;
        let shown = Page::ALL.into_iter().filter(|page| page.is_of(frame));
        let line = |page: Page| PageLine {
            title: page.title(words),
            href: page.path(frame.home),
            is_here: page == here,
        };
        Self {
            words,
            title: here.title(words),
            pages: shown.map(line).collect(),
            notice: said.told(visit.token()).map(|told| told.sentence(frame.words)),
        }
    }
}

/// The page of a form that depends on nothing but where its reader is.
pub(super) fn asking(form: fn(&Frame) -> Panel) -> MethodRouter<Arc<Shared>> {
    get(move |State(shared): State<Arc<Shared>>, visit: Visit, Here(home): Here| async move {
        let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
        Ok::<Response, Failure>(form(&frame).page(&frame, None))
    })
}

/// The page of a form that depends on nothing but the account where its reader is.
pub(super) fn asking_of_account(form: fn(&AccountFrame) -> Panel) -> MethodRouter<Arc<Shared>> {
    get(
        move |State(shared): State<Arc<Shared>>, visit: Visit, InAccount(place): InAccount| async move {
            let frame = AccountFrame::of(&shared, &visit, place, Tab::Settings).await?;
            Ok::<Response, Failure>(form(&frame).page(&frame, None))
        },
    )
}

/// A form that is sent to the address where it stands.
pub(in super::super) fn panel(
    form: &'static FormWords,
    about: Option<String>,
    (action, back): (String, String),
    fields: Vec<Field>,
) -> Panel {
    let FormWords { title, text, submit } = form;
    let text = (*text).to_owned();
    Panel { title, about, text, action, back, submit, is_grave: false, fields }
}

/// A form for what cannot be undone.
pub(super) fn grave(panel: Panel) -> Panel {
    Panel { is_grave: true, ..panel }
}

/// A line of text.
pub(in super::super) fn line(
    name: &'static str,
    (label, hint): (&'static str, &'static str),
    value: &str,
) -> Field {
    Field { name, label, hint, value: value.to_owned(), kind: FieldKind::Line }
}

/// A line whose meaning browsers know.
pub(super) fn input(
    name: &'static str,
    (label, hint): (&'static str, &'static str),
    input: Input,
) -> Field {
    Field { name, label, hint, value: String::new(), kind: FieldKind::Input(input) }
}

/// Has a command carried out that somebody filled in a form for, and tells of it on a page.
pub(in super::super) async fn carry_out<T: Send>(
    shared: &Shared,
    frame: &Frame,
    panel: Panel,
    (form, command): (Csrf<T>, Command),
    (page, done): (&str, Done),
) -> Result<Response, Failure> {
    let caller = form.visit.caller();
    match shared.control.carry_out(caller, command, form.code.as_deref()).await {
        Ok(carried) => {
            let later = carried.force == Force::NotYet;
            Ok(Told { done, later }.on(page, form.visit.token()))
        }
        Err(error) => not_done(frame, panel, &form.pairs, error),
    }
}
