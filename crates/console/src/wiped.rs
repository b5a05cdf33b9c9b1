//! Answers that may show a value once: nothing of them stays in memory when they have gone out.
//!
//! Limits: of what a client sends, hyper keeps what it has read until the connection ends or the room
//! is needed again. An answer it hands to the system from where it lies, and keeps no copy of.

use std::{fmt, io};

use axum::body::{Body, Bytes};
use zeroize::Zeroizing;

/// How much room there is at first.
const ROOM: usize = 4096;

/// An answer that is written piece by piece. The room that it has outgrown is wiped, and so is the
/// whole when the last who holds it lets go.
#[derive(Default)]
pub(crate) struct Wiped(Zeroizing<Vec<u8>>);

impl Wiped {
    fn push(&mut self, more: &[u8]) {
        let needed = self.0.len() + more.len();
        if needed > self.0.capacity() {
            // A vector that grows by itself leaves what it held behind.
            let mut larger = Zeroizing::new(Vec::with_capacity((needed * 2).max(ROOM)));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(more);
    }
}

impl io::Write for Wiped {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        self.push(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Write for Wiped {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        self.push(more.as_bytes());
        Ok(())
    }
}

impl From<Wiped> for Body {
    fn from(Wiped(written): Wiped) -> Self {
        Bytes::from_owner(written).into()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[tokio::test]
    async fn what_is_written_in_pieces_goes_out_as_a_whole() {
        let (mut wiped, mut written) = (Wiped::default(), Vec::new());
        for length in [0, 1, ROOM - 1, 1, 3 * ROOM, 7] {
            let more: Vec<u8> =
                (0..length).map(|place| u8::try_from(place % 251).unwrap()).collect();
            wiped.write_all(&more).unwrap();
            written.extend(more);
        }
        let body = axum::body::to_bytes(wiped.into(), usize::MAX).await.unwrap();
        assert_eq!(body, written);
    }
}
