//! What the console asks for. Lists are newest first.

use jiff::Timestamp;
use keys::{
    Account, AccountId, Digest, Key, KeyId, KeyValue, Livemode, Organization, OrganizationId,
    Place, Sandbox, SandboxId,
};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row as _};

use crate::row::{self, Row};
use crate::sealing::Belonging;
use crate::store::Inner;
use crate::{Store, StoreError};

pub(crate) const ORGANIZATION: &str =
    "SELECT id, name, created_at FROM organizations WHERE id = $1";
const ORGANIZATIONS: &str =
    "SELECT id, name, created_at FROM organizations ORDER BY created_at DESC, id";

macro_rules! account_columns {
    () => {
        "id, organization, platform, first_sandbox, version, name, created_at, deleted_at"
    };
}
pub(crate) use account_columns;
pub(crate) const ACCOUNT: &str =
    concat!("SELECT ", account_columns!(), " FROM accounts WHERE id = $1");
pub(crate) const ACCOUNTS_OF_ORGANIZATION: &str =
    concat!("SELECT ", account_columns!(), " FROM accounts WHERE organization = $1");
pub(crate) const ACCOUNTS_OF_PLATFORM: &str =
    concat!("SELECT ", account_columns!(), " FROM accounts WHERE platform = $1");
const ACCOUNTS: &str = concat!("SELECT ", account_columns!(), " FROM accounts ORDER BY born DESC");
const ANY_ACCOUNT: &str =
    concat!("SELECT ", account_columns!(), " FROM accounts WHERE deleted_at IS NULL LIMIT 1");

pub(crate) const SANDBOXES: &str = "SELECT id, account, name, created_at, deleted_at \
     FROM sandboxes WHERE account = $1 ORDER BY created_at DESC, id";

macro_rules! key_columns {
    () => {
        "id, account, organization, mode, kind, origin, name, note, tail, restriction, permissions, \
         connect_permissions, standing, ends_at, expired, deleted_at, reveal, rotate_at, \
         rotate_every_days, rotate_grace, retires, created_at, \
         (SELECT u.at FROM key_uses u WHERE u.key = keys.id) AS last_used_at"
    };
}
pub(crate) use key_columns;
pub(crate) const KEY: &str = concat!("SELECT ", key_columns!(), " FROM keys WHERE id = $1");
const KEY_OF_DIGEST: &str =
    concat!("SELECT ", key_columns!(), " FROM keys WHERE digest = $1 AND origin = 'minted'");
const KEYS: &str = concat!(
    "SELECT ",
    key_columns!(),
    " FROM keys WHERE account = $1 AND mode = $2 ORDER BY born DESC"
);
/// Some of the keys of an account's mode, or of an organization.
macro_rules! page_of_keys {
    ($of:literal) => {
        concat!(
            "SELECT ",
            key_columns!(),
            " FROM keys WHERE ",
            $of,
            " AND (CAST($3 AS text) IS NULL OR born < (SELECT k.born FROM keys k WHERE k.id = $3)) \
             AND ($4 = 'all' OR ($4 = 'living') = (standing = 'active' \
             OR (standing = 'expiring' AND expired = 0 AND ends_at > $5))) \
             ORDER BY born DESC LIMIT $6"
        )
    };
}
const PAGE_OF_KEYS: &str = page_of_keys!("account = $1 AND mode = $2");
const PAGE_OF_ORGANIZATION_KEYS: &str =
    page_of_keys!("organization = $1 AND ($2 = 'both' OR mode = $2)");
pub(crate) const LIVING_KEYS: &str = concat!(
    "SELECT ",
    key_columns!(),
    " FROM keys WHERE account = $1 AND mode = $2 AND standing <> 'deleted' ORDER BY born"
);
pub(crate) const LIVING_KEYS_OF_ACCOUNT: &str = concat!(
    "SELECT ",
    key_columns!(),
    " FROM keys WHERE account = $1 AND standing <> 'deleted' ORDER BY born"
);
pub(crate) const SANDBOX: &str =
    "SELECT id, account, name, created_at, deleted_at FROM sandboxes WHERE id = $1";
pub(crate) const SEALED: &str = "SELECT k.id, k.account, k.organization, k.mode, k.digest, k.pepper_version, s.envelope \
     FROM sealed_values s JOIN keys k ON k.id = s.key WHERE s.key = $1";

/// Which keys a page lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lives {
    /// Living and dead ones.
    All,
    /// Those that live at that moment.
    Living(Timestamp),
    /// Those that have ended before it.
    Ended(Timestamp),
}

impl Store {
    /// An organization.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn organization(
        &self,
        id: OrganizationId,
    ) -> Result<Option<Organization>, StoreError> {
        self.one(sqlx::query(ORGANIZATION).bind(id.to_string()), row::organization).await
    }

    /// All organizations.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn organizations(&self) -> Result<Vec<Organization>, StoreError> {
        self.all(sqlx::query(ORGANIZATIONS), row::organization).await
    }

    /// An account, deleted or not.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.one(sqlx::query(ACCOUNT).bind(id.to_string()), row::account).await
    }

    /// All accounts, deleted ones too.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.all(sqlx::query(ACCOUNTS), row::account).await
    }

    /// Whether there is any account that was not deleted.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn has_accounts(&self) -> Result<bool, StoreError> {
        Ok(self.one(sqlx::query(ANY_ACCOUNT), row::account).await?.is_some())
    }

    /// The sandboxes of an account.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sandboxes(&self, account: AccountId) -> Result<Vec<Sandbox>, StoreError> {
        self.all(sqlx::query(SANDBOXES).bind(account.to_string()), row::sandbox).await
    }

    /// A sandbox, deleted or not.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sandbox(&self, id: SandboxId) -> Result<Option<Sandbox>, StoreError> {
        self.one(sqlx::query(SANDBOX).bind(id.to_string()), row::sandbox).await
    }

    /// A key, living or dead.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn key(&self, id: KeyId) -> Result<Option<Key>, StoreError> {
        self.one(sqlx::query(KEY).bind(id.to_string()), row::key).await
    }

    /// The key that was made here and that a presented value digests to, living or dead.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn key_of_digest(&self, digest: &Digest) -> Result<Option<Key>, StoreError> {
        let query = sqlx::query(KEY_OF_DIGEST).bind(digest.to_bytes().to_vec());
        self.one(query, row::key).await
    }

    /// The keys of an account's mode, living and dead.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keys(&self, place: Place) -> Result<Vec<Key>, StoreError> {
        let Place { account, mode } = place;
        let query = sqlx::query(KEYS).bind(account.to_string()).bind(mode.to_string());
        self.all(query, row::key).await
    }

    /// Some of the keys of an account's mode: those after that one, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn page_of_keys(
        &self,
        place: Place,
        lives: Lives,
        after: Option<KeyId>,
        most: u16,
    ) -> Result<Vec<Key>, StoreError> {
        let Place { account, mode } = place;
        let of = [account.to_string(), mode.to_string()];
        self.page(PAGE_OF_KEYS, of, lives, (after, most)).await
    }

    /// Some of the keys of an organization itself, of one side or of both: those after that one, the
    /// newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn page_of_organization_keys(
        &self,
        organization: OrganizationId,
        livemode: Option<Livemode>,
        lives: Lives,
        (after, most): (Option<KeyId>, u16),
    ) -> Result<Vec<Key>, StoreError> {
        let of = [organization.to_string(), livemode.map_or("both", Livemode::as_str).to_owned()];
        self.page(PAGE_OF_ORGANIZATION_KEYS, of, lives, (after, most)).await
    }

    async fn page(
        &self,
        statement: &'static str,
        [of, side]: [String; 2],
        lives: Lives,
        (after, most): (Option<KeyId>, u16),
    ) -> Result<Vec<Key>, StoreError> {
        let (which, now) = match lives {
            Lives::All => ("all", Timestamp::UNIX_EPOCH),
            Lives::Living(now) => ("living", now),
            Lives::Ended(now) => ("ended", now),
        };
        let query = sqlx::query(statement)
            .bind(of)
            .bind(side)
            .bind(after.map(|id| id.to_string()))
            .bind(which)
            .bind(now.as_microsecond())
            .bind(i64::from(most));
        self.all(query, row::key).await
    }

    /// The value of a key that is kept sealed; nothing where it was never kept, or is no longer.
    ///
    /// It asks no rule: whether the value may be shown is for the caller to decide before.
    ///
    /// # Errors
    /// When the store fails, the sealing key is another one, or the envelope is not the one that
    /// was made for this key.
    pub async fn unseal(&self, key: KeyId) -> Result<Option<KeyValue>, StoreError> {
        let open = |columns: &AnyRow| self.inner.opened(key, columns);
        self.one(sqlx::query(SEALED).bind(key.to_string()), open).await
    }

    pub(crate) async fn one<T>(
        &self,
        query: Query<'_, Any, AnyArguments>,
        read: impl Fn(&AnyRow) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let found = self.row(query).await?;
        found.as_ref().map(read).transpose()
    }

    pub(crate) async fn all<T>(
        &self,
        query: Query<'_, Any, AnyArguments>,
        read: impl Fn(&AnyRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(query).await?.iter().map(read).collect()
    }
}

impl Inner {
    /// The value in a row that was read by [`SEALED`].
    pub(crate) fn opened(&self, key: KeyId, columns: &AnyRow) -> Result<KeyValue, StoreError> {
        let row = Row::new("sealed_values", columns);
        let belonging = Belonging { key, home: row::home(row)? };
        let value = self.secrets.sealing.open(row.get("envelope")?, belonging)?;
        let digested_under: i64 = row.get("pepper_version")?;
        let pepper = self
            .secrets
            .peppers
            .iter()
            .find(|pepper| i64::from(pepper.version()) == digested_under);
        let digest: &[u8] = columns.try_get("digest")?;
        match pepper {
            Some(pepper) if value.digest(pepper).to_bytes() != digest => {
                Err(row.inconsistent("envelope"))
            }
            Some(_) | None => Ok(value),
        }
    }
}
