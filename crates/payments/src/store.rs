//! The file that keeps the objects.
//!
//! Purpose: find, list, insert, replace and erase objects of one account and mode.
//! Limits: one process at a time writes, through one connection, so that writers queue rather than
//! collide; several connections read beside it. Objects are kept as the JSON that the API shows.

use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::error::DatabaseError;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{SqlSafeStr, Sqlite, SqliteConnection, Transaction};

use crate::PaymentsError;
use crate::identity::{Mode, NoMode, Place};

/// What objects of one kind have in common.
pub(crate) trait Resource: Serialize + DeserializeOwned {
    /// What it is called in the store and in messages.
    const NOUN: &'static str;

    /// Its id.
    fn id(&self) -> &str;
}

/// What is known under an id.
pub(crate) enum Found<R> {
    /// The object.
    Here(R),
    /// That there was one.
    Deleted,
}

/// Why the store gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// No connection became free in time, or another process holds the file.
    #[error("the database is busy: {0}")]
    Busy(#[source] sqlx::Error),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
    /// An object is not of the form that it should have.
    #[error("the {noun} `{id}` cannot be read or written: {cause}")]
    Unreadable {
        /// What it is.
        noun: &'static str,
        /// Its id, or where it is not known yet, the account.
        id: String,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_busy(&error) { Self::Busy(error) } else { Self::Database(error) }
    }
}

/// Whether nothing is wrong but that others, or the end of the process, came before.
fn is_busy(error: &sqlx::Error) -> bool {
    /// What SQLite says when another process holds the file.
    const SQLITE_BUSY: &str = "5";
    let is_held = error.as_database_error().and_then(DatabaseError::code);
    matches!(error, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)
        || is_held.is_some_and(|code| code == SQLITE_BUSY)
}

/// The store. Clones are one store.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(15);
/// Connections that read.
const READERS: u32 = 4;

impl Store {
    /// Opens the file, which is made if there is none, and brings its tables up to date.
    pub(crate) async fn open(file: &Path) -> Result<Self, PaymentsError> {
        make_private(file)?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            .pragma("secure_delete", "ON");
        let writer = pool(1).connect_with(options.clone()).await.map_err(MigrateError::from)?;
        migrations().run(&writer).await?;
        let readers = pool(READERS).connect_lazy_with(options.pragma("query_only", "ON"));
        Ok(Self { writer, readers })
    }

    /// Lets go of the file.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// A connection that reads.
    pub(crate) async fn read(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        Ok(self.readers.acquire().await?)
    }

    /// The one transaction that writes. It is undone unless it is committed.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// Makes the file, if there is none, readable by its owner alone; the files that SQLite puts beside it
/// get the same rights.
fn make_private(file: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
}

fn migrations() -> Migrator {
    let objects = include_str!("../migrations/0001_objects.sql");
    Migrator::with_migrations(vec![Migration::new(
        1,
        "objects".into(),
        MigrationType::Simple,
        objects.into_sql_str(),
        false,
    )])
}

/// The object with that id.
pub(crate) async fn find<R: Resource>(
    on: &mut SqliteConnection,
    place: &Place,
    id: &str,
) -> Result<Option<Found<R>>, StoreError> {
    let body: Option<Option<String>> = sqlx::query_scalar(
        "SELECT body FROM objects WHERE account = $1 AND mode = $2 AND kind = $3 AND id = $4",
    )
    .bind(&place.account)
    .bind(place.mode.as_str())
    .bind(R::NOUN)
    .bind(id)
    .fetch_optional(on)
    .await?;
    match body {
        None => Ok(None),
        Some(None) => Ok(Some(Found::Deleted)),
        Some(Some(body)) => Ok(Some(Found::Here(read(&body, id)?))),
    }
}

/// The mode of the same account in which there is an object with that id, live mode before others.
pub(crate) async fn elsewhere<R: Resource>(
    on: &mut SqliteConnection,
    place: &Place,
    id: &str,
) -> Result<Option<Mode>, StoreError> {
    let mode: Option<String> = sqlx::query_scalar(
        "SELECT mode FROM objects
         WHERE account = $1 AND kind = $2 AND id = $3 AND mode <> $4 AND body IS NOT NULL
         ORDER BY mode <> 'live', sequence LIMIT 1",
    )
    .bind(&place.account)
    .bind(R::NOUN)
    .bind(id)
    .bind(place.mode.as_str())
    .fetch_optional(on)
    .await?;
    let mode = mode.map(|mode| mode.parse()).transpose();
    Ok(mode.map_err(|no_mode: NoMode| sqlx::Error::Decode(no_mode.into()))?)
}

/// Keeps a new object; false when its id is taken.
pub(crate) async fn insert<R: Resource>(
    on: &mut SqliteConnection,
    place: &Place,
    object: &R,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO objects (account, mode, kind, id, body) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
    )
    .bind(&place.account)
    .bind(place.mode.as_str())
    .bind(R::NOUN)
    .bind(object.id())
    .bind(written(object)?)
    .execute(on)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps an object in the place of the one that has its id.
pub(crate) async fn replace<R: Resource>(
    on: &mut SqliteConnection,
    place: &Place,
    object: &R,
) -> Result<(), StoreError> {
    put::<R>(on, place, object.id(), Some(written(object)?)).await
}

/// Erases an object, but for the fact that there was one.
pub(crate) async fn erase<R: Resource>(
    on: &mut SqliteConnection,
    place: &Place,
    id: &str,
) -> Result<(), StoreError> {
    put::<R>(on, place, id, None).await
}

/// Erases an object wholly, so that its id is free again.
pub(crate) async fn forget<R: Resource>(
    on: &mut SqliteConnection,
    place: &Place,
    id: &str,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM objects WHERE account = $1 AND mode = $2 AND kind = $3 AND id = $4")
        .bind(&place.account)
        .bind(place.mode.as_str())
        .bind(R::NOUN)
        .bind(id)
        .execute(on)
        .await?;
    Ok(())
}

async fn put<R: Resource>(
    on: &mut SqliteConnection,
    place: &Place,
    id: &str,
    body: Option<String>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE objects SET body = $5
         WHERE account = $1 AND mode = $2 AND kind = $3 AND id = $4",
    )
    .bind(&place.account)
    .bind(place.mode.as_str())
    .bind(R::NOUN)
    .bind(id)
    .bind(body)
    .execute(on)
    .await?;
    Ok(())
}

/// Reads an object from what is kept of it.
pub(crate) fn read<R: Resource>(body: &str, id: &str) -> Result<R, StoreError> {
    serde_json::from_str(body).map_err(|cause| StoreError::Unreadable {
        noun: R::NOUN,
        id: id.to_owned(),
        cause,
    })
}

fn written<R: Resource>(object: &R) -> Result<String, StoreError> {
    serde_json::to_string(object).map_err(|cause| StoreError::Unreadable {
        noun: R::NOUN,
        id: object.id().to_owned(),
        cause,
    })
}
