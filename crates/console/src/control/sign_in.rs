//! Signing in. Whoever does not exist is answered like whoever has the wrong password, as late.

use keys::{EmailAddress, Purpose, RecoveryCode, SessionToken, TooMany, UserId};
use store::{
    AuthenticatorError, AuthenticatorStanding, NewSession, Session, SessionError, StoreError,
};

use super::Control;
use crate::World;
use crate::door::Client;
use crate::password::Password;

/// What somebody shows to sign in.
pub(crate) struct Credentials {
    /// Who it says it is.
    pub(crate) email: EmailAddress,
    /// The password.
    pub(crate) password: Password,
    /// A code of the authenticator app, or a recovery code.
    pub(crate) code: Option<String>,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such person, another password, or an address that was never confirmed.
    #[error("the email address or the password is wrong, or the address was not confirmed yet")]
    Wrong,
    /// The person has an authenticator app.
    #[error("send the code of your authenticator app, or a recovery code, as `code`")]
    CodeMissing,
    /// The code does not count.
    #[error(transparent)]
    Code(AuthenticatorError),
    /// The password was changed meanwhile.
    #[error("the password was changed just now; sign in with the new one")]
    Changed,
    /// Too many tries.
    #[error(transparent)]
    TooMany(TooMany),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody who was signed in.
pub(crate) struct SignedIn {
    pub(crate) session: Session,
    /// It is shown once.
    pub(crate) token: SessionToken,
}

impl Control {
    /// Signs somebody in.
    pub(crate) async fn sign_in(
        &self,
        credentials: Credentials,
        from: Client,
    ) -> Result<SignedIn, SignInError> {
        let Credentials { email, password, code } = credentials;
        let World { now, mut random } = self.world;
        let counted = self.store.count_sign_in(&email, from.address, now()).await?;
        counted.map_err(SignInError::TooMany)?;
        let user = self.store.user_by_email(&email).await?;
        let kept = user.as_ref().map(|user| user.password_hash.clone());
        let is_right = self.hashing.is(password, kept).await;
        let user = match user {
            Some(user) if is_right && user.email_confirmed_at.is_some() => user,
            Some(_) | None => return Err(SignInError::Wrong),
        };
        self.second_factor(user.id, code).await?;
        let user_agent = from.program.unwrap_or_default();
        let new = NewSession { user: &user, address: from.address, user_agent: &user_agent };
        let (session, token) = match self.store.start_session(new, now(), &mut random).await {
            Ok(started) => started,
            Err(SessionError::PasswordChanged) => return Err(SignInError::Changed),
            Err(SessionError::Store(error)) => return Err(error.into()),
        };
        self.store.forget_sign_ins(&email).await?;
        tracing::info!(user = %user.id, session = %session.id, "somebody signed in");
        Ok(SignedIn { session, token })
    }

    async fn second_factor(&self, user: UserId, code: Option<String>) -> Result<(), SignInError> {
        match self.store.authenticator(user).await? {
            AuthenticatorStanding::Off | AuthenticatorStanding::Pending => return Ok(()),
            AuthenticatorStanding::On { .. } => {}
        }
        let code = code.ok_or(SignInError::CodeMissing)?;
        let purpose = Purpose::new(user, "sign in", &[]);
        let now = (self.world.now)();
        let shown = match code.parse::<RecoveryCode>() {
            Ok(code) => self.store.try_recovery_code(&purpose, &code, now).await,
            Err(_other) => self.store.try_authenticator(&purpose, &code, now).await,
        };
        match shown {
            Ok(_verified) => Ok(()),
            Err(AuthenticatorError::Store(error)) => Err(error.into()),
            Err(refused) => Err(SignInError::Code(refused)),
        }
    }
}
