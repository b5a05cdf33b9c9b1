//! The DDL, embedded: the only text that differs between the two engines.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, SqlSafeStr};

use crate::StoreError;
use crate::address::Engine;

/// One migration for both engines: its number, its name and its two texts.
macro_rules! migration {
    ($number:literal, $name:literal, $file:literal) => {
        (
            $number,
            $name,
            include_str!(concat!("../migrations/sqlite/", $file)),
            include_str!(concat!("../migrations/postgres/", $file)),
        )
    };
}

/// All migrations, in order. What has been released is never changed.
const ALL: [(i64, &str, &str, &str); 16] = [
    migration!(1, "keys and people", "0001_keys_and_people.sql"),
    migration!(2, "found by what they refer to", "0002_found_by_what_they_refer_to.sql"),
    migration!(3, "the whole life of a key", "0003_the_whole_life_of_a_key.sql"),
    migration!(4, "uses of keys", "0004_uses_of_keys.sql"),
    migration!(5, "people", "0005_people.sql"),
    migration!(6, "requests sent twice", "0006_requests_sent_twice.sql"),
    migration!(7, "notices", "0007_notices.sql"),
    migration!(10, "telephones", "0010_phones.sql"),
    migration!(11, "imported keys", "0011_imported_keys.sql"),
    migration!(12, "events of people", "0012_events_of_people.sql"),
    migration!(14, "leases", "0014_leases.sql"),
    migration!(20, "found at once", "0020_found_at_once.sql"),
    migration!(30, "deleted accounts", "0030_deleted_accounts.sql"),
    migration!(31, "organization keys", "0031_organization_keys.sql"),
    migration!(40, "pages of people", "0040_pages_of_people.sql"),
    migration!(41, "packed for a start", "0041_packed_for_a_start.sql"),
];

/// Brings the tables to what this version knows.
pub(crate) async fn run(engine: Engine, on: &mut AnyConnection) -> Result<(), StoreError> {
    let migrations = ALL.map(|(number, name, sqlite, postgres)| {
        let text = match engine {
            Engine::Sqlite => sqlite,
            Engine::Postgres => postgres,
        };
        let text = text.into_sql_str();
        Migration::new(number, name.into(), MigrationType::Simple, text, false)
    });
    Ok(Migrator::with_migrations(migrations.into()).run(on).await?)
}
