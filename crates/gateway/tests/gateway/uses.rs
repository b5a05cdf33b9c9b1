//! Which keys are used.

use keys::{Kind, Livemode};

use crate::world::World;

#[test]
fn the_use_of_a_key_is_told_and_a_denied_request_is_no_use() {
    let mut world = World::new();
    let line = |value: &str| format!("Authorization: Bearer {value}");
    let publishable = world.platform.key(Kind::Publishable, Livemode::Test);
    let denied = line(publishable.value.expose());
    assert_eq!(world.ask("GET /v1/balance", &[&denied]).status(), 403);
    let used = world.platform.key(Kind::Secret, Livemode::Test).key.id;
    let line = line(world.platform.secret());
    assert_eq!(world.ask("GET /v1/balance", &[&line]).status(), 200);
    let told = world.told();
    assert_eq!(told.iter().map(|one| one.key).collect::<Vec<_>>(), [used]);
    assert_eq!(told[0].client.to_string(), "127.0.0.1");
}
