//! What is refused, and in which words.

use keys::{Kind, Livemode};

use crate::world::World;

/// The errors of these bodies, a line each.
fn refused(world: &World, path: &str, bodies: &[&str]) -> String {
    let key = world.own.secret();
    let lines = bodies.iter().map(|body| world.post(path, key, body).error());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_left_out_or_unknown_is_never_guessed() {
    let world = World::new();
    let bodies =
        ["", "[]", r#"["Shop"]"#, "{}", r#"{"name": 1}"#, r#"{"name": "a", "kind": "live"}"#, "{"];
    insta::assert_snapshot!(refused(&world, "/api/v1/keys", &bodies), @r#"
400 invalid_request_error parameters_malformed -: The body cannot be read: EOF while parsing a value at line 1 column 0.
400 invalid_request_error parameters_malformed -: The body must be a JSON object.
400 invalid_request_error parameters_malformed -: The body must be a JSON object.
400 invalid_request_error parameters_malformed -: The body cannot be read: missing field `name` at line 1 column 2.
400 invalid_request_error parameters_malformed -: The body cannot be read: invalid type: integer `1`, expected a string at line 1 column 10.
400 invalid_request_error parameters_malformed -: The body cannot be read: unknown field `kind`, expected one of `account`, `mode`, `type`, `name`, `note`, `permissions`, `connect_permissions` at line 1 column 20.
400 invalid_request_error parameters_malformed -: The body cannot be read: EOF while parsing an object at line 1 column 1.
"#);
}

#[test]
fn a_key_that_went_astray_in_a_body_is_not_told_back() {
    let world = World::new();
    let (key, path) = (world.own.secret(), world.own.path(Kind::Secret, Livemode::Test));
    for body in
        [format!(r#"{{"ip_allowlist": ["{key}"]}}"#), format!(r#"{{"ip_allowlist": "{key}"}}"#)]
    {
        let answer = world.post(&path, key, &body);
        assert_eq!(answer.status(), 400);
        assert!(!answer.body.contains(&key[8..]), "{answer:?}");
    }
}

#[test]
fn an_ending_is_now_or_ahead_and_must_be_said() {
    let world = World::new();
    let path = world.own.path(Kind::Secret, Livemode::Test) + "/rotate";
    let bodies = [
        "{}",
        r#"{"expires_at": null}"#,
        r#"{"expires_at": 1795435200}"#,
        r#"{"expires_at": "tomorrow"}"#,
        r#"{"expires_at": "2026-11-23T12:00:00Z"}"#,
        r#"{"expires_at": "2026-12-23T12:00:00Z"}"#,
    ];
    insta::assert_snapshot!(refused(&world, &path, &bodies), @r#"
400 invalid_request_error parameters_malformed -: The body cannot be read: missing field `expires_at` at line 1 column 2.
400 invalid_request_error parameters_malformed -: The body cannot be read: `expires_at` is `now`, `first_use` or a time like `2026-12-24T08:00:00Z` at line 1 column 20.
400 invalid_request_error parameters_malformed -: The body cannot be read: `expires_at` is `now`, `first_use` or a time like `2026-12-24T08:00:00Z` at line 1 column 26.
400 invalid_request_error parameters_malformed -: The body cannot be read: `expires_at` is `now`, `first_use` or a time like `2026-12-24T08:00:00Z` at line 1 column 26.
400 invalid_request_error parameter_invalid expires_at: The old key must end at a time to come.
400 invalid_request_error parameter_invalid expires_at: The old key can go on for at most 7 days.
"#);
}

#[test]
fn an_empty_list_of_addresses_never_means_anywhere() {
    let world = World::new();
    let path = world.own.path(Kind::Secret, Livemode::Test);
    let bodies = [
        "{}",
        r#"{"ip_allowlist": []}"#,
        r#"{"ip_allowlist": ["100.10.38.7/24"]}"#,
        r#"{"ip_allowlist": ["2001:db8::1"]}"#,
        r#"{"ip_allowlist": ["anywhere"]}"#,
        r#"{"ip_allowlist": "100.10.38.7"}"#,
    ];
    insta::assert_snapshot!(refused(&world, &path, &bodies), @r#"
400 invalid_request_error parameters_malformed -: Say what is to change: name, note, ip_allowlist, permissions or connect_permissions.
400 invalid_request_error parameter_invalid ip_allowlist: The list is empty; to allow every address, remove the restriction instead.
400 invalid_request_error parameter_invalid ip_allowlist: `100.10.38.7/24` does not begin at its boundary; write `100.10.38.0/24`.
400 invalid_request_error parameter_invalid ip_allowlist: `2001:db8::1` is an IPv6 address; only IPv4 addresses can be listed.
400 invalid_request_error parameter_invalid ip_allowlist: `anywhere` is no IPv4 address and no range like `100.10.38.0/24`.
400 invalid_request_error parameters_malformed -: The body cannot be read: invalid type: string "100.10.38.7", expected a sequence at line 1 column 30.
"#);
    assert_eq!(
        world.get(&path, world.own.secret()).json()["ip_allowlist"],
        serde_json::Value::Null
    );
}

#[test]
fn names_and_notes_have_their_limits() {
    let world = World::new();
    let long = format!(r#"{{"name": "{}"}}"#, "a".repeat(201));
    let bodies = [r#"{"name": " "}"#, &long, r#"{"name": "a", "note": "\u0007"}"#];
    insta::assert_snapshot!(refused(&world, "/api/v1/keys", &bodies), @r#"
400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
400 invalid_request_error parameter_invalid note: A note has at most 2000 characters and no control characters.
"#);
}

#[test]
fn a_publishable_key_stays_and_is_for_everybody() {
    let world = World::new();
    let path = world.own.path(Kind::Publishable, Livemode::Test);
    insta::assert_snapshot!(world.delete(&path, world.own.secret()).error(), @"400 invalid_request_error publishable_key_stays -: A publishable key cannot be deleted; rotate it instead.");
    insta::assert_snapshot!(refused(&world, &path, &[r#"{"ip_allowlist": ["192.0.2.1"]}"#]), @"400 invalid_request_error publishable_key_unrestricted ip_allowlist: A publishable key is used from everywhere and takes no IP restriction.");
    let rotate = format!("{path}/rotate");
    let rotated = world.post(&rotate, world.own.secret(), r#"{"expires_at": "now"}"#).json();
    assert!(rotated["secret"].as_str().unwrap().starts_with("pk_test_"));
}

#[test]
fn a_key_of_another_place_and_one_that_is_not_there_are_not_told_apart() {
    let world = World::new();
    let key = world.own.secret();
    let unknown = "/api/v1/keys/key_0000000000000000";
    let shape = |path: &str, answer: String| answer.replace(path.split_at(13).1, "KEY");
    for path in [
        world.other.path(Kind::Secret, Livemode::Test),
        world.own.path(Kind::Secret, Livemode::Live),
        "/api/v1/keys/nonsense".to_owned(),
    ] {
        let rotate = |path: &str| format!("{path}/rotate");
        let now = r#"{"expires_at": "now"}"#;
        let list = r#"{"ip_allowlist": null}"#;
        let asked = [
            (world.get(&path, key), world.get(unknown, key)),
            (world.delete(&path, key), world.delete(unknown, key)),
            (world.post(&path, key, list), world.post(unknown, key, list)),
            (world.post(&rotate(&path), key, now), world.post(&rotate(unknown), key, now)),
        ];
        for (foreign, missing) in asked {
            insta::allow_duplicates! {
                insta::assert_snapshot!(shape(&path, foreign.error()), @"404 invalid_request_error resource_missing id: No such key: 'KEY'.");
            }
            assert_eq!(shape(&path, foreign.error()), shape(unknown, missing.error()));
        }
    }
    let other = world.other.secret();
    let untouched = world.get(&world.other.path(Kind::Secret, Livemode::Test), other).json();
    assert_eq!(untouched["status"], "active");
}

#[test]
fn a_body_is_json_and_not_too_large() {
    let world = World::new();
    let bearer = format!("Authorization: Bearer {}", world.own.secret());
    let first = "POST /api/v1/keys";
    let form = world.ask(first, &[&bearer, "Content-Type: application/x-www-form-urlencoded"]);
    insta::assert_snapshot!(form.error(), @"400 invalid_request_error content_type_unknown -: The body must be JSON: Content-Type: application/json.");
    insta::assert_snapshot!(world.ask(first, &[&bearer]).error(), @"400 invalid_request_error content_type_unknown -: The body must be JSON: Content-Type: application/json.");
    let large = format!(r#"{{"name": "{}"}}"#, "a".repeat(64 * 1024));
    insta::assert_snapshot!(refused(&world, "/api/v1/keys", &[&large]), @"413 invalid_request_error body_too_large -: The body of this request is larger than is accepted.");
}

#[test]
fn what_is_not_served_is_said_so() {
    let world = World::new();
    let bearer = format!("Authorization: Bearer {}", world.own.secret());
    insta::assert_snapshot!(world.ask("GET /api/v2/keys", &[]).error(), @"404 invalid_request_error url_unknown -: Unrecognized request URL (GET: /api/v2/keys).");
    insta::assert_snapshot!(world.ask("PATCH /api/v1/keys", &[&bearer]).error(), @r#"405 invalid_request_error method_not_allowed -: /api/v1/keys does not take the method PATCH; see `Allow`."#);
}

#[test]
fn a_store_that_is_away_is_never_an_unknown_key() {
    let world = World::new();
    world.block_on(world.store.close());
    let answer = world.get("/api/v1/keys", world.own.secret());
    assert_eq!(answer.header("retry-after"), Some("1"));
    insta::assert_snapshot!(answer.error(), @"503 api_error unavailable -: The store cannot be reached. Nothing was changed; try again in a moment.");
}
