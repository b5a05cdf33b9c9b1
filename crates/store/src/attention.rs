//! Keys that somebody should look at: a few of them, and how many there are.

use jiff::Timestamp;
use keys::{Key, KeyId, Place};
use sqlx::any::AnyRow;

use crate::reads::key_columns;
use crate::row::{self, Row};
use crate::{Store, StoreError};

/// Living keys of a place that end, that open live money from anywhere, or that were never used.
macro_rules! needs_attention {
    () => {
        "account = $1 AND mode = $2 AND (standing = 'active' \
         OR (standing = 'expiring' AND expired = 0 AND ends_at > $3)) \
         AND (standing = 'expiring' OR (kind <> 'publishable' \
         AND ((mode = 'live' AND restriction = 'anywhere') \
         OR NOT EXISTS (SELECT 1 FROM key_uses u WHERE u.key = keys.id))))"
    };
}
const SOME: &str = concat!(
    "SELECT ",
    key_columns!(),
    " FROM keys WHERE id IN (SELECT id FROM keys WHERE ",
    needs_attention!(),
    " ORDER BY CASE WHEN standing = 'expiring' THEN 0 \
     WHEN mode = 'live' AND restriction = 'anywhere' THEN 1 WHEN id = $4 THEN 2 ELSE 3 END, \
     ends_at, born DESC LIMIT $5) ORDER BY born DESC"
);
const COUNT: &str =
    concat!("SELECT count(*) AS found, 'keys' AS id FROM keys WHERE ", needs_attention!());
const OLDEST_SECRET: &str = concat!(
    "SELECT ",
    key_columns!(),
    " FROM keys WHERE account = $1 AND mode = $2 AND kind = 'secret' AND (standing = 'active' \
     OR (standing = 'expiring' AND expired = 0 AND ends_at > $3)) ORDER BY born LIMIT $4"
);

/// Keys that somebody should look at.
#[derive(Debug, Default)]
pub struct Attention {
    /// The first of them, newest first: before others those that end soonest, then those that may be
    /// used with live money from anywhere.
    pub keys: Vec<Key>,
    /// How many there are.
    pub all: usize,
}

impl Store {
    /// The living keys of a place that end, that are live and may be used from anywhere, or that were
    /// never used: at most so many. `first` comes before others that were never used.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn attention(
        &self,
        place: Place,
        first: Option<KeyId>,
        now: Timestamp,
        most: u16,
    ) -> Result<Attention, StoreError> {
        let of = [place.account.to_string(), place.mode.to_string()];
        let [account, mode] = of.clone();
        let some = sqlx::query(SOME)
            .bind(account)
            .bind(mode)
            .bind(now.as_microsecond())
            .bind(first.map(|id| id.to_string()))
            .bind(i64::from(most));
        let keys = self.all(some, row::key).await?;
        let [account, mode] = of;
        let count = sqlx::query(COUNT).bind(account).bind(mode).bind(now.as_microsecond());
        let found = |columns: &AnyRow| Row::new("keys", columns).get::<i64>("found");
        let all = self.one(count, found).await?.unwrap_or_default();
        Ok(Attention { keys, all: usize::try_from(all).unwrap_or_default() })
    }

    /// The oldest living secret keys of a place, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn oldest_secret_keys(
        &self,
        place: Place,
        now: Timestamp,
        most: u16,
    ) -> Result<Vec<Key>, StoreError> {
        let query = sqlx::query(OLDEST_SECRET)
            .bind(place.account.to_string())
            .bind(place.mode.to_string())
            .bind(now.as_microsecond())
            .bind(i64::from(most));
        self.all(query, row::key).await
    }
}
