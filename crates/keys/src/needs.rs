//! Which right a person needs for which command.

use crate::{Belonging, Command, Key, KeyCommand, Mode, Place, Realm, Refusal, Right};

/// What a person needs to be allowed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// To have signed in.
    Nothing,
    /// A right, and where.
    Right(Right, Realm),
    /// What no role gives: the system alone asks for it.
    Impossible,
}

impl Command {
    /// What a person needs to ask for this. `key` is the key that is named, if there is such a one.
    ///
    /// # Errors
    /// When there is no such key.
    pub fn needs(&self, key: Option<&Key>) -> Result<Needs, Refusal> {
        let settings = |realm| Ok(Needs::Right(Right::ChangeSettings, realm));
        let sandboxes = |realm| Ok(Needs::Right(Right::ManageSandboxes, realm));
        match self {
            // Whoever opens one that is nobody's owns it.
            Self::OpenOrganization { .. }
            | Self::OpenAccount { belonging: Belonging::Nobody, .. } => Ok(Needs::Nothing),
            Self::OpenAccount { belonging: Belonging::Organization(id), .. } => {
                settings(Realm::Organization(*id))
            }
            Self::OpenAccount { belonging: Belonging::Platform(id), .. }
            | Self::ChangeAccount { account: id, .. } => settings(Realm::Account(*id)),
            Self::AddSandbox { account, .. } => sandboxes(Realm::Account(*account)),
            Self::RenameSandbox { sandbox, .. } | Self::DeleteSandbox { sandbox } => {
                sandboxes(Realm::Sandbox(*sandbox))
            }
            Self::CreateSecretKey { place, .. }
            | Self::CreateRestrictedKey { place, .. }
            | Self::ImportKeys { place, .. } => Ok(place.needs_to_change()),
            Self::Key(_, KeyCommand::Advance | KeyCommand::NoteFirstUse | KeyCommand::Adopt(_)) => {
                Ok(Needs::Impossible)
            }
            Self::Key(id, _) => {
                key.map(|key| key.place.needs_to_change()).ok_or(Refusal::UnknownKey(*id))
            }
        }
    }
}

impl Place {
    /// Where the members of this account and mode have their roles.
    #[must_use]
    pub fn realm(self) -> Realm {
        match self.mode {
            Mode::Live => Realm::Account(self.account),
            Mode::Sandbox(id) => Realm::Sandbox(id),
        }
    }

    /// What a person needs to see its keys.
    #[must_use]
    pub fn needs_to_see(self) -> Needs {
        let right = match self.mode {
            Mode::Live => Right::SeeLiveKeys,
            Mode::Sandbox(_) => Right::SeeSandboxKeys,
        };
        Needs::Right(right, self.realm())
    }

    /// What a person needs to change its keys.
    fn needs_to_change(self) -> Needs {
        let right = match self.mode {
            Mode::Live => Right::ChangeLiveKeys,
            Mode::Sandbox(_) => Right::ChangeSandboxKeys,
        };
        Needs::Right(right, self.realm())
    }
}
