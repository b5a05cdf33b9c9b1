//! HTTP/2: bodies both ways, requests with two readings, clients that do not read, and the end.

use std::net::TcpStream as Blocking;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::frames::{DATA, END_STREAM, GO_AWAY, Http2, Outcome};
use crate::world::World;

type Sender = SendRequest<Full<Bytes>>;

/// A client whose streams may be sent so many bytes at first.
async fn client(world: &World, window: u32) -> Sender {
    let stream = TcpStream::connect(world.address()).await.unwrap();
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder.initial_stream_window_size(window);
    let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn request(world: &World, method: Method, path: &str, body: &'static [u8]) -> Request<Full<Bytes>> {
    Request::builder()
        .method(method)
        .uri(format!("http://localhost{path}"))
        .header("authorization", format!("Bearer {}", world.platform.secret()))
        .body(Full::new(Bytes::from_static(body)))
        .unwrap()
}

async fn json(response: Response<Incoming>) -> serde_json::Value {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn bodies_go_both_ways() {
    const LARGE: &[u8] = &[b'x'; 3_000_000];
    let world = World::new();
    world.runtime.block_on(async {
        let mut sender = client(&world, 65_535).await;
        for body in [&b""[..], b"name=Jane", LARGE] {
            let asked = request(&world, Method::POST, "/v1/x", body);
            let seen = json(sender.send_request(asked).await.unwrap()).await;
            assert_eq!(seen["method"], "POST");
            assert!(seen["body"].as_str().unwrap().as_bytes() == body);
            assert_eq!(seen["headers"]["content-length"], body.len().to_string());
        }
        let asked = request(&world, Method::GET, "/large", b"");
        let answer = sender.send_request(asked).await.unwrap().into_body().collect().await.unwrap();
        assert_eq!(answer.to_bytes().len(), 1 << 26);
    });
}

#[test]
fn head_is_answered_without_a_body() {
    let world = World::new();
    world.runtime.block_on(async {
        let mut sender = client(&world, 65_535).await;
        let answer =
            sender.send_request(request(&world, Method::HEAD, "/v1/x", b"")).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(answer.headers()["content-length"].to_str().unwrap().parse::<u32>().unwrap() > 100);
        assert!(answer.into_body().collect().await.unwrap().to_bytes().is_empty());
        let mut asked = request(&world, Method::HEAD, "/v1/x", b"");
        asked.headers_mut().remove("authorization");
        let refused = sender.send_request(asked).await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        assert!(refused.headers()["request-id"].to_str().unwrap().starts_with("req_"));
        assert!(refused.into_body().collect().await.unwrap().to_bytes().is_empty());
    });
}

#[test]
fn a_head_that_is_too_large_is_refused_by_name() {
    let mut world = World::new();
    world.runtime.block_on(async {
        let mut sender = client(&world, 65_535).await;
        let mut long = request(&world, Method::GET, "/v1/x", b"");
        long.headers_mut().insert("x-long", "x".repeat(20_000).parse().unwrap());
        let mut many = request(&world, Method::GET, "/v1/x", b"");
        for number in 0..200 {
            let name: http::HeaderName = format!("x-{number}").parse().unwrap();
            many.headers_mut().insert(name, "1".parse().unwrap());
        }
        for asked in [long, many] {
            let refused = sender.send_request(asked).await.unwrap();
            assert_eq!(refused.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
            assert!(refused.headers()["request-id"].to_str().unwrap().starts_with("req_"));
            assert_eq!(json(refused).await["error"]["code"], "head_too_large");
        }
        // The connection goes on.
        let asked = request(&world, Method::GET, "/v1/x", b"");
        assert_eq!(sender.send_request(asked).await.unwrap().status(), StatusCode::OK);
    });
    assert_eq!(world.stop().matches("head_too_large").count(), 2);
}

#[test]
fn a_stream_without_a_window_is_given_up_and_its_connection_goes_on() {
    let world = World::with(|settings| settings.timeouts.body_idle = Duration::from_millis(100));
    world.runtime.block_on(async {
        let mut sender = client(&world, 0).await;
        for path in ["/large", "/v1/x"] {
            let asked = request(&world, Method::GET, path, b"");
            let answer = sender.send_request(asked).await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            let broken = answer.into_body().collect().await.unwrap_err();
            assert!(broken.to_string().contains("error reading a body"), "{broken}");
        }
        let answer =
            sender.send_request(request(&world, Method::HEAD, "/v1/x", b"")).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    });
}

#[test]
fn a_connection_that_is_never_read_is_given_up() {
    let world = World::with(|settings| {
        settings.timeouts.body_idle = Duration::from_millis(100);
        // It is not that a ping is not answered.
        settings.timeouts.head = Duration::from_hours(1);
    });
    let mut client = Http2::open(&world, 0x7fff_ffff);
    client.ask(1, END_STREAM, &fields(&world, "/large").each_ref().map(|(n, v)| (*n, v.as_str())));
    world.await_metric("keyway_connections{", " 1");
    let all_closed = || {
        let text = world.metrics.text();
        let mut open = text.lines().filter(|line| line.starts_with("keyway_connections{"));
        open.all(|line| line.ends_with(" 0"))
    };
    while !all_closed() {
        std::thread::yield_now();
    }
}

/// The fields of an ordinary request.
fn fields(world: &World, path: &str) -> [(&'static str, String); 5] {
    [
        (":method", "GET".to_owned()),
        (":scheme", "http".to_owned()),
        (":authority", "localhost".to_owned()),
        (":path", path.to_owned()),
        ("authorization", format!("Bearer {}", world.platform.secret())),
    ]
}

/// What becomes of a request with these fields in the place of ordinary ones of the same name, or
/// after them.
fn outcome(world: &World, odd: &[(&str, &str)]) -> Outcome {
    let ordinary = fields(world, "/v1/x");
    let mut sent: Vec<(&str, &str)> = Vec::new();
    for (name, value) in &ordinary {
        match odd.iter().find(|(odd, _)| odd == name) {
            Some((_, "")) => {}
            Some((_, other)) => sent.push((name, other)),
            None => sent.push((name, value)),
        }
    }
    let is_new = |name: &str| ordinary.iter().all(|(known, _)| *known != name);
    sent.extend(odd.iter().filter(|(name, _)| is_new(name)));
    let mut client = Http2::open(world, 65_535);
    client.ask(1, END_STREAM, &sent);
    client.outcome(1)
}

#[test]
fn fields_that_mean_something_else_in_http1_never_reach_the_api() {
    let mut world = World::new();
    let malformed: [&[(&str, &str)]; 24] = [
        &[("connection", "close")],
        &[("transfer-encoding", "chunked")],
        &[("te", "gzip")],
        &[("upgrade", "websocket")],
        &[("keep-alive", "timeout=5")],
        &[("proxy-connection", "close")],
        &[("X-Upper", "1")],
        &[("x a", "1")],
        &[("x:a", "1")],
        &[("x-a\r\nx-b", "1")],
        &[("x-a", "1\r\nkeyway-account: acct_0000000000000000")],
        &[("x-a", "1\nx-b: 2")],
        &[("x-a", "1\0")],
        &[("content-length", "5")],
        &[("content-length", "+0")],
        &[(":method", "GET /admin HTTP/1.1\r\nx:")],
        &[(":method", "")],
        &[(":path", "")],
        &[(":path", "/v1/x HTTP/1.1\r\nhost: y\r\n\r\nGET /admin")],
        &[(":path", "/v1/x /admin")],
        &[(":authority", "localhost\r\nx: y")],
        &[(":protocol", "websocket")],
        &[(":status", "200")],
        &[(":admin", "1")],
    ];
    for odd in malformed {
        assert_eq!(outcome(&world, odd), Outcome::GivenUp, "{odd:?}");
    }
    let refused: [&[(&str, &str)]; 7] = [
        &[("host", "other")],
        &[("host", "localhost"), ("host", "localhost")],
        &[(":path", "/v1/../admin")],
        &[(":path", "/v1//admin")],
        &[(":path", "*")],
        &[(":path", "/v1/%2e%2e/admin")],
        &[("expect", "tunnel")],
    ];
    for odd in refused {
        let Outcome::Body(body) = outcome(&world, odd) else { panic!("no answer to {odd:?}") };
        assert!(body.contains("request_ambiguous") || body.contains("expectation"), "{body}");
    }
    assert_eq!(world.api.connections(), 0);
    assert!(!world.stop().contains("\"path\":\"/admin"));
}

#[test]
fn pseudo_fields_stand_once_and_first() {
    let world = World::new();
    for late in [(":path", "/admin"), (":method", "DELETE"), (":authority", "y")] {
        let ordinary = fields(&world, "/v1/x");
        let mut sent: Vec<_> =
            ordinary.iter().map(|(name, value)| (*name, value.as_str())).collect();
        sent.push(late);
        let mut after = Http2::open(&world, 65_535);
        after.ask(1, END_STREAM, &sent);
        assert_eq!(after.outcome(1), Outcome::GivenUp, "{late:?}");
        let mut twice = Http2::open(&world, 65_535);
        sent.rotate_right(1);
        twice.ask(1, END_STREAM, &sent);
        assert_eq!(twice.outcome(1), Outcome::GivenUp, "{late:?}");
    }
    assert_eq!(world.api.connections(), 0);
}

#[test]
fn fields_that_speak_of_the_connection_are_not_passed_on() {
    let world = World::new();
    let odd = [
        ("te", "trailers"),
        ("host", "LOCALHOST"),
        ("trailer", "x-a"),
        ("x-a", "1"),
        ("cookie", "a=b"),
        ("cookie", "c=d"),
    ];
    let Outcome::Body(body) = outcome(&world, &odd) else { panic!("no answer") };
    let seen: serde_json::Value = serde_json::from_str(&body).unwrap();
    let headers = seen["headers"].as_object().unwrap();
    assert_eq!(headers["host"], world.api.address.to_string());
    assert_eq!(headers["x-a"], "1");
    assert_eq!(headers["cookie"], "a=b; c=d");
    assert!(!headers.contains_key("te") && !headers.contains_key("trailer"), "{body}");
}

#[test]
fn a_body_that_is_not_as_long_as_was_said_reaches_no_end() {
    let mut world = World::new();
    for body in ["hello, GET /admin HTTP/1.1\r\n\r\n", "he"] {
        let ordinary = fields(&world, "/v1/x");
        let mut sent: Vec<_> =
            ordinary.iter().map(|(name, value)| (*name, value.as_str())).collect();
        sent[0] = (":method", "POST");
        sent.push(("content-length", "5"));
        let mut client = Http2::open(&world, 65_535);
        client.ask(1, 0, &sent);
        client.send(DATA, END_STREAM, 1, body.as_bytes());
        assert_eq!(client.outcome(1), Outcome::GivenUp);
    }
    assert!(!world.stop().contains("\"status\":200"));
}

#[test]
fn fields_after_a_body_do_not_arrive() {
    let world = World::new();
    let ordinary = fields(&world, "/v1/x");
    let mut sent: Vec<_> = ordinary.iter().map(|(name, value)| (*name, value.as_str())).collect();
    sent[0] = (":method", "POST");
    let mut client = Http2::open(&world, 65_535);
    client.ask(1, 0, &sent);
    client.send(DATA, 0, 1, b"name=Jane");
    client.ask(1, END_STREAM, &[("keyway-account", "acct_0000000000000000"), ("x-sum", "1")]);
    let Outcome::Body(body) = client.outcome(1) else { panic!("no answer") };
    let seen: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&seen["body"], &seen["trailers"]), (&"name=Jane".into(), &serde_json::json!([])));
    assert_eq!(seen["headers"]["keyway-account"], world.platform.place.account.to_string());
}

#[test]
fn a_stop_is_announced_and_lets_streams_end() {
    let mut world = World::new();
    let (address, api) = (world.address(), world.api.clone());
    let mut client = Http2::open(&world, 65_535);
    let ordinary = fields(&world, "/wait");
    client.ask(1, END_STREAM, &ordinary.each_ref().map(|(name, value)| (*name, value.as_str())));
    while api.connections() == 0 {
        std::thread::yield_now();
    }
    let stopping = std::thread::spawn(move || world.stop());
    while Blocking::connect(address).is_ok() {
        std::thread::yield_now();
    }
    assert_eq!(client.next().unwrap().kind, GO_AWAY);
    api.release();
    let frames: Vec<_> = std::iter::from_fn(|| client.next()).collect();
    let said: Vec<u8> = frames
        .iter()
        .filter(|frame| frame.kind == DATA)
        .flat_map(|frame| frame.payload.clone())
        .collect();
    assert!(String::from_utf8(said).unwrap().contains("\"target\":\"/wait\""), "{frames:?}");
    assert!(stopping.join().unwrap().contains("/wait"));
}
