//! A process that is killed while it commits: what was answered is there, and nothing is half made.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command as Process, Stdio};

use keys::{
    Account, Belonging, Command, Ending, Entropy, KeyCommand, KeyId, Kind, Livemode, Mode, Place,
    Standing,
};
use sqlx::Row;
use store::Store;

use crate::world::{
    Asker, Seeded, World, minted, on_both_engines, sandbox_of, secrets, start, version,
};

on_both_engines!(
    what_a_killed_process_had_answered_is_there_and_nothing_is_half_made,
    a_process_that_falls_between_two_statements_leaves_nothing_half_made,
);

/// Where the child finds the store.
const STORE: &str = "KEYWAY_KILLED_CHILD_STORE";

/// Which round it is, and at which sealing the child falls by itself: `0` for never.
const PLAN: &str = "KEYWAY_KILLED_CHILD_PLAN";

async fn what_a_killed_process_had_answered_is_there_and_nothing_is_half_made(world: World) {
    world.open().await.close().await;
    for round in 1..=6 {
        let answered = kill(round, &world.url);
        assert_whole(&world, round, &answered).await;
    }
}

async fn a_process_that_falls_between_two_statements_leaves_nothing_half_made(world: World) {
    world.open().await.close().await;
    // Four keys of an account are sealed, and the one of its rotation.
    for round in 1..=7 {
        let mut child = child(round, round, &world.url);
        let mut answered = Vec::new();
        lines(&mut child).for_each(|line| answered.extend(answer(&line)));
        assert!(!child.wait().unwrap().success());
        assert_whole(&world, round, &answered).await;
    }
}

async fn assert_whole(world: &World, round: u64, answered: &[KeyId]) {
    let store = world.open().await;
    // Behind whatever a server is still doing for the one that fell.
    let found = Command::OpenOrganization { name: "Rocket Rides".into() };
    Asker::new(&store, 100 + round).get(found).await;
    for id in answered {
        let deleted = store.key(*id).await.unwrap().unwrap();
        assert!(matches!(deleted.standing, Standing::Deleted { .. }), "it was answered");
    }
    for account in store.accounts().await.unwrap() {
        assert_account_is_whole(&store, &account).await;
    }
    store.close().await;
    let numbers = sqlx::query(
        "SELECT (SELECT count(*) FROM changes) AS rows, \
         (SELECT coalesce(max(sequence), 0) FROM changes) AS last, sequence FROM counter",
    );
    let numbers = numbers.fetch_one(&mut world.raw().await).await.unwrap();
    assert_eq!(numbers.get::<i64, _>("rows"), numbers.get::<i64, _>("last"));
    assert_eq!(numbers.get::<i64, _>("rows"), numbers.get::<i64, _>("sequence"));
}

/// An account is there with all it is born with, and a rotation with both of its sides.
async fn assert_account_is_whole(store: &Store, account: &Account) {
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
    let mut child = child(round, 0, url);
    let mut lines = lines(&mut child);
    let mut answered = Vec::new();
    let last = if round.is_multiple_of(2) { "rotating" } else { "answered" };
    let heard = lines.by_ref().inspect(|line| answered.extend(answer(line)));
    assert_eq!(heard.filter(|line| line.contains(last)).take(7).count(), 7, "it ended by itself");
    child.kill().unwrap();
    child.wait().unwrap();
    // What it said in the moment before.
    lines.for_each(|line| answered.extend(answer(&line)));
    answered
}

fn child(round: u64, falls: u64, url: &str) -> Child {
    Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::the_child_that_is_killed", "--nocapture"])
        .env(STORE, url)
        .env(PLAN, format!("{round} {falls}"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn lines(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap)
}

fn answer(line: &str) -> Option<KeyId> {
    line.split_once("answered ").map(|(_, id)| id.parse().unwrap())
}

/// Falls when so many nonces were asked for, each between two statements of a transaction.
struct Falling {
    seeded: Seeded,
    nonces_left: u64,
}

impl Entropy for Falling {
    fn fill(&mut self, room: &mut [u8]) {
        if room.len() == 12 {
            self.nonces_left = self.nonces_left.wrapping_sub(1);
            if self.nonces_left == 0 {
                std::process::abort();
            }
        }
        self.seeded.fill(room);
    }
}

#[test]
fn the_child_that_is_killed() {
    let Ok(url) = std::env::var(STORE) else { return };
    let plan = std::env::var(PLAN).unwrap();
    let (seed, falls) = plan.split_once(' ').unwrap();
    let mut entropy = Falling {
        seeded: Seeded(seed.parse::<u64>().unwrap() << 32),
        nonces_left: falls.parse().unwrap(),
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&url, secrets(), version()).await.unwrap();
        loop {
            let open = Command::OpenAccount { name: "Some".into(), belonging: Belonging::Nobody };
            let mut opened = store
                .carry_out(&keys::Asker::system(), open, start(), &mut entropy)
                .await
                .map_err(|error| error.to_string())
                .unwrap();
            let made = minted(&mut opened.changes);
            let secret = made.iter().find(|made| {
                made.key.kind == Kind::Secret && made.key.home.livemode() == Livemode::Test
            });
            let id = secret.unwrap().key.id;
            println!("rotating");
            let rotate = Command::Key(id, KeyCommand::Rotate(Ending::Now));
            store
                .carry_out(&keys::Asker::system(), rotate, start(), &mut entropy)
                .await
                .map_err(|error| error.to_string())
                .unwrap();
            println!("answered {id}");
        }
    });
}
