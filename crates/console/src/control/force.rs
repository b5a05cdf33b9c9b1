//! When a change holds: at this process' gateway, and at those of others.

use std::time::Duration;

use keys::{Command, Edit, KeyCommand};
use store::{Leases, Sequence};
use tokio::time::{sleep, timeout};

use super::Control;

/// How long to wait for this process' gateway; it needs milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which gateways decide by the store's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gateways {
    /// That of this process alone.
    OwnOnly,
    /// Those of other processes as well, each of which hears of a change or goes silent within the
    /// lease that the store grants.
    Others,
}

/// Whether a change that was committed holds everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// No request that begins from now on may do what the change took away.
    Everywhere,
    /// This process' gateway was not heard of in time: the change is kept, and holds a little later.
    NotYet,
}

impl Control {
    /// Waits for this process' gateway, and until others that have not heard of it are silent.
    ///
    /// It is asked after the commit: from then on the leases are counted that held when it was made.
    pub(super) async fn in_force(
        &self,
        sequence: Sequence,
        leases: Leases,
        narrows: bool,
    ) -> Force {
        let silence = match self.gateways {
            Gateways::Others if narrows => leases.silent_after(),
            Gateways::Others | Gateways::OwnOnly => Duration::ZERO,
        };
        let mut applied = self.applied.clone();
        let here = async { applied.wait_for(|applied| *applied >= sequence).await.is_ok() };
        match tokio::join!(timeout(PATIENCE, here), sleep(silence)) {
            (Ok(true), ()) => Force::Everywhere,
            (Ok(false) | Err(_), ()) => Force::NotYet,
        }
    }
}

/// Whether a request that was admitted before might be refused after.
pub(super) fn narrows(command: &Command) -> bool {
    match command {
        Command::DeleteAccount { .. } | Command::DeleteSandbox { .. } => true,
        Command::Key(_, command) => match command {
            KeyCommand::Edit(Edit { restriction, permissions, connect_permissions, .. }) => {
                restriction.is_some() || permissions.is_some() || connect_permissions.is_some()
            }
            KeyCommand::Rotate(_)
            | KeyCommand::Expire
            | KeyCommand::Delete
            | KeyCommand::Advance
            | KeyCommand::NoteFirstUse => true,
            KeyCommand::Adopt(_)
            | KeyCommand::Duplicate { .. }
            | KeyCommand::Reveal
            | KeyCommand::Schedule(_)
            | KeyCommand::CancelSchedule => false,
        },
        Command::OpenOrganization { .. }
        | Command::OpenAccount { .. }
        | Command::ChangeAccount { .. }
        | Command::AddSandbox { .. }
        | Command::RenameSandbox { .. }
        | Command::CreateSecretKey { .. }
        | Command::CreateRestrictedKey { .. }
        | Command::CreateOrganizationKey { .. }
        | Command::ImportKeys { .. } => false,
    }
}
