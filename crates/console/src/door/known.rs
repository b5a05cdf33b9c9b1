//! What is known of a key that knocks: itself, and the accounts that its request names.

use keys::{
    Account, AccountFact, AccountId, Accounts, Context, ContextHeaders, Entry, Home, IdError, Key,
    KnownHome, Mode, Place, Presented, Sent,
};
use store::StoreError;

use crate::console::Shared;
use crate::control::RightError;

/// The key of a digest under any pepper.
pub(super) async fn key(
    shared: &Shared,
    presented: &Presented<'_>,
) -> Result<Option<Key>, StoreError> {
    for pepper in shared.peppers.iter() {
        if let Some(key) = shared.store.key_of_digest(&presented.digest(pepper)).await? {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// The accounts that a request may be about, as far as there are such: that of its key, and those that it
/// names.
pub(super) struct Known {
    facts: Vec<AccountFact>,
    /// The account that the path names, where no header names one and it is the key's to act on.
    by_path: Option<String>,
}

impl Known {
    pub(super) async fn of(
        shared: &Shared,
        key: &Key,
        headers: ContextHeaders<'_>,
        path: &str,
    ) -> Result<Self, StoreError> {
        let own = key.home.place().map(|place| place.account);
        let by_path = match account_in(path) {
            Some(Ok(id)) if headers.say_nothing() => Some(id),
            Some(Ok(_) | Err(_)) | None => None,
        };
        let named = match headers.read() {
            Ok(Some(Context::Account(account))) => [None, Some(account)],
            Ok(Some(Context::Connected(platform, account))) => [Some(platform), Some(account)],
            // What cannot be read is said by the rules, when its turn comes.
            Ok(None) | Err(_) => [None, by_path],
        };
        let mut facts: Vec<AccountFact> = Vec::new();
        for id in own.into_iter().chain(named.into_iter().flatten()) {
            if facts.iter().all(|known| known.id != id) {
                facts.extend(shared.store.account(id).await?.map(fact));
            }
        }
        let known = Self { facts, by_path: None };
        let by_path = by_path.filter(|id| known.belongs_to(id, key.home));
        Ok(Self { by_path: by_path.map(|id| id.to_string()), ..known })
    }

    /// Whether the account is of that organization, or connected to that account.
    fn belongs_to(&self, id: &AccountId, home: Home) -> bool {
        self.account(id).is_some_and(|fact| match home {
            Home::Account(own) => fact.platform == Some(own.account),
            Home::Organization { id, .. } => fact.organization == Some(id),
        })
    }

    /// Where the key lives, with what its requests need not say.
    pub(super) fn home(&self, key: &Key) -> Result<KnownHome<'_>, StoreError> {
        match key.home {
            Home::Account(place) => {
                // Such a key belongs to an account: without one it is damage, and never "not found".
                let row = key.id.to_string();
                let lost = StoreError::Inconsistent { table: "keys", row, column: "account" };
                let AccountFact { version, .. } = self.account(&place.account).ok_or(lost)?;
                Ok(KnownHome::Account { place, version })
            }
            Home::Organization { id, livemode } => Ok(KnownHome::Organization { id, livemode }),
        }
    }

    /// The account to act on: what the headers say, or else the path.
    pub(super) fn context<'c>(&'c self, headers: ContextHeaders<'c>) -> ContextHeaders<'c> {
        match &self.by_path {
            Some(id) => ContextHeaders { context: Sent::Once(id.as_bytes()), account: Sent::Not },
            None => headers,
        }
    }

    /// Whether the account that is acted on has that mode: a further sandbox of a platform is none of
    /// those of an account that is connected to it.
    pub(super) fn must_have_its_mode(&self, entry: &Entry) -> Result<(), RightError> {
        let place = match entry {
            Entry::Account(admission) if admission.is_by_way_of_another() => admission.place(),
            Entry::Account(_) | Entry::Organization(_) => return Ok(()),
        };
        match (place, self.account(&place.account)) {
            (Place { mode: Mode::Live, .. }, _) => Ok(()),
            (Place { mode: Mode::Sandbox(id), .. }, Some(fact)) if fact.first_sandbox == id => {
                Ok(())
            }
            (Place { mode: Mode::Sandbox(_), .. }, _) => Err(RightError::Key),
        }
    }
}

impl Accounts for Known {
    fn account(&self, id: &AccountId) -> Option<&AccountFact> {
        self.facts.iter().find(|fact| fact.id == *id)
    }
}

/// The account whose things a path is about: `/api/v1/accounts/{id}` and what is below it, and the members
/// of an account.
fn account_in(path: &str) -> Option<Result<AccountId, IdError>> {
    let mut segments = path.strip_prefix("/api/v1/")?.split('/');
    match (segments.next(), segments.next()) {
        (Some("accounts" | "members"), Some(id)) => Some(id.parse()),
        (_, _) => None,
    }
}

fn fact(account: Account) -> AccountFact {
    let Account { id, organization, platform, first_sandbox, version, deleted_at, .. } = account;
    // As the gateway knows it: what was deleted belongs to nobody any more.
    let (organization, platform) =
        if deleted_at.is_none() { (organization, platform) } else { (None, None) };
    AccountFact { id, organization, platform, first_sandbox, version }
}
