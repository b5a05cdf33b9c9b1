//! Where the store is: an address, and what follows from it for its engine.

use std::path::PathBuf;

use sqlx::any::AnyConnectOptions;

use crate::StoreError;

/// Which database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// How a transaction begins that may write: SQLite lets one begin at a time, PostgreSQL makes
    /// them queue at the counter's row.
    pub(crate) fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }

    /// How a transaction begins that sees one state of everything.
    pub(crate) fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN DEFERRED",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

/// A parsed address.
pub(crate) enum Address {
    /// An SQLite file.
    Sqlite { file: PathBuf, options: AnyConnectOptions },
    /// A PostgreSQL server.
    Postgres { url: String, options: AnyConnectOptions },
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':') {
            Some(("sqlite", path)) => Self::sqlite(path.strip_prefix("//").unwrap_or(path)),
            Some(("postgres" | "postgresql", _)) => {
                let options = url.parse().map_err(|_cause: sqlx::Error| unusable(url))?;
                Ok(Self::Postgres { url: url.to_owned(), options })
            }
            Some(_) | None => Err(unusable(url)),
        }
    }

    fn sqlite(path: &str) -> Result<Self, StoreError> {
        if path.is_empty() || path.starts_with(':') {
            return Err(unusable("sqlite:"));
        }
        let file = std::path::absolute(path).map_err(|_cause| unusable("sqlite:"))?;
        let url =
            format!("sqlite://{}?mode=rw", percent_encoded(file.as_os_str().as_encoded_bytes()));
        let options = url.parse().map_err(|_cause: sqlx::Error| unusable("sqlite:"))?;
        Ok(Self::Sqlite { file, options })
    }

    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres { .. } => Engine::Postgres,
        }
    }
}

/// Every byte that could mean something else in a URL is written by its number.
fn percent_encoded(path: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    path.iter()
        .map(|byte| match *byte {
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// The error names the scheme alone: a password may follow it.
fn unusable(url: &str) -> StoreError {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    StoreError::Address { address: format!("{}:…", scheme.chars().take(20).collect::<String>()) }
}
