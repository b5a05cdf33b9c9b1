//! Limits and timeouts, and how the gateway stops.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::world::{Answer, World};

#[test]
fn a_head_that_is_too_large_is_refused() {
    let mut world = World::new();
    let long = format!("X-Long: {}", "x".repeat(20_000));
    let too_large = "431 invalid_request_error head_too_large";
    assert_eq!(world.ask_admitted("GET /v1/balance", &[&long]).error(), too_large);
    let many: Vec<_> = (0..200).map(|number| format!("X-{number}: 1")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert_eq!(world.ask_admitted("GET /v1/balance", &many).error(), too_large);
    let journal = world.stop();
    assert_eq!(journal.matches("head_too_large").count(), 2, "{journal}");
}

#[test]
fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
    let world = World::with(|settings| settings.limits.body_bytes = 10);
    let stated = world.ask_admitted("POST /v1/x", &["Content-Length: 11"]);
    assert_eq!(stated.error(), "413 invalid_request_error body_too_large");
    let request = format!(
        "POST /v1/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello hello\r\n0\r\n\r\n",
        world.platform.secret()
    );
    let streamed = Answer(world.send(request.as_bytes()));
    assert_eq!(streamed.error(), "413 invalid_request_error body_too_large");
}

#[test]
fn a_head_that_does_not_come_in_time_ends_the_connection() {
    let world = World::with(|settings| settings.timeouts.head = Duration::from_millis(100));
    // Nothing at all, and the beginning of HTTP/2, too.
    for begun in ["", "P", "PRI * HTTP/2.0", "GET /v1/balance HTTP/1.1\r\nHost:"] {
        let mut stream = TcpStream::connect(world.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(begun.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert_eq!(answer, "", "{begun:?}");
    }
}

#[test]
fn a_body_that_stalls_is_given_up() {
    let world = World::with(|settings| settings.timeouts.body_idle = Duration::from_millis(100));
    let answer = world.ask_admitted("POST /v1/x", &["Content-Length: 5"]);
    assert_eq!(answer.error(), "408 invalid_request_error request_timeout");
}

#[test]
fn an_api_that_does_not_answer_in_time_is_given_up() {
    let world = World::with(|settings| settings.timeouts.upstream = Duration::from_millis(100));
    let answer = world.ask_admitted("GET /never", &[]);
    assert_eq!(answer.error(), "504 api_error upstream_timeout");
}

#[test]
fn a_stop_lets_requests_in_flight_end() {
    let mut world = World::new();
    let (address, api) = (world.address(), world.api.clone());
    let mut stream = TcpStream::connect(address).unwrap();
    let key = world.platform.secret();
    write!(stream, "GET /wait HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n").unwrap();
    // It is in flight once the API has its connection.
    while api.connections() == 0 {
        std::thread::yield_now();
    }
    let stopping = std::thread::spawn(move || world.stop());
    // Nobody is let in any more; only then the answer is released.
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    api.release();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(stopping.join().unwrap().contains("/wait"));
}

#[test]
fn a_client_that_reads_nothing_is_given_up() {
    let world = World::with(|settings| settings.timeouts.body_idle = Duration::from_millis(100));
    let mut stream = TcpStream::connect(world.address()).unwrap();
    let key = world.platform.secret();
    write!(stream, "GET /large HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n")
        .unwrap();
    let open = || {
        let text = world.metrics.text();
        let gauges = text.lines().filter(|line| line.starts_with("keyway_connections{"));
        gauges.filter(|line| line.ends_with(" 1")).count()
    };
    while open() == 0 {
        std::thread::yield_now();
    }
    while open() > 0 {
        std::thread::yield_now();
    }
    let mut rest = Vec::new();
    // Whether it ends or is reset, it is not the whole.
    let _cut = stream.read_to_end(&mut rest);
    assert!(rest.len() < 1 << 26, "{}", rest.len());
}
