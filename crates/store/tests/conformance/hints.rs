//! Waiting for a change.

use std::time::Duration;

use store::Sequence;
use tokio::time::timeout;

use crate::world::{Asker, World, on_both_engines};

on_both_engines!(
    a_commit_wakes_who_waits_in_this_process,
    who_is_behind_does_not_wait,
    who_waits_in_vain_goes_on_after_the_longest_time,
    a_commit_of_another_process_wakes_too,
    a_closed_store_wakes_nobody_up_wrongly,
);

/// So long that only a hint can end it in the time of a test.
const LONG: Duration = Duration::from_mins(10);
/// Far more than a hint takes.
const PATIENCE: Duration = Duration::from_mins(1);

async fn a_commit_wakes_who_waits_in_this_process(world: World) {
    let store = world.open().await;
    let mut asker = Asker::new(&store, 1);
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.wait_for_change(Sequence::START, LONG).await }
    });
    asker.account().await;
    timeout(PATIENCE, waiting).await.unwrap().unwrap();
}

async fn who_is_behind_does_not_wait(world: World) {
    let store = world.open().await;
    Asker::new(&store, 1).account().await;
    timeout(PATIENCE, store.wait_for_change(Sequence::new(4), LONG)).await.unwrap();
}

async fn who_waits_in_vain_goes_on_after_the_longest_time(world: World) {
    let store = world.open().await;
    Asker::new(&store, 1).account().await;
    store.wait_for_change(Sequence::new(5), Duration::from_millis(1)).await;
}

async fn a_commit_of_another_process_wakes_too(world: World) {
    if world.is_sqlite() {
        return;
    }
    let (store, other) = (world.open().await, world.open().await);
    let mut asker = Asker::new(&other, 1);
    // Until the listener listens a hint may be missed, so that there are more.
    let hinted = async {
        loop {
            tokio::select! {
                _ = store.wait_for_change(Sequence::START, LONG) => return,
                _ = asker.account() => {}
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, hinted).await.unwrap();
}

async fn a_closed_store_wakes_nobody_up_wrongly(world: World) {
    let store = world.open().await;
    store.close().await;
    assert!(
        timeout(Duration::from_millis(5), store.wait_for_change(Sequence::START, LONG))
            .await
            .is_err()
    );
}
