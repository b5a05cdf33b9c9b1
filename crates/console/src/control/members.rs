//! Members: who they are, and how they come and go.
//!
//! A key looks at them and takes roles away. It gives none: whoever came by it would stay when the key
//! has gone, and could do by a code of their own what no key may.
//!
//! The store asks in its transaction whether whoever wants it may; here it is asked what may be seen,
//! and for the proof. Whoever could make a member of their own by a stolen session would need no code
//! afterwards: so that a role that opens live keys takes one.

mod error;

use keys::{
    Deed, EmailAddress, Home, InvitationId, InvitationToken, Livemode, Mode, Needs, PeopleAct,
    Purpose, Realm, Right, Rights, Role, UserId,
};
use store::{
    Beside, Invitation, InvitationError, Member, MemberError, NewInvitation, NewUser, User,
};

pub use self::error::MembersError;
use super::caller::Who;
use super::noted::elsewhere;
use super::{Caller, Control, ControlError, Person, RightError};
use crate::World;
use crate::delivery::Message;
use crate::door::Client;
use crate::password::Password;

/// Who is invited, to where, and as what.
type Wanted = (EmailAddress, Realm, Role);

/// A member and who it is.
pub(crate) struct Known {
    pub(crate) member: Member,
    pub(crate) user: User,
}

impl Control {
    /// The members of a place: those who have a role in exactly it.
    pub(crate) async fn members(
        &self,
        caller: &Caller,
        realm: Realm,
    ) -> Result<Vec<Known>, ControlError> {
        self.must_manage(caller, realm).await?;
        let people = self.store.members(realm).await?;
        Ok(people.into_iter().map(|(member, user)| Known { member, user }).collect())
    }

    /// Some of them, the longest there first.
    pub(crate) async fn page_of_members(
        &self,
        caller: &Caller,
        realm: Realm,
        beside: Beside<(UserId, Role)>,
        most: u16,
    ) -> Result<Vec<Known>, ControlError> {
        self.must_manage(caller, realm).await?;
        let people = self.store.page_of_members(realm, beside, most).await?;
        Ok(people.into_iter().map(|(member, user)| Known { member, user }).collect())
    }

    /// The invitations to a place that can still be accepted.
    pub(crate) async fn invitations(
        &self,
        caller: &Caller,
        realm: Realm,
    ) -> Result<Vec<Invitation>, ControlError> {
        self.must_manage(caller, realm).await?;
        Ok(self.store.invitations(realm, (self.world.now)()).await?)
    }

    /// Some of them, the newest first.
    pub(crate) async fn page_of_invitations(
        &self,
        caller: &Caller,
        realm: Realm,
        beside: Beside<InvitationId>,
        most: u16,
    ) -> Result<Vec<Invitation>, ControlError> {
        self.must_manage(caller, realm).await?;
        Ok(self.store.page_of_invitations(realm, beside, most, (self.world.now)()).await?)
    }

    /// Invites somebody by mail. An invitation that reaches nobody is taken back.
    pub(crate) async fn invite(
        &self,
        caller: &Caller,
        wanted: Wanted,
        shown: Option<&str>,
    ) -> Result<Invitation, MembersError> {
        caller.person().map_err(ControlError::from)?;
        let deed = self.deed_in(PeopleAct::Invite, caller, wanted.1).await?;
        let invited = self.try_invite(caller, wanted, shown).await;
        self.noted(caller, deed, invited).await
    }

    async fn try_invite(
        &self,
        caller: &Caller,
        (email, realm, role): Wanted,
        shown: Option<&str>,
    ) -> Result<Invitation, MembersError> {
        let person = caller.person().map_err(ControlError::from)?;
        let World { now, mut random } = self.world;
        // Nobody is asked to prove who they are for what is refused anyway.
        self.must_grant(person, realm, &[role]).await?;
        let place = self.name(realm).await?;
        let parameters = [email.as_str(), &realm.to_string(), role.as_str()];
        let action = format!("invite {email} as {}", role.as_str());
        self.prove_role(caller, role, ("invite", &parameters, &action), shown).await?;
        let by = person.user.id;
        let counted = self.store.count_invitation(by, &email, now()).await?;
        counted.map_err(MembersError::TooMany)?;
        let new = NewInvitation { email, realm, role, invited_by: by };
        let doing = self.doing(caller.asker());
        let (invitation, token) = self.store.invite(new, doing, &mut random).await?;
        let message = Message::Invitation {
            link: self.link("invitation", token.expose()),
            who: called(&person.user),
            role: role.as_str().replace('_', " "),
            place,
        };
        if let Err(error) = self.delivery.email(&invitation.email, &message).await {
            let doing = self.doing(caller.asker());
            self.store.withdraw_invitation(invitation.id, doing).await?;
            return Err(MembersError::Undelivered(error));
        }
        Ok(invitation)
    }

    /// Takes an invitation back. To whoever has no role in its place there is none.
    pub(crate) async fn withdraw(
        &self,
        caller: &Caller,
        id: InvitationId,
    ) -> Result<(), MembersError> {
        let act = PeopleAct::WithdrawInvitation;
        let found = self.store.open_invitation(id, (self.world.now)()).await?;
        let known = match found {
            Some(Invitation { realm, .. }) if self.exists_to(caller, realm).await? => Some(realm),
            Some(_) | None => None,
        };
        let (deed, withdrawn) = match known {
            Some(realm) => {
                let deed = self.deed_in(act, caller, realm).await?;
                (deed, self.try_withdraw(caller, id, realm).await)
            }
            None => (elsewhere(act, caller), Err(InvitationError::NotGood.into())),
        };
        self.noted(caller, deed.about(id), withdrawn).await
    }

    async fn try_withdraw(
        &self,
        caller: &Caller,
        id: InvitationId,
        realm: Realm,
    ) -> Result<(), MembersError> {
        // Of people the store asks which roles they have.
        if let Who::Key(own) = caller.who() {
            self.must_manage_there(*own, realm).await?;
        }
        Ok(self.store.withdraw_invitation(id, self.doing(caller.asker())).await?)
    }

    /// Accepts an invitation as somebody who has signed in.
    pub(crate) async fn accept(
        &self,
        caller: &Caller,
        token: &InvitationToken,
    ) -> Result<Member, MembersError> {
        let person = caller.person().map_err(ControlError::from)?;
        let doing = self.doing(caller.asker());
        let accepted = self.store.accept_invitation(token, person.user.id, doing).await;
        let deed = Deed::of_members(PeopleAct::AcceptInvitation);
        self.noted(caller, deed, accepted.map_err(MembersError::from)).await
    }

    /// Accepts an invitation as somebody who is new, and chooses a password. What is refused leaves
    /// no event: nobody is known who could have asked.
    pub(crate) async fn join(
        &self,
        token: &InvitationToken,
        name: Option<String>,
        password: Option<Password>,
        from: Client,
    ) -> Result<Member, MembersError> {
        let World { now, mut random } = self.world;
        let found = self.store.invitation(token, now()).await?;
        let Invitation { email, .. } = found.ok_or(InvitationError::NotGood)?;
        let known = self.store.user_by_email(&email).await?;
        if known.is_some_and(|user| user.email_confirmed_at.is_some()) {
            return Err(MembersError::SignInFirst);
        }
        let password = password.ok_or(MembersError::PasswordMissing)?;
        let password_hash = self.hashing.hash(password).await?;
        let new = NewUser { email, name, password_hash };
        let asker = from.asker();
        Ok(self.store.join(token, new, self.doing(&asker), &mut random).await?)
    }

    /// Gives a member another role in the same place.
    pub(crate) async fn change_role(
        &self,
        caller: &Caller,
        member: (UserId, Realm, Role),
        new: Role,
        shown: Option<&str>,
    ) -> Result<Member, MembersError> {
        caller.person().map_err(ControlError::from)?;
        let (user, realm, _) = member;
        let deed = self.deed_in(PeopleAct::ChangeRole, caller, realm).await?.about(user);
        let changed = self.try_change_role(caller, member, new, shown).await;
        self.noted(caller, deed, changed).await
    }

    async fn try_change_role(
        &self,
        caller: &Caller,
        (user, realm, old): (UserId, Realm, Role),
        new: Role,
        shown: Option<&str>,
    ) -> Result<Member, MembersError> {
        let person = caller.person().map_err(ControlError::from)?;
        self.must_grant(person, realm, &[old, new]).await?;
        let has = self.store.memberships(user).await?;
        if !has.iter().any(|member| (member.realm, member.role) == (realm, old)) {
            return Err(MemberError::NotAMember.into());
        }
        let parameters =
            [&user.to_string(), &realm.to_string(), old.as_str(), new.as_str()].map(String::from);
        let parameters = parameters.each_ref().map(String::as_str);
        let action = format!("make a member {} ", new.as_str());
        self.prove_role(caller, new, ("change role", &parameters, &action), shown).await?;
        let member = Member { user, realm, role: old, since: (self.world.now)() };
        Ok(self.store.change_role(&member, new, self.doing(caller.asker())).await?)
    }

    /// Takes a role away from a member. Everybody may leave.
    pub(crate) async fn remove_member(
        &self,
        caller: &Caller,
        (user, realm, role): (UserId, Realm, Role),
    ) -> Result<(), MembersError> {
        let deed = self.deed_in(PeopleAct::RemoveMember, caller, realm).await?.about(user);
        let removed = self.try_remove_member(caller, (user, realm, role)).await;
        self.noted(caller, deed, removed).await
    }

    async fn try_remove_member(
        &self,
        caller: &Caller,
        (user, realm, role): (UserId, Realm, Role),
    ) -> Result<(), MembersError> {
        match caller.who() {
            Who::Key(own) => self.must_manage_there(*own, realm).await?,
            Who::Person(person) => self.rights_in(person, realm).await.map(drop)?,
        }
        let member = Member { user, realm, role, since: (self.world.now)() };
        Ok(self.store.remove_member(&member, self.doing(caller.asker())).await?)
    }

    /// A role that opens anything live, or that makes members who have one, takes a proof.
    async fn prove_role(
        &self,
        caller: &Caller,
        role: Role,
        (action, parameters, words): (&str, &[&str], &str),
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        if role.is_of_a_sandbox() {
            return Ok(());
        }
        let purpose = Purpose::new(caller.person()?.user.id, action, parameters);
        self.prove_for(caller, &purpose, words, shown).await.map(drop)
    }

    /// Whether the person may give and take these roles there, as the store asks again; the last one
    /// is to be given.
    async fn must_grant(
        &self,
        person: &Person,
        realm: Realm,
        roles: &[Role],
    ) -> Result<(), MembersError> {
        let rights = self.rights_in(person, realm).await?;
        if let Some(unfit) = roles.last().filter(|role| !role.fits(realm)) {
            return Err(MemberError::DoesNotFit(*unfit).into());
        }
        if roles.iter().all(|role| rights.may_grant(*role)) {
            Ok(())
        } else {
            Err(MemberError::AboveOnesOwn.into())
        }
    }

    /// Whether the caller manages the members of a place. An account that was deleted has none, as it
    /// exists no more.
    async fn must_manage(&self, caller: &Caller, realm: Realm) -> Result<(), ControlError> {
        let person = match caller.who() {
            Who::Key(own) => return self.must_manage_there(*own, realm).await,
            Who::Person(person) => person,
        };
        let right = match realm {
            Realm::Organization(_) | Realm::Account(_) => Right::ManageMembers,
            Realm::Sandbox(_) => Right::ManageSandboxMembers,
        };
        self.must_have(person, Needs::Right(right, realm), None).await?;
        match realm {
            Realm::Account(id) => self.living_account(id).await.map(drop),
            Realm::Organization(_) | Realm::Sandbox(_) => Ok(()),
        }
    }

    /// Whether a key that acts there reaches the members of a place: a live key those of its account and
    /// all of its sandboxes, a key of a sandbox those of that one, and a live key of an organization
    /// those of the organization.
    pub(super) async fn must_manage_there(
        &self,
        own: Home,
        realm: Realm,
    ) -> Result<(), ControlError> {
        let unknown = || super::permit::unknown_realm(realm).into();
        let own = match own {
            Home::Account(own) => own,
            Home::Organization { id, livemode } => {
                return match (realm, livemode) {
                    (Realm::Organization(of), _) if of != id => Err(unknown()),
                    (Realm::Organization(_), Livemode::Live) => Ok(()),
                    (Realm::Organization(_), Livemode::Test) => {
                        Err(RightError::LiveKeysOnly.into())
                    }
                    (Realm::Account(_) | Realm::Sandbox(_), _) => Err(RightError::NoContext.into()),
                };
            }
        };
        let is_known = match realm {
            Realm::Organization(_) => false,
            Realm::Account(id) => id == own.account,
            Realm::Sandbox(id) => {
                self.store.sandbox(id).await?.is_some_and(|sandbox| own.knows(&sandbox))
            }
        };
        match (realm, own.mode) {
            _ if !is_known => Err(unknown()),
            (Realm::Account(_), Mode::Sandbox(_)) => Err(RightError::LiveKeysOnly.into()),
            _ => Ok(()),
        }
    }

    /// What the person may do in a place; to whoever has no role there, it does not exist.
    async fn rights_in(&self, person: &Person, realm: Realm) -> Result<Rights, ControlError> {
        match self.store.rights(person.user.id, realm).await? {
            Rights::NONE => Err(super::permit::unknown_realm(realm).into()),
            rights => Ok(rights),
        }
    }

    /// What people call a place that was not deleted.
    async fn name(&self, realm: Realm) -> Result<String, ControlError> {
        let name = match realm {
            Realm::Organization(id) => self.store.organization(id).await?.map(|found| found.name),
            Realm::Account(id) => {
                let found = self.store.account(id).await?;
                found.filter(|found| found.deleted_at.is_none()).map(|found| found.name)
            }
            Realm::Sandbox(id) => {
                let found = self.store.sandbox(id).await?;
                found.filter(|found| found.deleted_at.is_none()).map(|found| found.name)
            }
        };
        name.ok_or_else(|| super::permit::unknown_realm(realm).into())
    }
}

/// What a person is called, or its address.
fn called(user: &User) -> String {
    user.name.clone().unwrap_or_else(|| user.email.to_string())
}
