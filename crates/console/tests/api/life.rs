//! Restricted keys, reveals, schedules and ends, through the doors of the API.

use keys::{Kind, Livemode};
use serde_json::{Value, json};

use crate::world::{Answer, World};

const READER: &str = r#"{"type": "restricted", "name": "Reader", "permissions": ["customer_read", "rak_charge_write"]}"#;

fn made(world: &World, body: &str) -> Value {
    let answer = world.post("/api/v1/keys", world.own.secret(), body);
    assert_eq!(answer.status(), 200, "{answer:?}");
    answer.json()
}

fn path(key: &Value) -> String {
    format!("/api/v1/keys/{}", key["id"].as_str().unwrap())
}

fn post(world: &World, path: &str, body: &Value) -> Answer {
    world.post(path, world.own.secret(), &body.to_string())
}

#[test]
fn a_restricted_key_starts_with_nothing_and_shows_what_it_may_do() {
    let world = World::new();
    let none = made(&world, r#"{"type": "restricted", "name": "None"}"#);
    assert_eq!((&none["permissions"], &none["connect_permissions"]), (&json!([]), &json!([])));
    let reader = made(&world, READER);
    assert_eq!(reader["permissions"], json!(["charge_write", "customer_read"]));
    assert!(reader["secret"].as_str().unwrap().starts_with("rk_test_"));
    let secret = world.get(&world.own.path(Kind::Secret, Livemode::Test), world.own.secret());
    assert!(secret.json().get("permissions").is_none(), "a secret key is not asked for any");
}

#[test]
fn permissions_are_changed_list_by_list() {
    let world = World::new();
    let reader = path(&made(&world, READER));
    let edit = json!({"connect_permissions": ["balance_read"]});
    let edited = post(&world, &reader, &edit).json();
    assert_eq!(edited["permissions"], json!(["charge_write", "customer_read"]));
    assert_eq!(edited["connect_permissions"], json!(["balance_read"]));
    let taken = post(&world, &reader, &json!({"permissions": []})).json();
    assert_eq!(taken["permissions"], json!([]));
}

#[test]
fn name_note_and_addresses_are_changed_together_or_not_at_all() {
    let world = World::new();
    let key = path(&made(&world, r#"{"name": "Shop", "note": "Vault"}"#));
    let edit = json!({"name": "Books", "note": null, "ip_allowlist": ["100.10.38.0/24"]});
    let edited = post(&world, &key, &edit).json();
    assert_eq!((&edited["name"], &edited["note"]), (&"Books".into(), &Value::Null));
    assert_eq!(edited["ip_allowlist"], json!(["100.10.38.0/24"]));
    let refused = post(&world, &key, &json!({"name": "Other", "permissions": ["a_read"]}));
    insta::assert_snapshot!(refused.error(), @r#"400 invalid_request_error key_not_restricted permissions: Only restricted and organization keys have permissions, which can be changed and duplicated."#);
    let shown = world.get(&key, world.own.secret()).json();
    assert_eq!(shown["name"], "Books");
}

#[test]
fn a_duplicate_may_do_the_same() {
    let world = World::new();
    let reader = made(&world, READER);
    let copy = post(&world, &format!("{}/duplicate", path(&reader)), &json!({})).json();
    assert_eq!((&copy["name"], &copy["permissions"]), (&reader["name"], &reader["permissions"]));
    assert_ne!(copy["secret"], reader["secret"]);
    let secret = world.own.path(Kind::Secret, Livemode::Test);
    let refused = post(&world, &format!("{secret}/duplicate"), &json!({}));
    insta::assert_snapshot!(refused.error(), @r#"400 invalid_request_error key_not_restricted permissions: Only restricted and organization keys have permissions, which can be changed and duplicated."#);
}

#[test]
fn a_sandbox_key_is_revealed_any_number_of_times() {
    let world = World::new();
    let key = made(&world, r#"{"name": "Shop"}"#);
    for _ in 0..3 {
        let revealed = world.post(&format!("{}/reveal", path(&key)), world.own.secret(), "");
        assert_eq!(revealed.json()["secret"], key["secret"]);
        assert_eq!(revealed.header("cache-control"), Some("no-store"));
    }
    assert!(world.get(&path(&key), world.own.secret()).json().get("secret").is_none());
}

#[test]
fn a_rotation_is_scheduled_shown_and_taken_back() {
    let world = World::new();
    let key = path(&made(&world, r#"{"name": "Shop"}"#));
    let (rotation, secret) = (format!("{key}/rotation"), world.own.secret());
    let schedule =
        json!({"next_at": "2026-12-01T08:00:00+01:00", "every_days": 30, "grace_seconds": 3600});
    let scheduled = post(&world, &rotation, &schedule).json();
    let shown = json!({"next_at": "2026-12-01T07:00:00Z", "every_days": 30, "grace_seconds": 3600});
    assert_eq!(scheduled["rotation"], shown);
    assert_eq!(world.delete(&rotation, secret).json()["rotation"], Value::Null);
    let lines = [
        json!({"next_at": "2026-11-23T12:00:00Z"}),
        json!({"next_at": "2028-11-23T12:00:00Z"}),
        json!({"next_at": "2026-12-01T08:00:00Z", "every_days": 0}),
        json!({"next_at": "2026-12-01T08:00:00Z", "grace_seconds": 604_801}),
        json!({"next_at": "2026-12-01T08:00:00Z", "grace_seconds": -1}),
    ];
    let refused: Vec<_> = lines.iter().map(|body| post(&world, &rotation, body).error()).collect();
    insta::assert_snapshot!(refused.join("\n"), @"
    400 invalid_request_error parameter_invalid next_at: A rotation is scheduled for a time to come.
    400 invalid_request_error parameter_invalid next_at: A rotation can be scheduled at most 366 days ahead.
    400 invalid_request_error parameter_invalid every_days: A key is rotated every 1 to 365 days.
    400 invalid_request_error parameter_invalid expires_at: The old key can go on for at most 7 days.
    400 invalid_request_error parameters_malformed -: The body cannot be read: invalid value: integer `-1`, expected u32 at line 1 column 52.
    ");
    insta::assert_snapshot!(world.delete(&rotation, secret).error(), @r#"400 invalid_request_error schedule_missing -: No rotation of this key is scheduled."#);
}

#[test]
fn an_expiring_key_can_be_ended_before_its_time_and_others_not() {
    let world = World::new();
    let key = path(&made(&world, r#"{"name": "Shop"}"#));
    let expire = || world.post(&format!("{key}/expire"), world.own.secret(), "");
    insta::assert_snapshot!(expire().error(), @r#"400 invalid_request_error key_not_expiring -: The key has no time to end that could be cut short; delete it instead."#);
    post(&world, &format!("{key}/rotate"), &json!({"expires_at": "first_use"}));
    assert_eq!(world.get(&key, world.own.secret()).json()["status"], "expiring");
    assert_eq!(expire().json()["status"], "expired");
    insta::assert_snapshot!(expire().error(), @r#"400 invalid_request_error key_ended -: The key was deleted or has expired; it cannot be changed any more."#);
}

#[test]
fn what_no_key_can_be_made_of_is_refused() {
    let world = World::new();
    let bodies = [
        json!({"type": "publishable", "name": "Web"}),
        json!({"name": "Shop", "permissions": ["customer_read"]}),
        json!({"type": "restricted", "name": "Reader", "permissions": ["customers"]}),
        json!({"type": "restricted", "name": "Reader", "connect_permissions": ["Customer_read"]}),
    ];
    let refused = bodies.iter().map(|body| post(&world, "/api/v1/keys", body).error());
    insta::assert_snapshot!(refused.collect::<Vec<_>>().join("\n"), @"
    400 invalid_request_error parameters_malformed -: The body cannot be read: unknown variant `publishable`, expected `secret` or `restricted` at line 1 column 21.
    400 invalid_request_error parameter_invalid permissions: A secret key may do everything and takes no permissions; create a restricted key instead.
    400 invalid_request_error parameter_invalid permissions: `customers` is no permission; one is written like `customer_read` or `charge_write`.
    400 invalid_request_error parameter_invalid connect_permissions: `Customer_read` is no permission; one is written like `customer_read` or `charge_write`.
    ");
}

#[test]
fn the_audit_tells_who_asked_for_what_from_where() {
    let world = World::new();
    let key = made(&world, r#"{"name": "Shop"}"#);
    let (own, other) = (world.own.secret(), world.other.secret());
    world.post(&path(&key), other, r#"{"name": "Mine"}"#);
    world.delete(&path(&key), own);
    let said = |secret: &str, query: &str| {
        let list = world.get(&format!("/api/v1/events{query}"), secret).json();
        let events = list["data"].as_array().unwrap().clone();
        let line = |event: &Value| format!("{} {}", event["type"], event["outcome"]);
        (events.iter().map(line).collect::<Vec<_>>().join("\n"), events)
    };
    let (lines, events) = said(own, "");
    insta::assert_snapshot!(lines, @r#"
"api_key.deleted" "done"
"api_key.created" "done"
"#);
    // What is of no mode, or of another, is not for a key of this one.
    let of_live = world.own.minted(Kind::Secret, Livemode::Live).key.id.to_string();
    assert!(!events.iter().any(|event| event.to_string().contains(&of_live)));
    let asker = world.own.minted(Kind::Secret, Livemode::Test).key.id.to_string();
    assert_eq!(
        (&events[0]["actor"], &events[0]["ip_address"]),
        (&asker.into(), &"127.0.0.1".into())
    );
    let of_key = format!("?object_id={}", key["id"].as_str().unwrap());
    assert_eq!(said(own, &of_key).1.len(), 2);
    insta::assert_snapshot!(said(other, &of_key).0, @r#""api_key.updated" "resource_missing""#);
    assert_eq!(said(own, "?limit=1").1.len(), 1);
    let after = format!("?starting_after={}", events[0]["id"].as_str().unwrap());
    assert_eq!(said(own, &after).1[..], events[1..]);
}

#[test]
fn keys_are_listed_in_pages() {
    let world = World::new();
    for number in 0..11 {
        made(&world, &format!(r#"{{"name": "Shop {number}"}}"#));
    }
    let page = |query: &str| world.get(&format!("/api/v1/keys{query}"), world.own.secret()).json();
    let names = |list: &Value| {
        let names = list["data"].as_array().unwrap().iter().map(|key| key["name"].clone());
        (names.collect::<Vec<_>>(), list["has_more"].clone())
    };
    let first = page("");
    assert_eq!((names(&first).0.len(), &first["has_more"]), (10, &true.into()));
    let last = first["data"][9]["id"].as_str().unwrap();
    let rest = page(&format!("?starting_after={last}&limit=3"));
    assert_eq!(
        names(&rest),
        (vec!["Shop 0".into(), "Publishable key".into(), "Secret key".into()], false.into())
    );
}

#[test]
fn a_question_to_the_audit_that_cannot_be_read_is_refused() {
    let world = World::new();
    let queries =
        ["limit=0", "limit=101", "limit=x", "from=yesterday", "colour=red", "starting_after=evt_1"];
    let refused = queries
        .map(|query| world.get(&format!("/api/v1/events?{query}"), world.own.secret()).error());
    insta::assert_snapshot!(refused.join("\n"), @"
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: invalid digit found in string.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: from: failed to parse four digit integer as year: invalid digit, expected 0-9 but got y.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: colour: unknown field `colour`, expected one of `account`, `organization`, `mode`, `object_id`, `actor`, `type`, `from`, `until`, `limit`, `starting_after`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: starting_after: not an event id: it is `evt_` followed by 24 letters and digits.
    ");
}
