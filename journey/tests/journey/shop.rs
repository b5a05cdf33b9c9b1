//! A program of a shop, which calls the API by keys.

use jiff::{SignedDuration, Timestamp};

use crate::http::Answer;
use crate::keyway::Keyway;

/// How often to ask for what must come by itself.
const PATIENCE: usize = 50_000;

/// What a call by a key is answered.
pub(crate) fn call(keyway: &Keyway, value: &str) -> Answer {
    keyway.get("/v1/balance").bearer(value).send()
}

/// What the gateway says to a key that it does not admit.
pub(crate) fn refusal(keyway: &Keyway, value: &str) -> String {
    call(keyway, value).error()
}

/// Waits until a key is not admitted any more.
pub(crate) fn refusal_to_come(keyway: &Keyway, value: &str) -> String {
    let mut asked = std::iter::repeat_with(|| call(keyway, value)).take(PATIENCE);
    asked.find(|answer| answer.status != 200).unwrap().error()
}

/// A moment that a test can wait for.
#[expect(clippy::disallowed_methods, reason = "the server goes by this time of day")]
pub(crate) fn soon() -> Timestamp {
    Timestamp::now() + SignedDuration::from_secs(2)
}
