//! Where one request ends and the next begins: client, gateway and API agree on it.

use std::cell::RefCell;

use keys::{CanonicalPath, Kind, Livemode};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::mirror::Mirror;
use crate::world::{Answer, World};

/// A request that nobody may ever see as one.
const HIDDEN: &str = "GET /admin HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n";

fn mirrored() -> World {
    let upstream = Mirror::start().upstream();
    World::with(|settings| {
        settings.upstreams.sandbox = upstream;
        settings.workers = 1.try_into().unwrap();
    })
}

fn hidden(world: &World) -> String {
    HIDDEN.replace("{key}", world.platform.secret())
}

#[test]
fn a_body_that_holds_a_request_is_a_body() {
    let mut world = mirrored();
    let hidden = hidden(&world);
    let length = format!("Content-Length: {}", hidden.len());
    let head = world.head("POST /v1/x", &["Connection: close", &length]);
    let seen = Answer(world.send(format!("{head}{hidden}").as_bytes()));
    assert_eq!(seen.status(), 200);
    let seen = seen.0.split_once("\r\n\r\n").unwrap().1;
    assert!(seen.starts_with("POST /v1/x HTTP/1.1\r\n"), "{seen}");
    assert!(seen.ends_with(&format!("\r\n\r\n{hidden}")), "{seen}");

    let echo = World::new();
    let head = echo.head("POST /v1/x", &["Connection: close", "Transfer-Encoding: chunked"]);
    let chunk = format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len());
    let seen = Answer(echo.send(format!("{head}{chunk}").as_bytes())).seen();
    assert_eq!(seen.body(), hidden);
    assert!(!world.stop().contains("/admin"));
}

#[test]
fn requests_in_one_piece_are_answered_one_by_one() {
    let world = mirrored();
    let post = world.head("POST /v1/a", &["Content-Length: 5"]) + "hello";
    let last = world.head("GET /v1/c", &["Connection: close"]);
    let answers = world.send([post, world.head("GET /v1/b", &[]), last].concat().as_bytes());
    let seen: Vec<_> = answers.lines().filter(|line| line.ends_with(" HTTP/1.1")).collect();
    assert_eq!(seen, ["POST /v1/a HTTP/1.1", "GET /v1/b HTTP/1.1", "GET /v1/c HTTP/1.1"]);
    // The body of the first has no end of line of its own.
    assert!(answers.contains("\r\n\r\nhelloHTTP/1.1 200 OK\r\n"), "{answers}");
}

#[test]
fn after_a_refusal_no_body_is_taken_for_a_request() {
    for (line, refusal) in [
        ("Expect: tunnel", "expectation_unknown"),
        ("Stripe-Version: 1999-01-01", "version_unknown"),
        ("Stripe-Context: acct_x", "context_invalid"),
        ("Authorization: Bearer another", "authorization_invalid"),
    ] {
        let mut world = mirrored();
        let hidden = hidden(&world);
        for length in [hidden.len(), 4 * hidden.len(), 100_000] {
            let length = format!("Content-Length: {length}");
            let refused = world.head("POST /v1/x", &[line, &length]) + &hidden;
            let next = world.head("GET /v1/next", &["Connection: close"]);
            let answers = world.send(format!("{refused}{next}").as_bytes());
            assert!(answers.contains(refusal), "{answers}");
        }
        let chunked = world.head("POST /v1/x", &[line, "Transfer-Encoding: chunked"]);
        let chunk = format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len());
        let next = world.head("GET /v1/next", &["Connection: close"]);
        let answers = world.send(format!("{chunked}{chunk}{next}").as_bytes());
        assert!(answers.contains(refusal), "{answers}");
        let journal = world.stop();
        assert!(!journal.contains("/admin"), "{journal}");
    }
}

/// Pieces of paths that others have been fooled with, and ordinary ones.
const PIECES: &[&str] = &[
    "/",
    "//",
    "/./",
    "/../",
    "/.",
    "/..",
    "%2e",
    "%2F",
    "%5c",
    "\\",
    ";x=1",
    "%00",
    "%25",
    "%c0%ae",
    "%c3%a9",
    "%62",
    "%7E",
    "%20",
    ":",
    "@",
    "~",
    "*",
    "+",
    "!$&'(),=",
    "/v1",
    "/tokens",
    "/customers",
    "a",
    "B",
    "-",
    "_",
    ".",
    "/v1",
    "/a",
    "/b",
];

fn path() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..6);
    pieces.prop_map(|pieces| format!("/v1{}", pieces.concat()))
}

fn query() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "\\?[a-z0-9%=&/.;:@+-]{0,12}"]
}

#[test]
fn what_is_authorised_is_what_the_api_is_sent_byte_for_byte() {
    let world = mirrored();
    let passed = RefCell::new(0);
    let method = prop::sample::select(&["GET", "POST", "PUT", "DELETE", "PATCH"][..]);
    let body = prop_oneof![Just(String::new()), "[ -~\r\n]{1,64}", Just(hidden(&world))];
    let mut runner =
        TestRunner::new(Config { cases: 512, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&(method, path(), query(), body), |(method, path, query, body)| {
        let length = format!("Content-Length: {}", body.len());
        let head = world.head(&format!("{method} {path}{query}"), &["Connection: close", &length]);
        let answer = Answer(world.send(format!("{head}{body}").as_bytes()));
        let Ok(canonical) = CanonicalPath::parse(&path) else {
            prop_assert_eq!(answer.status(), 400, "{}", answer.0);
            return Ok(());
        };
        *passed.borrow_mut() += 1;
        prop_assert_eq!(answer.status(), 200, "{}", answer.0);
        let seen = answer.0.split_once("\r\n\r\n").unwrap().1;
        let (head, sent) = seen.split_once("\r\n\r\n").unwrap();
        let first = format!("{method} {}{query} HTTP/1.1", canonical.as_str());
        prop_assert_eq!(head.lines().next(), Some(first.as_str()));
        prop_assert_eq!(sent, body.as_str());
        prop_assert_eq!(seen.matches("keyway-account: ").count(), 1);
        Ok(())
    });
    ran.unwrap();
    assert!(passed.take() > 50);
}

#[test]
fn whatever_a_publishable_key_opens_is_the_operation_that_is_marked_for_it() {
    let world = mirrored();
    let key = world.platform.key(Kind::Publishable, Livemode::Test).value.expose();
    let line = format!("Authorization: Bearer {key}");
    let passed = RefCell::new(0);
    // The one path that is marked, with an escape or something else within.
    let near = ("/v1/(tokens|%74okens|to%6bens|tokens/|Tokens|customers)", path(), any::<bool>());
    let near = near.prop_map(|(path, odd, is_odd)| if is_odd { path + &odd } else { path });
    let mut runner =
        TestRunner::new(Config { cases: 512, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&near, |path| {
        let answer = world.ask(&format!("POST {path}"), &[&line, "Content-Length: 0"]);
        if answer.status() == 200 {
            *passed.borrow_mut() += 1;
            let seen = answer.0.split_once("\r\n\r\n").unwrap().1;
            prop_assert!(seen.starts_with("POST /v1/tokens HTTP/1.1\r\n"), "{}", seen);
        }
        Ok(())
    });
    ran.unwrap();
    assert!(passed.take() > 20);
}
