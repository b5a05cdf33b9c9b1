//! Waiting with an end, for next to nothing.
//!
//! A timer for each request would have to be armed and disarmed each time, twice. Instead every
//! worker has a [`Bell`] that rings now and then and wakes its tasks (each has an [`Ear`]), and whatever
//! waits in one looks at the clock when it is polled ([`Silence`]). So a timeout may come late
//! by some rings, and never early.

use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use slab::Slab;

use crate::settings::Timeouts;

/// The clock that timeouts are read from.
pub(crate) type Monotonic = fn() -> Instant;

/// How often a bell must ring for timeouts to be about right: a quarter of the shortest.
pub(crate) fn tick(timeouts: &Timeouts) -> Duration {
    const SHORTEST: Duration = Duration::from_millis(10);
    const LONGEST: Duration = Duration::from_secs(5);
    let shortest = timeouts.head.min(timeouts.body_idle).min(timeouts.upstream);
    (shortest / 4).clamp(SHORTEST, LONGEST)
}

/// Wakes the tasks of a worker now and then, and when the worker stops.
#[derive(Default)]
pub(crate) struct Bell {
    rings: Cell<u64>,
    stops: Cell<bool>,
    cuts_off: Cell<bool>,
    ears: RefCell<Slab<Waker>>,
}

impl Bell {
    /// Wakes everybody.
    pub(crate) fn ring(&self) {
        self.rings.set(self.rings.get().wrapping_add(1));
        self.ears.borrow().iter().for_each(|(_, waker)| waker.wake_by_ref());
    }

    /// Wakes everybody, to end.
    pub(crate) fn stop(&self) {
        self.stops.set(true);
        self.ring();
    }

    /// Wakes everybody, to end at once; waits until nobody listens any more.
    pub(crate) async fn cut_off(&self) {
        self.cuts_off.set(true);
        self.ring();
        while !self.ears.borrow().is_empty() {
            tokio::task::yield_now().await;
        }
    }

    /// An ear for one task.
    pub(crate) fn listen(self: &Rc<Self>) -> Ear {
        Ear { bell: Rc::clone(self), place: None, heard: self.rings.get() }
    }
}

/// One task's ear for a [`Bell`].
pub(crate) struct Ear {
    bell: Rc<Bell>,
    place: Option<usize>,
    heard: u64,
}

impl Ear {
    /// Whether it has rung since it was last asked; the task of the context hears it from now on.
    pub(crate) fn poll(&mut self, context: &Context<'_>) -> bool {
        if self.place.is_none() {
            // A task keeps its waker, so that once is enough.
            self.place = Some(self.bell.ears.borrow_mut().insert(context.waker().clone()));
        }
        std::mem::replace(&mut self.heard, self.bell.rings.get()) != self.heard
    }

    /// Whether everybody is to end, once what is in flight has.
    pub(crate) fn stops(&self) -> bool {
        self.bell.stops.get()
    }

    /// Whether everybody is to end at once.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.bell.cuts_off.get()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.bell.ears.borrow_mut().try_remove(place);
        }
    }
}

thread_local! {
    /// What the task that is being polled has done with its answer: handed a piece of it to hyper, or
    /// something else.
    static HANDED: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Notes that an answer was asked for its next piece, and whether there was one.
pub(crate) fn note_handed(is_handed: bool) {
    HANDED.set(Some(is_handed));
}

/// Runs one stream of HTTP/2, and polls it whenever the bell rings. The future is the whole of a task.
///
/// A client that opens no window leaves hyper waiting with a piece in its hand, and nobody to ask for
/// the next: when that lasts for too long the stream is reset, by dropping it.
pub(crate) async fn ticking(stream: impl Future, mut ear: Ear, mut silence: Silence) {
    let mut stream = pin!(stream);
    let mut waits_for_window = false;
    std::future::poll_fn(|context| {
        let rang = ear.poll(context);
        if ear.is_cut_off() {
            return Poll::Ready(());
        }
        HANDED.set(None);
        let polled = stream.as_mut().poll(context);
        if let Some(is_handed) = HANDED.take() {
            waits_for_window = is_handed;
            silence.break_off();
        }
        if polled.is_pending() && waits_for_window && rang {
            return silence.poll(Poll::Pending::<()>).map(|_elapsed| {
                tracing::debug!("a client that reads nothing of an answer was given up");
            });
        }
        polled.map(drop)
    })
    .await;
}

/// What was waited for did not come in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Elapsed;

/// Measures silence: how long nothing has come.
#[derive(Clone, Copy)]
pub(crate) struct Silence {
    longest: Duration,
    monotonic: Monotonic,
    since: Option<Instant>,
}

impl Silence {
    pub(crate) fn new(longest: Duration, monotonic: Monotonic) -> Self {
        Self { longest, monotonic, since: None }
    }

    /// Something has come.
    pub(crate) fn break_off(&mut self) {
        self.since = None;
    }

    /// Passes on what has come, or says that nothing has for too long.
    pub(crate) fn poll<T>(&mut self, polled: Poll<T>) -> Poll<Result<T, Elapsed>> {
        if let Poll::Ready(output) = polled {
            self.break_off();
            return Poll::Ready(Ok(output));
        }
        let now = (self.monotonic)();
        let since = *self.since.get_or_insert(now);
        if now.duration_since(since) >= self.longest {
            Poll::Ready(Err(Elapsed))
        } else {
            Poll::Pending
        }
    }
}

/// A timer for hyper that looks at the clock when it is polled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GlanceTimer(pub(crate) Monotonic);

struct Glance {
    until: Instant,
    monotonic: Monotonic,
}

impl Future for Glance {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        if (self.monotonic)() >= self.until { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Sleep for Glance {}

impl Timer for GlanceTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until((self.0)() + duration)
    }

    fn sleep_until(&self, until: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Glance { until, monotonic: self.0 })
    }

    fn now(&self) -> Instant {
        (self.0)()
    }
}
