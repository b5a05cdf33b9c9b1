//! The way of a request, from its head to the journal.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;

use http::header;
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response};
use hyper::body::Incoming;
use keys::{Denial, Kind};

use crate::body::{Inbound, Outbound};
use crate::forward::{Passage, forward};
use crate::journal::{Asked, Entry};
use crate::present::present;
use crate::target::Target;
use crate::unread::Unread;
use crate::worker::Worker;
use crate::{client, reply, upgrade};

/// The connection that a request came by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    /// The other end.
    pub(crate) address: SocketAddr,
    /// Whether it speaks TLS with us.
    pub(crate) tls: bool,
}

/// Answers one request. Whatever happens on its way, it ends in the journal, with its last byte.
pub(crate) async fn answer(
    worker: Rc<Worker>,
    peer: Peer,
    unread: Arc<Unread>,
    request: Request<Incoming>,
) -> Response<Outbound> {
    let mut entry = begin(&worker, peer, unread, &request);
    let from_page = request.headers().contains_key(header::ORIGIN);
    let mut response = match pass(&worker, peer, request, &mut entry).await {
        Ok(response) => response,
        Err(denial) => {
            entry.denied(&denial);
            if let Some(key) = denial.dead_key() {
                worker.uses.note_dead(key, &entry);
            }
            let mut response = reply::denied(&denial, &worker.settings.docs);
            if from_page {
                reply::open_to_pages(response.headers_mut());
            }
            response
        }
    };
    reply::name(response.headers_mut(), entry.id());
    entry.status(response.status());
    response.map(|body| body.ending(entry))
}

fn begin(
    worker: &Worker,
    peer: Peer,
    unread: Arc<Unread>,
    request: &Request<Incoming>,
) -> Box<Entry> {
    let id = worker.request_id();
    let trusted = &worker.settings.trusted_proxies;
    let client = client::address(peer.address.ip(), request.headers(), trusted);
    let asked = Asked {
        method: request.method().clone(),
        target: request.uri().path_and_query().cloned(),
        user_agent: request.headers().get(header::USER_AGENT).cloned(),
    };
    worker.journal.begin(id, client, asked, Some(unread))
}

/// Read, present, admit, forward: each phase takes what the one before it gave.
async fn pass(
    worker: &Rc<Worker>,
    peer: Peer,
    request: Request<Incoming>,
    entry: &mut Entry,
) -> Result<Response<Outbound>, Denial> {
    let (mut parts, body) = request.into_parts();
    let target = Target::read(&parts)?;
    if let Some(asked) = preflight_method(&parts) {
        return preflight(worker, &target, asked);
    }
    let body = inbound(worker, body)?;
    let admission = present(worker, peer, &parts, &target, entry)?;
    entry.admitted(&admission);
    worker.uses.note(admission.key(), entry.at(), entry.client());
    let from_page = parts.headers.contains_key(header::ORIGIN);
    let upgrade = upgrade::asked(&mut parts);
    let passage =
        Passage { worker, admission: &admission, peer, parts: &parts, target: &target, upgrade };
    let mut response = forward(passage, body, entry).await?;
    if from_page && admission.kind() == Kind::Publishable {
        reply::open_to_pages(response.headers_mut());
    }
    Ok(response)
}

/// The body, unless its head already says that it is too large.
fn inbound(worker: &Worker, body: Incoming) -> Result<Inbound, Denial> {
    let most = worker.settings.limits.body_bytes;
    if http_body::Body::size_hint(&body).lower() > most {
        return Err(Denial::BodyTooLarge);
    }
    Ok(Inbound::new(body, most, worker.silence()))
}

/// The method that a browser asks for, if this is a CORS preflight (Fetch, section 3.2.2).
fn preflight_method(parts: &Parts) -> Option<&HeaderValue> {
    if parts.method != Method::OPTIONS || !parts.headers.contains_key(header::ORIGIN) {
        return None;
    }
    parts.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// A page may send what a publishable key may: a preflight carries no key to decide by.
fn preflight(
    worker: &Worker,
    target: &Target,
    asked: &HeaderValue,
) -> Result<Response<Outbound>, Denial> {
    let method = str::from_utf8(asked.as_bytes()).unwrap_or_default();
    let operation = worker.api.catalog.operation(method, target.path());
    if operation.is_some_and(|operation| operation.publishable) {
        Ok(reply::preflight(asked))
    } else {
        Err(Denial::SecretKeyRequired)
    }
}
