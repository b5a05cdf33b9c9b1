//! The things that are kept: organizations, accounts, sandboxes and keys.

use jiff::Timestamp;

use crate::{
    AccountId, Form, Grants, Home, IpRestriction, KeyId, Kind, Mask, OrganizationId, Origin,
    SandboxId, Schedule, Version,
};

/// An organization owns accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What people call it.
    pub name: String,
    /// When it was opened.
    pub created_at: Timestamp,
}

/// A business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The organization that owns it.
    pub organization: Option<OrganizationId>,
    /// The platform that it is connected to.
    pub platform: Option<AccountId>,
    /// The sandbox it was born with.
    pub first_sandbox: SandboxId,
    /// The API version of requests that name none.
    pub version: Version,
    /// What people call it.
    pub name: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was deleted, and its sandboxes and keys with it.
    pub deleted_at: Option<Timestamp>,
}

/// A simulated side of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    /// Its id.
    pub id: SandboxId,
    /// Whose it is.
    pub account: AccountId,
    /// What people call it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was deleted, and its keys with it.
    pub deleted_at: Option<Timestamp>,
}

/// Where a key stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It works.
    Active,
    /// It works until that time, and from then on is expired.
    Expiring {
        /// The first instant at which it no longer works.
        at: Timestamp,
    },
    /// Its time has passed; it never comes back.
    Expired {
        /// The first instant at which it no longer worked.
        at: Timestamp,
    },
    /// It was deleted, or rotated with no grace; it never comes back.
    Deleted {
        /// When that was.
        at: Timestamp,
    },
}

impl Standing {
    /// Whether the key still works at that time.
    #[must_use]
    pub fn is_alive(self, now: Timestamp) -> bool {
        match self {
            Self::Active => true,
            Self::Expiring { at } => now < at,
            Self::Expired { .. } | Self::Deleted { .. } => false,
        }
    }
}

/// How often the value of a key may be shown after it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reveal {
    /// Any number of times: it is of a sandbox, or publishable.
    Always,
    /// One time: a live secret key that nobody has seen yet.
    Once,
    /// No more. Nothing is kept that it could be read from.
    Never,
}

/// All that is known of a key but its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// Where it lives, and thereby whose it is.
    pub home: Home,
    /// What it may be used for.
    pub kind: Kind,
    /// What people call it.
    pub name: String,
    /// Where its value was saved, in the words of whoever did.
    pub note: Option<String>,
    /// Where its value comes from.
    pub origin: Origin,
    /// The last four characters of its value; [`Mask::NO_TAIL`] where they are not known.
    pub tail: [u8; 4],
    /// From where it may be used.
    pub restriction: IpRestriction,
    /// What it may do, if it is restricted or an organization's; other kinds hold none and are not
    /// asked for any.
    pub grants: Grants,
    /// Where it stands in its life.
    pub standing: Standing,
    /// How often its value may be shown.
    pub reveal: Reveal,
    /// When the system rotates it.
    pub schedule: Option<Schedule>,
    /// The key in whose place it came, if that one ends as soon as this one is used.
    pub retires: Option<KeyId>,
    /// When it was last used, to about a minute, as far as is known.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Key {
    /// How it is named where its value must not stand.
    #[must_use]
    pub fn mask(&self) -> Mask {
        match self.origin {
            Origin::Minted => Mask::of_kept(self.form(), self.tail),
            Origin::Imported(_) | Origin::Adopted => Mask::of_foreign(self.tail),
        }
    }

    /// Its kind and side.
    #[must_use]
    pub fn form(&self) -> Form {
        Form { kind: self.kind, livemode: self.home.livemode() }
    }
}
