//! An API that runs, and a client that speaks HTTP to it.

use std::cell::Cell;
use std::fmt;
use std::net::SocketAddr;

use jiff::Timestamp;
use payments::{Payments, World};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const ACCOUNT: &str = "acct_1032D82eZvKYlo2C";
pub(crate) const SANDBOX: &str = "sbx_0123456789abcdef";

thread_local! {
    static DRAWN: Cell<u64> = const { Cell::new(0) };
    static NOW: Cell<i64> = const { Cell::new(0) };
}

/// An API that runs. Each test has one of its own, with its own time and chance.
pub(crate) struct Api {
    pub(crate) address: SocketAddr,
    pub(crate) folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Api {
    pub(crate) async fn start() -> Self {
        DRAWN.set(0);
        NOW.set(1_780_000_000);
        Self::start_in(tempfile::tempdir().unwrap()).await
    }

    async fn start_in(folder: TempDir) -> Self {
        let database = folder.path().join("payments.db");
        let payments = Payments::open(&database, "/docs/errors".to_owned(), world()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(payments.serve(listener, async move {
            let _: Result<(), _> = stopped.await;
        }));
        Self { address, folder, stop: Some(stop), serving }
    }

    pub(crate) async fn restart(mut self) -> Self {
        self.stop().await;
        Self::start_in(self.folder).await
    }

    pub(crate) async fn stop(&mut self) {
        self.tell_to_stop();
        (&mut self.serving).await.unwrap().unwrap();
    }

    pub(crate) fn tell_to_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Asks as the account in its sandbox.
    pub(crate) fn sandbox(&self) -> Client {
        self.client(ACCOUNT, SANDBOX)
    }

    /// Asks as the account in live mode.
    pub(crate) fn live(&self) -> Client {
        self.client(ACCOUNT, "live")
    }

    pub(crate) fn client(&self, account: &str, mode: &str) -> Client {
        let headers = [("Keyway-Account", account), ("Keyway-Mode", mode), ("Request-Id", "req_1")];
        self.stranger().with(&headers)
    }

    /// Asks without saying who asks.
    pub(crate) fn stranger(&self) -> Client {
        Client { address: self.address, headers: Vec::new() }
    }
}

/// Lets time pass.
pub(crate) fn wait_s(seconds: i64) {
    NOW.set(NOW.get() + seconds);
}

fn world() -> World {
    World {
        now: || Timestamp::from_second(NOW.get()).unwrap(),
        random: |buffer| {
            for byte in buffer {
                let drawn = DRAWN.get() + 1;
                DRAWN.set(drawn);
                *byte = drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()[0];
            }
        },
    }
}

/// Sends requests, each on a connection of its own.
#[derive(Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    headers: Vec<(String, String)>,
}

impl Client {
    /// The same with these headers, in the place of those of the same names.
    pub(crate) fn with(&self, headers: &[(&str, &str)]) -> Self {
        let mut all = self.headers.clone();
        all.retain(|(name, _)| headers.iter().all(|(new, _)| new != name));
        all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Self { address: self.address, headers: all }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, "").await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, "").await
    }

    pub(crate) async fn post(&self, path: &str, form: &str) -> Reply {
        self.send("POST", path, form).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &str) -> Reply {
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        connection.write_all(self.written(method, path, body).as_bytes()).await.unwrap();
        read_reply(&mut connection).await
    }

    pub(crate) fn written(&self, method: &str, path: &str, body: &str) -> String {
        let mut lines = vec![
            format!("{method} {path} HTTP/1.1"),
            "Host: payments".to_owned(),
            "Connection: close".to_owned(),
        ];
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        if method == "POST" {
            lines.push(format!("Content-Length: {}", body.len()));
        }
        lines.join("\r\n") + "\r\n\r\n" + body
    }
}

pub(crate) async fn read_reply(connection: &mut TcpStream) -> Reply {
    let mut text = String::new();
    connection.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
    let (line, headers) = head.split_once("\r\n").unwrap();
    let headers = headers.lines().map(|line| line.split_once(": ").unwrap());
    Reply {
        status: line.strip_prefix("HTTP/1.1 ").unwrap().to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: body.to_owned(),
    }
}

/// An answer. Shown, it is its status and its body.
pub(crate) struct Reply {
    pub(crate) status: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self}"))
    }

    /// The id of the object that was answered.
    pub(crate) fn id(&self) -> String {
        self.json()["id"].as_str().unwrap_or_else(|| panic!("no id: {self}")).to_owned()
    }

    /// The code of the error that was answered, and the parameter that it names.
    pub(crate) fn error(&self) -> String {
        let error = &self.json()["error"];
        let text = |name: &str| error[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}: {}", &self.status[..3], text("code"), text("param"), text("message"))
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.status, self.body)
    }
}
