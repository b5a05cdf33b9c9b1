//! One key in one cache line: 64 bytes, and nothing that most requests need is anywhere else.

use std::num::NonZeroU64;

use jiff::Timestamp;
use keys::{
    AccountId, Home, KeyFact, KeyId, Kind, Livemode, Mode, OrganizationId, Place, SandboxId,
    ShortDigest, Standing,
};

use super::shard::Slot;

/// A key; its home is of the kind that [`Home::houses`] it. Whether its restriction is out of line, it says itself.
#[derive(Clone)]
#[repr(align(64))]
pub(super) struct Line {
    state: State,
    digest: ShortDigest,
    id: [u8; 12],
    /// Of a key of an account the account and the sandbox, which is of no meaning in live mode; of a
    /// key of an organization both halves of its id.
    home: [[u8; 12]; 2],
}

const _: () = assert!(size_of::<Option<Line>>() == 64, "a key takes one cache line");

impl Line {
    pub(super) fn new(key: &KeyFact, version: VersionNumber, is_restricted: bool) -> Self {
        let home = match key.home {
            Home::Account(Place { account, mode: Mode::Live }) => [account.pack(), [0; 12]],
            Home::Account(Place { account, mode: Mode::Sandbox(id) }) => {
                [account.pack(), id.pack()]
            }
            Home::Organization { id, .. } => id.pack(),
        };
        let is_live = key.home.livemode() == Livemode::Live;
        let state = State::new(key.kind, key.standing).flagged(IS_LIVE, is_live);
        let state = state.flagged(IS_RESTRICTED, is_restricted).versioned(version);
        Self { state, digest: key.digest.short(), id: key.id.pack(), home }
    }

    pub(super) fn id(&self) -> KeyId {
        KeyId::unpack(self.id)
    }

    /// An organization's key is one of that kind, and no other is.
    pub(super) fn home(&self) -> Home {
        let is_live = self.state.has(IS_LIVE);
        let [account, sandbox] = self.home;
        match self.kind() {
            Kind::Organization => {
                let livemode = if is_live { Livemode::Live } else { Livemode::Test };
                Home::Organization { id: OrganizationId::unpack(self.home), livemode }
            }
            Kind::Publishable | Kind::Secret | Kind::Restricted => {
                let sandbox = || Mode::Sandbox(SandboxId::unpack(sandbox));
                let mode = if is_live { Mode::Live } else { sandbox() };
                Home::Account(Place { account: AccountId::unpack(account), mode })
            }
        }
    }

    pub(super) fn is_of(&self, account: [u8; 12]) -> bool {
        let [own, _] = self.home;
        self.kind() != Kind::Organization && own == account
    }

    pub(super) fn kind(&self) -> Kind {
        self.state.kind()
    }

    pub(super) fn standing(&self) -> Standing {
        self.state.standing()
    }

    pub(super) fn is_restricted(&self) -> bool {
        self.state.has(IS_RESTRICTED)
    }

    pub(super) fn version(&self) -> VersionNumber {
        self.state.version()
    }

    /// The same key of an account that has another version now.
    pub(super) fn versioned(&self, version: VersionNumber) -> Self {
        Self { state: self.state.versioned(version), ..self.clone() }
    }
}

impl Slot for Line {
    type Key = ShortDigest;

    fn key(&self) -> ShortDigest {
        self.digest
    }

    /// A digest is random as it is.
    fn spread(digest: ShortDigest) -> u64 {
        digest.prefix()
    }
}

/// Which of the versions that the directory knows. The keys of an organization have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct VersionNumber(u16);

impl VersionNumber {
    /// What stands at a key that has no version: its requests say one.
    pub(super) const NONE: Self = Self(0);

    /// A place in a list, if it is not too long.
    pub(super) fn at(place: usize) -> Option<Self> {
        let fits = place < 1 << VERSION_BITS;
        u16::try_from(place).map_or(None, |number| fits.then_some(Self(number)))
    }

    /// Its place in the list.
    pub(super) fn place(self) -> usize {
        usize::from(self.0)
    }
}

/// All else in eight bytes: a bit that is always set, two bits of kind, two of standing, two flags,
/// the version, and above them a time in milliseconds, good until the year 2248.
#[derive(Clone, Copy)]
pub(super) struct State(NonZeroU64);

const KIND: u64 = 0b110;
const KIND_SHIFT: u32 = 1;
const STANDING: u64 = 0b11000;
const ACTIVE: u64 = 0b00000;
const EXPIRING: u64 = 0b01000;
const DELETED: u64 = 0b10000;
const EXPIRED: u64 = 0b11000;
const IS_LIVE: u64 = 0b10_0000;
const IS_RESTRICTED: u64 = 0b100_0000;
const VERSION_BITS: u32 = 14;
const VERSION_SHIFT: u32 = 7;
const VERSION: u64 = ((1 << VERSION_BITS) - 1) << VERSION_SHIFT;
const TIME_SHIFT: u32 = VERSION_SHIFT + VERSION_BITS;

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
            Standing::Expired { at } => (EXPIRED, at),
            Standing::Deleted { at } => (DELETED, at),
        };
        // What lies before 1970 is over; what lies after 2248 is over by then.
        let latest = u64::MAX >> TIME_SHIFT;
        let at = u64::try_from(at.as_millisecond()).unwrap_or(0).min(latest);
        Self(NonZeroU64::MIN | (kind << KIND_SHIFT | standing | at << TIME_SHIFT))
    }

    fn flagged(self, flag: u64, is_set: bool) -> Self {
        if is_set { Self(self.0 | flag) } else { self }
    }

    fn versioned(self, version: VersionNumber) -> Self {
        let rest = self.0.get() & !VERSION;
        Self(NonZeroU64::MIN | (rest | u64::from(version.0) << VERSION_SHIFT))
    }

    fn has(self, flag: u64) -> bool {
        self.0.get() & flag != 0
    }

    fn version(self) -> VersionNumber {
        let number = (self.0.get() & VERSION) >> VERSION_SHIFT;
        VersionNumber(u16::try_from(number).unwrap_or(u16::MAX))
    }

    fn kind(self) -> Kind {
        match (self.0.get() & KIND) >> KIND_SHIFT {
            0 => Kind::Publishable,
            1 => Kind::Secret,
            2 => Kind::Restricted,
            _ => Kind::Organization,
        }
    }

    fn standing(self) -> Standing {
        match self.0.get() & STANDING {
            ACTIVE => Standing::Active,
            EXPIRING => Standing::Expiring { at: self.at() },
            EXPIRED => Standing::Expired { at: self.at() },
            _ => Standing::Deleted { at: self.at() },
        }
    }

    fn at(self) -> Timestamp {
        let at = i64::try_from(self.0.get() >> TIME_SHIFT).unwrap_or(0);
        Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_standing_come_back_as_they_went_in() {
        let at = Timestamp::constant(1_800_000_000, 123_000_000);
        let standings = [
            Standing::Active,
            Standing::Expiring { at },
            Standing::Expired { at },
            Standing::Deleted { at },
        ];
        for kind in [Kind::Publishable, Kind::Secret, Kind::Restricted, Kind::Organization] {
            for standing in standings {
                for (flag, number) in [(IS_LIVE, 0), (IS_RESTRICTED, 16_383), (0, 7)] {
                    let version = VersionNumber::at(number).unwrap();
                    let state = State::new(kind, standing).flagged(flag, true).versioned(version);
                    assert_eq!((state.kind(), state.standing()), (kind, standing));
                    assert_eq!(state.versioned(version).version(), version);
                    assert_eq!(state.has(IS_LIVE), flag == IS_LIVE);
                    assert_eq!(state.has(IS_RESTRICTED), flag == IS_RESTRICTED);
                }
            }
        }
    }

    #[test]
    fn a_version_beyond_the_last_has_no_number() {
        assert!(VersionNumber::at(16_383).is_some());
        assert!(VersionNumber::at(16_384).is_none());
    }

    #[test]
    fn a_key_expires_early_rather_than_late() {
        let at = Timestamp::constant(1_800_000_000, 123_999_999);
        let state = State::new(Kind::Secret, Standing::Expiring { at });
        let kept = Timestamp::constant(1_800_000_000, 123_000_000);
        assert_eq!(state.standing(), Standing::Expiring { at: kept });
    }
}
