//! When a change is answered: not before it is in force.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use console::{Gateways, PlainHttp};
use keys::{Kind, Livemode};

use crate::world::{Hearing, World};

#[test]
fn what_is_committed_and_not_in_force_is_never_a_plain_ok() {
    let world = World::with(Hearing::Deaf, Gateways::OwnOnly, PlainHttp::LiveFromLoopback);
    let secret = world.own.secret();
    let created = world.post("/api/v1/keys", secret, r#"{"name": "Shop"}"#);
    assert_eq!((created.status(), &created.json()["in_force"]), (202, &false.into()));
    // The value is shown nowhere else, so that it must be here.
    assert!(created.json()["secret"].as_str().unwrap().starts_with("sk_test_"));
    let path = format!("/api/v1/keys/{}", created.json()["id"].as_str().unwrap());
    let deleted = world.delete(&path, secret);
    assert_eq!((deleted.status(), &deleted.json()["in_force"]), (202, &false.into()));
    assert_eq!(world.get(&path, secret).json()["status"], "deleted");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the time that passes is what is tested")]
fn a_change_that_narrows_waits_until_gateways_elsewhere_know_or_are_silent() {
    let lease = Duration::from_millis(300);
    let world = World::with(Hearing::Well, Gateways::Others, PlainHttp::LiveFromLoopback);
    world.block_on(world.store.grant_leases(lease)).unwrap();
    let (secret, path) = (world.own.secret(), world.own.path(Kind::Secret, Livemode::Test));
    let asked = Instant::now();
    let restricted = world.post(&path, secret, r#"{"ip_allowlist": ["127.0.0.1"]}"#);
    assert!(asked.elapsed() >= lease);
    assert_eq!((restricted.status(), restricted.json().get("in_force")), (200, None));
}

#[test]
fn a_stop_lets_what_has_begun_end() {
    let world = World::new();
    let mut stream = world.connect();
    let body = r#"{"name": "Shop"}"#;
    let (key, length) = (world.own.secret(), body.len());
    write!(stream, "POST /api/v1/keys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n").unwrap();
    let mut room = [0; 25];
    stream.read_exact(&mut room).unwrap();
    assert_eq!(&room, b"HTTP/1.1 100 Continue\r\n\r\n");
    world.stop();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("sk_test_"), "{answer}");
}
