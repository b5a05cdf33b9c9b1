//! Who is told of a key: all who may see it, by their roles in its account or organization, and all who
//! could until the account was deleted.

use std::collections::BTreeMap;

use keys::{EmailAddress, Home, Rights, Role, UserId};

use super::TakenNotice;
use crate::people::realms_above;
use crate::row::Row;
use crate::{Store, StoreError};

/// People with a confirmed address and a role on the account or organization or on what it belongs to,
/// who want it and have not been reached. Roles in a sandbox are none of its account's.
const RECIPIENTS: &str = concat!(
    realms_above!("$1"),
    r#"SELECT m."user" AS id, m.role, u.email FROM members m JOIN users u ON u.id = m."user"
     WHERE m.place IN (SELECT id FROM realms) AND u.email_confirmed_at IS NOT NULL
     AND m."user" NOT IN (SELECT w."user" FROM unwanted_notices w WHERE w.kind = $2)
     AND m."user" NOT IN (SELECT t."user" FROM notices_told t WHERE t.notice = $3)"#
);

/// Those who had a role there when it ended with what the notice tells of.
const OWED: &str = r#"SELECT u.id, u.email FROM notices_owed o JOIN users u ON u.id = o."user"
     WHERE o.notice = $1 AND u.email_confirmed_at IS NOT NULL
     AND u.id NOT IN (SELECT w."user" FROM unwanted_notices w WHERE w.kind = $2)
     AND u.id NOT IN (SELECT t."user" FROM notices_told t WHERE t.notice = $1)"#;

/// Somebody who is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub user: UserId,
    /// Where.
    pub email: EmailAddress,
}

impl Store {
    /// Whom a notice about a key that lives there has yet to reach, as roles and wishes are now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn notice_recipients(
        &self,
        taken: &TakenNotice,
        home: Home,
    ) -> Result<Vec<Recipient>, StoreError> {
        let query = sqlx::query(RECIPIENTS)
            .bind(home.owner())
            .bind(taken.notice.kind().as_str())
            .bind(taken.id);
        let mut people = BTreeMap::<UserId, (EmailAddress, Vec<Role>)>::new();
        for columns in &self.rows(query).await? {
            let row = Row::new("members", columns);
            let (user, email, role) = (row.parse("id")?, row.parse("email")?, row.parse("role")?);
            people.entry(user).or_insert_with(|| (email, Vec::new())).1.push(role);
        }
        let right = home.right_to_see();
        let may_see = |roles: &[Role]| roles.iter().copied().collect::<Rights>().has(right);
        let told = people.into_iter().filter(|(_, (_, roles))| may_see(roles));
        let mut told: BTreeMap<UserId, EmailAddress> =
            told.map(|(user, (email, _))| (user, email)).collect();
        let owed = sqlx::query(OWED).bind(taken.id).bind(taken.notice.kind().as_str());
        for columns in &self.rows(owed).await? {
            let row = Row::new("notices_owed", columns);
            told.insert(row.parse("id")?, row.parse("email")?);
        }
        Ok(told.into_iter().map(|(user, email)| Recipient { user, email }).collect())
    }
}
