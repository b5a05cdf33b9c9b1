//! `/{owner}/{side}/settings/account`: what an account is called, and what is connected to it.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use keys::{Belonging, Command, Realm, Right};
use serde::Deserialize;
use store::Whose;

use super::super::failure::{Failure, Wrong};
use super::super::form::Csrf;
use super::super::frame::{AccountFrame, MOST, Tab};
use super::super::page;
use super::super::panel::{Ask, Field, FieldKind, Panel, not_done};
use super::super::place::{InAccount, Query};
use super::super::time::Moment;
use super::super::visit::Visit;
use super::around::{Around, Page, asking_of_account, carry_out, grave, line, panel};
use super::team::organization_name;
use super::told::{Done, Said};
use crate::console::Shared;
use crate::problem::Problem;

/// The pages of the account.
pub(super) fn routes() -> Router<Arc<Shared>> {
    let at = |rest: &str| format!("/{{owner}}/{{side}}/settings/account{rest}");
    Router::new()
        .route(&at(""), get(show))
        .route(&at("/rename"), asking_of_account(rename_form).post(rename))
        .route(&at("/version"), get(show_version).post(change_version))
        .route(&at("/connect"), asking_of_account(connect_form).post(connect))
        .route(&at("/delete"), asking_of_account(delete_form).post(delete))
}

#[derive(Template)]
#[template(path = "settings/account.html")]
struct AccountPage {
    frame: AccountFrame,
    around: Around,
    /// The address of what is done to it.
    path: String,
    id: String,
    created: Moment,
    /// What it belongs to, or its id where its reader has no role in it.
    organization: Option<String>,
    platform: Option<String>,
    connected: Vec<ConnectedLine>,
    /// Whether its reader may change any of it.
    may_change: bool,
    /// Whether they may delete it.
    may_delete: bool,
}

/// A connected account, as it is shown.
struct ConnectedLine {
    id: String,
    name: String,
    created: Moment,
}

#[derive(Deserialize)]
pub(super) struct Name {
    name: String,
}

#[derive(Deserialize)]
pub(super) struct Confirm {
    confirm: String,
}

#[derive(Deserialize)]
pub(super) struct DefaultVersion {
    version: String,
}

async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    InAccount(place): InAccount,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &visit, place, Tab::Settings).await?;
    let (control, caller) = (&shared.control, visit.caller());
    let account = control.account(caller, place.account).await?;
    let whose = Whose { platform: Some(account.id), ..Whose::default() };
    let connected = control.accounts(caller, whose, None, MOST).await?;
    let line = |account: &keys::Account| ConnectedLine {
        id: account.id.to_string(),
        name: account.name.clone(),
        created: Moment::of(account.created_at),
    };
    let organization = match account.organization {
        Some(id) => Some(organization_name(&shared, caller, id).await?),
        None => None,
    };
    let platform = match account.platform {
        Some(id) => {
            let known = control.account(caller, id).await;
            Some(known.map_or_else(|_unknown| id.to_string(), |known| known.name))
        }
        None => None,
    };
    let rights = shared.store.rights(visit.person().user.id, Realm::Account(account.id)).await?;
    let account_page = AccountPage {
        around: Around::of(&frame, &visit, Page::Account, said),
        path: Page::Account.path(frame.home),
        id: account.id.to_string(),
        created: Moment::of(account.created_at),
        organization,
        platform,
        connected: connected.iter().map(line).collect(),
        may_change: rights.has(Right::ChangeSettings),
        may_delete: rights.has(Right::DeleteAccount),
        frame,
    };
    Ok(page(StatusCode::OK, &account_page))
}

async fn rename(
    State(shared): State<Arc<Shared>>,
    InAccount(place): InAccount,
    form: Csrf<Name>,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &form.visit, place, Tab::Settings).await?;
    let name = Some(form.fields.name.clone());
    let command = Command::ChangeAccount { account: place.account, name, version: None };
    let told = (Page::Account.path(frame.home), Done::Saved);
    carry_out(&shared, &frame, rename_form(&frame), (form, command), (&told.0, told.1)).await
}

async fn show_version(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    InAccount(place): InAccount,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &visit, place, Tab::Settings).await?;
    Ok(version_form(&shared, &frame).page(&frame, None))
}

async fn change_version(
    State(shared): State<Arc<Shared>>,
    InAccount(place): InAccount,
    form: Csrf<DefaultVersion>,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &form.visit, place, Tab::Settings).await?;
    let panel = version_form(&shared, &frame);
    let versions = &shared.api.versions;
    let Some(version) = versions.find(form.fields.version.as_bytes()).cloned() else {
        let unknown = Problem::UnknownVersion(versions.newest().clone());
        return Ok(panel.again(&frame, &form.pairs, &Wrong::of(frame.words, unknown)?));
    };
    let version = Some(version);
    let command = Command::ChangeAccount { account: place.account, name: None, version };
    let told = (Page::Account.path(frame.home), Done::Saved);
    carry_out(&shared, &frame, panel, (form, command), (&told.0, told.1)).await
}

async fn connect(
    State(shared): State<Arc<Shared>>,
    InAccount(place): InAccount,
    form: Csrf<Name>,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &form.visit, place, Tab::Settings).await?;
    let belonging = Belonging::Platform(place.account);
    let command = Command::OpenAccount { name: form.fields.name.clone(), belonging };
    let told = (Page::Account.path(frame.home), Done::Connected);
    carry_out(&shared, &frame, connect_form(&frame), (form, command), (&told.0, told.1)).await
}

/// Only whoever has typed its name deletes one. Nobody can stay where it was.
async fn delete(
    State(shared): State<Arc<Shared>>,
    InAccount(place): InAccount,
    form: Csrf<Confirm>,
) -> Result<Response, Failure> {
    let frame = AccountFrame::of(&shared, &form.visit, place, Tab::Settings).await?;
    let panel = delete_form(&frame);
    if form.fields.confirm.trim() != frame.account.name {
        let told = frame.words.settings.of_account.not_its_name.to_owned();
        return Ok(panel.again(&frame, &form.pairs, &Wrong::answer(told)));
    }
    let command = Command::DeleteAccount { account: place.account };
    let (caller, shown) = (form.visit.caller(), form.code.as_deref());
    match shared.control.carry_out(caller, command, shown).await {
        Ok(_done) => Ok(Redirect::to("/").into_response()),
        Err(error) => not_done(&frame, panel, &form.pairs, error),
    }
}

fn rename_form(frame: &AccountFrame) -> Panel {
    let texts = &frame.words.settings.of_account;
    let back = Page::Account.path(frame.home);
    let name = line("name", (texts.name, texts.name_hint), &frame.account.name);
    panel(&texts.rename, None, (format!("{back}/rename"), back), vec![name])
}

fn version_form(shared: &Shared, frame: &AccountFrame) -> Panel {
    let texts = &frame.words.settings.of_account;
    let back = Page::Account.path(frame.home);
    let known = shared.api.versions.iter().map(|version| version.as_str().to_owned());
    let version = Field {
        name: "version",
        label: texts.version,
        hint: texts.version_text,
        value: frame.account.version.as_str().to_owned(),
        kind: FieldKind::Select(known.collect()),
    };
    panel(&texts.change_version, None, (format!("{back}/version"), back), vec![version])
}

fn connect_form(frame: &AccountFrame) -> Panel {
    let texts = &frame.words.settings.of_account;
    let back = Page::Account.path(frame.home);
    let name = line("name", (texts.name, ""), "");
    panel(&texts.connect, None, (format!("{back}/connect"), back), vec![name])
}

fn delete_form(frame: &AccountFrame) -> Panel {
    let texts = &frame.words.settings.of_account;
    let back = Page::Account.path(frame.home);
    let confirm = line("confirm", (texts.confirm, texts.confirm_hint), "");
    let about = Some(frame.account.name.clone());
    grave(panel(&texts.delete, about, (format!("{back}/delete"), back), vec![confirm]))
}
