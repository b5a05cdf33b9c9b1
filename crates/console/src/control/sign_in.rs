//! Signing in. Whoever does not exist is answered like whoever has the wrong password, as late.

use std::net::IpAddr;

use keys::{
    Asker, Deed, EmailAddress, PeopleAct, Purpose, RecoveryCode, SessionToken, TooMany, UserId,
};
use store::{
    AuthenticatorError, AuthenticatorStanding, NewSession, Rejection, Session, SessionError,
    StoreError, User,
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

impl SignInError {
    /// The word for a wrong password, which is that for nobody, too.
    const CREDENTIALS: &str = "credentials_invalid";
    const LIMITED: &str = "rate_limited";

    /// The word for it that programs know it by; nothing where it was no refusal.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Wrong | Self::Changed => Some(Self::CREDENTIALS),
            Self::CodeMissing => Some("authenticator_code_required"),
            Self::Code(AuthenticatorError::TooMany(_)) | Self::TooMany(_) => Some(Self::LIMITED),
            Self::Code(_) => Some("authenticator_code_invalid"),
            Self::Store(_) => None,
        }
    }
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
        let now = self.world.now;
        let counted = self.store.count_sign_in(&email, from.address, now()).await?;
        if let Err(too_many) = counted {
            self.note_limited_aside(email, from.asker());
            return Err(SignInError::TooMany(too_many));
        }
        let user = self.store.user_by_email(&email).await?;
        let kept = user.as_ref().map(|user| user.password_hash.clone());
        let is_right = self.hashing.is(password, kept).await;
        let (address, asker) = (from.address, from.asker());
        let user = match user {
            Some(user) if is_right && user.email_confirmed_at.is_some() => user,
            known => {
                if let Some(User { id, .. }) = known {
                    self.note_wrong_aside(id, asker);
                }
                return Err(SignInError::Wrong);
            }
        };
        let begun = self.begin_session(&user, code, address, &asker).await;
        if let Err(refused) = &begun
            && let Some(code) = refused.code()
        {
            self.note_failed_sign_in(user.id, &asker, code).await?;
        }
        let (session, token) = begun?;
        self.store.forget_sign_ins(&email).await?;
        tracing::info!(user = %user.id, session = %session.id, "somebody signed in");
        Ok(SignedIn { session, token })
    }

    /// For whoever has the password.
    async fn begin_session(
        &self,
        user: &User,
        code: Option<String>,
        address: IpAddr,
        asker: &Asker,
    ) -> Result<(Session, SessionToken), SignInError> {
        self.second_factor(user.id, code, asker).await?;
        let mut random = self.world.random;
        let user_agent = asker.program.as_deref().unwrap_or_default();
        let new = NewSession { user, address, user_agent };
        match self.store.start_session(new, self.doing(asker), &mut random).await {
            Ok(started) => Ok(started),
            Err(SessionError::PasswordChanged) => Err(SignInError::Changed),
            Err(SessionError::Store(error)) => Err(error.into()),
        }
    }

    /// Notes that somebody had the wrong password, when the answer is on its way: it must not take
    /// longer for people who are there.
    fn note_wrong_aside(&self, user: UserId, asker: Asker) {
        let control = self.clone();
        tokio::spawn(async move {
            let noted = control.note_failed_sign_in(user, &asker, SignInError::CREDENTIALS).await;
            if let Err(error) = noted {
                tracing::error!(%error, %user, "a sign-in that failed cannot be noted");
            }
        });
    }

    /// Notes that no more sign-ins as somebody were taken, in the same way, and once for as long as
    /// that holds.
    fn note_limited_aside(&self, email: EmailAddress, asker: Asker) {
        let control = self.clone();
        tokio::spawn(async move {
            if let Err(error) = control.note_limited_sign_in(&email, &asker).await {
                tracing::error!(%error, "that sign-ins were not taken cannot be noted");
            }
        });
    }

    async fn note_limited_sign_in(
        &self,
        email: &EmailAddress,
        asker: &Asker,
    ) -> Result<(), StoreError> {
        let Some(User { id, .. }) = self.store.user_by_email(email).await? else { return Ok(()) };
        let World { now, mut random } = self.world;
        let deed = Deed::of_person(PeopleAct::SignIn, id);
        let rejection = Rejection { asker, deed, code: SignInError::LIMITED };
        self.store.note_limited_sign_in(id, rejection, now(), &mut random).await
    }

    async fn note_failed_sign_in(
        &self,
        user: UserId,
        asker: &Asker,
        code: &'static str,
    ) -> Result<(), StoreError> {
        let World { now, mut random } = self.world;
        let deed = Deed::of_person(PeopleAct::SignIn, user);
        let rejection = Rejection { asker, deed, code };
        self.store.note_failed_sign_in(user, rejection, now(), &mut random).await
    }

    async fn second_factor(
        &self,
        user: UserId,
        code: Option<String>,
        asker: &Asker,
    ) -> Result<(), SignInError> {
        match self.store.authenticator(user).await? {
            AuthenticatorStanding::Off | AuthenticatorStanding::Pending => return Ok(()),
            AuthenticatorStanding::On { .. } => {}
        }
        let code = code.ok_or(SignInError::CodeMissing)?;
        let purpose = Purpose::new(user, "sign in", &[]);
        let now = (self.world.now)();
        let shown = match code.parse::<RecoveryCode>() {
            Ok(code) => self.store.try_recovery_code(&purpose, &code, self.doing(asker)).await,
            Err(_other) => self.store.try_authenticator(&purpose, &code, now).await,
        };
        match shown {
            Ok(_verified) => Ok(()),
            Err(AuthenticatorError::Store(error)) => Err(error.into()),
            Err(refused) => Err(SignInError::Code(refused)),
        }
    }
}
