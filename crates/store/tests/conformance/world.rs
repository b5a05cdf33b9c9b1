//! An empty store of its own for each check, on either engine.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use keys::{
    Account, Actor, Belonging, Change, Command, Entropy, Key, KeyId, KeyValue, Minted, Mode,
    Pepper, Peppers, Place, Refusal, UserId, Version,
};
use sqlx::any::{AnyConnectOptions, install_default_drivers};
use sqlx::{AnyConnection, AssertSqlSafe, ConnectOptions, Executor};
use store::{CommandError, Doing, Done, SealingKey, Secrets, Store};
use tempfile::TempDir;

/// Makes two tests of each check: one per engine.
macro_rules! on_both_engines {
    ($($check:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[test] fn $check() { crate::world::run_on_sqlite(super::$check); })*
        }
        mod on_postgres {
            $(#[test] fn $check() { crate::world::run_on_postgres(super::$check); })*
        }
    };
}
pub(crate) use on_both_engines;

/// How long an answer about changes may take.
pub(crate) const WITHIN: Duration = Duration::from_mins(1);

/// Where a check's store is.
pub(crate) struct World {
    pub(crate) url: String,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.url, secrets(), version()).await.unwrap()
    }

    /// A connection of one's own to the database, past the store.
    pub(crate) async fn raw(&self) -> AnyConnection {
        install_default_drivers();
        self.url.parse::<AnyConnectOptions>().unwrap().connect().await.unwrap()
    }

    /// Does to the database what no store would do.
    pub(crate) async fn tamper(&self, sql: &'static str) {
        self.raw().await.execute(sql).await.unwrap();
    }
}

pub(crate) fn run_on_sqlite<F: Future<Output = ()>>(check: impl FnOnce(World) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("keyway.db").display());
    runtime().block_on(check(World { url, folder }));
}

pub(crate) fn run_on_postgres<F: Future<Output = ()>>(check: impl FnOnce(World) -> F) {
    static SCHEMAS: AtomicU64 = AtomicU64::new(0);
    let Ok(server) = std::env::var("TEST_DATABASE_URL") else { return };
    let schema = format!("check_{}_{}", process::id(), SCHEMAS.fetch_add(1, Ordering::Relaxed));
    runtime().block_on(async {
        install_default_drivers();
        let mut admin = server.parse::<AnyConnectOptions>().unwrap().connect().await.unwrap();
        admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
        let mark = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{mark}options=-c%20search_path%3D{schema}");
        let world = World { url, folder: tempfile::tempdir().unwrap() };
        let outcome = AssertUnwindSafe(check(world)).catch_unwind().await;
        admin.execute(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).await.unwrap();
        outcome.unwrap_or_else(|panic| resume_unwind(panic));
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub(crate) fn pepper() -> Pepper {
    Pepper::new(7, &[1; 32])
}

pub(crate) fn secrets() -> Secrets {
    Secrets { peppers: Peppers::new(pepper(), None), sealing: SealingKey::new(3, &[2; 32]) }
}

pub(crate) fn version() -> Version {
    "2026-06-24.dahlia".parse().unwrap()
}

/// The first moment of every check.
pub(crate) fn start() -> Timestamp {
    "2026-11-23T12:00:00.123456Z".parse().unwrap()
}

pub(crate) fn hours(number: i64) -> SignedDuration {
    SignedDuration::from_hours(number)
}

/// Random bytes that repeat from run to run: splitmix64.
pub(crate) struct Seeded(pub(crate) u64);

impl Entropy for Seeded {
    fn fill(&mut self, room: &mut [u8]) {
        for chunk in room.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// That person does something at that time.
pub(crate) fn by(user: UserId, now: Timestamp) -> Doing {
    static EVENTS: AtomicU64 = AtomicU64::new(1);
    let event = EVENTS.fetch_add(1, Ordering::Relaxed);
    let asker = keys::Asker { actor: Actor::User(user), ..keys::Asker::system() };
    Doing::new(asker, now, &mut Seeded(u64::MAX - event))
}

/// The keys for which something is due, as far as they are told at once.
pub(crate) async fn due(store: &Store, now: Timestamp) -> Vec<KeyId> {
    store.due(now, None).await.unwrap().into_iter().map(|due| due.key).collect()
}

/// Somebody does something who is not known yet.
pub(crate) fn by_stranger(now: Timestamp) -> Doing {
    static EVENTS: AtomicU64 = AtomicU64::new(1);
    let event = EVENTS.fetch_add(1, Ordering::Relaxed);
    let asker = keys::Asker::stranger([192, 0, 2, 66].into(), Some("curl/8".into()));
    Doing::new(asker, now, &mut Seeded((u64::MAX >> 1) - event))
}

/// Somebody who asks a store for changes, one after the other, an hour apart.
pub(crate) struct Asker {
    pub(crate) store: Store,
    pub(crate) now: Timestamp,
    pub(crate) entropy: Seeded,
}

impl Asker {
    pub(crate) fn new(store: &Store, seed: u64) -> Self {
        Self { store: store.clone(), now: start(), entropy: Seeded(seed << 32) }
    }

    pub(crate) async fn ask(&mut self, command: Command) -> Result<Done, CommandError> {
        self.now += hours(1);
        self.store.carry_out(&keys::Asker::system(), command, self.now, &mut self.entropy).await
    }

    pub(crate) async fn get(&mut self, command: Command) -> Done {
        self.ask(command).await.map_err(|error| error.to_string()).unwrap()
    }

    pub(crate) async fn refused(&mut self, command: Command) -> Refusal {
        match self.ask(command).await {
            Err(CommandError::Refused(refusal)) => refusal,
            Err(CommandError::Store(error)) => panic!("{error}"),
            Ok(_) => panic!("carried out"),
        }
    }

    /// A standalone account, and the keys it was born with.
    pub(crate) async fn account(&mut self) -> (Account, Vec<Minted>) {
        let open = Command::OpenAccount { name: "Rocket".into(), belonging: Belonging::Nobody };
        let mut changes = self.get(open).await.changes;
        let keys = minted(&mut changes);
        let Some(Change::AccountOpened(account)) = changes.drain(..).next() else { panic!() };
        (account, keys)
    }

    /// A new sandbox key of the account.
    pub(crate) async fn sandbox_key(&mut self, account: &Account) -> (Key, KeyValue) {
        let place = sandbox_of(account);
        let create = Command::CreateSecretKey { place, name: "New".into(), note: None };
        let made = minted(&mut self.get(create).await.changes).pop().unwrap();
        (made.key, made.value)
    }

    pub(crate) async fn key(&self, id: KeyId) -> Key {
        self.store.key(id).await.unwrap().unwrap()
    }
}

pub(crate) fn sandbox_of(account: &Account) -> Place {
    Place { account: account.id, mode: Mode::Sandbox(account.first_sandbox) }
}

/// Takes the new keys out of the changes of a command.
pub(crate) fn minted(changes: &mut Vec<Change>) -> Vec<Minted> {
    let made = changes.extract_if(.., |change| matches!(change, Change::KeyMade(_)));
    made.filter_map(|change| if let Change::KeyMade(made) = change { Some(made) } else { None })
        .collect()
}
