//! Opening: what is found, what is made, and what is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use store::{Store, StoreError};

use crate::world::{Asker, World, on_both_engines, run_on_sqlite, secrets, version};

on_both_engines!(what_was_kept_is_there_when_opened_again, a_newer_database_is_left_alone);

async fn refused(url: &str, folder: &Path) -> (StoreError, String) {
    let error = Store::open(url, secrets(), version()).await.unwrap_err();
    let text = error.to_string().replace(&folder.display().to_string(), "FOLDER");
    (error, text)
}

async fn what_was_kept_is_there_when_opened_again(world: World) {
    let store = world.open().await;
    let (account, keys) = Asker::new(&store, 1).account().await;
    store.close().await;
    let again = world.open().await;
    assert_eq!(again.accounts().await.unwrap(), [account]);
    let value = again.unseal(keys[0].key.id).await.unwrap().unwrap();
    assert_eq!(value.expose(), keys[0].value.expose());
    assert!(matches!(store.accounts().await, Err(StoreError::Unreachable { .. })));
}

async fn a_newer_database_is_left_alone(world: World) {
    world.open().await.close().await;
    world.tamper("UPDATE _sqlx_migrations SET version = 999 WHERE version = 2").await;
    let (_, text) = refused(&world.url, world.folder.path()).await;
    insta::allow_duplicates! {
        insta::assert_snapshot!(text, @"the database was made by a newer Keyway (its migration 999 is not known)");
    }
}

#[test]
fn a_second_opener_is_told_that_the_file_is_in_use() {
    run_on_sqlite(async |world: World| {
        let first = world.open().await;
        let (error, text) = refused(&world.url, world.folder.path()).await;
        assert!(matches!(error, StoreError::InUse { .. }));
        insta::assert_snapshot!(text, @"another process uses the database; its lock file is `FOLDER/keyway.db.lock`");
        first.close().await;
        world.open().await.close().await;
    });
}

#[test]
fn a_file_that_is_no_database_is_damaged() {
    run_on_sqlite(async |world: World| {
        fs::write(world.folder.path().join("keyway.db"), "not a database ".repeat(1000)).unwrap();
        let (error, text) = refused(&world.url, world.folder.path()).await;
        assert!(matches!(error, StoreError::Damaged { .. }));
        insta::assert_snapshot!(text, @"the database is damaged or is no database at all; restore it from a backup: file is not a database (code 26)");
    });
}

#[test]
fn a_page_that_was_overwritten_is_damage_and_never_not_found() {
    run_on_sqlite(async |world: World| {
        let store = world.open().await;
        let mut asker = Asker::new(&store, 1);
        let mut keys = Vec::new();
        for _ in 0..50 {
            keys.extend(asker.account().await.1.into_iter().map(|made| made.key.id));
        }
        store.close().await;
        let file = world.folder.path().join("keyway.db");
        let mut bytes = fs::read(&file).unwrap();
        // All but the first pages, where the tables are named.
        let kept = 4096 * 2;
        bytes[kept..].fill(0xa5);
        fs::write(&file, bytes).unwrap();
        match Store::open(&world.url, secrets(), version()).await {
            Err(error) => assert!(matches!(error, StoreError::Damaged { .. }), "{error}"),
            Ok(store) => {
                let error = store.key(keys[0]).await.unwrap_err();
                assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
                let error = store.snapshot(drop).await.unwrap_err();
                assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
            }
        }
    });
}

#[test]
fn the_files_are_their_owners_alone() {
    run_on_sqlite(async |world: World| {
        let folder = world.folder.path();
        fs::write(folder.join("keyway.db"), "").unwrap();
        fs::set_permissions(folder.join("keyway.db"), fs::Permissions::from_mode(0o644)).unwrap();
        let store = world.open().await;
        Asker::new(&store, 1).account().await;
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|file| {
                let file = file.unwrap();
                let mode = file.metadata().unwrap().permissions().mode() & 0o777;
                format!("{} {mode:o}", file.file_name().display())
            })
            .collect();
        files.sort();
        insta::assert_snapshot!(files.join("\n"), @r"
        keyway.db 600
        keyway.db-shm 600
        keyway.db-wal 600
        keyway.db.lock 600
        ");
    });
}

#[test]
fn a_path_may_hold_any_character() {
    run_on_sqlite(async |world: World| {
        let file = world.folder.path().join("a b?c#d%41ü.db");
        let url = format!("sqlite:{}", file.display());
        let store = Store::open(&url, secrets(), version()).await.unwrap();
        Asker::new(&store, 1).account().await;
        store.close().await;
        assert!(fs::metadata(file).unwrap().len() > 0);
    });
}

#[test]
fn an_address_that_is_none_is_refused_without_repeating_what_may_be_a_password() {
    run_on_sqlite(async |world: World| {
        let folder = world.folder.path();
        let mut texts = Vec::new();
        for url in ["", "keyway.db", "sqlite:", "sqlite::memory:", "mysql://root:hunter2@db/keyway"]
        {
            let (error, text) = refused(url, folder).await;
            assert!(matches!(error, StoreError::Address { .. }));
            texts.push(text);
        }
        insta::assert_snapshot!(texts.join("\n"), @r"
        `:…` is no address of a store; write `sqlite:PATH` or `postgres://…`
        `:…` is no address of a store; write `sqlite:PATH` or `postgres://…`
        `sqlite:…` is no address of a store; write `sqlite:PATH` or `postgres://…`
        `sqlite:…` is no address of a store; write `sqlite:PATH` or `postgres://…`
        `mysql:…` is no address of a store; write `sqlite:PATH` or `postgres://…`
        ");
    });
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    run_on_sqlite(async |world: World| {
        let url = format!("sqlite:{}", world.folder.path().join("no/keyway.db").display());
        let (_, text) = refused(&url, world.folder.path()).await;
        insta::assert_snapshot!(text, @"the store cannot be reached: FOLDER/no/keyway.db.lock: No such file or directory (os error 2)");
    });
}
