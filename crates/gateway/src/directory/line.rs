//! One key in one cache line: 64 bytes.

use std::sync::Arc;

use jiff::Timestamp;
use keys::{Digest, KeyId, Kind, Standing};

use super::Terms;
use super::shard::Slot;

/// A key, with what it shares with others out of line.
#[derive(Clone)]
#[repr(align(64))]
pub(super) struct Line {
    digest: Digest,
    id: KeyId,
    terms: Arc<Terms>,
    state: State,
}

const _: () = assert!(size_of::<Option<Line>>() == 64, "a key takes one cache line");

impl Line {
    pub(super) fn new(digest: Digest, id: KeyId, terms: Arc<Terms>, state: State) -> Self {
        Self { digest, id, terms, state }
    }

    pub(super) fn id(&self) -> KeyId {
        self.id
    }

    pub(super) fn terms(&self) -> &Terms {
        &self.terms
    }

    pub(super) fn kind(&self) -> Kind {
        self.state.kind()
    }

    pub(super) fn standing(&self) -> Standing {
        self.state.standing()
    }
}

impl Slot for Line {
    type Key = Digest;

    fn key(&self) -> &Digest {
        &self.digest
    }

    /// A digest is random as it is.
    fn spread(digest: &Digest) -> u64 {
        digest.prefix()
    }
}

/// Kind and standing in eight bytes: two bits each, and a time in milliseconds above them.
#[derive(Clone, Copy)]
pub(super) struct State(u64);

const KIND: u64 = 0b11;
const STANDING: u64 = 0b1100;
const ACTIVE: u64 = 0b0000;
const EXPIRING: u64 = 0b0100;
const TIME_SHIFT: u32 = 4;

impl State {
    /// A time loses what is below its millisecond: a key expires early by that, never late.
    pub(super) fn new(kind: Kind, standing: Standing) -> Self {
        let kind = match kind {
            Kind::Publishable => 0,
            Kind::Secret => 1,
            Kind::Restricted => 2,
            Kind::Organization => 3,
        };
        let (standing, at) = match standing {
            Standing::Active => (ACTIVE, Timestamp::UNIX_EPOCH),
            Standing::Expiring { at } => (EXPIRING, at),
            Standing::Deleted { at } => (0b1000, at),
        };
        let at = u64::try_from(at.as_millisecond()).unwrap_or(0);
        Self(kind | standing | at << TIME_SHIFT)
    }

    fn kind(self) -> Kind {
        match self.0 & KIND {
            0 => Kind::Publishable,
            1 => Kind::Secret,
            2 => Kind::Restricted,
            _ => Kind::Organization,
        }
    }

    fn standing(self) -> Standing {
        let at = i64::try_from(self.0 >> TIME_SHIFT).unwrap_or(0);
        let at = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
        match self.0 & STANDING {
            ACTIVE => Standing::Active,
            EXPIRING => Standing::Expiring { at },
            _ => Standing::Deleted { at },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_standing_come_back_as_they_went_in() {
        let at = Timestamp::constant(1_800_000_000, 123_000_000);
        let standings = [Standing::Active, Standing::Expiring { at }, Standing::Deleted { at }];
        for kind in [Kind::Publishable, Kind::Secret, Kind::Restricted, Kind::Organization] {
            for standing in standings {
                let state = State::new(kind, standing);
                assert_eq!((state.kind(), state.standing()), (kind, standing));
            }
        }
    }

    #[test]
    fn a_key_expires_early_rather_than_late() {
        let at = Timestamp::constant(1_800_000_000, 123_999_999);
        let state = State::new(Kind::Secret, Standing::Expiring { at });
        let kept = Timestamp::constant(1_800_000_000, 123_000_000);
        assert_eq!(state.standing(), Standing::Expiring { at: kept });
    }
}
