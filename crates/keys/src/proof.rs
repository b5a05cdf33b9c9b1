//! Which commands ask whoever has signed in to prove that it is still them.

use crate::{Command, Edit, Key, KeyCommand, Kind, Livemode, Purpose, UserId};

/// Whether a person who wants this must prove that it is them. `key` is the key that is named.
///
/// Everything that shows a live value now or later does, everything that lets a live key do
/// more or from elsewhere, and the end of an account. To end a key asks for nothing: whoever must do
/// it is in a hurry.
#[must_use]
pub fn asks_for_proof(command: &Command, key: Option<&Key>) -> bool {
    let is_live = |key: &Key| key.home.livemode() == Livemode::Live;
    match command {
        Command::CreateSecretKey { place, .. } | Command::CreateRestrictedKey { place, .. } => {
            place.mode.livemode() == Livemode::Live
        }
        Command::ImportKeys { place, .. } => place.mode.livemode() == Livemode::Live,
        Command::CreateOrganizationKey { livemode, .. } => *livemode == Livemode::Live,
        // The one end that takes everything with it, and nobody is in a hurry for.
        Command::DeleteAccount { .. } => true,
        // A publishable value is in view anyway.
        Command::Key(_, KeyCommand::Reveal) => {
            key.is_some_and(|key| is_live(key) && key.kind != Kind::Publishable)
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
        | KeyCommand::NoteFirstUse
        | KeyCommand::Adopt(_) => false,
    }
}

impl Purpose {
    /// A command with all of its parameters: a proof for one is none for another.
    #[must_use]
    pub fn of(user: UserId, command: &Command) -> Self {
        // The derived text names every field of every part, so that none can be forgotten here. It
        // lives as long as a code, and another build of Keyway may have another.
        let mut parameters = vec![format!("{command:?}")];
        // All but the hashes, which are printed nowhere.
        if let Command::ImportKeys { keys, .. } = command {
            let digests = keys.iter().flatten().map(|key| key.foreign.digest.to_bytes());
            parameters.extend(digests.map(|digest| format!("{digest:?}")));
        }
        let parameters: Vec<&str> = parameters.iter().map(String::as_str).collect();
        Self::new(user, "command", &parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ForeignDigest, Grants, ImportedKey, IpRestriction, Mode, Permissions, Place, Scheme,
    };

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
    fn a_code_for_an_import_makes_no_key_of_another_hash() {
        let import = |hex: &str| {
            let foreign = ForeignDigest::from_hex(Scheme::Sha256, &hex.repeat(32)).unwrap();
            let restriction = IpRestriction::Anywhere;
            let (name, note, tail, grants, expires_at) = ("Old".into(), None, None, None, None);
            let key = ImportedKey { name, note, foreign, tail, grants, restriction, expires_at };
            let place =
                Place { account: "acct_0123456789abcdef".parse().unwrap(), mode: Mode::Live };
            Command::ImportKeys { place, keys: vec![Ok(key)] }
        };
        assert!(asks_for_proof(&import("ab"), None));
        let purpose = |hex| Purpose::of(user(), &import(hex));
        assert_eq!(purpose("ab"), purpose("AB"));
        assert_ne!(purpose("ab"), purpose("cd"));
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
