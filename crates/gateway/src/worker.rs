//! One thread of the gateway: its connections, its pools, its part of the journal.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hyper::rt::Executor;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto;
use keys::{Api, Mode, Peppers, RequestId};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::journal::{Asked, Journal};
use crate::metrics::Counters;
use crate::patience::{self, GlanceTimer, Silence, ticking};
use crate::phases::{Peer, answer};
use crate::settings::Settings;
use crate::unread::{Answering, Unread};
use crate::upstream::Upstream;
use crate::view::Views;

/// What requests of one thread share.
pub(crate) struct Worker {
    pub(crate) settings: Arc<Settings>,
    pub(crate) api: Arc<Api>,
    pub(crate) peppers: Peppers,
    pub(crate) views: Arc<Views>,
    pub(crate) journal: Rc<Journal>,
    pub(crate) counters: Arc<Counters>,
    chance: RefCell<fastrand::Rng>,
    live: Rc<Upstream>,
    sandbox: Rc<Upstream>,
    tls: Option<TlsAcceptor>,
    protocols: auto::Builder<LocalExecutor>,
    tick: Duration,
}

/// What all workers have in common.
#[derive(Clone)]
pub(crate) struct Common {
    pub(crate) settings: Arc<Settings>,
    pub(crate) api: Arc<Api>,
    pub(crate) peppers: Peppers,
    pub(crate) views: Arc<Views>,
}

impl Worker {
    pub(crate) fn new(
        common: Common,
        journal: Rc<Journal>,
        counters: Arc<Counters>,
        seed: u64,
    ) -> Self {
        let Common { settings, api, peppers, views } = common;
        let tick = patience::tick(&settings.timeouts);
        let upstream = |mode_address: &crate::settings::UpstreamAddress| {
            Upstream::new(
                mode_address.clone(),
                &settings.upstream_tls,
                settings.timeouts,
                &settings.limits,
                settings.clocks,
            )
        };
        Self {
            live: upstream(&settings.upstreams.live),
            sandbox: upstream(&settings.upstreams.sandbox),
            tls: settings.tls.clone().map(TlsAcceptor::from),
            protocols: protocols(&settings, tick),
            tick,
            // Ids of requests are no secrets: a fast generator does.
            chance: RefCell::new(fastrand::Rng::with_seed(seed)),
            settings,
            api,
            peppers,
            views,
            journal,
            counters,
        }
    }

    /// The id of a new request.
    pub(crate) fn request_id(&self) -> RequestId {
        RequestId::mint(&mut |room: &mut [u8]| self.chance.borrow_mut().fill(room))
    }

    /// How long nothing may come of a body.
    pub(crate) fn silence(&self) -> Silence {
        Silence::new(self.settings.timeouts.body_idle, self.settings.clocks.monotonic)
    }

    pub(crate) fn upstream(&self, mode: Mode) -> &Rc<Upstream> {
        match mode {
            Mode::Live => &self.live,
            Mode::Sandbox(_) => &self.sandbox,
        }
    }

    /// Writes down what has been waiting, and lets go of connections that nobody needs.
    pub(crate) fn tend(&self) {
        self.journal.flush();
        let now = (self.settings.clocks.monotonic)();
        self.live.tend(now);
        self.sandbox.tend(now);
    }

    /// Serves a connection until it ends, or until its requests in flight have ended after `stop`.
    pub(crate) async fn connection(
        self: Rc<Self>,
        stream: TcpStream,
        address: std::net::SocketAddr,
        stop: watch::Receiver<bool>,
    ) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a client went away at once");
            return;
        }
        let Some(tls) = self.tls.clone() else {
            let peer = Peer { address, tls: false };
            return ticking(Rc::clone(&self).exchange(stream, peer, stop), self.tick).await;
        };
        match timeout(self.settings.timeouts.handshake, tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                let peer = Peer { address, tls: true };
                ticking(Rc::clone(&self).exchange(stream, peer, stop), self.tick).await;
            }
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_elapsed) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn exchange<S>(self: Rc<Self>, stream: S, peer: Peer, mut stop: watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let unread = Unread::new(self.request_id(), self.settings.docs.clone());
        let stream = Answering::new(stream, Arc::clone(&unread), self.silence());
        let (worker, shared) = (Rc::clone(&self), Arc::clone(&unread));
        let service = service_fn(move |request| {
            let (worker, unread) = (Rc::clone(&worker), Arc::clone(&shared));
            async move { Ok::<_, Infallible>(answer(worker, peer, unread, request).await) }
        });
        let connection =
            self.protocols.serve_connection_with_upgrades(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let mut first = std::pin::pin!(tokio::time::sleep(self.settings.timeouts.head));
        let mut stopping = false;
        let ended = loop {
            tokio::select! {
                biased;
                ended = connection.as_mut() => break ended,
                // hyper counts the time of a head from its first bytes on: a client that sends none,
                // or too few to tell the protocol by, is timed here.
                () = first.as_mut(), if !first.is_elapsed() => {
                    if !unread.has_begun() {
                        return tracing::debug!("a connection without a request was closed");
                    }
                }
                _ = stop.wait_for(|stop| *stop), if !stopping => {
                    stopping = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
        if let Some((id, status, denial)) = unread.answered() {
            let mut entry = self.journal.begin(id, peer.address.ip(), Asked::unreadable(), None);
            entry.denied(&denial);
            entry.status(status);
        }
    }
}

fn protocols(settings: &Settings, tick: Duration) -> auto::Builder<LocalExecutor> {
    let mut protocols = auto::Builder::new(LocalExecutor { tick });
    protocols
        .http1()
        .timer(GlanceTimer(settings.clocks.monotonic))
        .header_read_timeout(settings.timeouts.head)
        .writev(false)
        .max_headers(settings.limits.head_lines)
        .max_buf_size(settings.limits.head_bytes.max(8 * 1024));
    protocols
        .http2()
        .timer(GlanceTimer(settings.clocks.monotonic))
        .keep_alive_interval(settings.timeouts.head)
        .max_concurrent_streams(100)
        .max_header_list_size(u32::try_from(settings.limits.head_bytes).unwrap_or(u32::MAX));
    protocols
}

/// Runs tasks on the thread that starts them, and lets their timeouts pass.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LocalExecutor {
    tick: Duration,
}

impl<F: Future + 'static> Executor<F> for LocalExecutor {
    fn execute(&self, future: F) {
        let ticking = ticking(future, self.tick);
        tokio::task::spawn_local(async move {
            ticking.await;
        });
    }
}
