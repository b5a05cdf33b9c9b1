//! What gateways tell of the use of keys: when each was last used, and which was used for the first
//! time, so that the one it replaces ends.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use keys::{Adoption, Command, KeyCommand, KeyId, Refusal};
use store::{KeyUse, StoreError, Uses};
use tokio::sync::mpsc::Receiver;

use crate::control::{Control, ControlError};

/// How exact the last use of a key is kept.
const EXACT: SignedDuration = SignedDuration::from_secs(60);

/// How many are kept in one transaction, so that no command waits long for its turn.
const AT_A_TIME: usize = 500;

/// The last uses that were kept.
#[derive(Default)]
struct Kept {
    uses: HashMap<KeyId, Timestamp>,
    /// Keys whose first use could not be noted: it may have been their only one.
    owed: HashSet<KeyId>,
}

impl Control {
    /// Keeps what gateways tell, for as long as any of them is there.
    pub async fn note_uses(self, mut told: Receiver<Uses>) {
        let mut kept = Kept::default();
        while let Some(uses) = told.recv().await {
            if let Err(error) = self.keep(&uses.admitted, &mut kept).await {
                tracing::error!(%error, "the use of keys cannot be kept");
            }
            self.adopt(uses.adopted).await;
            if let Err(error) = self.note_dead(&uses.dead).await {
                tracing::error!(%error, "the use of dead keys cannot be kept");
            }
        }
    }

    /// What fails is told of again with the next use of its key.
    async fn adopt(&self, adopted: Vec<(KeyId, Adoption)>) {
        for (key, adoption) in adopted {
            match self.by_itself(Command::Key(key, KeyCommand::Adopt(adoption))).await {
                Ok(()) => tracing::info!(%key, "an imported key was digested anew"),
                // Another worker or process was first, or the key was deleted meanwhile.
                Err(ControlError::Refused(Refusal::NothingDue)) => {}
                Err(error) => tracing::error!(%key, %error, "an imported key keeps its old hash"),
            }
        }
    }

    async fn keep(&self, uses: &[KeyUse], kept: &mut Kept) -> Result<(), StoreError> {
        kept.owed.extend(uses.iter().map(|one| one.key));
        let awaited = self.awaited().await?;
        let awake = std::mem::take(&mut kept.owed);
        for key in awaited.into_iter().filter(|key| awake.contains(key)) {
            match self.by_itself(Command::Key(key, KeyCommand::NoteFirstUse)).await {
                Ok(()) => tracing::info!(%key, "a key was used for the first time"),
                // Another process was first.
                Err(ControlError::Refused(Refusal::NothingDue)) => {}
                Err(error) => {
                    tracing::error!(%key, %error, "a first use cannot be noted yet");
                    kept.owed.insert(key);
                }
            }
        }
        for some in kept.fresh(uses).chunks(AT_A_TIME) {
            self.note(some).await?;
        }
        Ok(())
    }
}

impl Kept {
    /// The uses that are later by a good deal than what is kept of their keys.
    fn fresh(&mut self, uses: &[KeyUse]) -> Vec<KeyUse> {
        let Some(latest) = uses.iter().map(|one| one.at).max() else { return Vec::new() };
        self.uses.retain(|_, kept| latest.duration_since(*kept) < EXACT);
        let mut fresh = Vec::new();
        for one in uses {
            if let Entry::Vacant(place) = self.uses.entry(one.key) {
                place.insert(one.at);
                fresh.push(*one);
            }
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_use_of_a_key_is_kept_once_a_minute() {
        let mut kept = Kept::default();
        let key: KeyId = "key_0123456789abcdef".parse().unwrap();
        let mut is_kept = |second| {
            let at = Timestamp::from_second(second).unwrap();
            kept.fresh(&[KeyUse { key, at, client: [127, 0, 0, 1].into() }]).len() == 1
        };
        assert_eq!(
            [0, 1, 59, 60, 61, 119, 121].map(&mut is_kept),
            [true, false, false, true, false, false, true]
        );
    }
}
