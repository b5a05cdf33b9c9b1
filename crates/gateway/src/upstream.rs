//! Connections to the APIs behind the gateway: made when needed, used again when free.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::body::{BodyError, Inbound};
use crate::patience::{self, Elapsed, ticking, within};
use crate::settings::{Clocks, Limits, Timeouts, UpstreamAddress};

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
    Exchange(hyper::Error),
}

impl UpstreamError {
    /// Whether it was the client's body that broke off, and how.
    pub(crate) fn body(&self) -> Option<&BodyError> {
        match self {
            Self::Exchange(error) => std::error::Error::source(error)?.downcast_ref(),
            Self::Connect(_) | Self::Timeout => None,
        }
    }
}

/// The connections of one worker to one API.
pub(crate) struct Upstream {
    address: UpstreamAddress,
    tls: Option<TlsConnector>,
    timeouts: Timeouts,
    tick: Duration,
    most_idle: usize,
    clocks: Clocks,
    idle: RefCell<Vec<Idle>>,
}

struct Idle {
    sender: SendRequest<Inbound>,
    since: Instant,
}

/// A connection in use. It goes back to the others when its answer has ended, or is closed.
pub(crate) struct Lease {
    sender: SendRequest<Inbound>,
    used: Instant,
    upstream: Weak<Upstream>,
}

impl Lease {
    pub(crate) fn give_back(self) {
        if let Some(upstream) = self.upstream.upgrade() {
            upstream.keep(self.sender, self.used);
        }
    }
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
        let (tick, idle) = (patience::tick(&timeouts), RefCell::default());
        Rc::new(Self { address, tls, timeouts, tick, most_idle, clocks, idle })
    }

    pub(crate) fn address(&self) -> &UpstreamAddress {
        &self.address
    }

    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn send(
        self: &Rc<Self>,
        mut request: Request<Inbound>,
        now: Instant,
    ) -> Result<(Response<Incoming>, Lease), UpstreamError> {
        loop {
            let (mut sender, fresh) = match self.take_idle(now) {
                Some(sender) => (sender, false),
                None => (self.connect().await?, true),
            };
            let answer = sender.try_send_request(request);
            let until = now + self.timeouts.upstream;
            let answer = within(answer, until, self.clocks.monotonic).await;
            match answer.map_err(|Elapsed| UpstreamError::Timeout)? {
                Ok(response) => {
                    let upstream = Rc::downgrade(self);
                    return Ok((response, Lease { sender, used: now, upstream }));
                }
                Err(mut error) => match error.take_message() {
                    // The connection had been closed meanwhile and nothing was sent: once more.
                    Some(unsent) if !fresh => request = unsent,
                    _ => return Err(UpstreamError::Exchange(error.into_error())),
                },
            }
        }
    }

    fn take_idle(&self, now: Instant) -> Option<SendRequest<Inbound>> {
        let mut idle = self.idle.borrow_mut();
        let oldest = now.checked_sub(self.timeouts.upstream_idle);
        while let Some(connection) = idle.pop() {
            if oldest.is_some_and(|oldest| connection.since < oldest) {
                // All below it are older still.
                idle.clear();
            } else if !connection.sender.is_closed() {
                return Some(connection.sender);
            }
        }
        None
    }

    fn keep(&self, sender: SendRequest<Inbound>, since: Instant) {
        let mut idle = self.idle.borrow_mut();
        if idle.len() < self.most_idle && !sender.is_closed() {
            idle.push(Idle { sender, since });
        }
    }

    async fn connect(&self) -> Result<SendRequest<Inbound>, UpstreamError> {
        let connecting = timeout(self.timeouts.connect, self.open());
        connecting.await.map_err(|_elapsed| {
            UpstreamError::Connect(std::io::Error::from(std::io::ErrorKind::TimedOut))
        })?
    }

    async fn open(&self) -> Result<SendRequest<Inbound>, UpstreamError> {
        let UpstreamAddress { host, port, .. } = &self.address;
        let stream = TcpStream::connect((host.as_str(), *port)).await;
        let stream = stream.map_err(UpstreamError::Connect)?;
        stream.set_nodelay(true).map_err(UpstreamError::Connect)?;
        let Some(tls) = &self.tls else { return handshake(stream, self.tick).await };
        let name = ServerName::try_from(host.clone())
            .map_err(|error| UpstreamError::Connect(std::io::Error::other(error)))?;
        let stream = tls.connect(name, stream).await.map_err(UpstreamError::Connect)?;
        handshake(stream, self.tick).await
    }
}

async fn handshake<S>(stream: S, tick: Duration) -> Result<SendRequest<Inbound>, UpstreamError>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = http1::Builder::new()
        .writev(false)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(UpstreamError::Exchange)?;
    tokio::task::spawn_local(async move {
        // What goes wrong here is told to whoever waits for the answer.
        let _ended = ticking(connection.with_upgrades(), tick).await;
    });
    Ok(sender)
}
