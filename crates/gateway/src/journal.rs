//! The journal, where every request ends: one line in a file, and the counters of the worker.
//!
//! A worker writes into a buffer of its own; full buffers, and once a second whatever there is, go
//! to one thread that appends them to the file. A worker never waits for the disk: when the thread
//! falls behind by [`QUEUE`] buffers, lines are dropped, and counted.

mod line;

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::Write;
use std::net::IpAddr;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use http::uri::PathAndQuery;
use http::{HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use keys::{Admission, Denial, KeyId, Kind, Place, RequestId, holds_key_value};

use crate::client;
use crate::metrics::Counters;
use crate::reply::status_of;
use crate::settings::Clocks;
use crate::unread::Unread;
use line::{Line, Second};

/// Bytes after which a buffer is handed over.
const FULL: usize = 256 * 1024;
/// Room for one line more.
const ROOM: usize = FULL + 4096;
/// Buffers that may wait for the disk.
const QUEUE: usize = 64;
/// How long a line may wait in a buffer.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The thread that owns the file.
pub(crate) struct Writer {
    queue: SyncSender<Vec<u8>>,
    thread: JoinHandle<()>,
}

impl Writer {
    /// Opens the file, made with mode 0600, and starts the thread.
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        use std::os::unix::fs::OpenOptionsExt;
        let file = File::options().create(true).append(true).mode(0o600).open(path)?;
        let (queue, buffers) = sync_channel(QUEUE);
        let write = move || append_all(file, &buffers);
        let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(write)?;
        Ok(Self { queue, thread })
    }

    pub(crate) fn queue(&self) -> SyncSender<Vec<u8>> {
        self.queue.clone()
    }

    /// Waits until all that was handed over is in the file.
    pub(crate) fn close(self) {
        drop(self.queue);
        if self.thread.join().is_err() {
            tracing::error!("the journal thread fell");
        }
    }
}

fn append_all(mut file: File, buffers: &Receiver<Vec<u8>>) {
    while let Ok(buffer) = buffers.recv() {
        if let Err(error) = file.write_all(&buffer) {
            tracing::error!(%error, bytes = buffer.len(), "cannot write to the journal");
        }
    }
}

/// The journal of one worker.
pub(crate) struct Journal {
    queue: Option<SyncSender<Vec<u8>>>,
    buffer: RefCell<Vec<u8>>,
    counters: Arc<Counters>,
    clocks: Clocks,
    second: Second,
    is_cut_off: Cell<bool>,
}

impl Journal {
    pub(crate) fn new(
        queue: Option<SyncSender<Vec<u8>>>,
        counters: Arc<Counters>,
        clocks: Clocks,
    ) -> Rc<Self> {
        let buffer = RefCell::new(Vec::with_capacity(ROOM));
        let (second, is_cut_off) = Default::default();
        Rc::new(Self { queue, buffer, counters, clocks, second, is_cut_off })
    }

    /// Opens the entry of a request.
    ///
    /// `unread` is told when it ends.
    pub(crate) fn begin(
        self: &Rc<Self>,
        id: RequestId,
        client: IpAddr,
        asked: Asked,
        unread: Option<Arc<Unread>>,
    ) -> Box<Entry> {
        if let Some(unread) = &unread {
            unread.begun();
        }
        Box::new(Entry {
            unread,
            journal: Rc::clone(self),
            at: (self.clocks.now)(),
            started: (self.clocks.monotonic)(),
            id,
            client,
            asked,
            admitted: None,
            code: None,
            status: None,
            upstream: None,
            bytes: 0,
        })
    }

    /// Why nobody is there to take an answer.
    fn nobody(&self) -> Denial {
        if self.is_cut_off.get() { Denial::Unavailable } else { Denial::ClientGone }
    }

    /// From now on requests that end without an answer were cut off by the gateway.
    pub(crate) fn cut_off(&self) {
        self.is_cut_off.set(true);
    }

    /// Hands over what is in the buffer.
    pub(crate) fn flush(&self) {
        let mut buffer = self.buffer.borrow_mut();
        if let Some(queue) = &self.queue
            && !buffer.is_empty()
        {
            let full = std::mem::replace(&mut *buffer, Vec::with_capacity(ROOM));
            if queue.try_send(full).is_err() {
                self.counters.journal_dropped.inc();
            }
        }
    }

    fn end(&self, entry: &mut Entry) {
        let status = entry.status.unwrap_or_else(|| {
            entry.left();
            status_of(&self.nobody())
        });
        let now = (self.clocks.monotonic)();
        let total = now.duration_since(entry.started);
        self.counters.request(status, entry.code, total);
        if self.queue.is_none() {
            return;
        }
        let mut buffer = self.buffer.borrow_mut();
        entry.write(status, total, &mut buffer);
        if buffer.len() >= FULL {
            drop(buffer);
            self.flush();
        }
    }
}

/// What a request asks, as far as the journal keeps it.
pub(crate) struct Asked {
    /// The method.
    pub(crate) method: Method,
    /// The target; its query is not written down.
    pub(crate) target: Option<PathAndQuery>,
    /// The program that asks.
    pub(crate) user_agent: Option<HeaderValue>,
}

impl Asked {
    /// What is known of a request that cannot be read.
    pub(crate) fn unreadable() -> Self {
        Self { method: Method::default(), target: None, user_agent: None }
    }
}

/// One request, from its head to the end of its answer. Dropping it writes it down.
pub(crate) struct Entry {
    journal: Rc<Journal>,
    unread: Option<Arc<Unread>>,
    at: Timestamp,
    started: Instant,
    id: RequestId,
    client: IpAddr,
    asked: Asked,
    admitted: Option<Admitted>,
    code: Option<&'static str>,
    /// Of the answer, once there is one.
    status: Option<StatusCode>,
    upstream: Option<Duration>,
    bytes: u64,
}

#[derive(Clone, Copy)]
struct Admitted {
    key: KeyId,
    kind: Kind,
    place: Place,
}

impl Entry {
    /// The id of the request.
    pub(crate) fn id(&self) -> RequestId {
        self.id
    }

    /// The program that asks.
    pub(crate) fn user_agent(&self) -> Option<&HeaderValue> {
        self.asked.user_agent.as_ref()
    }

    /// When its head had come.
    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// The same by the clock that timeouts are read from.
    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// Who sent it.
    pub(crate) fn client(&self) -> IpAddr {
        self.client
    }

    /// Notes that it may pass.
    pub(crate) fn admitted(&mut self, admission: &Admission) {
        let (key, kind, place) = (admission.key(), admission.kind(), admission.place());
        self.admitted = Some(Admitted { key, kind, place });
    }

    /// Notes why it may not, or why there is no answer.
    pub(crate) fn denied(&mut self, denial: &Denial) {
        self.code = Some(denial.answer().code);
    }

    /// Notes why its answer did not come to its end.
    pub(crate) fn broke_off(&mut self, denial: &Denial) {
        if self.code.is_none() {
            self.denied(denial);
        }
    }

    /// Notes that nobody is there any more to take its answer, or the rest of it.
    pub(crate) fn left(&mut self) {
        let nobody = self.journal.nobody();
        self.broke_off(&nobody);
    }

    /// Notes that the API has answered.
    pub(crate) fn answered(&mut self) {
        self.upstream = Some((self.journal.clocks.monotonic)().duration_since(self.started));
    }

    /// Notes the status of the answer.
    pub(crate) fn status(&mut self, status: StatusCode) {
        self.status = Some(status);
    }

    /// Counts bytes of the answer.
    pub(crate) fn sent(&mut self, bytes: usize) {
        self.bytes += u64::try_from(bytes).unwrap_or(0);
    }

    fn write(&self, status: StatusCode, total: Duration, out: &mut Vec<u8>) {
        let path = self.asked.target.as_ref().map_or("", PathAndQuery::path);
        let user_agent = self.asked.user_agent.as_ref().map_or(&b""[..], HeaderValue::as_bytes);
        let mut line = Line::begin(out, self.at, &self.journal.second);
        line.plain("id", |out| self.id.write_to(out));
        line.number("status", status.as_u16());
        // A method is a token (RFC 9110, section 9.1): nothing in one needs an escape.
        let method = without_keys(self.asked.method.as_str());
        line.plain("method", |out| out.extend_from_slice(method.as_bytes()));
        line.text("path", without_keys(path));
        if let Some(Admitted { key, kind, place }) = &self.admitted {
            line.plain("account", |out| place.account.write_to(out));
            line.plain("mode", |out| place.mode.write_to(out));
            line.plain("key", |out| key.write_to(out));
            line.plain("kind", |out| out.extend_from_slice(kind.as_str().as_bytes()));
        }
        if let Some(code) = self.code {
            line.text("code", code);
        }
        line.plain("client", |out| client::write_to(self.client, out));
        line.text("user_agent", without_keys(str::from_utf8(user_agent).unwrap_or_default()));
        line.number("latency_us", total.as_micros());
        if let Some(upstream) = self.upstream {
            line.number("upstream_us", upstream.as_micros());
        }
        line.number("bytes", self.bytes);
        line.end();
    }
}

/// What a caller wrote, unless a key value stands in it.
fn without_keys(text: &str) -> &str {
    if holds_key_value(text.as_bytes()) { "[a key value]" } else { text }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some(unread) = &self.unread {
            unread.ended(self.status);
        }
        Rc::clone(&self.journal).end(self);
    }
}
