//! Who is signed in.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use keys::{
    Deed, Difference, Entropy, Limited, PeopleAct, SESSION_IDLE, SESSION_LONGEST, SessionId,
    SessionToken, UserId, session_lasts,
};
use sqlx::any::AnyRow;

use super::{Doing, User, before, run};
use crate::row::{Row, kept};
use crate::{Rejection, Store, StoreError};

/// Takes the person's row for the rest of the transaction, if the password is still the one that
/// was shown: a session that begins while it changes would outlive those that are ended with it.
const LOCK_USER: &str = "UPDATE users SET password_changed_at = password_changed_at + 0 \
     WHERE id = $1 AND password_changed_at = $2";
const START: &str = r#"INSERT INTO sessions (id, digest, "user", address, user_agent, created_at,
     seen_at) VALUES ($1, $2, $3, $4, $5, $6, $6)"#;
macro_rules! living {
    ($which:literal) => {
        concat!(
            r#"SELECT id, "user", address, user_agent, created_at, seen_at FROM sessions
               WHERE ended_at IS NULL AND "#,
            $which
        )
    };
}
const OF_TOKEN: &str = living!("digest IN ($1, $2)");
const OF_USER: &str =
    living!(r#""user" = $1 AND seen_at > $2 AND created_at > $3 ORDER BY seen_at DESC, id"#);
const SEE: &str = "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
const END: &str =
    r#"UPDATE sessions SET ended_at = $3 WHERE "user" = $1 AND id = $2 AND ended_at IS NULL"#;
const END_OTHERS: &str =
    r#"UPDATE sessions SET ended_at = $3 WHERE "user" = $1 AND id <> $2 AND ended_at IS NULL"#;

/// How stale "last seen" may be: a write for each request would be many.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// The most characters that are kept of a user agent.
const USER_AGENT: usize = 400;

/// A sign-in that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who is signed in.
    pub user: UserId,
    /// From where it began.
    pub address: IpAddr,
    /// What the browser said it is, cut to 400 characters.
    pub user_agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
}

/// A session to be started.
pub struct NewSession<'a> {
    /// Who signs in, as read when the password was compared.
    pub user: &'a User,
    /// From where.
    pub address: IpAddr,
    /// What the browser says it is.
    pub user_agent: &'a str,
}

/// Why no session is started.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The password was changed since it was compared.
    #[error("the password was just changed; sign in with the new one")]
    PasswordChanged,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Signs somebody in whose password was compared, and whatever else is asked for.
    ///
    /// # Errors
    /// When the password has changed since, or the store fails.
    pub async fn start_session(
        &self,
        new: NewSession<'_>,
        doing: Doing,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<(Session, SessionToken), SessionError> {
        self.limited(async move {
            let (id, token, now) =
                (SessionId::mint(entropy), SessionToken::mint(entropy), doing.at());
            let NewSession { user, address, user_agent } = new;
            let user_agent =
                user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT).collect();
            let session =
                Session { id, user: user.id, address, user_agent, created_at: now, seen_at: now };
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            let lock = sqlx::query(LOCK_USER)
                .bind(user.id.to_string())
                .bind(user.password_changed_at.as_microsecond());
            if run(&mut transaction, lock).await? == 0 {
                return Err(SessionError::PasswordChanged);
            }
            let digest = token.digest(self.inner.secrets.peppers.current());
            let insert = sqlx::query(START)
                .bind(id.to_string())
                .bind(digest.to_bytes().to_vec())
                .bind(user.id.to_string())
                .bind(address.to_string())
                .bind(session.user_agent.clone())
                .bind(now.as_microsecond());
            run(&mut transaction, insert).await?;
            let deed = Deed::of_person(PeopleAct::SignIn, user.id);
            let begun = Difference::of(id, [("user", None, Some(user.id.to_string().into()))]);
            doing.done_as(user.id, &mut transaction, deed, vec![begun]).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok((session, token))
        })
        .await
    }

    /// The session of that token, if it lasts yet; it counts as seen.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn session(
        &self,
        token: &SessionToken,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let [one, other] = self.inner.digests(|pepper| token.digest(pepper));
        let query = sqlx::query(OF_TOKEN).bind(one).bind(other);
        let found = self.row(query).await?;
        let Some(session) = found.as_ref().map(read).transpose()? else { return Ok(None) };
        if !session_lasts(session.created_at, session.seen_at, now) {
            return Ok(None);
        }
        if now.duration_since(session.seen_at) < SEEN_EVERY {
            return Ok(Some(session));
        }
        let see = sqlx::query(SEE).bind(session.id.to_string()).bind(now.as_microsecond());
        self.write(see).await?;
        Ok(Some(Session { seen_at: kept(now), ..session }))
    }

    /// The sessions of a person that last yet, the last seen first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sessions(&self, user: UserId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        let query = sqlx::query(OF_USER)
            .bind(user.to_string())
            .bind(before(now, SESSION_IDLE))
            .bind(before(now, SESSION_LONGEST));
        self.rows(query).await?.iter().map(read).collect()
    }

    /// Ends a session of the person, which is the one that they ask by or another; one that has
    /// ended, or is somebody else's, stays as it is, and there is no event of it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_session(
        &self,
        user: UserId,
        (ended, current): (SessionId, SessionId),
        doing: Doing,
    ) -> Result<(), StoreError> {
        let act = if ended == current { PeopleAct::SignOut } else { PeopleAct::EndSession };
        self.end(END, (user, ended), (act, doing)).await
    }

    /// Ends all sessions of the person but one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_other_sessions(
        &self,
        user: UserId,
        kept: SessionId,
        doing: Doing,
    ) -> Result<(), StoreError> {
        self.end(END_OTHERS, (user, kept), (PeopleAct::EndOtherSessions, doing)).await
    }

    async fn end(
        &self,
        statement: &'static str,
        (user, session): (UserId, SessionId),
        (act, doing): (PeopleAct, Doing),
    ) -> Result<(), StoreError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            let end = sqlx::query(statement)
                .bind(user.to_string())
                .bind(session.to_string())
                .bind(doing.at().as_microsecond());
            if run(&mut transaction, end).await? > 0 {
                let deed = Deed::of_person(act, user).about(session);
                doing.done(&mut transaction, deed, Vec::new()).await?;
            }
            transaction.commit().await.map_err(StoreError::of_commit)
        })
        .await
    }

    /// Notes that somebody failed to sign in as that person: for a while, and then no more, as
    /// strangers could write into anybody's history without end.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn note_failed_sign_in(
        &self,
        user: UserId,
        rejection: Rejection<'_>,
        now: Timestamp,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<(), StoreError> {
        match self.count(Limited::FailuresToldTo(user), now).await? {
            Ok(()) => self.note_refused(rejection, now, entropy).await,
            Err(_enough) => Ok(()),
        }
    }

    /// Writes to the audit that no more sign-ins as that person were taken, once in each window.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn note_limited_sign_in(
        &self,
        user: UserId,
        rejection: Rejection<'_>,
        now: Timestamp,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<(), StoreError> {
        match self.count(Limited::LimitToldTo(user), now).await? {
            Ok(()) => self.note_failed_sign_in(user, rejection, now, entropy).await,
            Err(_told_already) => Ok(()),
        }
    }
}

fn read(columns: &AnyRow) -> Result<Session, StoreError> {
    let row = Row::new("sessions", columns);
    Ok(Session {
        id: row.parse("id")?,
        user: row.parse("user")?,
        address: row.parse("address")?,
        user_agent: row.get("user_agent")?,
        created_at: row.time("created_at")?,
        seen_at: row.time("seen_at")?,
    })
}
