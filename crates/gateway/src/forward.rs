//! Forwarding what was admitted, and nothing else: the admission is the ticket.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::request::Parts;
use http::{Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use keys::{Admission, Denial};

use crate::body::{BodyError, Inbound, Outbound};
use crate::headers::{self, Identity};
use crate::journal::Entry;
use crate::phases::Peer;
use crate::target::Target;
use crate::upgrade;
use crate::upstream::{Lease, UpstreamError};
use crate::worker::Worker;

/// What a request passes with.
pub(crate) struct Passage<'p> {
    /// Whose connections carry it.
    pub(crate) worker: &'p Worker,
    /// Why it may pass.
    pub(crate) admission: &'p Admission,
    /// How it came.
    pub(crate) peer: Peer,
    /// The client's side of a WebSocket, if it asked for one.
    pub(crate) upgrade: Option<OnUpgrade>,
}

/// Sends a request to the API of its mode and gives its answer as it comes.
///
/// # Errors
/// When there is no answer; the cause is in the log.
pub(crate) async fn forward(
    passage: Passage<'_>,
    parts: Parts,
    target: Target,
    body: Inbound,
    entry: &mut Entry,
) -> Result<Response<Outbound>, Denial> {
    let worker = passage.worker;
    let upstream = worker.upstream(passage.admission.place().mode);
    let request = passage.outgoing(parts, target, body, entry);
    let asked = (worker.settings.clocks.monotonic)();
    let (response, lease) = upstream.send(request, asked).await.map_err(|error| {
        tracing::warn!(request = %entry.id(), %error, "the API gave no answer");
        denial(&error)
    })?;
    entry.answered(asked);
    passage.incoming(response, lease)
}

impl Passage<'_> {
    fn outgoing(
        &self,
        mut parts: Parts,
        target: Target,
        body: Inbound,
        entry: &Entry,
    ) -> Request<Inbound> {
        let headers = &mut parts.headers;
        headers::strip_request(headers);
        let address = self.worker.upstream(self.admission.place().mode).address();
        headers.insert(header::HOST, address.authority.clone());
        let identity = Identity {
            admission: self.admission,
            request: entry.id(),
            client: entry.client(),
            secure: self.peer.tls,
        };
        identity.write(headers);
        if self.upgrade.is_some() {
            upgrade::announce(headers);
        }
        parts.uri = target.into_uri();
        parts.version = Version::HTTP_11;
        parts.extensions.clear();
        Request::from_parts(parts, body)
    }

    fn incoming(
        self,
        mut response: Response<Incoming>,
        lease: Lease,
    ) -> Result<Response<Outbound>, Denial> {
        headers::strip_response(response.headers_mut());
        self.say(&mut response);
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            let silence = self.worker.silence();
            return Ok(response.map(|body| Outbound::streamed(body, lease, silence)));
        }
        // An API that switches unasked has taken the request for something else.
        let client = self.upgrade.ok_or(Denial::UpstreamUnreachable)?;
        let api = hyper::upgrade::on(&mut response);
        tokio::task::spawn_local(upgrade::join(client, api));
        upgrade::announce(response.headers_mut());
        Ok(response.map(|_switched| Outbound::fixed(Bytes::new())))
    }

    /// Says in the answer which version answered, and for which other account.
    fn say(&self, response: &mut Response<Incoming>) {
        let headers = response.headers_mut();
        let version = self.admission.version().as_str();
        headers.insert(headers::VERSION, text(version));
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
        (_, Some(BodyError::Stalled | BodyError::Broken(_))) => Denial::TooSlow,
        (UpstreamError::Timeout, None) => Denial::UpstreamTimeout,
        (UpstreamError::Connect(_) | UpstreamError::Exchange(_), None) => {
            Denial::UpstreamUnreachable
        }
    }
}
