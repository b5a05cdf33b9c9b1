//! How long things may take, and who is waited for.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::protocols;
use crate::world::{Answer, World, chance};

/// An API that tells how many bytes it has got, whenever more have come, and answers to `ANSWER`.
fn listening_api() -> (SocketAddr, Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut got, mut room) = (0, [0; 4096]);
        while let Ok(length @ 1..) = stream.read(&mut room) {
            got += length;
            let _deaf = tell.send(got);
            if room[..length].ends_with(b"ANSWER") {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
            }
        }
        let _deaf = tell.send(0);
    });
    (address, told)
}

fn upstream(address: SocketAddr) -> gateway::UpstreamAddress {
    format!("http://{address}").parse().unwrap()
}

fn rest(mut stream: TcpStream) -> Answer {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    Answer(answer)
}

#[test]
fn a_long_upload_takes_no_time_of_the_api() {
    static AHEAD_MS: AtomicU64 = AtomicU64::new(0);
    fn clock() -> Instant {
        (chance::CLOCKS.monotonic)() + Duration::from_millis(AHEAD_MS.load(Ordering::SeqCst))
    }
    let (address, told) = listening_api();
    let world = World::with(|settings| {
        settings.upstreams.sandbox = upstream(address);
        settings.clocks.monotonic = clock;
        settings.timeouts.upstream = Duration::from_secs(10);
        settings.timeouts.body_idle = Duration::from_secs(30);
        // For the bell to ring often.
        settings.timeouts.head = Duration::from_millis(200);
    });
    let mut stream = world.connect();
    let head = world.head("POST /v1/x", &["Connection: close", "Content-Length: 66"]);
    stream.write_all(head.as_bytes()).unwrap();
    let mut before = told.recv().unwrap();
    for _ in 0..10 {
        stream.write_all(b"piece ").unwrap();
        let got = told.recv().unwrap();
        assert_eq!(got, before + 6);
        before = got;
        AHEAD_MS.fetch_add(9_000, Ordering::SeqCst);
    }
    stream.write_all(b"ANSWER").unwrap();
    assert_eq!(rest(stream).status(), 200);
}

#[test]
fn a_client_that_stalls_is_told_so_and_not_that_the_api_did() {
    let world = World::with(|settings| {
        settings.timeouts.upstream = Duration::from_millis(50);
        settings.timeouts.body_idle = Duration::from_millis(200);
    });
    let answer = world.ask_admitted("POST /v1/x", &["Content-Length: 5"]);
    assert_eq!(answer.error(), "408 invalid_request_error request_timeout");
}

/// Sends more than the buffers on its way hold, and gives what is answered before all has gone.
fn upload(world: &World) -> Answer {
    let mut stream = world.connect();
    let head = world.head("POST /v1/x", &["Connection: close", "Content-Length: 9000000"]);
    let mut sending = stream.try_clone().unwrap();
    std::thread::spawn(move || {
        sending.write_all(head.as_bytes()).unwrap();
        let _unread = sending.write_all(&vec![b'x'; 9_000_000]);
    });
    let mut answer = Vec::new();
    while !answer.ends_with(b"}\n") {
        let mut room = [0; 1024];
        let length = stream.read(&mut room).unwrap();
        assert!(length > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend(&room[..length]);
    }
    Answer(String::from_utf8(answer).unwrap())
}

#[test]
fn an_api_that_takes_no_more_of_a_request_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let world = World::with(|settings| {
        settings.upstreams.sandbox = upstream(address);
        settings.timeouts.upstream = Duration::from_millis(100);
    });
    assert_eq!(upload(&world).error(), "504 api_error upstream_timeout");
}

#[test]
fn an_api_that_takes_no_more_within_tls_is_given_up() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let tls = tokio_rustls::TlsAcceptor::from(protocols::server_config(&[]));
    runtime.spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let _unread = tls.accept(stream).await.unwrap();
        std::future::pending::<()>().await;
    });
    let world = World::with(|settings| {
        settings.upstreams.sandbox = address.parse().unwrap();
        settings.upstream_tls = Arc::new(protocols::trusting_client());
        settings.timeouts.upstream = Duration::from_millis(100);
    });
    assert_eq!(upload(&world).error(), "504 api_error upstream_timeout");
}

#[test]
fn an_api_that_lets_nobody_in_is_given_up() {
    let listener =
        socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    listener.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    // Nobody takes them, and there is no room for more.
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
        waiting.push(stream);
    }
    let world = World::with(|settings| {
        settings.upstreams.sandbox = upstream(address);
        settings.timeouts.connect = Duration::from_millis(100);
    });
    let answer = world.ask_admitted("GET /v1/x", &[]);
    assert_eq!(answer.error(), "502 api_error upstream_unreachable");
}

#[test]
fn a_connection_of_which_nothing_comes_any_more_is_closed() {
    let world = World::with(|settings| settings.timeouts.head = Duration::from_millis(100));
    let mut stream = world.connect();
    stream.write_all(world.head("GET /v1/x", &[]).as_bytes()).unwrap();
    let answer = rest(stream);
    assert_eq!((answer.status(), answer.header("connection")), (200, None));
}

#[test]
fn a_handshake_that_does_not_go_on_is_given_up() {
    let (world, _client) = protocols::tls_world_with(|settings| {
        settings.timeouts.handshake = Duration::from_millis(100);
    });
    // Nothing, and the beginning of a record.
    for begun in [&[][..], &[22, 3, 1]] {
        let mut stream = world.connect();
        stream.write_all(begun).unwrap();
        assert_eq!(rest(stream).0, "");
    }
}

#[test]
fn a_connection_to_the_api_that_nobody_needs_is_closed() {
    let (address, told) = listening_api();
    let world = World::with(|settings| {
        settings.upstreams.sandbox = upstream(address);
        settings.timeouts.upstream_idle = Duration::from_millis(1);
    });
    let head = world.head("POST /v1/x", &["Connection: close", "Content-Length: 6"]);
    let answer = Answer(world.send(format!("{head}ANSWER").as_bytes()));
    assert_eq!(answer.status(), 200);
    while told.recv().unwrap() != 0 {}
}

#[test]
fn a_connection_is_as_idle_as_the_end_of_its_last_request_is_long_ago() {
    static AHEAD_MS: AtomicU64 = AtomicU64::new(0);
    fn clock() -> Instant {
        (chance::CLOCKS.monotonic)() + Duration::from_millis(AHEAD_MS.load(Ordering::SeqCst))
    }
    let world = World::with(|settings| {
        settings.workers = 1.try_into().unwrap();
        settings.clocks.monotonic = clock;
        settings.timeouts.upstream = Duration::from_hours(1);
        settings.timeouts.upstream_idle = Duration::from_mins(1);
    });
    let mut slow = world.connect();
    let lines = ["Connection: close"];
    slow.write_all(world.head("GET /wait", &lines).as_bytes()).unwrap();
    while world.api.connections() == 0 {
        std::thread::yield_now();
    }
    AHEAD_MS.store(300_000, Ordering::SeqCst);
    assert_eq!(world.ask_admitted("GET /v1/x", &[]).status(), 200);
    world.api.release();
    assert_eq!(rest(slow).status(), 200);
    // The connection that was slow is used again, and the other one is kept.
    for _ in 0..2 {
        assert_eq!(world.ask_admitted("GET /v1/x", &[]).status(), 200);
    }
    assert_eq!(world.api.connections(), 2);
}
