//! The clockwork, on both engines: whatever is due is done, whatever stands before it.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use console::{Console, Control, Delivery, Gateways, Outbox, PlainHttp, Setup};
use jiff::{SignedDuration, Timestamp};
use keys::{Asker, Belonging, Command, Pepper, Peppers, Version, Versions};
use sqlx::any::{AnyConnectOptions, install_default_drivers};
use sqlx::{AnyConnection, AssertSqlSafe, ConnectOptions, Executor};
use store::{SealingKey, Secrets, Sequence, Store};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::world::random;

/// Seconds after the first moment.
static SECONDS: AtomicI64 = AtomicI64::new(0);

fn clock() -> Timestamp {
    crate::world::now() + SignedDuration::from_secs(SECONDS.load(Ordering::SeqCst))
}

async fn connect(url: &str) -> AnyConnection {
    install_default_drivers();
    url.parse::<AnyConnectOptions>().unwrap().connect().await.unwrap()
}

/// A store, and what changes of the world's clock in it.
async fn control(url: &str) -> (Store, Control) {
    let peppers = Peppers::new(Pepper::new(1, &[1; 32]), None);
    let secrets = Secrets { peppers: peppers.clone(), sealing: SealingKey::new(1, &[3; 32]) };
    let newest: Version = "2026-06-24.dahlia".parse().unwrap();
    let store = Store::open(url, secrets, newest.clone()).await.unwrap();
    let world = console::World { now: clock, random };
    let console = Console::new(Setup {
        store: store.clone(),
        peppers,
        applied: watch::channel(Sequence::START).1,
        gateways: Gateways::OwnOnly,
        delivery: Delivery::kept_in(Outbox::new(), world),
        world,
        versions: Versions::new(vec![newest]).unwrap(),
        plain_http: PlainHttp::LiveFromLoopback,
        trusted_proxies: Vec::new(),
        console_url: "http://127.0.0.1:4242".to_owned(),
        gateway_url: "http://127.0.0.1:12111".to_owned(),
        docs: "/docs/errors".to_owned(),
    });
    (store, console.control())
}

/// Returns when so many keys are due and no other.
async fn only(store: &Store, left: usize) {
    loop {
        let known =
            store.changes_since(Sequence::START, Duration::from_secs(10)).await.unwrap().sequence;
        let mut due = store.due(clock(), None).await.unwrap();
        while let Some(last) = due.last().copied().filter(|_| due.len() % 100 == 0) {
            let more = store.due(clock(), Some(last)).await.unwrap();
            if more.is_empty() {
                break;
            }
            due.extend(more);
        }
        if due.len() == left {
            return;
        }
        store.wait_for_change(known, Duration::from_mins(1)).await;
    }
}

async fn keys_that_cannot_be_read_keep_no_other_waiting(url: &str) {
    SECONDS.store(0, Ordering::SeqCst);
    let (store, control) = control(url).await;
    let mut chance = random;
    for _ in 0..56 {
        let open = Command::OpenAccount { name: "Rocket".into(), belonging: Belonging::Nobody };
        store.carry_out(&Asker::system(), open, clock(), &mut chance).await.unwrap();
    }
    let mut raw = connect(url).await;
    let hour_ago = (clock() - SignedDuration::from_hours(1)).as_microsecond();
    let expire = "UPDATE keys SET standing = 'expiring', ends_at = $1 WHERE kind = 'secret'";
    sqlx::query(expire).bind(hour_ago).execute(&mut raw).await.unwrap();
    // More than are told at once, and all before the others.
    let damage = "UPDATE keys SET permissions = 'nonsense', ends_at = ends_at - 1 WHERE id IN \
         (SELECT id FROM keys WHERE kind = 'secret' ORDER BY born LIMIT 101)";
    sqlx::query(damage).execute(&mut raw).await.unwrap();

    let ticking = tokio::spawn(control.keep_time());
    only(&store, 101).await;
    let mend = "UPDATE keys SET permissions = '' WHERE permissions = 'nonsense'";
    sqlx::query(mend).execute(&mut raw).await.unwrap();
    // They are left alone for a minute.
    SECONDS.store(60, Ordering::SeqCst);
    only(&store, 0).await;
    ticking.abort();
    store.verify_audit(None).await.unwrap().unwrap();
    store.close().await;
}

#[test]
fn what_cannot_be_done_for_a_key_keeps_no_other_waiting_and_is_done_later() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("keyway.db").display());
    let runtime = Runtime::new().unwrap();
    runtime.block_on(keys_that_cannot_be_read_keep_no_other_waiting(&url));
    let Ok(server) = std::env::var("TEST_DATABASE_URL") else { return };
    let schema = format!("clockwork_{}", std::process::id());
    let on_server = |statement: String| {
        let executed = async { connect(&server).await.execute(AssertSqlSafe(statement)).await };
        runtime.block_on(executed).unwrap();
    };
    on_server(format!("CREATE SCHEMA {schema}"));
    let mark = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{mark}options=-c%20search_path%3D{schema}");
    let check = || runtime.block_on(keys_that_cannot_be_read_keep_no_other_waiting(&url));
    let outcome = catch_unwind(AssertUnwindSafe(check));
    on_server(format!("DROP SCHEMA {schema} CASCADE"));
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}
