//! How far a key reaches: which commands are about what is its own to manage.

use crate::{AccountId, Command, Home, Key, KeyCommand, Mode, Place, Refusal, Sandbox};

/// Whether a command is for a key to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It is about the keys of its own account and mode, or else its account, and it is a live key.
    Own,
    /// It is about the whole account, which no key of a sandbox manages.
    LiveKeysOnly,
    /// It is about another place, or no key may ask for it at all.
    Beyond,
}

impl Command {
    /// Whether a key of that account and mode may ask for this, if its permissions allow it. `key` and
    /// `sandbox` are those that are named, if there are such.
    ///
    /// No key makes anything that is born with keys of its own: they would be of another account or
    /// mode, where it may do nothing.
    ///
    /// # Errors
    /// When what is named is not there, or is of another account or mode: the two are not told apart.
    pub fn reach_of(
        &self,
        own: Place,
        (key, sandbox): (Option<&Key>, Option<&Sandbox>),
    ) -> Result<Reach, Refusal> {
        match self {
            Self::CreateSecretKey { place, .. }
            | Self::CreateRestrictedKey { place, .. }
            | Self::ImportKeys { place, .. } => {
                Ok(if *place == own { Reach::Own } else { Reach::Beyond })
            }
            Self::Key(_, KeyCommand::Advance | KeyCommand::NoteFirstUse | KeyCommand::Adopt(_))
            | Self::OpenOrganization { .. }
            | Self::OpenAccount { .. }
            | Self::CreateOrganizationKey { .. }
            | Self::AddSandbox { .. }
            | Self::DeleteAccount { .. } => Ok(Reach::Beyond),
            Self::Key(id, _) => match key {
                Some(key) if key.home == Home::Account(own) => Ok(Reach::Own),
                Some(_) | None => Err(Refusal::UnknownKey(*id)),
            },
            Self::ChangeAccount { account, .. } => on_account(*account, own),
            Self::RenameSandbox { .. } | Self::DeleteSandbox { .. } => match sandbox {
                Some(sandbox) if own.knows(sandbox) => on_account(sandbox.account, own),
                Some(_) | None => Err(Refusal::UnknownSandbox),
            },
        }
    }
}

impl Place {
    /// Whether a key of this account and mode may know of a sandbox: a live key of all of its account,
    /// and a key of a sandbox of that one.
    #[must_use]
    pub fn knows(self, sandbox: &Sandbox) -> bool {
        self.account == sandbox.account
            && match self.mode {
                Mode::Live => true,
                Mode::Sandbox(id) => id == sandbox.id,
            }
    }
}

fn on_account(account: AccountId, own: Place) -> Result<Reach, Refusal> {
    match own.mode {
        _ if account != own.account => Err(Refusal::UnknownAccount(account)),
        Mode::Live => Ok(Reach::Own),
        Mode::Sandbox(_) => Ok(Reach::LiveKeysOnly),
    }
}
