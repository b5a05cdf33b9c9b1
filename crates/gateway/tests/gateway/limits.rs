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

#[test]
fn no_more_connections_are_served_than_there_may_be() {
    let world = World::with(|settings| {
        settings.workers = 1.try_into().unwrap();
        settings.limits.connections = 1;
    });
    let mut first = world.connect();
    let mut ask_first = || {
        first.write_all(world.head("HEAD /v1/x", &[]).as_bytes()).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            first.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
    };
    ask_first();
    let mut second = world.connect();
    second.write_all(world.head("GET /v1/x", &["Connection: close"]).as_bytes()).unwrap();
    (0..50).for_each(|_| ask_first());
    second.set_nonblocking(true).unwrap();
    assert_eq!(second.read(&mut [0]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    drop(first);
    second.set_nonblocking(false).unwrap();
    let mut answer = String::new();
    second.read_to_string(&mut answer).unwrap();
    assert_eq!(Answer(answer).status(), 200);
}

#[test]
fn no_more_connections_to_the_api_are_kept_than_may_be() {
    for (most, made) in [(0, 4), (1, 3), (2, 2)] {
        let world = World::with(|settings| {
            settings.workers = 1.try_into().unwrap();
            settings.limits.upstream_idle = most;
        });
        for round in 1..=2 {
            let head = world.head("GET /wait", &["Connection: close"]);
            let mut pair = [world.connect(), world.connect()];
            for stream in &mut pair {
                stream.write_all(head.as_bytes()).unwrap();
            }
            // Both are with the API before either is answered.
            while world.api.waiting() < 2 {
                std::thread::yield_now();
            }
            (0..2).for_each(|_| world.api.release());
            for stream in &mut pair {
                let mut answer = String::new();
                stream.read_to_string(&mut answer).unwrap();
                assert_eq!(Answer(answer).status(), 200, "{round}");
            }
        }
        assert_eq!(world.api.connections(), made, "{most}");
    }
}

#[test]
fn a_gateway_that_could_let_nobody_in_does_not_start() {
    let refused = |adjust: fn(&mut gateway::Settings)| match World::start(adjust) {
        Ok(_gateway) => "it started".to_owned(),
        Err(error) => error.to_string(),
    };
    insta::assert_snapshot!(refused(|settings| settings.limits.connections = 0), @"connections must be from 1 to 1000000: with none nobody is let in, and more than that are more than one machine has");
    insta::assert_snapshot!(refused(|settings| settings.limits.head_bytes = 1000), @"head_bytes must be from 8192 to 1048576: less does not hold the heads of ordinary requests, and more lets strangers fill the memory");
    insta::assert_snapshot!(refused(|settings| settings.timeouts.head = Duration::ZERO), @"the timeout head must be more than 0: nothing is done in no time");
}
