//! A key as the list shows it.

use jiff::Timestamp;
use keys::{IpRestriction, Key, KeyValue, Kind, Reveal, Standing};

use super::super::time::{Moment, Remaining, left};
use super::super::words::Words;

/// One row.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) note: Option<String>,
    pub(super) kind: Option<&'static str>,
    pub(super) mask: String,
    /// The value, of a key that is always in view.
    pub(super) value: Option<KeyValue>,
    pub(super) addresses: Vec<String>,
    pub(super) last_used: Option<Moment>,
    pub(super) created: Moment,
    pub(super) expires: Option<Remaining>,
    pub(super) rotates: Option<Moment>,
    pub(super) ended: Option<Ended>,
    pub(super) shows: Shows,
    pub(super) is_secret: bool,
    pub(super) has_permissions: bool,
}

/// The end that a key has had.
pub(super) struct Ended {
    pub(super) how: &'static str,
    pub(super) at: Moment,
}

/// How a value can be shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    /// As often as one likes.
    Always,
    /// One time.
    Once,
    /// No more.
    Never,
}

impl Row {
    pub(super) fn of(key: &Key, words: &Words, now: Timestamp) -> Self {
        let texts = &words.keys;
        let (expires, ended) = match key.standing {
            Standing::Active => (None, None),
            Standing::Expiring { at } if now < at => {
                let left = left(at, now, &texts.units);
                (Some(Remaining { left, at: Moment::of(at) }), None)
            }
            Standing::Expiring { at } | Standing::Expired { at } => {
                (None, Some(Ended { how: texts.expired, at: Moment::of(at) }))
            }
            Standing::Deleted { at } => {
                (None, Some(Ended { how: texts.deleted, at: Moment::of(at) }))
            }
        };
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            note: key.note.clone(),
            kind: match key.kind {
                Kind::Publishable => Some(texts.publishable),
                Kind::Secret => Some(texts.secret),
                Kind::Restricted | Kind::Organization => None,
            },
            mask: key.mask().to_string(),
            value: None,
            addresses: match &key.restriction {
                IpRestriction::Anywhere => Vec::new(),
                IpRestriction::Only(list) => list.iter().map(|range| range.to_string()).collect(),
            },
            last_used: key.last_used_at.map(Moment::of),
            created: Moment::of(key.created_at),
            expires,
            rotates: key.schedule.map(|schedule| Moment::of(schedule.next)),
            ended,
            shows: shows(key, now),
            is_secret: key.kind != Kind::Publishable,
            has_permissions: super::has_permissions(key.kind),
        }
    }
}

impl Row {
    pub(super) fn shows_always(&self) -> bool {
        self.shows == Shows::Always
    }

    pub(super) fn shows_once(&self) -> bool {
        self.shows == Shows::Once
    }
}

fn shows(key: &Key, now: Timestamp) -> Shows {
    match key.reveal {
        _ if !key.standing.is_alive(now) => Shows::Never,
        // It is in view without being asked for.
        _ if key.kind == Kind::Publishable => Shows::Never,
        Reveal::Never => Shows::Never,
        Reveal::Always => Shows::Always,
        Reveal::Once => Shows::Once,
    }
}
