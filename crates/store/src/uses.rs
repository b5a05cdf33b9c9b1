//! When keys were used. No gateway decides by it, so that it is no change.

use std::net::IpAddr;

use jiff::Timestamp;
use keys::KeyId;

use crate::row::Row;
use crate::{Store, StoreError};

const NOTE: &str = "INSERT INTO key_uses (key, at, client) VALUES ($1, $2, $3) \
     ON CONFLICT (key) DO UPDATE SET at = excluded.at, client = excluded.client \
     WHERE excluded.at > key_uses.at";
const AWAITED: &str = "SELECT id FROM keys WHERE retires IS NOT NULL";

/// A key was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUse {
    /// The key.
    pub key: KeyId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub client: IpAddr,
}

impl Store {
    /// Keeps when keys were last used, and from where.
    ///
    /// # Errors
    /// When the store fails; then none of it is kept.
    pub async fn note_uses(&self, uses: &[KeyUse]) -> Result<(), StoreError> {
        let mut transaction = self.inner.begin_write().await?;
        for KeyUse { key, at, client } in uses {
            let note = sqlx::query(NOTE)
                .bind(key.to_string())
                .bind(at.as_microsecond())
                .bind(client.to_string());
            note.execute(&mut *transaction).await?;
        }
        transaction.commit().await.map_err(StoreError::of_commit)
    }

    /// The keys whose first use ends another.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn awaited(&self) -> Result<Vec<KeyId>, StoreError> {
        let rows = sqlx::query(AWAITED).fetch_all(self.inner.readers()).await?;
        rows.iter().map(|columns| Row::new("keys", columns).parse("id")).collect()
    }
}
