//! `…/profile/sessions`: where somebody has signed in.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use keys::SessionId;
use serde::Deserialize;
use store::{Session, StoreError};

use super::super::super::failure::Failure;
use super::super::super::form::Csrf;
use super::super::super::frame::{Frame, Tab};
use super::super::super::panel::Panel;
use super::super::super::place::{Here, Path};
use super::super::super::sign_in::Empty;
use super::super::super::time::Moment;
use super::super::super::visit::Visit;
use super::super::super::words::SessionsWords;
use super::super::around::{Page, grave, panel};
use super::super::told::Done;
use super::program;
use crate::console::Shared;

/// A session, as it is shown.
pub(super) struct SessionLine {
    pub(super) id: String,
    pub(super) program: String,
    /// What it says that it is.
    pub(super) said: String,
    pub(super) address: String,
    pub(super) last_seen: Moment,
    pub(super) since: Moment,
    /// Whether it is the one that asks.
    pub(super) is_this: bool,
}

#[derive(Deserialize)]
pub(super) struct AtSession {
    session: SessionId,
}

/// The sessions of somebody: the one that asks, then the last seen first.
pub(super) async fn lines(shared: &Shared, visit: &Visit) -> Result<Vec<SessionLine>, StoreError> {
    let words = &visit.words().settings.of_sessions;
    let person = visit.person();
    let found = shared.store.sessions(person.user.id, (shared.world.now)()).await?;
    let mut lines: Vec<SessionLine> = found
        .into_iter()
        .map(|session| SessionLine {
            id: session.id.to_string(),
            program: called(&session, words),
            address: session.address.to_string(),
            last_seen: Moment::of(session.seen_at),
            since: Moment::of(session.created_at),
            is_this: session.id == person.session.id,
            said: session.user_agent,
        })
        .collect();
    lines.sort_by_key(|line| !line.is_this);
    Ok(lines)
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    Path(AtSession { session }): Path<AtSession>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
    let session = own(&shared, &visit, session).await?;
    Ok(end_form(&frame, &session).page(&frame, None))
}

pub(super) async fn end(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    Path(AtSession { session }): Path<AtSession>,
    form: Csrf<Empty>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    if !shared.control.end_session(visit.caller(), session).await? {
        return Err(Failure::Missing);
    }
    Ok(Done::SessionEnded.on(&Page::Profile.path(home), visit.token()))
}

pub(super) async fn end_others(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    form: Csrf<Empty>,
) -> Result<Response, Failure> {
    shared.control.end_other_sessions(form.visit.caller()).await?;
    Ok(Done::SessionsEnded.on(&Page::Profile.path(home), form.visit.token()))
}

/// A session of whoever asks; one of somebody else does not exist to them.
async fn own(shared: &Shared, visit: &Visit, id: SessionId) -> Result<Session, Failure> {
    let user = visit.person().user.id;
    let sessions = shared.store.sessions(user, (shared.world.now)()).await?;
    sessions.into_iter().find(|session| session.id == id).ok_or(Failure::Missing)
}

fn end_form(frame: &Frame, session: &Session) -> Panel {
    let texts = &frame.words.settings.of_sessions;
    let back = Page::Profile.path(frame.home);
    let about = format!("{} · {}", called(session, texts), session.address);
    let action = format!("{back}/sessions/{}", session.id);
    grave(panel(&texts.end, Some(about), (action, back), Vec::new()))
}

pub(super) fn end_others_form(frame: &Frame) -> Panel {
    let back = Page::Profile.path(frame.home);
    let form = &frame.words.settings.of_sessions.end_others;
    grave(panel(form, None, (format!("{back}/sessions/others"), back), Vec::new()))
}

fn called(session: &Session, words: &SessionsWords) -> String {
    match session.user_agent.as_str() {
        "" => words.unknown_program.to_owned(),
        said => program::name(said),
    }
}
