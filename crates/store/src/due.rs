//! What has become due: keys whose time has come, and rotations that are scheduled.

use jiff::Timestamp;
use keys::KeyId;
use sqlx::any::AnyRow;

use crate::row::Row;
use crate::{Store, StoreError};

const DUE: &str = "SELECT id, at FROM \
     (SELECT id, ends_at AS at FROM keys \
      WHERE standing = 'expiring' AND expired = 0 AND ends_at <= $1 \
      UNION ALL \
      SELECT id, rotate_at AS at FROM keys WHERE rotate_at IS NOT NULL AND rotate_at <= $1) due \
     WHERE at > $2 OR (at = $2 AND id > $3) ORDER BY at, id LIMIT 100";

/// A key for which something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The key.
    pub key: KeyId,
    /// Since when.
    pub since: Timestamp,
}

impl Store {
    /// Keys for which something is due, the longest waiting first, at most a hundred: those after
    /// that one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn due(&self, now: Timestamp, after: Option<Due>) -> Result<Vec<Due>, StoreError> {
        let (since, id) = match after {
            Some(Due { key, since }) => (since.as_microsecond(), key.to_string()),
            None => (i64::MIN, String::new()),
        };
        let query = sqlx::query(DUE).bind(now.as_microsecond()).bind(since).bind(id);
        self.rows(query).await?.iter().map(due).collect()
    }
}

fn due(columns: &AnyRow) -> Result<Due, StoreError> {
    let row = Row::new("keys", columns);
    Ok(Due { key: row.parse("id")?, since: row.time("at")? })
}
