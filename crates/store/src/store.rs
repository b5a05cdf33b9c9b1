//! Opening and closing.

use std::fs::File;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keys::Rules;
use sqlx::any::{AnyArguments, AnyConnectOptions, AnyPoolOptions, AnyRow, install_default_drivers};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Row, Transaction};
use tokio::time::timeout;

use crate::address::{Address, Engine};
use crate::error::Cause;
use crate::hints::Hints;
use crate::{Secrets, Sequence, StoreError, lock, migrations};

/// How long to wait for a free connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a change, or one look at something, may take. A server that is gone without a word never says
/// no, and its own limits are of no use then; nothing that answers at all takes as long.
pub const LONGEST_CHANGE: Duration = Duration::from_mins(2);
/// How long a connection that was let go of may take to show that it still answers. Whoever gave up
/// waiting may have left it in the middle of a statement, or with a server that hangs; a pool would ask
/// it without a limit, and never hand out another in its place.
const RETURNS_WITHIN: Duration = Duration::from_secs(2);
/// Connections that read, beside the one that writes to an SQLite file.
const READERS: u32 = 4;
/// Connections to a PostgreSQL server.
const CONNECTIONS: u32 = 8;

/// What every connection to an SQLite file begins with. An answered commit is on the disk, and what
/// is deleted is overwritten.
const SQLITE_SETUP: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 5000;";
/// What a connection begins with that reads alone.
const SQLITE_READER_SETUP: &str = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;";
/// What every connection to a PostgreSQL server begins with. An answered commit is on the disk, a
/// process that stands still while it holds the counter does not hold up the others for ever, and no
/// statement goes on for longer than anybody waits for it.
const POSTGRES_SETUP: &str = "SET idle_in_transaction_session_timeout = '10s'; \
     SET lock_timeout = '10s'; SET statement_timeout = '20s'; \
     SELECT set_config('synchronous_commit', 'on', false) \
     WHERE current_setting('synchronous_commit') IN ('off', 'local');";
/// What a transaction begins with that reads a whole table, however long that takes.
const POSTGRES_SCAN: &str = "SET LOCAL statement_timeout = 0";

/// Where Keyway keeps its things. Cheap to clone; all clones are one store.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
    longest: Duration,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store ({:?})", self.inner.engine)
    }
}

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    writers: AnyPool,
    readers: AnyPool,
    follower: tokio::sync::Mutex<Option<AnyConnection>>,
    pub(crate) secrets: Secrets,
    pub(crate) rules: Rules,
    pub(crate) incarnation: String,
    pub(crate) hints: Hints,
    pub(crate) unreadable: AtomicU64,
    /// Whether the write-ahead log may hold what was erased.
    pub(crate) traces: AtomicBool,
    lock: Mutex<Option<File>>,
}

impl Store {
    /// What the operator has set of the rules.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.inner.rules
    }

    /// Opens the store at `sqlite:PATH` or `postgres://…` and brings its tables up to date.
    ///
    /// `rules` are what the operator has set, or the version alone that new accounts start with. An SQLite file is made if there is none, readable
    /// by its owner alone, and belongs to one process at a time.
    ///
    /// # Errors
    /// When the address is none, the database does not answer, is damaged, in use by another
    /// process, or was written by a newer Keyway.
    pub async fn open(
        url: &str,
        secrets: Secrets,
        rules: impl Into<Rules>,
    ) -> Result<Self, StoreError> {
        install_default_drivers();
        let address = Address::parse(url)?;
        let engine = address.engine();
        let opened = match address {
            Address::Sqlite { file, options } => {
                let held = lock::take(&file)?;
                lock::make_private(&file)?;
                let incarnation = prepare(engine, &options).await?;
                let writers = pool(1, SQLITE_SETUP).connect_lazy_with(options.clone());
                let readers = pool(READERS, SQLITE_READER_SETUP).connect_lazy_with(options);
                (writers, readers, Hints::own(), incarnation, Some(held))
            }
            Address::Postgres { url, options } => {
                let incarnation = prepare(engine, &options).await?;
                let pool = pool(CONNECTIONS, POSTGRES_SETUP).connect_lazy_with(options);
                let hints = Hints::listening(url, incarnation.clone());
                (pool.clone(), pool, hints, incarnation, None)
            }
        };
        let (writers, readers, hints, incarnation, held) = opened;
        let (unreadable, lock) = (AtomicU64::new(0), Mutex::new(held));
        let inner = Inner {
            engine,
            writers,
            readers,
            follower: tokio::sync::Mutex::new(None),
            secrets,
            rules: rules.into(),
            incarnation,
            hints,
            unreadable,
            traces: AtomicBool::new(false),
            lock,
        };
        Ok(Self { inner: Arc::new(inner), longest: LONGEST_CHANGE })
    }

    /// The same store for somebody who waits for so long, instead of [`LONGEST_CHANGE`].
    #[must_use]
    pub fn with_patience(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }

    /// Lets go of the database; whoever still asks gets [`StoreError::Unreachable`].
    pub async fn close(&self) {
        self.inner.hints.stop();
        self.inner.readers.close().await;
        if let Some(connection) = self.inner.follower.lock().await.take()
            && let Err(error) = connection.close().await
        {
            tracing::debug!(%error, "a connection was not closed in order");
        }
        self.inner.writers.close().await;
        drop(self.inner.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Returns when something after that sequence was committed, or after `longest`, with the last
    /// sequence that was heard of.
    ///
    /// Only a hint: a change of another process may be missed, and is then found by whoever looks
    /// after `longest`; and one that was heard of may not be there.
    pub async fn wait_for_change(&self, after: Sequence, longest: Duration) -> Sequence {
        self.inner.hints.wait(after, longest).await
    }

    /// How many rows were left out of [`Store::snapshot`] and [`Store::changes_since`] since the
    /// store was opened, because they could not be read; each time counts.
    #[must_use]
    pub fn unreadable_rows(&self) -> u64 {
        self.inner.unreadable.load(Ordering::Relaxed)
    }
}

impl Store {
    /// One statement that writes, committed; the rows that it touched.
    pub(crate) async fn write(
        &self,
        statement: Query<'_, Any, AnyArguments>,
    ) -> Result<u64, StoreError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            let touched = statement.execute(&mut *transaction).await?.rows_affected();
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(touched)
        })
        .await
    }

    /// A change, unless it hangs: then its connection is let go of, and what became of it is not known.
    pub(crate) async fn limited<T, E: From<StoreError>>(
        &self,
        change: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        match timeout(self.longest, change).await {
            Ok(done) => done,
            Err(_elapsed) => {
                Err(StoreError::OutcomeUnknown { cause: no_answer(self.longest) }.into())
            }
        }
    }

    /// All that one statement reads.
    pub(crate) async fn rows(
        &self,
        query: Query<'_, Any, AnyArguments>,
    ) -> Result<Vec<AnyRow>, StoreError> {
        self.looked(async move { Ok(query.fetch_all(&self.inner.readers).await?) }).await
    }

    /// What one statement reads that finds one row at most.
    pub(crate) async fn row(
        &self,
        query: Query<'_, Any, AnyArguments>,
    ) -> Result<Option<AnyRow>, StoreError> {
        self.looked(async move { Ok(query.fetch_optional(&self.inner.readers).await?) }).await
    }

    /// A look, unless it hangs.
    pub(crate) async fn looked<T, E: From<StoreError>>(
        &self,
        look: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        match timeout(self.longest, look).await {
            Ok(found) => found,
            Err(_elapsed) => Err(StoreError::Unreachable { cause: no_answer(self.longest) }.into()),
        }
    }
}

impl Inner {
    /// Leaves no trace of what was erased in the file that SQLite writes ahead: an older page of it
    /// may still lie there. (A PostgreSQL server has its own ways with what is deleted.)
    ///
    /// What a reader holds up is tried again with the next change.
    pub(crate) async fn forget_erased(&self) {
        if self.engine != Engine::Sqlite || !self.traces.load(Ordering::Relaxed) {
            return;
        }
        let done = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.writers).await;
        match done.and_then(|row| row.try_get::<i64, _>("busy")) {
            Ok(0) => self.traces.store(false, Ordering::Relaxed),
            Ok(_busy) => {}
            Err(error) => tracing::warn!(%error, "cannot empty the write-ahead log"),
        }
    }

    /// A transaction that may write.
    pub(crate) async fn begin_write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.writers.begin_with(self.engine.begin_write()).await?)
    }

    /// A transaction that sees one state of everything.
    pub(crate) async fn begin_read(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.readers.begin_with(self.engine.begin_read()).await?)
    }

    /// The same, to read whole tables.
    pub(crate) async fn begin_scan(&self) -> Result<Transaction<'static, Any>, StoreError> {
        let mut transaction = self.begin_read().await?;
        if self.engine == Engine::Postgres {
            sqlx::raw_sql(POSTGRES_SCAN).execute(&mut *transaction).await?;
        }
        Ok(transaction)
    }

    /// What a statement of a follower reads, by a connection of its own: it waits for nobody.
    ///
    /// One that gave no answer in that time is never asked again: it may hang for hours. (A pool would
    /// ask it once more before it gives it up, without a limit.)
    pub(crate) async fn read_changes(
        &self,
        statement: Query<'_, Any, AnyArguments>,
        within: Duration,
    ) -> Result<Vec<AnyRow>, StoreError> {
        let reading = async {
            if self.readers.is_closed() {
                return Err(sqlx::Error::PoolClosed);
            }
            let mut place = self.follower.lock().await;
            let mut connection = match place.take() {
                Some(connection) => connection,
                None => self.connect_follower().await?,
            };
            let rows = statement.fetch_all(&mut connection).await?;
            *place = Some(connection);
            Ok(rows)
        };
        match timeout(within, reading).await {
            Ok(rows) => Ok(rows?),
            Err(_elapsed) => Err(StoreError::Unreachable { cause: no_answer(within) }),
        }
    }

    async fn connect_follower(&self) -> Result<AnyConnection, sqlx::Error> {
        let setup = match self.engine {
            Engine::Sqlite => SQLITE_READER_SETUP,
            Engine::Postgres => POSTGRES_SETUP,
        };
        let mut connection = self.readers.connect_options().connect().await?;
        sqlx::raw_sql(setup).execute(&mut connection).await?;
        Ok(connection)
    }
}

fn no_answer(within: Duration) -> Cause {
    format!("no answer within {within:?}").into()
}

/// Sets the database up on a connection of its own, so that what is wrong with it is told at once.
async fn prepare(engine: Engine, options: &AnyConnectOptions) -> Result<String, StoreError> {
    let mut connection = options.connect().await?;
    if engine == Engine::Sqlite {
        sqlx::raw_sql(SQLITE_SETUP).execute(&mut connection).await?;
    }
    migrations::run(engine, &mut connection).await?;
    let incarnation = read_incarnation(&mut connection).await?;
    connection.close().await?;
    Ok(incarnation)
}

async fn read_incarnation(on: &mut AnyConnection) -> Result<String, StoreError> {
    let row = sqlx::query("SELECT incarnation FROM counter").fetch_one(on).await?;
    Ok(row.try_get("incarnation")?)
}

fn pool(connections: u32, setup: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| {
            Box::pin(async move { sqlx::raw_sql(setup).execute(connection).await.map(drop) })
        })
        .after_release(|connection, _| {
            Box::pin(async move {
                let answers = timeout(RETURNS_WITHIN, connection.ping()).await;
                answers.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(|()| true)
            })
        })
}

#[cfg(test)]
mod tests {
    use keys::{Pepper, Peppers, Version};
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::SealingKey;

    async fn open(url: &str) -> Store {
        let peppers = Peppers::new(Pepper::new(1, &[1; 32]), None);
        let secrets = Secrets { peppers, sealing: SealingKey::new(1, &[2; 32]) };
        let version: Version = "2026-06-24.dahlia".parse().unwrap();
        Store::open(url, secrets, version).await.unwrap()
    }

    #[tokio::test]
    async fn an_sqlite_file_is_set_up_to_keep_what_was_answered_and_to_forget_what_was_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("keyway.db").display());
        let store = open(&url).await;
        let mut writer = store.inner.writers.acquire().await.unwrap();
        let mut set = Vec::new();
        for pragma in [
            "PRAGMA journal_mode",
            "PRAGMA synchronous",
            "PRAGMA foreign_keys",
            "PRAGMA secure_delete",
            "PRAGMA busy_timeout",
        ] {
            let row = sqlx::query(pragma).fetch_one(&mut *writer).await.unwrap();
            let number = |_| row.get::<i64, _>(0).to_string();
            set.push(row.try_get::<String, _>(0).unwrap_or_else(number));
        }
        insta::assert_snapshot!(set.join(" "), @"wal 2 1 1 5000");
        let reader = store.inner.readers.acquire().await;
        let write = sqlx::query("DELETE FROM keys").execute(&mut *reader.unwrap()).await;
        insta::assert_snapshot!(write.unwrap_err(), @"error returned from database: (code: 8) attempt to write a readonly database");
    }

    #[tokio::test]
    async fn a_statement_of_postgresql_ends_by_itself_unless_it_reads_whole_tables() {
        let Ok(server) = std::env::var("TEST_DATABASE_URL") else { return };
        install_default_drivers();
        let options = server.parse::<AnyConnectOptions>().unwrap();
        let mut admin = options.connect().await.unwrap();
        let schema = format!("set_up_{}", std::process::id());
        let create = AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
        sqlx::raw_sql(create).execute(&mut admin).await.unwrap();
        let mark = if server.contains('?') { '&' } else { '?' };
        let store = open(&format!("{server}{mark}options=-c%20search_path%3D{schema}")).await;
        let show = || sqlx::query("SHOW statement_timeout");
        let mut set = Vec::new();
        set.extend(store.rows(show()).await.unwrap());
        set.extend(store.inner.read_changes(show(), PATIENCE).await.unwrap());
        let mut scan = store.inner.begin_scan().await.unwrap();
        set.push(show().fetch_one(&mut *scan).await.unwrap());
        scan.commit().await.unwrap();
        store.close().await;
        let drop = AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"));
        sqlx::raw_sql(drop).execute(&mut admin).await.unwrap();
        let set: Vec<String> = set.iter().map(|row| row.get(0)).collect();
        insta::assert_snapshot!(set.join(" "), @"20s 20s 0");
    }
}
