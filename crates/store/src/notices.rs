//! What is still to be told of keys, and whom it has reached.
//!
//! A notice is written with what it tells of, and goes when it has reached everybody. Whoever takes
//! one has it alone for a while, which every person that it reaches prolongs; how often it was taken
//! tells one who was too slow from the next.

mod dead;
mod preferences;
mod recipients;

use jiff::{SignedDuration, Timestamp};
use keys::{DueNotice, KeyId, Notice};
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

pub use self::dead::DeadUse;
pub use self::recipients::Recipient;
use crate::row::Row;
use crate::{Store, StoreError};

const ADD: &str = "INSERT INTO notices (kind, key, facts, made_at, due_at) \
     VALUES ($1, $2, $3, $4, $4)";
const DUE: &str = "SELECT CAST(id AS text) AS id FROM notices \
     WHERE standing = 'waiting' AND due_at <= $1 LIMIT 1";
/// Said twice, so that of two that take at the same moment one finds nothing.
const TAKE: &str = "UPDATE notices SET due_at = $2, tries = tries + 1 \
     WHERE id = (SELECT n.id FROM notices n WHERE n.standing = 'waiting' AND n.due_at <= $1 \
     ORDER BY n.due_at, n.id LIMIT 1) AND standing = 'waiting' AND due_at <= $1 \
     RETURNING CAST(id AS text) AS id, key, facts, made_at, tries";
const TOLD: &str = r#"INSERT INTO notices_told (notice, "user")
     SELECT n.id, $2 FROM notices n WHERE n.id = $1 ON CONFLICT DO NOTHING"#;
const PUT_OFF: &str = "UPDATE notices SET due_at = $3 \
     WHERE id = $1 AND tries = $2 AND standing = 'waiting'";
const REMOVE: &str = "DELETE FROM notices WHERE id = $1 AND tries = $2 AND standing = 'waiting'";
const GIVE_UP: &str = "UPDATE notices SET standing = 'given_up' \
     WHERE id = $1 AND tries = $2 AND standing = 'waiting'";
const FORGET: &str = "DELETE FROM notices WHERE standing = 'given_up' AND made_at < $1";
const GIVEN_UP: &str =
    "SELECT count(*) AS notices, 'notices' AS id FROM notices WHERE standing = 'given_up'";

/// How long the one who took a notice has it alone; longer than a mail server may take for a letter.
const TAKEN_FOR: SignedDuration = SignedDuration::from_mins(5);
/// How long it can be seen that a notice was given up.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A notice that nobody else sends at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenNotice {
    id: i64,
    /// The key that it is about.
    pub key: KeyId,
    /// What is told of it.
    pub notice: Notice,
    /// When it became due first.
    pub made_at: Timestamp,
    /// How often it was taken, this time included.
    pub tries: u32,
}

impl Store {
    /// Takes the notice that has been due the longest, for five minutes.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn take_notice(&self, now: Timestamp) -> Result<Option<TakenNotice>, StoreError> {
        self.limited(async move {
            // Nothing is written, and nobody held up, as long as nothing is due.
            let due = sqlx::query(DUE).bind(now.as_microsecond());
            if self.row(due).await?.is_none() {
                return Ok(None);
            }
            let mut transaction = self.inner.begin_write().await?;
            let take = sqlx::query(TAKE).bind(now.as_microsecond()).bind(taken_until(now));
            let taken = take.fetch_optional(&mut *transaction).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            taken.as_ref().map(self::taken).transpose()
        })
        .await
    }

    /// Notes that a notice has reached somebody, who does not get it again. Whether it is still this
    /// one's to send: whoever was too slow must not go on.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn note_told(
        &self,
        taken: &TakenNotice,
        recipient: &Recipient,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            let told = sqlx::query(TOLD).bind(taken.id).bind(recipient.user.to_string());
            told.execute(&mut *transaction).await?;
            let prolong =
                sqlx::query(PUT_OFF).bind(taken.id).bind(taken.tries()).bind(taken_until(now));
            let prolonged = prolong.execute(&mut *transaction).await?.rows_affected();
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(prolonged == 1)
        })
        .await
    }

    /// Removes a notice that has reached everybody, or is not worth telling any more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove_notice(&self, taken: &TakenNotice) -> Result<(), StoreError> {
        let remove = sqlx::query(REMOVE).bind(taken.id).bind(taken.tries());
        self.write(remove).await.map(drop)
    }

    /// Lets a notice that has not reached everybody wait until then.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn put_notice_off(
        &self,
        taken: &TakenNotice,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let put_off =
            sqlx::query(PUT_OFF).bind(taken.id).bind(taken.tries()).bind(until.as_microsecond());
        self.write(put_off).await.map(drop)
    }

    /// Gives up a notice that has not reached everybody. It is remembered for thirty days, and never
    /// taken again.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn give_notice_up(
        &self,
        taken: &TakenNotice,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            let give_up = sqlx::query(GIVE_UP).bind(taken.id).bind(taken.tries());
            give_up.execute(&mut *transaction).await?;
            let long_ago = now.as_microsecond().saturating_sub(micros(REMEMBERED_FOR));
            sqlx::query(FORGET).bind(long_ago).execute(&mut *transaction).await?;
            transaction.commit().await.map_err(StoreError::of_commit)
        })
        .await
    }

    /// How many notices were given up in about the last thirty days.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn given_up_notices(&self) -> Result<u64, StoreError> {
        let found = self.row(sqlx::query(GIVEN_UP)).await?;
        let Some(columns) = found.as_ref() else { return Ok(0) };
        let count: i64 = Row::new("notices", columns).get("notices")?;
        Ok(count.unsigned_abs())
    }
}

impl TakenNotice {
    fn tries(&self) -> i64 {
        i64::from(self.tries)
    }
}

/// Adds a notice, in the transaction of what it tells of.
pub(crate) async fn add(
    on: &mut Transaction<'static, Any>,
    due: &DueNotice,
) -> Result<(), StoreError> {
    let DueNotice { key, notice, at } = due;
    let facts = serde_json::to_string(notice).map_err(|_cause| unwritable(*key))?;
    let add = sqlx::query(ADD)
        .bind(notice.kind().as_str())
        .bind(key.to_string())
        .bind(facts)
        .bind(at.as_microsecond());
    add.execute(&mut **on).await?;
    Ok(())
}

fn unwritable(key: KeyId) -> StoreError {
    StoreError::Inconsistent { table: "notices", row: key.to_string(), column: "facts" }
}

fn taken(columns: &AnyRow) -> Result<TakenNotice, StoreError> {
    let row = Row::new("notices", columns);
    let facts: &str = row.get("facts")?;
    let tries: i64 = row.get("tries")?;
    Ok(TakenNotice {
        id: row.parse("id")?,
        key: row.parse("key")?,
        notice: serde_json::from_str(facts).map_err(|_cause| row.inconsistent("facts"))?,
        made_at: row.time("made_at")?,
        tries: u32::try_from(tries).map_err(|_cause| row.inconsistent("tries"))?,
    })
}

fn taken_until(now: Timestamp) -> i64 {
    now.as_microsecond().saturating_add(micros(TAKEN_FOR))
}

fn micros(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
