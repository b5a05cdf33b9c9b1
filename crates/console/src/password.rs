//! Passwords: what one must be, and how it is kept and compared (argon2id, RFC 9106).

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, spawn_blocking};
use zeroize::Zeroizing;

use crate::World;

/// The fewest characters of a password. NIST SP 800-63B-4, section 3.1.1.2, asks for eight where it is
/// not alone, and for no rule of what they are.
pub(crate) const FEWEST: usize = 10;
/// The most bytes, so that nobody makes us hash a book.
pub(crate) const MOST: usize = 1_000;
/// How many are hashed at the same time: each takes 19 MiB and a core.
const AT_A_TIME: usize = 2;

/// A password that somebody typed.
///
/// It has no `Debug`, `Display` or `Serialize`, and its memory is wiped when dropped.
#[derive(Deserialize)]
#[serde(from = "String")]
pub struct Password(Zeroizing<String>);

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It is too short or too long.
    #[error("a password has at least {FEWEST} characters, and at most {MOST} bytes")]
    Length,
    /// The machine could not hash it.
    #[error("the password cannot be hashed")]
    Unhashable,
}

impl Password {
    /// A password, as it was typed; whether it may be a new one is for [`Password::hash`] to say.
    #[must_use]
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// What is kept of a new password, in the PHC form of its algorithm.
    ///
    /// # Errors
    /// When it is too short or too long, or the machine cannot hash it.
    pub fn hash(&self, world: World) -> Result<String, PasswordError> {
        if self.0.chars().count() < FEWEST || self.0.len() > MOST {
            return Err(PasswordError::Length);
        }
        let mut salt = [0u8; 16];
        (world.random)(&mut salt);
        let hash: Result<PasswordHash, _> =
            Argon2::default().hash_password_with_salt(self.0.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|_cause| PasswordError::Unhashable)
    }

    /// Whether it is the one that was kept; without one it is compared with none, as long as ever.
    fn is(&self, kept: Option<&str>) -> bool {
        let hash = kept.map(PasswordHash::new);
        let fits = self.0.len() <= MOST;
        match hash {
            Some(Ok(hash)) if fits => {
                Argon2::default().verify_password(self.0.as_bytes(), &hash).is_ok()
            }
            Some(Ok(_) | Err(_)) | None => {
                let long = self.0.as_bytes().get(..MOST).unwrap_or(self.0.as_bytes());
                let _hash: Result<PasswordHash, _> =
                    Argon2::default().hash_password_with_salt(long, &[0; 16]);
                false
            }
        }
    }
}

/// Where passwords are hashed: beside the runtime, and few at a time.
#[derive(Clone)]
pub(crate) struct Hashing {
    world: World,
    turns: Arc<Semaphore>,
}

impl Hashing {
    pub(crate) fn new(world: World) -> Self {
        Self { world, turns: Arc::new(Semaphore::new(AT_A_TIME)) }
    }

    /// What is kept of a new password.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, PasswordError> {
        let world = self.world;
        let hashed = self.in_turn(move || password.hash(world)).await;
        hashed.unwrap_or(Err(PasswordError::Unhashable))
    }

    /// Whether a password is the one that was kept. On doubt it is not.
    pub(crate) async fn is(&self, password: Password, kept: Option<String>) -> bool {
        self.in_turn(move || password.is(kept.as_deref())).await.unwrap_or(false)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        // Work that was begun goes on when nobody waits for it any more, and keeps its turn.
        let in_turn = move || {
            let done = work();
            drop(turn);
            done
        };
        spawn_blocking(in_turn).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text.to_owned().into())
    }

    fn world() -> World {
        World { now: || jiff::Timestamp::UNIX_EPOCH, random: |room| room.fill(7) }
    }

    #[test]
    fn a_password_is_the_one_that_was_kept_and_no_other() {
        let kept = password("correct horse").hash(world()).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(password("correct horse").is(Some(&kept)));
        for other in ["correct horsf", "", "correct horse "] {
            assert!(!password(other).is(Some(&kept)));
        }
        assert!(!password("correct horse").is(None));
        assert!(!password("correct horse").is(Some("correct horse")));
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_keeps_its_turn() {
        let hashing = Hashing::new(world());
        let (let_go, held) = std::sync::mpsc::channel::<()>();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let work = move || {
            begun.send(()).unwrap();
            held.recv().unwrap();
        };
        let waiting = tokio::spawn({
            let hashing = hashing.clone();
            async move { hashing.in_turn(work).await }
        });
        has_begun.await.unwrap();
        waiting.abort();
        assert!(waiting.await.unwrap_err().is_cancelled());
        assert_eq!(hashing.turns.available_permits(), AT_A_TIME - 1);
        let_go.send(()).unwrap();
        let all = u32::try_from(AT_A_TIME).unwrap();
        drop(hashing.turns.acquire_many(all).await.unwrap());
    }

    #[test]
    fn a_new_password_is_neither_short_nor_a_book() {
        for bad in ["", "123456789", &"a".repeat(1_001)] {
            assert_eq!(password(bad).hash(world()), Err(PasswordError::Length));
        }
        assert!(password("tenletters").hash(world()).is_ok());
    }
}
