//! When keys were used. No gateway decides by it, so that it is no change.

use std::net::IpAddr;

use jiff::Timestamp;
use keys::{Adoption, KeyId};

use crate::row::Row;
use crate::{DeadUse, Store, StoreError};

const NOTE: &str = "INSERT INTO key_uses (key, at, client) VALUES ($1, $2, $3) \
     ON CONFLICT (key) DO UPDATE SET at = excluded.at, client = excluded.client \
     WHERE excluded.at > key_uses.at";
const LAST: &str = "SELECT key AS id, at, client FROM key_uses WHERE key = $1";
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

/// What gateways tell of the use of keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    /// By which requests were admitted.
    pub admitted: Vec<KeyUse>,
    /// By which requests were refused because they are dead.
    pub dead: Vec<DeadUse>,
    /// Imported keys whose values were seen, so that they can be digested anew.
    pub adopted: Vec<(KeyId, Adoption)>,
}

impl Store {
    /// Keeps when keys were last used, and from where.
    ///
    /// # Errors
    /// When the store fails; then none of it is kept.
    pub async fn note_uses(&self, uses: &[KeyUse]) -> Result<(), StoreError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            for KeyUse { key, at, client } in uses {
                let note = sqlx::query(NOTE)
                    .bind(key.to_string())
                    .bind(at.as_microsecond())
                    .bind(client.to_string());
                note.execute(&mut *transaction).await?;
            }
            transaction.commit().await.map_err(StoreError::of_commit)
        })
        .await
    }

    /// The last use of a key that is kept.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn last_use(&self, key: KeyId) -> Result<Option<KeyUse>, StoreError> {
        let query = sqlx::query(LAST).bind(key.to_string());
        let found = self.row(query).await?;
        let Some(columns) = &found else { return Ok(None) };
        let row = Row::new("key_uses", columns);
        let (key, at, client) = (row.parse("id")?, row.time("at")?, row.parse("client")?);
        Ok(Some(KeyUse { key, at, client }))
    }

    /// The keys whose first use ends another.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn awaited(&self) -> Result<Vec<KeyId>, StoreError> {
        let rows = self.rows(sqlx::query(AWAITED)).await?;
        rows.iter().map(|columns| Row::new("keys", columns).parse("id")).collect()
    }
}
