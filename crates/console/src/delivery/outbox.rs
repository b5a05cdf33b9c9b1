//! The outbox of `keyway dev`: messages stay on this machine, and a page shows them.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::Message;
use super::smtp::is_loopback;
use crate::console::Shared;
use crate::dashboard;
use crate::problem::Problem;

/// Messages that are kept; the oldest go first.
const KEPT: usize = 100;

/// The last 100 messages, in memory.
#[derive(Clone, Default)]
pub struct Outbox {
    kept: Arc<Mutex<VecDeque<Kept>>>,
}

struct Kept {
    at: Timestamp,
    to: String,
    subject: String,
    body: Zeroizing<String>,
}

impl Outbox {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn keep(&self, to: &str, message: &Message, at: Timestamp) {
        let (subject, body) = (message.subject(), message.body());
        if let Message::VerificationCode { code, .. } = message {
            tracing::info!(to, code = code.expose(), "a verification code, not sent but kept");
        } else {
            tracing::info!(to, subject, "a message, not sent but kept in /outbox");
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(KEPT - 1);
        kept.push_front(Kept { at, to: to.to_owned(), subject, body });
    }

    fn page(&self) -> Response {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        dashboard::page(StatusCode::OK, &OutboxPage { messages: kept.iter().collect() })
    }
}

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage<'p> {
    messages: Vec<&'p Kept>,
}

impl Kept {
    fn moment(&self) -> String {
        self.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
    }
}

/// `GET /outbox`: to this machine alone, asked for by its own name, so that no page of another origin
/// can have it read by way of a name that it has pointed here.
pub(crate) async fn page(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_near = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    if let Some(outbox) = shared.delivery.outbox()
        && is_near
        && names_loopback(request.headers())
    {
        return outbox.page();
    }
    Problem::UnknownUrl { method: Method::GET, path: "/outbox".to_owned() }.into_response()
}

fn names_loopback(headers: &HeaderMap) -> bool {
    match headers.get(header::HOST).map(|host| Authority::try_from(host.as_bytes())) {
        Some(Ok(authority)) => is_loopback(authority.host()),
        Some(Err(_)) | None => false,
    }
}
