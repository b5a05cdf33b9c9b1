//! How long a gateway believes what it knows, as the store grants it to all.

use std::time::{Duration, Instant};

use gateway::Lease;
use store::{Leases, Sequence};

use crate::world::World;

const LONG: Duration = Duration::from_millis(400);
const SHORT: Duration = Duration::from_millis(100);

fn leases(world: &World) -> Leases {
    let reading = world.store.changes_since(Sequence::START, Duration::from_mins(1));
    world.runtime.block_on(reading).unwrap().leases
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the time that passes is what is tested")]
fn a_shorter_lease_is_waited_for_once_the_longer_ones_have_run_out_and_not_before() {
    let world = World::leased(|_settings| {}, Lease::For(LONG));
    assert_eq!(leases(&world).granted(), LONG);
    let begun = Instant::now();
    let shorter = world.runtime.block_on(world.store.grant_leases(SHORT)).unwrap();
    assert!(shorter.silent_after() > LONG);
    let mut reading = std::iter::repeat_with(|| leases(&world)).take(100_000);
    let settled = reading.find(|leases| leases.unsettled().is_none()).unwrap();
    assert!(begun.elapsed() > LONG);
    assert_eq!((settled.granted(), settled.silent_after()), (SHORT, SHORT + SHORT / 1000));
    assert_eq!(world.ask_admitted("GET /v1/balance", &[]).status(), 200);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the time that passes is what is tested")]
fn a_node_keeps_up_with_the_lease_that_another_had_the_store_grant() {
    // By its own it would ask once a second.
    let world = World::leased(|_settings| {}, Lease::For(Duration::from_secs(12)));
    world.runtime.block_on(world.store.grant_leases(Duration::from_millis(500))).unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(3) {
        assert_eq!(world.ask_admitted("GET /v1/balance", &[]).status(), 200);
    }
    // And it goes by that: what it knew is not believed for twelve seconds.
    let status = || world.ask_admitted("GET /v1/balance", &[]).status();
    let closed = Instant::now();
    world.runtime.block_on(world.store.close());
    assert_eq!(std::iter::repeat_with(status).find(|status| *status != 200), Some(503));
    assert!(closed.elapsed() < Duration::from_secs(6));
}
