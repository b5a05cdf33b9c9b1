//! One thread of the gateway: its pools, its part of the journal, what its connections share.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;

use hyper::rt::Executor;
use hyper_util::server::conn::auto;
use keys::{Api, Mode, Peppers, RequestId};
use tokio_rustls::TlsAcceptor;

use crate::journal::Journal;
use crate::metrics::Counters;
use crate::patience::{Bell, GlanceTimer, Silence, ticking};
use crate::settings::Settings;
use crate::upstream::Upstream;
use crate::uses::SeenUses;
use crate::view::Views;

/// What requests of one thread share.
pub(crate) struct Worker {
    pub(crate) settings: Arc<Settings>,
    pub(crate) api: Arc<Api>,
    pub(crate) peppers: Peppers,
    pub(crate) views: Arc<Views>,
    pub(crate) journal: Rc<Journal>,
    pub(crate) uses: SeenUses,
    pub(crate) counters: Arc<Counters>,
    chance: RefCell<fastrand::Rng>,
    live: Rc<Upstream>,
    sandbox: Rc<Upstream>,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) protocols: auto::Builder<LocalExecutor>,
    pub(crate) bell: Rc<Bell>,
}

/// What all workers have in common.
#[derive(Clone)]
pub(crate) struct Common {
    pub(crate) settings: Arc<Settings>,
    pub(crate) api: Arc<Api>,
    pub(crate) peppers: Peppers,
    pub(crate) views: Arc<Views>,
}

/// Where what a worker has seen goes.
pub(crate) struct Ends {
    pub(crate) journal: Rc<Journal>,
    pub(crate) uses: SeenUses,
}

impl Worker {
    pub(crate) fn new(common: Common, ends: Ends, counters: Arc<Counters>, seed: u64) -> Self {
        let Common { settings, api, peppers, views } = common;
        let Ends { journal, uses } = ends;
        let bell = Rc::<Bell>::default();
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
            protocols: protocols(&settings, Rc::clone(&bell)),
            bell,
            // Ids of requests are no secrets: a fast generator does.
            chance: RefCell::new(fastrand::Rng::with_seed(seed)),
            settings,
            api,
            peppers,
            views,
            journal,
            uses,
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

    /// Writes down, and tells, what has been waiting.
    pub(crate) fn tell(&self) {
        self.journal.flush();
        self.uses.tell();
    }

    /// Writes down what has been waiting, and lets go of connections that nobody needs.
    pub(crate) fn tend(&self) {
        self.tell();
        let now = (self.settings.clocks.monotonic)();
        self.live.tend(now);
        self.sandbox.tend(now);
    }
}

/// The lines of a head that hyper takes unless told.
const HEAD_LINES: usize = 100;

fn protocols(settings: &Settings, bell: Rc<Bell>) -> auto::Builder<LocalExecutor> {
    let silence = Silence::new(settings.timeouts.body_idle, settings.clocks.monotonic);
    let mut protocols = auto::Builder::new(LocalExecutor { bell, silence });
    protocols
        .http1()
        // The connection itself measures how long a head takes.
        .header_read_timeout(None)
        .writev(false)
        .max_buf_size(settings.limits.head_bytes);
    if settings.limits.head_lines != HEAD_LINES {
        // Said at all, it has hyper put the lines of every head on the heap.
        protocols.http1().max_headers(settings.limits.head_lines);
    }
    // The library answers what is larger by itself, without a body and a name: what is not much too large
    // is for the gateway to refuse.
    let most_read = settings.limits.head_bytes.saturating_mul(4);
    protocols
        .http2()
        .timer(GlanceTimer(settings.clocks.monotonic))
        .keep_alive_interval(settings.timeouts.head)
        .max_concurrent_streams(100)
        .max_header_list_size(u32::try_from(most_read).unwrap_or(u32::MAX));
    protocols
}

/// Runs the streams of HTTP/2 on the thread that starts them, and lets their timeouts pass.
#[derive(Clone)]
pub(crate) struct LocalExecutor {
    bell: Rc<Bell>,
    silence: Silence,
}

impl<F: Future + 'static> Executor<F> for LocalExecutor {
    fn execute(&self, stream: F) {
        tokio::task::spawn_local(ticking(stream, self.bell.listen(), self.silence));
    }
}
