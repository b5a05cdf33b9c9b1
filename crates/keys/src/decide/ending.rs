//! The ends of a key.

use jiff::Timestamp;

use super::Scope;
use crate::{Change, Key, Kind, Refusal, Reveal, Standing};

pub(super) fn delete(key: &Key, now: Timestamp) -> Result<Vec<Change>, Refusal> {
    match key.kind {
        Kind::Publishable => Err(Refusal::PublishableStays),
        Kind::Secret | Kind::Restricted | Kind::Organization => {
            Ok(vec![Change::KeyChanged(ended(key, Standing::Deleted { at: now }))])
        }
    }
}

/// Only what was rotated with a time has one that can be cut short.
pub(super) fn expire(key: &Key, now: Timestamp) -> Result<Vec<Change>, Refusal> {
    match key.standing {
        Standing::Expiring { .. } => {
            Ok(vec![Change::KeyChanged(ended(key, Standing::Expired { at: now }))])
        }
        Standing::Active | Standing::Expired { .. } | Standing::Deleted { .. } => {
            Err(Refusal::NotExpiring)
        }
    }
}

/// The key in whose place this one came ends with this one's first use.
pub(super) fn retire(key: &Key, scope: &Scope, now: Timestamp) -> Result<Vec<Change>, Refusal> {
    let old = scope.key(key.retires.ok_or(Refusal::NothingDue)?)?;
    let mut changes = vec![Change::KeyChanged(Key { retires: None, ..key.clone() })];
    if old.standing.is_alive(now) {
        changes.push(Change::KeyChanged(ended(old, Standing::Expired { at: now })));
    }
    Ok(changes)
}

/// What no longer works has no use for its value, nor for what was still to come.
pub(super) fn ended(key: &Key, standing: Standing) -> Key {
    Key { standing, reveal: Reveal::Never, schedule: None, retires: None, ..key.clone() }
}
