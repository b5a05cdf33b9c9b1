//! Verification codes: sent, tried and used.

use jiff::Timestamp;
use keys::{
    CODE_DAY, CODE_GOOD_FOR, CODE_RESENT_AFTER, CODE_TRIES, CODE_TRIES_A_DAY, CodeRefusal,
    CodeStanding, Digest, Entropy, Pepper, Purpose, SentCode, UserId, VerificationCode,
};
use sqlx::any::AnyRow;

use super::{Verified, before};
use crate::row::Row;
use crate::{Store, StoreError};

/// Sends another code in the place of the last one, unless that was sent just now or the day's
/// tries are used up; those go on being counted.
const SEND: &str = r#"INSERT INTO codes ("user", action, digest, pepper_version, sent_at, standing,
     tries, day_began_at, tries_that_day) VALUES ($1, $2, $3, $4, $5, 'open', 0, $5, 0)
     ON CONFLICT ("user") DO UPDATE SET action = excluded.action, digest = excluded.digest,
     pepper_version = excluded.pepper_version, sent_at = excluded.sent_at, standing = 'open',
     tries = 0 WHERE codes.sent_at <= $6
     AND (codes.day_began_at <= $7 OR codes.tries_that_day < $8)"#;
/// Counts a try, or does nothing when no more may be compared. Whoever has its row in hand has been
/// counted.
const COUNT_TRY: &str = r#"UPDATE codes SET tries = tries + 1,
     tries_that_day = CASE WHEN day_began_at <= $5 THEN 1 ELSE tries_that_day + 1 END,
     day_began_at = CASE WHEN day_began_at <= $5 THEN $3 ELSE day_began_at END
     WHERE "user" = $1 AND action = $2 AND standing = 'open' AND sent_at > $4 AND tries < $6
     AND (day_began_at <= $5 OR tries_that_day < $7)
     RETURNING "user" AS id, digest, pepper_version"#;
const USE: &str = r#"UPDATE codes SET standing = 'used'
     WHERE "user" = $1 AND digest = $2 AND standing = 'open'"#;
/// It did not reach anybody: another may be sent at once, and what was tried that day stays counted.
const VOID: &str = r#"UPDATE codes SET standing = 'used', sent_at = 0
     WHERE "user" = $1 AND action = $2 AND standing = 'open'"#;
const SENT: &str = r#"SELECT "user" AS id, action, sent_at, standing, tries, day_began_at,
     tries_that_day FROM codes WHERE "user" = $1"#;

/// Why no code is sent, or why one does not count.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// A rule speaks against it.
    #[error(transparent)]
    Refused(#[from] CodeRefusal),
    /// The store failed. A try may have been counted.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Makes a code for the purpose, to be sent to its user. The one before dies.
    ///
    /// # Errors
    /// When one was sent just now, the day's tries are used up, or the store fails.
    pub async fn send_code(
        &self,
        purpose: &Purpose,
        now: Timestamp,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<VerificationCode, CodeError> {
        let code = VerificationCode::mint(entropy);
        let pepper = self.inner.secrets.peppers.current();
        let replace = sqlx::query(SEND)
            .bind(purpose.user().to_string())
            .bind(purpose.action().to_vec())
            .bind(code.digest(purpose, pepper).to_bytes().to_vec())
            .bind(i64::from(pepper.version()))
            .bind(now.as_microsecond())
            .bind(before(now, CODE_RESENT_AFTER))
            .bind(before(now, CODE_DAY))
            .bind(CODE_TRIES_A_DAY);
        if self.write(replace).await? == 1 {
            return Ok(code);
        }
        let sent = self.sent_code(purpose.user()).await?.ok_or(CodeRefusal::TooSoon)?;
        sent.may_send_another(now)?;
        Err(CodeRefusal::TooSoon.into())
    }

    /// Takes back a code that could not be delivered.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn void_code(&self, purpose: &Purpose) -> Result<(), StoreError> {
        let void =
            sqlx::query(VOID).bind(purpose.user().to_string()).bind(purpose.action().to_vec());
        self.write(void).await.map(drop)
    }

    /// Compares a code with the one that was sent for the purpose; when it is that one, it is used.
    ///
    /// # Errors
    /// When it is another one, or none that may be compared; when the store fails.
    pub async fn try_code(
        &self,
        purpose: &Purpose,
        code: &VerificationCode,
        now: Timestamp,
    ) -> Result<Verified, CodeError> {
        let Some(kept) = self.count_try(purpose, now).await? else {
            let sent = self.sent_code(purpose.user()).await?.ok_or(CodeRefusal::NoneSent)?;
            sent.may_try(purpose, now)?;
            // Another was sent between the two looks.
            return Err(CodeRefusal::NoneSent.into());
        };
        let matches = |pepper: &Pepper| code.digest(purpose, pepper) == kept.digest;
        let peppers = &self.inner.secrets.peppers;
        let pepper = peppers.iter().find(|pepper| i64::from(pepper.version()) == kept.pepper);
        if !pepper.is_some_and(matches) {
            return Err(CodeRefusal::Wrong.into());
        }
        let used =
            sqlx::query(USE).bind(purpose.user().to_string()).bind(kept.digest.to_bytes().to_vec());
        match self.write(used).await? {
            0 => Err(CodeRefusal::Used.into()),
            _ => Ok(Verified { purpose: *purpose }),
        }
    }

    /// Counts a try, for good, and only then tells what to compare with.
    async fn count_try(
        &self,
        purpose: &Purpose,
        now: Timestamp,
    ) -> Result<Option<Kept>, StoreError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            let count = sqlx::query(COUNT_TRY)
                .bind(purpose.user().to_string())
                .bind(purpose.action().to_vec())
                .bind(now.as_microsecond())
                .bind(before(now, CODE_GOOD_FOR))
                .bind(before(now, CODE_DAY))
                .bind(CODE_TRIES)
                .bind(CODE_TRIES_A_DAY);
            let counted = count.fetch_optional(&mut *transaction).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            counted.as_ref().map(digest).transpose()
        })
        .await
    }

    async fn sent_code(&self, user: UserId) -> Result<Option<SentCode>, StoreError> {
        let query = sqlx::query(SENT).bind(user.to_string());
        self.row(query).await?.as_ref().map(sent).transpose()
    }
}

/// What a code is compared with.
struct Kept {
    digest: Digest,
    pepper: i64,
}

fn digest(columns: &AnyRow) -> Result<Kept, StoreError> {
    let row = Row::new("codes", columns);
    let digest = Digest::from_bytes(row.bytes("digest")?);
    Ok(Kept { digest, pepper: row.get("pepper_version")? })
}

fn sent(columns: &AnyRow) -> Result<SentCode, StoreError> {
    let row = Row::new("codes", columns);
    Ok(SentCode {
        action: row.bytes("action")?,
        sent_at: row.time("sent_at")?,
        standing: match row.get("standing")? {
            "open" => CodeStanding::Open,
            "used" => CodeStanding::Used,
            _ => return Err(row.inconsistent("standing")),
        },
        tries: row.get("tries")?,
        day_began_at: row.time("day_began_at")?,
        tries_that_day: row.get("tries_that_day")?,
    })
}
