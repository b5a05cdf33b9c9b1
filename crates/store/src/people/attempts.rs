//! What may be tried only so often is counted here, so that all nodes count together.

use std::net::IpAddr;

use jiff::Timestamp;
use keys::{EmailAddress, Entropy, KeyId, Limited, TooMany};

use super::before;
use crate::{Rejection, Store, StoreError};

/// Counts a try, or does nothing when the window has seen enough of them.
const COUNT: &str = "INSERT INTO attempts (subject, began_at, count) VALUES ($1, $2, 1) \
     ON CONFLICT (subject) DO UPDATE SET \
     count = CASE WHEN attempts.began_at <= $3 THEN 1 ELSE attempts.count + 1 END, \
     began_at = CASE WHEN attempts.began_at <= $3 THEN $2 ELSE attempts.began_at END \
     WHERE attempts.began_at <= $3 OR attempts.count < $4";
const FORGET: &str = "DELETE FROM attempts WHERE subject = $1";

impl Store {
    /// Counts an attempt to sign in, before the password is looked at.
    ///
    /// People that do not exist are counted like those that do, so that nothing tells them apart.
    ///
    /// # Errors
    /// The inner one when there were too many for that email address or from that network, the
    /// outer one when the store fails.
    pub async fn count_sign_in(
        &self,
        email: &EmailAddress,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<Result<(), TooMany>, StoreError> {
        // The address first: what it may no longer do does not count against the person.
        match self.count(Limited::SignInFrom(from), now).await? {
            Ok(()) => self.count(Limited::SignInAs(email), now).await,
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Counts a request from an address of somebody who is not known yet.
    ///
    /// # Errors
    /// The inner one when there were too many from that network, the outer one when the store fails.
    pub async fn count_stranger(
        &self,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<Result<(), TooMany>, StoreError> {
        self.count(Limited::StrangerFrom(from), now).await
    }

    /// Forgets the attempts to sign in as that person, who has just done it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn forget_sign_ins(&self, email: &EmailAddress) -> Result<(), StoreError> {
        let subject = Limited::SignInAs(email).subject(self.inner.secrets.peppers.current());
        self.write(sqlx::query(FORGET).bind(subject.to_bytes().to_vec())).await.map(drop)
    }

    /// Notes that a key was refused something: for a while, and then no more, as a program that goes on
    /// asking could fill the history.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn note_refused_key(
        &self,
        key: KeyId,
        rejection: Rejection<'_>,
        now: Timestamp,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<(), StoreError> {
        match self.count(Limited::RefusalsOf(key), now).await? {
            Ok(()) => self.note_refused(rejection, now, entropy).await,
            Err(_enough) => Ok(()),
        }
    }

    pub(super) async fn count(
        &self,
        limited: Limited<'_>,
        now: Timestamp,
    ) -> Result<Result<(), TooMany>, StoreError> {
        let subject = limited.subject(self.inner.secrets.peppers.current());
        let count = sqlx::query(COUNT)
            .bind(subject.to_bytes().to_vec())
            .bind(now.as_microsecond())
            .bind(before(now, limited.window()))
            .bind(limited.most());
        let counted = self.write(count).await? == 1;
        Ok(if counted { Ok(()) } else { Err(limited.refusal()) })
    }
}
