//! Loading the things that a command names, in its transaction.

use keys::{Account, AccountId, Belonging, Command, Key, KeyId, OrganizationId, Scope, Version};
use sqlx::{Any, AnyConnection, Transaction};

use crate::reads::{ACCOUNT, KEY, ORGANIZATION, SANDBOXES};
use crate::{StoreError, row};

/// Whatever is not found is left out: to say so is the rules' business.
pub(crate) async fn load(
    on: &mut Transaction<'static, Any>,
    command: &Command,
    version: &Version,
) -> Result<Scope, StoreError> {
    let mut scope = Scope {
        organizations: Vec::new(),
        accounts: Vec::new(),
        sandboxes: Vec::new(),
        keys: Vec::new(),
        version: version.clone(),
    };
    match command {
        Command::OpenOrganization { .. }
        | Command::OpenAccount { belonging: Belonging::Nobody, .. } => {}
        Command::OpenAccount { belonging: Belonging::Organization(id), .. } => {
            scope.organizations.extend(organization(on, *id).await?);
        }
        Command::OpenAccount { belonging: Belonging::Platform(id), .. } => {
            scope.accounts.extend(account(on, *id).await?);
        }
        Command::CreateSecretKey { place, .. } => {
            scope.accounts.extend(account(on, place.account).await?);
            let id = place.account.to_string();
            let rows = sqlx::query(SANDBOXES).bind(id).fetch_all(&mut **on).await?;
            scope.sandboxes = rows.iter().map(row::sandbox).collect::<Result<_, _>>()?;
        }
        Command::RotateKey { key: id, .. }
        | Command::RestrictKey { key: id, .. }
        | Command::DeleteKey { key: id } => scope.keys.extend(key(on, *id).await?),
    }
    Ok(scope)
}

async fn organization(
    on: &mut AnyConnection,
    id: OrganizationId,
) -> Result<Option<OrganizationId>, StoreError> {
    let found = sqlx::query(ORGANIZATION).bind(id.to_string()).fetch_optional(on).await?;
    Ok(found.as_ref().map(row::organization).transpose()?.map(|organization| organization.id))
}

async fn account(on: &mut AnyConnection, id: AccountId) -> Result<Option<Account>, StoreError> {
    let found = sqlx::query(ACCOUNT).bind(id.to_string()).fetch_optional(on).await?;
    found.as_ref().map(row::account).transpose()
}

async fn key(on: &mut AnyConnection, id: KeyId) -> Result<Option<Key>, StoreError> {
    let found = sqlx::query(KEY).bind(id.to_string()).fetch_optional(on).await?;
    found.as_ref().map(row::key).transpose()
}
