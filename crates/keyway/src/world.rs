//! The clocks and the chance of the machine: the one place where they are read.

use std::time::{Duration, Instant};

use console::World;
use gateway::Clocks;
use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};

/// The clocks.
#[expect(clippy::disallowed_methods, reason = "this is where the arguments come from")]
pub(crate) const CLOCKS: Clocks = Clocks { now: Timestamp::now, monotonic: Instant::now, boot };

/// `CLOCK_BOOTTIME`: unlike that of [`Instant`], it goes on while the machine sleeps.
fn boot() -> Duration {
    // Neither part is ever negative.
    Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or(Duration::MAX)
}

/// The clock and the chance of the console.
pub(crate) const WORLD: World = World { now: CLOCKS.now, random };

/// Fills a buffer with bytes that nobody can guess.
#[expect(clippy::disallowed_methods, reason = "this is where the arguments come from")]
pub(crate) fn random(room: &mut [u8]) {
    if let Err(error) = getrandom::fill(room) {
        // Nothing may go on without randomness: keys would be guessable.
        tracing::error!(%error, "the system gives no random bytes");
        std::process::abort();
    }
}
