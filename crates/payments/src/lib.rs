//! The sample API behind Keyway's gateway: a small payments API with accounts, a balance, customers,
//! products and tokens.
//!
//! Purpose: make a first run real. To the gateway it is an ordinary upstream; official client libraries
//! of the field's best-known payments API work against it. Every object belongs to one account and one
//! mode of it, and is found nowhere else.
//! Limits: no money moves. The identity headers that the gateway sets are believed, so that nothing
//! but the gateway may reach the listener. One process at a time uses a database file.

mod accounts;
mod address;
mod balance;
mod call;
mod codes;
mod customers;
mod fault;
pub mod form;
mod idempotency;
mod identity;
mod metadata;
mod operation;
mod page;
mod params;
mod problem;
mod products;
mod router;
mod store;
mod tokens;
mod world;

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use sqlx::migrate::MigrateError;
use tokio::net::TcpListener;

pub use crate::codes::ERROR_CODES;
pub use crate::world::World;

/// The OpenAPI 3.1 document of the API, in JSON, as it is served at `/openapi.json`.
///
/// `x-keyway-publishable` says of each operation whether publishable keys may call it.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// The API. Clones are one.
#[derive(Debug, Clone)]
pub struct Payments {
    shared: Arc<router::Shared>,
}

/// Why the API cannot start.
#[derive(Debug, thiserror::Error)]
pub enum PaymentsError {
    /// The file cannot be made.
    #[error("the database of the payments API cannot be made: {0}")]
    File(#[from] std::io::Error),
    /// The file is no database, or one that was damaged. It is left as it is.
    #[error(
        "the database of the payments API is damaged or is no database at all; restore it from a backup, or move it away to begin anew: {0}"
    )]
    Damaged(String),
    /// The file cannot be read, or is of a newer version.
    #[error("the database of the payments API cannot be opened: {0}")]
    Database(#[source] MigrateError),
}

impl From<MigrateError> for PaymentsError {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the driver may name more errors some day")]
    fn from(error: MigrateError) -> Self {
        /// What SQLite says of a file whose pages, or whose head, make no sense.
        const DAMAGED: [&str; 2] = ["11", "26"];
        let said = match &error {
            MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _) => {
                cause.as_database_error()
            }
            _ => None,
        };
        match said.map(|said| (said.code(), said.message())) {
            Some((Some(code), message)) if DAMAGED.contains(&&*code) => {
                Self::Damaged(format!("{message} (code {code})"))
            }
            _ => Self::Database(error),
        }
    }
}

impl Payments {
    /// Opens the database, which is made if there is none, readable by its owner alone.
    ///
    /// `doc_base` is the address of the pages about error codes, as `/docs/errors`; an error of the
    /// code `c` names `doc_base/c`.
    ///
    /// # Errors
    /// When the file cannot be made, is no database, or was written by a newer version.
    pub async fn open(
        database: &Path,
        doc_base: String,
        world: World,
    ) -> Result<Self, PaymentsError> {
        let store = store::Store::open(database).await?;
        let running = idempotency::Running::default();
        Ok(Self { shared: Arc::new(router::Shared { store, doc_base, world, running }) })
    }

    /// The routes of the API.
    pub fn router(&self) -> Router {
        router::router(&self.shared)
    }

    /// Serves the API until `stop`, then finishes the requests that have begun, and closes the
    /// database.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let served = axum::serve(listener, self.router()).with_graceful_shutdown(stop).await;
        self.close().await;
        served
    }

    /// Closes the database. Requests that come later fail.
    pub async fn close(&self) {
        self.shared.store.close().await;
    }
}
