//! Values that are kept sealed, and values that are not kept at all.

use keys::{Command, Ending, KeyCommand, KeyValue, Livemode, Peppers};
use sqlx::{AssertSqlSafe, Row};
use store::{SealingKey, Secrets, Store, StoreError};

use crate::world::{Asker, World, minted, on_both_engines, pepper, secrets, version};

on_both_engines!(
    a_sealed_value_is_read_back_as_it_was_made,
    an_envelope_of_another_row_does_not_open,
    an_envelope_of_a_key_that_was_moved_does_not_open,
    a_changed_envelope_does_not_open,
    another_sealing_key_is_told_apart_from_a_broken_envelope,
    no_key_value_is_in_the_database,
    what_a_table_keeps_that_nobody_has_heard_of_is_found,
);

async fn a_sealed_value_is_read_back_as_it_was_made(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, keys) = asker.account().await;
    let (key, value) = asker.sandbox_key(&account).await;
    for (id, value) in keys.iter().map(|made| (made.key.id, &made.value)).chain([(key.id, &value)])
    {
        let read = asker.store.unseal(id).await.unwrap().unwrap();
        assert_eq!(read.expose(), value.expose());
    }
}

const BROKEN: &str =
    "row `key_…` of table `sealed_values` cannot be read: column `envelope` holds no such thing";
const UNKNOWN: &str = "a value is sealed under sealing key 3, which is not configured";

async fn refused(store: &Store, key: keys::KeyId) -> String {
    let error = store.unseal(key).await.map(|value| value.is_some()).unwrap_err();
    error.to_string().replace(&key.to_string(), "key_…")
}

async fn an_envelope_of_another_row_does_not_open(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (_, keys) = asker.account().await;
    let (one, other) = (keys[0].key.id, keys[1].key.id);
    let mut raw = world.raw().await;
    let copy = "UPDATE sealed_values SET envelope = \
         (SELECT s.envelope FROM sealed_values s WHERE s.key = $2) WHERE key = $1";
    let copy = sqlx::query(copy).bind(one.to_string()).bind(other.to_string());
    copy.execute(&mut raw).await.unwrap();
    assert_eq!(refused(&asker.store, one).await, BROKEN);
    assert!(asker.store.unseal(other).await.is_ok());
}

async fn an_envelope_of_a_key_that_was_moved_does_not_open(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (_, keys) = asker.account().await;
    world.tamper("UPDATE keys SET mode = 'live'").await;
    for made in keys.iter().filter(|made| made.key.form().livemode == Livemode::Test) {
        assert!(asker.store.unseal(made.key.id).await.is_err());
    }
    for made in keys.iter().filter(|made| made.key.form().livemode == Livemode::Live) {
        assert!(asker.store.unseal(made.key.id).await.is_ok());
    }
}

async fn a_changed_envelope_does_not_open(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (_, keys) = asker.account().await;
    let id = keys[0].key.id;
    let mut raw = world.raw().await;
    let read = "SELECT envelope FROM sealed_values WHERE key = $1";
    let row = sqlx::query(read).bind(id.to_string()).fetch_one(&mut raw).await.unwrap();
    let envelope: Vec<u8> = row.get("envelope");
    // Of its format byte, its nonce, its text and its tag.
    for place in [0, 5, 17, envelope.len() - 1] {
        let mut changed = envelope.clone();
        changed[place] ^= 1;
        let write = "UPDATE sealed_values SET envelope = $2 WHERE key = $1";
        let write = sqlx::query(write).bind(id.to_string()).bind(changed);
        write.execute(&mut raw).await.unwrap();
        assert!(matches!(
            asker.store.unseal(id).await,
            Err(StoreError::Inconsistent { table: "sealed_values", column: "envelope", .. })
        ));
    }
}

async fn another_sealing_key_is_told_apart_from_a_broken_envelope(world: World) {
    let store = world.open().await;
    let (_, keys) = Asker::new(&store, 1).account().await;
    store.close().await;
    let open = async |sealing| {
        let secrets = Secrets { peppers: Peppers::new(pepper(), None), sealing };
        Store::open(&world.url, secrets, version()).await.unwrap()
    };
    let another = open(SealingKey::new(4, &[2; 32])).await;
    assert_eq!(refused(&another, keys[0].key.id).await, UNKNOWN);
    another.close().await;
    let wrong = open(SealingKey::new(3, &[9; 32])).await;
    assert_eq!(refused(&wrong, keys[0].key.id).await, BROKEN);
}

async fn no_key_value_is_in_the_database(world: World) {
    let store = world.open().await;
    let mut asker = Asker::new(&store, 1);
    let (account, keys) = asker.account().await;
    let mut values: Vec<KeyValue> = Vec::new();
    let rotate = Command::Key(keys[0].key.id, KeyCommand::Rotate(Ending::Now));
    values.extend(minted(&mut asker.get(rotate).await.changes).into_iter().map(|made| made.value));
    values.extend(keys.into_iter().map(|made| made.value));
    let (key, value) = asker.sandbox_key(&account).await;
    store.unseal(key.id).await.unwrap().unwrap();
    asker.get(Command::Key(key.id, KeyCommand::Delete)).await;
    values.push(value);

    let kept = everything(&world).await;
    let holds = |bytes: &[u8]| kept.windows(bytes.len()).any(|window| window == bytes);
    assert!(holds(account.name.as_bytes()), "what is kept in the clear is found");
    for value in &values {
        // Past the prefix: any eight characters of the random part.
        let text = value.expose().as_bytes();
        assert!(text[8..text.len() - 4].windows(8).all(|part| !holds(part)));
    }
    store.close().await;
}

/// The look below sees whatever tables there are, so that one more cannot be forgotten.
async fn what_a_table_keeps_that_nobody_has_heard_of_is_found(world: World) {
    let store = world.open().await;
    let bytes = if world.is_sqlite() { "blob" } else { "bytea" };
    let mut raw = world.raw().await;
    let create = format!("CREATE TABLE new_things (id text, held {bytes})");
    sqlx::query(AssertSqlSafe(create)).execute(&mut raw).await.unwrap();
    let insert = sqlx::query("INSERT INTO new_things (id, held) VALUES ($1, $2)");
    insert.bind("in a text").bind(b"in some bytes".to_vec()).execute(&mut raw).await.unwrap();
    let kept = everything(&world).await;
    for held in [&b"in a text"[..], b"in some bytes"] {
        assert!(kept.windows(held.len()).any(|window| window == held));
    }
    store.close().await;
}

/// Each column of each table that the catalogue names, with the way to read it as bytes.
const COLUMNS_OF_SQLITE: &str = r#"SELECT m.name AS home, 'CAST("' || c.name || '" AS blob)' AS held
     FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"#;
const COLUMNS_OF_POSTGRES: &str = r#"SELECT CAST(table_name AS text) AS home,
     CASE WHEN data_type = 'bytea' THEN '"' || column_name || '"'
     ELSE 'convert_to(CAST("' || column_name || '" AS text), ''UTF8'')' END AS held
     FROM information_schema.columns WHERE table_schema = current_schema()"#;

/// Every byte of the database: all columns of all tables that its catalogue names, and of SQLite its
/// files as well, those of the journal and the write-ahead log among them.
pub(crate) async fn everything(world: &World) -> Vec<u8> {
    let mut kept = Vec::new();
    if world.is_sqlite() {
        for file in std::fs::read_dir(world.folder.path()).unwrap() {
            kept.extend(std::fs::read(file.unwrap().path()).unwrap());
        }
    }
    let mut raw = world.raw().await;
    let catalogue = if world.is_sqlite() { COLUMNS_OF_SQLITE } else { COLUMNS_OF_POSTGRES };
    let columns = sqlx::query(catalogue).fetch_all(&mut raw).await.unwrap();
    assert!(columns.len() > 100, "the catalogue was read");
    for column in columns {
        let (home, held): (&str, &str) = (column.get("home"), column.get("held"));
        let all = format!(r#"SELECT {held} AS held FROM "{home}""#);
        for row in sqlx::query(AssertSqlSafe(all)).fetch_all(&mut raw).await.unwrap() {
            kept.extend(row.get::<Option<Vec<u8>>, _>("held").unwrap_or_default());
        }
    }
    kept
}

#[test]
fn secrets_print_their_names_alone() {
    insta::assert_snapshot!(format!("{:?}", secrets()), @"Secrets { peppers: Peppers { current: Pepper 7, previous: None, imported: None }, sealing: SealingKey 3 }");
}
