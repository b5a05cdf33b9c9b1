//! Uses of live keys that are dead: counted, and told about once a day.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use keys::{KeyId, Notice};
use sqlx::{Any, Transaction};

use super::{REMOVE, TakenNotice, micros, unwritable};
use crate::row::Row;
use crate::{Store, StoreError};

/// Of a key of a sandbox nothing is kept.
const NOTE: &str = "INSERT INTO dead_uses (key, times, at, client, user_agent) \
     SELECT k.id, $2, $3, $4, $5 FROM keys k WHERE k.id = $1 AND k.mode = 'live' \
     ON CONFLICT (key) DO UPDATE SET times = dead_uses.times + excluded.times, at = excluded.at, \
     client = excluded.client, user_agent = excluded.user_agent";
const DEAD_USE: &str = "SELECT key AS id, times, at, client, user_agent FROM dead_uses \
     WHERE key = $1 AND times > 0";
const COUNT_DOWN: &str = "UPDATE dead_uses SET times = times - $2, told_at = $3 WHERE key = $1";
/// Has people told from `$2` on, and no sooner than `$3` after the time before, unless they will be
/// already.
const TELL: &str = "INSERT INTO notices (kind, key, facts, made_at, due_at) \
     SELECT $4, d.key, $5, d.due, d.due FROM (SELECT key, \
     CASE WHEN told_at + $3 > $2 THEN told_at + $3 ELSE $2 END AS due \
     FROM dead_uses WHERE key = $1 AND times > 0) d \
     WHERE NOT EXISTS (SELECT 1 FROM notices n \
     WHERE n.key = d.key AND n.kind = $4 AND n.standing = 'waiting')";

/// How long uses are counted before anybody is told for the first time.
const COUNTED_FOR: SignedDuration = SignedDuration::from_mins(1);
/// How long people are left alone after that.
const ONCE_IN: SignedDuration = SignedDuration::from_hours(24);

/// Requests that were refused because their key was dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadUse {
    /// The key.
    pub key: KeyId,
    /// How many there were.
    pub times: u64,
    /// When the last one came.
    pub at: Timestamp,
    /// From where it came.
    pub client: IpAddr,
    /// What its program called itself, in at most 200 characters, and without a key value.
    pub user_agent: Option<String>,
}

impl Store {
    /// Counts uses of dead keys, and has people told of those of live mode, once a day.
    ///
    /// # Errors
    /// When the store fails; then none of it is kept.
    pub async fn note_dead_uses(&self, uses: &[DeadUse], now: Timestamp) -> Result<(), StoreError> {
        self.limited(async move {
            // In one order, so that two that do this wait for each other and not both for ever.
            let mut uses: Vec<&DeadUse> = uses.iter().collect();
            uses.sort_by_key(|one| one.key);
            let mut transaction = self.inner.begin_write().await?;
            for one in uses {
                let note = sqlx::query(NOTE)
                    .bind(one.key.to_string())
                    .bind(i64::try_from(one.times).unwrap_or(i64::MAX))
                    .bind(one.at.as_microsecond())
                    .bind(one.client.to_string())
                    .bind(one.user_agent.clone());
                if note.execute(&mut *transaction).await?.rows_affected() > 0 {
                    tell(&mut transaction, one.key, now).await?;
                }
            }
            transaction.commit().await.map_err(StoreError::of_commit)
        })
        .await
    }

    /// The uses of a dead key since people were last told of it, if there were any.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn dead_use(&self, key: KeyId) -> Result<Option<DeadUse>, StoreError> {
        let query = sqlx::query(DEAD_USE).bind(key.to_string());
        let found = self.row(query).await?;
        let Some(columns) = &found else { return Ok(None) };
        let row = Row::new("dead_uses", columns);
        let times: i64 = row.get("times")?;
        Ok(Some(DeadUse {
            key: row.parse("id")?,
            times: times.unsigned_abs(),
            at: row.time("at")?,
            client: row.parse("client")?,
            user_agent: row.get("user_agent")?,
        }))
    }

    /// Removes the notice of a dead key that has reached everybody, who know of so many uses now. Of
    /// others they are told in a day.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove_told(
        &self,
        taken: &TakenNotice,
        told: &DeadUse,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            let remove = sqlx::query(REMOVE).bind(taken.id).bind(taken.tries());
            if remove.execute(&mut *transaction).await?.rows_affected() > 0 {
                let count_down = sqlx::query(COUNT_DOWN)
                    .bind(told.key.to_string())
                    .bind(i64::try_from(told.times).unwrap_or(i64::MAX))
                    .bind(now.as_microsecond());
                count_down.execute(&mut *transaction).await?;
                tell(&mut transaction, told.key, now).await?;
            }
            transaction.commit().await.map_err(StoreError::of_commit)
        })
        .await
    }
}

async fn tell(
    on: &mut Transaction<'static, Any>,
    key: KeyId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let notice = Notice::DeadKeyUsed;
    let facts = serde_json::to_string(&notice).map_err(|_cause| unwritable(key))?;
    let tell = sqlx::query(TELL)
        .bind(key.to_string())
        .bind(now.as_microsecond().saturating_add(micros(COUNTED_FOR)))
        .bind(micros(ONCE_IN))
        .bind(notice.kind().as_str())
        .bind(facts);
    tell.execute(&mut **on).await?;
    Ok(())
}
