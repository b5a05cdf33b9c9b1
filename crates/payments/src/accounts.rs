//! The account itself, as far as this API knows it.
//!
//! Limits: accounts are the gateway's; here an account is its id and what all of them have in common.

use serde::Serialize;
use serde_json::{Value, json};

use crate::call::{Answer, Call};
use crate::metadata::Metadata;
use crate::problem::Problem;

/// An account, as it is shown.
#[derive(Serialize)]
struct Account<'i> {
    id: &'i str,
    object: &'static str,
    business_profile: Value,
    business_type: Option<&'static str>,
    capabilities: Value,
    charges_enabled: bool,
    controller: Value,
    country: &'static str,
    created: Option<i64>,
    default_currency: &'static str,
    details_submitted: bool,
    email: Option<&'static str>,
    external_accounts: Value,
    future_requirements: Value,
    metadata: Metadata,
    payouts_enabled: bool,
    requirements: Value,
    settings: Value,
    tos_acceptance: Value,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// `GET /v1/account`
pub(crate) fn own(mut call: Call) -> Result<Answer, Problem> {
    call.take_params().finish()?;
    Answer::of(&Account::of(&call.place().account))
}

/// `GET /v1/accounts/{account}`
pub(crate) fn retrieve(call: Call) -> Result<Answer, Problem> {
    if call.id == call.place().account {
        own(call)
    } else {
        Err(Problem::ForeignAccount { id: call.id })
    }
}

impl<'i> Account<'i> {
    fn of(id: &'i str) -> Self {
        Self {
            id,
            object: "account",
            business_profile: business_profile(),
            business_type: None,
            capabilities: json!({ "card_payments": "active", "transfers": "active" }),
            charges_enabled: true,
            controller: json!({ "type": "account" }),
            country: "US",
            created: None,
            default_currency: "usd",
            details_submitted: true,
            email: None,
            external_accounts: external_accounts(id),
            future_requirements: requirements(),
            metadata: Metadata::new(),
            payouts_enabled: true,
            requirements: requirements(),
            settings: settings(),
            tos_acceptance: json!({ "date": null, "ip": null, "user_agent": null }),
            kind: "standard",
        }
    }
}

// The names within each of these are in the order of the alphabet, so that they are sent in the same
// order however `serde_json` is built.

fn business_profile() -> Value {
    json!({
        "mcc": null,
        "name": null,
        "product_description": null,
        "support_address": null,
        "support_email": null,
        "support_phone": null,
        "support_url": null,
        "url": null,
    })
}

fn external_accounts(id: &str) -> Value {
    json!({
        "data": [],
        "has_more": false,
        "object": "list",
        "url": format!("/v1/accounts/{id}/external_accounts"),
    })
}

fn requirements() -> Value {
    json!({
        "alternatives": [],
        "current_deadline": null,
        "currently_due": [],
        "disabled_reason": null,
        "errors": [],
        "eventually_due": [],
        "past_due": [],
        "pending_verification": [],
    })
}

fn settings() -> Value {
    json!({
        "branding": { "icon": null, "logo": null, "primary_color": null, "secondary_color": null },
        "card_payments": {
            "decline_on": { "avs_failure": false, "cvc_failure": false },
            "statement_descriptor_prefix": null,
        },
        "dashboard": { "display_name": null, "timezone": "Etc/UTC" },
        "payments": { "statement_descriptor": null },
        "payouts": {
            "debit_negative_balances": true,
            "schedule": { "delay_days": 2, "interval": "daily" },
            "statement_descriptor": null,
        },
    })
}
