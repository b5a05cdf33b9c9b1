//! Why a request may not pass, and the error that its caller gets: one table for all of them.

use std::borrow::Cow;
use std::net::IpAddr;

use jiff::Timestamp;

use crate::{
    AccountId, ContextError, CredentialError, KeyId, Mask, NamedPermission, OrganizationId,
    PathError, Version,
};

/// The no to a request, with all that its error needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denial {
    /// No single readable credential.
    Credential(CredentialError),
    /// Malformed, wrong checksum, or unknown.
    KeyInvalid(Mask),
    /// Its time has passed.
    KeyExpired {
        /// How it is named.
        mask: Mask,
        /// Its id.
        key: KeyId,
    },
    /// It was deleted, or rotated with no grace.
    KeyDeleted {
        /// How it is named.
        mask: Mask,
        /// Its id.
        key: KeyId,
        /// When that was.
        at: Timestamp,
    },
    /// A key value stands in the address.
    KeyInUrl,
    /// A live key over plain HTTP.
    HttpsRequired,
    /// From an address that the key's restriction does not list.
    IpNotAllowed(IpAddr),
    /// A publishable key where a secret one is needed.
    SecretKeyRequired,
    /// A restricted or organization key without the permission.
    MorePermissionsRequired {
        /// How it is named.
        mask: Mask,
        /// The account that it would have acted on.
        account: AccountId,
        /// The permissions of which each would let the request pass.
        would_do: Box<[NamedPermission]>,
    },
    /// An organization key without the permission, where it acts on its organization.
    OrganizationPermissionRequired {
        /// How it is named.
        mask: Mask,
        /// The organization that it would have acted on.
        organization: OrganizationId,
        /// The permissions of which each would let the request pass.
        would_do: Box<[NamedPermission]>,
    },
    /// An organization key that names no account.
    ContextRequired,
    /// The context headers name nothing readable.
    ContextInvalid(ContextError),
    /// The context is not the key's to act on.
    AccountInvalid {
        /// How the key is named.
        mask: Mask,
        /// The account asked for.
        account: AccountId,
    },
    /// An organization key that names no version.
    VersionRequired {
        /// What to name.
        newest: Version,
    },
    /// A version that the API does not know.
    VersionUnknown {
        /// What to name.
        newest: Version,
    },
    /// A path that can be read in two ways.
    PathAmbiguous(PathError),
    /// A head that can be read in two ways; says what is wrong with it.
    Ambiguous(&'static str),
    /// A method that is never forwarded.
    MethodNotAllowed,
    /// The caller expects what nobody here can promise (RFC 9110, section 10.1.1).
    ExpectationUnknown,
    /// The head has more bytes or lines than are read.
    HeadTooLarge,
    /// The body has more bytes than are forwarded.
    BodyTooLarge,
    /// The head or body did not arrive in time.
    TooSlow,
    /// The client went away before it was answered: nobody reads this, the journal keeps it.
    ClientGone,
    /// The API behind the gateway cannot be reached or broke off.
    UpstreamUnreachable,
    /// The API behind the gateway took too long.
    UpstreamTimeout,
    /// The gateway is starting, stopping, or no longer knows that its keys are up to date.
    Unavailable,
    /// A fault of the gateway's own.
    Internal,
}

/// The `type` of an error body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorType {
    /// The request is at fault.
    InvalidRequest,
    /// The key was good once.
    Authentication,
    /// The server is at fault.
    Api,
}

impl ErrorType {
    /// Its text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request_error",
            Self::Authentication => "authentication_error",
            Self::Api => "api_error",
        }
    }
}

/// What the caller is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The `type` of the body.
    pub error_type: ErrorType,
    /// The `code` of the body; also the name of the page that explains it.
    pub code: &'static str,
    /// A sentence for people.
    pub message: Cow<'static, str>,
    /// After how many seconds to try again, where that helps.
    pub retry_after_s: Option<u32>,
}

impl Denial {
    /// The key that was once valid, where that is why.
    #[must_use]
    pub fn dead_key(&self) -> Option<KeyId> {
        if let Self::KeyExpired { key, .. } | Self::KeyDeleted { key, .. } = self {
            Some(*key)
        } else {
            None
        }
    }

    /// The error for it: the one table of statuses, types, codes and sentences.
    #[must_use]
    pub fn answer(&self) -> ErrorAnswer {
        use ErrorType::{Api, Authentication, InvalidRequest};
        let (status, error_type, code) = match self {
            Self::Credential(CredentialError::Missing) => (401, InvalidRequest, "api_key_missing"),
            Self::Credential(
                CredentialError::Several
                | CredentialError::Scheme
                | CredentialError::Unreadable
                | CredentialError::Password,
            ) => (400, InvalidRequest, "authorization_invalid"),
            Self::KeyInvalid(_) => (401, InvalidRequest, "api_key_invalid"),
            Self::KeyExpired { .. } => (401, Authentication, "api_key_expired"),
            Self::KeyDeleted { .. } => (401, Authentication, "api_key_deleted"),
            Self::KeyInUrl => (400, InvalidRequest, "api_key_in_url"),
            Self::HttpsRequired => (403, InvalidRequest, "https_required"),
            Self::IpNotAllowed(_) => (403, InvalidRequest, "ip_not_allowed"),
            Self::SecretKeyRequired => (403, InvalidRequest, "secret_key_required"),
            Self::MorePermissionsRequired { .. } | Self::OrganizationPermissionRequired { .. } => {
                (403, InvalidRequest, "more_permissions_required")
            }
            Self::ContextRequired => (400, InvalidRequest, "context_required"),
            Self::ContextInvalid(_) => (400, InvalidRequest, "context_invalid"),
            Self::AccountInvalid { .. } => (403, InvalidRequest, "account_invalid"),
            Self::VersionRequired { .. } => (400, InvalidRequest, "version_required"),
            Self::VersionUnknown { .. } => (400, InvalidRequest, "version_unknown"),
            Self::PathAmbiguous(_) | Self::Ambiguous(_) => {
                (400, InvalidRequest, "request_ambiguous")
            }
            Self::MethodNotAllowed => (405, InvalidRequest, "method_not_allowed"),
            Self::ExpectationUnknown => (417, InvalidRequest, "expectation_unknown"),
            Self::HeadTooLarge => (431, InvalidRequest, "head_too_large"),
            Self::BodyTooLarge => (413, InvalidRequest, "body_too_large"),
            Self::TooSlow => (408, InvalidRequest, "request_timeout"),
            // The field's number for it; it stands in no registry.
            Self::ClientGone => (499, InvalidRequest, "client_closed_request"),
            Self::UpstreamUnreachable => (502, Api, "upstream_unreachable"),
            Self::UpstreamTimeout => (504, Api, "upstream_timeout"),
            Self::Unavailable => (503, Api, "unavailable"),
            Self::Internal => (500, Api, "internal"),
        };
        let retry_after_s = (status == 503).then_some(1);
        ErrorAnswer { status, error_type, code, message: self.message(), retry_after_s }
    }

    fn message(&self) -> Cow<'static, str> {
        match self {
            Self::Credential(CredentialError::Missing) => KEY_MISSING.into(),
            Self::Credential(error) => {
                format!("The API key cannot be read from the Authorization header: {error}.").into()
            }
            Self::KeyInvalid(mask) => format!("Invalid API Key provided: {}", mask.starred()).into(),
            Self::KeyExpired { mask, .. } => {
                format!("Expired API Key provided: {}", mask.starred()).into()
            }
            Self::KeyDeleted { mask, key, at } => {
                let mask = mask.starred();
                format!("The API key provided was deleted: {mask} ({key}), at {at:.0}.").into()
            }
            Self::KeyInUrl => KEY_IN_URL.into(),
            Self::HttpsRequired => HTTPS_REQUIRED.into(),
            Self::IpNotAllowed(address) => format!(
                "This API key may not be used from your address, {address}. Its IP restriction is on its page in the dashboard."
            )
            .into(),
            Self::SecretKeyRequired => SECRET_KEY_REQUIRED.into(),
            Self::MorePermissionsRequired { mask, account, would_do } => {
                lacking(*mask, ("account", account), would_do).into()
            }
            Self::OrganizationPermissionRequired { mask, organization, would_do } => {
                lacking(*mask, ("organization", organization), would_do).into()
            }
            Self::ContextRequired => CONTEXT_REQUIRED.into(),
            Self::ContextInvalid(error) => {
                format!("The account to act on cannot be read: {error}.").into()
            }
            Self::AccountInvalid { mask, account } => {
                let mask = mask.starred();
                format!(
                    "The provided key '{mask}' has no access to account '{account}', or that account does not exist."
                )
                .into()
            }
            Self::VersionRequired { newest } => format!(
                "An organization key needs an API version in the header Stripe-Version; the newest is {newest}."
            )
            .into(),
            Self::VersionUnknown { newest } => format!(
                "The API version in the header Stripe-Version is not known; the newest is {newest}."
            )
            .into(),
            Self::PathAmbiguous(error) => ambiguous(error).into(),
            Self::Ambiguous(reason) => ambiguous(reason).into(),
            Self::MethodNotAllowed => "The methods CONNECT and TRACE are not forwarded.".into(),
            Self::ExpectationUnknown => {
                "This request expects something other than '100-continue' in its header Expect.".into()
            }
            Self::HeadTooLarge => "The head of this request is larger than is accepted.".into(),
            Self::BodyTooLarge => "The body of this request is larger than is accepted.".into(),
            Self::TooSlow => "This request did not arrive in time.".into(),
            Self::ClientGone => "The client went away before it was answered.".into(),
            Self::UpstreamUnreachable => "The API cannot be reached at the moment.".into(),
            Self::UpstreamTimeout => "The API took too long to answer.".into(),
            Self::Unavailable => UNAVAILABLE.into(),
            Self::Internal => INTERNAL.into(),
        }
    }
}

fn lacking(
    mask: Mask,
    (what, id): (&str, &dyn std::fmt::Display),
    would_do: &[NamedPermission],
) -> String {
    let mask = mask.starred();
    if would_do.is_empty() {
        return format!("The provided key '{mask}' has no permission for this operation.");
    }
    let would_do: Vec<String> = would_do.iter().map(NamedPermission::to_string).collect();
    let would_do = would_do.join(" or ");
    format!(
        "The provided key '{mask}' lacks a permission for this operation on {what} '{id}'. With {would_do} this request could continue."
    )
}

fn ambiguous(reason: impl std::fmt::Display) -> String {
    format!("This request can be read in more than one way and was not forwarded: {reason}.")
}

const KEY_MISSING: &str = "No API key was provided. Send it as the user name of HTTP Basic authentication with an empty password (curl -u sk_test_…:), or as 'Authorization: Bearer sk_test_…'.";
const KEY_IN_URL: &str = "An API key stands in the address of this request. Addresses end up in logs: see the key as exposed, rotate it, and send the new one in the Authorization header.";
const HTTPS_REQUIRED: &str =
    "A live key was sent over plain HTTP. Use HTTPS, and see the key as exposed.";
const SECRET_KEY_REQUIRED: &str = "This operation cannot be called with a publishable key. Use a secret or restricted key, on your server.";
const CONTEXT_REQUIRED: &str = "An organization key needs the account to act on in the header Stripe-Context: acct_… or acct_…/acct_….";
const UNAVAILABLE: &str =
    "The gateway cannot decide about requests at the moment. Try again in a second.";
const INTERNAL: &str =
    "Something went wrong on our side. The request id finds the cause in our log.";
