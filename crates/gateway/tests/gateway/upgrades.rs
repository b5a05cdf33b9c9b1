//! A WebSocket has a place among the connections, and an end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::world::World;

impl World {
    /// A WebSocket that is open.
    fn websocket(&self) -> TcpStream {
        let mut stream = self.connect();
        let lines = ["Connection: Upgrade", "Upgrade: websocket"];
        stream.write_all(self.head("GET /websocket", &lines).as_bytes()).unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        stream
    }
}

fn is_echoed(stream: &mut TcpStream) -> bool {
    let mut echoed = [0; 4];
    stream.write_all(b"ping").is_ok()
        && stream.read_exact(&mut echoed).is_ok()
        && &echoed == b"ping"
}

#[test]
fn a_websocket_takes_the_place_of_a_connection() {
    let world = World::with(|settings| {
        settings.workers = 1.try_into().unwrap();
        settings.limits.connections = 1;
    });
    let mut websocket = world.websocket();
    let mut second = world.connect();
    second.write_all(world.head("GET /v1/x", &["Connection: close"]).as_bytes()).unwrap();
    for _ in 0..50 {
        assert!(is_echoed(&mut websocket));
    }
    second.set_nonblocking(true).unwrap();
    let waits = second.read(&mut [0]).unwrap_err();
    assert_eq!(waits.kind(), std::io::ErrorKind::WouldBlock);
    world.await_metric("keyway_connections{", " 1");
    drop(websocket);
    second.set_nonblocking(false).unwrap();
    let mut answer = String::new();
    second.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_websocket_on_which_nothing_is_said_is_closed() {
    let world = World::with(|settings| settings.timeouts.body_idle = Duration::from_millis(100));
    let mut websocket = world.websocket();
    assert!(is_echoed(&mut websocket));
    assert_eq!(websocket.read(&mut [0]).unwrap(), 0);
    world.await_metric("keyway_connections{", " 0");
}

#[test]
fn a_websocket_lasts_until_the_drain_s_end_and_no_longer() {
    let mut world = World::with(|settings| settings.timeouts.drain = Duration::from_secs(1));
    let (address, mut websocket) = (world.address(), world.websocket());
    let stopping = std::thread::spawn(move || world.stop());
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    assert!(is_echoed(&mut websocket));
    while is_echoed(&mut websocket) {}
    stopping.join().unwrap();
}

#[test]
fn a_gateway_that_stops_waits_no_longer_than_its_websockets_last() {
    let mut world = World::with(|settings| settings.timeouts.drain = Duration::from_hours(1));
    let (address, websocket) = (world.address(), world.websocket());
    let stopping = std::thread::spawn(move || world.stop());
    while TcpStream::connect(address).is_ok() {
        std::thread::yield_now();
    }
    drop(websocket);
    assert!(stopping.join().unwrap().contains("/websocket"));
}
