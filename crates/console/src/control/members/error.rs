//! Why members stay as they are.

use keys::TooMany;
use store::{InvitationError, JoinError, MemberError, StoreError};

use super::super::noted::Refuses;
use crate::control::ControlError;
use crate::delivery::DeliveryError;
use crate::password::PasswordError;

/// Why members stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum MembersError {
    /// The caller may not, or has yet to prove who it is.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// A rule of members speaks against it.
    #[error(transparent)]
    Member(MemberError),
    /// A rule of invitations speaks against it.
    #[error(transparent)]
    Invitation(InvitationError),
    /// Too many were invited.
    #[error(transparent)]
    TooMany(TooMany),
    /// The invitation reached nobody, and was taken back.
    #[error("the invitation could not be sent, and nothing was changed: {0}")]
    Undelivered(DeliveryError),
    /// The address has a password already.
    #[error("somebody signs in with this email address already; sign in, and accept it then")]
    SignInFirst,
    /// Somebody new chooses a password.
    #[error("choose a password: `password`")]
    PasswordMissing,
    /// The password is none.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

impl From<MemberError> for MembersError {
    fn from(error: MemberError) -> Self {
        match error {
            MemberError::Store(error) => Self::Control(error.into()),
            MemberError::AboveOnesOwn
            | MemberError::DoesNotFit(_)
            | MemberError::UnknownRealm(_)
            | MemberError::NotAMember
            | MemberError::AlreadyMember
            | MemberError::LastOwner => Self::Member(error),
        }
    }
}

impl From<InvitationError> for MembersError {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::Store(error) => Self::Control(error.into()),
            InvitationError::Member(error) => error.into(),
            InvitationError::NotGood | InvitationError::ForSomebodyElse => Self::Invitation(error),
        }
    }
}

impl From<JoinError> for MembersError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::SignInFirst => Self::SignInFirst,
            JoinError::BadName(refusal) => Self::Control(refusal.into()),
            JoinError::Invitation(error) => error.into(),
        }
    }
}

impl From<StoreError> for MembersError {
    fn from(error: StoreError) -> Self {
        Self::Control(error.into())
    }
}

impl MembersError {
    /// The word for it that programs know it by; nothing where it was no refusal.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Control(error) => return error.code(),
            Self::Member(MemberError::DoesNotFit(_)) | Self::Password(PasswordError::Length) => {
                "parameter_invalid"
            }
            Self::Member(MemberError::UnknownRealm(_) | MemberError::NotAMember) => {
                "resource_missing"
            }
            Self::Member(MemberError::LastOwner) => "last_owner",
            Self::Member(MemberError::AboveOnesOwn)
            | Self::Invitation(InvitationError::ForSomebodyElse) => "not_allowed",
            Self::Member(MemberError::AlreadyMember) => "member_exists",
            Self::Invitation(InvitationError::NotGood) => "invitation_expired",
            Self::TooMany(_) => "rate_limited",
            Self::SignInFirst => "sign_in_required",
            Self::PasswordMissing => "parameter_missing",
            // That it was taken back is an event of its own.
            Self::Undelivered(_)
            | Self::Password(PasswordError::Unhashable)
            | Self::Member(MemberError::Store(_))
            | Self::Invitation(InvitationError::Member(_) | InvitationError::Store(_)) => {
                return None;
            }
        })
    }
}

impl Refuses for MembersError {
    fn refusal(&self) -> Option<&'static str> {
        self.code()
    }
}
