//! Which keys are used: told about once a second to whoever keeps it.

use std::cell::{Cell, RefCell};
use std::net::IpAddr;

use jiff::Timestamp;
use keys::KeyId;
use store::KeyUse;
use tokio::sync::mpsc::Sender;

/// Keys whose latest use is remembered, so that it is told once a second.
const RECENT: usize = 256;
/// The most uses that are told at a time; what is left out is told when the key is used again.
const MOST: usize = 65_536;

/// A key, and the second in which its use was last noted.
type LastUse = Option<(KeyId, i64)>;

/// The uses that one worker has seen since it last told of them.
pub(crate) struct Uses {
    told: Sender<Vec<KeyUse>>,
    recent: Box<[Cell<LastUse>]>,
    seen: RefCell<Vec<KeyUse>>,
}

impl Uses {
    pub(crate) fn new(told: Sender<Vec<KeyUse>>) -> Self {
        let recent = (0..RECENT).map(|_| Cell::new(None)).collect();
        Self { told, recent, seen: RefCell::default() }
    }

    /// Notes that a request was admitted by a key.
    pub(crate) fn note(&self, key: KeyId, at: Timestamp, client: IpAddr) {
        let [.., place] = key.pack();
        let this = Some((key, at.as_second()));
        if self.recent.get(usize::from(place)).is_none_or(|last| last.replace(this) == this) {
            return;
        }
        let mut seen = self.seen.borrow_mut();
        if seen.len() < MOST {
            seen.push(KeyUse { key, at, client });
        }
    }

    /// Tells what was seen. When nobody takes it in time it is lost, and told with the next use.
    pub(crate) fn tell(&self) {
        let seen = self.seen.take();
        if !seen.is_empty() && self.told.try_send(seen).is_err() {
            tracing::debug!("uses of keys were not taken in time");
        }
    }
}
