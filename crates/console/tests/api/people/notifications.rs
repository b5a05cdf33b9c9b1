//! Of what people want to be told.

use serde_json::json;

use super::People;

const NOTIFICATIONS: &str = "/api/v1/user/notifications";

#[test]
fn whoever_signs_up_is_told_of_everything_and_may_turn_each_off() {
    let people = People::new();
    let world = &people.world;
    let told = world.get(NOTIFICATIONS, &people.token).json();
    insta::assert_snapshot!(told, @r#"{"object":"notifications","key_created":true,"key_revealed":true,"key_rotated":true,"key_expiring":true,"key_deleted":true,"dead_key_used":true}"#);
    let change = json!({"key_created": false, "key_expiring": false});
    let changed = world.post(NOTIFICATIONS, &people.token, &change.to_string()).json();
    assert_eq!((&changed["key_created"], &changed["key_expiring"]), (&json!(false), &json!(false)));
    assert_eq!(changed["dead_key_used"], true);
    world.post(NOTIFICATIONS, &people.token, r#"{"key_created": true}"#);
    let told = world.get(NOTIFICATIONS, &people.token).json();
    assert_eq!((&told["key_created"], &told["key_expiring"]), (&json!(true), &json!(false)));
}

#[test]
fn a_kind_that_is_none_is_told_and_nothing_is_changed() {
    let people = People::new();
    let change = json!({"key_created": false, "key_exploded": false});
    let told = people.world.post(NOTIFICATIONS, &people.token, &change.to_string()).error();
    insta::assert_snapshot!(told, @r#"400 invalid_request_error parameters_malformed -: The body cannot be read: unknown field `key_exploded`, expected one of `key_created`, `key_revealed`, `key_rotated`, `key_expiring`, `key_deleted`, `dead_key_used` at line 1 column 35."#);
    assert_eq!(people.world.get(NOTIFICATIONS, &people.token).json()["key_created"], true);
}
