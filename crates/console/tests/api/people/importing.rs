//! Keys of another system: whoever may create keys may import them, and proves the same.

use keys::{Kind, Livemode, Realm, Role};
use serde_json::{Value, json};

use super::People;
use super::proof::code;
use crate::world::{Answer, World};

const PATH: &str = "/api/v1/keys/import";

fn shop(byte: &str) -> Value {
    json!({"name": "Shop", "hash": byte.repeat(32), "algorithm": "sha256"})
}

fn import(people: &People, account: &Value, keys: &Value, shown: Option<&str>) -> Answer {
    let body = json!({"account": account["id"], "mode": "live", "keys": keys}).to_string();
    people.world.post_shown(PATH, &people.token, &body, shown)
}

#[test]
fn a_live_import_takes_the_code_of_exactly_its_hashes() {
    let people = People::new();
    let account = people.account();
    let asked = import(&people, &account, &json!([shop("ab")]), None).error();
    insta::assert_snapshot!(asked, @"403 invalid_request_error verification_required -: A verification code was sent to ada@example.com; send the same request again with it in the header `Verification-Code`.");
    let code = code(&people.world);
    let another = import(&people, &account, &json!([shop("cd")]), Some(&code)).error();
    insta::assert_snapshot!(another, @"403 invalid_request_error verification_failed -: No code was sent for this; ask for a new one.");
    let made = import(&people, &account, &json!([shop("ab")]), Some(&code)).json();
    assert_eq!(
        (&made["data"][0]["redacted"], &made["data"][0]["reveal"]),
        (&"…".into(), &"never".into())
    );
    assert_eq!(people.keys(&account, &"live".into()).len(), 3);
}

#[test]
fn a_key_imports_into_its_own_sandbox_and_no_live_keys() {
    let world = World::new();
    let body = json!({"keys": [shop("ab")]}).to_string();
    let sandbox = world.post(PATH, world.own.secret(), &body);
    assert_eq!(sandbox.json()["data"][0]["type"], "secret", "{sandbox:?}");
    let live = world.own.minted(Kind::Secret, Livemode::Live);
    let refused = world.post(PATH, live.value.expose(), &body).error();
    insta::assert_snapshot!(refused, @"403 invalid_request_error person_required -: This takes a verification code, which only a person who has signed in can give; sign in and repeat it.");
}

#[test]
fn whoever_may_not_create_keys_imports_none() {
    let people = People::new();
    let account = people.account();
    let realm = Realm::Account(account["id"].as_str().unwrap().parse().unwrap());
    let token = people.member("bob", realm, Role::ViewOnly);
    let body = json!({"account": account["id"], "mode": "live", "keys": [shop("ab")]}).to_string();
    let refused = people.world.post(PATH, &token, &body).error();
    insta::assert_snapshot!(refused, @"403 invalid_request_error not_allowed -: Your role does not allow this; ask an owner or administrator.");
}

#[test]
fn every_key_that_cannot_be_imported_is_told_and_none_is() {
    let world = World::new();
    let with = |name: &str, value: Value| {
        let mut key = shop("cd");
        key[name] = value;
        key
    };
    let keys = json!([
        shop("ab"),
        shop("ab"),
        with("hash", "xyz".into()),
        with("algorithm", "md5".into()),
        with("type", "publishable".into()),
        with("permissions", json!(["customer_read"])),
        with("ip_allowlist", json!(["all"])),
        with("expires_at", "soon".into()),
        with("last4", "12345".into()),
        with("name", world.own.secret().into()),
    ]);
    let answer = world.post(PATH, world.own.secret(), &json!({"keys": keys}).to_string());
    insta::assert_snapshot!(answer.error(), @"400 invalid_request_error import_invalid keys: Nothing was imported: 9 of the keys cannot be, and `entries` says why.");
    let entries = answer.json()["error"]["entries"].as_array().unwrap().clone();
    let told = entries.iter().map(|entry| format!("{} {}", entry["index"], entry["message"]));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r#"
    1 "The same hash stands before."
    2 "`hash` is 64 hex digits."
    3 "`algorithm` is sha256 or hmac_sha256."
    4 "`type` is secret or restricted."
    5 "A secret key takes no permissions; say `type` restricted."
    6 "`all` is no IPv4 address and no range like `100.10.38.0/24`."
    7 "`expires_at` is a time such as 2027-01-31T12:00:00Z."
    8 "`last4` is four letters or digits."
    9 "A key value must not stand in a name or a note."
    "#);
    let kept = world.get("/api/v1/keys", world.own.secret()).json();
    assert_eq!(kept["data"].as_array().unwrap().len(), 2);
}
