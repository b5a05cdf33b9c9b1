//! Telephones that verification codes go to.

use keys::{PhoneNumber, UserId};

use crate::row::Row;
use crate::{Store, StoreError};

const PHONES: &str = r#"SELECT "user" AS id, confirmed, pending FROM phones WHERE "user" = $1"#;
const BEGIN: &str = r#"INSERT INTO phones ("user", pending) VALUES ($1, $2)
     ON CONFLICT ("user") DO UPDATE SET pending = excluded.pending"#;
const CONFIRM: &str = r#"UPDATE phones SET confirmed = pending, pending = NULL
     WHERE "user" = $1 AND pending = $2"#;
const REMOVE: &str = r#"DELETE FROM phones WHERE "user" = $1"#;

/// The telephones of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phones {
    /// The one that codes go to.
    pub confirmed: Option<PhoneNumber>,
    /// The one that counts once a code was shown that was sent to it.
    pub pending: Option<PhoneNumber>,
}

impl Store {
    /// The telephones of a person.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn phones(&self, user: UserId) -> Result<Phones, StoreError> {
        let query = sqlx::query(PHONES).bind(user.to_string());
        let Some(columns) = query.fetch_optional(self.inner.readers()).await? else {
            return Ok(Phones::default());
        };
        let row = Row::new("phones", &columns);
        let number = |column: &'static str| -> Result<Option<PhoneNumber>, StoreError> {
            let text: Option<String> = row.get(column)?;
            let read = |text: String| text.parse().map_err(|_cause| row.inconsistent(column));
            text.map(read).transpose()
        };
        Ok(Phones { confirmed: number("confirmed")?, pending: number("pending")? })
    }

    /// Notes a telephone that a person names. It counts for nothing until it is confirmed.
    ///
    /// # Errors
    /// When there is no such person, or the store fails.
    pub async fn begin_phone(&self, user: UserId, number: &PhoneNumber) -> Result<(), StoreError> {
        let begin = sqlx::query(BEGIN).bind(user.to_string()).bind(number.to_string());
        self.inner.write(begin).await.map(drop)
    }

    /// From here on codes go to that telephone, if it is still the one that was named last; whether
    /// it is.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn confirm_phone(
        &self,
        user: UserId,
        number: &PhoneNumber,
    ) -> Result<bool, StoreError> {
        let confirm = sqlx::query(CONFIRM).bind(user.to_string()).bind(number.to_string());
        Ok(self.inner.write(confirm).await? == 1)
    }

    /// From here on no codes go to any telephone of that person.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove_phone(&self, user: UserId) -> Result<(), StoreError> {
        self.inner.write(sqlx::query(REMOVE).bind(user.to_string())).await.map(drop)
    }
}
