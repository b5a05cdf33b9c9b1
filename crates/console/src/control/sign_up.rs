//! How people come to be: by an address whose mail they read, and a password that they choose there.
//!
//! Nothing that is answered tells whether somebody has an address: whatever is mailed tells it, and to
//! that address alone. So it is mailed aside, when the answer is on its way.

use std::net::IpAddr;

use keys::{Asker, Deed, EmailAddress, LinkPurpose, LinkToken, PeopleAct, TooMany, UserId};
use store::{LinkError, NewUser, StoreError, UserError};

use super::noted::Refuses;
use super::{Caller, Control, RightError};
use crate::delivery::{Channel, DeliveryError, Message};
use crate::door::Client;
use crate::password::{Password, PasswordError};

/// What is kept as the hash of a password that nobody has chosen yet: no password has it.
const NONE_CHOSEN: &str = "none";

/// Why somebody did not come to be, or has no new password.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// The link does nothing.
    #[error(transparent)]
    Link(LinkError),
    /// The password is none.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The password that was to be changed is another.
    #[error("this is not your password")]
    WrongPassword,
    /// The name is none, or there is no such person.
    #[error(transparent)]
    User(UserError),
    /// No mail can be sent, to anybody.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// Too many asked.
    #[error(transparent)]
    TooMany(TooMany),
    /// It is for people alone.
    #[error(transparent)]
    NotAllowed(#[from] RightError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SignUpError {
    /// The word for it that programs know it by; nothing where it was no refusal.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Link(LinkError::TooMany(_)) | Self::TooMany(_) => "rate_limited",
            Self::Link(LinkError::NotGood) => "link_expired",
            Self::WrongPassword => "password_wrong",
            Self::User(UserError::BadName(refusal)) => refusal.code(),
            Self::Password(PasswordError::Length)
            | Self::User(UserError::EmailTaken | UserError::Unknown(_)) => "parameter_invalid",
            Self::NotAllowed(error) => error.code(),
            Self::Link(LinkError::Store(_))
            | Self::User(UserError::Store(_))
            | Self::Password(PasswordError::Unhashable)
            | Self::Delivery(_)
            | Self::Store(_) => return None,
        })
    }
}

impl Refuses for SignUpError {
    fn refusal(&self) -> Option<&'static str> {
        self.code()
    }
}

impl From<LinkError> for SignUpError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Store(error) => Self::Store(error),
            LinkError::NotGood | LinkError::TooMany(_) => Self::Link(error),
        }
    }
}

impl From<UserError> for SignUpError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Store(error) => Self::Store(error),
            UserError::EmailTaken | UserError::BadName(_) | UserError::Unknown(_) => {
                Self::User(error)
            }
        }
    }
}

impl Control {
    /// Mails somebody a link to choose the first password; to whoever has one already, a link to
    /// choose another.
    pub(crate) async fn sign_up(
        &self,
        email: EmailAddress,
        name: Option<String>,
        from: Client,
    ) -> Result<(), SignUpError> {
        let name = name.as_deref().map(keys::checked_name).transpose();
        let name = name.map_err(|refusal| SignUpError::User(UserError::BadName(refusal)))?;
        self.must_have_mail(from.address).await?;
        let (control, asker) = (self.clone(), from.asker());
        tokio::spawn(async move {
            let welcomed = control.welcome(email, name, &asker).await;
            if let Err(error) = welcomed {
                tracing::error!(%error, "somebody who signed up gets no mail");
            }
        });
        Ok(())
    }

    async fn welcome(
        &self,
        email: EmailAddress,
        name: Option<String>,
        asker: &Asker,
    ) -> Result<(), SignUpError> {
        let mut random = self.world.random;
        let known = self.store.user_by_email(&email).await?;
        let user = if let Some(user) = known {
            user
        } else {
            let new = NewUser { email, name, password_hash: NONE_CHOSEN.to_owned() };
            self.store.add_user(new, self.doing(asker), &mut random).await?
        };
        let purpose = match user.email_confirmed_at {
            Some(_) => LinkPurpose::ResetPassword,
            None => LinkPurpose::ConfirmEmail,
        };
        let doing = self.doing(asker);
        let token = self.store.mail_link(&user, purpose, doing, &mut random).await?;
        let message = self.letter(purpose, &token);
        Ok(self.delivery.email(&user.email, &message).await?)
    }

    /// Mails a link to choose another password, to whoever has that address.
    pub(crate) async fn forgot(
        &self,
        email: EmailAddress,
        from: Client,
    ) -> Result<(), SignUpError> {
        self.must_have_mail(from.address).await?;
        let (control, asker) = (self.clone(), from.asker());
        tokio::spawn(async move {
            let mailed = match control.store.user_by_email(&email).await {
                Ok(Some(_)) => control.welcome(email, None, &asker).await,
                Ok(None) => Ok(()),
                Err(error) => Err(error.into()),
            };
            if let Err(error) = mailed {
                tracing::error!(%error, "somebody who forgot a password gets no mail");
            }
        });
        Ok(())
    }

    /// Follows a link: the password is what was chosen, and all sessions end.
    pub(crate) async fn choose_password(
        &self,
        purpose: LinkPurpose,
        token: &LinkToken,
        password: Password,
        from: Client,
    ) -> Result<UserId, SignUpError> {
        let now = (self.world.now)();
        let counted = self.store.count_stranger(from.address, now).await?;
        counted.map_err(SignUpError::TooMany)?;
        // A hash takes long: none for a link that does nothing anyway.
        if !self.store.link_is_good(token, purpose, now).await? {
            return Err(SignUpError::Link(LinkError::NotGood));
        }
        let hash = self.hashing.hash(password).await?;
        let asker = from.asker();
        let doing = self.doing(&asker);
        Ok(match purpose {
            LinkPurpose::ConfirmEmail => self.store.confirm_email(token, &hash, doing).await?,
            LinkPurpose::ResetPassword => self.store.reset_password(token, &hash, doing).await?,
        })
    }

    /// Changes the password of somebody who knows the old one; all sessions end.
    pub(crate) async fn change_password(
        &self,
        caller: &Caller,
        old: Password,
        new: Password,
    ) -> Result<(), SignUpError> {
        let user = caller.person()?.user.id;
        let changed = self.try_change_password(caller, old, new).await;
        self.noted(caller, Deed::of_person(PeopleAct::ChangePassword, user), changed).await
    }

    async fn try_change_password(
        &self,
        caller: &Caller,
        old: Password,
        new: Password,
    ) -> Result<(), SignUpError> {
        let person = caller.person()?;
        let email = &person.user.email;
        let now = (self.world.now)();
        let counted = self.store.count_sign_in(email, person.session.address, now).await?;
        counted.map_err(SignUpError::TooMany)?;
        if !self.hashing.is(old, Some(person.user.password_hash.clone())).await {
            return Err(SignUpError::WrongPassword);
        }
        let hash = self.hashing.hash(new).await?;
        let doing = self.doing(caller.asker());
        Ok(self.store.change_password(person.user.id, &hash, doing).await?)
    }

    /// Without a way to send mail nobody is told that something was sent.
    async fn must_have_mail(&self, from: IpAddr) -> Result<(), SignUpError> {
        let counted = self.store.count_stranger(from, (self.world.now)()).await?;
        counted.map_err(SignUpError::TooMany)?;
        if self.delivery.has_email() {
            Ok(())
        } else {
            Err(DeliveryError::NotConfigured(Channel::Email).into())
        }
    }

    fn letter(&self, purpose: LinkPurpose, token: &LinkToken) -> Message {
        let minutes = u32::try_from(purpose.good_for().as_mins()).unwrap_or(u32::MAX);
        match purpose {
            LinkPurpose::ConfirmEmail => {
                Message::EmailConfirmation { link: self.link("confirm", token.expose()) }
            }
            LinkPurpose::ResetPassword => {
                Message::PasswordLink { link: self.link("reset", token.expose()), minutes }
            }
        }
    }

    /// The address of a page of ours with what its reader shows there. It stands behind the `#`, so
    /// that no browser sends it to a server on its own.
    pub(super) fn link(&self, page: &str, token: &str) -> String {
        format!("{}/{page}#{token}", self.url)
    }
}
