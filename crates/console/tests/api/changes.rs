//! What can be asked for, and what comes of it.

use keys::{Kind, Livemode};

use crate::world::World;

/// Everything that is said of a key but what differs from run to run.
fn told(key: &serde_json::Value) -> String {
    let mut key = key.clone();
    let fields = key.as_object_mut().unwrap();
    for (field, start) in [("id", "key_"), ("account", "acct_"), ("mode", "sbx_")] {
        assert!(fields.remove(field).unwrap().as_str().unwrap().starts_with(start));
    }
    let redacted = fields.remove("redacted").unwrap();
    if let Some(secret) = fields.get_mut("secret") {
        let value = secret.as_str().unwrap().to_owned();
        let (start, end) = (value.split_at(8).0, value.split_at(value.len() - 4).1);
        assert_eq!(redacted, format!("{start}…{end}"));
        *secret = start.into();
    }
    key.to_string()
}

#[test]
fn a_created_key_is_shown_once_and_then_only_redacted() {
    let world = World::new();
    let secret = world.own.secret();
    let created = world.post("/api/v1/keys", secret, r#"{"name": "Shop", "note": "in the vault"}"#);
    assert_eq!(created.status(), 200);
    assert_eq!(created.header("cache-control"), Some("no-store"));
    insta::assert_snapshot!(told(&created.json()), @r#"{"secret":"sk_test_","object":"api_key","type":"secret","status":"active","name":"Shop","note":"in the vault","ip_allowlist":null,"created":"2026-11-23T12:00:00Z","expires_at":null,"last_used":null,"livemode":false,"reveal":"always","rotation":null}"#);
    let path = format!("/api/v1/keys/{}", created.json()["id"].as_str().unwrap());
    let shown = world.get(&path, secret);
    insta::assert_snapshot!(told(&shown.json()), @r#"{"reveal":"always","object":"api_key","type":"secret","status":"active","name":"Shop","note":"in the vault","ip_allowlist":null,"created":"2026-11-23T12:00:00Z","expires_at":null,"last_used":null,"livemode":false,"rotation":null}"#);
    // The new key may ask at once.
    let new = created.json()["secret"].as_str().unwrap().to_owned();
    assert_eq!(world.get(&path, &new).status(), 200);
    assert!(!world.get("/api/v1/keys", secret).body.contains(&new[8..]));
}

#[test]
fn the_list_holds_the_keys_of_the_place_newest_first() {
    let world = World::new();
    let secret = world.own.secret();
    world.post("/api/v1/keys", secret, r#"{"name": "Shop"}"#);
    let list = world.get("/api/v1/keys", secret).json();
    let data = list["data"].as_array().unwrap();
    let line = |key: &serde_json::Value| format!("{} {}", key["type"], key["name"]);
    let lines: Vec<_> = data.iter().map(line).collect();
    insta::assert_snapshot!(lines.join(", "), @r#""secret" "Shop", "publishable" "Publishable key", "secret" "Secret key""#);
    assert_eq!((&list["object"], &list["has_more"]), (&"list".into(), &false.into()));
    let id = world.own.minted(Kind::Secret, Livemode::Live).key.id.to_string();
    assert!(!data.iter().any(|key| key["id"] == id), "a live key is in a sandbox' list");
}

#[test]
fn a_rotation_now_gives_a_new_value_and_the_old_one_is_deleted() {
    let world = World::new();
    let (old, path) = (world.own.secret(), world.own.path(Kind::Secret, Livemode::Test));
    let rotated = world.post(&format!("{path}/rotate"), old, r#"{"expires_at": "now"}"#);
    assert_eq!(rotated.status(), 200);
    insta::assert_snapshot!(told(&rotated.json()), @r#"{"secret":"sk_test_","object":"api_key","type":"secret","status":"active","name":"Secret key","note":null,"ip_allowlist":null,"created":"2026-11-23T12:00:00Z","expires_at":null,"last_used":null,"livemode":false,"reveal":"always","rotation":null}"#);
    let refused = world.get(&path, old).error();
    assert!(refused.starts_with("401 authentication_error api_key_deleted"), "{refused}");
    let new = rotated.json()["secret"].as_str().unwrap().to_owned();
    assert_eq!(world.get(&path, &new).json()["status"], "deleted");
}

#[test]
fn a_rotation_with_a_time_lets_both_keys_work_until_then() {
    let world = World::new();
    let (old, path) = (world.own.secret(), world.own.path(Kind::Secret, Livemode::Test));
    let body = r#"{"expires_at": "2026-11-24T12:00:00+01:00"}"#;
    let rotated = world.post(&format!("{path}/rotate"), old, body);
    let new = rotated.json()["secret"].as_str().unwrap().to_owned();
    for key in [old, &new] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(told(&world.get(&path, key).json()), @r#"{"reveal":"always","object":"api_key","type":"secret","status":"expiring","name":"Secret key","note":null,"ip_allowlist":null,"created":"2026-11-23T12:00:00Z","expires_at":"2026-11-24T11:00:00Z","last_used":null,"livemode":false,"rotation":null}"#);
        }
    }
}

#[test]
fn a_restriction_holds_at_this_door_too_and_null_takes_it_away() {
    let world = World::new();
    let secret = world.own.secret();
    let created = world.post("/api/v1/keys", secret, r#"{"name": "Shop"}"#).json();
    let (value, id) = (created["secret"].as_str().unwrap(), created["id"].as_str().unwrap());
    let path = format!("/api/v1/keys/{id}");
    let listed = world.post(&path, secret, r#"{"ip_allowlist": ["100.10.38.0/24", "192.0.2.1"]}"#);
    insta::assert_snapshot!(listed.json()["ip_allowlist"], @r#"["100.10.38.0/24","192.0.2.1"]"#);
    assert!(
        world.get(&path, value).error().starts_with("403 invalid_request_error ip_not_allowed")
    );
    let open = world.post(&path, secret, r#"{"ip_allowlist": null}"#).json();
    assert_eq!(open["ip_allowlist"], serde_json::Value::Null);
    assert_eq!(world.get(&path, value).status(), 200);
}

#[test]
fn a_deleted_key_stops_at_once_and_stays_in_the_list() {
    let world = World::new();
    let secret = world.own.secret();
    let created = world.post("/api/v1/keys", secret, r#"{"name": "Shop"}"#).json();
    let path = format!("/api/v1/keys/{}", created["id"].as_str().unwrap());
    let deleted = world.delete(&path, secret);
    assert_eq!((deleted.status(), &deleted.json()["status"]), (200, &"deleted".into()));
    let refused = world.get(&path, created["secret"].as_str().unwrap()).error();
    assert!(refused.starts_with("401 authentication_error api_key_deleted"), "{refused}");
    assert_eq!(world.get(&path, secret).json()["status"], "deleted");
    let again = world.delete(&path, secret).error();
    insta::assert_snapshot!(again, @"400 invalid_request_error key_ended -: The key was deleted or has expired; it cannot be changed any more.");
}
