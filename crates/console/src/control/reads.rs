//! What callers may see.

use keys::{
    Account, AccountId, EventId, Home, Key, KeyId, KeyValue, Kind, Livemode, Mode, Needs,
    Organization, OrganizationId, Place, Realm, Refusal, Right, Rights, Sandbox, SandboxId,
};
use store::{Attention, Lives, Recorded, Top, Wanted, Whose};

use super::caller::Who;
use super::{Caller, Control, ControlError, Person, RightError};

/// An account and mode that are asked for, as far as they are said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Which {
    /// The account.
    pub account: Option<AccountId>,
    /// One of its modes.
    pub mode: Option<Mode>,
}

impl Which {
    /// The account and mode that the caller means: a key means those that it acts on, and a person says
    /// them.
    ///
    /// # Errors
    /// When a key says others, or acts on none; when a person does not say both.
    pub fn of(self, caller: &Caller) -> Result<Place, ControlError> {
        let Self { account, mode } = self;
        match (caller.who(), account, mode) {
            (Who::Key(own), ..) => self.of_key(*own),
            (Who::Person(_), Some(account), Some(mode)) => Ok(Place { account, mode }),
            (Who::Person(_), ..) => Err(RightError::NoPlace.into()),
        }
    }

    fn of_key(self, own: Home) -> Result<Place, ControlError> {
        let own = own.place().ok_or(RightError::NoContext)?;
        match self {
            Self { account: Some(account), .. } if account != own.account => {
                Err(Refusal::UnknownAccount(account).into())
            }
            Self { mode: Some(mode), .. } if mode != own.mode => Err(RightError::Key.into()),
            Self { .. } => Ok(own),
        }
    }
}

impl Control {
    /// Some of the keys of an account and mode, living and dead: those after that one, the newest
    /// first.
    ///
    /// # Errors
    /// When the caller may not see them, or the store fails.
    pub async fn keys(
        &self,
        caller: &Caller,
        which: Which,
        after: Option<KeyId>,
        most: u16,
    ) -> Result<Vec<Key>, ControlError> {
        let place = which.of(caller)?;
        if let Who::Person(person) = caller.who() {
            self.must_have(person, place.needs_to_see(), None).await?;
        }
        Ok(self.store.page_of_keys(place, Lives::All, after, most).await?)
    }

    /// The same of a place, with the living apart from those that have ended.
    ///
    /// # Errors
    /// When the caller may not see them, or the store fails.
    pub(crate) async fn keys_of(
        &self,
        caller: &Caller,
        place: Place,
        lives: Lives,
        (after, most): (Option<KeyId>, u16),
    ) -> Result<Vec<Key>, ControlError> {
        self.must_have(caller.person()?, place.needs_to_see(), None).await?;
        Ok(self.store.page_of_keys(place, lives, after, most).await?)
    }

    /// The oldest living secret keys of a place, oldest first.
    ///
    /// # Errors
    /// When the caller may not see them, or the store fails.
    pub(crate) async fn oldest_secret_keys(
        &self,
        caller: &Caller,
        place: Place,
        most: u16,
    ) -> Result<Vec<Key>, ControlError> {
        self.must_have(caller.person()?, place.needs_to_see(), None).await?;
        Ok(self.store.oldest_secret_keys(place, (self.world.now)(), most).await?)
    }

    /// The living keys of a place that somebody should look at: at most so many.
    ///
    /// # Errors
    /// When the caller may not see them, or the store fails.
    pub(crate) async fn attention(
        &self,
        caller: &Caller,
        place: Place,
        (first, most): (Option<KeyId>, u16),
    ) -> Result<Attention, ControlError> {
        self.must_have(caller.person()?, place.needs_to_see(), None).await?;
        Ok(self.store.attention(place, first, (self.world.now)(), most).await?)
    }

    /// Some of the keys of an organization itself, with the living apart from those that have ended:
    /// those after that one, the newest first. A key of the organization sees those of its own side.
    ///
    /// # Errors
    /// When the caller may not see them, or the store fails.
    pub(crate) async fn organization_keys(
        &self,
        caller: &Caller,
        (id, livemode): (OrganizationId, Option<Livemode>),
        lives: Lives,
        page: (Option<KeyId>, u16),
    ) -> Result<Vec<Key>, ControlError> {
        let livemode = match caller.who() {
            Who::Key(own) => match (must_act_on(*own, id)?, livemode) {
                (own, Some(wanted)) if wanted != own => return Err(RightError::Key.into()),
                (own, _) => Some(own),
            },
            Who::Person(person) => {
                self.must_have(person, id.needs_for_keys(), None).await?;
                livemode
            }
        };
        Ok(self.store.page_of_organization_keys(id, livemode, lives, page).await?)
    }

    /// The value of a key that is always in view: of a publishable one, while it lives. To look at it
    /// is no event.
    ///
    /// # Errors
    /// When the caller may not see it, or the store fails.
    pub(crate) async fn in_view(
        &self,
        caller: &Caller,
        key: &Key,
    ) -> Result<Option<KeyValue>, ControlError> {
        self.must_have(caller.person()?, key.home.needs_to_see(), None).await?;
        match (key.kind, key.standing.is_alive((self.world.now)())) {
            (Kind::Publishable, true) => Ok(self.store.unseal(key.id).await?),
            (Kind::Publishable, false)
            | (Kind::Secret | Kind::Restricted | Kind::Organization, _) => Ok(None),
        }
    }

    /// A key.
    ///
    /// # Errors
    /// When there is none of that id, or none that the caller may know of; or the store fails.
    pub async fn key(&self, caller: &Caller, id: KeyId) -> Result<Key, ControlError> {
        let unknown = Refusal::UnknownKey(id);
        let key = self.store.key(id).await?.ok_or(unknown.clone())?;
        match caller.who() {
            Who::Key(own) if key.home == *own => Ok(key),
            Who::Key(_) => Err(unknown.into()),
            Who::Person(person) => {
                self.must_have(person, key.home.needs_to_see(), Some(unknown)).await?;
                Ok(key)
            }
        }
    }

    /// What was asked for, refusals too, newest first. A key sees what concerns the account and mode or
    /// the organization that it acts on, and of it what was done to keys alone, if it is restricted or an
    /// organization's; a person what their roles show them of an account or an organization, and where
    /// none is named, what they did themselves and what was done about how they sign in.
    ///
    /// # Errors
    /// When the caller may not see it, or the store fails.
    pub async fn events(
        &self,
        caller: &Caller,
        which: Which,
        wanted: Wanted,
    ) -> Result<Vec<Recorded>, ControlError> {
        let seen = match (caller.who(), which.account) {
            (Who::Key(own), _) => {
                let keys_only = !caller.asker().authority.has_every_permission();
                seen_by_key(*own, which, Wanted { keys_only, ..wanted })?
            }
            (Who::Person(person), Some(account)) => {
                let keys_only = self.sees_keys_alone(person, account).await?;
                Wanted { account: Some(account), mode: which.mode, keys_only, ..wanted }
            }
            (Who::Person(person), None) => {
                let mode = which.mode;
                match wanted.organization {
                    Some(id) => {
                        let realm = Realm::Organization(id);
                        self.must_have(person, Needs::Right(Right::ReadHistory, realm), None)
                            .await?;
                        Wanted { mode, ..wanted }
                    }
                    None => Wanted { person: Some(person.user.id), mode, ..wanted },
                }
            }
        };
        Ok(self.store.events(seen).await?)
    }

    /// What was done about how the person signs in, newest first.
    ///
    /// # Errors
    /// When a key asks, or the store fails.
    pub(crate) async fn own_events(
        &self,
        caller: &Caller,
        before: Option<EventId>,
        most: u16,
    ) -> Result<Vec<Recorded>, ControlError> {
        let sign_in_of = Some(caller.person()?.user.id);
        Ok(self.store.events(Wanted { sign_in_of, before, most, ..Wanted::default() }).await?)
    }

    /// Whether the person sees what was done to keys, and nothing else that was done.
    async fn sees_keys_alone(
        &self,
        person: &Person,
        account: AccountId,
    ) -> Result<bool, ControlError> {
        let rights = self.store.rights(person.user.id, Realm::Account(account)).await?;
        match rights {
            Rights::NONE => Err(Refusal::UnknownAccount(account).into()),
            rights if rights.has(Right::ReadHistory) => Ok(false),
            rights if rights.has(Right::ReadKeyHistory) => Ok(true),
            _ => Err(RightError::Role.into()),
        }
    }

    /// Some of the organizations in which the person has a role, or in one of whose accounts: those
    /// after that one, the newest first. A key of an organization has that one.
    ///
    /// # Errors
    /// When a key asks that acts on an account, or the store fails.
    pub async fn organizations(
        &self,
        caller: &Caller,
        after: Option<OrganizationId>,
        most: u16,
    ) -> Result<Vec<Organization>, ControlError> {
        match caller.who() {
            Who::Key(Home::Account(_)) => Err(RightError::Key.into()),
            Who::Key(Home::Organization { .. }) if after.is_some() => Ok(Vec::new()),
            Who::Key(Home::Organization { id, .. }) => {
                Ok(vec![self.organization(caller, *id).await?])
            }
            Who::Person(person) => {
                Ok(self.store.organizations_of(person.user.id, after, most).await?)
            }
        }
    }

    /// An organization: that of the key, or one that the person belongs to.
    ///
    /// # Errors
    /// When there is none of that id, or none that the caller may know of; a key asks that acts on an
    /// account, or the store fails.
    pub async fn organization(
        &self,
        caller: &Caller,
        id: OrganizationId,
    ) -> Result<Organization, ControlError> {
        let unknown = Refusal::UnknownOrganization(id);
        match caller.who() {
            Who::Key(own) => must_act_on(*own, id).map(drop)?,
            Who::Person(person) => {
                self.must_belong(person, Realm::Organization(id), unknown.clone()).await?;
            }
        }
        let found = self.store.organization(id).await?;
        Ok(found.ok_or(unknown)?)
    }

    /// Some of the accounts in which the person has a role: those after that one, the newest first. A
    /// key has the one that it acts on, or those of the organization that it acts on, and those connected
    /// to them that it may read.
    ///
    /// # Errors
    /// When a key asks for connected ones and sees none, or the store fails.
    pub async fn accounts(
        &self,
        caller: &Caller,
        whose: Whose,
        after: Option<AccountId>,
        most: u16,
    ) -> Result<Vec<Account>, ControlError> {
        let sees_connected = caller.sees_connected();
        let under = match caller.who() {
            Who::Key(Home::Organization { .. }) if whose.platform.is_some() && !sees_connected => {
                return Err(RightError::NoConnected.into());
            }
            Who::Key(Home::Organization { id, .. }) => (Top::Organization(*id), sees_connected),
            Who::Key(Home::Account(own)) => {
                let account = self.account(caller, own.account).await?;
                let is_asked_for = whose.platform == Some(own.account);
                // A further sandbox is none that connected accounts have.
                let is_further =
                    matches!(own.mode, Mode::Sandbox(id) if id != account.first_sandbox);
                match (is_further, sees_connected) {
                    (true, _) if is_asked_for => return Err(RightError::Key.into()),
                    (_, false) if is_asked_for => return Err(RightError::NoConnected.into()),
                    (is_further, sees) => (Top::Account(account.id), sees && !is_further),
                }
            }
            Who::Person(person) => {
                return Ok(self.store.accounts_of(person.user.id, whose, after, most).await?);
            }
        };
        Ok(self.store.accounts_under(under, whose, after, most).await?)
    }

    /// An account: that which the key acts on, or one that the person belongs to.
    ///
    /// # Errors
    /// When there is none of that id, or none that the caller may know of; or the store fails.
    pub async fn account(&self, caller: &Caller, id: AccountId) -> Result<Account, ControlError> {
        self.must_know(caller, id).await?;
        self.living_account(id).await
    }

    /// An account as it is listed: the same, or one of which the person knows a sandbox alone.
    ///
    /// # Errors
    /// When there is none of that id, or none that the caller may know of; or the store fails.
    pub(crate) async fn listed_account(
        &self,
        caller: &Caller,
        id: AccountId,
    ) -> Result<Account, ControlError> {
        match self.account(caller, id).await {
            Err(refused) if refused.is_unknown() => {
                self.sandboxes(caller, id).await?;
                self.living_account(id).await
            }
            found => found,
        }
    }

    /// The sandboxes of an account, deleted ones too, that the caller may know of.
    ///
    /// # Errors
    /// When there is no account of that id, or none that the caller may know of; or the store fails.
    pub async fn sandboxes(
        &self,
        caller: &Caller,
        account: AccountId,
    ) -> Result<Vec<Sandbox>, ControlError> {
        let mut sandboxes = self.store.sandboxes(account).await?;
        match caller.who() {
            Who::Key(own) => {
                self.must_know(caller, account).await?;
                sandboxes.retain(|sandbox| own.place().is_some_and(|own| own.knows(sandbox)));
            }
            Who::Person(person) => {
                let user = person.user.id;
                // Whoever has a role in the account has it in all of its sandboxes.
                if self.store.rights(user, Realm::Account(account)).await? == Rights::NONE {
                    let mut known = Vec::new();
                    for sandbox in sandboxes {
                        let realm = Realm::Sandbox(sandbox.id);
                        if self.store.rights(user, realm).await? != Rights::NONE {
                            known.push(sandbox);
                        }
                    }
                    sandboxes = known;
                }
                if sandboxes.is_empty() {
                    return Err(Refusal::UnknownAccount(account).into());
                }
            }
        }
        Ok(sandboxes)
    }

    /// A sandbox, deleted or not: that of the key, or one that the person has a role in. A live key
    /// knows of those of its account.
    ///
    /// # Errors
    /// When there is none of that id, or none that the caller may know of; or the store fails.
    pub async fn sandbox(&self, caller: &Caller, id: SandboxId) -> Result<Sandbox, ControlError> {
        if let Who::Person(person) = caller.who() {
            self.must_belong(person, Realm::Sandbox(id), Refusal::UnknownSandbox).await?;
        }
        let found = self.store.sandbox(id).await?.ok_or(Refusal::UnknownSandbox);
        match caller.who() {
            Who::Key(own) => {
                let own = own.place().ok_or(RightError::NoContext)?;
                Ok(found.and_then(|found| known_to(own, found))?)
            }
            Who::Person(_) => Ok(found?),
        }
    }

    /// One that was deleted exists no more, but for its history and its sandboxes and keys, which have
    /// ended.
    pub(super) async fn living_account(&self, id: AccountId) -> Result<Account, ControlError> {
        let found = self.store.account(id).await?.filter(|found| found.deleted_at.is_none());
        Ok(found.ok_or(Refusal::UnknownAccount(id))?)
    }

    async fn must_know(&self, caller: &Caller, id: AccountId) -> Result<(), ControlError> {
        match caller.who() {
            Who::Key(Home::Account(own)) if own.account == id => Ok(()),
            Who::Key(_) => Err(Refusal::UnknownAccount(id).into()),
            Who::Person(person) => {
                let realm = Realm::Account(id);
                self.must_belong(person, realm, Refusal::UnknownAccount(id)).await
            }
        }
    }

    /// Any role at all in the place, or in what it belongs to.
    async fn must_belong(
        &self,
        person: &Person,
        realm: Realm,
        unknown: Refusal,
    ) -> Result<(), ControlError> {
        match self.store.rights(person.user.id, realm).await? {
            Rights::NONE => Err(unknown.into()),
            _ => Ok(()),
        }
    }
}

/// Whether a key acts on that organization, and on which side of it.
fn must_act_on(own: Home, wanted: OrganizationId) -> Result<Livemode, ControlError> {
    match own {
        Home::Account(_) => Err(RightError::Key.into()),
        Home::Organization { id, livemode } if id == wanted => Ok(livemode),
        Home::Organization { .. } => Err(Refusal::UnknownOrganization(wanted).into()),
    }
}

/// What of that a key sees which acts there. The history of an organization has no sides: what is done to
/// live keys is in it, too, and so it is for live keys alone.
fn seen_by_key(own: Home, which: Which, wanted: Wanted) -> Result<Wanted, ControlError> {
    let id = match (own, which, wanted.organization) {
        (Home::Account(_), _, Some(_)) => return Err(RightError::Key.into()),
        (Home::Account(_), ..) => {
            let Place { account, mode } = which.of_key(own)?;
            return Ok(Wanted { account: Some(account), mode: Some(mode), ..wanted });
        }
        (Home::Organization { .. }, Which { account: Some(_), .. }, _) => {
            return Err(RightError::NoContext.into());
        }
        (Home::Organization { id, .. }, _, named) => named.unwrap_or(id),
    };
    match must_act_on(own, id)? {
        Livemode::Test => Err(RightError::LiveKeysOnly.into()),
        Livemode::Live => Ok(Wanted { organization: Some(id), mode: which.mode, ..wanted }),
    }
}

fn known_to(own: Place, sandbox: Sandbox) -> Result<Sandbox, Refusal> {
    if own.knows(&sandbox) { Ok(sandbox) } else { Err(Refusal::UnknownSandbox) }
}
