//! The listener for operators.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use gateway::{Lease, Operations};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::world::{Answer, World, chance};

/// Serves what operators ask of a world, until told to stop.
fn operations(world: &World) -> (SocketAddr, watch::Sender<bool>) {
    let listener = world.runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let operations = Operations {
        metrics: Arc::clone(&world.metrics),
        views: Arc::clone(&world.views),
        boot: chance::CLOCKS.boot,
    };
    world.runtime.spawn(operations.serve(listener, stopped));
    (address, stop)
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

fn ask(address: SocketAddr, first: &str) -> Answer {
    let mut stream = connect(address);
    write!(stream, "{first} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    Answer(answer)
}

#[test]
fn health_readiness_and_metrics_are_told_and_nothing_else() {
    let world = World::new();
    let (address, _stop) = operations(&world);
    world.ask_admitted("GET /v1/balance", &[]);
    let told = |first: &str| {
        let answer = ask(address, first);
        let body = answer.0.split_once("\r\n\r\n").unwrap().1.to_owned();
        (answer.status(), body)
    };
    assert_eq!(told("GET /healthz"), (200, "alive\n".to_owned()));
    assert_eq!(told("GET /readyz"), (200, "ready\n".to_owned()));
    assert_eq!(told("HEAD /readyz"), (200, String::new()));
    let (status, metrics) = told("GET /metrics");
    assert!(status == 200 && metrics.contains("keyway_requests_total{"), "{metrics}");
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    for path in ["/", "/metrics/", "/healthz/../metrics", "/v1/balance"] {
        assert_eq!(told(&format!("GET {path}")).0, 404, "{path}");
    }
    for method in ["POST", "DELETE", "OPTIONS", "TRACE"] {
        assert_eq!(told(&format!("{method} /metrics")).0, 405, "{method}");
    }
}

#[test]
fn a_gateway_that_cannot_hear_its_store_is_not_ready() {
    let world = World::leased(|_settings| {}, Lease::For(Duration::from_millis(200)));
    let (address, _stop) = operations(&world);
    assert_eq!(ask(address, "GET /readyz").status(), 200);
    world.runtime.block_on(world.store.close());
    let statuses = std::iter::repeat_with(|| ask(address, "GET /readyz").status());
    assert_eq!(statuses.into_iter().find(|status| *status != 200), Some(503));
    assert_eq!(ask(address, "GET /healthz").status(), 200);
}

#[test]
fn a_gateway_that_stops_is_not_ready() {
    let world = World::new();
    let (address, stop) = operations(&world);
    let mut stream = connect(address);
    let mut is_ready = || {
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut answer = String::new();
        while !(answer.ends_with("ready\n") || answer.ends_with("stopping\n")) {
            let mut room = [0; 256];
            let length = stream.read(&mut room).unwrap();
            answer.push_str(str::from_utf8(&room[..length]).unwrap());
        }
        Answer(answer).status()
    };
    assert_eq!(is_ready(), 200);
    stop.send_replace(true);
    assert_eq!(is_ready(), 503);
}

/// Tells of each warning.
struct Warnings(std::sync::mpsc::Sender<()>);

impl tracing::Subscriber for Warnings {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN
    }

    fn event(&self, _event: &tracing::Event<'_>) {
        let _deaf = self.0.send(());
    }

    fn new_span(&self, _span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _span: &tracing::span::Id, _values: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _span: &tracing::span::Id, _from: &tracing::span::Id) {}
    fn enter(&self, _span: &tracing::span::Id) {}
    fn exit(&self, _span: &tracing::span::Id) {}
}

#[test]
fn a_listener_that_can_take_nobody_pauses_between_its_tries() {
    let world = World::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    // From now on taking a connection is an error, as without file descriptors.
    socket2::SockRef::from(&listener).shutdown(std::net::Shutdown::Both).unwrap();
    let operations = Operations {
        metrics: Arc::clone(&world.metrics),
        views: Arc::clone(&world.views),
        boot: chance::CLOCKS.boot,
    };
    let (stop, stopped) = watch::channel(false);
    let (warn, warned) = std::sync::mpsc::channel();
    let serving = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _told = tracing::subscriber::set_default(Warnings(warn));
        runtime.block_on(async {
            operations.serve(TcpListener::from_std(listener).unwrap(), stopped).await;
        });
    });
    warned.recv().unwrap();
    let begun = (chance::CLOCKS.monotonic)();
    (0..4).for_each(|_| warned.recv().unwrap());
    let taken = (chance::CLOCKS.monotonic)().duration_since(begun);
    assert!(taken >= Duration::from_millis(150), "{taken:?}");
    stop.send_replace(true);
    serving.join().unwrap();
}
