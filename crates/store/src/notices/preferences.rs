//! Of what people want to be told: of everything, but for what they have turned off.

use keys::{Deed, Difference, NoticeKind, PeopleAct, UserId};
use sqlx::any::AnyRow;

use crate::row::Row;
use crate::{Doing, Store, StoreError};

const UNWANTED: &str = r#"SELECT "user" AS id, kind FROM unwanted_notices WHERE "user" = $1"#;
const TURN_OFF: &str = r#"INSERT INTO unwanted_notices ("user", kind) VALUES ($1, $2)
     ON CONFLICT DO NOTHING"#;
const TURN_ON: &str = r#"DELETE FROM unwanted_notices WHERE "user" = $1 AND kind = $2"#;

impl Store {
    /// Each kind of notice, and whether a person wants it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn notice_preferences(
        &self,
        user: UserId,
    ) -> Result<[(NoticeKind, bool); NoticeKind::ALL.len()], StoreError> {
        let query = sqlx::query(UNWANTED).bind(user.to_string());
        let rows = self.rows(query).await?;
        let kind = |columns: &AnyRow| Row::new("unwanted_notices", columns).parse("kind");
        let unwanted = rows.iter().map(kind).collect::<Result<Vec<NoticeKind>, _>>()?;
        Ok(NoticeKind::ALL.map(|kind| (kind, !unwanted.contains(&kind))))
    }

    /// Turns kinds of notices on or off for a person.
    ///
    /// # Errors
    /// When there is no such person, or the store fails; then nothing is changed.
    pub async fn set_notice_preferences(
        &self,
        user: UserId,
        choices: &[(NoticeKind, bool)],
        doing: Doing,
    ) -> Result<(), StoreError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            for (kind, wanted) in choices {
                let statement = if *wanted { TURN_ON } else { TURN_OFF };
                let set = sqlx::query(statement).bind(user.to_string()).bind(kind.as_str());
                set.execute(&mut *transaction).await?;
            }
            let chosen =
                choices.iter().map(|(kind, wanted)| (kind.as_str(), None, Some((*wanted).into())));
            let deed = Deed::of_person(PeopleAct::ChangeNotifications, user);
            doing.done(&mut transaction, deed, vec![Difference::of(user, chosen)]).await?;
            transaction.commit().await.map_err(StoreError::of_commit)
        })
        .await
    }
}
