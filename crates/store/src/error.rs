//! Why the store gave no answer. A failing store is never "not found".

use std::path::PathBuf;

use keys::{OrganizationId, Refusal};
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqliteError;

/// What the database or its driver says.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why the store gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address names no database that Keyway can use.
    #[error("`{address}` is no address of a store; write `sqlite:PATH` or `postgres://…`")]
    Address {
        /// The address without what follows its scheme, as a password may stand there.
        address: String,
    },
    /// The database does not answer, is closed or is too busy. Nothing was changed.
    #[error("the store cannot be reached: {cause}")]
    Unreachable {
        /// What the driver says.
        cause: Cause,
    },
    /// The file is no database, or one that was damaged.
    #[error("the database is damaged or is no database at all; restore it from a backup: {cause}")]
    Damaged {
        /// What the database says.
        cause: Cause,
    },
    /// Another process has the file open.
    #[error("another process uses the database; its lock file is `{}`", lock.display())]
    InUse {
        /// The file that the other process holds locked.
        lock: PathBuf,
    },
    /// A newer Keyway has written the database.
    #[error("the database was made by a newer Keyway (its migration {migration} is not known)")]
    Newer {
        /// The migration that is not known.
        migration: i64,
    },
    /// No room is left. Nothing was changed.
    #[error("the store is full: {cause}")]
    Full {
        /// What the database says.
        cause: Cause,
    },
    /// The connection broke during the commit, or the server fell silent: the changes are all kept, or
    /// none of them.
    #[error("it is not known whether the changes were kept: {cause}")]
    OutcomeUnknown {
        /// What the driver says.
        cause: Cause,
    },
    /// A row does not hold what it should.
    #[error("row `{row}` of table `{table}` cannot be read: column `{column}` holds no such thing")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The id of the row.
        row: String,
        /// The column.
        column: &'static str,
    },
    /// A value was sealed under a key that was not given.
    #[error("a value is sealed under sealing key {id}, which is not configured")]
    UnknownSealingKey {
        /// The id of that sealing key.
        id: u32,
    },
    /// Anything else.
    #[error("the store failed: {cause}")]
    Other {
        /// What the database or its driver says.
        cause: Cause,
    },
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A rule speaks against it. Nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a person was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddOwnerError {
    /// Somebody signs in with that address already.
    #[error("somebody signs in with this email address already")]
    EmailTaken,
    /// There is no such organization.
    #[error("there is no organization `{0}`")]
    UnknownOrganization(OrganizationId),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StoreError {
    /// What an error of the commit itself means.
    pub(crate) fn of_commit(error: sqlx::Error) -> Self {
        // A database that says no has rolled back; unless it was going down, or could not tell
        // whether the disk has it.
        let said_no = error.as_database_error().is_some_and(|said| {
            matches!(Fault::of(said), Fault::Damaged | Fault::Full | Fault::Other)
        });
        if said_no { error.into() } else { Self::OutcomeUnknown { cause: said(error) } }
    }
}

impl From<sqlx::Error> for StoreError {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the driver may name more errors some day")]
    fn from(error: sqlx::Error) -> Self {
        let fault = match &error {
            sqlx::Error::Database(said) => Fault::of(said.as_ref()),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Fault::Unreachable,
            _ => Fault::Other,
        };
        let cause = said(error);
        match fault {
            Fault::Unreachable | Fault::Disk => Self::Unreachable { cause },
            Fault::Damaged => Self::Damaged { cause },
            Fault::Full => Self::Full { cause },
            Fault::Other => Self::Other { cause },
        }
    }
}

impl From<MigrateError> for StoreError {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the driver may name more errors some day")]
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => cause.into(),
            MigrateError::VersionMissing(migration) => Self::Newer { migration },
            _ => Self::Other { cause: error.into() },
        }
    }
}

/// In the database's own words, without the driver's.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others speak for themselves")]
fn said(error: sqlx::Error) -> Cause {
    match error {
        sqlx::Error::Database(said) => match said.code() {
            Some(code) => format!("{} (code {code})", said.message()).into(),
            None => said.message().into(),
        },
        sqlx::Error::Io(cause) => cause.into(),
        other => other.into(),
    }
}

/// What sort of trouble an error code of the database tells.
enum Fault {
    Unreachable,
    Disk,
    Damaged,
    Full,
    Other,
}

impl Fault {
    fn of(error: &dyn DatabaseError) -> Self {
        let code = error.code().unwrap_or_default();
        if error.try_downcast_ref::<SqliteError>().is_some() {
            // The low byte is the primary code; the rest tells more of it.
            match code.parse::<u32>().map(|code| code & 0xff) {
                Ok(5 | 6 | 14) => Self::Unreachable,
                Ok(10) => Self::Disk,
                Ok(11 | 26) => Self::Damaged,
                Ok(13) => Self::Full,
                Ok(_) | Err(_) => Self::Other,
            }
        } else {
            match code.as_bytes() {
                [b'0', b'8', ..]
                | [b'5', b'7', b'P', ..]
                | b"25P03"
                | b"40003"
                | b"53300"
                | b"55P03"
                | b"57014" => Self::Unreachable,
                [b'5', b'8', ..] => Self::Disk,
                b"XX001" | b"XX002" => Self::Damaged,
                b"53100" => Self::Full,
                _ => Self::Other,
            }
        }
    }
}
