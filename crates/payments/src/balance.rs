//! The balance of an account in one mode.
//!
//! Limits: no money moves yet, so that every amount is zero.

use serde::Serialize;

use crate::call::{Answer, Call};
use crate::problem::Problem;

#[derive(Serialize)]
struct Balance {
    object: &'static str,
    available: [Money; 1],
    livemode: bool,
    pending: [Money; 1],
}

#[derive(Clone, Copy, Serialize)]
struct Money {
    amount: i64,
    currency: &'static str,
    source_types: SourceTypes,
}

#[derive(Clone, Copy, Serialize)]
struct SourceTypes {
    card: i64,
}

/// `GET /v1/balance`
pub(crate) fn retrieve(mut call: Call) -> Result<Answer, Problem> {
    call.take_params().finish()?;
    let nothing = Money { amount: 0, currency: "usd", source_types: SourceTypes { card: 0 } };
    Answer::of(&Balance {
        object: "balance",
        available: [nothing],
        livemode: call.place().is_live(),
        pending: [nothing],
    })
}
