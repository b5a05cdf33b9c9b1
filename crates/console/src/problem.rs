//! Why a request was not served, and the one place where that becomes an answer.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use keys::{
    AllowListError, CodeRefusal, Denial, EmailAddressError, ErrorType, PermissionError, Refusal,
    Version, holds_key_value,
};
use serde::Serialize;
use store::{AuthenticatorError, StoreError};

use crate::control::{ControlError, ProofError, RightError, SignInError};

/// Why a request was not served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// The key may not pass.
    #[error("denied: {0:?}")]
    Denied(Denial),
    /// Whoever asks may not ask for anything.
    #[error(transparent)]
    NotAllowed(#[from] RightError),
    /// The token of a session that has ended.
    #[error("the session has ended; sign in again")]
    SignedOut,
    /// Nobody was signed in.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// No verification code can be read from its header.
    #[error("one header `Verification-Code` holds the verification code")]
    ProofUnreadable,
    /// The change was not made.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The store failed before anything was asked of it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such thing.
    #[error("there is no {what} `{id}`")]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// What was said to be its id.
        id: String,
    },
    /// A text that is no email address.
    #[error(transparent)]
    Email(#[from] EmailAddressError),
    /// There is nothing at that address.
    #[error("{method} {path} is not served")]
    UnknownUrl {
        /// The method.
        method: Method,
        /// The path.
        path: String,
    },
    /// The body is not said to be JSON.
    #[error("the body is not said to be JSON")]
    NotJson,
    /// The body is JSON, and no object.
    #[error("the body is no JSON object")]
    NoObject,
    /// The body is no JSON, or not that of this operation.
    #[error("the body cannot be read: {0}")]
    Malformed(serde_json::Error),
    /// The addresses cannot be listed.
    #[error(transparent)]
    AllowList(#[from] AllowListError),
    /// A permission cannot be read.
    #[error("{error}")]
    Permission {
        /// What is wrong with it.
        error: PermissionError,
        /// Where it stands.
        param: &'static str,
    },
    /// Permissions for a key that may do everything.
    #[error("a secret key takes no permissions")]
    SecretNeedsNoPermissions,
    /// An edit that names nothing.
    #[error("say what is to change: {0}")]
    NothingToChange(&'static str),
    /// An account of two owners.
    #[error("an account belongs to an organization or to a platform, and not to both")]
    TwoOwners,
    /// A version that the API does not have.
    #[error("the API has no such version; its newest is {0}")]
    UnknownVersion(Version),
    /// The question in the address cannot be read.
    #[error("the query cannot be read: {0}")]
    Query(String),
    /// No number of days between rotations.
    #[error("a key is rotated every 1 to 365 days")]
    Days,
    /// The body broke off.
    #[error("the body broke off")]
    BodyBroken,
    /// An answer could not be written.
    #[error("the answer cannot be written: {0}")]
    Unwritable(serde_json::Error),
}

impl From<Denial> for Problem {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

/// The problem itself travels in the answer: only the outermost layer knows the request's id.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// What the caller is told.
struct Told {
    status: u16,
    error_type: ErrorType,
    code: &'static str,
    message: Cow<'static, str>,
    param: Option<&'static str>,
}

impl Problem {
    /// There is no such thing, or none that the caller may know of.
    pub(crate) fn missing(what: &'static str, id: &str) -> Self {
        Self::Missing { what, id: id.to_owned() }
    }

    /// The answer; `docs` is where the pages about codes are.
    pub(crate) fn answer(&self, docs: &str) -> Response {
        let Told { status, error_type, code, mut message, param } = self.told();
        // What a caller wrote is told back to it, unless a key value went astray there.
        if holds_key_value(message.as_bytes()) {
            message = KEY_ASTRAY.into();
        }
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let doc_url = format!("{docs}/{code}");
        let error = Said { code, doc_url, message: &message, param, kind: error_type.as_str() };
        // A body of strings can be written.
        let mut body = serde_json::to_vec_pretty(&Envelope { error }).unwrap_or_default();
        body.push(b'\n');
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"Keyway\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }

    /// Whether the fault is ours, so that the log must tell its cause.
    pub(crate) fn is_ours(&self) -> bool {
        self.told().status >= 500
    }

    fn told(&self) -> Told {
        match self {
            Self::Denied(denial) => {
                let told = denial.answer();
                let (status, error_type, code) = (told.status, told.error_type, told.code);
                Told { status, error_type, code, message: told.message, param: None }
            }
            Self::NotAllowed(error) | Self::Control(ControlError::NotAllowed(error)) => {
                not_allowed(*error)
            }
            Self::SignedOut => signed_out(sentence(self)),
            Self::SignIn(error) => not_signed_in(error),
            Self::ProofUnreadable => caller(400, "verification_failed", sentence(self)),
            Self::Control(ControlError::Proof(error)) => not_proved(error),
            Self::Missing { what, id } => missing(what, id),
            Self::Email(error) => {
                Told { param: Some("email"), ..caller(400, "parameter_invalid", sentence(error)) }
            }
            Self::Control(ControlError::Refused(refusal)) => refused(refusal),
            Self::Control(ControlError::Store(error)) | Self::Store(error) => failed(error),
            Self::Control(ControlError::BrokeOff(_)) => ours(500, "internal", OUTCOME_UNKNOWN),
            Self::UnknownUrl { method, path } => {
                caller(404, "url_unknown", format!("Unrecognized request URL ({method}: {path})."))
            }
            Self::NotJson => caller(400, "content_type_unknown", NOT_JSON),
            Self::NoObject => caller(400, "parameters_malformed", NO_OBJECT),
            Self::Malformed(error) => {
                caller(400, "parameters_malformed", format!("The body cannot be read: {error}."))
            }
            Self::AllowList(error) => Told {
                param: Some("ip_allowlist"),
                ..caller(400, "parameter_invalid", sentence(error))
            },
            Self::Permission { error, param } => {
                Told { param: Some(param), ..caller(400, "parameter_invalid", sentence(error)) }
            }
            Self::SecretNeedsNoPermissions => Told {
                param: Some("permissions"),
                ..caller(400, "parameter_invalid", NO_PERMISSIONS)
            },
            Self::NothingToChange(_) => caller(400, "parameters_malformed", sentence(self)),
            Self::TwoOwners => {
                Told { param: Some("platform"), ..caller(400, "parameter_invalid", sentence(self)) }
            }
            Self::UnknownVersion(_) => {
                Told { param: Some("version"), ..caller(400, "parameter_invalid", sentence(self)) }
            }
            Self::Query(cause) => caller(400, "parameters_malformed", format!("{cause}.")),
            Self::Days => Told {
                param: Some("every_days"),
                ..caller(400, "parameter_invalid", sentence(self))
            },
            Self::BodyBroken => {
                caller(400, "body_incomplete", "The body of the request ended too early.")
            }
            Self::Unwritable(_) => ours(500, "internal", INTERNAL),
        }
    }
}

/// The table of who may not ask.
fn not_allowed(error: RightError) -> Told {
    match error {
        RightError::Key | RightError::Role | RightError::PeopleOnly | RightError::Unprovable => {
            caller(403, error.code(), sentence(&error))
        }
        RightError::NoPlace => {
            Told { param: Some("account"), ..caller(400, error.code(), sentence(&error)) }
        }
    }
}

/// The table of who is not believed.
fn not_proved(error: &ProofError) -> Told {
    let status = match error {
        ProofError::Sent(_) | ProofError::AskTheApp => 403,
        ProofError::Code(CodeRefusal::TooSoon | CodeRefusal::NoTriesLeftToday)
        | ProofError::Authenticator(AuthenticatorError::TooMany(_)) => 429,
        ProofError::Code(_) | ProofError::Authenticator(_) => 403,
        ProofError::Undelivered(_) => {
            return ours(
                503,
                error.code(),
                "No verification code could be sent, and nothing was changed. Try again later, or ask whoever runs this server.",
            );
        }
    };
    caller(status, error.code(), sentence(error))
}

/// The table of who is not signed in.
fn not_signed_in(error: &SignInError) -> Told {
    match error {
        SignInError::Wrong => signed_out_with("credentials_invalid", sentence(error)),
        SignInError::CodeMissing => signed_out_with("authenticator_code_required", sentence(error)),
        SignInError::Code(AuthenticatorError::TooMany(_)) | SignInError::TooMany(_) => {
            caller(429, "rate_limited", sentence(error))
        }
        SignInError::Code(_) => signed_out_with("authenticator_code_invalid", sentence(error)),
        SignInError::Changed => signed_out_with("credentials_invalid", sentence(error)),
        SignInError::Store(error) => failed(error),
    }
}

fn signed_out(message: String) -> Told {
    signed_out_with("session_ended", message)
}

fn signed_out_with(code: &'static str, message: String) -> Told {
    Told { error_type: ErrorType::Authentication, ..caller(401, code, message) }
}

/// What is known of refusals beside their words and codes.
fn refused(refusal: &Refusal) -> Told {
    let (status, param) = match refusal {
        Refusal::UnknownKey(id) => return missing("key", &id.to_string()),
        Refusal::UnknownOrganization(id) => return missing("organization", &id.to_string()),
        Refusal::UnknownAccount(id) => return missing("account", &id.to_string()),
        Refusal::UnknownSandbox => (404, None),
        Refusal::MoreThanOwn => (403, None),
        Refusal::NotAPlatform
        | Refusal::KeyIsDead
        | Refusal::PublishableStays
        | Refusal::ValueNotKept
        | Refusal::NotExpiring
        | Refusal::AlreadyRotated
        | Refusal::NoSchedule
        | Refusal::NothingDue
        | Refusal::TooManySandboxes { .. }
        | Refusal::FirstSandboxStays
        | Refusal::KeyValueInText => (400, None),
        Refusal::PublishableIsUnrestricted => (400, Some("ip_allowlist")),
        Refusal::NotRestricted => (400, Some("permissions")),
        Refusal::BadName { .. } => (400, Some("name")),
        Refusal::BadNote { .. } => (400, Some("note")),
        Refusal::ScheduleInThePast | Refusal::ScheduleTooFar { .. } => (400, Some("next_at")),
        Refusal::EndingInThePast | Refusal::EndingTooFar { .. } => (400, Some("expires_at")),
    };
    Told { param, ..caller(status, refusal.code(), sentence(refusal)) }
}

/// The table of what the store may say: never that something is not there.
fn failed(error: &StoreError) -> Told {
    match error {
        StoreError::Unreachable { .. } | StoreError::Full { .. } => {
            ours(503, "unavailable", UNAVAILABLE)
        }
        StoreError::OutcomeUnknown { .. } => ours(500, "outcome_unknown", OUTCOME_UNKNOWN),
        StoreError::Address { .. }
        | StoreError::Damaged { .. }
        | StoreError::InUse { .. }
        | StoreError::Newer { .. }
        | StoreError::Inconsistent { .. }
        | StoreError::UnknownSealingKey { .. }
        | StoreError::Other { .. } => ours(500, "internal", INTERNAL),
    }
}

fn missing(what: &str, id: &str) -> Told {
    let id: String = id.chars().take(64).collect();
    let message = format!("No such {what}: '{id}'.");
    Told { param: Some("id"), ..caller(404, "resource_missing", message) }
}

fn caller(status: u16, code: &'static str, message: impl Into<Cow<'static, str>>) -> Told {
    let message = message.into();
    Told { status, error_type: ErrorType::InvalidRequest, code, message, param: None }
}

fn ours(status: u16, code: &'static str, message: &'static str) -> Told {
    Told { status, error_type: ErrorType::Api, code, message: message.into(), param: None }
}

/// An error's words as a sentence.
fn sentence(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => text,
    }
}

const NO_PERMISSIONS: &str =
    "A secret key may do everything and takes no permissions; create a restricted key instead.";
const NOT_JSON: &str = "The body must be JSON: Content-Type: application/json.";
const NO_OBJECT: &str = "The body must be a JSON object.";
const KEY_ASTRAY: &str = "An API key stands in this request where none belongs; the request was refused. Send keys in the Authorization header alone.";
const UNAVAILABLE: &str =
    "The store cannot be reached. Nothing was changed; try again in a moment.";
const OUTCOME_UNKNOWN: &str = "The connection to the store broke during the change: it was made wholly or not at all. List the keys to see which.";
const INTERNAL: &str =
    "Something went wrong on our side. The request id finds the cause in our log.";

#[derive(Serialize)]
struct Envelope<'p> {
    error: Said<'p>,
}

/// The fields of an error, in the order in which they are sent.
#[derive(Serialize)]
struct Said<'p> {
    code: &'static str,
    doc_url: String,
    message: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    param: Option<&'static str>,
    #[serde(rename = "type")]
    kind: &'static str,
}
