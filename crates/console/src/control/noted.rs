//! What is refused about people: it is in the audit like what is done.

use keys::{Asker, Deed, KeyId, PeopleAct, Realm, Rights, Sandbox};
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

    /// Writes to the audit that somebody was refused something.
    pub(super) async fn note_refused(
        &self,
        asker: &Asker,
        deed: Deed,
        code: &'static str,
    ) -> Result<(), StoreError> {
        let World { now, mut random } = self.world;
        self.store.note_refused(Rejection { asker, deed, code }, now(), &mut random).await
    }

    /// Writes to the audit that a key was refused before it was read what it asks for; so many of a day.
    pub(crate) async fn note_refused_key(
        &self,
        key: KeyId,
        asker: &Asker,
        deed: Deed,
        code: &'static str,
    ) -> Result<(), StoreError> {
        let World { now, mut random } = self.world;
        let rejection = Rejection { asker, deed, code };
        self.store.note_refused_key(key, rejection, now(), &mut random).await
    }

    /// What somebody does about the members of a place: part of its history, if the place exists to
    /// them. What strangers try is none.
    pub(super) async fn deed_in(
        &self,
        act: PeopleAct,
        caller: &Caller,
        realm: Realm,
    ) -> Result<Deed, ControlError> {
        let deed = Deed::of_members(act);
        let is_known = match caller.who() {
            Who::Key(own) => match self.must_manage_there(*own, realm).await {
                Err(refused) if refused.is_unknown() => false,
                // It has not said on which account it acts, so that none is known to be its own.
                Err(ControlError::NotAllowed(RightError::NoContext)) => false,
                Err(failed) if failed.code().is_none() => return Err(failed),
                Ok(()) | Err(_) => true,
            },
            Who::Person(person) => self.store.rights(person.user.id, realm).await? != Rights::NONE,
        };
        if !is_known {
            return Ok(deed);
        }
        let account = match realm {
            Realm::Organization(_) | Realm::Account(_) => None,
            Realm::Sandbox(id) => {
                self.store.sandbox(id).await?.map(|Sandbox { account, .. }| account)
            }
        };
        Ok(deed.in_realm(realm, account))
    }
}
