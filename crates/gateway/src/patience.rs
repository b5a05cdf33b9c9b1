//! Waiting with an end, for next to nothing.
//!
//! A timer for each request would have to be armed and disarmed each time, twice. Instead every
//! worker has a [`Bell`] that rings now and then and wakes its tasks ([`ticking`]), and whatever waits
//! in one looks at the clock when it is polled ([`within`], [`Silence`]). So a timeout may come late
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

    /// Whether everybody is to end.
    pub(crate) fn stops(&self) -> bool {
        self.bell.stops.get()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.bell.ears.borrow_mut().try_remove(place);
        }
    }
}

/// Runs a future, and polls it whenever the bell rings. The future is the whole of a task.
pub(crate) async fn ticking<F: Future>(future: F, mut ear: Ear) -> F::Output {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        ear.poll(context);
        future.as_mut().poll(context)
    })
    .await
}

/// What was waited for did not come in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Elapsed;

/// Waits for a future until a time; only within a task that is [`ticking`].
pub(crate) async fn within<F: Future>(
    future: F,
    until: Instant,
    monotonic: Monotonic,
) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    let mut has_waited = false;
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        // The first time it has only just begun.
        Poll::Pending if std::mem::replace(&mut has_waited, true) && monotonic() >= until => {
            Poll::Ready(Err(Elapsed))
        }
        Poll::Pending => Poll::Pending,
    })
    .await
}

/// Measures silence: how long nothing has come.
pub(crate) struct Silence {
    longest: Duration,
    monotonic: Monotonic,
    since: Option<Instant>,
}

impl Silence {
    pub(crate) fn new(longest: Duration, monotonic: Monotonic) -> Self {
        Self { longest, monotonic, since: None }
    }

    /// Passes on what has come, or says that nothing has for too long.
    pub(crate) fn poll<T>(&mut self, polled: Poll<T>) -> Poll<Result<T, Elapsed>> {
        if let Poll::Ready(output) = polled {
            self.since = None;
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
