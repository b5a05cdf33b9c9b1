//! The in-memory directory: from digest to key, for every key that there is.
//!
//! It is immutable: a change gives a new directory that shares all but the touched shards with the
//! old one, so that readers need no lock and a change costs microseconds whatever the number of
//! keys. Measured: 80 bytes a key and a pointer a shard.

mod line;
mod shard;

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use keys::{
    AccountFact, AccountId, Accounts, Digest, Fact, IpRestriction, KeyFact, KeyId, KnownKey, Place,
};

use line::Line;
use shard::Shard;

/// Shards for keys: at a million keys one holds some 250, and changing one copies 16 kB.
const KEY_SHARDS: usize = 4096;
/// Shards for accounts.
const ACCOUNT_SHARDS: usize = 256;

/// What keys of one place and one IP restriction share.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Terms {
    place: Place,
    restriction: IpRestriction,
}

type AccountShard = HashMap<AccountId, Arc<AccountFact>>;

/// Every key and every account, as they were at one sequence.
#[derive(Clone)]
pub struct Directory {
    keys: Box<[Arc<Shard>]>,
    accounts: Box<[Arc<AccountShard>]>,
}

impl Directory {
    /// A directory that knows nothing.
    #[must_use]
    pub fn empty() -> Self {
        let (no_keys, no_accounts) = (Arc::<Shard>::default(), Arc::<AccountShard>::default());
        Self {
            keys: vec![no_keys; KEY_SHARDS].into(),
            accounts: vec![no_accounts; ACCOUNT_SHARDS].into(),
        }
    }

    /// The key with that digest. A key whose account is unknown is not found: deny on doubt.
    #[must_use]
    pub fn find(&self, digest: &Digest) -> Option<KnownKey<'_>> {
        let line = self.keys.get(key_shard(digest))?.find(digest)?;
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
    pub(crate) fn without_account(&self, id: &AccountId) -> Self {
        let mut next = self.clone();
        if let Some(shard) = next.accounts.get_mut(account_shard(id)) {
            Arc::make_mut(shard).remove(id);
        }
        next
    }

    /// The directory without a key. Its digest is not known here, so that all shards are searched;
    /// this is for a row that was damaged, and for nothing else.
    pub(crate) fn without_key(&self, id: KeyId) -> Self {
        let mut next = self.clone();
        for shard in next.keys.iter_mut().filter(|shard| shard.holds(id)) {
            *shard = Arc::new(shard.without(id));
        }
        next
    }

    /// How many keys it knows, dead ones included.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.keys.iter().map(|shard| shard.len()).sum()
    }
}

impl Accounts for Directory {
    fn account(&self, id: &AccountId) -> Option<&AccountFact> {
        self.accounts.get(account_shard(id))?.get(id).map(AsRef::as_ref)
    }
}

/// Makes directories from facts. It remembers the terms that keys share, so that they do.
pub struct DirectoryMaker {
    terms: HashSet<Arc<Terms>>,
}

impl DirectoryMaker {
    /// A maker that has seen no facts.
    #[must_use]
    pub fn new() -> Self {
        Self { terms: HashSet::new() }
    }

    /// A collector of the facts of a whole store.
    #[must_use]
    pub fn collect(&mut self) -> Collector<'_> {
        let keys = (0..KEY_SHARDS).map(|_| Vec::new()).collect();
        Collector { maker: self, keys, accounts: vec![AccountShard::new(); ACCOUNT_SHARDS] }
    }

    /// The directory after these changes.
    #[must_use]
    pub fn follow(&mut self, directory: &Directory, facts: Vec<Fact>) -> Directory {
        let mut next = directory.clone();
        for fact in facts {
            match fact {
                Fact::Account(account) => {
                    if let Some(shard) = next.accounts.get_mut(account_shard(&account.id)) {
                        Arc::make_mut(shard).insert(account.id, Arc::new(account));
                    }
                }
                Fact::Key(key) => {
                    if let Some(shard) = next.keys.get_mut(key_shard(&key.digest)) {
                        *shard = Arc::new(shard.with(self.line(key)));
                    }
                }
            }
        }
        next
    }

    fn line(&mut self, key: KeyFact) -> Line {
        let terms = Terms { place: key.place, restriction: key.restriction };
        let terms = self.terms.get_or_insert_with(&terms, |terms| {
            Arc::new(Terms { place: terms.place, restriction: terms.restriction.clone() })
        });
        Line::new(key.digest, key.id, Arc::clone(terms), line::State::new(key.kind, key.standing))
    }
}

impl Default for DirectoryMaker {
    fn default() -> Self {
        Self::new()
    }
}

/// Takes the facts of a whole store, one by one, and gives its directory.
pub struct Collector<'m> {
    maker: &'m mut DirectoryMaker,
    keys: Vec<Vec<Line>>,
    accounts: Vec<AccountShard>,
}

impl Collector<'_> {
    /// Takes one fact. Of two about the same thing the later one holds.
    pub fn take(&mut self, fact: Fact) {
        match fact {
            Fact::Account(account) => {
                if let Some(shard) = self.accounts.get_mut(account_shard(&account.id)) {
                    shard.insert(account.id, Arc::new(account));
                }
            }
            Fact::Key(key) => {
                let shard = key_shard(&key.digest);
                let line = self.maker.line(key);
                if let Some(lines) = self.keys.get_mut(shard) {
                    lines.push(line);
                }
            }
        }
    }

    /// The directory of all that was taken.
    #[must_use]
    pub fn finish(self) -> Directory {
        Directory {
            keys: self.keys.into_iter().map(|lines| Arc::new(Shard::of(lines))).collect(),
            accounts: self.accounts.into_iter().map(Arc::new).collect(),
        }
    }
}

/// By the high bits of the digest; the place within a shard goes by the low ones.
fn key_shard(digest: &Digest) -> usize {
    usize::try_from(digest.prefix() >> 52).unwrap_or(0)
}

fn account_shard(id: &AccountId) -> usize {
    let folded = id.body().iter().fold(0u8, |sum, byte| sum.rotate_left(3) ^ byte);
    usize::from(folded)
}

#[cfg(test)]
mod tests;
