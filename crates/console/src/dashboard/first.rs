//! The first account of whoever has none: it is opened with a sandbox and four keys, and is theirs.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use keys::{Belonging, Change, Command};
use serde::Deserialize;

use super::failure::{Failure, Wrong};
use super::form::Csrf;
use super::page;
use super::visit::Visit;
use super::words::Words;
use crate::console::Shared;

#[derive(Template)]
#[template(path = "first.html")]
struct FirstPage<'p> {
    words: &'static Words,
    csrf: &'p str,
    name: &'p str,
    error: Option<&'p str>,
}

#[derive(Deserialize)]
pub(super) struct Open {
    name: String,
}

/// The question how it is called.
pub(super) fn ask(visit: &Visit) -> Response {
    let (words, csrf) = (visit.words(), visit.token().as_str());
    page(StatusCode::OK, &FirstPage { words, csrf, name: "", error: None })
}

/// `POST /accounts`
pub(super) async fn open(
    State(shared): State<Arc<Shared>>,
    form: Csrf<Open>,
) -> Result<Response, Failure> {
    let (visit, name) = (&form.visit, &form.fields.name);
    let command = Command::OpenAccount { name: name.clone(), belonging: Belonging::Nobody };
    match shared.control.carry_out(visit.caller(), command, None).await {
        Ok(done) => {
            let opened = done.changes.iter().find_map(|change| match change {
                Change::AccountOpened(account) => Some(account),
                Change::OrganizationOpened(_)
                | Change::AccountChanged(_)
                | Change::SandboxOpened(_)
                | Change::SandboxChanged(_)
                | Change::KeyMade(_)
                | Change::KeyImported { .. }
                | Change::KeyAdopted { .. }
                | Change::KeyChanged(_)
                | Change::KeyRevealed(_) => None,
            });
            let home = opened.map(|account| format!("/{}/{}", account.id, account.first_sandbox));
            Ok(Redirect::to(home.as_deref().unwrap_or("/")).into_response())
        }
        Err(error) => {
            let Wrong { status, text } = Wrong::of(error)?;
            let (words, csrf) = (visit.words(), visit.token().as_str());
            Ok(page(status, &FirstPage { words, csrf, name, error: Some(&text) }))
        }
    }
}
