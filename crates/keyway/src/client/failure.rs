//! Why nothing came of it, and what that is to whoever started the program.

use std::fmt;
use std::process::ExitCode;

use serde::Deserialize;
use serde_json::Value;

use super::Call;
use crate::print::plain;

/// Why the API did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// There is nothing to ask with.
    #[error("not signed in to {0}; run `keyway login`, or put a key into KEYWAY_API_KEY")]
    NotSignedIn(String),
    /// It was reached and said no.
    #[error("{0}")]
    Refused(Refused),
    /// It was not reached, and nothing was sent.
    #[error("cannot reach {address}: {cause}")]
    Unreachable {
        /// Where it should be.
        address: String,
        /// What went wrong.
        cause: String,
    },
    /// It was asked for a change, and nobody knows whether that was made.
    #[error("it is not known whether this was done; {how_to_know}: {cause}")]
    OutcomeUnknown {
        /// What went wrong.
        cause: String,
        /// How that can be found out.
        how_to_know: String,
    },
    /// It was asked to tell something, and did not.
    #[error("the answer broke off: {0}")]
    BrokeOff(String),
    /// Something else answers there.
    #[error("what answers there is no management API of Keyway: status {0}")]
    NotTheApi(u16),
}

/// What the API says where it says no.
#[derive(Debug)]
pub(crate) struct Refused {
    status: u16,
    code: String,
    message: String,
    request_id: Option<String>,
    entries: Vec<EntryFault>,
}

/// What is wrong with one of the things that were sent together.
#[derive(Debug, Deserialize)]
pub(crate) struct EntryFault {
    /// Which one, from zero.
    pub(crate) index: usize,
    /// What is wrong with it.
    pub(crate) message: String,
}

impl Refused {
    /// What is wrong with which of the things that were sent together.
    pub(crate) fn entries(&self) -> &[EntryFault] {
        &self.entries
    }

    /// The code, as `verification_required`.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Whether it knows no such credential, or none any more.
    pub(crate) fn is_unauthorized(&self) -> bool {
        self.status == 401
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&plain(&self.message))?;
        match &self.request_id {
            Some(id) => write!(f, " (request {})", plain(id)),
            None => Ok(()),
        }
    }
}

impl Failure {
    /// What the program ends with.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Refused(refused) if refused.is_unauthorized() => 3.into(),
            Self::NotSignedIn(_) => 3.into(),
            Self::OutcomeUnknown { .. } => 4.into(),
            Self::Refused(_)
            | Self::Unreachable { .. }
            | Self::BrokeOff(_)
            | Self::NotTheApi(_) => ExitCode::FAILURE,
        }
    }
}

/// What a broken connection means: a change may have been made.
pub(super) fn broke_off(call: &Call, cause: String) -> Failure {
    if call.changes() { unknown(call, cause) } else { Failure::BrokeOff(cause) }
}

fn unknown(call: &Call, cause: String) -> Failure {
    let how_to_know = match call.idempotency_key() {
        Some(key) => format!(
            "in five minutes at the latest, the same command with `--idempotency-key {key}` tells, and does not do it twice"
        ),
        None => "look before you repeat it".to_owned(),
    };
    Failure::OutcomeUnknown { cause, how_to_know }
}

/// What was answered, if it was yes.
pub(super) fn read(
    call: &Call,
    status: u16,
    request_id: Option<String>,
    body: &[u8],
) -> Result<Value, Failure> {
    if (200..300).contains(&status) {
        let read = serde_json::from_slice(body);
        return read.map_err(|error| broke_off(call, format!("unreadable answer: {error}")));
    }
    let Ok(Envelope { error: Said { code, message, entries } }) = serde_json::from_slice(body)
    else {
        let cause = format!("status {status} and no reason");
        return Err(match status {
            500.. if call.changes() => unknown(call, cause),
            _ => Failure::NotTheApi(status),
        });
    };
    let refused = Refused { status, code, message, request_id, entries };
    // Of all that goes wrong on the other side, only 503 says that nothing was changed.
    let is_open = (status >= 500 && status != 503) || NOT_KNOWN.contains(&refused.code());
    Err(if call.changes() && is_open {
        unknown(call, refused.to_string())
    } else {
        Failure::Refused(refused)
    })
}

/// What a repeated request is answered with when nobody knows what came of the first.
const NOT_KNOWN: [&str; 2] = ["idempotency_key_in_use", "idempotency_outcome_unknown"];

#[derive(Deserialize)]
struct Envelope {
    error: Said,
}

#[derive(Deserialize)]
struct Said {
    code: String,
    message: String,
    #[serde(default)]
    entries: Vec<EntryFault>,
}
