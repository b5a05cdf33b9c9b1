//! Telephones that verification codes go to.

use keys::{Deed, Difference, PeopleAct, PhoneNumber, UserId};
use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

use super::{Doing, run};
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
        let Some(columns) = self.row(query).await? else {
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
    pub async fn begin_phone(
        &self,
        user: UserId,
        number: &PhoneNumber,
        doing: Doing,
    ) -> Result<(), StoreError> {
        let begin = sqlx::query(BEGIN).bind(user.to_string()).bind(number.to_string());
        let named = Difference::of(user, [("pending", None, Some(end_of(number).into()))]);
        self.change_phone(begin, (PeopleAct::NamePhone, user), vec![named], doing).await.map(drop)
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
        doing: Doing,
    ) -> Result<bool, StoreError> {
        let before = self.phones(user).await?.confirmed;
        let confirm = sqlx::query(CONFIRM).bind(user.to_string()).bind(number.to_string());
        let before = before.map(|number| end_of(&number).into());
        let confirmed = Difference::of(user, [("number", before, Some(end_of(number).into()))]);
        let act = (PeopleAct::ConfirmPhone, user);
        Ok(self.change_phone(confirm, act, vec![confirmed], doing).await? == 1)
    }

    /// From here on no codes go to any telephone of that person. Where there is none there is no
    /// event of it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove_phone(&self, user: UserId, doing: Doing) -> Result<(), StoreError> {
        let remove = sqlx::query(REMOVE).bind(user.to_string());
        self.change_phone(remove, (PeopleAct::RemovePhone, user), Vec::new(), doing).await.map(drop)
    }

    async fn change_phone(
        &self,
        statement: Query<'_, Any, AnyArguments>,
        (act, user): (PeopleAct, UserId),
        changes: Vec<Difference>,
        doing: Doing,
    ) -> Result<u64, StoreError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            let touched = run(&mut transaction, statement).await?;
            if touched > 0 {
                doing.done(&mut transaction, Deed::of_person(act, user), changes).await?;
            }
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(touched)
        })
        .await
    }
}

/// What is kept of a number for good: enough to know it again by, and not to call it.
fn end_of(number: &PhoneNumber) -> String {
    let text = number.to_string();
    format!("…{}", text.get(text.len().saturating_sub(4)..).unwrap_or_default())
}
