//! The table of errors, against the binary, with Basic and with Bearer.

use serde_json::json;

use crate::http::{Answer, Ask};
use crate::keyway::{Keyway, folder};

/// Asks with Basic and with Bearer, which must be answered the same.
fn both<'k>(ask: impl Fn() -> Ask<'k>, key: &str) -> String {
    let line = |answer: Answer| {
        if answer.status < 400 { answer.status.to_string() } else { answer.error() }
    };
    let (basic, bearer) = (line(ask().basic(key).send()), line(ask().bearer(key).send()));
    assert_eq!(basic, bearer);
    basic
}

#[test]
fn each_situation_has_its_status_type_and_code() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let secret = keyway.key("sandbox", "secret");
    let publishable = keyway.key("sandbox", "publishable");
    let foreign = keyway.account("standalone")["id"].as_str().unwrap();
    let balance = || keyway.get("/v1/balance");
    let changed =
        format!("{}{}", &secret[..secret.len() - 1], if secret.ends_with('x') { 'y' } else { 'x' });
    let in_url = format!("/v1/balance?key={secret}");
    let deep = format!("{foreign}/{foreign}/{foreign}");
    let table = [
        (both(balance, secret), "200"),
        (balance().send().error(), "401 invalid_request_error api_key_missing"),
        (both(balance, "hunter2"), "401 invalid_request_error api_key_invalid"),
        (both(balance, &changed), "401 invalid_request_error api_key_invalid"),
        (
            balance().header("Authorization", "Digest x").send().error(),
            "400 invalid_request_error authorization_invalid",
        ),
        (
            balance().bearer(secret).basic(secret).send().error(),
            "400 invalid_request_error authorization_invalid",
        ),
        (both(|| keyway.get(&in_url), secret), "400 invalid_request_error api_key_in_url"),
        (both(balance, publishable), "403 invalid_request_error secret_key_required"),
        (
            both(|| balance().header("Stripe-Account", foreign), secret),
            "403 invalid_request_error account_invalid",
        ),
        (
            both(|| balance().header("Stripe-Context", &deep), secret),
            "403 invalid_request_error account_invalid",
        ),
        (
            both(|| balance().header("Stripe-Context", "me"), secret),
            "400 invalid_request_error context_invalid",
        ),
        (
            both(|| balance().header("Stripe-Version", "1999-01-01"), secret),
            "400 invalid_request_error version_unknown",
        ),
        (
            both(|| keyway.get("/v1/../v1/balance"), secret),
            "400 invalid_request_error request_ambiguous",
        ),
        (both(|| keyway.get("/v1/nowhere"), secret), "404 invalid_request_error url_unknown"),
        (
            both(|| keyway.get("/v1/customers/cus_none"), secret),
            "404 invalid_request_error resource_missing",
        ),
    ];
    for (answered, expected) in table {
        assert_eq!(answered, expected);
    }
}

#[test]
fn an_object_of_another_mode_is_told_apart_from_one_that_is_nowhere() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let (test, live) = (keyway.key("sandbox", "secret"), keyway.key("live", "secret"));
    let made = keyway.post("/v1/products").bearer(test).form("id=tea&name=Tea").send();
    assert_eq!(made.status, 200, "{made:?}");
    let product = || keyway.get("/v1/products/tea");
    assert_eq!(both(product, test), "200");
    assert_eq!(both(product, live), "404 invalid_request_error resource_missing");
    let told = product().bearer(live).send().json();
    assert_eq!(
        told["error"]["message"],
        "No such product: 'tea'; a similar object exists in test mode, but a live mode key was used to make this request."
    );
    let after = || keyway.get("/v1/products?starting_after=tea");
    assert_eq!(both(after, live), "400 invalid_request_error resource_missing");
}

#[test]
fn a_restricted_key_is_refused_everywhere() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let wanted = json!({"name": "Reader", "type": "restricted", "permissions": ["balance_read"]});
    let own = keyway.key("sandbox", "secret");
    let created = keyway.manage("POST", "/api/v1/keys").bearer(own).json(&wanted).send().json();
    let restricted = created["secret"].as_str().unwrap();
    for path in ["/v1/balance", "/v1/customers", "/v1/nowhere"] {
        let answered = both(|| keyway.get(path), restricted);
        assert_eq!(answered, "403 invalid_request_error more_permissions_required", "{path}");
    }
}

#[test]
fn dead_keys_and_shut_out_addresses_are_told_why() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let own = keyway.key("sandbox", "secret");
    let create = || {
        let created =
            keyway.manage("POST", "/api/v1/keys").bearer(own).json(&json!({"name": "Shop"}));
        let created = created.send();
        assert!(created.status < 300, "{created:?}");
        let key = created.json();
        (key["id"].as_str().unwrap().to_owned(), key["secret"].as_str().unwrap().to_owned())
    };
    let balance = || keyway.get("/v1/balance");

    let (id, deleted) = create();
    assert_eq!(both(balance, &deleted), "200");
    assert_eq!(
        keyway.manage("DELETE", &format!("/api/v1/keys/{id}")).bearer(own).send().status,
        200
    );
    assert_eq!(both(balance, &deleted), "401 authentication_error api_key_deleted");

    let (id, expiring) = create();
    let path = format!("/api/v1/keys/{id}");
    let created = keyway.manage("GET", &path).bearer(own).send().json();
    let created: jiff::Timestamp = created["created"].as_str().unwrap().parse().unwrap();
    let ending = json!({"expires_at": created + jiff::SignedDuration::from_secs(2)});
    let path = format!("{path}/rotate");
    assert_eq!(keyway.manage("POST", &path).bearer(own).json(&ending).send().status, 200);
    assert_eq!(both(balance, &expiring), "200");
    // Its time comes by itself.
    let status = || balance().bearer(&expiring).send().status;
    assert_eq!(std::iter::repeat_with(status).find(|status| *status != 200), Some(401));
    assert_eq!(both(balance, &expiring), "401 authentication_error api_key_expired");

    let (id, listed) = create();
    let path = format!("/api/v1/keys/{id}");
    let list = json!({"ip_allowlist": ["100.10.38.0/24"]});
    assert_eq!(keyway.manage("POST", &path).bearer(own).json(&list).send().status, 200);
    assert_eq!(both(balance, &listed), "403 invalid_request_error ip_not_allowed");
    let anywhere = json!({"ip_allowlist": null});
    assert_eq!(keyway.manage("POST", &path).bearer(own).json(&anywhere).send().status, 200);
    assert_eq!(both(balance, &listed), "200");
}
