//! What is refused about people: it is in the audit like what is done.

use keys::{Actor, Asker, Deed, PeopleAct, Realm, Rights, Sandbox};
use store::{Doing, Rejection, StoreError};

use super::caller::Who;
use super::{Caller, Control, ControlError, RightError};
use crate::World;

/// A no of which some are refusals, and others failures.
pub(super) trait Refuses: From<StoreError> {
    /// The word for a refusal; nothing where it was none.
    fn refusal(&self) -> Option<&'static str>;
}

impl Control {
    /// Somebody does something now, of which there is one event.
    pub(super) fn doing(&self, asker: &Asker) -> Doing {
        let World { now, mut random } = self.world;
        Doing::new(asker.clone(), now(), &mut random)
    }

    /// The same outcome; where it is a refusal, there is an event of it.
    pub(super) async fn noted<T, E: Refuses>(
        &self,
        caller: &Caller,
        deed: Deed,
        outcome: Result<T, E>,
    ) -> Result<T, E> {
        if let Err(refused) = &outcome
            && let Some(code) = refused.refusal()
        {
            self.note_refused(caller.asker(), deed, code).await?;
        }
        outcome
    }

    /// Writes to the audit that somebody was refused something; of what a key is refused so much of a
    /// day, at the door and behind it, as a program that goes on asking could fill a history.
    pub(crate) async fn note_refused(
        &self,
        asker: &Asker,
        deed: Deed,
        code: &'static str,
    ) -> Result<(), StoreError> {
        let World { now, mut random } = self.world;
        let rejection = Rejection { asker, deed, code };
        match asker.actor {
            Actor::Key(key) => {
                self.store.note_refused_key(key, rejection, now(), &mut random).await
            }
            Actor::User(_) | Actor::System | Actor::Stranger => {
                self.store.note_refused(rejection, now(), &mut random).await
            }
        }
    }

    /// What somebody does about the members of a place: part of its history, if the place exists to
    /// them. What strangers try is part of none, and what a key tries elsewhere of that of what it acts on.
    pub(super) async fn deed_in(
        &self,
        act: PeopleAct,
        caller: &Caller,
        realm: Realm,
    ) -> Result<Deed, ControlError> {
        if !self.exists_to(caller, realm).await? {
            return Ok(elsewhere(act, caller));
        }
        let account = match realm {
            Realm::Organization(_) | Realm::Account(_) => None,
            Realm::Sandbox(id) => {
                self.store.sandbox(id).await?.map(|Sandbox { account, .. }| account)
            }
        };
        Ok(Deed::of_members(act).in_realm(realm, account))
    }

    /// Whether a place exists to whoever asks about its members.
    pub(super) async fn exists_to(
        &self,
        caller: &Caller,
        realm: Realm,
    ) -> Result<bool, ControlError> {
        match caller.who() {
            Who::Key(own) => match self.must_manage_there(*own, realm).await {
                Err(refused) if refused.is_unknown() => Ok(false),
                // It has not said on which account it acts, so that none is known to be its own.
                Err(ControlError::NotAllowed(RightError::NoContext)) => Ok(false),
                Err(failed) if failed.code().is_none() => Err(failed),
                Ok(()) | Err(_) => Ok(true),
            },
            Who::Person(person) => {
                Ok(self.store.rights(person.user.id, realm).await? != Rights::NONE)
            }
        }
    }
}

/// What somebody does about the members of a place that does not exist to them.
pub(super) fn elsewhere(act: PeopleAct, caller: &Caller) -> Deed {
    let deed = Deed::of_members(act);
    match caller.acts_on() {
        Some(own) => deed.in_home(own),
        None => deed,
    }
}
