//! Waiting with an end, for next to nothing.
//!
//! A timer for each request would have to be armed and disarmed each time, twice. Instead every task
//! wakes now and then ([`ticking`]), and whatever waits in it looks at the clock when it is polled
//! ([`within`], [`Glance`]). So a timeout may come late by one tick, and never early.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use tokio::time::{MissedTickBehavior, interval};

use crate::settings::Timeouts;

/// The clock that timeouts are read from.
pub(crate) type Monotonic = fn() -> Instant;

/// How often a task must wake for timeouts to be about right: a quarter of the shortest.
pub(crate) fn tick(timeouts: &Timeouts) -> Duration {
    const SHORTEST: Duration = Duration::from_millis(10);
    const LONGEST: Duration = Duration::from_secs(5);
    let shortest = timeouts.head.min(timeouts.body_idle).min(timeouts.upstream);
    (shortest / 4).clamp(SHORTEST, LONGEST)
}

/// Runs a future, and polls it at least once a tick.
pub(crate) async fn ticking<F: Future>(future: F, tick: Duration) -> F::Output {
    let mut future = pin!(future);
    let mut ticks = interval(tick);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    std::future::poll_fn(|context| {
        // Asked until it waits again, which is what sets the next alarm.
        while ticks.poll_tick(context).is_ready() {}
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
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        Poll::Pending if monotonic() >= until => Poll::Ready(Err(Elapsed)),
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
