//! Forwarding what was admitted, and nothing else: the admission is the ticket.

use bytes::Bytes;
use http::Response;
use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use hyper::upgrade::OnUpgrade;
use keys::{Admission, Denial};

use crate::body::{BodyError, Inbound, Outbound};
use crate::headers::{self, Identity};
use crate::journal::Entry;
use crate::phases::Peer;
use crate::settings::{PlainHttp, UpstreamAddress};
use crate::target::Target;
use crate::upgrade;
use crate::upstream::{After, Answer, Sending, UpstreamError};
use crate::worker::Worker;

/// What a request passes with.
pub(crate) struct Passage<'p> {
    /// Whose connections carry it.
    pub(crate) worker: &'p Worker,
    /// Why it may pass.
    pub(crate) admission: &'p Admission,
    /// How it came.
    pub(crate) peer: Peer,
    /// What it asks.
    pub(crate) parts: &'p Parts,
    /// Of what it asks it, in one reading.
    pub(crate) target: &'p Target,
    /// The client's side of a WebSocket, if it asked for one.
    pub(crate) upgrade: Option<OnUpgrade>,
}

/// Sends a request to the API of its mode and gives its answer as it comes.
///
/// # Errors
/// When there is no answer; the cause is in the log.
pub(crate) async fn forward(
    passage: &mut Passage<'_>,
    body: Inbound,
    entry: &mut Entry,
) -> Result<Response<Outbound>, Denial> {
    let worker = passage.worker;
    let upstream = worker.upstream(passage.admission.place().mode);
    let method = &passage.parts.method;
    let sending = Sending::new(method, body, |out| passage.head(entry, upstream.address(), out));
    let answer = upstream.send(method, sending, entry.started()).await.map_err(|error| {
        let denial = denial(&error);
        if denial == Denial::ClientGone {
            tracing::debug!(request = %entry.id(), %error, "a client went away");
        } else {
            tracing::warn!(request = %entry.id(), %error, "the API gave no answer");
        }
        denial
    })?;
    entry.answered();
    passage.incoming(answer)
}

impl Passage<'_> {
    /// Writes the head of the request, but for the lines that say where its body ends.
    fn head(&self, entry: &Entry, to: &UpstreamAddress, out: &mut Vec<u8>) {
        for part in [self.parts.method.as_str(), " ", self.target.as_str(), " HTTP/1.1\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
        headers::line(out, &header::HOST, to.authority.as_bytes());
        headers::pass_on(&self.parts.headers, out);
        let plain_http = self.worker.settings.plain_http;
        let identity = Identity {
            admission: self.admission,
            request: entry.id(),
            client: entry.client(),
            secure: self.peer.tls || plain_http == PlainHttp::TlsEndsBefore,
        };
        identity.write(out);
        if self.upgrade.is_some() {
            out.extend_from_slice(b"connection: upgrade\r\nupgrade: websocket\r\n");
        }
    }

    fn incoming(&mut self, answer: Answer) -> Result<Response<Outbound>, Denial> {
        let Answer { status, mut headers, after } = answer;
        self.say(&mut headers);
        let body = match after {
            After::Whole(body) => Outbound::fixed(body),
            After::Body(body) => Outbound::streamed(body, self.worker.silence()),
            After::Switched(api, received) => {
                // An API that switches unasked has taken the request for something else.
                let client = self.upgrade.take().ok_or(Denial::UpstreamUnreachable)?;
                let worker = self.worker;
                let (ear, silence) = (worker.bell.listen(), worker.silence());
                tokio::task::spawn_local(upgrade::join(client, api, received, (ear, silence)));
                upgrade::announce(&mut headers);
                Outbound::fixed(Bytes::new())
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// Says in the answer which version answered, and for which other account.
    fn say(&self, headers: &mut HeaderMap) {
        headers.insert(headers::VERSION, text(self.admission.version().as_str()));
        if self.admission.context().is_some() {
            headers.insert(headers::ACCOUNT, text(&self.admission.place().account.to_string()));
        }
    }
}

fn text(text: &str) -> HeaderValue {
    headers::value(Bytes::copy_from_slice(text.as_bytes()))
}

fn denial(error: &UpstreamError) -> Denial {
    match (error, error.body()) {
        (_, Some(BodyError::TooLarge)) => Denial::BodyTooLarge,
        (_, Some(BodyError::Stalled)) => Denial::TooSlow,
        (_, Some(BodyError::Malformed(_) | BodyError::Length)) => {
            Denial::Ambiguous("its body does not end where its head says")
        }
        (_, Some(BodyError::Client(_))) => Denial::ClientGone,
        (_, Some(BodyError::Api(_))) => Denial::UpstreamUnreachable,
        (UpstreamError::Timeout, None) => Denial::UpstreamTimeout,
        (UpstreamError::Connect(_) | UpstreamError::Exchange(_), None) => {
            Denial::UpstreamUnreachable
        }
    }
}
