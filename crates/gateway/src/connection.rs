//! A client's connection, from its first byte to its last.

use std::net::SocketAddr;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use crate::journal::Asked;
use crate::metrics::Counters;
use crate::patience::Ear;
use crate::phases::{Peer, answer};
use crate::unread::{Answering, Unread};
use crate::worker::Worker;

/// One of the connections that a worker may have at a time.
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
    counters: Arc<Counters>,
}

impl Place {
    pub(crate) fn new(permit: OwnedSemaphorePermit, counters: Arc<Counters>) -> Self {
        counters.connections.inc();
        Self { _permit: permit, counters }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.counters.connections.dec();
    }
}

/// Serves a connection until it ends, or until its requests in flight have ended after a stop.
pub(crate) async fn serve(
    worker: Rc<Worker>,
    stream: TcpStream,
    address: SocketAddr,
    place: Place,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a client went away at once");
        return;
    }
    let Some(tls) = worker.tls.clone() else {
        return exchange(worker, stream, Peer { address, tls: false }, place).await;
    };
    match timeout(worker.settings.timeouts.handshake, tls.accept(stream)).await {
        Ok(Ok(stream)) => exchange(worker, stream, Peer { address, tls: true }, place).await,
        Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
        Err(_elapsed) => tracing::debug!("a TLS handshake took too long"),
    }
}

async fn exchange<S>(worker: Rc<Worker>, stream: S, peer: Peer, place: Place)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let unread = Unread::new(worker.request_id(), worker.settings.docs.clone());
    let stream = Answering::new(stream, place, Arc::clone(&unread), worker.silence());
    let (shared, known) = (Rc::clone(&worker), Arc::clone(&unread));
    let service =
        service_fn(move |request| answer(Rc::clone(&shared), peer, Arc::clone(&known), request));
    let connection = worker.protocols.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let mut watch = Watch::new(&worker, &unread);
    let ended = std::future::poll_fn(|context| {
        if watch.ear.poll(context) {
            match watch.look() {
                Verdict::GoesOn => {}
                Verdict::Ends => connection.as_mut().graceful_shutdown(),
                Verdict::IsCutOff => return Poll::Ready(Ok(())),
            }
        }
        connection.as_mut().poll(context)
    });
    if let Err(error) = ended.await {
        tracing::debug!(%error, "a connection broke off");
    }
    if let Some((id, status, denial)) = unread.answered() {
        let mut entry = worker.journal.begin(id, peer.address.ip(), Asked::unreadable(), None);
        entry.denied(&denial);
        entry.status(status);
    }
}

/// Looks after a connection whenever the bell rings.
struct Watch<'w> {
    ear: Ear,
    unread: &'w Unread,
    monotonic: fn() -> Instant,
    /// How long a head may take, and a connection be without one.
    longest: Duration,
    /// How many requests had begun, and since when none has.
    quiet: (usize, Instant),
    is_ending: bool,
}

/// What becomes of a connection.
enum Verdict {
    GoesOn,
    Ends,
    IsCutOff,
}

impl<'w> Watch<'w> {
    fn new(worker: &Worker, unread: &'w Unread) -> Self {
        let monotonic = worker.settings.clocks.monotonic;
        let (ear, longest) = (worker.bell.listen(), worker.settings.timeouts.head);
        Self { ear, unread, monotonic, longest, quiet: (0, monotonic()), is_ending: false }
    }

    fn look(&mut self) -> Verdict {
        let (now, begun) = ((self.monotonic)(), self.unread.begun_until_now());
        if self.unread.is_busy() || begun != self.quiet.0 {
            self.quiet = (begun, now);
        }
        if self.ear.is_cut_off() {
            return Verdict::IsCutOff;
        }
        let is_late = now.duration_since(self.quiet.1) >= self.longest;
        if is_late && (begun == 0 || self.is_ending) {
            tracing::debug!("a connection without a request was closed");
            Verdict::IsCutOff
        } else if (is_late || self.ear.stops()) && !self.is_ending {
            self.is_ending = true;
            Verdict::Ends
        } else {
            Verdict::GoesOn
        }
    }
}
