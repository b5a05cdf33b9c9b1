//! Making directories from facts.

use std::sync::Arc;

use hashbrown::HashSet;
use keys::{AccountFact, Fact, Home, IpRestriction, KeyFact, Origin, Place, Version};

use super::line::{Line, VersionNumber};
use super::owners::Owners;
use super::table::Heaps;
use super::{Directory, Foreign, KEY_SHARDS, OTHER_SHARDS, Restricted};

/// Restrictions that are kept without asking whether a key still has them.
pub(super) const FEW: usize = 1024;

/// Makes directories from facts. It remembers what they share, so that they do.
#[derive(Default)]
pub struct DirectoryMaker {
    pub(super) restrictions: HashSet<Arc<IpRestriction>>,
    /// How many there may be before those that no key has any more are forgotten.
    most_restrictions: usize,
    versions: Vec<Version>,
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
        Collector {
            maker: self,
            keys: Heaps::new(KEY_SHARDS),
            imported: Heaps::new(OTHER_SHARDS),
            foreign: Heaps::new(OTHER_SHARDS),
            restrictions: Heaps::new(OTHER_SHARDS),
            accounts: Heaps::new(OTHER_SHARDS),
            owners: Owners::default(),
            early: Vec::new(),
        }
    }

    /// The directory after these changes. A key whose account is unknown is dropped: deny on doubt.
    #[must_use]
    pub fn follow(&mut self, directory: &Directory, facts: Vec<Fact>) -> Directory {
        let mut next = directory.clone();
        let mut keys = Vec::new();
        for fact in facts {
            match fact {
                Fact::Account(account) => next = self.put_account(next, account),
                // Only once all accounts are known.
                Fact::Key(key) => keys.push(key),
            }
        }
        for key in keys {
            self.put_key(&mut next, &key);
        }
        next.versions = self.versions.as_slice().into();
        next
    }

    /// Its keys name its version, so that each is looked at when that is another.
    fn put_account(&mut self, mut directory: Directory, account: AccountFact) -> Directory {
        let Some(version) = self.version(&account.version) else {
            return directory.without_account(account.id);
        };
        let before = directory.accounts.find(account.id);
        if before.is_some_and(|before| before.version != account.version) {
            let packed = account.id.pack();
            let moved = |line: &Line| line.is_of(packed).then(|| line.versioned(version));
            directory.keys.change_all(moved);
            directory.imported.change_all(moved);
        }
        directory.accounts.put(self.shared(account, version));
        directory
    }

    fn put_key(&mut self, directory: &mut Directory, key: &KeyFact) {
        let (id, digest) = (key.id, key.digest.short());
        let version = match key.home {
            Home::Account(Place { account, .. }) => {
                let account = directory.accounts.find(account);
                account.and_then(|account| self.version(&account.version))
            }
            Home::Organization { .. } => Some(VersionNumber::NONE),
        };
        let Some(version) = version else {
            directory.keys.remove(digest);
            return directory.imported.remove(digest);
        };
        let (line, restricted) = self.line(key, version);
        match restricted {
            Some(restricted) => directory.restrictions.put(restricted),
            None => directory.restrictions.remove(id),
        }
        if let Some(before) = directory.foreign.find(id).map(|foreign| foreign.digest) {
            directory.imported.remove(before);
            directory.foreign.remove(id);
        }
        match key.origin {
            Origin::Minted => directory.keys.put(line),
            Origin::Adopted => directory.imported.put(line),
            Origin::Imported(_) => {
                directory.imported.put(line);
                directory.foreign.put(Foreign { key: id, digest });
            }
        }
    }

    /// A key, and its restriction if it has one.
    fn line(&mut self, key: &KeyFact, version: VersionNumber) -> (Line, Option<Restricted>) {
        let line = Line::new(key, version, key.restriction != IpRestriction::Anywhere);
        let restricted = match key.restriction {
            IpRestriction::Anywhere => None,
            IpRestriction::Only(_) => {
                Some(Restricted { key: key.id, restriction: self.restriction(&key.restriction) })
            }
        };
        (line, restricted)
    }

    fn restriction(&mut self, restriction: &IpRestriction) -> Arc<IpRestriction> {
        if self.restrictions.len() >= self.most_restrictions {
            self.restrictions.retain(|restriction| Arc::strong_count(restriction) > 1);
            self.most_restrictions = (self.restrictions.len() * 2).max(FEW);
        }
        let known = self.restrictions.get_or_insert_with(restriction, |new| Arc::new(new.clone()));
        Arc::clone(known)
    }

    /// The number of a version, unless there are too many.
    fn version(&mut self, version: &Version) -> Option<VersionNumber> {
        let known = self.versions.iter().position(|known| known == version);
        let number = VersionNumber::at(known.unwrap_or(self.versions.len()))?;
        if known.is_none() {
            self.versions.push(version.clone());
        }
        Some(number)
    }

    /// The account with the text of its version where all others have theirs.
    fn shared(&self, mut account: AccountFact, version: VersionNumber) -> AccountFact {
        if let Some(known) = self.versions.get(version.place()) {
            account.version = known.clone();
        }
        account
    }
}

/// Takes the facts of a whole store, one by one, and gives its directory.
pub struct Collector<'m> {
    maker: &'m mut DirectoryMaker,
    keys: Heaps<Line>,
    imported: Heaps<Line>,
    foreign: Heaps<Foreign>,
    restrictions: Heaps<Restricted>,
    accounts: Heaps<AccountFact>,
    owners: Owners,
    /// Keys that came before their accounts.
    early: Vec<KeyFact>,
}

impl Collector<'_> {
    /// Takes one fact. Of two about the same key the later one holds; an account comes once.
    pub fn take(&mut self, fact: Fact) {
        match fact {
            Fact::Account(account) => {
                if let Some(version) = self.maker.version(&account.version) {
                    self.owners.take(account.id, version);
                    self.accounts.take(self.maker.shared(account, version));
                }
            }
            Fact::Key(key) => match self.version_of(key.home) {
                Some(version) => self.key(&key, version),
                None => self.early.push(key),
            },
        }
    }

    fn version_of(&mut self, home: Home) -> Option<VersionNumber> {
        match home {
            Home::Account(Place { account, .. }) => self.owners.version_of(account),
            Home::Organization { .. } => Some(VersionNumber::NONE),
        }
    }

    fn key(&mut self, key: &KeyFact, version: VersionNumber) {
        let (line, restricted) = self.maker.line(key, version);
        match key.origin {
            Origin::Minted => self.keys.take(line),
            Origin::Adopted => self.imported.take(line),
            Origin::Imported(_) => {
                self.imported.take(line);
                self.foreign.take(Foreign { key: key.id, digest: key.digest.short() });
            }
        }
        if let Some(restricted) = restricted {
            self.restrictions.take(restricted);
        }
    }

    /// The directory of all that was taken. A key whose account is unknown is left out.
    #[must_use]
    pub fn finish(mut self) -> Directory {
        for key in std::mem::take(&mut self.early) {
            if let Some(version) = self.version_of(key.home) {
                self.key(&key, version);
            }
        }
        drop(self.owners);
        Directory {
            keys: self.keys.sort(),
            imported: self.imported.sort(),
            foreign: self.foreign.sort(),
            restrictions: self.restrictions.sort(),
            accounts: self.accounts.sort(),
            versions: self.maker.versions.as_slice().into(),
        }
    }
}
