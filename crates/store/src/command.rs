//! Carrying out a command: one transaction from the look at the things to the commit.

mod scope;
mod writing;

use jiff::Timestamp;
use keys::{Change, Command, Entropy};
use sqlx::{Any, Transaction};

use crate::command::writing::Writing;
use crate::row::Row;
use crate::store::Inner;
use crate::{CommandError, Sequence, Store, StoreError};

/// Locks the counter's row for the rest of the transaction, so that all who write queue here.
const LOCK_COUNTER: &str = "UPDATE counter SET sequence = sequence + 0 WHERE one = 1 \
     RETURNING sequence, 'counter' AS id";

/// What a command brought about.
pub struct Done {
    /// The last change that gateways must know of, when this was committed: who knows it knows all
    /// of this.
    pub sequence: Sequence,
    /// The changes, with the values of new keys.
    pub changes: Vec<Change>,
}

impl Store {
    /// Carries out a command, with all its changes or with none.
    ///
    /// # Errors
    /// When a rule speaks against it, or the store fails. After any but
    /// [`StoreError::OutcomeUnknown`] nothing was changed.
    pub async fn carry_out(
        &self,
        command: Command,
        now: Timestamp,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<Done, CommandError> {
        // As exact as it is kept.
        let now = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        let mut transaction = self.inner.begin_write().await?;
        let before = self.inner.lock(&mut transaction).await?;
        let scope = scope::load(&mut transaction, &command, &self.inner.version).await?;
        let changes = keys::decide(command, &scope, now, entropy)?;
        let mut writing = Writing::new(&self.inner, transaction, before, now);
        for change in &changes {
            writing.write(change, entropy).await?;
        }
        let sequence = writing.commit().await?;
        self.inner.hints.committed(sequence);
        Ok(Done { sequence, changes })
    }
}

impl Inner {
    /// Takes the counter for the rest of the transaction; this is the sequence before it.
    pub(crate) async fn lock(
        &self,
        on: &mut Transaction<'static, Any>,
    ) -> Result<Sequence, StoreError> {
        let row = sqlx::query(LOCK_COUNTER).fetch_one(&mut **on).await?;
        sequence(Row::new("counter", &row), "sequence")
    }
}

/// The number in a column.
pub(crate) fn sequence(row: Row<'_>, column: &'static str) -> Result<Sequence, StoreError> {
    let number: i64 = row.get(column)?;
    let number = u64::try_from(number).map_err(|_cause| row.inconsistent(column))?;
    Ok(Sequence::new(number))
}
