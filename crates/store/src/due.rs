//! What has become due: keys whose time has come, and rotations that are scheduled.

use jiff::Timestamp;
use keys::KeyId;

use crate::row::Row;
use crate::{Store, StoreError};

/// The most that are told at a time; whoever did them asks again.
const DUE: &str = "SELECT id FROM \
     (SELECT id, ends_at AS at FROM keys \
      WHERE standing = 'expiring' AND expired = 0 AND ends_at <= $1 \
      UNION ALL \
      SELECT id, rotate_at AS at FROM keys WHERE rotate_at IS NOT NULL AND rotate_at <= $1) due \
     ORDER BY at, id LIMIT 100";

impl Store {
    /// Keys for which something is due, the longest waiting first, at most a hundred.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn due(&self, now: Timestamp) -> Result<Vec<KeyId>, StoreError> {
        let query = sqlx::query(DUE).bind(now.as_microsecond());
        let rows = query.fetch_all(self.inner.readers()).await?;
        rows.iter().map(|columns| Row::new("keys", columns).parse("id")).collect()
    }
}
