//! Why a command is not carried out.

use crate::{AccountId, AllowListError, BadEntry, KeyId, OrganizationId};

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
    /// An address that may not be listed.
    #[error(transparent)]
    AllowList(#[from] AllowListError),
    /// Only restricted keys and those of organizations have permissions.
    #[error(
        "only restricted and organization keys have permissions, which can be changed and duplicated"
    )]
    NotRestricted,
    /// Permissions that the one who asks does not have.
    #[error("nobody can hand out more than they have themselves")]
    MoreThanOwn,
    /// No keys to import, or too many.
    #[error("1 to {most} keys are imported at a time")]
    ImportSize {
        /// The most.
        most: usize,
    },
    /// Keys that cannot be imported.
    #[error(
        "nothing was imported: {} of the keys cannot be, and `entries` says why", .0.len()
    )]
    BadImport(Vec<BadEntry>),
    /// A value that was shown before, or was never kept.
    #[error(
        "the value of this key was shown once and is not kept; rotate the key to get a new one"
    )]
    ValueNotKept,
    /// A key without a time to end.
    #[error("the key has no time to end that could be cut short; delete it instead")]
    NotExpiring,
    /// A key that is about to end.
    #[error("the key was rotated already and is about to end; schedule its replacement instead")]
    AlreadyRotated,
    /// There is no schedule to take back.
    #[error("no rotation of this key is scheduled")]
    NoSchedule,
    /// A schedule that begins before now.
    #[error("a rotation is scheduled for a time to come")]
    ScheduleInThePast,
    /// A schedule that begins too late.
    #[error("a rotation can be scheduled at most {days} days ahead")]
    ScheduleTooFar {
        /// The farthest.
        days: i64,
    },
    /// What was to be done has been done, or its time has not come.
    #[error("nothing is due for this key")]
    NothingDue,
    /// A platform that others are connected to.
    #[error("accounts are connected to this one, and would lose their platform; delete them first")]
    HasConnected,
    /// The organization has as many accounts as it may.
    #[error("an organization has at most {most} accounts")]
    TooManyAccounts {
        /// The most.
        most: usize,
    },
    /// The account has as many sandboxes as it may.
    #[error("an account has at most {most} sandboxes beside its first one")]
    TooManySandboxes {
        /// The most.
        most: usize,
    },
    /// The sandbox that an account was born with.
    #[error("the sandbox that the account was born with cannot be deleted")]
    FirstSandboxStays,
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

impl Refusal {
    /// Whether there is no such thing as was named.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(
            self,
            Self::UnknownOrganization(_)
                | Self::UnknownAccount(_)
                | Self::UnknownSandbox
                | Self::UnknownKey(_)
        )
    }

    /// The word for it that programs know it by.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownOrganization(_)
            | Self::UnknownAccount(_)
            | Self::UnknownSandbox
            | Self::UnknownKey(_) => "resource_missing",
            Self::NotAPlatform => "account_invalid",
            Self::KeyIsDead => "key_ended",
            Self::PublishableStays => "publishable_key_stays",
            Self::PublishableIsUnrestricted => "publishable_key_unrestricted",
            Self::NotRestricted => "key_not_restricted",
            Self::MoreThanOwn => "more_than_own",
            Self::ValueNotKept => "value_not_kept",
            Self::NotExpiring => "key_not_expiring",
            Self::AlreadyRotated => "key_already_rotated",
            Self::NoSchedule => "schedule_missing",
            Self::NothingDue => "nothing_due",
            Self::HasConnected => "account_has_connected",
            Self::TooManyAccounts { .. } => "account_limit",
            Self::TooManySandboxes { .. } => "sandbox_limit",
            Self::FirstSandboxStays => "first_sandbox_stays",
            Self::BadImport(_) => "import_invalid",
            Self::ImportSize { .. }
            | Self::BadName { .. }
            | Self::BadNote { .. }
            | Self::KeyValueInText
            | Self::AllowList(_)
            | Self::ScheduleInThePast
            | Self::ScheduleTooFar { .. }
            | Self::EndingInThePast
            | Self::EndingTooFar { .. } => "parameter_invalid",
        }
    }
}
