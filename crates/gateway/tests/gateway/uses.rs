//! Which keys are used.

use keys::{Command, KeyCommand, Kind, Livemode};

use crate::world::World;

fn line(value: &str) -> String {
    format!("Authorization: Bearer {value}")
}

#[test]
fn the_use_of_a_key_is_told_and_a_denied_request_is_no_use() {
    let mut world = World::new();
    let publishable = world.platform.key(Kind::Publishable, Livemode::Test);
    let denied = line(publishable.value.expose());
    assert_eq!(world.ask("GET /v1/balance", &[&denied]).status(), 403);
    let used = world.platform.key(Kind::Secret, Livemode::Test).key.id;
    let line = line(world.platform.secret());
    assert_eq!(world.ask("GET /v1/balance", &[&line]).status(), 200);
    let told = world.told();
    assert_eq!(told.admitted.iter().map(|one| one.key).collect::<Vec<_>>(), [used]);
    assert_eq!(told.admitted[0].client.to_string(), "127.0.0.1");
    assert_eq!(told.dead, []);
}

#[test]
fn uses_of_a_dead_key_are_counted_and_no_key_value_is_told() {
    // Each thread tells for itself: of one it is known which was the last.
    let mut world = World::with(|settings| settings.workers = 1.try_into().unwrap());
    let dead = world.platform.key(Kind::Secret, Livemode::Test).key.id;
    let secret = world.platform.secret().to_owned();
    let key = line(&secret);
    world.carry_out(Command::Key(dead, KeyCommand::Delete));
    for program in ["old-script/1.0".to_owned(), format!("curl {secret}")] {
        let program = format!("User-Agent: {program}");
        assert_eq!(world.ask("GET /v1/balance", &[&key, &program]).status(), 401);
    }
    let mut times = 0;
    let last = loop {
        let mut told = world.told();
        assert_eq!(told.admitted, []);
        let last = told.dead.remove(0);
        assert_eq!((told.dead, last.key), (vec![], dead));
        times += last.times;
        if times == 2 {
            break last;
        }
    };
    assert_eq!((last.client.to_string().as_str(), last.user_agent), ("127.0.0.1", None));
}
