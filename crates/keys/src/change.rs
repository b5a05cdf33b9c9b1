//! What can be asked for ([`Command`]) and what follows from it ([`Change`]).

use jiff::Timestamp;

use crate::{
    Account, AccountId, Adoption, Digest, Grants, ImportFault, ImportedKey, IpRestriction, Key,
    KeyId, KeyValue, Livemode, Mode, Organization, OrganizationId, Permissions, Sandbox, SandboxId,
    Schedule, Version,
};

/// An account and one of its modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// Live, or one of its sandboxes.
    pub mode: Mode,
}

/// To whom a new account belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// To nobody: a standalone account.
    Nobody,
    /// To an organization.
    Organization(OrganizationId),
    /// To a platform, as its connected account.
    Platform(AccountId),
}

/// When a rotated key stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// At once: it is deleted.
    Now,
    /// At a time to come: both keys work until then.
    At(Timestamp),
    /// As soon as its replacement is used, and at the latest after the longest overlap.
    AtFirstUse,
}

/// Every change that anybody can ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Found an organization.
    OpenOrganization {
        /// What people call it.
        name: String,
    },
    /// Open an account, with its first sandbox and its four default keys.
    OpenAccount {
        /// What people call it.
        name: String,
        /// Whose it is.
        belonging: Belonging,
    },
    /// Change what is said of an account; what is not named stays as it is.
    ChangeAccount {
        /// The account.
        account: AccountId,
        /// What people call it from now on.
        name: Option<String>,
        /// The version of the API that its requests get from now on, where they name none.
        version: Option<Version>,
    },
    /// End an account, with all of its sandboxes and keys.
    DeleteAccount {
        /// The account.
        account: AccountId,
    },
    /// Add a sandbox to an account, with its two default keys.
    AddSandbox {
        /// The account.
        account: AccountId,
        /// What people call it.
        name: String,
    },
    /// Give a sandbox another name.
    RenameSandbox {
        /// The sandbox.
        sandbox: SandboxId,
        /// What people call it from now on.
        name: String,
    },
    /// End a sandbox, and all of its keys.
    DeleteSandbox {
        /// The sandbox.
        sandbox: SandboxId,
    },
    /// Create a secret key.
    CreateSecretKey {
        /// Its account and mode.
        place: Place,
        /// What people call it.
        name: String,
        /// Where the value was saved.
        note: Option<String>,
    },
    /// Create a restricted key.
    CreateRestrictedKey {
        /// Its account and mode.
        place: Place,
        /// What people call it.
        name: String,
        /// Where the value was saved.
        note: Option<String>,
        /// What it may do.
        grants: Grants,
    },
    /// Create a key of an organization.
    CreateOrganizationKey {
        /// The organization.
        organization: OrganizationId,
        /// Whether it reaches the live side of the accounts, or their sandboxes.
        livemode: Livemode,
        /// What people call it.
        name: String,
        /// Where the value was saved.
        note: Option<String>,
        /// What it may do on each of the accounts.
        grants: Grants,
    },
    /// Import keys of another system, all of them or none.
    ImportKeys {
        /// Their account and mode.
        place: Place,
        /// What is said of each, or why that is nothing.
        keys: Vec<Result<ImportedKey, ImportFault>>,
    },
    /// Do something with a key that is there.
    Key(KeyId, KeyCommand),
}

/// What can be asked for with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyCommand {
    /// Create a key of its kind, restricted or an organization's, that may do what this one may.
    Duplicate {
        /// What people call the new one; the name of this one where it is not said.
        name: Option<String>,
        /// Where the value was saved.
        note: Option<String>,
    },
    /// Change what is said of it.
    Edit(Edit),
    /// Show its value.
    Reveal,
    /// Make its replacement, and let it end.
    Rotate(Ending),
    /// Let the system rotate it.
    Schedule(Schedule),
    /// Take its schedule back.
    CancelSchedule,
    /// End it before its time, if it has one.
    Expire,
    /// End it at once.
    Delete,
    /// Do what has become due: let it expire, or rotate it. The system asks for it.
    Advance,
    /// Note that it was used for the first time. The system asks for it.
    NoteFirstUse,
    /// Digest an imported key like all others, now that its value was seen. The system asks for it.
    Adopt(Adoption),
}

/// What is to be said of a key from now on; what is not named stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// What people call it.
    pub name: Option<String>,
    /// Where its value was saved; an empty note takes the old one away.
    pub note: Option<String>,
    /// From where it may be used.
    pub restriction: Option<IpRestriction>,
    /// What it may do with its own account, if it is restricted, or with the accounts of its
    /// organization.
    pub permissions: Option<Permissions>,
    /// What it may do with connected accounts, if it is restricted or an organization's.
    pub connect_permissions: Option<Permissions>,
}

/// A new key and its value. Its [`crate::Reveal`] says what becomes of the value.
pub struct Minted {
    /// All but the value.
    pub key: Key,
    /// The value.
    pub value: KeyValue,
}

/// What a command changes; the changes of one command are committed together or not at all.
pub enum Change {
    /// An organization was founded.
    OrganizationOpened(Organization),
    /// An account was opened.
    AccountOpened(Account),
    /// An account changed, or it was deleted: this is what it is now.
    AccountChanged(Account),
    /// A sandbox was added.
    SandboxOpened(Sandbox),
    /// The name of a sandbox changed, or it was deleted: this is what it is now.
    SandboxChanged(Sandbox),
    /// A key was made.
    KeyMade(Minted),
    /// A key was imported.
    KeyImported {
        /// All but the value, which nobody knows.
        key: Key,
        /// What is known of the value.
        digest: Digest,
    },
    /// An imported key was used: this is what it is now.
    KeyAdopted {
        /// The key.
        key: Key,
        /// What it is found by from now on.
        adoption: Adoption,
    },
    /// A key changed: this is what it is now.
    KeyChanged(Key),
    /// The value of a key is shown. This is what it is now; if it can never be revealed again, what
    /// is kept of the value ends with this.
    KeyRevealed(Key),
}

impl Change {
    /// The organization that was founded, if one was.
    #[must_use]
    pub fn organization(&self) -> Option<&Organization> {
        if let Self::OrganizationOpened(organization) = self { Some(organization) } else { None }
    }

    /// The account that this is about, as it is now.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        if let Self::AccountOpened(account) | Self::AccountChanged(account) = self {
            Some(account)
        } else {
            None
        }
    }

    /// The sandbox that this is about, as it is now.
    #[must_use]
    pub fn sandbox(&self) -> Option<&Sandbox> {
        if let Self::SandboxOpened(sandbox) | Self::SandboxChanged(sandbox) = self {
            Some(sandbox)
        } else {
            None
        }
    }

    /// The key that was made, if one was.
    #[must_use]
    pub fn made(&self) -> Option<&Minted> {
        if let Self::KeyMade(minted) = self { Some(minted) } else { None }
    }

    /// The key that was made, if one was, to keep its value.
    #[must_use]
    pub fn into_made(self) -> Option<Minted> {
        if let Self::KeyMade(minted) = self { Some(minted) } else { None }
    }

    /// The key that this is about, as it is now.
    #[must_use]
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::KeyMade(minted) => Some(&minted.key),
            Self::KeyImported { key, .. }
            | Self::KeyAdopted { key, .. }
            | Self::KeyChanged(key)
            | Self::KeyRevealed(key) => Some(key),
            Self::OrganizationOpened(_)
            | Self::AccountOpened(_)
            | Self::AccountChanged(_)
            | Self::SandboxOpened(_)
            | Self::SandboxChanged(_) => None,
        }
    }
}
