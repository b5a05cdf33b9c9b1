//! The in-memory directory: from digest to key, for every key that there is.
//!
//! It is immutable: a change gives a new directory that shares all but the touched shards with the
//! old one, so that readers need no lock and a change costs microseconds whatever the number of
//! keys. Measured: 80 bytes a key and a pointer a shard.

mod line;
mod shard;
mod table;

use std::sync::Arc;

use hashbrown::HashSet;
use keys::{
    AccountFact, AccountId, Accounts, Digest, Fact, IpRestriction, KeyFact, KeyId, KnownKey, Place,
    Version,
};

use line::Line;
use shard::Slot;
use table::{Heaps, Table};

/// Shards for keys: at a million keys one holds some 250, and changing one copies 16 kB.
const KEY_SHARDS: usize = 4096;
/// Shards for accounts.
const ACCOUNT_SHARDS: usize = 1024;

/// Terms that are kept without asking whether a key still has them.
const FEW_TERMS: usize = 1024;

/// What keys of one place and one IP restriction share.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Terms {
    place: Place,
    restriction: IpRestriction,
}

/// Every key and every account, as they were at one sequence.
#[derive(Clone)]
pub struct Directory {
    keys: Table<Line>,
    accounts: Table<AccountFact>,
}

impl Directory {
    /// A directory that knows nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self { keys: Table::empty(KEY_SHARDS), accounts: Table::empty(ACCOUNT_SHARDS) }
    }

    /// The key with that digest. A key whose account is unknown is not found: deny on doubt.
    #[must_use]
    pub fn find(&self, digest: &Digest) -> Option<KnownKey<'_>> {
        let line = self.keys.find(digest)?;
        let terms = line.terms();
        let account = self.account(&terms.place.account)?;
        Some(KnownKey {
            id: line.id(),
            kind: line.kind(),
            standing: line.standing(),
            mode: terms.place.mode,
            account,
            restriction: &terms.restriction,
        })
    }

    /// The directory without an account: its keys are not found any more.
    pub(crate) fn without_account(mut self, id: AccountId) -> Self {
        self.accounts.drop_all(|account| account.id == id);
        self
    }

    /// The directory without a key. Its digest is not known here, so that all shards are searched;
    /// this is for a row that was damaged, and for nothing else.
    pub(crate) fn without_key(mut self, id: KeyId) -> Self {
        self.keys.drop_all(|line| line.id() == id);
        self
    }

    /// How many keys it knows, dead ones included.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.keys.len()
    }
}

impl Accounts for Directory {
    fn account(&self, id: &AccountId) -> Option<&AccountFact> {
        self.accounts.find(id)
    }
}

impl Slot for AccountFact {
    type Key = AccountId;

    fn key(&self) -> &AccountId {
        &self.id
    }

    /// Ids are random, but of letters and digits alone: multiplying spreads their bits upwards.
    fn spread(id: &AccountId) -> u64 {
        id.body().iter().fold(0u64, |spread, byte| {
            (spread.rotate_left(5) ^ u64::from(*byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        })
    }
}

/// Makes directories from facts. It remembers what they share, so that they do.
#[derive(Default)]
pub struct DirectoryMaker {
    terms: HashSet<Arc<Terms>>,
    /// How many terms there may be before those that no key has any more are forgotten.
    most_terms: usize,
    versions: HashSet<Version>,
}

impl DirectoryMaker {
    /// A maker that has seen no facts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A collector of the facts of a whole store.
    #[must_use]
    pub fn collect(&mut self) -> Collector<'_> {
        let (keys, accounts) = (Heaps::new(KEY_SHARDS), Heaps::new(ACCOUNT_SHARDS));
        Collector { maker: self, keys, accounts }
    }

    /// The directory after these changes.
    #[must_use]
    pub fn follow(&mut self, directory: &Directory, facts: Vec<Fact>) -> Directory {
        let mut next = directory.clone();
        for fact in facts {
            match fact {
                Fact::Account(account) => next.accounts.put(self.account(account)),
                Fact::Key(key) => next.keys.put(self.line(key)),
            }
        }
        next
    }

    fn line(&mut self, key: KeyFact) -> Line {
        if self.terms.len() >= self.most_terms {
            self.terms.retain(|terms| Arc::strong_count(terms) > 1);
            self.most_terms = (self.terms.len() * 2).max(FEW_TERMS);
        }
        let terms = Terms { place: key.place, restriction: key.restriction };
        let terms = self.terms.get_or_insert_with(&terms, |terms| {
            Arc::new(Terms { place: terms.place, restriction: terms.restriction.clone() })
        });
        Line::new(key.digest, key.id, Arc::clone(terms), line::State::new(key.kind, key.standing))
    }

    fn account(&mut self, mut account: AccountFact) -> AccountFact {
        account.version =
            self.versions.get_or_insert_with(&account.version, Version::clone).clone();
        account
    }
}

/// Takes the facts of a whole store, one by one, and gives its directory.
pub struct Collector<'m> {
    maker: &'m mut DirectoryMaker,
    keys: Heaps<Line>,
    accounts: Heaps<AccountFact>,
}

impl Collector<'_> {
    /// Takes one fact. Of two about the same thing the later one holds.
    pub fn take(&mut self, fact: Fact) {
        match fact {
            Fact::Account(account) => self.accounts.take(self.maker.account(account)),
            Fact::Key(key) => self.keys.take(self.maker.line(key)),
        }
    }

    /// The directory of all that was taken.
    #[must_use]
    pub fn finish(self) -> Directory {
        Directory { keys: self.keys.sort(), accounts: self.accounts.sort() }
    }
}

#[cfg(test)]
mod tests;
