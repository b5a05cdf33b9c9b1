//! Which commands ask whoever has signed in to prove that it is still them.

use crate::{Command, Edit, Key, KeyCommand, Livemode, Purpose, UserId};

/// Whether a person who wants this must prove that it is them. `key` is the key that is named.
///
/// Everything that shows a live value now or later does, and everything that lets a live key do
/// more or from elsewhere. To end a key asks for nothing: whoever must do it is in a hurry.
#[must_use]
pub fn asks_for_proof(command: &Command, key: Option<&Key>) -> bool {
    let is_live = |key: &Key| key.place.mode.livemode() == Livemode::Live;
    match command {
        Command::CreateSecretKey { place, .. } | Command::CreateRestrictedKey { place, .. } => {
            place.mode.livemode() == Livemode::Live
        }
        Command::Key(_, command) => key.is_some_and(is_live) && on_live_key(command),
        Command::OpenOrganization { .. }
        | Command::OpenAccount { .. }
        | Command::ChangeAccount { .. }
        | Command::AddSandbox { .. }
        | Command::RenameSandbox { .. }
        | Command::DeleteSandbox { .. } => false,
    }
}

fn on_live_key(command: &KeyCommand) -> bool {
    match command {
        KeyCommand::Edit(Edit { restriction, permissions, connect_permissions, .. }) => {
            restriction.is_some() || permissions.is_some() || connect_permissions.is_some()
        }
        KeyCommand::Duplicate { .. }
        | KeyCommand::Reveal
        | KeyCommand::Rotate(_)
        | KeyCommand::Schedule(_) => true,
        KeyCommand::CancelSchedule
        | KeyCommand::Expire
        | KeyCommand::Delete
        | KeyCommand::Advance
        | KeyCommand::NoteFirstUse => false,
    }
}

impl Purpose {
    /// A command with all of its parameters: a proof for one is none for another.
    #[must_use]
    pub fn of(user: UserId, command: &Command) -> Self {
        // The derived text names every field of every part, so that none can be forgotten here. It
        // lives as long as a code, and another build of Keyway may have another.
        Self::new(user, "command", &[&format!("{command:?}")])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Grants, Mode, Permissions, Place};

    fn user() -> UserId {
        "usr_0123456789abcdef".parse().unwrap()
    }

    fn restricted(permissions: &[&str], name: &str) -> Command {
        let own = Permissions::parse(permissions.iter().copied()).unwrap();
        Command::CreateRestrictedKey {
            place: Place { account: "acct_0123456789abcdef".parse().unwrap(), mode: Mode::Live },
            name: name.into(),
            note: None,
            grants: Grants { own, connect: Permissions::default() },
        }
    }

    #[test]
    fn a_code_for_a_key_that_reads_makes_none_that_writes() {
        let purpose = |command| Purpose::of(user(), &command);
        let reads = purpose(restricted(&["customer_read"], "Shop"));
        assert_eq!(reads, purpose(restricted(&["customer_read"], "Shop")));
        assert_ne!(reads, purpose(restricted(&["customer_write"], "Shop")));
        assert_ne!(reads, purpose(restricted(&["customer_read", "charge_read"], "Shop")));
        assert_ne!(reads, purpose(restricted(&["customer_read"], "Shop 2")));
    }
}
