//! The numbers of changes: dense, and in the order of commits.

use std::collections::HashMap;

use keys::{Command, Fact, KeyCommand};
use sqlx::Row;
use store::{Sequence, Store, Thing};

use crate::world::{Asker, WITHIN, World, on_both_engines};

on_both_engines!(
    each_thing_that_a_gateway_must_know_has_its_number,
    eight_writers_leave_no_gap_and_no_follower_misses_a_change,
    a_snapshot_amid_writers_is_of_one_sequence,
);

async fn each_thing_that_a_gateway_must_know_has_its_number(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, keys) = asker.account().await;
    asker.sandbox_key(&account).await;
    let done = asker.get(Command::Key(keys[0].key.id, KeyCommand::Delete)).await;
    assert_eq!(done.sequence, Sequence::new(7));
    let rows = sqlx::query(
        "SELECT sequence, coalesce(account, key) AS id, at FROM changes ORDER BY sequence",
    )
    .fetch_all(&mut world.raw().await)
    .await
    .unwrap();
    let numbers: Vec<i64> = rows.iter().map(|row| row.get("sequence")).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(rows[0].get::<String, _>("id"), account.id.to_string());
    assert_eq!(rows[6].get::<String, _>("id"), keys[0].key.id.to_string());
    assert_eq!(rows[6].get::<i64, _>("at"), asker.now.as_microsecond());
}

async fn eight_writers_leave_no_gap_and_no_follower_misses_a_change(world: World) {
    const WRITERS: u64 = 8;
    const ROUNDS: usize = 10;
    let store = world.open().await;
    // PostgreSQL serves several processes.
    let other = if world.is_sqlite() { store.clone() } else { world.open().await };
    let last = Sequence::new(WRITERS * ROUNDS as u64 * 7);
    let follower = tokio::spawn(follow(store.clone(), last));
    let writers: Vec<_> = (1..=WRITERS)
        .map(|seed| {
            let mut asker = Asker::new(if seed % 2 == 0 { &store } else { &other }, seed);
            tokio::spawn(async move {
                let mut answered = Vec::new();
                for _ in 0..ROUNDS {
                    let (account, keys) = asker.account().await;
                    asker.sandbox_key(&account).await;
                    let delete = Command::Key(keys[0].key.id, KeyCommand::Delete);
                    answered.push(asker.get(delete).await.sequence);
                }
                answered
            })
        })
        .collect();
    let mut answered = Vec::new();
    for writer in writers {
        let own = writer.await.unwrap();
        assert!(own.is_sorted(), "one writer's changes follow each other");
        answered.extend(own);
    }
    answered.sort_unstable();
    answered.dedup();
    assert_eq!(answered.len(), usize::try_from(WRITERS).unwrap() * ROUNDS, "each has its own");

    let row = sqlx::query("SELECT count(*) AS rows, max(sequence) AS last FROM changes");
    let row = row.fetch_one(&mut world.raw().await).await.unwrap();
    assert_eq!(row.get::<i64, _>("rows"), row.get::<i64, _>("last"), "no gap");
    let mut truth = HashMap::new();
    let at = store.snapshot(|fact| drop(truth.insert(thing(&fact), fact))).await.unwrap();
    assert_eq!(at, last);
    assert_eq!(follower.await.unwrap(), truth);
}

async fn a_snapshot_amid_writers_is_of_one_sequence(world: World) {
    const WRITERS: u64 = 4;
    const ACCOUNTS: u64 = 40;
    let store = world.open().await;
    for seed in 1..=WRITERS {
        let mut asker = Asker::new(&store, seed);
        tokio::spawn(async move {
            for _ in 0..ACCOUNTS {
                asker.account().await;
            }
        });
    }
    let mut at = 0;
    while at < WRITERS * ACCOUNTS * 5 {
        let (mut accounts, mut keys) = (0, 0);
        let count = |fact| match fact {
            Fact::Account(_) => accounts += 1,
            Fact::Key(_) => keys += 1,
        };
        at = store.snapshot(count).await.unwrap().number();
        // An account and its four keys take five numbers.
        assert_eq!((accounts, keys), (at / 5, at / 5 * 4));
    }
}

/// Everything that a follower learns, delta by delta, until it is at `last`.
async fn follow(store: Store, last: Sequence) -> HashMap<Thing, Fact> {
    let (mut at, mut known) = (Sequence::START, HashMap::new());
    while at < last {
        store.wait_for_change(at, std::time::Duration::from_millis(20)).await;
        let delta = store.changes_since(at, WITHIN).await.unwrap();
        assert!(delta.sequence >= at, "never backwards");
        known.extend(delta.facts.into_iter().map(|fact| (thing(&fact), fact)));
        at = delta.sequence;
    }
    known
}

pub(crate) fn thing(fact: &Fact) -> Thing {
    match fact {
        Fact::Account(account) => Thing::Account(account.id),
        Fact::Key(key) => Thing::Key(key.id),
    }
}
