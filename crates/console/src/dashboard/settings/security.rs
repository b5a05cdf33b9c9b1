//! `/{owner}/{side}/settings/security`: what was done about how its reader signs in.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use keys::EventId;
use serde::Deserialize;
use store::{Recorded, StoreError};

use super::super::failure::Failure;
use super::super::frame::{Frame, Tab};
use super::super::page;
use super::super::place::{Here, Query};
use super::super::time::Moment;
use super::super::visit::Visit;
use super::super::words::{HistoryWords, SecurityWords};
use super::around::{Around, Page};
use super::told::Said;
use crate::console::Shared;

/// How many are on a page.
const MOST: u16 = 50;

/// The page.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/{owner}/{side}/settings/security", get(show))
}

#[derive(Template)]
#[template(path = "settings/security.html")]
struct SecurityPage {
    frame: Frame,
    around: Around,
    texts: &'static HistoryWords,
    events: Vec<Line>,
    older: Option<String>,
}

/// From where on.
#[derive(Deserialize)]
struct Asked {
    before: Option<EventId>,
}

/// An event, as it is kept.
#[derive(Deserialize)]
struct Kept {
    id: String,
    created: Timestamp,
    r#type: String,
    ip_address: Option<String>,
    user_agent: Option<String>,
    outcome: String,
}

/// An event, as it is shown.
struct Line {
    at: Moment,
    what: String,
    from: Option<String>,
    program: Option<String>,
    refusal: Option<String>,
}

impl Kept {
    fn of(recorded: &Recorded) -> Result<Self, Failure> {
        let damaged = |_cause| StoreError::Inconsistent {
            table: "events",
            row: recorded.number.to_string(),
            column: "said",
        };
        Ok(serde_json::from_str(&recorded.said).map_err(damaged)?)
    }

    fn line(self, words: &SecurityWords) -> Line {
        let what = words.kinds.iter().find(|(kind, _)| *kind == self.r#type);
        Line {
            at: Moment::of(self.created),
            what: what.map_or(self.r#type, |(_, said)| (*said).to_owned()),
            from: self.ip_address,
            program: self.user_agent,
            refusal: Some(self.outcome).filter(|outcome| outcome != "done"),
        }
    }
}

async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    Query(Asked { before }): Query<Asked>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
    let found = shared.control.own_events(visit.caller(), before, MOST + 1).await?;
    let kept = found.iter().take(usize::from(MOST)).map(Kept::of).collect::<Result<Vec<_>, _>>()?;
    let is_more = found.len() > kept.len();
    let path = Page::Security.path(home);
    let older = kept.last().filter(|_| is_more).map(|last| format!("{path}?before={}", last.id));
    let around = Around::of(&frame, &visit, Page::Security, Said::nothing());
    let events = kept.into_iter().map(|kept| kept.line(&around.words.of_security)).collect();
    let texts = &frame.words.history;
    Ok(page(StatusCode::OK, &SecurityPage { frame, around, texts, events, older }))
}
