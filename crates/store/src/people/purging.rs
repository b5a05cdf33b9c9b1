//! What is of no more use is forgotten: tries that count no longer, sessions and links that are
//! over, requests that are not known again.

use jiff::{SignedDuration, Timestamp};
use keys::{Limited, SESSION_IDLE, SESSION_LONGEST};
use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

use super::before;
use crate::{Store, StoreError, requests};

/// How long what is over is kept yet, for whoever asks on the same day what became of it.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// How many rows are forgotten at once: a statement that is given up because there are too many would
/// be so every time. The statements say it, too.
const PORTION: u64 = 1000;
const ATTEMPTS: &str = "DELETE FROM attempts WHERE subject IN \
     (SELECT subject FROM attempts WHERE began_at <= $1 LIMIT 1000)";
const SESSIONS: &str = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions \
     WHERE ended_at <= $1 OR seen_at <= $2 OR created_at <= $3 LIMIT 1000)";
const LINKS: &str = "DELETE FROM mailed_links WHERE digest IN \
     (SELECT digest FROM mailed_links WHERE expires_at <= $1 LIMIT 1000)";
const REQUESTS: &str = "DELETE FROM requests WHERE subject IN \
     (SELECT subject FROM requests WHERE began_at <= $1 LIMIT 1000)";

impl Store {
    /// Forgets what is over since a day; how many rows that was. What was done is in the audit.
    ///
    /// # Errors
    /// When the store fails; what was forgotten by then is.
    pub async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        let ended = before(now, KEPT);
        let idle = before(now, KEPT.saturating_add(SESSION_IDLE));
        let old = before(now, KEPT.saturating_add(SESSION_LONGEST));
        let attempts = || sqlx::query(ATTEMPTS).bind(before(now, Limited::LONGEST_WINDOW));
        let sessions = || sqlx::query(SESSIONS).bind(ended).bind(idle).bind(old);
        let links = || sqlx::query(LINKS).bind(ended);
        let requests = || sqlx::query(REQUESTS).bind(before(now, requests::KEPT));
        let mut forgotten = self.write_in_portions(attempts).await?;
        forgotten += self.write_in_portions(sessions).await?;
        forgotten += self.write_in_portions(links).await?;
        forgotten += self.write_in_portions(requests).await?;
        Ok(forgotten)
    }

    /// Until a portion is not full.
    async fn write_in_portions(
        &self,
        portion: impl Fn() -> Query<'static, Any, AnyArguments>,
    ) -> Result<u64, StoreError> {
        let mut all = 0;
        loop {
            let some = self.write(portion()).await?;
            all += some;
            if some < PORTION {
                return Ok(all);
            }
        }
    }
}
