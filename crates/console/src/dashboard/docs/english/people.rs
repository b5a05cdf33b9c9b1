//! Errors about people: what they may, who they are, and whom they belong with.

use super::{Explained, explain};

pub(super) const EXPLAINED: &[Explained] = &[
    explain(
        "not_allowed",
        "Your role does not allow this; or a key asked for what only a person may do, or for what is of another account or mode. A key manages what it acts on: its own account and mode, an account connected to it, or what an organization's key names; and nothing else.",
        "Ask an owner or administrator of the account to do it, or to give you a role that may.",
    ),
    explain(
        "person_required",
        "This takes a verification code, which only a person can give. A key may look at live keys, rename, expire and delete them, and nothing beyond.",
        "Sign in and do it in the dashboard, or on the command line after keyway login.",
    ),
    explain(
        "verification_required",
        "What you ask for takes a verification code. It was sent to you by mail or text message, or your authenticator app shows one; the message says which.",
        "Send the very same request again with the header Verification-Code. A code is good for that request alone, for ten minutes and five tries.",
    ),
    explain(
        "verification_failed",
        "The verification code does not count: it is wrong, used, expired or meant for another request, or the header cannot be read.",
        "Read the newest code again. If it has expired or was tried five times, repeat the request without a code to be sent another.",
    ),
    explain(
        "verification_too_soon",
        "A code was sent just now, and another one can be sent 30 seconds later.",
        "Wait for the code that is on its way, or ask again after half a minute.",
    ),
    explain(
        "verification_tries_used_up",
        "Too many codes were tried. A person has fifteen tries a day, whatever codes are sent meanwhile.",
        "Try again tomorrow. If it was not you who tried, change your password: somebody knows it.",
    ),
    explain(
        "verification_undelivered",
        "The verification code could not be sent, and nothing was changed.",
        "Try again later, or ask whoever runs the server to look at its mail and text message settings.",
    ),
    explain(
        "phone_missing",
        "A telephone was to be confirmed, and none waits for that.",
        "Say the number first, with POST /api/v1/user/phone.",
    ),
    explain(
        "session_ended",
        "The token belongs to a session that has ended: somebody signed out, it was not used for a day, it is 30 days old, or the password was changed.",
        "Sign in again.",
    ),
    explain(
        "credentials_invalid",
        "The email address or the password is wrong, or the address was not confirmed yet. Nobody is told which of them it is.",
        "Check both; follow the link in the mail that came when you signed up, or have the password reset.",
    ),
    explain(
        "authenticator_code_required",
        "An authenticator app is set up for this person, and the request to sign in carries no code of it.",
        "Send the same request with code: six digits from the app, or a recovery code.",
    ),
    explain(
        "authenticator_code_invalid",
        "The code is not the one that the authenticator app shows now, or it was used already; or it is not one of the recovery codes that are left.",
        "Wait for the next code of the app and check the clock of the telephone. A recovery code works once.",
    ),
    explain(
        "sign_in_required",
        "The invitation is for somebody who has a password here already.",
        "Sign in with that email address, and accept the invitation then.",
    ),
    explain(
        "password_wrong",
        "The present password was asked for, so that nobody changes it in your place, and this is not it.",
        "Type it again, or have the password reset by mail.",
    ),
    explain(
        "link_expired",
        "The mailed link was used, is too old, or a newer one was sent.",
        "Ask for a new link, and follow the newest.",
    ),
    explain(
        "invitation_expired",
        "The invitation was accepted, taken back, or is older than ten days.",
        "Ask whoever invited you for a new one.",
    ),
    explain(
        "member_exists",
        "This person has that role there already.",
        "Nothing needs to be done. To give another role, change the one that they have.",
    ),
    explain(
        "last_owner",
        "The last owner cannot be removed or given another role: nobody could manage the account any more.",
        "Make somebody else an owner first.",
    ),
    explain(
        "rate_limited",
        "Somebody tried too often to sign in, to be mailed a link or to guess a code. The message says when to go on.",
        "Wait that long. If you have forgotten the password, have it reset by mail.",
    ),
    explain(
        "mail_unavailable",
        "A mail had to be sent and could not be, so nothing was changed.",
        "Try again later, or ask whoever runs the server to look at its mail settings.",
    ),
];
