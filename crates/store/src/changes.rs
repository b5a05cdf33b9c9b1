//! Following the store: what changed after a sequence, as it is now.

use std::sync::atomic::Ordering;
use std::time::Duration;

use keys::{AccountId, Fact, KeyId};
use sqlx::any::AnyRow;

use crate::command::sequence;
use crate::packed::{self, Unreadable, packed_account, packed_key};
use crate::row::Row;
use crate::store::Inner;
use crate::{Leases, Sequence, Store, StoreError};

/// One statement sees one state: the number, and what every change up to it made of its thing. Of
/// several changes of one thing the last one counts.
const CHANGES_SINCE: &str = concat!(
    "SELECT n.sequence AS now, n.lease_granted, n.lease_awaited, n.lease_round, \
     c.sequence, c.account, c.key, ",
    packed_account!(),
    " AS packed_account, ",
    packed_key!(),
    " AS packed_key FROM counter n \
     LEFT JOIN (SELECT max(sequence) AS sequence, account, key FROM changes \
                WHERE sequence > $1 GROUP BY account, key) c ON 1 = 1 \
     LEFT JOIN accounts a ON a.id = c.account \
     LEFT JOIN keys k ON k.id = c.key \
     ORDER BY c.sequence"
);

/// What changed after a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// The sequence at which all of this is true. When it is lower than the one asked for, the
    /// database was put back to an earlier state.
    pub sequence: Sequence,
    /// How long it may be believed.
    pub leases: Leases,
    /// The things that changed, as they are now, in the order of their last changes.
    pub facts: Vec<Fact>,
    /// The things that changed and cannot be read: what was known of them is no longer true, and
    /// they must be denied.
    pub unreadable: Vec<Thing>,
}

/// A thing by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thing {
    /// An account.
    Account(AccountId),
    /// A key.
    Key(KeyId),
}

impl Store {
    /// What changed after that sequence, as it is now.
    ///
    /// # Errors
    /// When the store fails, or gives no answer within that time.
    pub async fn changes_since(
        &self,
        after: Sequence,
        within: Duration,
    ) -> Result<Delta, StoreError> {
        let statement = sqlx::query(CHANGES_SINCE).bind(after.to_column());
        let rows = self.inner.read_changes(statement, within).await?;
        let first = rows.first().ok_or_else(no_counter)?;
        let now = sequence(Row::new("counter", first), "now")?;
        let leases = Leases::of(Row::new("counter", first))?;
        let mut delta = Delta { sequence: now, leases, facts: Vec::new(), unreadable: Vec::new() };
        for columns in &rows {
            self.inner.take_change(columns, &mut delta)?;
        }
        Ok(delta)
    }
}

impl Inner {
    fn take_change(&self, columns: &AnyRow, delta: &mut Delta) -> Result<(), StoreError> {
        let row = Row::new("changes", columns);
        let account: Option<&str> = row.get("account")?;
        let key: Option<&str> = row.get("key")?;
        let read = match (account, key) {
            (Some(_), None) => packed::account(row.get("packed_account")?).map(Fact::Account),
            (None, Some(_)) => packed::key(row.get("packed_key")?).map(Fact::Key),
            // Nothing changed.
            (None, None) => return Ok(()),
            (Some(_), Some(_)) => return Err(row.inconsistent("key")),
        };
        match read {
            Ok(fact) => delta.facts.push(fact),
            Err(unreadable) => {
                self.left_out(if key.is_some() { "keys" } else { "accounts" }, &unreadable);
                delta.unreadable.extend(thing(account, key));
            }
        }
        Ok(())
    }

    /// A bad row must not stop the rest: it is left out, and thereby denied.
    pub(crate) fn left_out(&self, table: &'static str, unreadable: &Unreadable<'_>) {
        let Unreadable { row, column } = unreadable;
        tracing::error!(table, ?row, column, "a row cannot be read; what it stands for is denied");
        self.unreadable.fetch_add(1, Ordering::Relaxed);
    }
}

/// The thing of that id; an id that is none was never told to anybody.
fn thing(account: Option<&str>, key: Option<&str>) -> Option<Thing> {
    if let Some(Ok(id)) = account.map(str::parse) {
        return Some(Thing::Account(id));
    }
    if let Some(Ok(id)) = key.map(str::parse) {
        return Some(Thing::Key(id));
    }
    None
}

pub(crate) fn no_counter() -> StoreError {
    StoreError::Inconsistent { table: "counter", row: "1".to_owned(), column: "sequence" }
}
