//! Carrying out a command: one transaction from the look at the things to the commit.

mod scope;
mod writing;

use jiff::Timestamp;
use keys::{
    Actor, Asker, Change, Command, Deed, Entropy, Event, EventId, KeyId, KeyValue, Refusal,
};
use sqlx::{Any, Transaction};

use crate::command::writing::Writing;
use crate::row::{Row, kept};
use crate::store::Inner;
use crate::{CommandError, Leases, Sequence, Store, StoreError};

/// Locks the counter's row for the rest of the transaction, so that all who write queue here.
const LOCK_COUNTER: &str = "UPDATE counter SET sequence = sequence + 0 WHERE one = 1 \
     RETURNING sequence, lease_granted, lease_awaited, lease_round, 'counter' AS id";

/// What an import notes of a request that may be sent twice: this, and the ids of all of its keys with
/// spaces between.
pub const IMPORTED: &str = "imported ";

/// What a command brought about.
pub struct Done {
    /// The last change that gateways must know of, when this was committed: who knows it knows all
    /// of this.
    pub sequence: Sequence,
    /// How long nodes that have not heard of it may go on; [`Leases::silent_after`] the commit none does.
    pub leases: Leases,
    /// The changes, with the values of new keys.
    pub changes: Vec<Change>,
    /// The value that was asked for.
    pub revealed: Option<KeyValue>,
}

/// A command that was refused before any rule was asked.
#[derive(Debug, Clone)]
pub struct Rejection<'r> {
    /// Who asked.
    pub asker: &'r Asker,
    /// For what.
    pub deed: Deed,
    /// The word for the reason.
    pub code: &'static str,
}

impl Store {
    /// Carries out a command, with all its changes or with none. Either way there is an audit event
    /// of it afterwards, unless nothing was due.
    ///
    /// # Errors
    /// When a rule speaks against it, or the store fails. After any but
    /// [`StoreError::OutcomeUnknown`] nothing was changed.
    pub async fn carry_out(
        &self,
        asker: &Asker,
        command: Command,
        now: Timestamp,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<Done, CommandError> {
        self.limited(async move {
            let now = kept(now);
            let mut transaction = self.inner.begin_write().await?;
            let (before, leases) = self.inner.lock(&mut transaction).await?;
            let scope = scope::load(&mut transaction, &command, &self.inner.rules).await?;
            let deed = Deed::of(&command);
            let decided = keys::decide(command, &asker.authority, &scope, now, entropy);
            let outcome = decided.as_deref().map_err(Refusal::code);
            let event = deed.event((EventId::mint(entropy), now), asker, &scope, outcome);
            let changes = decided.as_deref().unwrap_or_default();
            let notices = keys::notices(asker.actor, &scope, changes, now);
            let mut writing = Writing::new(&self.inner, transaction, before, now);
            for change in changes {
                writing.write(change, entropy).await?;
                if let Actor::User(founder) = asker.actor {
                    writing.found(change, founder).await?;
                }
            }
            writing.add_notices(&notices).await?;
            for change in changes {
                writing.dissolve(change).await?;
            }
            // Whoever finds that another has done it asked for nothing.
            if !matches!(decided, Err(Refusal::NothingDue)) {
                writing.add_event(&event).await?;
            }
            if let (Ok(changes), Some(request)) = (&decided, asker.idempotency)
                && let Some(object) = brought_about(changes, &event)
            {
                writing.note_carried_out(request, &object).await?;
            }
            let (sequence, revealed) = writing.commit().await?;
            self.inner.hints.committed(sequence);
            Ok(Done { sequence, leases, changes: decided?, revealed })
        })
        .await
    }
}

/// What whoever lost the answer asks for: all keys of an import, the key that was made in the place of
/// another, or else what the command was about.
fn brought_about(changes: &[Change], event: &Event) -> Option<String> {
    let imported = changes.iter().filter(|change| matches!(change, Change::KeyImported { .. }));
    let imported: Vec<String> =
        imported.filter_map(Change::key).map(|key| key.id.to_string()).collect();
    if !imported.is_empty() {
        return Some(format!("{IMPORTED}{}", imported.join(" ")));
    }
    let is_about_a_key = event.target().is_some_and(|target| target.parse::<KeyId>().is_ok());
    let made = || changes.iter().find_map(Change::made).map(|made| made.key.id.to_string());
    let replacement = if is_about_a_key { made() } else { None };
    replacement.or_else(|| event.target().map(str::to_owned))
}

impl Store {
    /// What the rules say of a command as things are, without carrying it out: there is no event of
    /// it, and [`Store::carry_out`] asks them again.
    ///
    /// # Errors
    /// When a rule speaks against it, or the store fails.
    pub async fn weigh(
        &self,
        asker: &Asker,
        command: Command,
        now: Timestamp,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<(), CommandError> {
        let look = async {
            let mut transaction = self.inner.begin_read().await?;
            let scope = scope::load(&mut transaction, &command, &self.inner.rules).await?;
            transaction.commit().await?;
            Ok::<_, StoreError>(scope)
        };
        let scope = self.looked(look).await?;
        keys::decide(command, &asker.authority, &scope, kept(now), entropy)?;
        Ok(())
    }

    /// Writes to the audit that a command was refused before any rule was asked.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn note_refused(
        &self,
        rejection: Rejection<'_>,
        now: Timestamp,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<(), StoreError> {
        self.limited(async move {
            let now = kept(now);
            let mut transaction = self.inner.begin_write().await?;
            let (before, _leases) = self.inner.lock(&mut transaction).await?;
            let Rejection { asker, deed, code } = rejection;
            let scope = scope::empty(&self.inner.rules);
            let event = deed.event((EventId::mint(entropy), now), asker, &scope, Err(code));
            let mut writing = Writing::new(&self.inner, transaction, before, now);
            writing.add_event(&event).await?;
            writing.commit().await.map(drop)
        })
        .await
    }
}

impl Inner {
    /// Takes the counter for the rest of the transaction; this is the sequence before it, and
    /// what holds of leases.
    pub(crate) async fn lock(
        &self,
        on: &mut Transaction<'static, Any>,
    ) -> Result<(Sequence, Leases), StoreError> {
        let row = sqlx::query(LOCK_COUNTER).fetch_one(&mut **on).await?;
        let row = Row::new("counter", &row);
        Ok((sequence(row, "sequence")?, Leases::of(row)?))
    }
}

/// The number in a column.
pub(crate) fn sequence(row: Row<'_>, column: &'static str) -> Result<Sequence, StoreError> {
    let number: i64 = row.get(column)?;
    let number = u64::try_from(number).map_err(|_cause| row.inconsistent(column))?;
    Ok(Sequence::new(number))
}
