//! A connection that breaks in the middle of a commit, by way of a proxy that cuts it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use keys::Command;
use store::{CommandError, Sequence, Store, StoreError};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::world::{Asker, WITHIN, World, run_on_postgres, secrets, version};

/// What the proxy does when it sees a commit.
const LET_PASS: u8 = 0;
const CUT_BEFORE: u8 = 1;
const CUT_AFTER: u8 = 2;
/// It falls silent on the connection by which anything comes next.
const HANG: u8 = 3;
/// It falls silent on the connection by which changes are asked for next.
const HANG_AT_READING: u8 = 4;
/// It falls silent on every connection by which organizations are asked for.
const HANG_AT_LISTING: u8 = 5;
/// It falls silent on the connection by which a command is carried out next.
const HANG_AT_CHANGING: u8 = 6;

#[test]
fn a_connection_that_breaks_during_the_commit_leaves_the_outcome_unknown() {
    run_on_postgres(async |world: World| {
        let plan = Arc::new(AtomicU8::new(LET_PASS));
        let url = proxied(&world.url, Arc::clone(&plan)).await;
        let store = Store::open(&url, secrets(), version()).await.unwrap();
        let witness = world.open().await;
        let mut asker = Asker::new(&store, 1);
        for (cut, kept) in [(CUT_BEFORE, 0), (CUT_AFTER, 1)] {
            plan.store(cut, Ordering::SeqCst);
            let founded = asker.ask(Command::OpenOrganization { name: "Rocket".into() }).await;
            let Err(CommandError::Store(error)) = founded else { panic!("it was answered") };
            assert!(matches!(error, StoreError::OutcomeUnknown { .. }), "{error}");
            plan.store(LET_PASS, Ordering::SeqCst);
            // The next one goes through, behind the one before.
            asker.account().await;
            assert_eq!(witness.organizations().await.unwrap().len(), kept);
        }
    });
}

#[test]
fn a_connection_that_hangs_is_given_up_and_the_next_one_is_asked() {
    run_on_postgres(async |world: World| {
        let plan = Arc::new(AtomicU8::new(LET_PASS));
        let url = proxied(&world.url, Arc::clone(&plan)).await;
        let store = Store::open(&url, secrets(), version()).await.unwrap();
        Asker::new(&store, 1).account().await;
        let at = store.changes_since(Sequence::START, WITHIN).await.unwrap().sequence;
        for hang in [HANG, HANG_AT_READING, HANG, HANG_AT_READING] {
            if hang == HANG_AT_READING {
                // A fresh connection says in full what it asks for.
                plan.store(HANG, Ordering::SeqCst);
                store.changes_since(at, Duration::from_millis(100)).await.unwrap_err();
            }
            plan.store(hang, Ordering::SeqCst);
            let error = store.changes_since(at, Duration::from_millis(500)).await.unwrap_err();
            insta::allow_duplicates! {
                insta::assert_snapshot!(error, @"the store cannot be reached: no answer within 500ms");
            }
            assert_eq!(plan.load(Ordering::SeqCst), LET_PASS);
            // Ten seconds are what a pool waits for a connection to come back.
            let within = Duration::from_secs(5);
            assert_eq!(store.changes_since(at, within).await.unwrap().sequence, at);
        }
    });
}

#[test]
fn connections_that_nobody_waits_for_any_more_make_room_though_they_hang() {
    run_on_postgres(async |world: World| {
        let plan = Arc::new(AtomicU8::new(LET_PASS));
        let url = proxied(&world.url, Arc::clone(&plan)).await;
        let store = Store::open(&url, secrets(), version()).await.unwrap();
        plan.store(HANG_AT_LISTING, Ordering::SeqCst);
        // More than there are connections.
        let waits = || tokio::time::timeout(Duration::from_millis(500), store.organizations());
        let waited: Vec<_> = (0..9).map(|_| waits()).collect();
        for gave_up in futures_util::future::join_all(waited).await {
            assert!(gave_up.is_err(), "the server hangs");
        }
        plan.store(LET_PASS, Ordering::SeqCst);
        assert_eq!(store.organizations().await.unwrap().len(), 0);
    });
}

#[test]
fn what_hangs_is_given_up_in_the_end_and_holds_up_nobody() {
    run_on_postgres(async |world: World| {
        let plan = Arc::new(AtomicU8::new(LET_PASS));
        let url = proxied(&world.url, Arc::clone(&plan)).await;
        let store = Store::open(&url, secrets(), version()).await.unwrap();
        let hasty = store.clone().with_patience(Duration::from_secs(1));
        plan.store(HANG_AT_CHANGING, Ordering::SeqCst);
        let mut asker = Asker::new(&hasty, 1);
        let founded = asker.ask(Command::OpenOrganization { name: "Rocket".into() }).await;
        let Err(CommandError::Store(error)) = founded else { panic!("it was answered") };
        insta::assert_snapshot!(error, @"it is not known whether the changes were kept: no answer within 1s");
        assert_eq!(plan.load(Ordering::SeqCst), LET_PASS);
        Asker::new(&store, 2).account().await;
        plan.store(HANG_AT_LISTING, Ordering::SeqCst);
        let error = hasty.organizations().await.unwrap_err();
        insta::assert_snapshot!(error, @"the store cannot be reached: no answer within 1s");
        plan.store(LET_PASS, Ordering::SeqCst);
        assert_eq!(store.organizations().await.unwrap().len(), 0, "nothing was kept");
    });
}

/// The same address by way of a proxy.
async fn proxied(url: &str, plan: Arc<AtomicU8>) -> String {
    let (before, rest) = url.split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("{before}@{}/{database}", listener.local_addr().unwrap());
    let server = server.to_owned();
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let server = TcpStream::connect(&server).await.unwrap();
            let (from_client, mut to_client) = client.into_split();
            let (mut from_server, to_server) = server.into_split();
            let plan = Arc::clone(&plan);
            tokio::spawn(async move {
                tokio::select! {
                    () = forward(from_client, to_server, plan) => {}
                    _ = copy(&mut from_server, &mut to_client) => {}
                }
            });
        }
    });
    url
}

/// Returns when the connection is to be cut.
async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, plan: Arc<AtomicU8>) {
    let mut room = vec![0u8; 65536];
    loop {
        let length = from.read(&mut room).await.unwrap_or(0);
        if length == 0 {
            return;
        }
        let has = |word: &[u8]| room[..length].windows(word.len()).any(|found| found == word);
        let hangs = match plan.load(Ordering::SeqCst) {
            HANG => true,
            HANG_AT_READING => has(b"FROM counter n"),
            HANG_AT_LISTING => has(b"FROM organizations"),
            HANG_AT_CHANGING => has(b"UPDATE counter"),
            _ => false,
        };
        if hangs {
            if plan.load(Ordering::SeqCst) != HANG_AT_LISTING {
                plan.store(LET_PASS, Ordering::SeqCst);
            }
            return std::future::pending().await;
        }
        let commits = has(b"COMMIT\0");
        let plan = if commits { plan.load(Ordering::SeqCst) } else { LET_PASS };
        if plan == CUT_BEFORE || to.write_all(&room[..length]).await.is_err() || plan == CUT_AFTER {
            return;
        }
    }
}
