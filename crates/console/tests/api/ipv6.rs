//! IPv6 addresses that a key may be used from: accepted where the operator says so, and there alone.

use keys::{Kind, Livemode};
use serde_json::{Value, json};

use crate::world::{Answer, World};

const KEYS: &str = "/api/v1/keys";

/// Limits the sandbox secret key of the owner to these.
fn limit(world: &World, list: &Value) -> Answer {
    let body = json!({"ip_allowlist": list}).to_string();
    world.post(&world.own.path(Kind::Secret, Livemode::Test), world.own.secret(), &body)
}

/// Imports a key that may be used from these alone.
fn import(world: &World, list: &Value) -> Answer {
    let key = json!({
        "name": "Till", "hash": "ab".repeat(32), "algorithm": "sha256", "ip_allowlist": list,
    });
    let body = json!({"keys": [key]}).to_string();
    world.post(&format!("{KEYS}/import"), world.own.secret(), &body)
}

/// Asks by that key through a proxy that says for whom.
fn ask_for(world: &World, client: &str) -> Answer {
    let secret = world.own.secret();
    let head = format!(
        "GET {KEYS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\nX-Forwarded-For: {client}\r\n\r\n"
    );
    world.send_from([127, 0, 0, 3], head.as_bytes())
}

#[test]
fn where_it_is_accepted_a_key_is_limited_to_it_and_asks_from_there_alone() {
    let world = World::accepting_ipv6();
    let given = json!(["2001:DB8:0::/32", "100.10.38.0/24", "::1", "2001:db8::/32"]);
    let limited = limit(&world, &given);
    assert_eq!(limited.status(), 200, "{limited:?}");
    let kept = json!(["100.10.38.0/24", "::1", "2001:db8::/32"]);
    assert_eq!(limited.json()["ip_allowlist"], kept, "each once, and as it is written");
    for client in ["2001:db8::7", "2001:db8:ffff::1", "::1", "100.10.38.7"] {
        assert_eq!(ask_for(&world, client).status(), 200, "{client}");
    }
    insta::assert_snapshot!(ask_for(&world, "2001:db9::7").error(), @"403 invalid_request_error ip_not_allowed -: This API key may not be used from your address, 2001:db9::7. Its IP restriction is on its page in the dashboard.");
    insta::assert_snapshot!(ask_for(&world, "100.10.39.7").error(), @"403 invalid_request_error ip_not_allowed -: This API key may not be used from your address, 100.10.39.7. Its IP restriction is on its page in the dashboard.");
    // The peer of a connection that no proxy speaks for.
    insta::assert_snapshot!(world.get(KEYS, world.own.secret()).error(), @"403 invalid_request_error ip_not_allowed -: This API key may not be used from your address, 127.0.0.1. Its IP restriction is on its page in the dashboard.");
}

#[test]
fn what_is_no_address_of_it_is_told_so() {
    let world = World::accepting_ipv6();
    let told = [
        json!(["2001:db8::/129"]),
        json!(["2001:db8::1/32"]),
        json!(["2001:db8:::1"]),
        json!(["[2001:db8::1]"]),
        json!(["fe80::1%eth0"]),
        json!(["2001:db8::/-1"]),
        json!([":"]),
    ]
    .map(|list| limit(&world, &list).error());
    insta::assert_snapshot!(told.join("\n"), @"
    400 invalid_request_error parameter_invalid ip_allowlist: `2001:db8::/129` is no IPv6 address and no range like `2001:db8::/32`.
    400 invalid_request_error parameter_invalid ip_allowlist: `2001:db8::1/32` does not begin at its boundary; write `2001:db8::/32`.
    400 invalid_request_error parameter_invalid ip_allowlist: `2001:db8:::1` is no IPv6 address and no range like `2001:db8::/32`.
    400 invalid_request_error parameter_invalid ip_allowlist: `[2001:db8::1]` is no IPv6 address and no range like `2001:db8::/32`.
    400 invalid_request_error parameter_invalid ip_allowlist: `fe80::1%eth0` is no IPv6 address and no range like `2001:db8::/32`.
    400 invalid_request_error parameter_invalid ip_allowlist: `2001:db8::/-1` is no IPv6 address and no range like `2001:db8::/32`.
    400 invalid_request_error parameter_invalid ip_allowlist: `:` is no IPv6 address and no range like `2001:db8::/32`.
    ");
    let kept = world.get(&world.own.path(Kind::Secret, Livemode::Test), world.own.secret());
    assert_eq!(kept.json()["ip_allowlist"], Value::Null);
}

#[test]
fn where_it_is_not_accepted_each_way_in_refuses_it_in_the_same_words() {
    let (world, accepting) = (World::new(), World::accepting_ipv6());
    let list = json!(["100.10.38.0/24", "2001:db8::/32"]);
    let edited = limit(&world, &list).error();
    insta::assert_snapshot!(edited, @"400 invalid_request_error parameter_invalid ip_allowlist: `2001:db8::/32` is an IPv6 address; only IPv4 addresses can be listed.");
    let imported = import(&world, &list);
    insta::assert_snapshot!(imported.error(), @"400 invalid_request_error import_invalid keys: Nothing was imported: 1 of the keys cannot be, and `entries` says why.");
    let entry = imported.json()["error"]["entries"][0]["message"].clone();
    assert!(edited.ends_with(entry.as_str().unwrap()), "{entry}");
    let own = world.get(KEYS, world.own.secret()).json();
    let kept = own["data"].as_array().unwrap();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|key| key["ip_allowlist"] == Value::Null), "nothing has changed");
    let imported = import(&accepting, &list).json();
    assert_eq!(imported["data"][0]["ip_allowlist"], list);
}
