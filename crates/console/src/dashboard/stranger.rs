//! Forms that whoever has not signed in may fill in, and what is told after them.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::failure::Wrong;
use super::page;
use super::words::Words;

/// A form.
#[derive(Template)]
#[template(path = "stranger.html")]
pub(super) struct StrangerForm<'p> {
    pub(super) words: &'static Words,
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) action: &'static str,
    pub(super) submit: &'static str,
    pub(super) fields: Vec<Question<'p>>,
    /// What the form carries, if its reader has signed in.
    pub(super) csrf: Option<&'p str>,
    /// Where its reader signs in instead, to come back if that is of use.
    pub(super) sign_in: &'static str,
    pub(super) error: Option<&'p str>,
}

/// A question.
pub(super) struct Question<'p> {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) value: &'p str,
    pub(super) kind: QuestionKind,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuestionKind {
    /// An email address.
    Email,
    /// A name, which may be left out.
    Name,
    /// A password that is chosen.
    NewPassword,
    /// The end of the link that was mailed. A script finds it in the address.
    Link,
}

/// What is told once a form was taken.
#[derive(Template)]
#[template(path = "told.html")]
struct ToldPage {
    words: &'static Words,
    title: &'static str,
    text: &'static str,
    offers_sign_in: bool,
}

impl<'p> StrangerForm<'p> {
    /// The form as it is asked for.
    pub(super) fn page(&self) -> Response {
        page(StatusCode::OK, self)
    }

    /// The form with what is wrong with what was sent.
    pub(super) fn again(self, wrong: &'p Wrong) -> Response {
        page(wrong.status, &Self { error: Some(&wrong.text), ..self })
    }
}

/// Tells something, and leads to where people sign in if that is next.
pub(super) fn told(
    words: &'static Words,
    said: (&'static str, &'static str),
    next: bool,
) -> Response {
    let (title, text) = said;
    page(StatusCode::OK, &ToldPage { words, title, text, offers_sign_in: next })
}
