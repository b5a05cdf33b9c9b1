//! `/{owner}/{side}/settings/sandboxes`: places to try things in.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keys::{Command, Home, Mode, Place, Realm, Right, Sandbox, SandboxId};
use serde::Deserialize;

use super::super::failure::{Failure, Wrong};
use super::super::form::Csrf;
use super::super::frame::{AccountFrame, Tab};
use super::super::page;
use super::super::panel::{Ask, Panel};
use super::super::place::{InAccount, Path, Query};
use super::super::time::Moment;
use super::super::visit::Visit;
use super::around::{Around, Page, asking_of_account, carry_out, grave, line, panel};
use super::told::{Done, Said};
use crate::console::Shared;

/// The pages of the sandboxes.
pub(super) fn routes() -> Router<Arc<Shared>> {
    let at = |rest: &str| format!("/{{owner}}/{{side}}/settings/sandboxes{rest}");
    Router::new()
        .route(&at(""), get(show))
        .route(&at("/create"), asking_of_account(create_form).post(create))
        .route(&at("/{sandbox}/rename"), get(show_rename).post(rename))
        .route(&at("/{sandbox}/delete"), get(show_delete).post(delete))
}

#[derive(Template)]
#[template(path = "settings/sandboxes.html")]
struct SandboxesPage {
    frame: AccountFrame,
    around: Around,
    /// The address of what is done to them.
    path: String,
    living: Vec<SandboxLine>,
    deleted: Vec<SandboxLine>,
    /// Whether its reader may create, rename and delete them.
    may_change: bool,
}

/// A sandbox, as it is shown.
struct SandboxLine {
    id: String,
    name: String,
    href: String,
    created: Moment,
    deleted: Option<Moment>,
    /// Whether the account was born with it.
    is_first: bool,
    is_here: bool,
}

#[derive(Deserialize)]
pub(super) struct AtSandbox {
    sandbox: SandboxId,
}

#[derive(Deserialize)]
pub(super) struct Name {
    name: String,
}

#[derive(Deserialize)]
pub(super) struct Confirm {
    confirm: String,
}

async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    InAccount(place): InAccount,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &visit, place, Tab::Settings).await?;
    let known = shared.control.sandboxes(visit.caller(), place.account).await?;
    let lines = known.iter().rev().map(|sandbox| SandboxLine {
        id: sandbox.id.to_string(),
        name: sandbox.name.clone(),
        href: format!("/{}/{}", place.account, sandbox.id),
        created: Moment::of(sandbox.created_at),
        deleted: sandbox.deleted_at.map(Moment::of),
        is_first: sandbox.id == frame.account.first_sandbox,
        is_here: place.mode == Mode::Sandbox(sandbox.id),
    });
    let (mut living, deleted): (Vec<_>, Vec<_>) = lines.partition(|line| line.deleted.is_none());
    living.sort_by_key(|line| !line.is_first);
    let rights = shared.store.rights(visit.person().user.id, Realm::Account(place.account)).await?;
    let sandboxes = SandboxesPage {
        around: Around::of(&frame, &visit, Page::Sandboxes, said),
        path: Page::Sandboxes.path(frame.home),
        living,
        deleted,
        may_change: rights.has(Right::ManageSandboxes),
        frame,
    };
    Ok(page(StatusCode::OK, &sandboxes))
}

async fn create(
    State(shared): State<Arc<Shared>>,
    InAccount(place): InAccount,
    form: Csrf<Name>,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &form.visit, place, Tab::Settings).await?;
    let command = Command::AddSandbox { account: place.account, name: form.fields.name.clone() };
    let told = (Page::Sandboxes.path(frame.home), Done::SandboxAdded);
    carry_out(&shared, &frame, create_form(&frame), (form, command), (&told.0, told.1)).await
}

async fn show_rename(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    InAccount(place): InAccount,
    Path(at): Path<AtSandbox>,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &visit, place, Tab::Settings).await?;
    let sandbox = find(&shared, &visit, place, &at).await?;
    Ok(rename_form(&frame, &sandbox).page(&frame, None))
}

async fn rename(
    State(shared): State<Arc<Shared>>,
    InAccount(place): InAccount,
    Path(at): Path<AtSandbox>,
    form: Csrf<Name>,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &form.visit, place, Tab::Settings).await?;
    let sandbox = find(&shared, &form.visit, place, &at).await?;
    let panel = rename_form(&frame, &sandbox);
    let command = Command::RenameSandbox { sandbox: sandbox.id, name: form.fields.name.clone() };
    let told = (Page::Sandboxes.path(frame.home), Done::Saved);
    carry_out(&shared, &frame, panel, (form, command), (&told.0, told.1)).await
}

async fn show_delete(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    InAccount(place): InAccount,
    Path(at): Path<AtSandbox>,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &visit, place, Tab::Settings).await?;
    let sandbox = find(&shared, &visit, place, &at).await?;
    Ok(delete_form(&frame, &sandbox).page(&frame, None))
}

/// Only whoever has typed its name deletes one. Where it was, nobody can stay.
async fn delete(
    State(shared): State<Arc<Shared>>,
    InAccount(place): InAccount,
    Path(at): Path<AtSandbox>,
    form: Csrf<Confirm>,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &form.visit, place, Tab::Settings).await?;
    let sandbox = find(&shared, &form.visit, place, &at).await?;
    let panel = delete_form(&frame, &sandbox);
    if form.fields.confirm.trim() != sandbox.name {
        let told = frame.words.settings.of_sandboxes.not_its_name.to_owned();
        return Ok(panel.again(&frame, &form.pairs, &Wrong::answer(told)));
    }
    let is_here = place.mode == Mode::Sandbox(sandbox.id);
    let mode = if is_here { Mode::Sandbox(frame.account.first_sandbox) } else { place.mode };
    let then = Page::Sandboxes.path(Home::Account(Place { mode, ..place }));
    let command = Command::DeleteSandbox { sandbox: sandbox.id };
    carry_out(&shared, &frame, panel, (form, command), (&then, Done::SandboxDeleted)).await
}

/// The sandbox of an address, if it is one of that account and lives.
async fn find(
    shared: &Shared,
    visit: &Visit,
    place: Place,
    at: &AtSandbox,
) -> Result<Sandbox, Failure> {
    let known = shared.control.sandboxes(visit.caller(), place.account).await?;
    let mut living = known.into_iter().filter(|sandbox| sandbox.deleted_at.is_none());
    living.find(|sandbox| sandbox.id == at.sandbox).ok_or(Failure::Missing)
}

fn create_form(frame: &AccountFrame) -> Panel {
    let texts = &frame.words.settings.of_sandboxes;
    let back = Page::Sandboxes.path(frame.home);
    let name = line("name", (texts.name, texts.name_hint), "");
    panel(&texts.create, None, (format!("{back}/create"), back), vec![name])
}

fn rename_form(frame: &AccountFrame, sandbox: &Sandbox) -> Panel {
    let texts = &frame.words.settings.of_sandboxes;
    let back = Page::Sandboxes.path(frame.home);
    let name = line("name", (texts.name, texts.name_hint), &sandbox.name);
    let action = format!("{back}/{}/rename", sandbox.id);
    panel(&texts.rename, Some(sandbox.name.clone()), (action, back), vec![name])
}

fn delete_form(frame: &AccountFrame, sandbox: &Sandbox) -> Panel {
    let texts = &frame.words.settings.of_sandboxes;
    let back = Page::Sandboxes.path(frame.home);
    let confirm = line("confirm", (texts.confirm, texts.confirm_hint), "");
    let action = format!("{back}/{}/delete", sandbox.id);
    grave(panel(&texts.delete, Some(sandbox.name.clone()), (action, back), vec![confirm]))
}
