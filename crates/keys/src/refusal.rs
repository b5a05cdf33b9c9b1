//! Why a command is not carried out.

use crate::{AccountId, KeyId, OrganizationId};

/// The no to a [`crate::Command`], with its reason. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such organization.
    #[error("there is no organization `{0}`")]
    UnknownOrganization(OrganizationId),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    UnknownAccount(AccountId),
    /// The account has no such sandbox.
    #[error("the account has no such sandbox")]
    UnknownSandbox,
    /// There is no such key.
    #[error("there is no key `{0}`")]
    UnknownKey(KeyId),
    /// A connected account cannot be a platform itself.
    #[error("a connected account cannot have connected accounts of its own")]
    NotAPlatform,
    /// The key no longer works.
    #[error("the key was deleted or has expired; it cannot be changed any more")]
    KeyIsDead,
    /// Publishable keys stay.
    #[error("a publishable key cannot be deleted; rotate it instead")]
    PublishableStays,
    /// Publishable keys are for everybody.
    #[error("a publishable key is used from everywhere and takes no IP restriction")]
    PublishableIsUnrestricted,
    /// A name that is empty or too long, or that holds control characters.
    #[error("a name has 1 to {most} characters and no control characters")]
    BadName {
        /// The most characters.
        most: usize,
    },
    /// A note that is too long or holds control characters.
    #[error("a note has at most {most} characters and no control characters")]
    BadNote {
        /// The most characters.
        most: usize,
    },
    /// A name or note with a key value in it, which would be kept for all to read.
    #[error("a key value must not stand in a name or a note")]
    KeyValueInText,
    /// An ending that is not ahead.
    #[error("the old key must end at a time to come")]
    EndingInThePast,
    /// An ending that is too far ahead.
    #[error("the old key can go on for at most {days} days")]
    EndingTooFar {
        /// The longest overlap.
        days: i64,
    },
}
