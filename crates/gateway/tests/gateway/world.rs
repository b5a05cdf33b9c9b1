//! A gateway on a free port, with an API behind it that tells what it was sent.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use gateway::{
    Clocks, Follower, Gateway, Lease, Limits, Metrics, Outfit, PlainHttp, Settings, StartError,
    Timeouts, UpstreamAddress, Upstreams, Views,
};
use jiff::Timestamp;
use keys::{
    Api, Asker, Belonging, Catalog, Change, Command, Kind, Livemode, Minted, Mode, Pepper, Peppers,
    Place, Rules, Version, Versions,
};
use store::{SealingKey, Secrets, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::forwarding::api::EchoApi;

/// What the API behind the gateway says of itself.
pub(crate) const CATALOG: &str = r#"{"paths": {
    "/v1/tokens": {"post": {"operationId": "createToken", "x-keyway-publishable": true}},
    "/v1/balance": {"get": {"operationId": "retrieveBalance"}}
}}"#;

/// Under what the system hashed its keys from which some are imported.
pub(crate) const OLD_PEPPER: &[u8] = b"pepper of the old system";

/// One account, and the values of its keys.
pub(crate) struct Account {
    pub(crate) place: Place,
    pub(crate) live: Place,
    pub(crate) keys: Vec<Minted>,
}

impl Account {
    pub(crate) fn key(&self, kind: Kind, livemode: Livemode) -> &Minted {
        let wanted =
            |minted: &&Minted| minted.key.kind == kind && minted.key.home.livemode() == livemode;
        self.keys.iter().find(wanted).unwrap()
    }

    pub(crate) fn secret(&self) -> &str {
        self.key(Kind::Secret, Livemode::Test).value.expose()
    }
}

pub(crate) struct World {
    pub(crate) runtime: Runtime,
    pub(crate) store: Store,
    pub(crate) applied: tokio::sync::watch::Receiver<store::Sequence>,
    pub(crate) api: EchoApi,
    pub(crate) platform: Account,
    pub(crate) connected: Account,
    pub(crate) folder: TempDir,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) views: Arc<Views>,
    gateway: Option<Gateway>,
    told: tokio::sync::mpsc::Receiver<store::Uses>,
}

#[expect(clippy::disallowed_methods, reason = "the tests' own clock and chance")]
pub(crate) mod chance {
    use super::{Clocks, Duration, Instant, Timestamp};

    pub(crate) const CLOCKS: Clocks = Clocks { now: Timestamp::now, monotonic: Instant::now, boot };

    fn boot() -> Duration {
        static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
        START.elapsed()
    }

    pub(super) fn now() -> Timestamp {
        Timestamp::now()
    }

    pub(super) fn fill(room: &mut [u8]) {
        room.fill_with(|| fastrand::u8(..));
    }
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|_settings| {})
    }

    pub(crate) fn with(adjust: impl FnOnce(&mut Settings)) -> Self {
        Self::leased(adjust, Lease::Endless)
    }

    /// With a gateway that believes what it knows for so long.
    pub(crate) fn leased(adjust: impl FnOnce(&mut Settings), lease: Lease) -> Self {
        Self::try_leased(adjust, lease, newest().into()).unwrap()
    }

    /// With a gateway that may not start.
    pub(crate) fn start(adjust: impl FnOnce(&mut Settings)) -> Result<Self, StartError> {
        Self::try_leased(adjust, Lease::Endless, newest().into())
    }

    /// With a store that goes by other rules.
    pub(crate) fn with_rules(adjust: impl FnOnce(&mut Rules)) -> Self {
        let mut rules = Rules::from(newest());
        adjust(&mut rules);
        Self::try_leased(|_settings| {}, Lease::Endless, rules).unwrap()
    }

    fn try_leased(
        adjust: impl FnOnce(&mut Settings),
        lease: Lease,
        rules: Rules,
    ) -> Result<Self, StartError> {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let api = runtime.block_on(EchoApi::start());
        let peppers = Peppers::new(Pepper::new(1, &[1; 32]), None)
            .importing(Some(Pepper::of_any_length(0, OLD_PEPPER)));
        let secrets = Secrets { peppers: peppers.clone(), sealing: SealingKey::new(1, &[2; 32]) };
        let url = format!("sqlite:{}", folder.path().join("keyway.db").display());
        let store = runtime.block_on(Store::open(&url, secrets, rules)).unwrap();
        let platform = open_account(&runtime, &store, Belonging::Nobody);
        let connected = open_account(&runtime, &store, Belonging::Platform(platform.place.account));

        let metrics = Arc::new(Metrics::new());
        let loading = Follower::load(store.clone(), lease, chance::CLOCKS, Arc::clone(&metrics));
        let follower = runtime.block_on(loading).unwrap();
        let views = follower.views();
        let applied = views.applied();
        runtime.spawn(follower.follow());
        let mut settings = settings(api.address, &folder);
        adjust(&mut settings);
        let versions = Versions::new(vec![newest(), "2025-03-31.basil".parse().unwrap()]).unwrap();
        let served = Api { versions, catalog: Catalog::from_openapi(CATALOG).unwrap() };
        let (uses, told) = tokio::sync::mpsc::channel(64);
        let outfit = Outfit { metrics: &metrics, entropy: &mut chance::fill, uses };
        let gateway = Gateway::start(settings, served, peppers, Arc::clone(&views), outfit)?;
        Ok(Self {
            runtime,
            store,
            applied,
            api,
            platform,
            connected,
            folder,
            metrics,
            views,
            gateway: Some(gateway),
            told,
        })
    }

    /// The next uses of keys that the gateway tells of.
    pub(crate) fn told(&mut self) -> store::Uses {
        self.runtime.block_on(self.told.recv()).unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.gateway.as_ref().unwrap().address()
    }

    /// Carries out a command and waits until the gateway has heard of it.
    pub(crate) fn carry_out(&mut self, command: Command) -> Vec<Change> {
        self.runtime.block_on(async {
            let mut chance = chance::fill;
            let done = self
                .store
                .carry_out(&Asker::system(), command, chance::now(), &mut chance)
                .await
                .unwrap();
            self.applied.wait_for(|applied| *applied >= done.sequence).await.unwrap();
            done.changes
        })
    }

    /// A connection to it.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// The head of a request with a sandbox secret key; its body, if it has one, is for the caller.
    pub(crate) fn head(&self, first: &str, lines: &[&str]) -> String {
        let lines = lines.iter().map(|line| [line, "\r\n"].concat()).collect::<String>();
        let key = self.platform.secret();
        format!("{first} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n{lines}\r\n")
    }

    /// Waits until the metrics say this.
    pub(crate) fn await_metric(&self, begin: &str, end: &str) {
        let is_it = |line: &str| line.starts_with(begin) && line.ends_with(end);
        while !self.metrics.text().lines().any(is_it) {
            std::thread::yield_now();
        }
    }

    /// Sends bytes as they are and gives all that comes back until the connection ends.
    pub(crate) fn send(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        // A connection that is cut off still leaves what came before.
        let _cut = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A request with a head of these lines, and the connection closed after it.
    pub(crate) fn ask(&self, first: &str, lines: &[&str]) -> Answer {
        let head = format!("{first} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        let lines = lines.iter().map(|line| [line, "\r\n"].concat()).collect::<String>();
        Answer(self.send(format!("{head}{lines}\r\n").as_bytes()))
    }

    /// A request to the API with a sandbox secret key.
    pub(crate) fn ask_admitted(&self, first: &str, lines: &[&str]) -> Answer {
        let key = format!("Authorization: Bearer {}", self.platform.secret());
        let lines: Vec<_> = [key.as_str()].into_iter().chain(lines.iter().copied()).collect();
        self.ask(first, &lines)
    }

    /// Stops the gateway, as at the end of the process, and gives its journal.
    pub(crate) fn stop(&mut self) -> String {
        self.gateway.take().unwrap().stop();
        std::fs::read_to_string(self.folder.path().join("journal.jsonl")).unwrap()
    }
}

fn newest() -> Version {
    "2026-06-24.dahlia".parse().unwrap()
}

fn settings(api: SocketAddr, folder: &TempDir) -> Settings {
    let upstream: UpstreamAddress = format!("http://{api}").parse().unwrap();
    Settings {
        listen: "127.0.0.1:0".parse().unwrap(),
        workers: 2.try_into().unwrap(),
        tls: None,
        plain_http: PlainHttp::RefuseLive,
        trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()],
        upstreams: Upstreams { live: upstream.clone(), sandbox: upstream },
        upstream_tls: crate::protocols::client_config(),
        timeouts: Timeouts::default(),
        limits: Limits::default(),
        docs: "https://docs.example/errors".to_owned(),
        journal: Some(folder.path().join("journal.jsonl")),
        clocks: chance::CLOCKS,
    }
}

fn open_account(runtime: &Runtime, store: &Store, belonging: Belonging) -> Account {
    let command = Command::OpenAccount { name: "Rocket".to_owned(), belonging };
    let mut chance = chance::fill;
    let done = runtime
        .block_on(store.carry_out(&Asker::system(), command, chance::now(), &mut chance))
        .unwrap();
    let sandbox = done.changes.iter().find_map(Change::sandbox).unwrap();
    let place = Place { account: sandbox.account, mode: Mode::Sandbox(sandbox.id) };
    let keys = done.changes.into_iter().filter_map(Change::into_made).collect();
    Account { place, live: Place { mode: Mode::Live, ..place }, keys }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer(pub(crate) String);

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        let status = self.0.split(' ').nth(1).map(str::parse);
        let Some(Ok(status)) = status else { panic!("no status in {:?}", self.0) };
        status
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = self.0.split("\r\n\r\n").next().unwrap();
        let named = |line: &str| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then(|| value.to_owned())
        };
        head.lines().find_map(named)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        let body = self.0.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {:?}", self.0))
    }

    /// Status, type and code of an error, in a line.
    pub(crate) fn error(&self) -> String {
        let error = &self.json()["error"];
        let text = |name: &str| error[name].as_str().unwrap().to_owned();
        assert!(self.header("request-id").unwrap().starts_with("req_"));
        assert!(text("doc_url").ends_with(&text("code")));
        format!("{} {} {}", self.status(), text("type"), text("code"))
    }

    /// What the API says that it was sent.
    pub(crate) fn seen(&self) -> Seen {
        assert_eq!(self.status(), 200, "{:?}", self.0);
        Seen(self.json())
    }
}

/// A request, as the API behind the gateway saw it.
pub(crate) struct Seen(serde_json::Value);

impl Seen {
    pub(crate) fn target(&self) -> &str {
        self.0["target"].as_str().unwrap()
    }

    pub(crate) fn method(&self) -> &str {
        self.0["method"].as_str().unwrap()
    }

    pub(crate) fn body(&self) -> &str {
        self.0["body"].as_str().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.0["headers"][name].as_str()
    }

    pub(crate) fn trailers(&self) -> usize {
        self.0["trailers"].as_array().unwrap().len()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.0["headers"].as_object().unwrap().keys().cloned().collect()
    }
}
