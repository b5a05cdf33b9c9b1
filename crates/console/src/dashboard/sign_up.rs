//! Signing up, and a forgotten password: both ask for an address and mail a link, and neither tells
//! whether somebody has that address.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use keys::EmailAddress;
use serde::Deserialize;

use super::failure::{Failure, Wrong};
use super::form::Posted;
use super::stranger::{Question, QuestionKind, StrangerForm, told};
use super::words::Words;
use crate::console::Shared;
use crate::control::SignUpError;
use crate::door::Client;

#[derive(Deserialize)]
pub(super) struct SignUp {
    email: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
pub(super) struct Forgot {
    email: String,
}

/// `GET /signup`
pub(super) async fn show(headers: HeaderMap) -> Response {
    sign_up_form(Words::of(&headers), "", "").page()
}

/// `POST /signup`
pub(super) async fn sign_up(
    State(shared): State<Arc<Shared>>,
    parts: Parts,
    Posted(SignUp { email, name }): Posted<SignUp>,
) -> Result<Response, Failure> {
    let words = Words::of(&parts.headers);
    let from = Client::of(&shared, &parts)?;
    let Ok(address) = email.parse::<EmailAddress>() else {
        let wrong = Wrong::answer(words.sign_in.bad_email.to_owned());
        return Ok(sign_up_form(words, &email, &name).again(&wrong));
    };
    let said = Some(name.clone()).filter(|name| !name.trim().is_empty());
    let mailed = shared.control.sign_up(address, said, from).await;
    answer(words, mailed, sign_up_form(words, &email, &name))
}

/// `GET /forgot`
pub(super) async fn show_forgot(headers: HeaderMap) -> Response {
    forgot_form(Words::of(&headers), "").page()
}

/// `POST /forgot`
pub(super) async fn forgot(
    State(shared): State<Arc<Shared>>,
    parts: Parts,
    Posted(Forgot { email }): Posted<Forgot>,
) -> Result<Response, Failure> {
    let words = Words::of(&parts.headers);
    let from = Client::of(&shared, &parts)?;
    let Ok(address) = email.parse::<EmailAddress>() else {
        let wrong = Wrong::answer(words.sign_in.bad_email.to_owned());
        return Ok(forgot_form(words, &email).again(&wrong));
    };
    let mailed = shared.control.forgot(address, from).await;
    answer(words, mailed, forgot_form(words, &email))
}

fn answer(
    words: &'static Words,
    mailed: Result<(), SignUpError>,
    form: StrangerForm<'_>,
) -> Result<Response, Failure> {
    match mailed {
        Ok(()) => Ok(told(words, (words.stranger.mailed, words.stranger.mailed_text), false)),
        Err(error) => Ok(form.again(&Wrong::of(words, error)?)),
    }
}

fn sign_up_form<'p>(words: &'static Words, email: &'p str, name: &'p str) -> StrangerForm<'p> {
    let texts = &words.stranger;
    StrangerForm {
        words,
        title: texts.sign_up,
        text: texts.sign_up_text,
        action: "/signup",
        submit: texts.sign_up_submit,
        fields: vec![email_question(words, email), name_question(words, name)],
        csrf: None,
        sign_in: "/signin",
        error: None,
    }
}

fn forgot_form<'p>(words: &'static Words, email: &'p str) -> StrangerForm<'p> {
    let texts = &words.stranger;
    StrangerForm {
        words,
        title: texts.forgot,
        text: texts.forgot_text,
        action: "/forgot",
        submit: texts.forgot_submit,
        fields: vec![email_question(words, email)],
        csrf: None,
        sign_in: "/signin",
        error: None,
    }
}

fn email_question<'p>(words: &'static Words, value: &'p str) -> Question<'p> {
    let label = words.sign_in.email;
    Question { name: "email", label, hint: "", value, kind: QuestionKind::Email }
}

/// What somebody is called.
pub(super) fn name_question<'p>(words: &'static Words, value: &'p str) -> Question<'p> {
    let (label, hint) = (words.stranger.name, words.stranger.name_hint);
    Question { name: "name", label, hint, value, kind: QuestionKind::Name }
}
