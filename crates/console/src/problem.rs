//! Why a request was not served, and the one place where that becomes an answer.

mod control;
mod people;
mod words;

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use keys::{
    AllowListError, BadEntry, Denial, EmailAddressError, ErrorType, IdempotencyError,
    PermissionError, PhoneNumberError, RealmError, Refusal, Version, holds_key_value,
};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::control::{ControlError, MembersError, RightError, SignInError, SignUpError};
use crate::in_time::Late;
use control::{failed, not_allowed, not_done};
use people::{members_stay, not_signed_in, not_signed_up, signed_out};
use words::{
    ANSWER_TAKES_LONG, IN_DOUBT, INTERNAL, KEY_ASTRAY, NO_OBJECT, NO_PERMISSIONS, NOT_JSON,
    TAKES_LONG,
};

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
    /// Nobody came to be, or no password was set.
    #[error(transparent)]
    SignUp(#[from] SignUpError),
    /// Members stay as they are.
    #[error(transparent)]
    Members(#[from] MembersError),
    /// A text that is the id of no place.
    #[error("`realm`: {0}")]
    Realm(RealmError),
    /// A text that is no role.
    #[error(
        "there is no such role; there are owner, administrator, developer, iam_administrator, \
         analyst, view_only, and in a sandbox sandbox_administrator and sandbox_user"
    )]
    Role,
    /// A text that is no idempotency key.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// The same request runs.
    #[error("a request with this idempotency key is being carried out; ask again in a moment")]
    StillRunning,
    /// The first of two requests broke off.
    #[error(
        "the first request with this idempotency key broke off, and nothing says that it was \
         carried out: look whether it was, and if not send it again with another key"
    )]
    BrokenOff,
    /// The key was sent with another request.
    #[error("this idempotency key was sent before with another request; use a new one for each")]
    AnotherRequest,
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
    /// A text that is no telephone number.
    #[error(transparent)]
    Phone(#[from] PhoneNumberError),
    /// There is nothing at that address.
    #[error("{method} {path} is not served")]
    UnknownUrl {
        /// The method.
        method: Method,
        /// The path.
        path: String,
    },
    /// There is something at that address, and it does not take that method.
    #[error("{method} {path} is not served")]
    WrongMethod {
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
    /// It takes too long, and may yet be done.
    #[error("a change takes longer than a client waits")]
    TakesLong,
    /// It takes too long, and changes nothing.
    #[error("an answer takes longer than a client waits")]
    AnswerTakesLong,
    /// An answer could not be written.
    #[error("the answer cannot be written: {0}")]
    Unwritable(serde_json::Error),
}

impl From<Denial> for Problem {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<Late> for Problem {
    fn from(late: Late) -> Self {
        match late {
            Late::NotArrived => Denial::TooSlow.into(),
            Late::Reading => Self::AnswerTakesLong,
            Late::InDoubt => Self::TakesLong,
            Late::Fell => Denial::Internal.into(),
        }
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
        let (message, kind, entries) = (&message, error_type.as_str(), self.entries());
        let error = ErrorObject { code, doc_url, entries, message, param, kind };
        // A body of strings can be written.
        let mut body = serde_json::to_vec_pretty(&ErrorBody { error }).unwrap_or_default();
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

    /// What is wrong with which of the keys of an import.
    fn entries(&self) -> Vec<EntryFault> {
        let Self::Control(ControlError::Refused(Refusal::BadImport(bad))) = self else {
            return Vec::new();
        };
        let told = bad.iter().map(|BadEntry { place, fault }| {
            let message = sentence(fault);
            let astray = holds_key_value(message.as_bytes());
            let message = if astray { KEY_ASTRAY.to_owned() } else { message };
            EntryFault { index: *place, message }
        });
        told.collect()
    }

    /// The status of its answer.
    pub(crate) fn status(&self) -> u16 {
        self.told().status
    }

    /// What is wrong and what to do, in English. It may say again what was sent: a key value, too.
    pub(crate) fn english(&self) -> Cow<'static, str> {
        self.told().message
    }

    /// Whether the fault is ours, so that the log must tell its cause.
    pub(crate) fn is_ours(&self) -> bool {
        self.told().status >= 500
    }

    /// Whether it is not known what became of the request.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.told().code == IN_DOUBT
    }

    fn told(&self) -> Told {
        match self {
            Self::Denied(denial) => {
                let told = denial.answer();
                let (status, error_type, code) = (told.status, told.error_type, told.code);
                Told { status, error_type, code, message: told.message, param: None }
            }
            Self::NotAllowed(error) => not_allowed(*error),
            Self::Control(error) => not_done(error),
            Self::SignedOut => signed_out(sentence(self)),
            Self::SignIn(error) => not_signed_in(error),
            Self::SignUp(error) => not_signed_up(error),
            Self::Members(error) => members_stay(error),
            Self::Realm(_) => wrong("realm", self),
            Self::Role => wrong("role", self),
            Self::Idempotency(_) => caller(400, "idempotency_key_invalid", sentence(self)),
            Self::StillRunning => caller(409, "idempotency_key_in_use", sentence(self)),
            Self::BrokenOff => caller(409, "idempotency_outcome_unknown", sentence(self)),
            Self::AnotherRequest => caller(400, "idempotency_key_reused", sentence(self)),
            Self::ProofUnreadable => caller(400, "verification_failed", sentence(self)),
            Self::Missing { what, id } => missing(what, id),
            Self::Email(error) => wrong("email", error),
            Self::Phone(error) => wrong("number", error),
            Self::Store(error) => failed(error),
            Self::UnknownUrl { method, path } => {
                caller(404, "url_unknown", format!("Unrecognized request URL ({method}: {path})."))
            }
            Self::WrongMethod { method, path } => {
                let message = format!("{path} does not take the method {method}; see `Allow`.");
                caller(405, "method_not_allowed", message)
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
            Self::Permission { error, param } => wrong(param, error),
            Self::SecretNeedsNoPermissions => Told {
                param: Some("permissions"),
                ..caller(400, "parameter_invalid", NO_PERMISSIONS)
            },
            Self::NothingToChange(_) => caller(400, "parameters_malformed", sentence(self)),
            Self::TwoOwners => wrong("platform", self),
            Self::UnknownVersion(_) => wrong("version", self),
            Self::Query(cause) => caller(400, "parameters_malformed", format!("{cause}.")),
            Self::Days => Told {
                param: Some("every_days"),
                ..caller(400, "parameter_invalid", sentence(self))
            },
            Self::BodyBroken => {
                caller(400, "body_incomplete", "The body of the request ended too early.")
            }
            Self::TakesLong => ours(504, IN_DOUBT, TAKES_LONG),
            Self::AnswerTakesLong => ours(503, "unavailable", ANSWER_TAKES_LONG),
            Self::Unwritable(_) => ours(500, "internal", INTERNAL),
        }
    }
}

fn missing(what: &str, id: &str) -> Told {
    let id: String = id.chars().take(64).collect();
    let message = format!("No such {what}: '{id}'.");
    Told { param: Some("id"), ..caller(404, "resource_missing", message) }
}

/// A field of the request that has no such value.
fn wrong(param: &'static str, error: &impl std::fmt::Display) -> Told {
    Told { param: Some(param), ..caller(400, "parameter_invalid", sentence(error)) }
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

/// What a refused request is answered with.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErrorBody<'p> {
    error: ErrorObject<'p>,
}

/// The fields of an error, in the order in which they are sent.
#[derive(Serialize, ToSchema)]
struct ErrorObject<'p> {
    /// The word for it that programs know it by.
    code: &'static str,
    /// Where it is explained.
    doc_url: String,
    /// Of an import: what is wrong with which of its keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entries: Vec<EntryFault>,
    /// What is wrong, and what to do.
    message: &'p str,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    param: Option<&'static str>,
    /// Whose fault it is.
    #[serde(rename = "type")]
    kind: &'static str,
}

/// What is wrong with one key of an import.
#[derive(Serialize, ToSchema)]
struct EntryFault {
    /// Which one, from zero.
    index: usize,
    /// What is wrong with it.
    message: String,
}
