//! Requests that may be sent twice and are carried out once.
//!
//! Purpose: the answer to a `POST` with an idempotency key is kept in the same transaction as what the
//! request changed, so that there is never one without the other. Limits: only what succeeded is
//! kept, since what was refused changed nothing; keys belong to one account and mode, for a day. What a
//! kept answer says of a customer outlives the customer's deletion by that day at most.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use sha2::{Digest, Sha256};
use sqlx::{Row, SqliteConnection};

use crate::call::{Answer, Call};
use crate::form;
use crate::identity::Place;
use crate::operation::Write;
use crate::problem::Problem;
use crate::store::Store;
use crate::tokens::PII;

/// How long an answer is kept.
const KEPT_S: i64 = 24 * 60 * 60;
/// How many characters a key can have.
const LONGEST: usize = 255;

/// An idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key(String);

impl Key {
    /// Reads the key of a request, if it has one.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let mut values = headers.get_all("Idempotency-Key").iter();
        let Some(value) = values.next() else { return Ok(None) };
        let text = value.to_str().unwrap_or_default();
        let is_key = (1..=LONGEST).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if is_key && values.next().is_none() {
            Ok(Some(Self(text.to_owned())))
        } else {
            Err(Problem::IdempotencyKeyInvalid)
        }
    }
}

/// How a request was answered.
pub(crate) enum Outcome {
    /// It was carried out.
    Done(Answer),
    /// It was carried out before, as the request of this id.
    Replayed {
        /// What was answered then.
        answer: Answer,
        /// The id of the request then.
        original: String,
    },
}

/// The requests with idempotency keys that run now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Running(Arc<Mutex<HashSet<(Place, Key)>>>);

/// Says that a request runs, until it is dropped.
struct Ticket {
    running: Running,
    of: (Place, Key),
}

impl Running {
    fn enter(&self, place: &Place, key: &Key) -> Result<Ticket, Problem> {
        let of = (place.clone(), key.clone());
        let mut entered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entered.insert(of.clone()) {
            Ok(Ticket { running: self.clone(), of })
        } else {
            Err(Problem::IdempotencyKeyInUse)
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.running.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.of);
    }
}

/// Carries out a request that has no key.
pub(crate) async fn carry_out(write: Write, call: Call, store: &Store) -> Result<Outcome, Problem> {
    let mut transaction = store.write().await?;
    let answer = write.run(call, &mut transaction).await?;
    transaction.commit().await?;
    Ok(Outcome::Done(answer))
}

/// Carries out a request, unless the key says that it was carried out before.
pub(crate) async fn carry_out_once(
    write: Write,
    call: Call,
    key: Key,
    store: &Store,
    running: &Running,
) -> Result<Outcome, Problem> {
    let ticket = running.enter(call.place(), &key)?;
    let now = call.world.now_s();
    let first = First {
        place: call.place().clone(),
        key,
        fingerprint: fingerprint(write, &call),
        request: call.identity.request.clone(),
    };
    let mut transaction = store.write().await?;
    if let Some(before) = first.seen(&mut transaction, now).await? {
        return Ok(before);
    }
    let answer = write.run(call, &mut transaction).await?;
    first.keep(&mut transaction, &answer, now).await?;
    transaction.commit().await?;
    drop(ticket);
    Ok(Outcome::Done(answer))
}

/// A request that may be the first one with its key.
struct First {
    place: Place,
    key: Key,
    fingerprint: Vec<u8>,
    request: String,
}

impl First {
    async fn seen(&self, on: &mut SqliteConnection, now: i64) -> Result<Option<Outcome>, Problem> {
        sqlx::query("DELETE FROM replays WHERE kept_until <= $1")
            .bind(now)
            .execute(&mut *on)
            .await?;
        let row = sqlx::query(
            "SELECT fingerprint, request, body FROM replays
             WHERE account = $1 AND mode = $2 AND key = $3",
        )
        .bind(&self.place.account)
        .bind(self.place.mode.as_str())
        .bind(&self.key.0)
        .fetch_optional(on)
        .await?;
        let Some(row) = row else { return Ok(None) };
        if row.try_get::<Vec<u8>, _>("fingerprint")? != self.fingerprint {
            return Err(Problem::IdempotencyKeyReused);
        }
        let answer = Answer(row.try_get("body")?);
        Ok(Some(Outcome::Replayed { answer, original: row.try_get("request")? }))
    }

    async fn keep(
        self,
        on: &mut SqliteConnection,
        answer: &Answer,
        now: i64,
    ) -> Result<(), Problem> {
        sqlx::query(
            "INSERT INTO replays (account, mode, key, fingerprint, request, body, kept_until)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(self.place.account)
        .bind(self.place.mode.as_str().to_owned())
        .bind(self.key.0)
        .bind(self.fingerprint)
        .bind(self.request)
        .bind(answer.0.clone())
        .bind(now.saturating_add(KEPT_S))
        .execute(on)
        .await?;
        Ok(())
    }
}

/// A digest of what is asked, whatever order the parameters come in. Numbers of identity are left
/// out: so few of them are possible that a digest would tell them.
fn fingerprint(write: Write, call: &Call) -> Vec<u8> {
    let mut form = call.params.form().clone();
    form.remove(PII);
    let asked = format!("{write:?} {} {}", call.id, form::encode(&form));
    Sha256::digest(asked).to_vec()
}
