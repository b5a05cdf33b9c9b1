//! What the resources that permissions name are called, in each language. An API of one's own brings its
//! own names one day; until then these are those of the field's best-known table.

/// Some resources that belong together.
pub(in super::super) struct Group {
    /// What it is called.
    pub(in super::super) name: &'static str,
    /// Each resource: as permissions name it, and as people do.
    pub(in super::super) resources: &'static [(&'static str, &'static str)],
}

pub(super) static ENGLISH: [Group; 9] = [
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

pub(super) static ITALIAN: [Group; 9] = [
    Group {
        name: "Principali",
        resources: &[
            ("balance", "Saldo"),
            ("charge", "Addebiti"),
            ("customer", "Clienti"),
            ("dispute", "Contestazioni"),
            ("event", "Eventi"),
            ("file", "File"),
            ("payment_intent", "PaymentIntent"),
            ("payment_method", "Metodi di pagamento"),
            ("payout", "Bonifici"),
            ("product", "Prodotti"),
            ("refund", "Rimborsi"),
            ("setup_intent", "SetupIntent"),
            ("token", "Token"),
        ],
    },
    Group { name: "Checkout", resources: &[("checkout_session", "Sessioni di Checkout")] },
    Group {
        name: "Billing",
        resources: &[
            ("coupon", "Coupon"),
            ("credit_note", "Note di credito"),
            ("invoice", "Fatture"),
            ("plan", "Prezzi"),
            ("subscription", "Abbonamenti"),
            ("usage_record", "Record di utilizzo"),
        ],
    },
    Group {
        name: "Connect",
        resources: &[
            ("account", "Account"),
            ("account_link", "Link di account"),
            ("application_fee", "Commissioni della piattaforma"),
            ("login_link", "Link di accesso"),
            ("transfer", "Trasferimenti"),
        ],
    },
    Group { name: "Webhook", resources: &[("webhook_endpoint", "Endpoint webhook")] },
    Group { name: "Report", resources: &[("report", "Report")] },
    Group { name: "Radar", resources: &[("radar_rule", "Regole"), ("review", "Verifiche")] },
    Group {
        name: "Tax",
        resources: &[("tax_rate", "Aliquote fiscali"), ("tax_setting", "Impostazioni fiscali")],
    },
    Group {
        name: "Terminal",
        resources: &[("terminal_location", "Sedi"), ("terminal_reader", "Lettori")],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_names_the_same_resources_in_the_same_order() {
        let named = |groups: &'static [Group]| {
            let groups = groups.iter().map(|group| group.resources.iter().map(|(name, _)| *name));
            groups.map(Iterator::collect).collect::<Vec<Vec<_>>>()
        };
        assert_eq!(named(&ITALIAN), named(&ENGLISH));
    }
}
