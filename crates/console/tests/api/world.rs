//! A console on a free port, two accounts in its store, and a stand-in for the gateway.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use console::{Console, Delivery, Gateways, Outbox, PlainHttp, Setup};
use jiff::Timestamp;
use keys::{
    Asker, Belonging, Change, Command, Form, Ipv6, Kind, Livemode, Minted, Pepper, Peppers, Rules,
    Version, Versions,
};
use serde_json::Value;
use store::{SealingKey, Secrets, Sequence, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// The time at which all of it happens.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

/// An account and its keys.
pub(crate) struct Account {
    keys: Vec<Minted>,
}

impl Account {
    pub(crate) fn minted(&self, kind: Kind, livemode: Livemode) -> &Minted {
        self.keys.iter().find(|minted| minted.key.form() == Form { kind, livemode }).unwrap()
    }

    /// The value of its sandbox' secret key.
    pub(crate) fn secret(&self) -> &str {
        self.minted(Kind::Secret, Livemode::Test).value.expose()
    }

    /// The path of one of its keys.
    pub(crate) fn path(&self, kind: Kind, livemode: Livemode) -> String {
        format!("/api/v1/keys/{}", self.minted(kind, livemode).key.id)
    }
}

/// How the gateways of a world hear of changes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Hearing {
    /// At once.
    Well,
    /// Never.
    Deaf,
}

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) own: Account,
    pub(crate) other: Account,
    pub(crate) delivery: Delivery,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    runtime: Runtime,
    folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Hearing::Well, Gateways::OwnOnly, PlainHttp::LiveFromLoopback)
    }

    /// One whose messages are really sent, if there were a way.
    pub(crate) fn sending() -> Self {
        let delivery = Delivery::new(None, None, console::World { now, random });
        Self::made(Hearing::Well, Gateways::OwnOnly, PlainHttp::LiveFromLoopback, delivery)
    }

    /// One whose operator lets keys be limited to IPv6 addresses, too.
    pub(crate) fn accepting_ipv6() -> Self {
        let rules = Rules { ipv6: Ipv6::Accepted, ..newest().into() };
        let delivery = Delivery::kept_in(Outbox::new(), console::World { now, random });
        Self::ruled(rules, Hearing::Well, Gateways::OwnOnly, PlainHttp::LiveFromLoopback, delivery)
    }

    pub(crate) fn with(hearing: Hearing, gateways: Gateways, plain_http: PlainHttp) -> Self {
        let delivery = Delivery::kept_in(Outbox::new(), console::World { now, random });
        Self::made(hearing, gateways, plain_http, delivery)
    }

    fn made(
        hearing: Hearing,
        gateways: Gateways,
        plain_http: PlainHttp,
        delivery: Delivery,
    ) -> Self {
        Self::ruled(newest().into(), hearing, gateways, plain_http, delivery)
    }

    fn ruled(
        rules: Rules,
        hearing: Hearing,
        gateways: Gateways,
        plain_http: PlainHttp,
        delivery: Delivery,
    ) -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let peppers = Peppers::new(Pepper::new(1, &[1; 32]), Some(Pepper::new(2, &[2; 32])));
        let secrets = Secrets { peppers: peppers.clone(), sealing: SealingKey::new(1, &[3; 32]) };
        let url = format!("sqlite:{}", folder.path().join("keyway.db").display());
        let store = runtime.block_on(Store::open(&url, secrets, rules)).unwrap();
        let own = open_account(&runtime, &store);
        let other = open_account(&runtime, &store);
        let (applied, heard) = watch::channel(Sequence::START);
        if hearing == Hearing::Well {
            runtime.spawn(follow(store.clone(), applied));
        }
        let console = Console::new(Setup {
            store: store.clone(),
            peppers,
            applied: heard,
            gateways,
            delivery: delivery.clone(),
            world: console::World { now, random },
            versions: Versions::new(vec![newest()]).unwrap(),
            plain_http,
            trusted_proxies: vec!["127.0.0.3/32".parse().unwrap()],
            console_url: "http://127.0.0.1:4242".to_owned(),
            gateway_url: "http://127.0.0.1:12111".to_owned(),
            docs: "/docs/errors".to_owned(),
        });
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        runtime.spawn(console.serve(listener, stopped));
        Self { store, own, other, delivery, address, stop, runtime, folder }
    }

    /// All that the store keeps on the disk.
    pub(crate) fn files(&self) -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Sends bytes as they are, and gives the answer.
    pub(crate) fn send(&self, bytes: &[u8]) -> Answer {
        Self::exchange(TcpStream::connect(self.address).unwrap(), bytes)
    }

    /// The same from another address of this machine.
    pub(crate) fn send_from(&self, source: [u8; 4], bytes: &[u8]) -> Answer {
        let connected = self.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind((source, 0).into()).unwrap();
            socket.connect(self.address).await.unwrap()
        });
        let stream = connected.into_std().unwrap();
        stream.set_nonblocking(false).unwrap();
        Self::exchange(stream, bytes)
    }

    fn exchange(mut stream: TcpStream, bytes: &[u8]) -> Answer {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Answer { head: head.to_owned(), body: body.to_owned() }
    }

    /// A request with a head of these lines, and nothing else.
    pub(crate) fn ask(&self, first: &str, lines: &[&str]) -> Answer {
        let lines: String = lines.iter().flat_map(|line| [*line, "\r\n"]).collect();
        let head = format!("{first} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n");
        self.send(head.as_bytes())
    }

    pub(crate) fn get(&self, path: &str, key: &str) -> Answer {
        self.ask(&format!("GET {path}"), &[&format!("Authorization: Bearer {key}")])
    }

    pub(crate) fn delete(&self, path: &str, key: &str) -> Answer {
        self.ask(&format!("DELETE {path}"), &[&format!("Authorization: Bearer {key}")])
    }

    /// With a verification code.
    pub(crate) fn delete_shown(&self, path: &str, key: &str, code: &str) -> Answer {
        let lines = [format!("Authorization: Bearer {key}"), format!("Verification-Code: {code}")];
        self.ask(&format!("DELETE {path}"), &[&lines[0], &lines[1]])
    }

    pub(crate) fn post(&self, path: &str, key: &str, body: &str) -> Answer {
        self.post_shown(path, key, body, None)
    }

    /// With a verification code.
    pub(crate) fn post_shown(
        &self,
        path: &str,
        key: &str,
        body: &str,
        shown: Option<&str>,
    ) -> Answer {
        let shown = shown.map(|code| format!("Verification-Code: {code}\r\n"));
        let shown = shown.unwrap_or_default();
        self.post_lines(path, &format!("Authorization: Bearer {key}\r\n{shown}"), body)
    }

    pub(crate) fn post_as_anybody(&self, path: &str, body: &str) -> Answer {
        self.post_lines(path, "", body)
    }

    pub(crate) fn post_lines(&self, path: &str, lines: &str, body: &str) -> Answer {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        self.send([head.as_bytes(), body.as_bytes()].concat().as_slice())
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// A connection that has not asked for anything yet.
    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }
}

fn newest() -> Version {
    "2026-06-24.dahlia".parse().unwrap()
}

fn open_account(runtime: &Runtime, store: &Store) -> Account {
    let open = Command::OpenAccount { name: "Rocket".into(), belonging: Belonging::Nobody };
    let mut chance = random;
    let done =
        runtime.block_on(store.carry_out(&Asker::system(), open, now(), &mut chance)).unwrap();
    let minted = |change| if let Change::KeyMade(minted) = change { Some(minted) } else { None };
    Account { keys: done.changes.into_iter().filter_map(minted).collect() }
}

/// What a gateway does: it hears of changes, and says so.
async fn follow(store: Store, applied: watch::Sender<Sequence>) {
    const PATIENCE: Duration = Duration::from_mins(1);
    loop {
        let known = *applied.borrow();
        applied.send_replace(store.changes_since(known, PATIENCE).await.unwrap().sequence);
        let known = *applied.borrow();
        store.wait_for_change(known, PATIENCE).await;
    }
}

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Different bytes each time, the same in each run of one test thread.
pub(crate) fn random(room: &mut [u8]) {
    use std::hash::{BuildHasher, RandomState};
    for chunk in room.chunks_mut(8) {
        let bytes = RandomState::new().hash_one(0).to_le_bytes();
        chunk.copy_from_slice(&bytes[..chunk.len()]);
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Status, code, parameter and sentence of an error, in a line.
    pub(crate) fn error(&self) -> String {
        let error = &self.json()["error"];
        let text = |name: &str| error[name].as_str().unwrap_or("-").to_owned();
        assert!(self.header("request-id").unwrap().starts_with("req_"));
        assert_eq!(text("doc_url"), format!("/docs/errors/{}", text("code")));
        let (status, code, param) = (self.status(), text("code"), text("param"));
        format!("{status} {} {code} {param}: {}", text("type"), text("message"))
    }
}
