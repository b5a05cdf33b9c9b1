//! The resources that permissions name, in groups. An API of one's own brings its own names one day;
//! until then these are those of the field's best-known table. Those of Keyway itself are always there.

use super::super::words::RestrictedWords;

/// Some resources that belong together.
pub(super) struct Group {
    /// What it is called.
    pub(super) name: &'static str,
    /// Each resource: as permissions name it, and as people do.
    pub(super) resources: &'static [(&'static str, &'static str)],
}

/// What keys may do at Keyway itself, beside the settings of `account`.
const MANAGEMENT: [&str; 2] = ["api_key", "member"];

/// The same, with what people call it.
pub(super) fn management(words: &RestrictedWords) -> [(&'static str, &'static str); 2] {
    let [keys, members] = MANAGEMENT;
    [(keys, words.api_keys), (members, words.members)]
}

/// The names of all resources.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let listed = GROUPS.iter().flat_map(|group| group.resources).map(|(name, _)| *name);
    listed.chain(MANAGEMENT)
}

/// All of those of the API.
pub(super) const GROUPS: [Group; 9] = [
    Group {
        name: "Core",
        resources: &[
            ("balance", "Balance"),
            ("charge", "Charges"),
            ("customer", "Customers"),
            ("dispute", "Disputes"),
            ("event", "Events"),
            ("file", "Files"),
            ("payment_intent", "Payment intents"),
            ("payment_method", "Payment methods"),
            ("payout", "Payouts"),
            ("product", "Products"),
            ("refund", "Refunds"),
            ("setup_intent", "Setup intents"),
            ("token", "Tokens"),
        ],
    },
    Group { name: "Checkout", resources: &[("checkout_session", "Checkout sessions")] },
    Group {
        name: "Billing",
        resources: &[
            ("coupon", "Coupons"),
            ("credit_note", "Credit notes"),
            ("invoice", "Invoices"),
            ("plan", "Prices"),
            ("subscription", "Subscriptions"),
            ("usage_record", "Usage records"),
        ],
    },
    Group {
        name: "Connect",
        resources: &[
            ("account", "Accounts"),
            ("account_link", "Account links"),
            ("application_fee", "Application fees"),
            ("login_link", "Login links"),
            ("transfer", "Transfers"),
        ],
    },
    Group { name: "Webhooks", resources: &[("webhook_endpoint", "Webhook endpoints")] },
    Group { name: "Reporting", resources: &[("report", "Reports")] },
    Group { name: "Radar", resources: &[("radar_rule", "Rules"), ("review", "Reviews")] },
    Group { name: "Tax", resources: &[("tax_rate", "Tax rates"), ("tax_setting", "Tax settings")] },
    Group {
        name: "Terminal",
        resources: &[("terminal_location", "Locations"), ("terminal_reader", "Readers")],
    },
];
