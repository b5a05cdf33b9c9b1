//! What people are told who are not signed in, do not come to be, or stay as they are.

use keys::ErrorType;
use store::{AuthenticatorError, InvitationError, LinkError, MemberError, UserError};

use super::control::{failed, not_done, refused};
use super::words::{INTERNAL, NO_MAIL};
use super::{Told, caller, ours, sentence};
use crate::control::{MembersError, SignInError, SignUpError};
use crate::password::PasswordError;

/// The table of who does not come to be.
pub(super) fn not_signed_up(error: &SignUpError) -> Told {
    match error {
        SignUpError::Link(LinkError::TooMany(_)) | SignUpError::TooMany(_) => {
            caller(429, "rate_limited", sentence(error))
        }
        SignUpError::Link(_) => caller(400, "link_expired", sentence(error)),
        SignUpError::Password(PasswordError::Unhashable) => ours(500, "internal", INTERNAL),
        SignUpError::Password(PasswordError::Length) => Told {
            param: Some("new_password"),
            ..caller(400, "parameter_invalid", sentence(error))
        },
        SignUpError::WrongPassword => {
            Told { param: Some("password"), ..caller(403, "password_wrong", sentence(error)) }
        }
        SignUpError::User(UserError::BadName(refusal)) => refused(refusal),
        SignUpError::User(_) => caller(400, "parameter_invalid", sentence(error)),
        SignUpError::Delivery(_) => ours(503, "mail_unavailable", NO_MAIL),
        SignUpError::Store(error) => failed(error),
    }
}

/// The table of why members stay.
pub(super) fn members_stay(error: &MembersError) -> Told {
    match error {
        MembersError::Control(error) => not_done(error),
        MembersError::Member(MemberError::DoesNotFit(_)) => {
            Told { param: Some("role"), ..caller(400, "parameter_invalid", sentence(error)) }
        }
        MembersError::Member(MemberError::UnknownRealm(_) | MemberError::NotAMember) => {
            caller(404, "resource_missing", sentence(error))
        }
        MembersError::Member(MemberError::LastOwner) => caller(400, "last_owner", sentence(error)),
        MembersError::Member(MemberError::AboveOnesOwn)
        | MembersError::Invitation(InvitationError::ForSomebodyElse) => {
            caller(403, "not_allowed", sentence(error))
        }
        MembersError::Member(_) => caller(400, "member_exists", sentence(error)),
        MembersError::Invitation(_) => caller(400, "invitation_expired", sentence(error)),
        MembersError::Undelivered(_) => ours(503, "mail_unavailable", NO_MAIL),
        MembersError::SignInFirst => signed_out_with("sign_in_required", sentence(error)),
        MembersError::PasswordMissing => {
            Told { param: Some("password"), ..caller(400, "parameter_missing", sentence(error)) }
        }
        MembersError::Password(PasswordError::Unhashable) => ours(500, "internal", INTERNAL),
        MembersError::Password(PasswordError::Length) => {
            Told { param: Some("password"), ..caller(400, "parameter_invalid", sentence(error)) }
        }
    }
}

/// The table of who is not signed in.
pub(super) fn not_signed_in(error: &SignInError) -> Told {
    match error {
        SignInError::CodeMissing => signed_out_with("authenticator_code_required", sentence(error)),
        SignInError::Code(AuthenticatorError::TooMany(_)) | SignInError::TooMany(_) => {
            caller(429, "rate_limited", sentence(error))
        }
        SignInError::Code(_) => signed_out_with("authenticator_code_invalid", sentence(error)),
        SignInError::Wrong | SignInError::Changed => {
            signed_out_with("credentials_invalid", sentence(error))
        }
        SignInError::Store(error) => failed(error),
    }
}

pub(super) fn signed_out(message: String) -> Told {
    signed_out_with("session_ended", message)
}

pub(super) fn signed_out_with(code: &'static str, message: String) -> Told {
    Told { error_type: ErrorType::Authentication, ..caller(401, code, message) }
}
