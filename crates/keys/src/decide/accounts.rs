//! Organizations, accounts and their sandboxes.

use jiff::Timestamp;

use super::making::Birth;
use super::{Scope, ending};
use crate::words::checked_name;
use crate::{
    Account, AccountId, Belonging, Change, Home, Key, Kind, Mode, Organization, OrganizationId,
    Place, Refusal, Sandbox, SandboxId, Standing, Version,
};

/// The most accounts of an organization.
const MOST_ACCOUNTS: usize = 75;
/// The most sandboxes of an account, beside the one it was born with.
const MOST_SANDBOXES: usize = 5;

pub(super) fn open_organization(name: &str, birth: &mut Birth<'_>) -> Result<Vec<Change>, Refusal> {
    let name = checked_name(name)?;
    let id = OrganizationId::mint(birth.entropy);
    Ok(vec![Change::OrganizationOpened(Organization { id, name, created_at: birth.now })])
}

/// An account is born with one sandbox and four keys: secret and publishable, live and sandbox.
pub(super) fn open(
    name: &str,
    belonging: Belonging,
    scope: &Scope,
    birth: &mut Birth<'_>,
) -> Result<Vec<Change>, Refusal> {
    let (organization, platform) = match belonging {
        Belonging::Nobody => (None, None),
        Belonging::Organization(id) => (Some(with_room(id, scope)?), None),
        Belonging::Platform(id) => match scope.account(id)?.platform {
            Some(_) => return Err(Refusal::NotAPlatform),
            None => (None, Some(id)),
        },
    };
    let id = AccountId::mint(birth.entropy);
    let sandbox = sandbox(id, "Sandbox".to_owned(), birth);
    let account = Account {
        id,
        organization,
        platform,
        first_sandbox: sandbox.id,
        version: scope.rules.version.clone(),
        name: checked_name(name)?,
        created_at: birth.now,
        deleted_at: None,
    };
    let modes = [Mode::Sandbox(sandbox.id), Mode::Live];
    let mut changes = vec![Change::AccountOpened(account), Change::SandboxOpened(sandbox)];
    for mode in modes {
        changes.extend(defaults(Place { account: id, mode }, birth));
    }
    Ok(changes)
}

/// The organization, if it is one and may have another account.
fn with_room(id: OrganizationId, scope: &Scope) -> Result<OrganizationId, Refusal> {
    let is_own =
        |account: &&Account| account.organization == Some(id) && account.deleted_at.is_none();
    let id = scope.organization(id)?;
    if scope.accounts.iter().filter(is_own).count() >= MOST_ACCOUNTS {
        Err(Refusal::TooManyAccounts { most: MOST_ACCOUNTS })
    } else {
        Ok(id)
    }
}

/// What is not named stays as it is.
pub(super) fn change(
    account: &Account,
    name: Option<String>,
    version: Option<Version>,
) -> Result<Vec<Change>, Refusal> {
    let mut changed = account.clone();
    if let Some(name) = name {
        changed.name = checked_name(&name)?;
    }
    if let Some(version) = version {
        changed.version = version;
    }
    Ok(vec![Change::AccountChanged(changed)])
}

/// Its sandboxes and keys die with it. A platform goes after the accounts connected to it, so that
/// nobody loses theirs by another's end; an organization may be left without any account.
pub(super) fn delete(
    account: &Account,
    scope: &Scope,
    now: Timestamp,
) -> Result<Vec<Change>, Refusal> {
    let is_connected =
        |other: &Account| other.platform == Some(account.id) && other.deleted_at.is_none();
    if scope.accounts.iter().any(is_connected) {
        return Err(Refusal::HasConnected);
    }
    let mut changes =
        vec![Change::AccountChanged(Account { deleted_at: Some(now), ..account.clone() })];
    let is_own = |sandbox: &&Sandbox| sandbox.account == account.id && sandbox.deleted_at.is_none();
    changes.extend(scope.sandboxes.iter().filter(is_own).map(|sandbox| {
        Change::SandboxChanged(Sandbox { deleted_at: Some(now), ..sandbox.clone() })
    }));
    changes.extend(scope.ends(now, |place| place.account == account.id));
    Ok(changes)
}

/// A sandbox is born with its own secret and publishable key.
pub(super) fn add_sandbox(
    account: AccountId,
    name: &str,
    scope: &Scope,
    birth: &mut Birth<'_>,
) -> Result<Vec<Change>, Refusal> {
    let first = scope.account(account)?.first_sandbox;
    let added = |sandbox: &&Sandbox| {
        sandbox.account == account && sandbox.id != first && sandbox.deleted_at.is_none()
    };
    if scope.sandboxes.iter().filter(added).count() >= MOST_SANDBOXES {
        return Err(Refusal::TooManySandboxes { most: MOST_SANDBOXES });
    }
    let sandbox = sandbox(account, checked_name(name)?, birth);
    let mode = Mode::Sandbox(sandbox.id);
    let mut changes = vec![Change::SandboxOpened(sandbox)];
    changes.extend(defaults(Place { account, mode }, birth));
    Ok(changes)
}

pub(super) fn rename_sandbox(sandbox: &Sandbox, name: &str) -> Result<Vec<Change>, Refusal> {
    let name = checked_name(name)?;
    Ok(vec![Change::SandboxChanged(Sandbox { name, ..sandbox.clone() })])
}

/// Its keys die with it. The sandbox that an account was born with stays.
pub(super) fn delete_sandbox(
    sandbox: &Sandbox,
    scope: &Scope,
    now: Timestamp,
) -> Result<Vec<Change>, Refusal> {
    if scope.account(sandbox.account)?.first_sandbox == sandbox.id {
        return Err(Refusal::FirstSandboxStays);
    }
    let deleted = Sandbox { deleted_at: Some(now), ..sandbox.clone() };
    let place = Place { account: sandbox.account, mode: Mode::Sandbox(sandbox.id) };
    let ends = scope.ends(now, |of| of == place);
    Ok(std::iter::once(Change::SandboxChanged(deleted)).chain(ends).collect())
}

impl Scope {
    /// The ends of the living keys of some places.
    fn ends(&self, now: Timestamp, of: impl Fn(Place) -> bool) -> impl Iterator<Item = Change> {
        let living =
            move |key: &&Key| key.home.place().is_some_and(&of) && key.standing.is_alive(now);
        let end = move |key| Change::KeyChanged(ending::ended(key, Standing::Deleted { at: now }));
        self.keys.iter().filter(living).map(end)
    }
}

fn sandbox(account: AccountId, name: String, birth: &mut Birth<'_>) -> Sandbox {
    let id = SandboxId::mint(birth.entropy);
    Sandbox { id, account, name, created_at: birth.now, deleted_at: None }
}

/// The keys that a mode is born with.
fn defaults(place: Place, birth: &mut Birth<'_>) -> [Change; 2] {
    [Kind::Secret, Kind::Publishable]
        .map(|kind| Change::KeyMade(birth.default_key(kind, Home::Account(place))))
}
