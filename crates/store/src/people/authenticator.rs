//! Authenticator apps and recovery codes.

use jiff::Timestamp;
use keys::{
    Deed, Entropy, Limited, PeopleAct, Purpose, RecoveryCode, TooMany, TotpRefusal, TotpSecret,
    TotpStep, UserId,
};
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use super::{Doing, Verified, run};
use crate::row::Row;
use crate::{Store, StoreError};

/// Takes the place of one that was never confirmed, and of no other.
const BEGIN: &str = r#"INSERT INTO authenticators ("user", envelope, standing, used_step,
     created_at) VALUES ($1, $2, 'pending', 0, $3)
     ON CONFLICT ("user") DO UPDATE SET envelope = excluded.envelope,
     created_at = excluded.created_at WHERE authenticators.standing = 'pending'"#;
const READ: &str = r#"SELECT "user" AS id, envelope, standing, used_step FROM authenticators
     WHERE "user" = $1"#;
/// One statement, so that of two who show the same code one alone gets through.
const USE_STEP: &str = r#"UPDATE authenticators SET used_step = $2, standing = 'on'
     WHERE "user" = $1 AND used_step < $2 AND standing = $3"#;
const REMOVE: &str = r#"DELETE FROM authenticators WHERE "user" = $1"#;
const FORGET_RECOVERY: &str = r#"DELETE FROM recovery_codes WHERE "user" = $1"#;
const ADD_RECOVERY: &str = r#"INSERT INTO recovery_codes (digest, "user") VALUES ($1, $2)"#;
const USE_RECOVERY: &str = r#"UPDATE recovery_codes SET used_at = $4
     WHERE "user" = $1 AND digest IN ($2, $3) AND used_at IS NULL"#;
const RECOVERY_LEFT: &str = r#"SELECT "user" AS id FROM recovery_codes
     WHERE "user" = $1 AND used_at IS NULL"#;

/// Whether somebody has an authenticator app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthenticatorStanding {
    /// None.
    Off,
    /// One was begun, and no code of it was shown yet.
    Pending,
    /// One, whose codes count.
    On {
        /// Recovery codes that were not used.
        recovery_codes: usize,
    },
}

/// Why a code does not count, or an app is not added.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticatorError {
    /// There is one already.
    #[error("an authenticator app is set up already; remove it first")]
    AlreadyOn,
    /// There is none.
    #[error("no authenticator app is set up")]
    Off,
    /// The code of the app does not count.
    #[error(transparent)]
    Refused(#[from] TotpRefusal),
    /// The recovery code is none of this person's, or was used.
    #[error("this is no recovery code of yours, or it was used already")]
    WrongRecoveryCode,
    /// Too many were tried.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Whether the person has an authenticator app.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn authenticator(&self, user: UserId) -> Result<AuthenticatorStanding, StoreError> {
        self.looked(async move {
            let mut transaction = self.inner.begin_read().await?;
            let standing = match read(&mut transaction, user).await? {
                None => AuthenticatorStanding::Off,
                Some(Kept { standing: Standing::Pending, .. }) => AuthenticatorStanding::Pending,
                Some(Kept { standing: Standing::On, .. }) => {
                    let query = sqlx::query(RECOVERY_LEFT).bind(user.to_string());
                    let recovery_codes = query.fetch_all(&mut *transaction).await?.len();
                    AuthenticatorStanding::On { recovery_codes }
                }
            };
            transaction.commit().await?;
            Ok(standing)
        })
        .await
    }

    /// Makes a secret for an app; it counts for nothing until a code of it was shown.
    ///
    /// # Errors
    /// When there is an app already, or the store fails.
    pub async fn begin_authenticator(
        &self,
        user: UserId,
        doing: Doing,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<TotpSecret, AuthenticatorError> {
        self.limited(async move {
            let secret = TotpSecret::mint(entropy);
            let sealing = &self.inner.secrets.sealing;
            let envelope = sealing.seal_bytes(secret.expose(), &belonging(user), entropy)?;
            let begin = sqlx::query(BEGIN).bind(user.to_string()).bind(envelope);
            let begin = begin.bind(doing.at().as_microsecond());
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            if run(&mut transaction, begin).await? == 0 {
                return Err(AuthenticatorError::AlreadyOn);
            }
            let deed = Deed::of_person(PeopleAct::BeginAuthenticator, user);
            doing.done(&mut transaction, deed, Vec::new()).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(secret)
        })
        .await
    }

    /// Takes the first code of an app that was begun; from here on its codes count. The recovery
    /// codes are shown in this answer alone.
    ///
    /// # Errors
    /// When the code is wrong, too many were tried, none was begun, or the store fails.
    pub async fn confirm_authenticator(
        &self,
        user: UserId,
        code: &str,
        doing: Doing,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<[RecoveryCode; RecoveryCode::COUNT], AuthenticatorError> {
        self.limited(async move {
            self.count_try_of_app(user, doing.at()).await?;
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            self.use_step(&mut transaction, (user, Standing::Pending), code, doing.at()).await?;
            let codes = self.new_recovery_codes(&mut transaction, user, entropy).await?;
            let deed = Deed::of_person(PeopleAct::AddAuthenticator, user);
            doing.done(&mut transaction, deed, Vec::new()).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(codes)
        })
        .await
    }

    /// Makes other recovery codes, shown in this answer alone; those that there were are good for
    /// nothing any more.
    ///
    /// # Errors
    /// When there is no app, or the store fails.
    pub async fn renew_recovery_codes(
        &self,
        user: UserId,
        doing: Doing,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<[RecoveryCode; RecoveryCode::COUNT], AuthenticatorError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            match read(&mut transaction, user).await? {
                Some(Kept { standing: Standing::On, .. }) => {}
                Some(Kept { standing: Standing::Pending, .. }) | None => {
                    return Err(AuthenticatorError::Off);
                }
            }
            let codes = self.new_recovery_codes(&mut transaction, user, entropy).await?;
            let deed = Deed::of_person(PeopleAct::RenewRecoveryCodes, user);
            doing.done(&mut transaction, deed, Vec::new()).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(codes)
        })
        .await
    }

    /// Puts other recovery codes in the place of those that there were.
    async fn new_recovery_codes(
        &self,
        on: &mut Transaction<'static, Any>,
        user: UserId,
        entropy: &mut (dyn Entropy + Send),
    ) -> Result<[RecoveryCode; RecoveryCode::COUNT], StoreError> {
        let codes = RecoveryCode::mint(entropy);
        run(on, sqlx::query(FORGET_RECOVERY).bind(user.to_string())).await?;
        for code in &codes {
            let digest = code.digest(user, self.inner.secrets.peppers.current());
            let add = sqlx::query(ADD_RECOVERY).bind(digest.to_bytes().to_vec());
            run(on, add.bind(user.to_string())).await?;
        }
        Ok(codes)
    }

    /// Takes a code of the person's app as a proof for the purpose. No code counts twice.
    ///
    /// # Errors
    /// When the code is wrong or was used, too many were tried, there is no app, or the store fails.
    pub async fn try_authenticator(
        &self,
        purpose: &Purpose,
        code: &str,
        now: Timestamp,
    ) -> Result<Verified, AuthenticatorError> {
        self.limited(async move {
            self.count_try_of_app(purpose.user(), now).await?;
            let mut transaction = self.inner.begin_write().await?;
            self.use_step(&mut transaction, (purpose.user(), Standing::On), code, now).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(Verified { purpose: *purpose })
        })
        .await
    }

    /// Takes a recovery code in place of one of the app. It is used up.
    ///
    /// # Errors
    /// When it is none of this person's or was used, too many were tried, or the store fails.
    pub async fn try_recovery_code(
        &self,
        purpose: &Purpose,
        code: &RecoveryCode,
        doing: Doing,
    ) -> Result<Verified, AuthenticatorError> {
        self.limited(async move {
            let user = purpose.user();
            self.count_try_of_app(user, doing.at()).await?;
            let [one, other] = self.inner.digests(|pepper| code.digest(user, pepper));
            let spend = sqlx::query(USE_RECOVERY)
                .bind(user.to_string())
                .bind(one)
                .bind(other)
                .bind(doing.at().as_microsecond());
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            if run(&mut transaction, spend).await? == 0 {
                return Err(AuthenticatorError::WrongRecoveryCode);
            }
            let deed = Deed::of_person(PeopleAct::UseRecoveryCode, user);
            doing.done_as(user, &mut transaction, deed, Vec::new()).await?;
            transaction.commit().await.map_err(StoreError::of_commit)?;
            Ok(Verified { purpose: *purpose })
        })
        .await
    }

    /// Removes the person's app and recovery codes.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove_authenticator(&self, user: UserId, doing: Doing) -> Result<(), StoreError> {
        self.limited(async move {
            let mut transaction = self.inner.begin_write().await?;
            self.inner.lock(&mut transaction).await?;
            run(&mut transaction, sqlx::query(REMOVE).bind(user.to_string())).await?;
            run(&mut transaction, sqlx::query(FORGET_RECOVERY).bind(user.to_string())).await?;
            let deed = Deed::of_person(PeopleAct::RemoveAuthenticator, user);
            doing.done(&mut transaction, deed, Vec::new()).await?;
            transaction.commit().await.map_err(StoreError::of_commit)
        })
        .await
    }

    /// Counts a try of a code of the app or a recovery code, for good, before it is looked at: ten in
    /// a quarter of an hour, and fifteen in a day. One that is not looked at is none of the day's.
    async fn count_try_of_app(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), AuthenticatorError> {
        self.count(Limited::Authenticator(user), now).await??;
        Ok(self.count(Limited::AuthenticatorADay(user), now).await??)
    }

    /// Checks a code against the app of that standing, and marks its step as used.
    async fn use_step(
        &self,
        on: &mut Transaction<'static, Any>,
        (user, standing): (UserId, Standing),
        code: &str,
        now: Timestamp,
    ) -> Result<(), AuthenticatorError> {
        let kept = match read(on, user).await? {
            Some(kept) if kept.standing == standing => kept,
            Some(Kept { standing: Standing::On, .. }) => return Err(AuthenticatorError::AlreadyOn),
            Some(Kept { standing: Standing::Pending, .. }) | None => {
                return Err(AuthenticatorError::Off);
            }
        };
        let step = self.secret(user, &kept.envelope)?.check(code, now, kept.used)?;
        let mark = sqlx::query(USE_STEP)
            .bind(user.to_string())
            .bind(step.number())
            .bind(standing.as_str());
        match run(on, mark).await? {
            0 => Err(TotpRefusal::Used.into()),
            _ => Ok(()),
        }
    }

    fn secret(&self, user: UserId, envelope: &[u8]) -> Result<TotpSecret, StoreError> {
        let opened = self.inner.secrets.sealing.open_bytes(envelope, &belonging(user))?;
        let secret = opened.and_then(|bytes| TotpSecret::from_bytes(&bytes));
        secret.ok_or_else(|| StoreError::Inconsistent {
            table: "authenticators",
            row: user.to_string(),
            column: "envelope",
        })
    }
}

/// The row and column that an envelope is made for.
fn belonging(user: UserId) -> String {
    format!("authenticators\0{user}\0envelope")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Pending,
    On,
}

impl Standing {
    fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::On => "on",
        }
    }
}

/// An app as it is kept.
struct Kept {
    envelope: Vec<u8>,
    standing: Standing,
    used: TotpStep,
}

async fn read(
    on: &mut Transaction<'static, Any>,
    user: UserId,
) -> Result<Option<Kept>, StoreError> {
    let found = sqlx::query(READ).bind(user.to_string()).fetch_optional(&mut **on).await?;
    found.as_ref().map(kept).transpose()
}

fn kept(columns: &AnyRow) -> Result<Kept, StoreError> {
    let row = Row::new("authenticators", columns);
    let standing = match row.get("standing")? {
        "pending" => Standing::Pending,
        "on" => Standing::On,
        _ => return Err(row.inconsistent("standing")),
    };
    Ok(Kept {
        envelope: row.get("envelope")?,
        standing,
        used: TotpStep::new(row.get("used_step")?),
    })
}
