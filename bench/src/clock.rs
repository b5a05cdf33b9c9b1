//! Time, which is what a benchmark is about: the one place that reads it.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use jiff::Timestamp;

/// The monotonic clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
pub fn now() -> Instant {
    Instant::now()
}

/// The time of day.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
pub fn time_of_day() -> Timestamp {
    Timestamp::now()
}

/// Lets time pass.
#[expect(clippy::disallowed_methods, reason = "programs that are started tell no event")]
pub fn pause(length: Duration) {
    std::thread::sleep(length);
}

/// Tries until something holds.
///
/// # Errors
/// When it still does not after 30 seconds; with the last reason.
pub fn until<T>(mut tried: impl FnMut() -> Result<T>) -> Result<T> {
    let start = now();
    loop {
        match tried() {
            Ok(value) => return Ok(value),
            Err(error) if start.elapsed() > Duration::from_secs(30) => {
                bail!("not after 30 seconds: {error:#}")
            }
            Err(_) => pause(Duration::from_millis(10)),
        }
    }
}
