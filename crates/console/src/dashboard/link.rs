//! Where mailed links lead. What a link proves stands behind the `#` of its address, which browsers
//! send nowhere: a script puts it into the form, and without one it is pasted.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use keys::{Home, InvitationToken, LinkPurpose, LinkToken, Livemode, Realm};
use serde::Deserialize;
use store::{InvitationError, LinkError};

use super::failure::{Failure, Wrong};
use super::form::{Csrf, Posted};
use super::place::path;
use super::sign_up::name_question;
use super::stranger::{Question, QuestionKind, StrangerForm, told};
use super::visit::Visit;
use super::words::Words;
use crate::console::Shared;
use crate::control::{MembersError, SignUpError};
use crate::door::Client;
use crate::password::Password;

#[derive(Deserialize)]
pub(super) struct Choose {
    token: String,
    password: Password,
}

#[derive(Deserialize)]
pub(super) struct Accept {
    token: String,
}

#[derive(Deserialize)]
pub(super) struct Join {
    token: String,
    #[serde(default)]
    name: String,
    password: Password,
}

/// `GET /confirm`
pub(super) async fn show_confirm(headers: HeaderMap) -> Response {
    choose_form(Words::of(&headers), LinkPurpose::ConfirmEmail, "").page()
}

/// `GET /reset`
pub(super) async fn show_reset(headers: HeaderMap) -> Response {
    choose_form(Words::of(&headers), LinkPurpose::ResetPassword, "").page()
}

/// `GET /invitation`
pub(super) async fn show_invitation(
    State(shared): State<Arc<Shared>>,
    mut parts: Parts,
) -> Result<Response, Failure> {
    match Visit::from_request_parts(&mut parts, &shared).await {
        Ok(visit) => Ok(accept_form(&visit, "").page()),
        Err(Failure::SignedOut { .. }) => Ok(join_form(Words::of(&parts.headers), "", "").page()),
        Err(failure) => Err(failure),
    }
}

/// `POST /confirm`
pub(super) async fn confirm(
    State(shared): State<Arc<Shared>>,
    parts: Parts,
    Posted(form): Posted<Choose>,
) -> Result<Response, Failure> {
    choose(&shared, &parts, LinkPurpose::ConfirmEmail, form).await
}

/// `POST /reset`
pub(super) async fn reset(
    State(shared): State<Arc<Shared>>,
    parts: Parts,
    Posted(form): Posted<Choose>,
) -> Result<Response, Failure> {
    choose(&shared, &parts, LinkPurpose::ResetPassword, form).await
}

/// `POST /invitation`: by somebody new, who chooses a password. Whoever has one signs in first.
pub(super) async fn join(
    State(shared): State<Arc<Shared>>,
    parts: Parts,
    Posted(Join { token: token_text, name, password }): Posted<Join>,
) -> Result<Response, Failure> {
    let words = Words::of(&parts.headers);
    let from = Client::safely(&shared, &parts)?;
    let said = Some(name.clone()).filter(|name| !name.trim().is_empty());
    let joined = match token_text.parse::<InvitationToken>() {
        Ok(token) => shared.control.join(&token, said, Some(password), from).await,
        Err(_nonsense) => Err(MembersError::Invitation(InvitationError::NotGood)),
    };
    match joined {
        Ok(_member) => Ok(told(words, (words.stranger.joined, words.stranger.joined_text), true)),
        Err(error) => Ok(join_form(words, &name, &token_text).again(&Wrong::of(words, error)?)),
    }
}

/// `POST /invitation/accept`: by whoever has signed in, and comes to where they belong now.
pub(super) async fn accept(
    State(shared): State<Arc<Shared>>,
    form: Csrf<Accept>,
) -> Result<Response, Failure> {
    let (visit, token) = (&form.visit, &form.fields.token);
    let accepted = match token.parse::<InvitationToken>() {
        Ok(token) => shared.control.accept(visit.caller(), &token).await,
        Err(_nonsense) => Err(MembersError::Invitation(InvitationError::NotGood)),
    };
    match accepted {
        Ok(member) => {
            let place = match member.realm {
                Realm::Organization(id) => {
                    path(Home::Organization { id, livemode: Livemode::Live })
                }
                Realm::Account(id) => format!("/accounts/{id}"),
                Realm::Sandbox(id) => {
                    let sandbox = shared.control.sandbox(visit.caller(), id).await?;
                    format!("/{}/{id}", sandbox.account)
                }
            };
            Ok(Redirect::to(&place).into_response())
        }
        Err(error) => Ok(accept_form(visit, token).again(&Wrong::of(visit.words(), error)?)),
    }
}

async fn choose(
    shared: &Shared,
    parts: &Parts,
    purpose: LinkPurpose,
    Choose { token: text, password }: Choose,
) -> Result<Response, Failure> {
    let words = Words::of(&parts.headers);
    let from = Client::safely(shared, parts)?;
    let chosen = match text.parse::<LinkToken>() {
        Ok(token) => shared.control.choose_password(purpose, &token, password, from).await,
        Err(_nonsense) => Err(SignUpError::Link(LinkError::NotGood)),
    };
    match chosen {
        Ok(_user) => Ok(told(words, (words.stranger.chosen, words.stranger.chosen_text), true)),
        Err(error) => Ok(choose_form(words, purpose, &text).again(&Wrong::of(words, error)?)),
    }
}

fn choose_form<'p>(
    words: &'static Words,
    purpose: LinkPurpose,
    token: &'p str,
) -> StrangerForm<'p> {
    let texts = &words.stranger;
    let (title, text, action) = match purpose {
        LinkPurpose::ConfirmEmail => (texts.confirm, texts.confirm_text, "/confirm"),
        LinkPurpose::ResetPassword => (texts.reset, texts.reset_text, "/reset"),
    };
    let (fields, submit) = (vec![link(words, token), password(words)], texts.choose_submit);
    let (csrf, sign_in, error) = (None, "/signin", None);
    StrangerForm { words, title, text, action, submit, fields, csrf, sign_in, error }
}

fn join_form<'p>(words: &'static Words, name: &'p str, token: &'p str) -> StrangerForm<'p> {
    let texts = &words.stranger;
    StrangerForm {
        words,
        title: texts.invitation,
        text: texts.invitation_text,
        action: "/invitation",
        submit: texts.invitation_submit,
        fields: vec![link(words, token), name_question(words, name), password(words)],
        csrf: None,
        sign_in: "/signin?back=/invitation",
        error: None,
    }
}

fn accept_form<'p>(visit: &'p Visit, token: &'p str) -> StrangerForm<'p> {
    let words = visit.words();
    let texts = &words.stranger;
    StrangerForm {
        words,
        title: texts.invitation,
        text: texts.accept_text,
        action: "/invitation/accept",
        submit: texts.invitation_submit,
        fields: vec![link(words, token)],
        csrf: Some(visit.token().as_str()),
        sign_in: "/signin",
        error: None,
    }
}

fn link<'p>(words: &'static Words, value: &'p str) -> Question<'p> {
    let (label, hint) = (words.stranger.link, words.stranger.link_hint);
    Question { name: "token", label, hint, value, kind: QuestionKind::Link }
}

fn password(words: &'static Words) -> Question<'static> {
    let (label, hint) = (words.stranger.new_password, words.stranger.new_password_hint);
    Question { name: "password", label, hint, value: "", kind: QuestionKind::NewPassword }
}
