//! Clients that go away, and what a gateway that ends cuts off.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::Duration;

use crate::frames::{END_STREAM, Http2};
use crate::world::{Answer, World};

/// Status and code of each line of a journal.
fn told(journal: &str) -> Vec<String> {
    let lines =
        journal.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.map(|line| format!("{} {}", line["status"], line["code"])).collect()
}

const GONE: (&str, &str) = ("keyway_denials_total{worker=", "code=\"client_closed_request\"} 1");

#[test]
fn a_client_that_goes_away_is_no_fault_of_ours() {
    for (first, lines, begun) in [
        ("GET /never", &[][..], ""),
        ("POST /v1/x", &["Content-Length: 10"], "hello"),
        ("POST /v1/x", &["Transfer-Encoding: chunked"], "a\r\nhello"),
    ] {
        let mut world = World::with(|settings| settings.workers = 1.try_into().unwrap());
        let mut stream = world.connect();
        write!(stream, "{}{begun}", world.head(first, lines)).unwrap();
        while world.api.connections() == 0 {
            std::thread::yield_now();
        }
        drop(stream);
        world.await_metric(GONE.0, GONE.1);
        assert_eq!(told(&world.stop()), [r#"499 "client_closed_request""#], "{first} {lines:?}");
    }
}

#[test]
fn a_stream_that_its_client_resets_is_no_fault_of_ours() {
    let mut world = World::with(|settings| settings.workers = 1.try_into().unwrap());
    let key = format!("Bearer {}", world.platform.secret());
    let mut client = Http2::open(&world, 65_535);
    let fields = [
        (":method", "GET"),
        (":scheme", "http"),
        (":authority", "x"),
        (":path", "/never"),
        ("authorization", key.as_str()),
    ];
    client.ask(1, END_STREAM, &fields);
    while world.api.connections() == 0 {
        std::thread::yield_now();
    }
    client.reset(1);
    world.await_metric(GONE.0, GONE.1);
    drop(client);
    assert_eq!(told(&world.stop()), [r#"499 "client_closed_request""#]);
}

#[test]
fn an_answer_that_does_not_come_to_its_end_is_told_apart() {
    let mut world = World::with(|settings| settings.workers = 1.try_into().unwrap());
    let mut stream = world.connect();
    stream.write_all(world.head("GET /large", &[]).as_bytes()).unwrap();
    stream.read_exact(&mut [0; 10_000]).unwrap();
    drop(stream);
    world.await_metric(GONE.0, GONE.1);
    assert_eq!(told(&world.stop()), [r#"200 "client_closed_request""#]);

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello").unwrap();
    });
    let mut world = World::with(|settings| {
        settings.upstreams.sandbox = format!("http://{address}").parse().unwrap();
    });
    world.ask_admitted("GET /v1/x", &[]);
    world.ask_admitted("GET /v1/../x", &[]);
    let journal = world.stop();
    assert!(told(&journal).contains(&r#"200 "upstream_unreachable""#.to_owned()), "{journal}");
}

#[test]
fn an_answer_that_comes_to_its_end_is_no_fault() {
    let mut world = World::new();
    for first in ["GET /v1/x", "HEAD /v1/x", "GET /large", "HEAD /large", "GET /status/204"] {
        world.ask_admitted(first, &[]);
    }
    let journal = world.stop();
    let mut told = told(&journal);
    told.sort();
    assert_eq!(told, ["200 null", "200 null", "200 null", "200 null", "204 null"]);
}

#[test]
fn a_client_that_says_nonsense_is_still_there_to_be_told() {
    let mut world = World::new();
    let head = world.head("POST /v1/x", &["Transfer-Encoding: chunked"]);
    for nonsense in ["x\r\nhello\r\n", "5\r\nhello!!\r\n", "ffffffffffffffffff\r\n"] {
        let answer = Answer(world.send(format!("{head}{nonsense}").as_bytes()));
        assert_eq!(answer.error(), "400 invalid_request_error request_ambiguous", "{nonsense:?}");
    }
    let mut stream = world.connect();
    write!(stream, "{head}5\r\nhel").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(told(&world.stop()).contains(&r#"499 "client_closed_request""#.to_owned()));
}

#[test]
fn what_lasts_longer_than_the_drain_is_cut_off_and_written_down() {
    let drain = Duration::from_millis(50);
    let mut world = World::with(|settings| settings.timeouts.drain = drain);
    let mut stream = world.connect();
    stream.write_all(world.head("GET /never", &[]).as_bytes()).unwrap();
    let key = format!("Bearer {}", world.platform.secret());
    let mut client = Http2::open(&world, 65_535);
    let fields = [
        (":method", "GET"),
        (":scheme", "http"),
        (":authority", "x"),
        (":path", "/never"),
        ("authorization", key.as_str()),
    ];
    client.ask(1, END_STREAM, &fields);
    while world.api.connections() < 2 {
        std::thread::yield_now();
    }
    let journal = world.stop();
    let mut answer = Vec::new();
    let _cut = stream.read_to_end(&mut answer);
    assert_eq!(answer, b"");
    assert_eq!(told(&journal), [r#"503 "unavailable""#; 2]);
}
