//! Keys of another system: callers keep their old values.

use keys::{
    Command, ForeignDigest, ImportedKey, IpRestriction, Key, KeyCommand, Pepper, Peppers, Scheme,
};

use crate::world::{OLD_PEPPER, World};

/// Of another length, with other characters and no checksum.
const PLAIN: &str = "shop-4711-QyZ0vV2Jm8";
/// As one that was made here, but longer.
const KEYED: &str = "sk_live_4eC39HqLyjWDarjtT1zdp7dcTYooMQauvdEDq54NiTphI7jx4eC39HqLyjWD";
/// Of neither system.
const UNKNOWN: &str = "shop-4711-QyZ0vV2Jm9";

fn hash(scheme: Scheme, value: &str) -> ForeignDigest {
    let peppers = Peppers::new(Pepper::new(9, &[9; 32]), None)
        .importing(Some(Pepper::of_any_length(0, OLD_PEPPER)));
    let value = keys::ForeignValue::of(value.as_bytes()).unwrap();
    value.foreign(&peppers).find(|foreign| foreign.scheme == scheme).unwrap()
}

impl World {
    fn import(&mut self, foreign: ForeignDigest) -> Key {
        let (name, restriction) = ("Old".to_owned(), IpRestriction::Anywhere);
        let (note, tail, grants, expires_at) = (None, None, None, None);
        let key = ImportedKey { name, note, foreign, tail, grants, restriction, expires_at };
        let place = self.platform.place;
        let changes = self.carry_out(Command::ImportKeys { place, keys: vec![Ok(key)] });
        changes[0].key().unwrap().clone()
    }

    fn status(&self, value: &str) -> u16 {
        let line = format!("Authorization: Bearer {value}");
        self.ask("GET /v1/balance", &[line.as_str()]).status()
    }

    /// What the gateway tells of the next imported key that is used.
    fn adopt(&mut self, key: &Key) {
        let adopted = loop {
            let told = self.told().adopted;
            if !told.is_empty() {
                break told;
            }
        };
        let [(id, adoption)] = adopted[..] else { panic!("more than one") };
        assert_eq!(id, key.id);
        self.carry_out(Command::Key(id, KeyCommand::Adopt(adoption)));
    }
}

#[test]
fn a_caller_keeps_its_old_value_whose_hash_is_replaced_when_it_is_used() {
    for (scheme, value) in [(Scheme::Sha256, PLAIN), (Scheme::HmacSha256, KEYED)] {
        let mut world = World::new();
        assert_eq!(world.status(value), 401);
        let key = world.import(hash(scheme, value));
        let line = format!("Authorization: Bearer {value}");
        let seen = world.ask("GET /v1/balance", &[line.as_str()]).seen();
        assert_eq!(seen.header("keyway-key"), Some(key.id.to_string().as_str()));
        assert_eq!(seen.header("keyway-mode"), Some(key.home.side().as_str()));
        world.adopt(&key);
        let kept = world.runtime.block_on(world.store.key(key.id)).unwrap().unwrap();
        assert_eq!(kept.origin, keys::Origin::Adopted);
        assert_eq!(world.status(value), 200);
        assert_eq!(world.status(UNKNOWN), 401);
        world.carry_out(Command::Key(key.id, KeyCommand::Delete));
        assert_eq!(world.status(value), 401);
    }
}

#[test]
fn neither_another_value_nor_the_hash_itself_opens_anything() {
    let mut world = World::new();
    let foreign = hash(Scheme::Sha256, PLAIN);
    world.import(foreign);
    assert_eq!(world.status(UNKNOWN), 401);
    let hex = foreign.digest.to_bytes().map(|byte| format!("{byte:02x}")).concat();
    assert_eq!(world.status(&hex), 401);
}

#[test]
fn of_an_imported_value_nothing_but_its_end_is_told_or_written() {
    let mut world = World::new();
    let key = world.import(hash(Scheme::Sha256, PLAIN));
    world.carry_out(Command::Key(key.id, KeyCommand::Delete));
    let line = format!("Authorization: Bearer {PLAIN}");
    let answer = world.ask("GET /v1/balance", &[line.as_str()]);
    assert_eq!(answer.error(), "401 authentication_error api_key_deleted");
    assert!(!answer.0.contains("QyZ0vV2"));
    let journal = world.stop();
    assert!(journal.contains("api_key_deleted") && !journal.contains("QyZ0vV2"), "{journal}");
}
