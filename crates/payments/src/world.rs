//! Time and chance, and the ids that are made of chance.

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

impl World {
    /// The time in whole seconds, as objects say it.
    pub(crate) fn now_s(&self) -> i64 {
        (self.now)().as_second()
    }

    /// A new id: the prefix and so many letters and digits.
    pub(crate) fn id(&self, prefix: &str, length: usize) -> String {
        self.letters(
            prefix,
            length,
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        )
    }

    /// A new prefix of invoice numbers.
    pub(crate) fn invoice_prefix(&self) -> String {
        self.letters("", 8, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    }

    /// Eight random bytes go into each letter, so that no letter is noticeably likelier.
    fn letters(&self, prefix: &str, length: usize, of: &[u8]) -> String {
        let mut text = prefix.to_owned();
        let count = u64::try_from(of.len()).unwrap_or(1).max(1);
        for _ in 0..length {
            let mut bytes = [0; 8];
            (self.random)(&mut bytes);
            let place = usize::try_from(u64::from_le_bytes(bytes) % count).unwrap_or_default();
            text.extend(of.get(place).copied().map(char::from));
        }
        text
    }
}
