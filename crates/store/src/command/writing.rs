//! Writing the changes of one command.

use std::sync::atomic::Ordering;

use jiff::Timestamp;
use keys::{
    Account, AccountId, Adoption, Change, Digest, DueNotice, Entropy, Event, Idempotency, Key,
    KeyId, KeyValue, Minted, Organization, Realm, Reveal, Role, Sandbox, Standing, UserId,
};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, Transaction};

use crate::address::Engine;
use crate::hints::{self, CHANNEL};
use crate::reads::SEALED;
use crate::requests::CARRIED_OUT;
use crate::sealing::Belonging;
use crate::store::Inner;
use crate::{Member, Sequence, StoreError, audit, notices, people, row};

const ADD_ORGANIZATION: &str =
    "INSERT INTO organizations (id, name, created_at) VALUES ($1, $2, $3)";
const ADD_ACCOUNT: &str = "INSERT INTO accounts (born, id, organization, platform, \
     first_sandbox, version, name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const CHANGE_ACCOUNT: &str = "UPDATE accounts SET name = $2, version = $3, \
     deleted_at = $4 WHERE id = $1 AND deleted_at IS NULL";
const ADD_SANDBOX: &str =
    "INSERT INTO sandboxes (id, account, name, created_at) VALUES ($1, $2, $3, $4)";
const CHANGE_SANDBOX: &str =
    "UPDATE sandboxes SET name = $2, deleted_at = $3 WHERE id = $1 AND deleted_at IS NULL";
const ADD_KEY: &str = "INSERT INTO keys (born, id, account, mode, kind, tail, digest, \
     pepper_version, created_at, name, restriction, origin, organization, standing) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'active')";
/// What a deleted key was found by is of no more use.
const ADOPT: &str = "UPDATE keys SET digest = $2, pepper_version = $3, tail = $4, origin = $5 \
     WHERE id = $1 AND origin IN ('sha256', 'hmac_sha256') AND standing <> 'deleted'";
const SEAL: &str = "INSERT INTO sealed_values (key, envelope) VALUES ($1, $2)";
/// A deleted key never comes back, whatever is asked for.
const CHANGE_KEY: &str = "UPDATE keys SET name = $2, note = $3, restriction = $4, \
     permissions = $5, connect_permissions = $6, standing = $7, ends_at = $8, expired = $9, \
     deleted_at = $10, reveal = $11, rotate_at = $12, rotate_every_days = $13, \
     rotate_grace = $14, retires = $15 WHERE id = $1 AND standing <> 'deleted'";
const FORGET_SEALED: &str = "DELETE FROM sealed_values WHERE key = $1";
const ADD_CHANGE: &str = "INSERT INTO changes (sequence, account, key, at) VALUES ($1, $2, $3, $4)";
const RAISE_COUNTER: &str = "UPDATE counter SET sequence = $1 WHERE one = 1";
/// PostgreSQL alone: wakes other processes when the transaction commits.
const NOTIFY: &str = "SELECT pg_notify($1, $2)";

/// A transaction that holds the counter.
pub(crate) struct Writing<'s> {
    store: &'s Inner,
    transaction: Transaction<'static, Any>,
    before: Sequence,
    sequence: Sequence,
    at: Timestamp,
    revealed: Option<KeyValue>,
    /// Whether a sealed value was erased, of which no trace may stay.
    erased: bool,
}

/// A thing that gateways must read again.
#[derive(Clone, Copy)]
enum Touched {
    Account(AccountId),
    Key(KeyId),
}

impl<'s> Writing<'s> {
    pub(crate) fn new(
        store: &'s Inner,
        transaction: Transaction<'static, Any>,
        before: Sequence,
        at: Timestamp,
    ) -> Self {
        Self { store, transaction, before, sequence: before, at, revealed: None, erased: false }
    }

    pub(crate) async fn write(
        &mut self,
        change: &Change,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<(), StoreError> {
        match change {
            Change::OrganizationOpened(organization) => self.add_organization(organization).await,
            Change::AccountOpened(account) => self.add_account(account).await,
            Change::AccountChanged(account) => self.change_account(account).await,
            Change::SandboxOpened(sandbox) => self.add_sandbox(sandbox).await,
            Change::SandboxChanged(sandbox) => self.change_sandbox(sandbox).await,
            Change::KeyMade(minted) => self.add_key(minted, entropy).await,
            Change::KeyImported { key, digest } => self.import_key(key, *digest).await,
            Change::KeyAdopted { key, adoption } => self.adopt_key(key, adoption).await,
            Change::KeyChanged(key) => self.change_key(key).await,
            Change::KeyRevealed(key) => {
                self.revealed = Some(self.unseal(key).await?);
                match key.reveal {
                    // Nothing has changed.
                    Reveal::Always => Ok(()),
                    Reveal::Once | Reveal::Never => self.change_key(key).await,
                }
            }
        }
    }

    /// Whoever opens what belongs to nobody owns it.
    pub(crate) async fn found(
        &mut self,
        change: &Change,
        founder: UserId,
    ) -> Result<(), StoreError> {
        let realm = match change {
            Change::OrganizationOpened(organization) => Realm::Organization(organization.id),
            Change::AccountOpened(Account { id, organization: None, platform: None, .. }) => {
                Realm::Account(*id)
            }
            Change::AccountOpened(_)
            | Change::AccountChanged(_)
            | Change::SandboxOpened(_)
            | Change::SandboxChanged(_)
            | Change::KeyMade(_)
            | Change::KeyImported { .. }
            | Change::KeyAdopted { .. }
            | Change::KeyChanged(_)
            | Change::KeyRevealed(_) => return Ok(()),
        };
        let owner = Member { user: founder, realm, role: Role::Owner, since: self.at };
        people::add_member(&mut self.transaction, &owner).await
    }

    /// Whoever had a role in an account that is no more, or in one of its sandboxes, has it no
    /// longer, and nobody comes by an invitation. They are told by the last notice that was added.
    pub(crate) async fn dissolve(&mut self, change: &Change) -> Result<(), StoreError> {
        match change.account() {
            Some(Account { id, deleted_at: Some(_), .. }) => {
                people::dissolve(&mut self.transaction, *id, self.at).await
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Notes what a request that may be sent twice was about.
    pub(crate) async fn note_carried_out(
        &mut self,
        request: Idempotency,
        object: &str,
    ) -> Result<(), StoreError> {
        let note =
            sqlx::query(CARRIED_OUT).bind(request.subject().to_vec()).bind(object.to_owned());
        self.run(note).await.map(drop)
    }

    /// Commits; from here on all of it is true, and before it nothing was.
    pub(crate) async fn commit(mut self) -> Result<(Sequence, Option<KeyValue>), StoreError> {
        if self.sequence > self.before {
            self.run(sqlx::query(RAISE_COUNTER).bind(self.sequence.to_column())).await?;
            if self.store.engine == Engine::Postgres {
                let payload = hints::payload(&self.store.incarnation, self.sequence);
                self.run(sqlx::query(NOTIFY).bind(CHANNEL).bind(payload)).await?;
            }
        }
        self.transaction.commit().await.map_err(StoreError::of_commit)?;
        if self.erased {
            self.store.traces.store(true, Ordering::Relaxed);
        }
        self.store.forget_erased().await;
        Ok((self.sequence, self.revealed))
    }

    async fn add_organization(&mut self, organization: &Organization) -> Result<(), StoreError> {
        let insert = sqlx::query(ADD_ORGANIZATION)
            .bind(organization.id.to_string())
            .bind(organization.name.clone())
            .bind(organization.created_at.as_microsecond());
        self.run(insert).await.map(drop)
    }

    async fn add_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let insert = sqlx::query(ADD_ACCOUNT)
            .bind(self.sequence.next().to_column())
            .bind(account.id.to_string())
            .bind(account.organization.map(|id| id.to_string()))
            .bind(account.platform.map(|id| id.to_string()))
            .bind(account.first_sandbox.to_string())
            .bind(account.version.to_string())
            .bind(account.name.clone())
            .bind(account.created_at.as_microsecond());
        self.run(insert).await?;
        self.add_change(Touched::Account(account.id)).await
    }

    async fn change_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let update = sqlx::query(CHANGE_ACCOUNT)
            .bind(account.id.to_string())
            .bind(account.name.clone())
            .bind(account.version.to_string())
            .bind(account.deleted_at.map(Timestamp::as_microsecond));
        let row = account.id.to_string();
        let lost = StoreError::Inconsistent { table: "accounts", row, column: "id" };
        self.change_one(update, lost).await?;
        self.add_change(Touched::Account(account.id)).await
    }

    async fn add_sandbox(&mut self, sandbox: &Sandbox) -> Result<(), StoreError> {
        let insert = sqlx::query(ADD_SANDBOX)
            .bind(sandbox.id.to_string())
            .bind(sandbox.account.to_string())
            .bind(sandbox.name.clone())
            .bind(sandbox.created_at.as_microsecond());
        self.run(insert).await.map(drop)
    }

    async fn change_sandbox(&mut self, sandbox: &Sandbox) -> Result<(), StoreError> {
        let update = sqlx::query(CHANGE_SANDBOX)
            .bind(sandbox.id.to_string())
            .bind(sandbox.name.clone())
            .bind(sandbox.deleted_at.map(Timestamp::as_microsecond));
        let row = sandbox.id.to_string();
        self.change_one(update, StoreError::Inconsistent { table: "sandboxes", row, column: "id" })
            .await
    }

    async fn add_key(
        &mut self,
        minted: &Minted,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<(), StoreError> {
        let Minted { key, value } = minted;
        let pepper = self.store.secrets.peppers.current();
        self.insert_key(key, value.digest(pepper), pepper.version()).await?;
        match key.reveal {
            Reveal::Never => {}
            Reveal::Once | Reveal::Always => {
                let belonging = Belonging { key: key.id, home: key.home };
                let envelope = self.store.secrets.sealing.seal(value, belonging, entropy)?;
                self.run(sqlx::query(SEAL).bind(key.id.to_string()).bind(envelope)).await?;
            }
        }
        self.change_key(key).await
    }

    /// The digest is not ours, so that no pepper of ours is named.
    async fn import_key(&mut self, key: &Key, digest: Digest) -> Result<(), StoreError> {
        self.insert_key(key, digest, 0).await?;
        self.change_key(key).await
    }

    async fn adopt_key(&mut self, key: &Key, adoption: &Adoption) -> Result<(), StoreError> {
        let update = sqlx::query(ADOPT)
            .bind(key.id.to_string())
            .bind(adoption.digest.to_bytes().to_vec())
            .bind(i64::from(adoption.pepper_version))
            .bind(String::from_utf8_lossy(&key.tail).into_owned())
            .bind(row::origin_word(key.origin));
        let row = key.id.to_string();
        self.change_one(update, StoreError::Inconsistent { table: "keys", row, column: "origin" })
            .await?;
        self.add_change(Touched::Key(key.id)).await
    }

    async fn insert_key(
        &mut self,
        key: &Key,
        digest: Digest,
        pepper_version: u32,
    ) -> Result<(), StoreError> {
        let insert = sqlx::query(ADD_KEY)
            .bind(self.sequence.next().to_column())
            .bind(key.id.to_string())
            .bind(key.home.place().map(|place| place.account.to_string()))
            .bind(key.home.side())
            .bind(key.kind.as_str())
            .bind(String::from_utf8_lossy(&key.tail).into_owned())
            .bind(digest.to_bytes().to_vec())
            .bind(i64::from(pepper_version))
            .bind(key.created_at.as_microsecond())
            .bind(key.name.clone())
            .bind(row::restriction_text(&key.restriction))
            .bind(row::origin_word(key.origin))
            .bind(key.home.organization().map(|id| id.to_string()));
        self.run(insert).await.map(drop)
    }

    /// Writes what of a key can change.
    async fn change_key(&mut self, key: &Key) -> Result<(), StoreError> {
        let (standing, ends_at, expired, deleted_at) = standing_columns(key.standing);
        let schedule = key.schedule;
        let update = sqlx::query(CHANGE_KEY)
            .bind(key.id.to_string())
            .bind(key.name.clone())
            .bind(key.note.clone())
            .bind(row::restriction_text(&key.restriction))
            .bind(row::permissions_text(&key.grants.own))
            .bind(row::permissions_text(&key.grants.connect))
            .bind(standing)
            .bind(ends_at)
            .bind(expired)
            .bind(deleted_at)
            .bind(row::reveal_word(key.reveal))
            .bind(schedule.map(|schedule| schedule.next.as_microsecond()))
            .bind(schedule.and_then(|schedule| schedule.every).map(|days| i64::from(days.count())))
            .bind(schedule.map(|schedule| schedule.grace.as_secs()))
            .bind(key.retires.map(|id| id.to_string()));
        let row = key.id.to_string();
        let gone = StoreError::Inconsistent { table: "keys", row, column: "standing" };
        self.change_one(update, gone).await?;
        if key.reveal == Reveal::Never {
            let forget = sqlx::query(FORGET_SEALED).bind(key.id.to_string());
            self.erased |= self.run(forget).await? > 0;
        }
        self.add_change(Touched::Key(key.id)).await
    }

    async fn unseal(&mut self, key: &Key) -> Result<KeyValue, StoreError> {
        let query = sqlx::query(SEALED).bind(key.id.to_string());
        let found = query.fetch_optional(&mut *self.transaction).await?;
        let row = key.id.to_string();
        let lost = StoreError::Inconsistent { table: "sealed_values", row, column: "key" };
        self.store.opened(key.id, found.as_ref().ok_or(lost)?)
    }

    /// Appends an audit event, chained to the one before.
    pub(crate) async fn add_event(&mut self, event: &Event) -> Result<(), StoreError> {
        audit::append(&mut self.transaction, event).await
    }

    /// Has people told, unless the transaction comes to nothing.
    pub(crate) async fn add_notices(&mut self, due: &[DueNotice]) -> Result<(), StoreError> {
        for due in due {
            notices::add(&mut self.transaction, due).await?;
        }
        Ok(())
    }

    async fn add_change(&mut self, touched: Touched) -> Result<(), StoreError> {
        self.sequence = self.sequence.next();
        let (account, key) = match touched {
            Touched::Account(id) => (Some(id.to_string()), None),
            Touched::Key(id) => (None, Some(id.to_string())),
        };
        let insert = sqlx::query(ADD_CHANGE)
            .bind(self.sequence.to_column())
            .bind(account)
            .bind(key)
            .bind(self.at.as_microsecond());
        self.run(insert).await.map(drop)
    }

    async fn change_one(
        &mut self,
        statement: Query<'_, Any, AnyArguments>,
        otherwise: StoreError,
    ) -> Result<(), StoreError> {
        if self.run(statement).await? == 1 { Ok(()) } else { Err(otherwise) }
    }

    /// The rows that the statement touched.
    async fn run(&mut self, statement: Query<'_, Any, AnyArguments>) -> Result<u64, StoreError> {
        Ok(statement.execute(&mut *self.transaction).await?.rows_affected())
    }
}

/// The word, when it ends, whether that was noted, and when it was deleted.
fn standing_columns(standing: Standing) -> (&'static str, Option<i64>, i64, Option<i64>) {
    match standing {
        Standing::Active => ("active", None, 0, None),
        Standing::Expiring { at } => ("expiring", Some(at.as_microsecond()), 0, None),
        Standing::Expired { at } => ("expiring", Some(at.as_microsecond()), 1, None),
        Standing::Deleted { at } => ("deleted", None, 0, Some(at.as_microsecond())),
    }
}
