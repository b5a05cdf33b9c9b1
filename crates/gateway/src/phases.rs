//! The way of a request, from its head to the journal.

use std::convert::Infallible;
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
pub(crate) fn answer(
    worker: Rc<Worker>,
    peer: Peer,
    unread: Arc<Unread>,
    request: Request<Incoming>,
) -> impl Future<Output = Result<Response<Outbound>, Infallible>> {
    // Taken apart before the future begins: its parts stay where they are from then on.
    let (mut parts, body) = request.into_parts();
    let mut entry = begin(&worker, peer, unread, &parts);
    async move {
        let mut response = match pass(&worker, peer, &mut parts, body, &mut entry).await {
            Ok(response) => response,
            Err(denial) => refuse(&worker, &parts, &denial, &mut entry),
        };
        reply::name(response.headers_mut(), entry.id());
        entry.status(response.status());
        Ok(response.map(|body| body.ending(entry)))
    }
}

fn begin(worker: &Worker, peer: Peer, unread: Arc<Unread>, parts: &Parts) -> Box<Entry> {
    let id = worker.request_id();
    let trusted = &worker.settings.trusted_proxies;
    let client = client::address(peer.address.ip(), &parts.headers, trusted);
    let asked = Asked {
        method: parts.method.clone(),
        target: parts.uri.path_and_query().cloned(),
        user_agent: parts.headers.get(header::USER_AGENT).cloned(),
    };
    worker.journal.begin(id, client, asked, Some(unread))
}

/// Says why a request does not pass.
fn refuse(
    worker: &Worker,
    parts: &Parts,
    denial: &Denial,
    entry: &mut Entry,
) -> Response<Outbound> {
    entry.denied(denial);
    if let Some(key) = denial.dead_key() {
        worker.uses.note_dead(key, entry);
    }
    let mut response = reply::denied(denial, &worker.settings.docs);
    if parts.headers.contains_key(header::ORIGIN) {
        reply::open_to_pages(response.headers_mut());
    }
    if parts.method == Method::HEAD {
        // With HTTP/2 nobody else takes the body away.
        reply::leave_out_body(&mut response);
    }
    response
}

/// Read, present, admit, forward: each phase takes what the one before it gave.
async fn pass(
    worker: &Rc<Worker>,
    peer: Peer,
    parts: &mut Parts,
    body: Incoming,
    entry: &mut Entry,
) -> Result<Response<Outbound>, Denial> {
    let target = Target::read(parts, &worker.settings.limits)?;
    if let Some(asked) = preflight_method(parts) {
        return preflight(worker, &target, asked);
    }
    let body = inbound(worker, body)?;
    let admission = present(worker, peer, parts, &target, entry)?;
    entry.admitted(&admission);
    worker.uses.note(admission.key(), entry.at(), entry.client());
    let from_page = parts.headers.contains_key(header::ORIGIN);
    let upgrade = upgrade::asked(parts);
    let mut passage =
        Passage { worker, admission: &admission, peer, parts, target: &target, upgrade };
    let mut response = forward(&mut passage, body, entry).await?;
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
