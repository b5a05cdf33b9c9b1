//! Why something was not done.

use keys::{CodeRefusal, Refusal};
use store::{AuthenticatorError, CodeError, CommandError, StoreError};

use super::noted::Refuses;
use crate::delivery::DeliveryError;

/// Why whoever asks has no right to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RightError {
    /// A key that asks for what is not of what it acts on, or what no key may.
    #[error(
        "an API key manages what it acts on, which is one account and mode or one organization, and \
         nothing else"
    )]
    Key,
    /// A key that asks for the accounts connected to what it acts on, and sees none of them.
    #[error(
        "this key does not see connected accounts: it needs the permission account_read for them, \
         among its Connect permissions"
    )]
    NoConnected,
    /// A key of a sandbox that asks for what concerns the whole account, or one of an organization's
    /// sandboxes that asks for what concerns the whole organization.
    #[error(
        "this concerns more than sandboxes, which are all that this key manages; use a live key"
    )]
    LiveKeysOnly,
    /// A key of an organization that asks for something of an account, and does not say of which.
    #[error(
        "an organization key needs the account to act on in the header Stripe-Context: acct_… or \
         acct_…/acct_…"
    )]
    NoContext,
    /// What must be proved by a person.
    #[error(
        "this takes a verification code, which only a person who has signed in can give; sign in \
         and repeat it"
    )]
    Unprovable,
    /// A person whose roles do not allow it.
    #[error("your role does not allow this; ask an owner or administrator")]
    Role,
    /// What is for people alone.
    #[error("this is for people who have signed in, and not for API keys")]
    PeopleOnly,
    /// A person who does not say of which account and mode.
    #[error("say of which account and mode: `account` and `mode`")]
    NoPlace,
}

/// Why somebody is not believed to be who they are.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// A code was sent.
    #[error(
        "a verification code was sent to {0}; send the same request again with it in the header \
         `Verification-Code`"
    )]
    Sent(String),
    /// The authenticator app has one.
    #[error(
        "your authenticator app tells a verification code; send the same request again with it in \
         the header `Verification-Code`"
    )]
    AskTheApp,
    /// The code that was sent does not count, or no other is sent.
    #[error(transparent)]
    Code(CodeRefusal),
    /// The code of the app, or the recovery code, does not count.
    #[error(transparent)]
    Authenticator(AuthenticatorError),
    /// There is no telephone to be confirmed.
    #[error("no telephone waits to be confirmed; say its number first")]
    NoPhone,
    /// The code did not reach anybody.
    #[error("no verification code could be sent, and nothing was changed: {0}")]
    Undelivered(#[from] DeliveryError),
}

/// Why a change was not made, or something is not shown.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The caller may not ask for this.
    #[error(transparent)]
    NotAllowed(#[from] RightError),
    /// The person must prove that it is them.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A rule speaks against it; or there is no such thing, or none that the caller may know of: the
    /// two are not told apart.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The task that carried it out fell; whether it was committed is not known.
    #[error("the change broke off: {0}")]
    BrokeOff(#[from] tokio::task::JoinError),
}

impl ControlError {
    /// The word for a refusal; nothing where it was no refusal but a failure.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::NotAllowed(error) => Some(error.code()),
            Self::Proof(error) => Some(error.code()),
            Self::Refused(refusal) => Some(refusal.code()),
            Self::Store(_) | Self::BrokeOff(_) => None,
        }
    }
}

impl Refuses for ControlError {
    fn refusal(&self) -> Option<&'static str> {
        self.code()
    }
}

impl ControlError {
    /// Whether the thing does not exist to whoever asked.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_unknown())
    }
}

impl RightError {
    /// The word for it that programs know it by.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Key | Self::NoConnected | Self::LiveKeysOnly | Self::Role | Self::PeopleOnly => {
                "not_allowed"
            }
            Self::NoContext => "context_required",
            Self::Unprovable => "person_required",
            Self::NoPlace => "parameter_missing",
        }
    }
}

impl ProofError {
    /// The word for it that programs know it by.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sent(_) | Self::AskTheApp => "verification_required",
            Self::Code(CodeRefusal::TooSoon) => "verification_too_soon",
            Self::Code(CodeRefusal::NoTriesLeftToday)
            | Self::Authenticator(AuthenticatorError::TooMany(_)) => "verification_tries_used_up",
            Self::Code(_) | Self::Authenticator(_) => "verification_failed",
            Self::NoPhone => "phone_missing",
            Self::Undelivered(_) => "verification_undelivered",
        }
    }
}

impl From<CommandError> for ControlError {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Refused(refusal) => Self::Refused(refusal),
            CommandError::Store(error) => Self::Store(error),
        }
    }
}

impl From<CodeError> for ControlError {
    fn from(error: CodeError) -> Self {
        match error {
            CodeError::Refused(refusal) => Self::Proof(ProofError::Code(refusal)),
            CodeError::Store(error) => Self::Store(error),
        }
    }
}

impl From<AuthenticatorError> for ControlError {
    fn from(error: AuthenticatorError) -> Self {
        match error {
            AuthenticatorError::Store(error) => Self::Store(error),
            AuthenticatorError::AlreadyOn
            | AuthenticatorError::Off
            | AuthenticatorError::Refused(_)
            | AuthenticatorError::WrongRecoveryCode
            | AuthenticatorError::TooMany(_) => Self::Proof(ProofError::Authenticator(error)),
        }
    }
}
