//! Starting and stopping: sockets, threads, and the order in which they end.

use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use keys::{Api, Entropy, Peppers};
use store::Uses;
use tokio::runtime;
use tokio::sync::mpsc::Sender;
use tokio::sync::{Semaphore, watch};

use crate::connection::Place;
use crate::journal::{self, Journal, Writer};
use crate::metrics::{Counters, Metrics};
use crate::settings::{Settings, SettingsError};
use crate::uses::SeenUses;
use crate::view::Views;
use crate::worker::{Common, Ends, Worker};
use crate::{connection, patience};

/// Why the gateway cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// With its settings it would be of no use.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The address is taken, or not of this machine.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The journal cannot be written.
    #[error("cannot write the journal {path}: {cause}")]
    Journal {
        /// The file.
        path: std::path::PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A thread cannot be started.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
}

/// A gateway that takes requests.
pub struct Gateway {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<()>>,
    writer: Option<Writer>,
}

impl Gateway {
    /// Opens its socket and starts its threads.
    ///
    /// # Errors
    /// When a setting would stop everything, the address is taken, or the journal cannot be written.
    pub fn start(
        settings: Settings,
        api: Api,
        peppers: Peppers,
        views: Arc<Views>,
        outfit: Outfit<'_>,
    ) -> Result<Self, StartError> {
        let Outfit { metrics, entropy, uses } = outfit;
        settings.check()?;
        let address = settings.listen;
        let listen = |cause| StartError::Listen { address, cause };
        let listener = TcpListener::bind(address).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let writer = settings.journal.as_deref().map(|path| {
            Writer::open(path).map_err(|cause| StartError::Journal { path: path.to_owned(), cause })
        });
        let writer = writer.transpose()?;
        let (stop, stopped) = watch::channel(false);
        let workers = settings.workers.get();
        let common = Common { settings: Arc::new(settings), api: Arc::new(api), peppers, views };
        let mut threads = Vec::new();
        for number in 0..workers {
            let mut seed = [0u8; 8];
            entropy.fill(&mut seed);
            let start = WorkerStart {
                listener: listener.try_clone().map_err(listen)?,
                common: common.clone(),
                counters: Arc::new(metrics.worker(number)),
                queue: writer.as_ref().map(Writer::queue),
                uses: uses.clone(),
                seed: u64::from_le_bytes(seed),
                stop: stopped.clone(),
            };
            let name = format!("gateway-{number}");
            let thread = std::thread::Builder::new().name(name).spawn(move || start.run());
            threads.push(thread.map_err(StartError::Thread)?);
        }
        Ok(Self { address, stop, threads, writer })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, lets requests in flight end, and closes the journal. Blocks.
    pub fn stop(self) {
        self.stop.send_replace(true);
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a gateway thread fell");
            }
        }
        if let Some(writer) = self.writer {
            writer.close();
        }
    }
}

/// What a gateway is started with beside its settings.
pub struct Outfit<'o> {
    /// Where it counts.
    pub metrics: &'o Metrics,
    /// Where its request ids come from.
    pub entropy: &'o mut dyn Entropy,
    /// Whom it tells which keys were used.
    pub uses: Sender<Uses>,
}

struct WorkerStart {
    listener: TcpListener,
    common: Common,
    counters: Arc<Counters>,
    queue: Option<std::sync::mpsc::SyncSender<Vec<u8>>>,
    uses: Sender<Uses>,
    seed: u64,
    stop: watch::Receiver<bool>,
}

impl WorkerStart {
    fn run(self) {
        let options = runtime::LocalOptions::default();
        match runtime::Builder::new_current_thread().enable_all().build_local(options) {
            Ok(runtime) => runtime.block_on(self.serve()),
            Err(error) => tracing::error!(%error, "a gateway thread cannot start"),
        }
    }

    async fn serve(self) {
        let clocks = self.common.settings.clocks;
        let journal = Journal::new(self.queue, Arc::clone(&self.counters), clocks);
        let ends = Ends { journal: Rc::clone(&journal), uses: SeenUses::new(self.uses) };
        let worker = Worker::new(self.common, ends, self.counters, self.seed);
        let worker = Rc::new(worker);
        let tending = tokio::task::spawn_local(tend(Rc::clone(&worker)));
        let ringing = tokio::task::spawn_local(ring(Rc::clone(&worker)));
        accept(Rc::clone(&worker), self.listener, self.stop).await;
        tending.abort();
        ringing.abort();
        worker.tell();
    }
}

/// Does regularly what no request does.
async fn tend(worker: Rc<Worker>) {
    let mut ticks = tokio::time::interval(journal::LONGEST_WAIT);
    loop {
        ticks.tick().await;
        worker.tend();
    }
}

/// Lets the timeouts of all tasks pass.
async fn ring(worker: Rc<Worker>) {
    let mut ticks = tokio::time::interval(patience::tick(&worker.settings.timeouts));
    loop {
        ticks.tick().await;
        worker.bell.ring();
    }
}

async fn accept(worker: Rc<Worker>, listener: TcpListener, mut stop: watch::Receiver<bool>) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "a gateway thread cannot listen"),
    };
    let most = worker.settings.limits.connections;
    let room = Arc::new(Semaphore::new(most));
    loop {
        let accepted = tokio::select! {
            accepted = accept_one(&listener, &room) => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some((stream, address, permit)) = accepted else { continue };
        let place = Place::new(permit, Arc::clone(&worker.counters));
        tokio::task::spawn_local(connection::serve(Rc::clone(&worker), stream, address, place));
    }
    drop(listener);
    drain(&worker, &room).await;
}

/// Lets what is in flight end, for some time.
async fn drain(worker: &Worker, room: &Semaphore) {
    worker.bell.stop();
    let most = worker.settings.limits.connections;
    // Whatever has a place may go on, a WebSocket too.
    let all_places = room.acquire_many(u32::try_from(most).unwrap_or(u32::MAX));
    if tokio::time::timeout(worker.settings.timeouts.drain, all_places).await.is_err() {
        let left = most - room.available_permits();
        tracing::warn!(left, "connections were cut off after the drain time");
        worker.journal.cut_off();
    }
    worker.bell.cut_off().await;
}

/// How long nobody is let in after the system could let nobody in.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);

/// A connection, once there is room for one.
async fn accept_one(
    listener: &tokio::net::TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(tokio::net::TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await;
    match (listener.accept().await, place) {
        (Ok((stream, address)), Ok(place)) => Some((stream, address, place)),
        (Ok(_), Err(_closed)) => None,
        (Err(error), _) => {
            // Out of file descriptors, mostly: a pause lets some connections end.
            tracing::warn!(%error, "cannot take a connection");
            tokio::time::sleep(PAUSE).await;
            None
        }
    }
}
