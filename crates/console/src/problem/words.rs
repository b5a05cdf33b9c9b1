//! Sentences that are the same whatever was asked for.

/// The code of what may have been done or not.
pub(super) const IN_DOUBT: &str = "outcome_unknown";
pub(super) const NO_PERMISSIONS: &str =
    "A secret key may do everything and takes no permissions; create a restricted key instead.";
pub(super) const NOT_JSON: &str = "The body must be JSON: Content-Type: application/json.";
pub(super) const NO_OBJECT: &str = "The body must be a JSON object.";
pub(super) const KEY_ASTRAY: &str = "An API key stands in this request where none belongs; the request was refused. Send keys in the Authorization header alone.";
pub(super) const NO_MAIL: &str = "The mail could not be sent, and nothing was changed. Try again later, or ask whoever runs this server.";
pub(super) const UNAVAILABLE: &str =
    "The store cannot be reached. Nothing was changed; try again in a moment.";
pub(super) const OUTCOME_UNKNOWN: &str = "The connection to the store broke during the change: it was made wholly or not at all. List the keys to see which.";
pub(super) const INTERNAL: &str =
    "Something went wrong on our side. The request id finds the cause in our log.";
pub(super) const UNDELIVERED: &str = "No verification code could be sent, and nothing was changed. Try again later, or ask whoever runs this server.";
pub(super) const TAKES_LONG: &str = "This takes longer than anybody waits for it, and goes on: it may yet be done. Look whether it was before you ask again; a request with an `Idempotency-Key` can be sent again as it is, and is answered with what became of it.";
pub(super) const ANSWER_TAKES_LONG: &str =
    "The answer takes too long. Nothing was changed; try again in a moment.";
