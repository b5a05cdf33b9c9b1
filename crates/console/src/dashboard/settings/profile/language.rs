//! `POST …/profile/language`: the language of the pages, as this browser remembers it.

use axum::http::header;
use axum::response::Response;
use serde::Deserialize;

use super::super::super::cookie;
use super::super::super::failure::Failure;
use super::super::super::form::Csrf;
use super::super::super::place::Here;
use super::super::super::words::Words;
use super::super::around::Page;
use super::super::told::Done;

#[derive(Deserialize)]
pub(super) struct Choose {
    language: String,
}

pub(super) async fn choose(Here(home): Here, form: Csrf<Choose>) -> Result<Response, Failure> {
    let chosen = Words::named(&form.fields.language).ok_or(Failure::Unreadable)?;
    let line = cookie::keep_language(chosen.lang).map_err(|_cause| Failure::Unreadable)?;
    let mut answer = Done::LanguageChosen.on(&Page::Profile.path(home), form.visit.token());
    answer.headers_mut().insert(header::SET_COOKIE, line);
    Ok(answer)
}
