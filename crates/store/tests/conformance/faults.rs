//! What goes wrong, and what is said of it.

mod severed;

use std::collections::HashSet;

use keys::{AllowList, Command, Edit, Fact, IpRestriction, KeyCommand};
use sqlx::Executor;
use store::{Sequence, Store, StoreError, Thing};

use crate::sequence::thing;
use crate::world::{
    Asker, WITHIN, World, on_both_engines, run_on_postgres, run_on_sqlite, secrets, version,
};

on_both_engines!(
    a_key_that_cannot_be_read_is_left_out_and_the_rest_goes_on,
    an_account_that_cannot_be_read_is_left_out_and_the_rest_goes_on,
    a_follower_is_told_which_key_can_no_longer_be_read,
    no_restriction_at_all_is_never_read_as_anywhere,
    a_row_that_cannot_be_read_is_named,
    a_deleted_key_is_never_brought_back,
);

async fn told(store: &Store) -> HashSet<Thing> {
    let mut told = HashSet::new();
    store.snapshot(|fact| told.extend([thing(&fact)])).await.unwrap();
    told
}

async fn a_key_that_cannot_be_read_is_left_out_and_the_rest_goes_on(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let (bad, _) = asker.sandbox_key(&account).await;
    let all = told(&asker.store).await;
    assert_eq!(all.len(), 6);
    // Each of these passes the constraints of the table.
    for tamper in [
        "UPDATE keys SET restriction = 'everywhere' WHERE name = 'New'",
        "UPDATE keys SET restriction = '1.2.3.4 ' WHERE name = 'New'",
        "UPDATE keys SET restriction = '1.2.3.4;' WHERE name = 'New'",
        "UPDATE keys SET restriction = 'anywhere', mode = 'sbx_/etc/passwd/../.' WHERE name = 'New'",
        "UPDATE keys SET mode = 'live', standing = 'deleted', deleted_at = 9223372036854775807 \
         WHERE name = 'New'",
    ] {
        world.tamper(tamper).await;
        let before = asker.store.unreadable_rows();
        let mut rest = told(&asker.store).await;
        assert!(!rest.contains(&Thing::Key(bad.id)), "{tamper}");
        rest.insert(Thing::Key(bad.id));
        assert_eq!(rest, all);
        assert!(asker.store.unreadable_rows() > before);
    }
}

async fn an_account_that_cannot_be_read_is_left_out_and_the_rest_goes_on(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (bad, _) = asker.account().await;
    let (good, _) = asker.account().await;
    world.tamper("UPDATE accounts SET version = 'the newest' WHERE born = 1").await;
    let told = told(&asker.store).await;
    assert!(!told.contains(&Thing::Account(bad.id)));
    assert!(told.contains(&Thing::Account(good.id)));
    assert_eq!(told.len(), 9);
    let delta = asker.store.changes_since(Sequence::START, WITHIN).await.unwrap();
    assert_eq!(delta.unreadable, [Thing::Account(bad.id)]);
}

async fn a_follower_is_told_which_key_can_no_longer_be_read(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let (bad, _) = asker.sandbox_key(&account).await;
    let (good, _) = asker.sandbox_key(&account).await;
    let at = Sequence::new(7);
    for key in [bad.id, good.id] {
        let restriction = IpRestriction::Only(AllowList::parse(["1.2.3.4"]).unwrap());
        asker
            .get(Command::Key(
                key,
                KeyCommand::Edit(Edit { restriction: Some(restriction), ..Edit::default() }),
            ))
            .await;
    }
    world.tamper("UPDATE keys SET restriction = 'everywhere' WHERE born = 6").await;
    let delta = asker.store.changes_since(at, WITHIN).await.unwrap();
    assert_eq!(delta.sequence, Sequence::new(9));
    assert_eq!(delta.unreadable, [Thing::Key(bad.id)]);
    assert_eq!(delta.facts.iter().map(thing).collect::<Vec<_>>(), [Thing::Key(good.id)]);
}

async fn no_restriction_at_all_is_never_read_as_anywhere(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    asker.sandbox_key(&account).await;
    let mut raw = world.raw().await;
    for tamper in [
        "UPDATE keys SET restriction = NULL WHERE name = 'New'",
        "UPDATE keys SET restriction = '' WHERE name = 'New'",
    ] {
        assert!(raw.execute(tamper).await.is_err(), "the table refuses it");
    }
    for tamper in ["UPDATE keys SET restriction = ',' WHERE name = 'New'"] {
        world.tamper(tamper).await;
        let mut restrictions = Vec::new();
        let keep = |fact| {
            if let Fact::Key(key) = fact {
                restrictions.push(key.restriction);
            }
        };
        asker.store.snapshot(keep).await.unwrap();
        assert_eq!(restrictions.len(), 4);
    }
}

async fn a_row_that_cannot_be_read_is_named(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let (key, _) = asker.sandbox_key(&account).await;
    world.tamper("UPDATE keys SET restriction = 'everywhere' WHERE name = 'New'").await;
    let named = |error: StoreError| error.to_string().replace(&key.id.to_string(), "key_…");
    let error = asker.store.key(key.id).await.unwrap_err();
    insta::allow_duplicates! {
        insta::assert_snapshot!(named(error), @"row `key_…` of table `keys` cannot be read: column `restriction` holds no such thing");
    }
    let command = Command::Key(key.id, KeyCommand::Delete);
    let Err(store::CommandError::Store(error)) = asker.ask(command).await else { panic!() };
    insta::allow_duplicates! {
        insta::assert_snapshot!(named(error), @"row `key_…` of table `keys` cannot be read: column `restriction` holds no such thing");
    }
}

async fn a_deleted_key_is_never_brought_back(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let (key, _) = asker.sandbox_key(&account).await;
    asker.get(Command::Key(key.id, KeyCommand::Delete)).await;
    let restrict = Command::Key(
        key.id,
        KeyCommand::Edit(Edit { restriction: Some(IpRestriction::Anywhere), ..Edit::default() }),
    );
    assert_eq!(asker.refused(restrict).await, keys::Refusal::KeyIsDead);
}

#[test]
fn a_server_that_does_not_answer_is_unreachable() {
    run_on_sqlite(async |_: World| {
        // A port that was free a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("postgres://postgres:hunter2@127.0.0.1:{port}/keyway");
        let error = Store::open(&url, secrets(), version()).await.unwrap_err();
        assert!(matches!(error, StoreError::Unreachable { .. }));
        insta::assert_snapshot!(error.to_string(), @"the store cannot be reached: Connection refused (os error 111)");
    });
}

#[test]
fn a_statement_that_goes_on_for_too_long_finds_a_store_that_does_not_answer() {
    run_on_postgres(async |world: World| {
        let store = world.open().await;
        let mut raw = world.raw().await;
        raw.execute("SET statement_timeout = 1").await.unwrap();
        let error = StoreError::from(raw.execute("SELECT pg_sleep(60)").await.unwrap_err());
        assert!(matches!(error, StoreError::Unreachable { .. }));
        insta::assert_snapshot!(error, @"the store cannot be reached: canceling statement due to statement timeout (code 57014)");
        store.close().await;
    });
}

#[test]
fn a_full_disk_is_told_as_such() {
    run_on_sqlite(async |world: World| {
        world.open().await.close().await;
        let mut raw = world.raw().await;
        raw.execute("PRAGMA max_page_count = 1").await.unwrap();
        let fill = "INSERT INTO organizations (id, name, created_at) \
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
             SELECT printf('org_%023d', i), 'Rocket Rides', 0 FROM n";
        let error = StoreError::from(raw.execute(fill).await.unwrap_err());
        assert!(matches!(error, StoreError::Full { .. }));
        insta::assert_snapshot!(error.to_string(), @"the store is full: database or disk is full (code 13)");
    });
}
