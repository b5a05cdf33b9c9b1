//! The pages of the docs, in the order in which they are read.

use super::super::words::DocsWords;

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Page {
    /// The first call.
    Quickstart,
    /// How a key is sent.
    Authentication,
    /// Which keys there are.
    Keys,
    /// What restricted keys may do.
    Permissions,
    /// Acting for another account.
    Organizations,
    /// Where nothing is real.
    Sandboxes,
    /// Replacing a key.
    Rotation,
    /// From where a key may be used.
    Addresses,
    /// What each error means.
    Errors,
}

impl Page {
    /// All of them.
    pub(in super::super) const ALL: [Self; 9] = [
        Self::Quickstart,
        Self::Authentication,
        Self::Keys,
        Self::Permissions,
        Self::Organizations,
        Self::Sandboxes,
        Self::Rotation,
        Self::Addresses,
        Self::Errors,
    ];

    /// Its address.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Quickstart => "/docs",
            Self::Authentication => "/docs/authentication",
            Self::Keys => "/docs/keys",
            Self::Permissions => "/docs/permissions",
            Self::Organizations => "/docs/organizations",
            Self::Sandboxes => "/docs/sandboxes",
            Self::Rotation => "/docs/rotation",
            Self::Addresses => "/docs/ip-restrictions",
            Self::Errors => "/docs/errors",
        }
    }

    /// The page of an address, by the last word of it.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.path().strip_prefix("/docs/") == Some(word))
    }

    /// What it is called.
    pub(super) fn title(self, words: &DocsWords) -> &'static str {
        words.pages.get(self.place()).copied().unwrap_or_default()
    }

    /// Its place in the order.
    pub(super) fn place(self) -> usize {
        Self::ALL.iter().position(|page| *page == self).unwrap_or_default()
    }
}
