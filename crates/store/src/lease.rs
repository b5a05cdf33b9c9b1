//! How long a node may go on by what it knows: one length for all who share a store, and kept there.
//!
//! A node believes what it read for the length that it read along with it, counted from before it
//! asked. Whoever takes something away waits, from after its commit, for the longest that any node may
//! still have read. When the length becomes shorter, that one stays until all that was read before has
//! run out. The rules are [`Leases`], without clock and database; this is all the SQL there is of them.

use std::time::Duration;

use crate::row::Row;
use crate::{Store, StoreError};

/// By one part of so many the clocks of two nodes may go at different rates.
const DRIFT: u32 = 1000;

const WRITE: &str = "UPDATE counter SET lease_granted = $1, lease_awaited = $2, lease_round = $3 \
     WHERE one = 1";

/// What the store says of leases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Leases {
    /// How long what is read now may be believed.
    granted: Duration,
    /// How long what was read before may be believed, at most.
    awaited: Duration,
    /// How often `granted` was changed.
    round: u64,
}

impl Leases {
    /// How long a node may believe what it reads now, by its own clock, counted from before it asked.
    #[must_use]
    pub fn believed_for(self) -> Duration {
        self.granted.saturating_sub(self.granted / DRIFT)
    }

    /// After how long, by one's own clock and counted from after a commit, nobody believes what was true
    /// before it. Zero where no node has asked for a lease.
    #[must_use]
    pub fn silent_after(self) -> Duration {
        self.awaited.saturating_add(self.awaited / DRIFT)
    }

    /// How long what is read now may be believed, as it was set.
    #[must_use]
    pub fn granted(self) -> Duration {
        self.granted
    }

    /// The round whose leases are shorter than those that may still be out there. Once
    /// [`Leases::silent_after`] has passed since it was seen, it can be settled.
    #[must_use]
    pub fn unsettled(self) -> Option<u64> {
        (self.granted != self.awaited).then_some(self.round)
    }

    /// With another length from now on; nobody waits less than before.
    #[must_use]
    fn granting(self, length: Duration) -> Self {
        if self.granted == length {
            return self;
        }
        let (awaited, round) = (self.awaited.max(length), self.round.saturating_add(1));
        Self { granted: length, awaited, round }
    }

    /// Once all that was read before that round has run out. Of another round nothing is known.
    #[must_use]
    fn settled(self, round: u64) -> Self {
        if self.round == round { Self { awaited: self.granted, ..self } } else { self }
    }

    /// What the three columns of a row say.
    pub(crate) fn of(row: Row<'_>) -> Result<Self, StoreError> {
        let number = |column| -> Result<u64, StoreError> {
            u64::try_from(row.get::<i64>(column)?).map_err(|_cause| row.inconsistent(column))
        };
        Ok(Self {
            granted: Duration::from_micros(number("lease_granted")?),
            awaited: Duration::from_micros(number("lease_awaited")?),
            round: number("lease_round")?,
        })
    }
}

impl Store {
    /// Grants all nodes leases of that length from now on, and says what holds then. A node asks for it
    /// before it reads the first time.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn grant_leases(&self, length: Duration) -> Result<Leases, StoreError> {
        self.change_leases(|leases| leases.granting(length)).await
    }

    /// Says that all that was read before that round of [`Leases::unsettled`] has run out.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn settle_leases(&self, round: u64) -> Result<(), StoreError> {
        self.change_leases(|leases| leases.settled(round)).await.map(drop)
    }

    async fn change_leases(
        &self,
        change: impl FnOnce(Leases) -> Leases,
    ) -> Result<Leases, StoreError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            let (_sequence, before) = self.inner.lock(&mut transaction).await?;
            let after = change(before);
            if after != before {
                let micros =
                    |length: Duration| i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
                let write = sqlx::query(WRITE)
                    .bind(micros(after.granted))
                    .bind(micros(after.awaited))
                    .bind(i64::try_from(after.round).unwrap_or(i64::MAX));
                write.execute(&mut *transaction).await?;
            }
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(after)
        })
        .await
    }
}

#[cfg(test)]
mod tests;
