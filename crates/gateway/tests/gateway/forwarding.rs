//! What reaches the API, what comes back from it, and how.

pub(crate) mod api;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use keys::{Kind, Livemode};

use crate::world::World;

impl World {
    /// A connection with this request on it, left open.
    fn open(&self, first: &str, lines: &[&str]) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).unwrap();
        let lines = lines.iter().map(|line| [line, "\r\n"].concat()).collect::<String>();
        let key = self.platform.secret();
        let head =
            format!("{first} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n{lines}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        BufReader::new(stream)
    }
}

fn head(stream: &mut BufReader<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).unwrap(), 0, "ended after {head:?}");
    }
    head
}

#[test]
fn method_target_and_body_arrive_as_they_were_sent() {
    let world = World::new();
    let seen = world.ask_admitted("DELETE /v1/customers/cus_1?expand%5B%5D=a&x=//../", &[]).seen();
    assert_eq!(
        (seen.method(), seen.target()),
        ("DELETE", "/v1/customers/cus_1?expand%5B%5D=a&x=//../")
    );
    let request = format!(
        "POST /v1/customers HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\nContent-Length: 9\r\n\r\nname=Jane",
        world.platform.secret()
    );
    let answer = crate::world::Answer(world.send(request.as_bytes()));
    assert_eq!(answer.seen().body(), "name=Jane");
}

#[test]
fn an_answer_of_the_api_comes_back_with_the_gateway_s_request_id() {
    let world = World::new();
    let answer = world.ask_admitted("GET /status/404", &["Request-Id: req_forged"]);
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.header("x-from-api").as_deref(), Some("yes"));
    assert_eq!(answer.header("keep-alive"), None);
    assert_ne!(answer.header("request-id").unwrap(), "req_of_the_api");
    assert_ne!(answer.header("request-id").unwrap(), "req_forged");
}

#[test]
fn head_and_plain_options_go_through() {
    let world = World::new();
    let answer = world.ask_admitted("HEAD /v1/balance", &[]);
    assert_eq!(answer.status(), 200);
    assert!(answer.0.ends_with("\r\n\r\n"));
    let refused = world.ask("HEAD /v1/balance", &[]);
    assert_eq!(refused.status(), 401);
    assert!(refused.header("content-length").unwrap().parse::<u32>().unwrap() > 100);
    assert!(refused.0.ends_with("\r\n\r\n"), "{}", refused.0);
    assert_eq!(world.ask_admitted("OPTIONS /v1/balance", &[]).seen().method(), "OPTIONS");
}

#[test]
fn a_preflight_is_answered_for_what_publishable_keys_may_call() {
    let world = World::new();
    let ask = |path: &str| {
        let lines = ["Origin: https://shop.example", "Access-Control-Request-Method: POST"];
        world.ask(&format!("OPTIONS {path}"), &lines)
    };
    let allowed = ask("/v1/tokens");
    assert_eq!(allowed.status(), 204);
    assert_eq!(allowed.header("access-control-allow-origin").as_deref(), Some("*"));
    assert_eq!(allowed.header("access-control-allow-methods").as_deref(), Some("POST"));
    assert_eq!(ask("/v1/customers").status(), 403);
    let key = world.platform.key(Kind::Publishable, Livemode::Test).value.expose();
    let lines = ["Origin: https://shop.example", &format!("Authorization: Bearer {key}")];
    let answer = world.ask("POST /v1/tokens", &[lines[0], lines[1], "Content-Length: 0"]);
    assert_eq!(answer.header("access-control-allow-origin").as_deref(), Some("*"));
}

#[test]
fn connections_to_the_api_are_used_again() {
    let world = World::new();
    for _ in 0..20 {
        assert_eq!(world.ask_admitted("GET /v1/balance", &[]).status(), 200);
    }
    // One for each worker at most, as requests came one after the other.
    assert!(world.api.connections() <= 2, "{}", world.api.connections());
}

#[test]
fn a_request_is_sent_again_when_an_idle_connection_had_been_closed() {
    let world = World::new();
    for _ in 0..20 {
        assert_eq!(world.ask_admitted("GET /close-after", &[]).status(), 200);
    }
}

#[test]
fn events_arrive_one_by_one_while_the_answer_goes_on() {
    let world = World::new();
    let mut stream = world.open("GET /events", &[]);
    assert!(head(&mut stream).contains("text/event-stream"));
    let mut line = || {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        line
    };
    line();
    assert_eq!(line(), "data: 1\n");
    world.api.release();
    assert_eq!([line(), line(), line(), line()].concat().matches("data: 2").count(), 1);
}

#[test]
fn a_body_is_asked_for_only_once_its_request_is_admitted() {
    let world = World::new();
    let mut stream =
        world.open("POST /v1/customers", &["Expect: 100-continue", "Content-Length: 4"]);
    assert_eq!(head(&mut stream), "HTTP/1.1 100 Continue\r\n\r\n");
    stream.get_mut().write_all(b"a=bc").unwrap();
    assert!(head(&mut stream).starts_with("HTTP/1.1 200"));
    let refused = world.ask("POST /v1/customers", &["Expect: 100-continue", "Content-Length: 4"]);
    assert_eq!(refused.status(), 401);
}

#[test]
fn a_websocket_goes_through_once_both_sides_have_switched() {
    let world = World::new();
    let asks = [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    let mut stream = world.open("GET /websocket", &asks);
    let head = head(&mut stream).to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 101") && head.contains("upgrade: websocket"), "{head}");
    stream.get_mut().write_all(b"ping").unwrap();
    let mut echoed = [0; 4];
    stream.read_exact(&mut echoed).unwrap();
    assert_eq!(&echoed, b"ping");
}

#[test]
fn another_upgrade_is_not_passed_on() {
    let world = World::new();
    let lines = ["Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"];
    let names = world.ask_admitted("GET /v1/balance", &lines).seen().names();
    assert!(!names.contains(&"upgrade".to_owned()), "{names:?}");
}

#[test]
fn an_api_that_is_not_there_is_a_bad_gateway() {
    let world = World::with(|settings| {
        // A port of the discard service, which nobody serves.
        settings.upstreams.sandbox = "http://127.0.0.1:9".parse().unwrap();
    });
    let answer = world.ask_admitted("GET /v1/balance", &[]);
    assert_eq!(answer.error(), "502 api_error upstream_unreachable");
    let world = World::new();
    let answer = world.ask_admitted("GET /reset", &[]);
    assert_eq!(answer.error(), "502 api_error upstream_unreachable");
}

#[test]
fn every_request_ends_in_the_journal() {
    let mut world = World::with(|settings| settings.workers = std::num::NonZeroUsize::MIN);
    world.ask_admitted("GET /v1/balance?secret=1", &["User-Agent: tests/1"]);
    world.ask("GET /v1/balance", &[]);
    world.ask_admitted("GET /v1/../x", &[]);
    let journal = world.stop();
    let lines: Vec<serde_json::Value> =
        journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| format!("{} {} {}", line["status"], line["path"], line["code"]))
        .collect();
    assert_eq!(
        told,
        [
            r#"200 "/v1/balance" null"#,
            r#"401 "/v1/balance" "api_key_missing""#,
            r#"400 "/v1/../x" "request_ambiguous""#,
        ]
    );
    assert_eq!(lines[0]["account"], world.platform.place.account.to_string());
    assert_eq!(lines[0]["user_agent"], "tests/1");
    assert!(lines[0]["bytes"].as_u64().unwrap() > 0);
}
