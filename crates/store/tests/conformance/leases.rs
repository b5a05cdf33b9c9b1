//! How long nodes may go on by what they know, as the store keeps it.

use std::time::Duration;

use keys::Command;
use store::{Leases, Sequence};

use crate::world::{Asker, WITHIN, World, on_both_engines};

on_both_engines!(
    whoever_writes_is_told_of_the_longest_lease_that_may_still_be_out_there,
    one_store_grants_one_lease_to_all,
    a_store_that_older_nodes_may_be_using_waits_for_them,
);

/// What is told to whoever takes something away now.
async fn told(asker: &mut Asker) -> Leases {
    asker.get(Command::OpenOrganization { name: "Rocket".into() }).await.leases
}

async fn whoever_writes_is_told_of_the_longest_lease_that_may_still_be_out_there(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    assert_eq!(told(&mut asker).await.silent_after(), Duration::ZERO);
    let store = asker.store.clone();
    store.grant_leases(Duration::from_secs(5)).await.unwrap();
    assert_eq!(told(&mut asker).await.silent_after(), Duration::from_millis(5005));
    let shorter = store.grant_leases(Duration::from_secs(2)).await.unwrap();
    assert_eq!(shorter.believed_for(), Duration::from_millis(1998));
    assert_eq!(told(&mut asker).await, shorter);
    assert_eq!(shorter.silent_after(), Duration::from_millis(5005));
    let round = shorter.unsettled().unwrap();
    store.settle_leases(round - 1).await.unwrap();
    assert_eq!(told(&mut asker).await, shorter);
    store.settle_leases(round).await.unwrap();
    assert_eq!(told(&mut asker).await.silent_after(), Duration::from_millis(2002));
    assert_eq!(told(&mut asker).await.unsettled(), None);
}

async fn one_store_grants_one_lease_to_all(world: World) {
    let store = world.open().await;
    let granted = store.grant_leases(Duration::from_secs(3)).await.unwrap();
    let read = store.changes_since(Sequence::START, WITHIN).await.unwrap();
    assert_eq!((read.leases, read.sequence), (granted, Sequence::START));
    store.close().await;
    let again = world.open().await;
    let longer = again.grant_leases(Duration::from_secs(4)).await.unwrap();
    let read = again.changes_since(Sequence::START, WITHIN).await.unwrap();
    assert_eq!((read.leases, longer.unsettled()), (longer, None));
}

async fn a_store_that_older_nodes_may_be_using_waits_for_them(world: World) {
    let store = world.open().await;
    Asker::new(&store, 1).account().await;
    store.close().await;
    for undo in [
        "ALTER TABLE counter DROP COLUMN lease_granted",
        "ALTER TABLE counter DROP COLUMN lease_awaited",
        "ALTER TABLE counter DROP COLUMN lease_round",
        "DELETE FROM _sqlx_migrations WHERE version = 14",
    ] {
        world.tamper(undo).await;
    }
    let store = world.open().await;
    let first = store.grant_leases(Duration::from_secs(3)).await.unwrap();
    let awaited = if world.is_sqlite() { 3003 } else { 30_030 };
    assert_eq!(first.silent_after(), Duration::from_millis(awaited));
    assert_eq!(first.unsettled().is_some(), !world.is_sqlite());
}
