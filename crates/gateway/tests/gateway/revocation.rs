//! A change is in force when its command has been answered.

use keys::{Change, Command, Ending, KeyCommand, Kind, Livemode};

use crate::world::World;

#[test]
fn a_deleted_key_opens_nothing_from_the_answer_on() {
    let mut world = World::new();
    for _ in 0..20 {
        let place = world.platform.place;
        let create = Command::CreateSecretKey { place, name: "Shop".to_owned(), note: None };
        let changes = world.carry_out(create);
        let Some(Change::KeyMade(minted)) = changes.first() else { panic!("no key was made") };
        let line = format!("Authorization: Bearer {}", minted.value.expose());
        assert_eq!(world.ask("GET /v1/balance", &[&line]).status(), 200);
        world.carry_out(Command::Key(minted.key.id, KeyCommand::Delete));
        assert_eq!(world.ask("GET /v1/balance", &[&line]).status(), 401);
    }
}

#[test]
fn a_rotation_leaves_no_moment_with_both_keys_or_none() {
    let mut world = World::new();
    let mut key = world.platform.key(Kind::Secret, Livemode::Test).key.id;
    let mut secret = world.platform.secret().to_owned();
    for _ in 0..10 {
        let changes = world.carry_out(Command::Key(key, KeyCommand::Rotate(Ending::Now)));
        let Some(Change::KeyMade(minted)) = changes.first() else { panic!("no key was made") };
        let status = |value: &str| {
            world.ask("GET /v1/balance", &[&format!("Authorization: Bearer {value}")]).status()
        };
        assert_eq!((status(&secret), status(minted.value.expose())), (401, 200));
        (key, secret) = (minted.key.id, minted.value.expose().to_owned());
    }
}

#[test]
fn a_gateway_that_cannot_hear_its_store_decides_nothing() {
    let lease = gateway::Lease::For(std::time::Duration::from_millis(200));
    let world = World::leased(|_settings| {}, lease);
    let status = || world.ask_admitted("GET /v1/balance", &[]).status();
    assert_eq!(status(), 200);
    world.runtime.block_on(world.store.close());
    // What was proved before may be believed for a while, and then no longer.
    let after = std::iter::repeat_with(status).find(|status| *status != 200);
    assert_eq!(after, Some(503));
    let refused = world.ask_admitted("GET /v1/balance", &[]);
    assert_eq!(refused.error(), "503 api_error unavailable");
    assert_eq!(refused.header("retry-after").as_deref(), Some("1"));
}
