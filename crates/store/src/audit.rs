//! The audit: events that are appended with what they tell of, each bound to the one before.
//!
//! The hash of an event is SHA-256 of the hash before it and the text of the event, so that no event
//! can be changed or taken out without all that follow becoming others. The counter knows the last
//! one; a [`Checkpoint`] that is kept elsewhere also tells when all of them were written anew.

mod finding;
mod signed;

use aws_lc_rs::digest::{Context, SHA256};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use keys::Event;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::row::Row;
use crate::{Store, StoreError};
pub use finding::Wanted;
pub use signed::{CheckpointError, SignedCheckpoint};

const LAST: &str = "SELECT events, event_hash, 'counter' AS id FROM counter WHERE one = 1";
const APPEND: &str = "INSERT INTO events (number, id, at, actor, object, account, mode, \
     organization, person, said, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const NOTE_LAST: &str = "UPDATE counter SET events = $1, event_hash = $2 WHERE one = 1";
const ALL: &str = "SELECT number, id, at, actor, object, account, mode, organization, person, \
     said, hash FROM events ORDER BY number";

/// The chain as far as it is known: how many events there are, and the hash of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// The number of the last event; they are numbered from one.
    pub events: u64,
    /// Its hash.
    pub hash: [u8; 32],
}

/// Why the audit cannot be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// An event is missing.
    #[error("event number {0} is missing")]
    Missing(u64),
    /// An event is not what was written.
    #[error("event number {0} is not what was written")]
    Changed(u64),
    /// The events after that one were cut off.
    #[error("the events after number {0} were cut off")]
    CutOff(u64),
    /// All events agree with each other, and not with what was known of them before.
    #[error("the events up to number {0} are others than when the checkpoint was made")]
    Rewritten(u64),
}

/// An event as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its number.
    pub number: u64,
    /// The event, in JSON.
    pub said: String,
}

/// Appends an event; whoever asks for this holds the counter.
pub(crate) async fn append(on: &mut AnyConnection, event: &Event) -> Result<(), StoreError> {
    let last = checkpoint(&sqlx::query(LAST).fetch_one(&mut *on).await?)?;
    let said = serde_json::to_string(event).map_err(|_cause| unwritable(event))?;
    let number = last.events + 1;
    let hash = follow(&last.hash, &said).to_vec();
    let append = sqlx::query(APPEND)
        .bind(number.cast_signed())
        .bind(event.id().to_string())
        .bind(event.at().as_microsecond())
        .bind(event.actor())
        .bind(event.target().map(str::to_owned))
        .bind(event.account().map(|id| id.to_string()))
        .bind(event.mode().map(|mode| mode.to_string()))
        .bind(event.organization().map(|id| id.to_string()))
        .bind(event.user().map(|id| id.to_string()))
        .bind(said)
        .bind(hash.clone());
    append.execute(&mut *on).await?;
    sqlx::query(NOTE_LAST).bind(number.cast_signed()).bind(hash).execute(on).await?;
    Ok(())
}

impl Store {
    /// Reads the whole audit and finds out whether it can be believed; where it can, this is where
    /// it stands. `known` is a checkpoint of an earlier time.
    ///
    /// # Errors
    /// When the store fails. The inner error says what is wrong with the audit.
    pub async fn verify_audit(
        &self,
        known: Option<Checkpoint>,
    ) -> Result<Result<Checkpoint, AuditError>, StoreError> {
        let mut transaction = self.inner.begin_scan().await?;
        let last = checkpoint(&sqlx::query(LAST).fetch_one(&mut *transaction).await?)?;
        let mut read = Checkpoint { events: 0, hash: [0; 32] };
        let mut rows = sqlx::query(ALL).fetch(&mut *transaction);
        while let Some(columns) = rows.try_next().await? {
            match next(read, Row::new("events", &columns)) {
                Ok(further) => read = further,
                Err(error) => return Ok(Err(error)),
            }
            if known.is_some_and(|known| known.events == read.events && known.hash != read.hash) {
                return Ok(Err(AuditError::Rewritten(read.events)));
            }
        }
        let most = last.events.max(known.map_or(0, |known| known.events));
        match read {
            Checkpoint { events, .. } if events < most => Ok(Err(AuditError::CutOff(events))),
            Checkpoint { events, .. } if read != last => Ok(Err(AuditError::Changed(events))),
            _ => Ok(Ok(read)),
        }
    }

    /// Signs where the audit stands, to be kept elsewhere.
    ///
    /// # Errors
    /// When the cryptography fails, which it does for no input.
    pub fn sign(
        &self,
        checkpoint: Checkpoint,
        at: Timestamp,
    ) -> Result<SignedCheckpoint, StoreError> {
        self.inner.secrets.sealing.sign(checkpoint, at)
    }

    /// The checkpoint that was signed.
    ///
    /// # Errors
    /// When another installation signed it, or it was changed since.
    pub fn believe(&self, signed: &SignedCheckpoint) -> Result<Checkpoint, CheckpointError> {
        self.inner.secrets.sealing.believe(signed)
    }
}

fn recorded(row: Row<'_>) -> Result<Recorded, StoreError> {
    Ok(Recorded { number: number(row, "number")?, said: row.get("said")? })
}

/// The chain with one more event, if that follows.
fn next(read: Checkpoint, row: Row<'_>) -> Result<Checkpoint, AuditError> {
    let events = read.events + 1;
    let changed = |_unreadable| AuditError::Changed(events);
    if number(row, "number").map_err(changed)? != events {
        return Err(AuditError::Missing(events));
    }
    let said: &str = row.get("said").map_err(changed)?;
    let hash = follow(&read.hash, said);
    let kept: &[u8] = row.get("hash").map_err(changed)?;
    if hash == kept && is_found_by_what_it_says(row, said).unwrap_or(false) {
        Ok(Checkpoint { events, hash })
    } else {
        Err(AuditError::Changed(events))
    }
}

/// Whether the columns that an event is found by say the same as the event.
fn is_found_by_what_it_says(row: Row<'_>, said: &str) -> Result<bool, StoreError> {
    let event: serde_json::Value =
        serde_json::from_str(said).map_err(|_cause| row.inconsistent("said"))?;
    let text = |field: &str| event.get(field).and_then(serde_json::Value::as_str);
    let (object, account): (Option<&str>, Option<&str>) = (row.get("object")?, row.get("account")?);
    let (mode, organization): (Option<&str>, Option<&str>) =
        (row.get("mode")?, row.get("organization")?);
    let person: Option<&str> = row.get("person")?;
    let at = row.time("at")?.to_string();
    Ok(text("id") == Some(row.get("id")?)
        && text("created") == Some(&at)
        && text("actor") == Some(row.get("actor")?)
        && text("object_id") == object
        && text("account") == account
        && text("mode") == mode
        && text("organization") == organization
        && text("user") == person)
}

fn follow(before: &[u8; 32], said: &str) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(before);
    context.update(said.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

fn checkpoint(columns: &AnyRow) -> Result<Checkpoint, StoreError> {
    let row = Row::new("counter", columns);
    let hash: &[u8] = row.get("event_hash")?;
    let hash = hash.try_into().map_err(|_cause| row.inconsistent("event_hash"))?;
    Ok(Checkpoint { events: number(row, "events")?, hash })
}

fn number(row: Row<'_>, column: &'static str) -> Result<u64, StoreError> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_cause| row.inconsistent(column))
}

fn unsigned(cause: aws_lc_rs::error::KeyRejected) -> StoreError {
    StoreError::Other { cause: cause.to_string().into() }
}

fn unwritable(event: &Event) -> StoreError {
    StoreError::Inconsistent { table: "events", row: event.id().to_string(), column: "said" }
}
