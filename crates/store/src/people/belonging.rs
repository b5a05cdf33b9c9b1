//! The organizations and accounts that somebody belongs to.

use keys::{Account, AccountId, Organization, OrganizationId, UserId};

use crate::reads::account_columns;
use crate::{Store, StoreError, row};

/// A role on an organization holds for its accounts, one on a platform for its connected accounts; of
/// a role in a sandbox the account is seen, too.
const ACCOUNTS_OF: &str = concat!(
    r#"WITH mine AS (SELECT place FROM members WHERE "user" = $1),
     above AS (SELECT id FROM accounts WHERE id IN (SELECT place FROM mine)
         OR organization IN (SELECT place FROM mine))
     SELECT "#,
    account_columns!(),
    " FROM accounts WHERE (id IN (SELECT id FROM above) OR platform IN (SELECT id FROM above) \
     OR id IN (SELECT account FROM sandboxes WHERE deleted_at IS NULL \
         AND id IN (SELECT place FROM mine))) \
     AND (CAST($2 AS text) IS NULL OR born < (SELECT a.born FROM accounts a WHERE a.id = $2)) \
     AND (CAST($3 AS text) IS NULL OR organization = $3) \
     AND (CAST($4 AS text) IS NULL OR platform = $4) AND deleted_at IS NULL ORDER BY born DESC LIMIT $5"
);
const ACCOUNTS_UNDER: &str = concat!(
    "WITH own AS (SELECT id FROM accounts WHERE id = $1 OR organization = $1) SELECT ",
    account_columns!(),
    " FROM accounts WHERE (id IN (SELECT id FROM own) \
     OR (CAST($2 AS text) IS NOT NULL AND platform IN (SELECT id FROM own))) \
     AND (CAST($3 AS text) IS NULL OR born < (SELECT a.born FROM accounts a WHERE a.id = $3)) \
     AND (CAST($4 AS text) IS NULL OR organization = $4) \
     AND (CAST($5 AS text) IS NULL OR platform = $5) AND deleted_at IS NULL ORDER BY born DESC LIMIT $6"
);
const ORGANIZATIONS_OF: &str = r#"SELECT id, name, created_at FROM organizations
     WHERE id IN (SELECT place FROM members WHERE "user" = $1)
     AND (CAST($2 AS text) IS NULL
     OR created_at < (SELECT o.created_at FROM organizations o WHERE o.id = $2)
     OR (created_at = (SELECT o.created_at FROM organizations o WHERE o.id = $2) AND id > $2))
     ORDER BY created_at DESC, id LIMIT $3"#;

/// What accounts are under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Top {
    /// All of an organization.
    Organization(OrganizationId),
    /// That one itself.
    Account(AccountId),
}

/// Whose accounts are asked for; what is not named is not asked about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Whose {
    /// Those of that organization.
    pub organization: Option<OrganizationId>,
    /// Those connected to that account.
    pub platform: Option<AccountId>,
}

impl Store {
    /// Some of the accounts in which a person has a role, or in what they belong to: those after that
    /// one, the newest first, and none that was deleted.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn accounts_of(
        &self,
        user: UserId,
        whose: Whose,
        after: Option<AccountId>,
        most: u16,
    ) -> Result<Vec<Account>, StoreError> {
        let query = sqlx::query(ACCOUNTS_OF)
            .bind(user.to_string())
            .bind(after.map(|id| id.to_string()))
            .bind(whose.organization.map(|id| id.to_string()))
            .bind(whose.platform.map(|id| id.to_string()))
            .bind(i64::from(most));
        self.rows(query).await?.iter().map(row::account).collect()
    }

    /// Some of the accounts of an organization, or an account, and with `and_connected` those that are
    /// connected to one of them: those after that one, the newest first, and none that was deleted.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn accounts_under(
        &self,
        (top, and_connected): (Top, bool),
        whose: Whose,
        after: Option<AccountId>,
        most: u16,
    ) -> Result<Vec<Account>, StoreError> {
        let top = match top {
            Top::Organization(id) => id.to_string(),
            Top::Account(id) => id.to_string(),
        };
        let query = sqlx::query(ACCOUNTS_UNDER)
            .bind(top.clone())
            .bind(and_connected.then_some(top))
            .bind(after.map(|id| id.to_string()))
            .bind(whose.organization.map(|id| id.to_string()))
            .bind(whose.platform.map(|id| id.to_string()))
            .bind(i64::from(most));
        self.rows(query).await?.iter().map(row::account).collect()
    }

    /// Some of the organizations in which a person has a role: those after that one, the newest
    /// first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn organizations_of(
        &self,
        user: UserId,
        after: Option<OrganizationId>,
        most: u16,
    ) -> Result<Vec<Organization>, StoreError> {
        let query = sqlx::query(ORGANIZATIONS_OF)
            .bind(user.to_string())
            .bind(after.map(|id| id.to_string()))
            .bind(i64::from(most));
        self.rows(query).await?.iter().map(row::organization).collect()
    }
}
