//! Which keys are used, dead ones too: told about once a second to whoever keeps it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::IpAddr;

use jiff::Timestamp;
use keys::{Adoption, KeyId, program_name};
use store::{DeadUse, KeyUse, Uses};
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

use crate::journal::Entry;

/// Keys whose latest use is remembered, so that it is told once a second.
const RECENT: usize = 256;
/// The most uses that are told at a time; what is left out is told when the key is used again.
const MOST: usize = 65_536;
/// The most dead keys whose uses are counted at a time; uses of more are not counted.
const MOST_DEAD: usize = 4096;

/// The most imported keys that are told of at a time; the others are when they are used again.
const MOST_ADOPTED: usize = 4096;

/// A key, and the second in which its use was last noted.
type LastUse = Option<(KeyId, i64)>;

/// The uses that one worker has seen since it last told of them.
pub(crate) struct SeenUses {
    told: Sender<Uses>,
    recent: Box<[Cell<LastUse>]>,
    admitted: RefCell<Vec<KeyUse>>,
    dead: RefCell<HashMap<KeyId, DeadUse>>,
    adopted: RefCell<HashMap<KeyId, Adoption>>,
}

impl SeenUses {
    pub(crate) fn new(told: Sender<Uses>) -> Self {
        let recent = (0..RECENT).map(|_| Cell::new(None)).collect();
        let (admitted, dead, adopted) = Default::default();
        Self { told, recent, admitted, dead, adopted }
    }

    /// Notes that a request was admitted by a key.
    pub(crate) fn note(&self, key: KeyId, at: Timestamp, client: IpAddr) {
        let [.., place] = key.pack();
        let this = Some((key, at.as_second()));
        if self.recent.get(usize::from(place)).is_none_or(|last| last.replace(this) == this) {
            return;
        }
        let mut admitted = self.admitted.borrow_mut();
        if admitted.len() < MOST {
            admitted.push(KeyUse { key, at, client });
        }
    }

    /// Notes that a request was admitted by an imported key that is known by its old hash alone.
    pub(crate) fn note_adopted(&self, key: KeyId, adoption: Adoption) {
        let mut adopted = self.adopted.borrow_mut();
        if adopted.len() < MOST_ADOPTED {
            adopted.insert(key, adoption);
        }
    }

    /// Counts a request that was refused because its key is dead.
    pub(crate) fn note_dead(&self, key: KeyId, entry: &Entry) {
        let mut dead = self.dead.borrow_mut();
        if dead.len() >= MOST_DEAD && !dead.contains_key(&key) {
            return;
        }
        let before = dead.get(&key).map_or(0, |before| before.times);
        let told =
            entry.user_agent().and_then(|program| program.to_str().map_or(None, program_name));
        let (times, at, client) = (before.saturating_add(1), entry.at(), entry.client());
        dead.insert(key, DeadUse { key, times, at, client, user_agent: told });
    }

    /// Tells what was seen. What nobody takes in time is told the next time: a key may have been used
    /// once and for ever.
    pub(crate) fn tell(&self) {
        let (admitted, dead, adopted) =
            (self.admitted.take(), self.dead.take(), self.adopted.take());
        if admitted.is_empty() && dead.is_empty() && adopted.is_empty() {
            return;
        }
        let (dead, adopted) = (dead.into_values().collect(), adopted.into_iter().collect());
        let uses = Uses { admitted, dead, adopted };
        if let Err(TrySendError::Full(uses) | TrySendError::Closed(uses)) = self.told.try_send(uses)
        {
            tracing::debug!("uses of keys were not taken in time");
            self.admitted.replace(uses.admitted);
            self.dead.replace(uses.dead.into_iter().map(|one| (one.key, one)).collect());
            self.adopted.replace(uses.adopted.into_iter().collect());
        }
    }
}
