//! What people are told who are not signed in, do not come to be, or stay as they are.

use keys::ErrorType;
use store::{AuthenticatorError, InvitationError, LinkError, MemberError, UserError};

use super::control::{failed, not_allowed, not_done, refused};
use super::words::{INTERNAL, NO_MAIL};
use super::{Told, caller, ours, sentence};
use crate::control::{MembersError, SignInError, SignUpError};
use crate::password::PasswordError;

/// The code of what is our fault.
const INTERNAL_CODE: &str = "internal";

/// The table of who does not come to be.
pub(super) fn not_signed_up(error: &SignUpError) -> Told {
    let told = |status| caller(status, error.code().unwrap_or(INTERNAL_CODE), sentence(error));
    match error {
        SignUpError::Link(LinkError::TooMany(_)) | SignUpError::TooMany(_) => told(429),
        SignUpError::Link(_) | SignUpError::User(UserError::EmailTaken | UserError::Unknown(_)) => {
            told(400)
        }
        SignUpError::Password(PasswordError::Unhashable) => ours(500, INTERNAL_CODE, INTERNAL),
        SignUpError::Password(PasswordError::Length) => {
            Told { param: Some("new_password"), ..told(400) }
        }
        SignUpError::WrongPassword => Told { param: Some("password"), ..told(403) },
        SignUpError::User(UserError::BadName(refusal)) => refused(refusal),
        SignUpError::NotAllowed(error) => not_allowed(*error),
        SignUpError::Delivery(_) => ours(503, "mail_unavailable", NO_MAIL),
        SignUpError::User(UserError::Store(error)) | SignUpError::Store(error) => failed(error),
    }
}

/// The table of why members stay.
pub(super) fn members_stay(error: &MembersError) -> Told {
    let told = |status| caller(status, error.code().unwrap_or(INTERNAL_CODE), sentence(error));
    match error {
        MembersError::Control(error) => not_done(error),
        MembersError::Member(MemberError::DoesNotFit(_)) => {
            Told { param: Some("role"), ..told(400) }
        }
        MembersError::Member(MemberError::UnknownRealm(_) | MemberError::NotAMember) => told(404),
        MembersError::Member(MemberError::AboveOnesOwn)
        | MembersError::Invitation(InvitationError::ForSomebodyElse) => told(403),
        MembersError::Member(_) | MembersError::Invitation(_) => told(400),
        MembersError::TooMany(_) => told(429),
        MembersError::Undelivered(_) => ours(503, "mail_unavailable", NO_MAIL),
        MembersError::SignInFirst => signed_out_with("sign_in_required", sentence(error)),
        MembersError::Password(PasswordError::Unhashable) => ours(500, INTERNAL_CODE, INTERNAL),
        MembersError::PasswordMissing | MembersError::Password(PasswordError::Length) => {
            Told { param: Some("password"), ..told(400) }
        }
    }
}

/// The table of who is not signed in.
pub(super) fn not_signed_in(error: &SignInError) -> Told {
    let code = error.code().unwrap_or(INTERNAL_CODE);
    match error {
        SignInError::Code(AuthenticatorError::TooMany(_)) | SignInError::TooMany(_) => {
            caller(429, code, sentence(error))
        }
        SignInError::CodeMissing
        | SignInError::Code(_)
        | SignInError::Wrong
        | SignInError::Changed => signed_out_with(code, sentence(error)),
        SignInError::Store(error) => failed(error),
    }
}

pub(super) fn signed_out(message: String) -> Told {
    signed_out_with("session_ended", message)
}

pub(super) fn signed_out_with(code: &'static str, message: String) -> Told {
    Told { error_type: ErrorType::Authentication, ..caller(401, code, message) }
}
