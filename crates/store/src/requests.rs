//! Requests that may be sent twice and are carried out once.
//!
//! What a command makes is noted in its own transaction, so that there is never one without the other;
//! the whole answer is kept after it. Both are known for a day.

use jiff::{SignedDuration, Timestamp};
use keys::Idempotency;
use sqlx::any::AnyRow;

use crate::people::before;
use crate::row::Row;
use crate::{Store, StoreError};

/// How long a request is known again.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long one may run before it counts as broken off: longer than any change of it can take, the wait
/// before it included. Whoever is told so may send it again with another key.
pub const REQUEST_RUNS: SignedDuration = SignedDuration::from_mins(5);
/// How long the answer to one that was carried out may take to be kept.
const ANSWERS: SignedDuration = SignedDuration::from_mins(1);

/// One statement, so that of two who send it at the same time one alone has it carried out. What is not
/// known any more is there until [`Store::purge`].
const CLAIM: &str = "INSERT INTO requests (subject, fingerprint, began_at) VALUES ($1, $2, $3) \
     ON CONFLICT (subject) DO UPDATE SET fingerprint = excluded.fingerprint, \
     began_at = excluded.began_at, object = NULL, status = NULL, answer = NULL \
     WHERE requests.began_at <= $4";
const READ: &str = "SELECT 'request' AS id, fingerprint, began_at, object, status, answer \
     FROM requests WHERE subject = $1";
pub(crate) const CARRIED_OUT: &str = "UPDATE requests SET object = $2 WHERE subject = $1";
const ANSWERED: &str = "UPDATE requests SET status = $2, answer = $3 WHERE subject = $1";
const FORGET: &str = "DELETE FROM requests WHERE subject = $1 AND object IS NULL";

/// What is known of a request that is sent with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is new: whoever was told so has it carried out.
    New,
    /// It was answered.
    Answered {
        /// With that status.
        status: u16,
        /// And that, without any value of a key.
        answer: String,
    },
    /// It was carried out, and the answer was lost.
    CarriedOut {
        /// The id of what it made or changed; of an import [`crate::IMPORTED`] and the ids of all keys.
        object: String,
    },
    /// It runs.
    Running,
    /// It broke off; nothing says that it was carried out.
    BrokenOff,
    /// The key was sent before with another request.
    Another,
}

impl Store {
    /// Claims a request that may have been sent before.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn claim(
        &self,
        request: Idempotency,
        fingerprint: &[u8; 32],
        now: Timestamp,
    ) -> Result<Claim, StoreError> {
        let claim = sqlx::query(CLAIM)
            .bind(request.subject().to_vec())
            .bind(fingerprint.to_vec())
            .bind(now.as_microsecond())
            .bind(before(now, KEPT));
        if self.write(claim).await? == 1 {
            return Ok(Claim::New);
        }
        let query = sqlx::query(READ).bind(request.subject().to_vec());
        match self.row(query).await?.as_ref() {
            Some(columns) => known(columns, fingerprint, now),
            // It was refused, and forgotten, between the two looks.
            None => Ok(Claim::Running),
        }
    }

    /// Keeps the answer to a request, which must hold no value of a key.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keep_answer(
        &self,
        request: Idempotency,
        status: u16,
        answer: String,
    ) -> Result<(), StoreError> {
        let keep = sqlx::query(ANSWERED)
            .bind(request.subject().to_vec())
            .bind(i64::from(status))
            .bind(answer);
        self.write(keep).await.map(drop)
    }

    /// Forgets a request that was refused: it changed nothing, and may be sent again.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget_request(&self, request: Idempotency) -> Result<(), StoreError> {
        self.write(sqlx::query(FORGET).bind(request.subject().to_vec())).await.map(drop)
    }
}

fn known(columns: &AnyRow, fingerprint: &[u8; 32], now: Timestamp) -> Result<Claim, StoreError> {
    let row = Row::new("requests", columns);
    let kept: [u8; 32] = row.bytes("fingerprint")?;
    if kept != *fingerprint {
        return Ok(Claim::Another);
    }
    let (status, answer): (Option<i64>, Option<String>) = (row.get("status")?, row.get("answer")?);
    let object: Option<String> = row.get("object")?;
    let runs_for = now.duration_since(row.time("began_at")?);
    Ok(match (status, answer, object) {
        (Some(status), Some(answer), _) => {
            let status = u16::try_from(status).map_err(|_cause| row.inconsistent("status"))?;
            Claim::Answered { status, answer }
        }
        (_, _, Some(object)) if runs_for >= ANSWERS => Claim::CarriedOut { object },
        (_, _, None) if runs_for >= REQUEST_RUNS => Claim::BrokenOff,
        _ => Claim::Running,
    })
}
