//! `/{owner}/{side}` of an organization: its accounts as a tree, and new ones.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keys::{Account, Belonging, Command, Home, Livemode, Mode, Place, Realm, Right};
use serde::Deserialize;
use store::Tree;

use super::failure::Failure;
use super::form::Csrf;
use super::frame::{Frame, ModeLine, Tab};
use super::page;
use super::panel::Panel;
use super::place::{InOrganization, path};
use super::settings::{Done, Said, carry_out, line, panel};
use super::time::Moment;
use super::visit::Visit;
use super::words::{OrganizationWords, SettingsWords, Words};
use crate::console::Shared;

/// The most accounts on the page. Of its own an organization has fewer.
const MOST: u16 = 150;

/// The pages about the accounts of an organization.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/{owner}/{side}/accounts/add", get(show_add).post(add))
}

#[derive(Template)]
#[template(path = "organization.html")]
struct OrganizationPage {
    frame: Frame,
    words: &'static OrganizationWords,
    settings: &'static SettingsWords,
    notice: Option<&'static str>,
    id: String,
    accounts: Vec<AccountRow>,
    /// Whether there are more than are shown.
    has_more: bool,
    /// Whether its reader may add accounts.
    may_add: bool,
}

/// An account, as it is shown.
struct AccountRow {
    id: String,
    name: String,
    href: String,
    modes: Vec<ModeLine>,
    created: Moment,
    is_platform: bool,
    is_connected: bool,
}

#[derive(Deserialize)]
pub(super) struct Name {
    name: String,
}

/// The page where one begins in an organization.
pub(super) async fn show(
    shared: &Arc<Shared>,
    visit: &Visit,
    at: InOrganization,
    said: Said,
) -> Result<Response, Failure> {
    let frame = Frame::of(shared, visit, at.home(), Tab::Home).await?;
    let mut tree = shared.control.tree(visit.caller(), at.id, MOST + 1).await?;
    let has_more = tree.accounts.len() > usize::from(MOST);
    tree.accounts.truncate(usize::from(MOST));
    let rights = shared.store.rights(visit.person().user.id, Realm::Organization(at.id)).await?;
    let words = visit.words();
    let organization = OrganizationPage {
        words: words.organization,
        settings: words.settings,
        notice: said.told(visit.token()).map(|told| told.sentence(words)),
        id: at.id.to_string(),
        accounts: rows(&tree, at.livemode, words),
        has_more,
        may_add: rights.has(Right::ChangeSettings),
        frame,
    };
    Ok(page(StatusCode::OK, &organization))
}

async fn show_add(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    at: InOrganization,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, at.home(), Tab::Home).await?;
    Ok(add_form(&frame).page(&frame, None))
}

async fn add(
    State(shared): State<Arc<Shared>>,
    at: InOrganization,
    form: Csrf<Name>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &form.visit, at.home(), Tab::Home).await?;
    let belonging = Belonging::Organization(at.id);
    let command = Command::OpenAccount { name: form.fields.name.clone(), belonging };
    let (panel, told) = (add_form(&frame), (frame.here.as_str(), Done::AccountAdded));
    carry_out(&shared, &frame, panel, (form, command), told).await
}

fn add_form(frame: &Frame) -> Panel {
    let (texts, back) = (&frame.words.organization, frame.here.clone());
    let name = line("name", (texts.name, frame.words.settings.of_account.name_hint), "");
    panel(
        &texts.add,
        Some(frame.name().to_owned()),
        (format!("{back}/accounts/add"), back),
        vec![name],
    )
}

/// The organization's own accounts, oldest first, with those connected to each right below it.
fn rows(tree: &Tree, livemode: Livemode, words: &Words) -> Vec<AccountRow> {
    let row = |account: &Account| {
        let of = |mode| path(Home::Account(Place { account: account.id, mode }));
        let mode = |name: &str, mode| ModeLine {
            name: name.to_owned(),
            href: of(mode),
            is_live: mode == Mode::Live,
            is_here: false,
        };
        let sandboxes = tree.sandboxes.iter().filter(|sandbox| sandbox.account == account.id);
        let sandboxes = sandboxes.map(|sandbox| mode(&sandbox.name, Mode::Sandbox(sandbox.id)));
        let is_below = |other: &Account| other.platform == Some(account.id);
        AccountRow {
            id: account.id.to_string(),
            name: account.name.clone(),
            // One stays on the same side.
            href: of(match livemode {
                Livemode::Live => Mode::Live,
                Livemode::Test => Mode::Sandbox(account.first_sandbox),
            }),
            modes: std::iter::once(mode(words.frame.live, Mode::Live)).chain(sandboxes).collect(),
            created: Moment::of(account.created_at),
            is_platform: tree.accounts.iter().any(is_below),
            is_connected: account.platform.is_some(),
        }
    };
    let own = tree.accounts.iter().rev().filter(|account| account.platform.is_none());
    let with_connected = own.flat_map(|account| {
        let is_below = |other: &&Account| other.platform == Some(account.id);
        std::iter::once(account).chain(tree.accounts.iter().rev().filter(is_below))
    });
    with_connected.map(row).collect()
}
