//! What can be asked for ([`Command`]) and what follows from it ([`Change`]).

use jiff::Timestamp;

use crate::{
    Account, AccountId, IpRestriction, Key, KeyId, KeyValue, Mode, Organization, OrganizationId,
    Sandbox,
};

/// An account and one of its modes: where a key lives.
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
    /// Create a secret key.
    CreateSecretKey {
        /// Its account and mode.
        place: Place,
        /// What people call it.
        name: String,
        /// Where the value was saved.
        note: Option<String>,
    },
    /// Make the replacement of a key, and let the key end.
    RotateKey {
        /// The key to replace.
        key: KeyId,
        /// When it stops.
        ending: Ending,
    },
    /// Say from where a key may be used.
    RestrictKey {
        /// The key.
        key: KeyId,
        /// From where.
        restriction: IpRestriction,
    },
    /// End a key at once.
    DeleteKey {
        /// The key.
        key: KeyId,
    },
}

/// What becomes of the value of a new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Shown in this answer and never kept.
    ShownOnce,
    /// Kept sealed, to be revealed as the rules of its mode allow.
    Sealed,
}

/// A new key and its value.
pub struct Minted {
    /// All but the value.
    pub key: Key,
    /// The value.
    pub value: KeyValue,
    /// What becomes of the value.
    pub keep: Keep,
}

/// What a command changes; the changes of one command are committed together or not at all.
pub enum Change {
    /// An organization was founded.
    OrganizationOpened(Organization),
    /// An account was opened.
    AccountOpened(Account),
    /// A sandbox was added.
    SandboxOpened(Sandbox),
    /// A key was made.
    KeyMade(Minted),
    /// Standing or restriction of a key changed: this is what it is now.
    KeyChanged(Key),
}
