//! The in-memory directory: from digest to key, for every key that there is.
//!
//! It is immutable: a change gives a new directory that shares all but the touched shards with the
//! old one, so that readers need no lock and a change costs microseconds whatever the number of
//! keys. Measured: 92 bytes a key and some 120 an account, of which 64 and 80 are what is known of them.

mod line;
mod maker;
mod owners;
mod shard;
mod table;

use std::sync::Arc;

use keys::{
    AccountFact, AccountId, Accounts, Digest, Grants, Home, IpRestriction, KeyId, KnownHome,
    KnownKey, ShortDigest, Version,
};

use line::Line;
use shard::Slot;
use table::Table;

pub use maker::{Collector, DirectoryMaker};

/// Shards for keys: at a million keys one holds some 250, and changing one copies 16 kB.
const KEY_SHARDS: usize = 4096;
/// Shards for accounts, and for restrictions.
const OTHER_SHARDS: usize = 1024;

/// Every key and every account, as they were at one sequence.
#[derive(Clone)]
pub struct Directory {
    keys: Table<Line>,
    /// Keys that were imported; most directories hold none, and then nothing is looked for here.
    imported: Table<Line>,
    /// By what those are found that are known by the hash of another system.
    foreign: Table<Foreign>,
    /// Of the keys that have one.
    restrictions: Table<Restricted>,
    accounts: Table<AccountFact>,
    versions: Arc<[Version]>,
}

static ANYWHERE: IpRestriction = IpRestriction::Anywhere;
/// No grants are known here yet, so that whatever takes one is refused.
static UNKNOWN: Grants = Grants::none();

impl Directory {
    /// A directory that knows nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            keys: Table::empty(KEY_SHARDS),
            imported: Table::empty(OTHER_SHARDS),
            foreign: Table::empty(OTHER_SHARDS),
            restrictions: Table::empty(OTHER_SHARDS),
            accounts: Table::empty(OTHER_SHARDS),
            versions: Arc::default(),
        }
    }

    /// The key with that digest that was made here. A key of which anything is missing is not found:
    /// deny on doubt.
    #[must_use]
    #[inline]
    pub fn find(&self, digest: &Digest) -> Option<KnownKey<'_>> {
        self.known(self.keys.find(digest.short())?)
    }

    /// The key with that digest that was imported, be it under a pepper of ours or that of the system
    /// that it comes from.
    #[must_use]
    pub fn find_imported(&self, digest: &Digest) -> Option<KnownKey<'_>> {
        self.known(self.imported.find(digest.short())?)
    }

    /// Whether any key was imported, living or dead.
    #[must_use]
    pub fn has_imported(&self) -> bool {
        self.imported.len() > 0
    }

    #[inline]
    fn known<'d>(&'d self, line: &Line) -> Option<KnownKey<'d>> {
        let id = line.id();
        let restriction = if line.is_restricted() {
            self.restrictions.find(id)?.restriction.as_ref()
        } else {
            &ANYWHERE
        };
        let home = match line.home() {
            Home::Account(place) => {
                let version = self.versions.get(line.version().place())?;
                KnownHome::Account { place, version }
            }
            Home::Organization { id, livemode } => KnownHome::Organization { id, livemode },
        };
        Some(KnownKey {
            id,
            kind: line.kind(),
            standing: line.standing(),
            home,
            restriction,
            grants: &UNKNOWN,
        })
    }

    /// The directory without an account and its keys.
    pub(crate) fn without_account(mut self, id: AccountId) -> Self {
        let packed = id.pack();
        self.keys.drop_all(|line| line.is_of(packed));
        self.imported.drop_all(|line| line.is_of(packed));
        self.accounts.drop_all(|account| account.id == id);
        self
    }

    /// The directory without a key. Its digest is not known here, so that all shards are searched;
    /// this is for a row that was damaged, and for nothing else.
    pub(crate) fn without_key(mut self, id: KeyId) -> Self {
        self.keys.drop_all(|line| line.id() == id);
        self.imported.drop_all(|line| line.id() == id);
        self.foreign.remove(id);
        self
    }

    /// How many keys it knows, dead ones included.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.keys.len() + self.imported.len()
    }
}

/// By what an imported key is found until its value is seen.
#[derive(Clone)]
struct Foreign {
    key: KeyId,
    digest: ShortDigest,
}

impl Slot for Foreign {
    type Key = KeyId;

    fn key(&self) -> KeyId {
        self.key
    }

    fn spread(id: KeyId) -> u64 {
        spread(&id.pack())
    }
}

impl Accounts for Directory {
    fn account(&self, id: &AccountId) -> Option<&AccountFact> {
        self.accounts.find(*id)
    }
}

/// A key that may not be used from everywhere.
#[derive(Clone)]
struct Restricted {
    key: KeyId,
    restriction: Arc<IpRestriction>,
}

impl Slot for Restricted {
    type Key = KeyId;

    fn key(&self) -> KeyId {
        self.key
    }

    fn spread(id: KeyId) -> u64 {
        spread(&id.pack())
    }
}

impl Slot for AccountFact {
    type Key = AccountId;

    fn key(&self) -> AccountId {
        self.id
    }

    fn spread(id: AccountId) -> u64 {
        spread(&id.pack())
    }
}

/// Ids are random, but of letters and digits alone: multiplying spreads their bits upwards.
fn spread(body: &[u8]) -> u64 {
    body.iter().fold(0u64, |spread, byte| {
        (spread.rotate_left(5) ^ u64::from(*byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    })
}

#[cfg(test)]
mod tests;
