//! The outbox of `keyway dev`: messages stay on this machine, and a page shows them.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::Message;
use super::smtp::is_loopback;
use crate::console::Shared;
use crate::pages::{self, escaped};
use crate::problem::Problem;

const PAGE: &str = include_str!("../../pages/outbox.html");
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

    fn page(&self) -> String {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut messages: String = kept.iter().map(Kept::article).collect();
        if messages.is_empty() {
            "<p>Nothing was sent yet.</p>".clone_into(&mut messages);
        }
        PAGE.replace("{messages}", &messages)
    }
}

impl Kept {
    fn article(&self) -> String {
        let (subject, to, body) = (escaped(&self.subject), escaped(&self.to), escaped(&self.body));
        let at = self.at.strftime("%Y-%m-%d %H:%M:%S UTC");
        format!(
            "<article><h2>{subject}</h2><p>To <code>{to}</code>, {at}</p><pre>{body}</pre></article>\n"
        )
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
        return pages::html(outbox.page());
    }
    Problem::UnknownUrl { method: Method::GET, path: "/outbox".to_owned() }.into_response()
}

fn names_loopback(headers: &HeaderMap) -> bool {
    match headers.get(header::HOST).map(|host| Authority::try_from(host.as_bytes())) {
        Some(Ok(authority)) => is_loopback(authority.host()),
        Some(Err(_)) | None => false,
    }
}
