//! What people are told of the live keys of their account or organization, when, and how long that is tried.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Actor, Change, Key, KeyId, Kind, Livemode, Scope, Standing};

/// What people can choose to be told of, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// A key was made.
    Created,
    /// The value of a key was shown.
    Revealed,
    /// Another key took the place of one.
    Rotated,
    /// A key that is still in use is about to expire.
    Expiring,
    /// A key was deleted.
    Deleted,
    /// A key was used that is not valid any more.
    DeadKeyUsed,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Created,
        Self::Revealed,
        Self::Rotated,
        Self::Expiring,
        Self::Deleted,
        Self::DeadKeyUsed,
    ];

    /// The word for it in rows, forms and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "key_created",
            Self::Revealed => "key_revealed",
            Self::Rotated => "key_rotated",
            Self::Expiring => "key_expiring",
            Self::Deleted => "key_deleted",
            Self::DeadKeyUsed => "dead_key_used",
        }
    }
}

impl fmt::Display for NoticeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text names no kind of notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such kind of notice")]
pub struct NoticeKindError;

impl FromStr for NoticeKind {
    type Err = NoticeKindError;

    fn from_str(text: &str) -> Result<Self, NoticeKindError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(NoticeKindError)
    }
}

/// How long before its end people are warned of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Seven days.
    SevenDays,
    /// One day.
    OneDay,
}

impl Warning {
    fn before(self) -> SignedDuration {
        match self {
            Self::SevenDays => WEEK,
            Self::OneDay => DAY,
        }
    }
}

/// What is told of a key: the facts, by which the words are found when it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Notice {
    /// It was made.
    Created {
        /// By whom.
        by: Actor,
    },
    /// Its value was shown.
    Revealed {
        /// To whom.
        by: Actor,
    },
    /// Another key took its place.
    Rotated {
        /// By whom it was asked for.
        by: Actor,
        /// The key that is used from now on.
        replacement: KeyId,
        /// Until when it works, unless it stopped at once.
        until: Option<Timestamp>,
    },
    /// It is about to expire.
    Expiring {
        /// When.
        at: Timestamp,
        /// Which of the warnings this is.
        warning: Warning,
    },
    /// It was deleted.
    Deleted {
        /// By whom.
        by: Actor,
    },
    /// Its account was deleted, and all keys with it. Told of one of them.
    AccountDeleted {
        /// By whom.
        by: Actor,
        /// How many live keys ended with it.
        keys: usize,
    },
    /// Keys were imported. Told of the first of them.
    Imported {
        /// By whom.
        by: Actor,
        /// How many.
        keys: usize,
    },
    /// It was used when it was not valid any more; where and how often is counted apart.
    DeadKeyUsed,
}

/// What is to be told of a key from that time on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueNotice {
    /// The key.
    pub key: KeyId,
    /// What.
    pub notice: Notice,
    /// When.
    pub at: Timestamp,
}

/// What people are told of the changes of one command: of live keys alone, and not of those that an
/// account is born with.
#[must_use]
pub fn notices(by: Actor, scope: &Scope, changes: &[Change], now: Timestamp) -> Vec<DueNotice> {
    if changes.iter().any(|change| matches!(change, Change::AccountOpened(_))) {
        return Vec::new();
    }
    let made = changes.iter().find_map(Change::made).map(|minted| minted.key.id);
    let replaced = changes.iter().any(|change| matches!(change, Change::KeyChanged(_)));
    let whole = of_many(by, changes);
    let account_ended = matches!(whole, Some((_, Notice::AccountDeleted { .. })));
    let one = |(key, notice)| DueNotice { key, notice, at: now };
    let mut due: Vec<DueNotice> = whole.map(one).into_iter().collect();
    for change in changes {
        let Some(key) = change.key().filter(|key| is_live(key)) else { continue };
        let before = scope.keys.iter().find(|before| before.id == key.id);
        let told = match change {
            // The key in whose place it comes tells of both.
            Change::KeyMade(_) if replaced => None,
            Change::KeyMade(_) => Some(Notice::Created { by }),
            Change::KeyChanged(_) if account_ended => None,
            Change::KeyChanged(_) => before.and_then(|before| ended(by, before, key, made)),
            Change::KeyRevealed(_) if key.kind == Kind::Publishable => None,
            Change::KeyRevealed(_) => Some(Notice::Revealed { by }),
            Change::OrganizationOpened(_)
            | Change::AccountOpened(_)
            | Change::AccountChanged(_)
            | Change::SandboxOpened(_)
            | Change::SandboxChanged(_)
            // Told of in one for all of them.
            | Change::KeyImported { .. }
            | Change::KeyAdopted { .. } => None,
        };
        due.extend(told.map(|notice| DueNotice { key: key.id, notice, at: now }));
        if let Standing::Expiring { at } = key.standing
            && before.is_none_or(|before| before.standing != key.standing)
        {
            due.extend(warnings(key.id, at, now));
        }
    }
    due
}

/// What is told in one for all keys of a command, and of which key: of the first.
fn of_many(by: Actor, changes: &[Change]) -> Option<(KeyId, Notice)> {
    let ended = |change: &Change| change.account().is_some_and(|one| one.deleted_at.is_some());
    let account_ended = changes.iter().any(ended);
    let is_told = |change: &&Change| match change {
        Change::KeyImported { .. } => true,
        Change::KeyChanged(_) => account_ended,
        Change::OrganizationOpened(_)
        | Change::AccountOpened(_)
        | Change::AccountChanged(_)
        | Change::SandboxOpened(_)
        | Change::SandboxChanged(_)
        | Change::KeyMade(_)
        | Change::KeyAdopted { .. }
        | Change::KeyRevealed(_) => false,
    };
    let told = changes.iter().filter(is_told).filter_map(Change::key);
    let mut told = told.filter(|key| is_live(key));
    let first = told.next()?.id;
    let keys = told.count() + 1;
    let notice = if account_ended {
        Notice::AccountDeleted { by, keys }
    } else {
        Notice::Imported { by, keys }
    };
    Some((first, notice))
}

impl Notice {
    /// By which choice people are told of it.
    #[must_use]
    pub fn kind(&self) -> NoticeKind {
        match self {
            Self::Created { .. } | Self::Imported { .. } => NoticeKind::Created,
            Self::Revealed { .. } => NoticeKind::Revealed,
            Self::Rotated { .. } => NoticeKind::Rotated,
            Self::Expiring { .. } => NoticeKind::Expiring,
            Self::Deleted { .. } | Self::AccountDeleted { .. } => NoticeKind::Deleted,
            Self::DeadKeyUsed => NoticeKind::DeadKeyUsed,
        }
    }

    /// Whether it is still worth telling. What has happened is; a warning is while its time is still
    /// ahead, the key in use, and no nearer warning says the same.
    #[must_use]
    pub fn still_holds(&self, key: &Key, now: Timestamp) -> bool {
        let Self::Expiring { at, warning } = self else { return true };
        // As exactly as it is kept.
        let same = matches!(key.standing, Standing::Expiring { at: ends }
            if ends.as_microsecond() == at.as_microsecond());
        let left = at.duration_since(now);
        let ahead = match warning {
            Warning::SevenDays => left > DAY,
            Warning::OneDay => left > SignedDuration::ZERO,
        };
        let in_use = key.last_used_at.is_some_and(|used| now.duration_since(used) < WEEK);
        same && ahead && in_use
    }
}

/// When to try again to send what was made at that time and tried so often, the last time now.
/// Nothing when it is time to give up.
#[must_use]
pub fn next_try(made_at: Timestamp, tries: u32, now: Timestamp) -> Option<Timestamp> {
    if now.duration_since(made_at) >= TRIED_FOR {
        return None;
    }
    let doubled = 1_i32.checked_shl(tries.saturating_sub(1).min(16)).unwrap_or(i32::MAX);
    Some(later(now, (FIRST_PAUSE * doubled).min(LONGEST_PAUSE)))
}

/// What the end of a key is called, if this was one.
fn ended(by: Actor, before: &Key, key: &Key, made: Option<KeyId>) -> Option<Notice> {
    match (key.standing, made) {
        (Standing::Deleted { .. }, Some(replacement)) => {
            Some(Notice::Rotated { by, replacement, until: None })
        }
        (Standing::Expiring { at }, Some(replacement)) => {
            Some(Notice::Rotated { by, replacement, until: Some(at) })
        }
        (Standing::Deleted { .. }, None) if before.standing != key.standing => {
            Some(Notice::Deleted { by })
        }
        (Standing::Deleted { .. } | Standing::Expiring { .. }, None)
        | (Standing::Active | Standing::Expired { .. }, _) => None,
    }
}

/// The warnings that are still ahead of a key that ends then. What ends in a week has a week left,
/// even if its command took a while to come here.
fn warnings(key: KeyId, at: Timestamp, now: Timestamp) -> impl Iterator<Item = DueNotice> {
    [Warning::SevenDays, Warning::OneDay].into_iter().filter_map(move |warning| {
        let moment = at.checked_sub(warning.before()).unwrap_or(Timestamp::MIN);
        let is_ahead = now.duration_since(moment) <= ON_ITS_WAY;
        let notice = Notice::Expiring { at, warning };
        is_ahead.then(|| DueNotice { key, notice, at: moment.max(now) })
    })
}

/// At the end of time there is no later.
fn later(now: Timestamp, length: SignedDuration) -> Timestamp {
    now.checked_add(length).unwrap_or(Timestamp::MAX)
}

fn is_live(key: &Key) -> bool {
    key.home.livemode() == Livemode::Live
}

const DAY: SignedDuration = SignedDuration::from_hours(24);
const WEEK: SignedDuration = SignedDuration::from_hours(24 * 7);
/// The longest that a command is on its way.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_mins(10);
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(2);
/// How long it is tried to send a notice.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(24);

#[cfg(test)]
mod tests;
