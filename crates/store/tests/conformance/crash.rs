//! A process that is killed while it commits: what was answered is there, and nothing is half made.

use std::io::{BufRead, BufReader};
use std::process::{Command as Process, Stdio};

use keys::{Account, Command, Ending, KeyId, Kind, Mode, Place, Standing};
use sqlx::Row;
use store::Store;

use crate::world::{Asker, World, on_both_engines, sandbox_of};

on_both_engines!(what_a_killed_process_had_answered_is_there_and_nothing_is_half_made);

/// Where the child finds the store.
const STORE: &str = "KEYWAY_KILLED_CHILD_STORE";

async fn what_a_killed_process_had_answered_is_there_and_nothing_is_half_made(world: World) {
    world.open().await.close().await;
    for round in 1..=10 {
        let answered = kill(round, &world.url);
        let store = world.open().await;
        // Behind whatever a server is still doing for the one that was killed.
        let found = Command::OpenOrganization { name: "Rocket Rides".into() };
        Asker::new(&store, 100 + round).get(found).await;
        for id in answered {
            let deleted = store.key(id).await.unwrap().unwrap();
            assert!(matches!(deleted.standing, Standing::Deleted { .. }), "it was answered");
        }
        for account in store.accounts().await.unwrap() {
            assert_whole(&store, &account).await;
        }
        store.close().await;
        let numbers = sqlx::query(
            "SELECT count(*) AS rows, max(c.sequence) AS last, max(n.sequence) AS counted \
             FROM changes c, counter n",
        );
        let numbers = numbers.fetch_one(&mut world.raw().await).await.unwrap();
        assert_eq!(numbers.get::<i64, _>("rows"), numbers.get::<i64, _>("last"));
        assert_eq!(numbers.get::<i64, _>("rows"), numbers.get::<i64, _>("counted"));
    }
}

/// An account is there with all it is born with, and a rotation with both of its sides.
async fn assert_whole(store: &Store, account: &Account) {
    assert_eq!(store.sandboxes(account.id).await.unwrap().len(), 1);
    let live = store.keys(Place { account: account.id, mode: Mode::Live }).await.unwrap();
    assert_eq!(live.len(), 2);
    let mut keys = store.keys(sandbox_of(account)).await.unwrap();
    keys.retain(|key| key.kind == Kind::Secret);
    let working = keys.iter().filter(|key| key.standing == Standing::Active).count();
    assert_eq!(working, 1, "never two, never none");
    for key in keys {
        let kept = store.unseal(key.id).await.unwrap();
        assert_eq!(kept.is_some(), key.standing == Standing::Active);
    }
}

/// Kills a child in the middle of a rotation, or of opening an account; what it had answered.
fn kill(round: u64, url: &str) -> Vec<KeyId> {
    let mut child = Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::the_child_that_is_killed", "--nocapture"])
        .env(STORE, format!("{round} {url}"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut answered: Vec<KeyId> = Vec::new();
    let mut read = |line: &str| {
        let id = line.split_once("answered ").map(|(_, id)| id.parse::<KeyId>().unwrap());
        answered.extend(id);
    };
    let last = if round.is_multiple_of(2) { "rotating" } else { "answered" };
    let heard = lines.by_ref().inspect(|line| read(line)).filter(|line| line.contains(last));
    assert_eq!(heard.take(7).count(), 7, "the child ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
    // What it said in the moment before.
    lines.for_each(|line| read(&line));
    answered
}

#[test]
fn the_child_that_is_killed() {
    let Ok(told) = std::env::var(STORE) else { return };
    let (seed, url) = told.split_once(' ').unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let secrets = crate::world::secrets();
        let store = Store::open(url, secrets, crate::world::version()).await.unwrap();
        let mut asker = Asker::new(&store, seed.parse().unwrap());
        loop {
            let (_, keys) = asker.account().await;
            let secret = keys
                .iter()
                .find(|made| made.key.kind == Kind::Secret && made.key.place.mode != Mode::Live);
            let id = secret.unwrap().key.id;
            println!("rotating");
            asker.get(Command::RotateKey { key: id, ending: Ending::Now }).await;
            println!("answered {id}");
        }
    });
}
