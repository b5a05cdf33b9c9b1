//! Links that are mailed: to confirm an email address, and to set a new password.

use jiff::Timestamp;
use keys::{
    Deed, EmailAddress, Entropy, Limited, LinkPurpose, LinkToken, PeopleAct, TooMany, UserId,
};
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use super::{Doing, User, after, run, users};
use crate::row::Row;
use crate::store::Inner;
use crate::{Store, StoreError};

const FORGET: &str = r#"DELETE FROM mailed_links WHERE "user" = $1 AND purpose = $2"#;
const ADD: &str = r#"INSERT INTO mailed_links (digest, purpose, "user", email, created_at,
     expires_at) VALUES ($1, $2, $3, $4, $5, $6)"#;
/// One statement, so that of two who follow it one alone gets through.
const USE: &str = r#"UPDATE mailed_links SET used_at = $1 WHERE digest IN ($2, $3)
     AND purpose = $4 AND used_at IS NULL AND expires_at > $1 RETURNING "user" AS id, email"#;
const GOOD: &str = r#"SELECT "user" AS id FROM mailed_links WHERE digest IN ($2, $3)
     AND purpose = $4 AND used_at IS NULL AND expires_at > $1"#;
const CONFIRM: &str = "UPDATE users SET email_confirmed_at = $3 WHERE id = $1 AND email = $2";

/// Why no link is mailed, or one does nothing.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It was never mailed, or was used, or its time is over.
    #[error("this link is no longer good; ask for a new one")]
    NotGood,
    /// Too many were mailed to that address.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Makes a link to be mailed to the person. Those before it for the same purpose die.
    ///
    /// # Errors
    /// When too many were mailed to that address, or the store fails.
    pub async fn mail_link(
        &self,
        user: &User,
        purpose: LinkPurpose,
        doing: Doing,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<LinkToken, LinkError> {
        self.limited(async move {
            let now = doing.at();
            self.count(Limited::MailTo(&user.email), now).await??;
            let token = LinkToken::mint(entropy);
            let digest = token.digest(self.inner.secrets.peppers.current());
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            let forget = sqlx::query(FORGET).bind(user.id.to_string()).bind(purpose.as_str());
            run(&mut transaction, forget).await?;
            let add = sqlx::query(ADD)
                .bind(digest.to_bytes().to_vec())
                .bind(purpose.as_str())
                .bind(user.id.to_string())
                .bind(user.email.to_string())
                .bind(now.as_microsecond())
                .bind(after(now, purpose.good_for()));
            run(&mut transaction, add).await?;
            let act = match purpose {
                LinkPurpose::ConfirmEmail => PeopleAct::AskToConfirmEmail,
                LinkPurpose::ResetPassword => PeopleAct::ForgetPassword,
            };
            doing.done(&mut transaction, Deed::of_person(act, user.id), Vec::new()).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(token)
        })
        .await
    }

    /// Whether a link can still be followed; this does not use it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn link_is_good(
        &self,
        token: &LinkToken,
        purpose: LinkPurpose,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let [one, other] = self.inner.digests(|pepper| token.digest(pepper));
        let look = sqlx::query(GOOD)
            .bind(now.as_microsecond())
            .bind(one)
            .bind(other)
            .bind(purpose.as_str());
        Ok(self.row(look).await?.is_some())
    }

    /// Follows a link that confirms an email address, and sets the password of whoever reads its
    /// mail: one that somebody else may have chosen for the address before counts for nothing.
    ///
    /// # Errors
    /// When the link is no longer good, or the store fails. The link is then as good as before.
    pub async fn confirm_email(
        &self,
        token: &LinkToken,
        password_hash: &str,
        doing: Doing,
    ) -> Result<UserId, LinkError> {
        self.choose(token, LinkPurpose::ConfirmEmail, password_hash, doing).await
    }

    /// Follows a link that sets a new password, which ends all sessions; whose it is. Whoever
    /// follows it has shown to read the mail of the address, too.
    ///
    /// # Errors
    /// When the link is no longer good, or the store fails. The link is then as good as before.
    pub async fn reset_password(
        &self,
        token: &LinkToken,
        password_hash: &str,
        doing: Doing,
    ) -> Result<UserId, LinkError> {
        self.choose(token, LinkPurpose::ResetPassword, password_hash, doing).await
    }

    async fn choose(
        &self,
        token: &LinkToken,
        purpose: LinkPurpose,
        password_hash: &str,
        doing: Doing,
    ) -> Result<UserId, LinkError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            let followed = self.inner.follow(&mut transaction, token, purpose, doing.at()).await?;
            let Followed { user, email } = followed;
            users::set_password(&mut transaction, user, password_hash, doing.at()).await?;
            confirm(&mut transaction, user, &email, doing.at()).await?;
            let act = match purpose {
                LinkPurpose::ConfirmEmail => PeopleAct::ConfirmEmail,
                LinkPurpose::ResetPassword => PeopleAct::ResetPassword,
            };
            let deed = Deed::of_person(act, user);
            doing.done_as(user, &mut transaction, deed, Vec::new()).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(user)
        })
        .await
    }
}

/// A link that was used.
struct Followed {
    user: UserId,
    email: EmailAddress,
}

impl Inner {
    async fn follow(
        &self,
        on: &mut Transaction<'static, Any>,
        token: &LinkToken,
        purpose: LinkPurpose,
        now: Timestamp,
    ) -> Result<Followed, LinkError> {
        let [one, other] = self.digests(|pepper| token.digest(pepper));
        let follow = sqlx::query(USE)
            .bind(now.as_microsecond())
            .bind(one)
            .bind(other)
            .bind(purpose.as_str());
        let found = follow.fetch_optional(&mut **on).await.map_err(StoreError::from)?;
        Ok(followed(found.as_ref().ok_or(LinkError::NotGood)?)?)
    }
}

/// Whoever has that address was shown to read its mail.
pub(super) async fn confirm(
    on: &mut Transaction<'static, Any>,
    user: UserId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<(), StoreError> {
    let confirm = sqlx::query(CONFIRM)
        .bind(user.to_string())
        .bind(email.to_string())
        .bind(now.as_microsecond());
    run(on, confirm).await.map(drop)
}

fn followed(columns: &AnyRow) -> Result<Followed, StoreError> {
    let row = Row::new("mailed_links", columns);
    Ok(Followed { user: row.parse("id")?, email: row.parse("email")? })
}
