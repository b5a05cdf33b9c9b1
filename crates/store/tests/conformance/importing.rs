//! Keys of another system: in by their hashes, all or none, and digested anew once seen.

use keys::{
    Account, BadEntry, Change, Command, Digest, Fact, ForeignDigest, ForeignValue, ImportFault,
    ImportedKey, IpRestriction, Key, KeyCommand, Mode, Origin, Place, Refusal, Scheme,
};
use store::{Store, Wanted};

use crate::world::{Asker, WITHIN, World, on_both_engines, pepper, secrets};

/// What callers of the other system send.
const VALUE: &[u8] = b"shop-4711-QyZ0vV2Jm8";

fn hash() -> ForeignDigest {
    let value = ForeignValue::of(VALUE).unwrap();
    value.foreign(&secrets().peppers).next().unwrap()
}

fn other(byte: &str) -> ForeignDigest {
    ForeignDigest::from_hex(Scheme::HmacSha256, &byte.repeat(32)).unwrap()
}

fn import(account: &Account, foreign: &[ForeignDigest]) -> Command {
    let key = |foreign: &ForeignDigest| {
        let (name, foreign, restriction) = ("Old".into(), *foreign, IpRestriction::Anywhere);
        let (note, tail, grants, expires_at) = (None, None, None, None);
        Ok(ImportedKey { name, note, foreign, tail, grants, restriction, expires_at })
    };
    let place = Place { account: account.id, mode: Mode::Live };
    Command::ImportKeys { place, keys: foreign.iter().map(key).collect() }
}

/// What gateways know of a key: where its value comes from, and what it is found by.
async fn known(store: &Store, key: &Key) -> (Origin, Digest) {
    let mut found = None;
    let take = |fact| match fact {
        Fact::Key(fact) if fact.id == key.id => found = Some((fact.origin, fact.digest)),
        Fact::Key(_) | Fact::Account(_) => {}
    };
    store.snapshot(take).await.unwrap();
    found.unwrap()
}

async fn an_imported_key_is_found_by_its_old_hash_until_its_value_is_seen(world: World) {
    let store = world.open().await;
    let mut asker = Asker::new(&store, 1);
    let (account, _) = asker.account().await;
    let done = asker.get(import(&account, &[hash()])).await;
    let key = done.changes[0].key().unwrap().clone();
    assert_eq!(asker.key(key.id).await, key);
    assert_eq!(known(&store, &key).await, (Origin::Imported(Scheme::Sha256), hash().digest));
    // It opens the API, and does not manage keys.
    assert_eq!(store.key_of_digest(&hash().digest).await.unwrap(), None);

    let adoption = ForeignValue::of(VALUE).unwrap().adoption(&pepper());
    let adopt = || Command::Key(key.id, KeyCommand::Adopt(adoption));
    let before = done.sequence;
    asker.get(adopt()).await;
    assert_eq!(known(&store, &key).await, (Origin::Adopted, adoption.digest));
    assert_eq!(store.changes_since(before, WITHIN).await.unwrap().facts.len(), 1);
    assert_eq!(asker.key(key.id).await.mask().to_string(), "…2Jm8");
    assert_eq!(asker.refused(adopt()).await, Refusal::NothingDue);
}

async fn one_bad_key_keeps_the_others_out(world: World) {
    let store = world.open().await;
    let mut asker = Asker::new(&store, 1);
    let (account, _) = asker.account().await;
    asker.get(import(&account, &[hash()])).await;
    let place = Place { account: account.id, mode: Mode::Live };
    let before = store.keys(place).await.unwrap();
    let refused = asker.refused(import(&account, &[other("ab"), hash(), other("ab")])).await;
    let bad = |place, fault| BadEntry { place, fault };
    let faults = vec![bad(1, ImportFault::Known), bad(2, ImportFault::Twice)];
    assert_eq!(refused, Refusal::BadImport(faults));
    assert_eq!(store.keys(place).await.unwrap(), before);
    asker.get(import(&account, &[other("ab"), other("cd")])).await;
    assert_eq!(store.keys(place).await.unwrap().len(), before.len() + 2);
}

async fn a_deleted_key_is_not_digested_anew(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let done = asker.get(import(&account, &[hash()])).await;
    let id = done.changes[0].key().unwrap().id;
    asker.get(Command::Key(id, KeyCommand::Delete)).await;
    let adoption = ForeignValue::of(VALUE).unwrap().adoption(&pepper());
    let adopt = Command::Key(id, KeyCommand::Adopt(adoption));
    assert_eq!(asker.refused(adopt).await, Refusal::NothingDue);
}

async fn a_hash_that_is_imported_again_after_its_use_leaves_the_first_key_in_its_place(
    world: World,
) {
    let store = world.open().await;
    let mut asker = Asker::new(&store, 1);
    let (account, _) = asker.account().await;
    let adoption = ForeignValue::of(VALUE).unwrap().adoption(&pepper());
    let mut twice = Vec::new();
    for _ in 0..2 {
        let done = asker.get(import(&account, &[hash()])).await;
        let key = done.changes[0].key().unwrap().clone();
        let adopt = Command::Key(key.id, KeyCommand::Adopt(adoption));
        twice.push(asker.ask(adopt).await.map(drop).map_err(|error| error.to_string()));
    }
    assert_eq!(twice, [Ok(()), Err(Refusal::NothingDue.to_string())]);
}

async fn the_audit_tells_of_an_import_and_of_the_first_use_and_never_a_hash(world: World) {
    let store = world.open().await;
    let mut asker = Asker::new(&store, 1);
    let (account, _) = asker.account().await;
    let done = asker.get(import(&account, &[hash()])).await;
    let id = done.changes.iter().find_map(Change::key).unwrap().id;
    let adoption = ForeignValue::of(VALUE).unwrap().adoption(&pepper());
    asker.get(Command::Key(id, KeyCommand::Adopt(adoption))).await;
    let wanted = Wanted { object: Some(id.to_string()), most: 10, ..Wanted::default() };
    let events = store.events(wanted).await.unwrap();
    let said: Vec<_> = events.iter().map(|event| event.said.as_str()).collect();
    assert_eq!(said.len(), 2);
    for (said, action) in said.iter().zip(["api_key.adopted", "api_key.imported"]) {
        assert!(said.contains(action) && said.contains(r#""hash":"sha256""#), "{said}");
        for bytes in [hash().digest.to_bytes(), adoption.digest.to_bytes()] {
            let hex = bytes.map(|byte| format!("{byte:02x}")).concat();
            assert!(!said.to_lowercase().contains(&hex), "{said}");
        }
    }
}

on_both_engines!(
    an_imported_key_is_found_by_its_old_hash_until_its_value_is_seen,
    one_bad_key_keeps_the_others_out,
    a_deleted_key_is_not_digested_anew,
    a_hash_that_is_imported_again_after_its_use_leaves_the_first_key_in_its_place,
    the_audit_tells_of_an_import_and_of_the_first_use_and_never_a_hash,
);
