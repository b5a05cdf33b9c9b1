//! `/{owner}/{side}/settings/profile`: how its reader signs in.

mod authenticator;
mod language;
mod password;
mod phone;
mod program;
mod sessions;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use store::AuthenticatorStanding;

use self::sessions::SessionLine;
use super::super::failure::Failure;
use super::super::frame::{Frame, Tab};
use super::super::page;
use super::super::panel::{Field, Panel};
use super::super::place::{Here, Query};
use super::super::time::Moment;
use super::super::visit::Visit;
use super::super::words::{FormWords, Words};
use super::around::{Around, Page, asking, panel};
use super::told::Said;
use crate::console::Shared;

/// The pages of the profile.
pub(super) fn routes() -> Router<Arc<Shared>> {
    let at = |rest: &str| format!("/{{owner}}/{{side}}/settings/profile{rest}");
    Router::new()
        .route(&at(""), get(show))
        .route(&at("/password"), asking(password::form).post(password::change))
        .route(&at("/authenticator"), asking(authenticator::add).post(authenticator::begin))
        .route(
            &at("/authenticator/confirm"),
            asking(authenticator::first_code).post(authenticator::confirm),
        )
        .route(
            &at("/authenticator/codes"),
            asking(authenticator::renew_form).post(authenticator::renew),
        )
        .route(
            &at("/authenticator/remove"),
            asking(authenticator::remove_form).post(authenticator::remove),
        )
        .route(&at("/phone"), asking(phone::name).post(phone::begin))
        .route(&at("/phone/confirm"), get(phone::show_confirm).post(phone::confirm))
        .route(&at("/phone/remove"), asking(phone::remove_form).post(phone::remove))
        .route(
            &at("/sessions/others"),
            asking(sessions::end_others_form).post(sessions::end_others),
        )
        .route(&at("/sessions/{session}"), get(sessions::show).post(sessions::end))
        .route(&at("/language"), post(language::choose))
}

#[derive(Template)]
#[template(path = "settings/profile.html")]
struct ProfilePage<'p> {
    frame: Frame,
    around: Around,
    email: &'p str,
    password_since: Moment,
    app: AuthenticatorStanding,
    /// Whether text messages can be sent.
    has_sms: bool,
    phone: Option<String>,
    pending_phone: Option<String>,
    sessions: Vec<SessionLine>,
    languages: [&'static Words; Words::ALL.len()],
}

impl ProfilePage<'_> {
    /// The address of something that belongs to the profile.
    fn at(&self, rest: &str) -> String {
        format!("{}/{rest}", Page::Profile.path(self.frame.home))
    }
}

async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
    let user = &visit.person().user;
    let phones = shared.store.phones(user.id).await?;
    let profile = ProfilePage {
        around: Around::of(&frame, &visit, Page::Profile, said),
        email: user.email.as_str(),
        password_since: Moment::of(user.password_changed_at),
        app: shared.store.authenticator(user.id).await?,
        has_sms: shared.delivery.has_sms(),
        phone: phones.confirmed.map(|number| number.to_string()),
        pending_phone: phones.pending.map(|number| number.to_string()),
        sessions: sessions::lines(&shared, &visit).await?,
        languages: Words::ALL,
        frame,
    };
    Ok(page(StatusCode::OK, &profile))
}

/// A form that is sent to that address below the profile's.
fn form(frame: &Frame, rest: &str, words: &'static FormWords, fields: Vec<Field>) -> Panel {
    let back = Page::Profile.path(frame.home);
    panel(words, None, (format!("{back}/{rest}"), back), fields)
}
