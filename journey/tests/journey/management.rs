//! Keys, managed while they are used.

use serde_json::json;

use crate::keyway::{Keyway, folder};

#[test]
fn a_rotation_gives_a_new_value_and_ends_the_old_one() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let old = keyway.key("sandbox", "secret");
    let keys = keyway.manage("GET", "/api/v1/keys").bearer(old).send().json();
    let keys = keys["data"].as_array().unwrap();
    let secret = keys.iter().find(|key| key["type"] == "secret").unwrap();
    assert!(!keys.iter().any(|key| key.to_string().contains(&old[8..])));
    let path = format!("/api/v1/keys/{}/rotate", secret["id"].as_str().unwrap());
    let rotated =
        keyway.manage("POST", &path).bearer(old).json(&json!({"expires_at": "now"})).send();
    assert!(rotated.status < 300, "{rotated:?}");
    let new = rotated.json()["secret"].as_str().unwrap().to_owned();
    assert_eq!(keyway.get("/v1/balance").bearer(old).send().status, 401);
    assert_eq!(keyway.get("/v1/balance").bearer(&new).send().status, 200);
    let forgotten = keyway.manage("GET", "/api/v1/keys").bearer(old).send();
    assert_eq!(forgotten.status, 401);
}

#[test]
fn live_keys_are_not_managed_without_a_verification_code() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let live = keyway.key("live", "secret");
    let created = keyway.manage("POST", "/api/v1/keys").bearer(live).json(&json!({"name": "Shop"}));
    assert_eq!(created.send().status, 403);
}
