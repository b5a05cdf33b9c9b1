//! Requests with two readings, and headers that pretend: refused or made harmless.

use crate::world::{Answer, World};

const AMBIGUOUS: &str = "400 invalid_request_error request_ambiguous";

fn raw(world: &World, request: &str) -> Answer {
    Answer(world.send(request.replace("{key}", world.platform.secret()).as_bytes()))
}

#[test]
fn paths_with_two_readings_are_refused() {
    let world = World::new();
    let paths = [
        "/v1/../admin",
        "/v1/./x",
        "/v1/%2e%2e/admin",
        "/v1/%2E./x",
        "/v1%2fadmin",
        "/v1/%5cadmin",
        "/v1//admin",
        "//admin",
        "/v1/\\admin",
        "/v1/x;a=b",
        "/v1/%00",
        "/v1/%252e",
        "/v1/%zz",
        "/v1/%c0%ae%c0%ae/admin",
        "/v1%c0%afadmin",
        "/v1/%ff",
    ];
    for path in paths {
        assert_eq!(world.ask_admitted(&format!("GET {path}"), &[]).error(), AMBIGUOUS, "{path}");
    }
}

#[test]
fn what_is_authorised_is_what_is_forwarded() {
    let world = World::new();
    let seen = world.ask_admitted("GET /v1/%62alance/a%20b", &[]).seen();
    assert_eq!(seen.target(), "/v1/balance/a%20b");
    let seen = world.ask_admitted("GET /v1/caf%c3%A9", &[]).seen();
    assert_eq!(seen.target(), "/v1/caf%C3%A9");
}

#[test]
fn targets_that_are_no_path_are_refused() {
    let world = World::new();
    let absolute = world.ask_admitted("GET http://localhost/v1/balance", &[]);
    assert_eq!(absolute.error(), AMBIGUOUS);
    assert_eq!(world.ask_admitted("OPTIONS *", &[]).error(), AMBIGUOUS);
}

#[test]
fn tunnels_and_mirrors_are_refused() {
    let mut world = World::new();
    for first in ["CONNECT localhost:80", "TRACE /v1/balance"] {
        let refused = world.ask_admitted(first, &[]);
        assert_eq!(refused.error(), "405 invalid_request_error method_not_allowed", "{first}");
        assert_eq!(refused.header("allow"), None);
    }
    assert_eq!(world.api.connections(), 0);
    assert_eq!(world.stop().matches("method_not_allowed").count(), 2);
}

#[test]
fn a_control_character_in_the_target_ends_the_connection() {
    let world = World::new();
    let answer =
        raw(&world, "GET /v1/\0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n");
    assert_eq!(answer.error(), AMBIGUOUS);
}

#[test]
fn the_host_stands_there_once() {
    let world = World::new();
    let none = raw(
        &world,
        "GET /v1/balance HTTP/1.1\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\r\n",
    );
    assert_eq!(none.error(), AMBIGUOUS);
    assert_eq!(world.ask_admitted("GET /v1/balance", &["Host: other"]).error(), AMBIGUOUS);
    let seen = world.ask_admitted("GET /v1/balance", &[]).seen();
    assert_eq!(seen.header("host"), Some(world.api.address.to_string().as_str()));
}

#[test]
fn a_body_with_two_lengths_smuggles_nothing() {
    let mut world = World::new();
    let smuggled = "GET /admin HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n";
    let head = "POST /v1/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n";
    for framing in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    ] {
        // The chunked reading wins, the connection ends, and the rest is never read as a request.
        let answers = raw(&world, &format!("{head}{framing}\r\n0\r\n\r\n{smuggled}"));
        assert_eq!(answers.0.matches("HTTP/1.1 ").count(), 1, "{}", answers.0);
    }
    for framing in [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: +5\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "X: a\nTransfer-Encoding: chunked\r\n folded\r\n",
    ] {
        let answers = raw(&world, &format!("{head}{framing}\r\nhello{smuggled}"));
        assert_eq!(answers.error(), AMBIGUOUS, "{framing:?}");
        assert_eq!(answers.0.matches("HTTP/1.1 ").count(), 1, "{}", answers.0);
    }
    let old = raw(
        &world,
        &format!("POST /v1/x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"),
    );
    assert_eq!(old.status(), 400);
    assert!(!world.stop().contains("/admin"));
}

#[test]
fn identity_headers_of_a_caller_never_arrive() {
    let world = World::new();
    let seen = world
        .ask_admitted(
            "GET /v1/balance",
            &[
                "Keyway-Account: acct_0000000000000000",
                "keyway-account: acct_0000000000000000",
                "Keyway_Account: acct_0000000000000000",
                "KEYWAY-ROLE: admin",
                "X-Forwarded-User: admin",
                "X_Forwarded_User: admin",
                "X-Forwarded-Prefix: /admin",
                "X-Original-URL: /admin",
                "Forwarded: for=1.2.3.4",
                "X-HTTP-Method-Override: DELETE",
                "Proxy: http://6.6.6.6",
                "Client-IP: 6.6.6.6",
                "Client-Cert: :x:",
                "True-Client-IP: 6.6.6.6",
                "CF-Connecting-IP: 6.6.6.6",
                "Fastly-Client-IP: 6.6.6.6",
                "X-Client-IP: 6.6.6.6",
                "X-Cluster-Client-IP: 6.6.6.6",
                "X-Forwarded: for=6.6.6.6",
                "X-Original-Forwarded-For: 6.6.6.6",
                "X-Real-IP: 6.6.6.6",
                "X-Rewrite-URL: /admin",
                "Remote-Addr: 6.6.6.6",
            ],
        )
        .seen();
    assert_eq!(seen.method(), "GET");
    let account = world.platform.place.account.to_string();
    assert_eq!(seen.header("keyway-account"), Some(account.as_str()));
    let mut names = seen.names();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "host",
            "keyway-account",
            "keyway-key",
            "keyway-key-kind",
            "keyway-mode",
            "keyway-version",
            "request-id",
            "x-forwarded-for",
            "x-forwarded-proto",
        ]
    );
}

#[test]
fn headers_after_a_body_do_not_arrive() {
    let world = World::new();
    let request = "POST /v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {key}\r\nTrailer: Keyway-Account\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nKeyway-Account: acct_0000000000000000\r\n\r\n";
    let seen = raw(&world, request).seen();
    assert_eq!((seen.body(), seen.trailers()), ("ab", 0));
    let account = world.platform.place.account.to_string();
    assert_eq!(seen.header("keyway-account"), Some(account.as_str()));
}

#[test]
fn naming_an_identity_header_in_connection_removes_nothing() {
    let world = World::new();
    let key = world.platform.secret();
    let request = format!(
        "GET /v1/balance HTTP/1.1\r\nHost: x\r\nConnection: close, Keyway-Account, Keyway-Mode, Request-Id, X-Forwarded-For, Host\r\nAuthorization: Bearer {key}\r\n\r\n"
    );
    let seen = Answer(world.send(request.as_bytes())).seen();
    for name in ["keyway-account", "keyway-mode", "request-id", "x-forwarded-for", "host"] {
        assert!(seen.header(name).is_some(), "{name}");
    }
}

#[test]
fn the_api_is_told_how_the_client_came() {
    use gateway::PlainHttp::{LiveFromLoopback, RefuseLive, TlsEndsBefore};
    for (setting, scheme) in
        [(RefuseLive, "http"), (LiveFromLoopback, "http"), (TlsEndsBefore, "https")]
    {
        let world = World::with(|settings| settings.plain_http = setting);
        let forged = ["X-Forwarded-Proto: gopher"];
        let seen = world.ask_admitted("GET /v1/balance", &forged).seen();
        assert_eq!(seen.header("x-forwarded-proto"), Some(scheme), "{setting:?}");
    }
}

#[test]
fn what_nobody_here_can_promise_is_refused() {
    let world = World::new();
    for unknown in ["Expect: tunnel", "Expect: 100-continue, tunnel", "Expect:"] {
        let refused = world.ask_admitted("GET /v1/balance", &[unknown]);
        assert_eq!(refused.error(), "417 invalid_request_error expectation_unknown", "{unknown}");
    }
    let known = world.ask_admitted("POST /v1/x", &["Expect: 100-Continue", "Content-Length: 0"]);
    assert_eq!(known.seen().header("expect"), None);
}
