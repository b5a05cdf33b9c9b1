//! All accounts of an organization, with those that are connected to them, and their sandboxes.

use keys::{Account, OrganizationId, Sandbox};

use crate::reads::account_columns;
use crate::{Store, StoreError, row};

/// Whoever is above others comes first, so that nothing stands alone where there are too many.
macro_rules! within {
    ($columns:expr) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM accounts WHERE deleted_at IS NULL AND (organization = $1 \
             OR platform IN (SELECT id FROM accounts WHERE organization = $1)) \
             ORDER BY CASE WHEN platform IS NULL THEN 0 ELSE 1 END, born DESC LIMIT $2"
        )
    };
}
const ACCOUNTS_WITHIN: &str = within!(account_columns!());
const SANDBOXES_WITHIN: &str = concat!(
    "WITH within AS (",
    within!("id"),
    ") SELECT id, account, name, created_at, deleted_at FROM sandboxes \
     WHERE deleted_at IS NULL AND account IN (SELECT id FROM within) ORDER BY created_at, id"
);

/// The accounts of an organization that were not deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// Those of the organization itself, and after them those that are connected to these; each the
    /// newest first.
    pub accounts: Vec<Account>,
    /// Their living sandboxes, the oldest first.
    pub sandboxes: Vec<Sandbox>,
}

impl Store {
    /// The accounts of an organization, at most so many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn tree(&self, organization: OrganizationId, most: u16) -> Result<Tree, StoreError> {
        let asked =
            |statement| sqlx::query(statement).bind(organization.to_string()).bind(i64::from(most));
        let accounts = self.rows(asked(ACCOUNTS_WITHIN)).await?;
        let sandboxes = self.rows(asked(SANDBOXES_WITHIN)).await?;
        Ok(Tree {
            accounts: accounts.iter().map(row::account).collect::<Result<_, _>>()?,
            sandboxes: sandboxes.iter().map(row::sandbox).collect::<Result<_, _>>()?,
        })
    }
}
