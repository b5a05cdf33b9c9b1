//! Loading the things that a command names, in its transaction.

use keys::{
    Account, AccountId, Belonging, Command, Digest, IMPORTED_AT_ONCE, ImportFault, ImportedKey,
    Key, KeyCommand, KeyId, Mode, OrganizationId, Place, Rules, Sandbox, SandboxId, Scope,
};
use sqlx::{Any, AnyConnection, Transaction};

use crate::reads::{
    ACCOUNT, ACCOUNTS_OF_ORGANIZATION, ACCOUNTS_OF_PLATFORM, KEY, LIVING_KEYS,
    LIVING_KEYS_OF_ACCOUNT, ORGANIZATION, SANDBOX, SANDBOXES,
};
use crate::{StoreError, row};

const ANY_KEY_OF_DIGEST: &str = "SELECT id FROM keys WHERE digest = $1";

/// Whatever is not found is left out: to say so is the rules' business.
pub(crate) async fn load(
    on: &mut Transaction<'static, Any>,
    command: &Command,
    rules: &Rules,
) -> Result<Scope, StoreError> {
    let mut scope = empty(rules);
    match command {
        Command::OpenOrganization { .. }
        | Command::OpenAccount { belonging: Belonging::Nobody, .. } => {}
        Command::OpenAccount { belonging: Belonging::Organization(id), .. } => {
            scope.organizations.extend(organization(on, *id).await?);
            let accounts = sqlx::query(ACCOUNTS_OF_ORGANIZATION).bind(id.to_string());
            let rows = accounts.fetch_all(&mut **on).await?;
            scope.accounts = rows.iter().map(row::account).collect::<Result<_, _>>()?;
        }
        Command::OpenAccount { belonging: Belonging::Platform(id), .. }
        | Command::ChangeAccount { account: id, .. } => {
            scope.accounts.extend(account(on, *id).await?);
        }
        Command::DeleteAccount { account: id } => {
            let of = id.to_string();
            scope.accounts.extend(account(on, *id).await?);
            let rows = sqlx::query(ACCOUNTS_OF_PLATFORM).bind(of.clone()).fetch_all(&mut **on);
            for connected in &rows.await? {
                scope.accounts.push(row::account(connected)?);
            }
            let rows = sqlx::query(SANDBOXES).bind(of.clone()).fetch_all(&mut **on).await?;
            scope.sandboxes = rows.iter().map(row::sandbox).collect::<Result<_, _>>()?;
            let rows = sqlx::query(LIVING_KEYS_OF_ACCOUNT).bind(of).fetch_all(&mut **on).await?;
            scope.keys = rows.iter().map(row::key).collect::<Result<_, _>>()?;
        }
        Command::CreateSecretKey { place: Place { account: id, .. }, .. }
        | Command::CreateRestrictedKey { place: Place { account: id, .. }, .. }
        | Command::AddSandbox { account: id, .. } => {
            scope.accounts.extend(account(on, *id).await?);
            let rows = sqlx::query(SANDBOXES).bind(id.to_string()).fetch_all(&mut **on).await?;
            scope.sandboxes = rows.iter().map(row::sandbox).collect::<Result<_, _>>()?;
        }
        Command::CreateOrganizationKey { organization: id, .. } => {
            scope.organizations.extend(organization(on, *id).await?);
        }
        Command::ImportKeys { place, keys } => {
            scope.accounts.extend(account(on, place.account).await?);
            let of = place.account.to_string();
            let rows = sqlx::query(SANDBOXES).bind(of).fetch_all(&mut **on).await?;
            scope.sandboxes = rows.iter().map(row::sandbox).collect::<Result<_, _>>()?;
            scope.digests = digests(on, keys).await?;
        }
        Command::RenameSandbox { sandbox: id, .. } => {
            scope.sandboxes.extend(sandbox(on, *id).await?);
        }
        Command::DeleteSandbox { sandbox: id } => {
            if let Some(found) = sandbox(on, *id).await? {
                scope.accounts.extend(account(on, found.account).await?);
                scope.keys = living_keys(on, &found).await?;
                scope.sandboxes.push(found);
            }
        }
        Command::Key(id, command) => {
            scope.keys.extend(key(on, *id).await?);
            let retired = scope.keys.first().and_then(|key| key.retires);
            if let (KeyCommand::NoteFirstUse, Some(retired)) = (command, retired) {
                scope.keys.extend(key(on, retired).await?);
            }
            if let KeyCommand::Adopt(adoption) = command
                && is_known(on, adoption.digest).await?
            {
                scope.digests.push(adoption.digest);
            }
        }
    }
    Ok(scope)
}

/// Nothing to look at.
pub(crate) fn empty(rules: &Rules) -> Scope {
    Scope {
        organizations: Vec::new(),
        accounts: Vec::new(),
        sandboxes: Vec::new(),
        keys: Vec::new(),
        digests: Vec::new(),
        rules: rules.clone(),
    }
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

async fn sandbox(on: &mut AnyConnection, id: SandboxId) -> Result<Option<Sandbox>, StoreError> {
    let found = sqlx::query(SANDBOX).bind(id.to_string()).fetch_optional(on).await?;
    found.as_ref().map(row::sandbox).transpose()
}

async fn living_keys(on: &mut AnyConnection, sandbox: &Sandbox) -> Result<Vec<Key>, StoreError> {
    let mode = Mode::Sandbox(sandbox.id).to_string();
    let query = sqlx::query(LIVING_KEYS).bind(sandbox.account.to_string()).bind(mode);
    query.fetch_all(on).await?.iter().map(row::key).collect()
}

/// Those that keys have already. A list that is too long is refused whatever it holds.
async fn digests(
    on: &mut AnyConnection,
    keys: &[Result<ImportedKey, ImportFault>],
) -> Result<Vec<Digest>, StoreError> {
    let mut known = Vec::new();
    for key in keys.iter().take(IMPORTED_AT_ONCE).flatten() {
        let digest = key.foreign.digest;
        if is_known(&mut *on, digest).await? {
            known.push(digest);
        }
    }
    Ok(known)
}

async fn is_known(on: &mut AnyConnection, digest: Digest) -> Result<bool, StoreError> {
    let query = sqlx::query(ANY_KEY_OF_DIGEST).bind(digest.to_bytes().to_vec());
    Ok(query.fetch_optional(on).await?.is_some())
}
