//! What callers are told whose command is not carried out.

use keys::{CodeRefusal, Refusal};
use store::{AuthenticatorError, StoreError};

use super::words::{IN_DOUBT, INTERNAL, OUTCOME_UNKNOWN, UNAVAILABLE, UNDELIVERED};
use super::{Told, caller, missing, ours, sentence};
use crate::control::{ControlError, ProofError, RightError};

pub(super) fn not_done(error: &ControlError) -> Told {
    match error {
        ControlError::NotAllowed(error) => not_allowed(*error),
        ControlError::Proof(error) => not_proved(error),
        ControlError::Refused(refusal) => refused(refusal),
        ControlError::Store(error) => failed(error),
        ControlError::BrokeOff(_) => ours(500, IN_DOUBT, OUTCOME_UNKNOWN),
    }
}

/// The table of who may not ask.
pub(super) fn not_allowed(error: RightError) -> Told {
    match error {
        RightError::Key
        | RightError::NoConnected
        | RightError::LiveKeysOnly
        | RightError::Role
        | RightError::PeopleOnly
        | RightError::Unprovable => caller(403, error.code(), sentence(&error)),
        RightError::NoContext => caller(400, error.code(), sentence(&error)),
        RightError::NoPlace => {
            Told { param: Some("account"), ..caller(400, error.code(), sentence(&error)) }
        }
    }
}

/// The table of who is not believed.
pub(super) fn not_proved(error: &ProofError) -> Told {
    let status = match error {
        ProofError::Code(CodeRefusal::TooSoon | CodeRefusal::NoTriesLeftToday)
        | ProofError::Authenticator(AuthenticatorError::TooMany(_)) => 429,
        ProofError::Sent(_)
        | ProofError::AskTheApp
        | ProofError::Code(_)
        | ProofError::Authenticator(_) => 403,
        ProofError::NoPhone => 400,
        ProofError::Undelivered(_) => {
            return ours(503, error.code(), UNDELIVERED);
        }
    };
    caller(status, error.code(), sentence(error))
}

/// What is known of refusals beside their words and codes.
pub(super) fn refused(refusal: &Refusal) -> Told {
    let (status, param) = match refusal {
        Refusal::UnknownKey(id) => return missing("key", &id.to_string()),
        Refusal::UnknownOrganization(id) => return missing("organization", &id.to_string()),
        Refusal::UnknownAccount(id) => return missing("account", &id.to_string()),
        Refusal::UnknownSandbox => (404, None),
        Refusal::MoreThanOwn => (403, None),
        Refusal::BadImport(_) | Refusal::ImportSize { .. } => (400, Some("keys")),
        Refusal::NotAPlatform
        | Refusal::KeyIsDead
        | Refusal::PublishableStays
        | Refusal::ValueNotKept
        | Refusal::NotExpiring
        | Refusal::AlreadyRotated
        | Refusal::NoSchedule
        | Refusal::NothingDue
        | Refusal::HasConnected
        | Refusal::TooManyAccounts { .. }
        | Refusal::TooManySandboxes { .. }
        | Refusal::FirstSandboxStays
        | Refusal::KeyValueInText => (400, None),
        Refusal::AllowList(_) | Refusal::PublishableIsUnrestricted => (400, Some("ip_allowlist")),
        Refusal::NotRestricted => (400, Some("permissions")),
        Refusal::BadName { .. } => (400, Some("name")),
        Refusal::BadNote { .. } => (400, Some("note")),
        Refusal::ScheduleInThePast | Refusal::ScheduleTooFar { .. } => (400, Some("next_at")),
        Refusal::EndingInThePast | Refusal::EndingTooFar { .. } => (400, Some("expires_at")),
    };
    Told { param, ..caller(status, refusal.code(), sentence(refusal)) }
}

/// The table of what the store may say: never that something is not there.
pub(super) fn failed(error: &StoreError) -> Told {
    match error {
        StoreError::Unreachable { .. } | StoreError::Full { .. } => {
            ours(503, "unavailable", UNAVAILABLE)
        }
        StoreError::OutcomeUnknown { .. } => ours(500, IN_DOUBT, OUTCOME_UNKNOWN),
        StoreError::Address { .. }
        | StoreError::Damaged { .. }
        | StoreError::InUse { .. }
        | StoreError::Newer { .. }
        | StoreError::Inconsistent { .. }
        | StoreError::UnknownSealingKey { .. }
        | StoreError::Other { .. } => ours(500, "internal", INTERNAL),
    }
}
