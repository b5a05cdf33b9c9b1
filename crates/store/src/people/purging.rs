//! What is of no more use is forgotten: tries that count no longer, sessions and links that are over.

use jiff::{SignedDuration, Timestamp};
use keys::{Limited, SESSION_IDLE, SESSION_LONGEST};

use super::before;
use crate::{Store, StoreError};

/// How long what is over is kept yet, for whoever asks on the same day what became of it.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

const ATTEMPTS: &str = "DELETE FROM attempts WHERE began_at <= $1";
const SESSIONS: &str =
    "DELETE FROM sessions WHERE ended_at <= $1 OR seen_at <= $2 OR created_at <= $3";
const LINKS: &str = "DELETE FROM mailed_links WHERE expires_at <= $1";

impl Store {
    /// Forgets what is over since a day; how many rows that was. What was done is in the audit.
    ///
    /// # Errors
    /// When the store fails; what was forgotten by then is.
    pub async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        let attempts = sqlx::query(ATTEMPTS).bind(before(now, Limited::LONGEST_WINDOW));
        let sessions = sqlx::query(SESSIONS)
            .bind(before(now, KEPT))
            .bind(before(now, KEPT.saturating_add(SESSION_IDLE)))
            .bind(before(now, KEPT.saturating_add(SESSION_LONGEST)));
        let links = sqlx::query(LINKS).bind(before(now, KEPT));
        let mut forgotten = 0;
        for statement in [attempts, sessions, links] {
            forgotten += self.inner.write(statement).await?;
        }
        Ok(forgotten)
    }
}
