//! Connections to the APIs behind the gateway: made when needed, used again when free.
//!
//! HTTP/1.1, within the task of the request: a connection has no task of its own, so that a request
//! costs no wake-ups but those of its sockets. The head is written from the request's own headers in
//! one pass, and an answer's headers share the memory that it was read into.

mod answer;
mod exchange;
mod framing;
mod sending;
mod wire;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::body::BodyError;
use crate::patience::Elapsed;
use crate::settings::{Clocks, Limits, Timeouts, UpstreamAddress};
use answer::Head;
use exchange::{Exchange, Room};

pub(crate) use exchange::{Arriving, ExchangeError};
pub(crate) use sending::{Sending, append};
pub(crate) use wire::Wire;

/// Why an API gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    /// No connection could be made in time.
    #[error("cannot connect: {0}")]
    Connect(std::io::Error),
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke, or what came is no HTTP.
    #[error("the exchange broke off: {0}")]
    Exchange(ExchangeError),
}

impl UpstreamError {
    /// Whether it was the client's body that broke off, and how.
    pub(crate) fn body(&self) -> Option<&BodyError> {
        match self {
            Self::Exchange(ExchangeError::Body(error)) => Some(error),
            Self::Exchange(_) | Self::Connect(_) | Self::Timeout => None,
        }
    }
}

/// What an API answers.
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers, without those that speak of the connection.
    pub(crate) headers: HeaderMap,
    /// What comes after them.
    pub(crate) after: After,
}

/// What comes after the head of an answer.
pub(crate) enum After {
    /// A body that is at hand.
    Whole(Bytes),
    /// A body that comes.
    Body(Box<Arriving>),
    /// Another protocol, of which some bytes have come.
    Switched(Wire, Bytes),
}

/// The connections of one worker to one API.
pub(crate) struct Upstream {
    address: UpstreamAddress,
    tls: Option<TlsConnector>,
    timeouts: Timeouts,
    most_idle: usize,
    clocks: Clocks,
    idle: RefCell<Vec<Idle>>,
    /// The time, as it was told last: some request begins, or a second has passed. What ends reads no
    /// clock of its own to say since when its connection is idle.
    latest: Cell<Instant>,
    room: Room,
}

struct Idle {
    wire: Wire,
    since: Instant,
}

impl Upstream {
    pub(crate) fn new(
        address: UpstreamAddress,
        tls: &Arc<rustls::ClientConfig>,
        timeouts: Timeouts,
        limits: &Limits,
        clocks: Clocks,
    ) -> Rc<Self> {
        let tls = address.tls.then(|| TlsConnector::from(Arc::clone(tls)));
        let most_idle = limits.upstream_idle;
        let (idle, latest) = (RefCell::default(), Cell::new((clocks.monotonic)()));
        let room = Room::new();
        Rc::new(Self { address, tls, timeouts, most_idle, clocks, idle, latest, room })
    }

    pub(crate) fn address(&self) -> &UpstreamAddress {
        &self.address
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn send(
        self: &Rc<Self>,
        method: &Method,
        mut sending: Sending,
        now: Instant,
    ) -> Result<Answer, UpstreamError> {
        self.latest.set(now);
        let mut since = now;
        loop {
            let (wire, is_fresh) = if let Some(wire) = self.take_idle(now) {
                (wire, false)
            } else {
                // Seldom, and large: it does not weigh on the requests that find a connection.
                let wire = Box::pin(self.connect()).await?;
                since = (self.clocks.monotonic)();
                (wire, true)
            };
            let mut exchange = Exchange::new(wire, sending);
            let mut watch = Watch { since, sent: 0, has_waited: false };
            let head = std::future::poll_fn(|context| {
                match exchange.poll_head(method, &self.room, context) {
                    Poll::Ready(head) => Poll::Ready(Ok(head)),
                    Poll::Pending => watch.poll(&exchange, self).map(Err),
                }
            });
            match head.await.map_err(|Elapsed| UpstreamError::Timeout)? {
                Ok(head) => return Ok(self.answer(head, exchange)),
                Err(error @ ExchangeError::Body(_)) => return Err(UpstreamError::Exchange(error)),
                // The API had closed the connection meanwhile: once more, on another.
                Err(error) => match exchange.again() {
                    Some(again) if !is_fresh => sending = again,
                    _ => return Err(UpstreamError::Exchange(error)),
                },
            }
        }
    }

    fn answer(self: &Rc<Self>, head: Head, exchange: Exchange) -> Answer {
        let Head { status, headers, rest, keeps } = head;
        let after = if status == StatusCode::SWITCHING_PROTOCOLS {
            let (wire, received) = exchange.into_switched();
            After::Switched(wire, received)
        } else {
            Arriving::after(exchange, rest, keeps, Rc::clone(self))
        };
        Answer { status, headers, after }
    }

    fn take_idle(&self, now: Instant) -> Option<Wire> {
        let mut idle = self.idle.borrow_mut();
        while let Some(Idle { mut wire, since }) = idle.pop() {
            if self.is_stale(since, now) {
                // All below it are older still.
                idle.clear();
            } else if wire.is_quiet() {
                return Some(wire);
            }
        }
        None
    }

    fn is_stale(&self, since: Instant, now: Instant) -> bool {
        now.saturating_duration_since(since) > self.timeouts.upstream_idle
    }

    /// Closes what has been idle for too long, or was closed by the API.
    pub(crate) fn tend(&self, now: Instant) {
        self.latest.set(now);
        let mut idle = self.idle.borrow_mut();
        idle.retain_mut(|idle| !self.is_stale(idle.since, now) && idle.wire.is_quiet());
    }

    fn keep(&self, wire: Wire) {
        let mut idle = self.idle.borrow_mut();
        if idle.len() < self.most_idle {
            idle.push(Idle { wire, since: self.latest.get() });
        }
    }

    async fn connect(&self) -> Result<Wire, UpstreamError> {
        let connecting = timeout(self.timeouts.connect, self.open());
        connecting.await.map_err(|_elapsed| {
            UpstreamError::Connect(std::io::Error::from(std::io::ErrorKind::TimedOut))
        })?
    }

    async fn open(&self) -> Result<Wire, UpstreamError> {
        let UpstreamAddress { host, port, .. } = &self.address;
        let stream = TcpStream::connect((host.as_str(), *port)).await;
        let stream = stream.map_err(UpstreamError::Connect)?;
        stream.set_nodelay(true).map_err(UpstreamError::Connect)?;
        let Some(tls) = &self.tls else { return Ok(Wire::Plain(stream)) };
        let name = ServerName::try_from(host.clone())
            .map_err(|error| UpstreamError::Connect(std::io::Error::other(error)))?;
        let stream = tls.connect(name, stream).await.map_err(UpstreamError::Connect)?;
        Ok(Wire::Tls(Box::new(stream)))
    }
}

/// How long an API has left a request unanswered. The time of its client does not count: that one
/// must not stay silent for too long, but may be as slow as it is.
struct Watch {
    since: Instant,
    sent: u64,
    has_waited: bool,
}

impl Watch {
    fn poll(&mut self, exchange: &Exchange, upstream: &Upstream) -> Poll<Elapsed> {
        // The first time it has only just begun.
        if !std::mem::replace(&mut self.has_waited, true) {
            self.sent = exchange.sent();
            return Poll::Pending;
        }
        let now = (upstream.clocks.monotonic)();
        let sent = exchange.sent();
        if exchange.waits_for_client() || sent != self.sent {
            (self.since, self.sent) = (now, sent);
        }
        if now.duration_since(self.since) >= upstream.timeouts.upstream {
            Poll::Ready(Elapsed)
        } else {
            Poll::Pending
        }
    }
}
