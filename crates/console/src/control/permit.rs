//! Whether somebody may ask for something. What is not allowed is written to the audit as well.

use keys::{
    Asker, Command, Deed, Home, Key, Mode, Needs, Place, Reach, Realm, Refusal, Rights, Sandbox,
    asks_for_proof,
};

use super::caller::Who;
use super::{Caller, Control, ControlError, Person, RightError};
use crate::World;

/// A command that was asked for by somebody who may, and who proved to be who they are if that is
/// asked for. Nothing is committed without one.
pub(super) struct Permitted {
    pub(super) asker: Asker,
    pub(super) command: Command,
}

impl Permitted {
    /// What nobody asked for.
    pub(super) fn of_the_system(command: Command) -> Self {
        Self { asker: Asker::system(), command }
    }
}

impl Control {
    /// Whether the caller may ask for the command. `shown` is the verification code that came with
    /// it.
    pub(super) async fn permit(
        &self,
        caller: &Caller,
        command: Command,
        shown: Option<&str>,
    ) -> Result<Permitted, ControlError> {
        let key = self.named(&command).await?;
        if let Err(refused) = self.may(caller, &command, key.as_ref(), shown).await {
            if let Some(code) = refused.code() {
                let deed = self.deed(caller, &command, key.as_ref(), &refused).await?;
                self.note_refused(caller.asker(), deed, code).await?;
            }
            return Err(refused);
        }
        Ok(Permitted { asker: caller.asker().clone(), command })
    }

    async fn may(
        &self,
        caller: &Caller,
        command: &Command,
        key: Option<&Key>,
        shown: Option<&str>,
    ) -> Result<(), ControlError> {
        let asks_for_proof = asks_for_proof(command, key);
        match caller.who() {
            Who::Key(own) => {
                self.must_reach(*own, command, key).await?;
                if asks_for_proof {
                    return Err(RightError::Unprovable.into());
                }
                // What a rule refuses to a key is noted here, where it is counted, and not by the
                // transaction that would carry it out.
                self.weigh(caller, command).await
            }
            Who::Person(person) => {
                self.must_be_one_place(command).await?;
                self.must_have(person, command.needs(key)?, unknown(command)).await?;
                if asks_for_proof {
                    // Nobody is asked to prove who they are for what is refused anyway.
                    self.weigh(caller, command).await?;
                    self.prove(caller, command, key, shown).await?;
                }
                Ok(())
            }
        }
    }

    /// Whether the command is about what a key that acts there manages. Whether its
    /// permissions allow it was asked when it was admitted, by those that the operation names.
    async fn must_reach(
        &self,
        own: Home,
        command: &Command,
        key: Option<&Key>,
    ) -> Result<(), ControlError> {
        let sandbox = match command {
            Command::RenameSandbox { sandbox, .. } | Command::DeleteSandbox { sandbox } => {
                self.store.sandbox(*sandbox).await?
            }
            Command::OpenOrganization { .. }
            | Command::OpenAccount { .. }
            | Command::ChangeAccount { .. }
            | Command::DeleteAccount { .. }
            | Command::AddSandbox { .. }
            | Command::CreateSecretKey { .. }
            | Command::CreateRestrictedKey { .. }
            | Command::CreateOrganizationKey { .. }
            | Command::ImportKeys { .. }
            | Command::Key(..) => None,
        };
        match command.reach_of(own, (key, sandbox.as_ref()))? {
            Reach::Own => Ok(()),
            Reach::LiveKeysOnly => Err(RightError::LiveKeysOnly.into()),
            Reach::Unsaid => Err(RightError::NoContext.into()),
            Reach::Beyond => Err(RightError::Key.into()),
        }
    }

    /// Whether the person has a right. To whoever has none at all there, the thing does not exist.
    pub(super) async fn must_have(
        &self,
        person: &Person,
        needs: Needs,
        unknown: Option<Refusal>,
    ) -> Result<(), ControlError> {
        let (right, realm) = match needs {
            Needs::Nothing => return Ok(()),
            Needs::Impossible => return Err(RightError::Role.into()),
            Needs::Right(right, realm) => (right, realm),
        };
        let rights = self.store.rights(person.user.id, realm).await?;
        if rights.has(right) {
            Ok(())
        } else if rights == Rights::NONE {
            Err(unknown.unwrap_or_else(|| unknown_realm(realm)).into())
        } else {
            Err(RightError::Role.into())
        }
    }

    /// A role in a sandbox is none in another account: the two that a command names belong together.
    async fn must_be_one_place(&self, command: &Command) -> Result<(), ControlError> {
        let (Command::CreateSecretKey { place, .. }
        | Command::CreateRestrictedKey { place, .. }
        | Command::ImportKeys { place, .. }) = command
        else {
            return Ok(());
        };
        let Mode::Sandbox(id) = place.mode else { return Ok(()) };
        match self.store.sandbox(id).await? {
            Some(sandbox) if sandbox.account == place.account => Ok(()),
            Some(_) | None => Err(Refusal::UnknownSandbox.into()),
        }
    }

    /// What was asked for, said of the place that it is about, if that exists to the caller.
    async fn deed(
        &self,
        caller: &Caller,
        command: &Command,
        key: Option<&Key>,
        refused: &ControlError,
    ) -> Result<Deed, ControlError> {
        let deed = Deed::of(command);
        if let Some(own) = caller.acts_on() {
            // Whatever it names, it is of the history of what it acts on, and of no other.
            return Ok(deed.nowhere().in_home(own));
        }
        if refused.is_unknown() {
            return Ok(deed.nowhere());
        }
        if let Some(key) = key {
            return Ok(deed.in_home(key.home));
        }
        let (Command::RenameSandbox { sandbox, .. } | Command::DeleteSandbox { sandbox }) = command
        else {
            return Ok(deed);
        };
        Ok(match self.store.sandbox(*sandbox).await? {
            Some(Sandbox { id, account, .. }) => {
                deed.in_place(Place { account, mode: Mode::Sandbox(id) })
            }
            None => deed,
        })
    }

    /// The key that a command names.
    async fn named(&self, command: &Command) -> Result<Option<Key>, ControlError> {
        match command {
            Command::Key(id, _) => Ok(self.store.key(*id).await?),
            Command::OpenOrganization { .. }
            | Command::OpenAccount { .. }
            | Command::ChangeAccount { .. }
            | Command::DeleteAccount { .. }
            | Command::AddSandbox { .. }
            | Command::RenameSandbox { .. }
            | Command::DeleteSandbox { .. }
            | Command::CreateSecretKey { .. }
            | Command::CreateRestrictedKey { .. }
            | Command::CreateOrganizationKey { .. }
            | Command::ImportKeys { .. } => Ok(None),
        }
    }

    async fn weigh(&self, caller: &Caller, command: &Command) -> Result<(), ControlError> {
        let World { now, mut random } = self.world;
        let weighed = self.store.weigh(caller.asker(), command.clone(), now(), &mut random);
        Ok(weighed.await?)
    }
}

/// The thing that does not exist to whoever has no right at all: the key where one is named, and
/// otherwise the place.
fn unknown(command: &Command) -> Option<Refusal> {
    if let Command::Key(id, _) = command { Some(Refusal::UnknownKey(*id)) } else { None }
}

/// To whoever has no role there a place does not exist.
pub(super) fn unknown_realm(realm: Realm) -> Refusal {
    match realm {
        Realm::Organization(id) => Refusal::UnknownOrganization(id),
        Realm::Account(id) => Refusal::UnknownAccount(id),
        Realm::Sandbox(_) => Refusal::UnknownSandbox,
    }
}
