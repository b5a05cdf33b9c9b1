use insta::assert_snapshot;

use crate::api::{ACCOUNT, Api};

#[tokio::test]
async fn the_own_account_is_shown_whole() {
    let api = Api::start().await;
    let account = api.sandbox().get("/v1/account").await.json();
    let mut lines: Vec<String> = account
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.sort();
    assert_snapshot!(lines.join("\n"), @r#"
    business_profile: {"mcc":null,"name":null,"product_description":null,"support_address":null,"support_email":null,"support_phone":null,"support_url":null,"url":null}
    business_type: null
    capabilities: {"card_payments":"active","transfers":"active"}
    charges_enabled: true
    controller: {"type":"account"}
    country: "US"
    created: null
    default_currency: "usd"
    details_submitted: true
    email: null
    external_accounts: {"data":[],"has_more":false,"object":"list","url":"/v1/accounts/acct_1032D82eZvKYlo2C/external_accounts"}
    future_requirements: {"alternatives":[],"current_deadline":null,"currently_due":[],"disabled_reason":null,"errors":[],"eventually_due":[],"past_due":[],"pending_verification":[]}
    id: "acct_1032D82eZvKYlo2C"
    metadata: {}
    object: "account"
    payouts_enabled: true
    requirements: {"alternatives":[],"current_deadline":null,"currently_due":[],"disabled_reason":null,"errors":[],"eventually_due":[],"past_due":[],"pending_verification":[]}
    settings: {"branding":{"icon":null,"logo":null,"primary_color":null,"secondary_color":null},"card_payments":{"decline_on":{"avs_failure":false,"cvc_failure":false},"statement_descriptor_prefix":null},"dashboard":{"display_name":null,"timezone":"Etc/UTC"},"payments":{"statement_descriptor":null},"payouts":{"debit_negative_balances":true,"schedule":{"delay_days":2,"interval":"daily"},"statement_descriptor":null}}
    tos_acceptance: {"date":null,"ip":null,"user_agent":null}
    type: "standard"
    "#);
}

#[tokio::test]
async fn the_own_account_is_found_by_its_id_too() {
    let api = Api::start().await;
    let by_id = api.live().get(&format!("/v1/accounts/{ACCOUNT}")).await;
    assert_eq!(by_id.body, api.live().get("/v1/account").await.body);
}

#[tokio::test]
async fn another_account_is_told_in_the_words_of_one_that_does_not_exist() {
    let api = Api::start().await;
    assert_snapshot!(api.live().get("/v1/accounts/acct_1R3fqDP6919yCiFv").await, @r#"
    403 Forbidden
    {
      "error": {
        "code": "account_invalid",
        "doc_url": "/docs/errors/account_invalid",
        "message": "The account 'acct_1R3fqDP6919yCiFv' does not exist, or this key has no access to it.",
        "type": "invalid_request_error"
      }
    }
    "#);
}

#[tokio::test]
async fn the_balance_is_of_the_mode_of_the_key() {
    let api = Api::start().await;
    assert_snapshot!(api.sandbox().get("/v1/balance").await, @r#"
    200 OK
    {
      "object": "balance",
      "available": [
        {
          "amount": 0,
          "currency": "usd",
          "source_types": {
            "card": 0
          }
        }
      ],
      "livemode": false,
      "pending": [
        {
          "amount": 0,
          "currency": "usd",
          "source_types": {
            "card": 0
          }
        }
      ]
    }
    "#);
    assert_eq!(api.live().get("/v1/balance").await.json()["livemode"], true);
}
