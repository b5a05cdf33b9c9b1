//! `/{owner}/{side}/settings/notifications`: what somebody is mailed about live keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keys::NoticeKind;

use super::super::failure::Failure;
use super::super::form::Csrf;
use super::super::frame::{Frame, Tab};
use super::super::page;
use super::super::place::{Here, Query};
use super::super::visit::Visit;
use super::super::words::Called;
use super::around::{Around, Page};
use super::told::{Done, Said};
use crate::console::Shared;

/// The page of the notifications.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/{owner}/{side}/settings/notifications", get(show).post(choose))
}

#[derive(Template)]
#[template(path = "settings/notifications.html")]
struct NotificationsPage<'p> {
    frame: Frame,
    around: Around,
    path: String,
    email: &'p str,
    kinds: Vec<KindLine>,
}

/// A kind of notice, and whether it is wanted.
struct KindLine {
    name: &'static str,
    called: Called,
    is_wanted: bool,
}

async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
    let user = &visit.person().user;
    let around = Around::of(&frame, &visit, Page::Notifications, said);
    let texts = &around.words.of_notifications;
    let line = |(kind, is_wanted): (NoticeKind, bool)| KindLine {
        name: kind.as_str(),
        called: texts.of(kind),
        is_wanted,
    };
    let chosen = shared.store.notice_preferences(user.id).await?;
    let notifications = NotificationsPage {
        path: Page::Notifications.path(home),
        email: user.email.as_str(),
        kinds: chosen.into_iter().map(line).collect(),
        around,
        frame,
    };
    Ok(page(StatusCode::OK, &notifications))
}

/// A kind whose box is not ticked is not sent by a browser at all.
async fn choose(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    form: Csrf<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let choices = NoticeKind::ALL.map(|kind| (kind, form.fields.contains_key(kind.as_str())));
    shared.control.choose_notices(form.visit.caller(), &choices).await?;
    Ok(Done::Saved.on(&Page::Notifications.path(home), form.visit.token()))
}
