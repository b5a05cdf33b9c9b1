//! How far a key reaches: which commands are about what is its own to manage.

use crate::{AccountId, Command, Home, Key, KeyCommand, Mode, Place, Refusal, Sandbox};

/// Whether a command is for a key to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It is about the keys of where it acts, or else the account, and that is its live side.
    Own,
    /// It is about the whole account, which no key of a sandbox manages.
    LiveKeysOnly,
    /// It is about an account, of which an organization's key has not said which it is.
    Unsaid,
    /// It is about another place, or no key may ask for it at all.
    Beyond,
}

impl Command {
    /// Whether a key that acts there may ask for this, if its permissions allow it: on an account and
    /// mode, or on its organization. `key` and `sandbox` are those that are named, if there are such.
    ///
    /// No key makes anything that is born with keys of its own: they would be of another account or
    /// mode, where it may do nothing.
    ///
    /// # Errors
    /// When what is named is not there, or is of another account or mode: the two are not told apart.
    pub fn reach_of(
        &self,
        own: Home,
        (key, sandbox): (Option<&Key>, Option<&Sandbox>),
    ) -> Result<Reach, Refusal> {
        match self {
            Self::CreateSecretKey { place, .. }
            | Self::CreateRestrictedKey { place, .. }
            | Self::ImportKeys { place, .. } => Ok(within(Home::Account(*place), own)),
            Self::CreateOrganizationKey { organization: id, livemode, .. } => {
                match own.organization() {
                    Some(other) if other != *id => Err(Refusal::UnknownOrganization(*id)),
                    Some(_) | None => {
                        Ok(within(Home::Organization { id: *id, livemode: *livemode }, own))
                    }
                }
            }
            Self::Key(_, KeyCommand::Advance | KeyCommand::NoteFirstUse | KeyCommand::Adopt(_))
            | Self::OpenOrganization { .. }
            | Self::OpenAccount { .. }
            | Self::AddSandbox { .. }
            | Self::DeleteAccount { .. } => Ok(Reach::Beyond),
            Self::Key(id, _) => match key {
                Some(key) if key.home == own => Ok(Reach::Own),
                Some(_) | None => Err(Refusal::UnknownKey(*id)),
            },
            Self::ChangeAccount { account, .. } => match own.place() {
                Some(own) => on_account(*account, own),
                // Whoever names an account of its organization acts on that one.
                None => Err(Refusal::UnknownAccount(*account)),
            },
            Self::RenameSandbox { .. } | Self::DeleteSandbox { .. } => {
                let Some(own) = own.place() else { return Ok(Reach::Unsaid) };
                match sandbox {
                    Some(sandbox) if own.knows(sandbox) => on_account(sandbox.account, own),
                    Some(_) | None => Err(Refusal::UnknownSandbox),
                }
            }
        }
    }
}

impl Place {
    /// Whether a key that acts on this account and mode may know of a sandbox: on the live side of all
    /// of the account, and on a sandbox of that one.
    #[must_use]
    pub fn knows(self, sandbox: &Sandbox) -> bool {
        self.account == sandbox.account
            && match self.mode {
                Mode::Live => true,
                Mode::Sandbox(id) => id == sandbox.id,
            }
    }
}

fn within(home: Home, own: Home) -> Reach {
    if home == own { Reach::Own } else { Reach::Beyond }
}

fn on_account(account: AccountId, own: Place) -> Result<Reach, Refusal> {
    match own.mode {
        _ if account != own.account => Err(Refusal::UnknownAccount(account)),
        Mode::Live => Ok(Reach::Own),
        Mode::Sandbox(_) => Ok(Reach::LiveKeysOnly),
    }
}
