//! A part of a PostgreSQL server for one journey alone, and a way to it that can break.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::runtime::Runtime;

/// A schema of its own. It goes away when dropped.
pub(crate) struct Schema {
    name: String,
    server: String,
    /// The address of a store in it.
    pub(crate) url: String,
}

impl Schema {
    /// Nothing where there is no server.
    pub(crate) fn new() -> Option<Self> {
        static SCHEMAS: AtomicU64 = AtomicU64::new(0);
        let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
            let mut errors = std::io::stderr();
            writeln!(errors, "no PostgreSQL: `cargo xtask test` starts one").unwrap();
            return None;
        };
        let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
        let name = format!("journey_{}_{number}", process::id());
        let mark = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{mark}options=-c%20search_path%3D{name}");
        let schema = Self { name, server, url };
        schema.run(&format!("CREATE SCHEMA {}", schema.name));
        Some(schema)
    }

    /// The same by another way.
    pub(crate) fn by(&self, line: &Line) -> String {
        self.url.replacen(&authority(&self.url), &line.address, 1)
    }

    /// Tells all who listen of a change that is not there.
    pub(crate) fn cry_wolf(&self) {
        self.run(&format!(
            "SELECT pg_notify('keyway_changes', incarnation || ' 9223372036854775807') FROM {}.counter",
            self.name
        ));
    }

    /// Another way to it.
    pub(crate) fn line(&self) -> Line {
        Line::to(authority(&self.url))
    }

    fn run(&self, sql: &str) {
        Runtime::new().unwrap().block_on(async {
            let mut admin = PgConnection::connect(&self.server).await.unwrap();
            admin.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
        });
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        self.run(&format!("DROP SCHEMA {} CASCADE", self.name));
    }
}

/// Host and port of an address.
fn authority(url: &str) -> String {
    let (_, rest) = url.split_once('@').unwrap();
    rest.split(['/', '?']).next().unwrap().to_owned()
}

/// A way to a server that can fall silent: nothing passes any more, and nothing is closed.
pub(crate) struct Line {
    address: String,
    /// Connections with a number below it are silent.
    silent_below: Arc<AtomicUsize>,
    made: Arc<AtomicUsize>,
    /// How often something was sent to the server.
    sent: Arc<AtomicU64>,
}

impl Line {
    fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Self {
            address: listener.local_addr().unwrap().to_string(),
            silent_below: Arc::default(),
            made: Arc::default(),
            sent: Arc::default(),
        };
        let (silent_below, made, sent) =
            (Arc::clone(&line.silent_below), Arc::clone(&line.made), Arc::clone(&line.sent));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let number = made.fetch_add(1, Ordering::SeqCst);
                let client = client.unwrap();
                let server = TcpStream::connect(&server).unwrap();
                let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
                let (silent_below, sent) = (Arc::clone(&silent_below), Arc::clone(&sent));
                let silent_back = Arc::clone(&silent_below);
                std::thread::spawn(move || {
                    forward(client, server, || {
                        sent.fetch_add(1, Ordering::SeqCst);
                        silent_below.load(Ordering::SeqCst) <= number
                    });
                });
                std::thread::spawn(move || {
                    forward(back.0, back.1, || silent_back.load(Ordering::SeqCst) <= number);
                });
            }
        });
        line
    }

    /// From now on nothing passes, not even of connections that are made later.
    pub(crate) fn fall_silent(&self) {
        self.silent_below.store(usize::MAX, Ordering::SeqCst);
    }

    /// From now on new connections pass; those that were there stay silent.
    pub(crate) fn let_new_ones_pass(&self) {
        self.silent_below.store(self.made.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// How often something was sent to the server until now.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }
}

/// Passes on what comes, as long as it passes.
fn forward(mut from: TcpStream, mut to: TcpStream, mut passes: impl FnMut() -> bool) {
    let mut room = vec![0; 65536];
    loop {
        let length = from.read(&mut room).unwrap_or(0);
        if length == 0 {
            // The other end is told, unless nothing passes.
            if passes() {
                let _gone = to.shutdown(std::net::Shutdown::Write);
            }
            return;
        }
        // What does not pass is lost, and the connection stays.
        if passes() && to.write_all(&room[..length]).is_err() {
            return;
        }
    }
}
