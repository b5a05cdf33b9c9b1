//! Accounts in the order in which they came, to be found by keys that come in the same order.

use hashbrown::HashMap;
use keys::AccountId;

use super::line::VersionNumber;

/// The accounts that were taken, and their versions.
///
/// Accounts and keys are read in the order in which they were made, so that the account of a key is
/// nearly always that of the key before it, or the next: nothing is hashed until one is not.
#[derive(Default)]
pub(super) struct Owners {
    all: Vec<(AccountId, VersionNumber)>,
    /// Where the account of the latest key stands.
    latest: usize,
    /// Where the first of them stand, as many as it holds.
    places: HashMap<AccountId, usize>,
}

impl Owners {
    /// Takes one that was not taken before.
    pub(super) fn take(&mut self, account: AccountId, version: VersionNumber) {
        self.all.push((account, version));
    }

    /// The version of an account, if it was taken.
    pub(super) fn version_of(&mut self, account: AccountId) -> Option<VersionNumber> {
        let expected = self.all.get(self.latest..)?.iter().take(2);
        let found = expected.into_iter().position(|(known, _)| *known == account);
        self.latest = match found {
            Some(further) => self.latest + further,
            None => self.place_of(account)?,
        };
        self.all.get(self.latest).map(|(_, version)| *version)
    }

    fn place_of(&mut self, account: AccountId) -> Option<usize> {
        let known = self.places.len();
        let new = self.all.iter().enumerate().skip(known);
        self.places.extend(new.map(|(place, (account, _))| (*account, place)));
        self.places.get(&account).copied()
    }
}
