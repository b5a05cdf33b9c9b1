//! What somebody opens that is theirs alone: the first account of whoever has none, another one, or an
//! organization. An account is opened with a sandbox and four keys.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use keys::{Belonging, Change, Command, Home, Livemode, Mode, Place};
use serde::Deserialize;

use super::failure::{Failure, Wrong};
use super::form::Csrf;
use super::visit::Visit;
use super::words::{FirstWords, Words};
use super::{first_account, page, place};
use crate::console::Shared;

#[derive(Template)]
#[template(path = "first.html")]
struct FirstPage<'p> {
    words: &'static Words,
    texts: &'static FirstWords,
    /// Where it is sent.
    action: &'static str,
    /// Whether its reader can go back to something.
    has_back: bool,
    csrf: &'p str,
    name: &'p str,
    error: Option<&'p str>,
}

#[derive(Deserialize)]
pub(super) struct Open {
    name: String,
}

/// What is opened.
#[derive(Clone, Copy)]
enum What {
    FirstAccount,
    Account,
    Organization,
}

/// The question how the first account is called.
pub(super) fn ask(visit: &Visit) -> Response {
    What::FirstAccount.page(visit, "", None)
}

/// `GET /accounts`
pub(super) async fn show_account(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
) -> Result<Response, Failure> {
    Ok(What::account(&shared, &visit).await?.page(&visit, "", None))
}

/// `GET /organizations`
pub(super) async fn show_organization(visit: Visit) -> Response {
    What::Organization.page(&visit, "", None)
}

/// `POST /accounts`
pub(super) async fn open_account(
    State(shared): State<Arc<Shared>>,
    form: Csrf<Open>,
) -> Result<Response, Failure> {
    let name = form.fields.name.clone();
    let command = Command::OpenAccount { name, belonging: Belonging::Nobody };
    let what = What::account(&shared, &form.visit).await?;
    open(&shared, what, &form, command).await
}

/// `POST /organizations`
pub(super) async fn open_organization(
    State(shared): State<Arc<Shared>>,
    form: Csrf<Open>,
) -> Result<Response, Failure> {
    let command = Command::OpenOrganization { name: form.fields.name.clone() };
    open(&shared, What::Organization, &form, command).await
}

async fn open(
    shared: &Shared,
    what: What,
    form: &Csrf<Open>,
    command: Command,
) -> Result<Response, Failure> {
    let (visit, name) = (&form.visit, &form.fields.name);
    match shared.control.carry_out(visit.caller(), command, None).await {
        Ok(done) => {
            let home = done.changes.iter().find_map(opened).map(place::path);
            Ok(Redirect::to(home.as_deref().unwrap_or("/")).into_response())
        }
        Err(error) => Ok(what.page(visit, name, Some(&Wrong::of(visit.words(), error)?))),
    }
}

/// Where one begins in what was opened.
fn opened(change: &Change) -> Option<Home> {
    let account = change.account().map(|account| {
        let mode = Mode::Sandbox(account.first_sandbox);
        Home::Account(Place { account: account.id, mode })
    });
    let organization = change
        .organization()
        .map(|organization| Home::Organization { id: organization.id, livemode: Livemode::Live });
    account.or(organization)
}

impl What {
    async fn account(shared: &Shared, visit: &Visit) -> Result<Self, Failure> {
        let first = first_account(shared, visit.caller()).await?;
        Ok(if first.is_some() { Self::Account } else { Self::FirstAccount })
    }

    fn page(self, visit: &Visit, name: &str, wrong: Option<&Wrong>) -> Response {
        let words = visit.words();
        let (texts, action) = match self {
            Self::FirstAccount => (&words.first, "/accounts"),
            Self::Account => (&words.organization.open_account, "/accounts"),
            Self::Organization => (&words.organization.open, "/organizations"),
        };
        let template = FirstPage {
            words,
            texts,
            action,
            has_back: !matches!(self, Self::FirstAccount),
            csrf: visit.token().as_str(),
            name,
            error: wrong.map(|wrong| wrong.text.as_str()),
        };
        page(wrong.map_or(StatusCode::OK, |wrong| wrong.status), &template)
    }
}
