//! The DDL, embedded: the only text that differs between the two engines.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, SqlSafeStr};

use crate::StoreError;
use crate::address::Engine;

/// Brings the tables to what this version knows.
pub(crate) async fn run(engine: Engine, on: &mut AnyConnection) -> Result<(), StoreError> {
    let keys_and_people = match engine {
        Engine::Sqlite => include_str!("../migrations/sqlite/0001_keys_and_people.sql"),
        Engine::Postgres => include_str!("../migrations/postgres/0001_keys_and_people.sql"),
    };
    let migrations = vec![Migration::new(
        1,
        "keys and people".into(),
        MigrationType::Simple,
        keys_and_people.into_sql_str(),
        false,
    )];
    Ok(Migrator::with_migrations(migrations).run(on).await?)
}
