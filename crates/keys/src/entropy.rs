//! Randomness as an argument, so that rules stay pure and tests repeat.

/// A source of random bytes.
///
/// The binary passes the operating system's generator; tests pass a seeded one.
pub trait Entropy {
    /// Fills `room` with random bytes.
    fn fill(&mut self, room: &mut [u8]);
}

impl<F: FnMut(&mut [u8])> Entropy for F {
    fn fill(&mut self, room: &mut [u8]) {
        self(room);
    }
}
