//! Time and chance, as arguments.

use std::fmt;

use jiff::Timestamp;

/// Where time and randomness come from.
#[derive(Clone, Copy)]
pub struct World {
    /// The time of day.
    pub now: fn() -> Timestamp,
    /// Fills a buffer with bytes that nobody can guess.
    pub random: fn(&mut [u8]),
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}
