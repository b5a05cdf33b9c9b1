//! The docs: what somebody needs to know whose program calls the API. For everybody, with samples that
//! run as they stand for whoever has signed in.
//!
//! Purpose: pages that explain, with a page for each code of an error, to which `doc_url` leads. Their
//! own text is an [`Edition`](edition::Edition), one for each language; what stands around it are the
//! words of all pages.
//!
//! Limits: a page that holds a key of its reader is kept by nobody.

mod book;
mod colour;
mod edition;
mod english;
pub(super) mod errors;
mod language;
mod page;
mod reader;
mod sample;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use keys::Denial;
use serde::Deserialize;

use self::book::Book;
use self::edition::{Edition, Heading, headings};
use self::language::Language;
pub(super) use self::page::Page;
use self::reader::Reader;
use super::failure::Failure;
use super::page as answer_page;
use super::place::{Path, Query};
use super::words::{DocsWords, Words};
use crate::console::Shared;

#[derive(Template)]
#[template(path = "docs/frame.html")]
struct DocsPage<'p> {
    words: &'static Words,
    docs: &'static DocsWords,
    title: &'p str,
    /// The page that it is, or that it belongs to.
    at: Page,
    /// Whether it is that page itself.
    is_whole: bool,
    is_signed_in: bool,
    sign_in: &'p str,
    /// The language of what it tells.
    lang: &'static str,
    /// What it tells, in HTML.
    article: &'p str,
    headings: Vec<Heading<'p>>,
    before: Option<Page>,
    after: Option<Page>,
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

/// All pages of the docs.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/docs", get(start))
        .route("/docs/{page}", get(show))
        .route("/docs/errors/{code}", get(explain))
}

/// `GET /docs`
async fn start(
    State(shared): State<Arc<Shared>>,
    Query(asked): Query<Asked>,
    parts: Parts,
) -> Result<Response, Failure> {
    tell(&shared, parts, &asked, Page::Quickstart).await
}

/// `GET /docs/{page}`
async fn show(
    State(shared): State<Arc<Shared>>,
    Path(word): Path<String>,
    Query(asked): Query<Asked>,
    parts: Parts,
) -> Result<Response, Failure> {
    let page = Page::of(&word).ok_or(Failure::Missing)?;
    tell(&shared, parts, &asked, page).await
}

async fn tell(
    shared: &Arc<Shared>,
    mut parts: Parts,
    asked: &Asked,
    at: Page,
) -> Result<Response, Failure> {
    let reader = Reader::of(shared, &mut parts).await?;
    let chosen = asked.lang.as_deref().and_then(Language::of);
    let language = chosen.unwrap_or_else(|| Language::remembered(&parts.headers));
    let edition = Edition::of(reader.words);
    let book = Book::new(shared, &reader, language);
    let place = at.place();
    let neighbour = |place: Option<usize>| place.and_then(|place| Page::ALL.get(place).copied());
    let article = (edition.article)(at, &book).map_err(|error| unwritten(&error))?;
    let shown = Shown {
        title: at.title(&reader.words.docs),
        at,
        is_whole: true,
        article: &article,
        before: neighbour(place.checked_sub(1)),
        after: neighbour(place.checked_add(1)),
    };
    Ok(respond(&reader, edition, &shown, chosen))
}

/// `GET /docs/errors/{code}`: where `doc_url` leads.
async fn explain(
    State(shared): State<Arc<Shared>>,
    Path(code): Path<String>,
    mut parts: Parts,
) -> Result<Response, Failure> {
    let reader = Reader::of(&shared, &mut parts).await?;
    let edition = Edition::of(reader.words);
    let fact = errors::fact(&code).ok_or(Failure::Missing)?;
    let explained = edition.explains(&code).ok_or(Failure::Missing)?;
    let article = (edition.error)(fact, explained).map_err(|error| unwritten(&error))?;
    let (at, title) = (Page::Errors, fact.code);
    let (before, after) = (None, None);
    let shown = Shown { title, at, is_whole: false, article: &article, before, after };
    Ok(respond(&reader, edition, &shown, None))
}

fn unwritten(error: &askama::Error) -> Failure {
    tracing::error!(%error, "a page of the docs cannot be written");
    Denial::Internal.into()
}

/// What a page shows beside what is the same on all of them.
struct Shown<'s> {
    title: &'s str,
    at: Page,
    is_whole: bool,
    article: &'s str,
    before: Option<Page>,
    after: Option<Page>,
}

fn respond(
    reader: &Reader,
    edition: &Edition,
    shown: &Shown<'_>,
    chosen: Option<Language>,
) -> Response {
    let &Shown { title, at, is_whole, article, before, after } = shown;
    let page = DocsPage {
        words: reader.words,
        docs: &reader.words.docs,
        title,
        at,
        is_whole,
        is_signed_in: reader.is_signed_in,
        sign_in: &reader.sign_in,
        lang: edition.lang,
        article,
        headings: headings(article),
        before,
        after,
    };
    let mut response = answer_page(StatusCode::OK, &page);
    let headers = response.headers_mut();
    if !reader.is_signed_in {
        // The same for everybody who asks so; with a key in it, it is kept by nobody.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::VARY, HeaderValue::from_static("Cookie, Accept-Language"));
    }
    if let Some(Ok(line)) = chosen.map(|language| HeaderValue::try_from(language.remember())) {
        headers.insert(header::SET_COOKIE, line);
    }
    response
}
