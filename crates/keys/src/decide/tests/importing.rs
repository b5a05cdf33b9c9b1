//! Keys of another system come in by their hashes: all of them, or none.

use super::*;
use crate::{
    Adoption, BadEntry, Digest, ForeignDigest, IMPORTED_AT_ONCE, ImportFault, ImportedKey, Mask,
    Origin, Reveal, Scheme,
};

fn hash(hex: &str) -> ForeignDigest {
    ForeignDigest::from_hex(Scheme::Sha256, &hex.repeat(32)).unwrap()
}

fn numbered(number: usize) -> ForeignDigest {
    ForeignDigest::from_hex(Scheme::HmacSha256, &format!("{number:064x}")).unwrap()
}

fn imported(name: &str, foreign: ForeignDigest, grants: Option<Grants>) -> ImportedKey {
    let restriction = IpRestriction::Anywhere;
    let (name, note, tail, expires_at) = (name.to_owned(), None, None, None);
    ImportedKey { name, note, foreign, tail, grants, restriction, expires_at }
}

fn import(scope: &Scope, keys: Vec<Result<ImportedKey, ImportFault>>) -> Command {
    let place = Place { account: scope.accounts[0].id, mode: Mode::Live };
    Command::ImportKeys { place, keys }
}

fn taken(scope: &Scope, keys: Vec<Result<ImportedKey, ImportFault>>) -> Result<Vec<Key>, Refusal> {
    let changes = carried_out(import(scope, keys), scope)?;
    Ok(changes.iter().filter_map(Change::key).cloned().collect())
}

#[test]
fn a_key_comes_in_with_what_is_said_of_it_and_its_value_is_never_shown() {
    let scope = opened();
    let grants = Grants { own: Permissions::parse(["customer_read"]).unwrap(), ..Grants::none() };
    let at = NOW + SignedDuration::from_hours(1);
    let restricted = imported("Shop", hash("ab"), Some(grants.clone()));
    let restricted = ImportedKey { expires_at: Some(at), tail: Some(*b"4a7Q"), ..restricted };
    let keys = taken(&scope, vec![Ok(restricted), Ok(imported("Back", hash("cd"), None))]).unwrap();
    let said: Vec<_> = keys.iter().map(|key| (key.kind, key.mask().to_string())).collect();
    assert_eq!(said, [(Kind::Restricted, "…4a7Q".into()), (Kind::Secret, "…".into())]);
    assert_eq!(keys[0].grants, grants);
    assert_eq!(keys[0].standing, Standing::Expiring { at });
    assert!(keys.iter().all(|key| key.reveal == Reveal::Never));
    assert!(keys.iter().all(|key| key.origin == Origin::Imported(Scheme::Sha256)));
}

#[test]
fn one_bad_key_keeps_all_others_out_and_every_fault_is_told() {
    let scope = Scope { digests: vec![hash("ee").digest], ..opened() };
    let late = ImportedKey { expires_at: Some(NOW), ..imported("Late", hash("03"), None) };
    let keys = vec![
        Ok(imported("Good", hash("01"), None)),
        Ok(imported("Again", hash("01"), None)),
        Ok(imported("Known", hash("ee"), None)),
        Err(ImportFault::Hash),
        Ok(imported(" ", hash("02"), None)),
        Ok(late),
    ];
    let Err(Refusal::BadImport(bad)) = taken(&scope, keys) else { panic!("taken") };
    let told = bad.iter().map(|BadEntry { place, fault }| format!("{place} {fault}"));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r"
    1 the same hash stands before
    2 there is a key with this hash already
    3 `hash` is 64 hex digits
    4 a name has 1 to 200 characters and no control characters
    5 `expires_at` lies in the past
    ");
}

#[test]
fn there_is_something_to_import_and_not_too_much() {
    let scope = opened();
    let most = IMPORTED_AT_ONCE;
    let many = |number: usize| {
        let key = |n: usize| Ok(imported("Old", numbered(n), None));
        taken(&scope, (0..number).map(key).collect()).map(|keys| keys.len())
    };
    assert_eq!(many(0), Err(Refusal::ImportSize { most }));
    assert_eq!(many(most), Ok(most));
    assert_eq!(many(most + 1), Err(Refusal::ImportSize { most }));
}

#[test]
fn nobody_imports_more_than_they_could_create() {
    let scope = opened();
    let grants = |own: &str| Grants { own: Permissions::parse([own]).unwrap(), ..Grants::none() };
    let own = key_of(&scope, Kind::Secret, Livemode::Test);
    let own = Key { kind: Kind::Restricted, grants: grants("customer_read"), ..own };
    let authority = Authority::of_key(&own);
    let tried = |wanted: Option<Grants>| {
        let command = import(&scope, vec![Ok(imported("Old", hash("01"), wanted))]);
        decide(command, &authority, &scope, NOW, &mut entropy()).map(|_| ())
    };
    assert_eq!(tried(Some(grants("customer_read"))), Ok(()));
    assert_eq!(tried(Some(grants("customer_write"))), Err(Refusal::MoreThanOwn));
    assert_eq!(tried(None), Err(Refusal::MoreThanOwn));
}

#[test]
fn a_key_whose_value_was_seen_is_digested_anew_once() {
    let scope = opened();
    let key = taken(&scope, vec![Ok(imported("Old", hash("01"), None))]).unwrap().remove(0);
    let digest = Digest::from_bytes([9; 32]);
    let adoption = Adoption { digest, pepper_version: 1, tail: Some(*b"4a7Q") };
    let adopt = |key: &Key| {
        let scope = Scope { keys: vec![key.clone()], ..opened() };
        let changes = carried_out(Command::Key(key.id, KeyCommand::Adopt(adoption)), &scope)?;
        Ok(changes[0].key().unwrap().clone())
    };
    let adopted = adopt(&key).unwrap();
    assert_eq!((adopted.origin, adopted.mask()), (Origin::Adopted, Mask::of_foreign(*b"4a7Q")));
    assert_eq!(adopt(&adopted), Err(Refusal::NothingDue));
    assert_eq!(adopt(&scope.keys[0]), Err(Refusal::NothingDue));
    let deleted = Key { standing: Standing::Deleted { at: NOW }, ..key };
    assert_eq!(adopt(&deleted), Err(Refusal::NothingDue));
}
