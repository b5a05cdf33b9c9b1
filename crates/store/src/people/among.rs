//! Several people or keys at once, by their ids: what a page of a history names.

use std::collections::BTreeSet;
use std::fmt::Display;

use keys::{Key, KeyId, UserId};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, query};

use super::users::{User, user, user_columns};
use crate::reads::key_columns;
use crate::{Store, StoreError, row};

const USERS: &str = concat!("SELECT ", user_columns!(), " FROM users WHERE id IN ");
const KEYS: &str = concat!("SELECT ", key_columns!(), " FROM keys WHERE id IN ");

impl Store {
    /// Those of some people that there are, in any order.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn users_among(&self, ids: &BTreeSet<UserId>) -> Result<Vec<User>, StoreError> {
        self.among(USERS, ids, user).await
    }

    /// Those of some keys that there are, living or dead, in any order.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keys_among(&self, ids: &BTreeSet<KeyId>) -> Result<Vec<Key>, StoreError> {
        self.among(KEYS, ids, row::key).await
    }

    async fn among<T>(
        &self,
        statement: &'static str,
        ids: &BTreeSet<impl Display>,
        read: impl Fn(&AnyRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (1..=ids.len()).map(|place| format!("${place}")).collect();
        let text = format!("{statement}({})", places.join(", "));
        // As many texts as there can be ids are not worth being kept prepared.
        let query = query(AssertSqlSafe(text)).persistent(false);
        let query = ids.iter().fold(query, |query, id| query.bind(id.to_string()));
        self.all(query, read).await
    }
}
