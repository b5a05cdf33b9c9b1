//! Requests that may be sent twice and are carried out once.

use sha2::{Digest as _, Sha256};

use crate::Actor;

/// The most characters of an idempotency key.
const LONGEST: usize = 255;

/// By what a request is known again: the key that came with it, and who sent it.
///
/// Only a digest is held, so that nothing that somebody typed is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idempotency([u8; 32]);

/// Why a text is no idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key is one header of 1 to {LONGEST} printable ASCII characters")]
pub struct IdempotencyError;

impl Idempotency {
    /// That of a key which `actor` sent.
    ///
    /// # Errors
    /// When the text is empty, too long, or not printable.
    pub fn of(actor: Actor, text: &str) -> Result<Self, IdempotencyError> {
        let fits = (1..=LONGEST).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if !fits {
            return Err(IdempotencyError);
        }
        let mut state = Sha256::new();
        state.update(actor.to_string());
        state.update([0]);
        state.update(text);
        Ok(Self(state.finalize().into()))
    }

    /// What is kept of it.
    #[must_use]
    pub fn subject(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_of_two_who_send_it_is_not_the_same() {
        let one = Actor::Key("key_0123456789abcdef".parse().unwrap());
        let other = Actor::User("usr_0123456789abcdef".parse().unwrap());
        let of = |actor, text| Idempotency::of(actor, text).unwrap();
        assert_eq!(of(one, "a"), of(one, "a"));
        assert_ne!(of(one, "a"), of(other, "a"));
        assert_ne!(of(one, "a"), of(one, "b"));
        for bad in ["", "ä", "a\n", &"a".repeat(256)] {
            assert_eq!(Idempotency::of(one, bad), Err(IdempotencyError));
        }
    }
}
