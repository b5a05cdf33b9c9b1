//! Which right a person needs for which command.

use crate::{
    Belonging, Command, Home, Key, KeyCommand, Mode, OrganizationId, Place, Realm, Refusal, Right,
};

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
            Self::DeleteAccount { account } => {
                Ok(Needs::Right(Right::DeleteAccount, Realm::Account(*account)))
            }
            Self::AddSandbox { account, .. } => sandboxes(Realm::Account(*account)),
            Self::RenameSandbox { sandbox, .. } | Self::DeleteSandbox { sandbox } => {
                sandboxes(Realm::Sandbox(*sandbox))
            }
            Self::CreateSecretKey { place, .. }
            | Self::CreateRestrictedKey { place, .. }
            | Self::ImportKeys { place, .. } => Ok(place.needs_to_change()),
            Self::CreateOrganizationKey { organization, .. } => Ok(organization.needs_for_keys()),
            Self::Key(_, KeyCommand::Advance | KeyCommand::NoteFirstUse | KeyCommand::Adopt(_)) => {
                Ok(Needs::Impossible)
            }
            Self::Key(id, _) => {
                key.map(|key| key.home.needs_to_change()).ok_or(Refusal::UnknownKey(*id))
            }
        }
    }
}

impl Home {
    /// Where people have the roles by which they see and change its keys.
    #[must_use]
    pub fn realm(self) -> Realm {
        match self {
            Self::Account(place) => place.realm(),
            Self::Organization { id, .. } => Realm::Organization(id),
        }
    }

    /// The right to see its keys.
    #[must_use]
    pub fn right_to_see(self) -> Right {
        match self {
            Self::Account(Place { mode: Mode::Live, .. }) => Right::SeeLiveKeys,
            Self::Account(Place { mode: Mode::Sandbox(_), .. }) => Right::SeeSandboxKeys,
            Self::Organization { .. } => Right::ChangeOrganizationKeys,
        }
    }

    /// What a person needs to see its keys.
    #[must_use]
    pub fn needs_to_see(self) -> Needs {
        Needs::Right(self.right_to_see(), self.realm())
    }

    /// What a person needs to change its keys.
    fn needs_to_change(self) -> Needs {
        match self {
            Self::Account(place) => place.needs_to_change(),
            Self::Organization { id, .. } => id.needs_for_keys(),
        }
    }
}

impl OrganizationId {
    /// What a person needs to see the keys of the organization, and to change them. A role in one of
    /// its accounts is none in the organization.
    #[must_use]
    pub fn needs_for_keys(self) -> Needs {
        Needs::Right(Right::ChangeOrganizationKeys, Realm::Organization(self))
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
        Home::Account(self).needs_to_see()
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
