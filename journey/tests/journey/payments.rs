//! The sample API through the gateway.

use crate::keyway::{Keyway, folder};

#[test]
fn objects_live_in_their_account_and_mode() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let (test, live) = (keyway.key("sandbox", "secret"), keyway.key("live", "secret"));
    let product =
        keyway.post("/v1/products").bearer(test).form("name=Tea&metadata[origin]=Uji").send();
    assert_eq!((product.status, &product.json()["metadata"]["origin"]), (200, &"Uji".into()));
    let path = format!("/v1/products/{}", product.json()["id"].as_str().unwrap());
    assert_eq!(keyway.get(&path).bearer(test).send().json()["name"], "Tea");
    let missing = keyway.get(&path).bearer(live).send();
    assert_eq!(missing.error(), "404 invalid_request_error resource_missing");
    let message = missing.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("a similar object exists in test mode, but a live mode key was used"),
        "{message}"
    );
    let stranger = keyway.account("standalone")["sandbox"]["secret"].as_str().unwrap();
    let message = keyway.get(&path).bearer(stranger).send().body;
    assert!(!message.contains("similar object"), "{message}");
}

#[test]
fn what_a_platform_makes_for_its_connected_account_is_that_account_s() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let connected = keyway.account("connected");
    let account = connected["id"].as_str().unwrap();
    let create = keyway.post("/v1/customers").bearer(keyway.key("sandbox", "secret"));
    let created = create.header("Stripe-Account", account).form("name=Jane").send();
    assert_eq!(created.header("stripe-account"), Some(account));
    let path = format!("/v1/customers/{}", created.json()["id"].as_str().unwrap());
    let own = connected["sandbox"]["secret"].as_str().unwrap();
    assert_eq!(keyway.get(&path).bearer(own).send().json()["name"], "Jane");
    assert_eq!(keyway.get(&path).bearer(keyway.key("sandbox", "secret")).send().status, 404);
}

#[test]
fn a_publishable_key_makes_a_token_from_a_page() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let ask = keyway.post("/v1/tokens").bearer(keyway.key("sandbox", "publishable"));
    let token =
        ask.header("Origin", "https://shop.example").form("pii[id_number]=000000000").send();
    assert_eq!(token.status, 200, "{token:?}");
    assert_eq!(token.header("access-control-allow-origin"), Some("*"));
}
