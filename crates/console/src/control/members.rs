//! Members: who they are, and how they come and go.
//!
//! The store asks in its transaction whether whoever wants it may; here it is asked what may be seen,
//! and for the proof. Whoever could make a member of their own by a stolen session would need no code
//! afterwards: so that a role that opens live keys takes one.

use keys::{
    EmailAddress, InvitationId, InvitationToken, Needs, Purpose, Realm, Right, Rights, Role, UserId,
};
use store::{
    Invitation, InvitationError, Member, MemberError, NewInvitation, NewUser, User, UserError,
};

use super::{Caller, Control, ControlError, Person};
use crate::World;
use crate::delivery::{DeliveryError, Message};
use crate::password::{Password, PasswordError};

/// A member and who it is.
pub(crate) struct Known {
    pub(crate) member: Member,
    pub(crate) user: User,
}

/// Why members stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum MembersError {
    /// The caller may not, or has yet to prove who it is.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// A rule of members speaks against it.
    #[error(transparent)]
    Member(MemberError),
    /// A rule of invitations speaks against it.
    #[error(transparent)]
    Invitation(InvitationError),
    /// The invitation reached nobody, and was taken back.
    #[error("the invitation could not be sent, and nothing was changed: {0}")]
    Undelivered(DeliveryError),
    /// The address has a password already.
    #[error("somebody signs in with this email address already; sign in, and accept it then")]
    SignInFirst,
    /// Somebody new chooses a password.
    #[error("choose a password: `password`")]
    PasswordMissing,
    /// The password is none.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

impl From<MemberError> for MembersError {
    fn from(error: MemberError) -> Self {
        match error {
            MemberError::Store(error) => Self::Control(error.into()),
            MemberError::AboveOnesOwn
            | MemberError::DoesNotFit(_)
            | MemberError::UnknownRealm(_)
            | MemberError::NotAMember
            | MemberError::AlreadyMember
            | MemberError::LastOwner => Self::Member(error),
        }
    }
}

impl From<InvitationError> for MembersError {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::Store(error) => Self::Control(error.into()),
            InvitationError::Member(error) => error.into(),
            InvitationError::NotGood | InvitationError::ForSomebodyElse => Self::Invitation(error),
        }
    }
}

impl Control {
    /// The members of a place: those who have a role in exactly it.
    pub(crate) async fn members(
        &self,
        caller: &Caller,
        realm: Realm,
    ) -> Result<Vec<Known>, ControlError> {
        self.must_manage(caller.person()?, realm).await?;
        let mut known = Vec::new();
        for member in self.store.members(realm).await? {
            if let Some(user) = self.store.user(member.user).await? {
                known.push(Known { member, user });
            }
        }
        Ok(known)
    }

    /// The invitations to a place that can still be accepted.
    pub(crate) async fn invitations(
        &self,
        caller: &Caller,
        realm: Realm,
    ) -> Result<Vec<Invitation>, ControlError> {
        self.must_manage(caller.person()?, realm).await?;
        Ok(self.store.invitations(realm, (self.world.now)()).await?)
    }

    /// Invites somebody by mail. An invitation that reaches nobody is taken back.
    pub(crate) async fn invite(
        &self,
        caller: &Caller,
        (email, realm, role): (EmailAddress, Realm, Role),
        shown: Option<&str>,
    ) -> Result<Invitation, MembersError> {
        let person = caller.person().map_err(ControlError::from)?;
        let World { now, mut random } = self.world;
        self.must_belong_to(person, realm).await?;
        let parameters = [email.as_str(), &realm.to_string(), role.as_str()];
        let action = format!("invite {email} as {}", role.as_str());
        self.prove_role(person, role, ("invite", &parameters, &action), shown).await?;
        let place = self.name(realm).await?;
        let by = person.user.id;
        let new = NewInvitation { email, realm, role, invited_by: by };
        let (invitation, token) = self.store.invite(new, now(), &mut random).await?;
        let message = Message::Invitation {
            link: self.link("invitation", token.expose()),
            who: called(&person.user),
            role: role.as_str().replace('_', " "),
            place,
        };
        if let Err(error) = self.delivery.email(&invitation.email, &message).await {
            self.store.withdraw_invitation(by, invitation.id, now()).await?;
            return Err(MembersError::Undelivered(error));
        }
        Ok(invitation)
    }

    /// Takes an invitation back.
    pub(crate) async fn withdraw(
        &self,
        caller: &Caller,
        id: InvitationId,
    ) -> Result<(), MembersError> {
        let person = caller.person().map_err(ControlError::from)?;
        Ok(self.store.withdraw_invitation(person.user.id, id, (self.world.now)()).await?)
    }

    /// Accepts an invitation as somebody who has signed in.
    pub(crate) async fn accept(
        &self,
        caller: &Caller,
        token: &InvitationToken,
    ) -> Result<Member, MembersError> {
        let person = caller.person().map_err(ControlError::from)?;
        Ok(self.store.accept_invitation(token, person.user.id, (self.world.now)()).await?)
    }

    /// Accepts an invitation as somebody who is new, and chooses a password.
    pub(crate) async fn join(
        &self,
        token: &InvitationToken,
        name: Option<String>,
        password: Option<Password>,
    ) -> Result<Member, MembersError> {
        let World { now, mut random } = self.world;
        let found = self.store.invitation(token, now()).await.map_err(ControlError::from)?;
        let Invitation { email, .. } = found.ok_or(InvitationError::NotGood)?;
        let known = self.store.user_by_email(&email).await.map_err(ControlError::from)?;
        if known.is_some() {
            return Err(MembersError::SignInFirst);
        }
        let password = password.ok_or(MembersError::PasswordMissing)?;
        let password_hash = self.hashing.hash(password).await?;
        let new = NewUser { email, name, password_hash };
        let user = match self.store.add_user(new, now(), &mut random).await {
            Ok(user) => user,
            Err(UserError::BadName(refusal)) => {
                return Err(ControlError::from(refusal).into());
            }
            Err(UserError::EmailTaken | UserError::Unknown(_)) => {
                return Err(MembersError::SignInFirst);
            }
            Err(UserError::Store(error)) => return Err(ControlError::from(error).into()),
        };
        Ok(self.store.accept_invitation(token, user.id, now()).await?)
    }

    /// Gives a member another role in the same place.
    pub(crate) async fn change_role(
        &self,
        caller: &Caller,
        (user, realm, old): (UserId, Realm, Role),
        new: Role,
        shown: Option<&str>,
    ) -> Result<Member, MembersError> {
        let person = caller.person().map_err(ControlError::from)?;
        self.must_belong_to(person, realm).await?;
        let parameters =
            [&user.to_string(), &realm.to_string(), old.as_str(), new.as_str()].map(String::from);
        let parameters = parameters.each_ref().map(String::as_str);
        let action = format!("make a member {} ", new.as_str());
        self.prove_role(person, new, ("change role", &parameters, &action), shown).await?;
        let now = (self.world.now)();
        let member = Member { user, realm, role: old, since: now };
        Ok(self.store.change_role(person.user.id, &member, new, now).await?)
    }

    /// Takes a role away from a member. Everybody may leave.
    pub(crate) async fn remove_member(
        &self,
        caller: &Caller,
        (user, realm, role): (UserId, Realm, Role),
    ) -> Result<(), MembersError> {
        let person = caller.person().map_err(ControlError::from)?;
        self.must_belong_to(person, realm).await?;
        let member = Member { user, realm, role, since: (self.world.now)() };
        Ok(self.store.remove_member(person.user.id, &member).await?)
    }

    /// A role that opens anything live, or that makes members who have one, takes a proof.
    async fn prove_role(
        &self,
        person: &Person,
        role: Role,
        (action, parameters, words): (&str, &[&str], &str),
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        if role.is_of_a_sandbox() {
            return Ok(());
        }
        let purpose = Purpose::new(person.user.id, action, parameters);
        self.prove_for(person, &purpose, words, shown).await.map(drop)
    }

    async fn must_manage(&self, person: &Person, realm: Realm) -> Result<(), ControlError> {
        let right = match realm {
            Realm::Organization(_) | Realm::Account(_) => Right::ManageMembers,
            Realm::Sandbox(_) => Right::ManageSandboxMembers,
        };
        self.must_have(person, Needs::Right(right, realm), None).await
    }

    async fn must_belong_to(&self, person: &Person, realm: Realm) -> Result<(), ControlError> {
        match self.store.rights(person.user.id, realm).await? {
            Rights::NONE => Err(super::permit::unknown_realm(realm).into()),
            _ => Ok(()),
        }
    }

    /// What people call a place.
    async fn name(&self, realm: Realm) -> Result<String, ControlError> {
        let name = match realm {
            Realm::Organization(id) => self.store.organization(id).await?.map(|found| found.name),
            Realm::Account(id) => self.store.account(id).await?.map(|found| found.name),
            Realm::Sandbox(id) => self.store.sandbox(id).await?.map(|found| found.name),
        };
        name.ok_or_else(|| super::permit::unknown_realm(realm).into())
    }
}

/// What a person is called, or its address.
fn called(user: &User) -> String {
    user.name.clone().unwrap_or_else(|| user.email.to_string())
}
