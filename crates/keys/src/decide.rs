//! The rules of a key's life: what may be changed, and what follows from it. Pure.

mod accounts;
mod authority;
mod changing;
mod ending;
mod importing;
mod making;
mod rotating;

use jiff::Timestamp;

use crate::{
    Account, AccountId, Change, Command, Digest, Entropy, Home, Key, KeyCommand, KeyId, Mode,
    OrganizationId, Place, Refusal, Rules, Sandbox, SandboxId,
};
pub use authority::Authority;
use making::Birth;
pub(crate) use making::Words;

/// What a command may look at: the things that it names, as they are in its transaction.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The organizations it names.
    pub organizations: Vec<OrganizationId>,
    /// The accounts it names, and those that belong to what it names.
    pub accounts: Vec<Account>,
    /// The sandboxes of those accounts, deleted ones too.
    pub sandboxes: Vec<Sandbox>,
    /// The keys it names, and those that end with what it names.
    pub keys: Vec<Key>,
    /// Those of the digests it names that keys have already.
    pub digests: Vec<Digest>,
    /// What the operator has set.
    pub rules: Rules,
}

/// Decides about a command of somebody with that authority.
///
/// # Errors
/// The reason why it is not carried out.
pub fn decide(
    command: Command,
    authority: &Authority,
    scope: &Scope,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Vec<Change>, Refusal> {
    let mut birth = Birth { now, entropy };
    match command {
        Command::OpenOrganization { name } => accounts::open_organization(&name, &mut birth),
        // Accounts and sandboxes are born with secret keys.
        Command::OpenAccount { name, belonging } => {
            authority.over_everything()?;
            accounts::open(&name, belonging, scope, &mut birth)
        }
        Command::ChangeAccount { account, name, version } => {
            accounts::change(scope.account(account)?, name, version)
        }
        Command::DeleteAccount { account } => {
            authority.over_everything()?;
            accounts::delete(scope.account(account)?, scope, now)
        }
        Command::AddSandbox { account, name } => {
            authority.over_everything()?;
            accounts::add_sandbox(account, &name, scope, &mut birth)
        }
        Command::RenameSandbox { sandbox, name } => {
            accounts::rename_sandbox(scope.sandbox(sandbox)?, &name)
        }
        Command::DeleteSandbox { sandbox } => {
            accounts::delete_sandbox(scope.sandbox(sandbox)?, scope, now)
        }
        Command::CreateSecretKey { place, name, note } => {
            authority.over_secret()?;
            let words = Words::new(&name, note)?;
            Ok(authority.confine(making::secret(scope.place(place)?, words, &mut birth)))
        }
        Command::CreateRestrictedKey { place, name, note, grants } => {
            authority.over(&grants)?;
            let words = Words::new(&name, note)?;
            let place = scope.place(place)?;
            Ok(authority.confine(making::restricted(place, words, grants, &mut birth)))
        }
        Command::CreateOrganizationKey { organization, livemode, name, note, grants } => {
            let home = Home::Organization { id: organization, livemode };
            authority.over_organization(home, &grants)?;
            let (words, id) = (Words::new(&name, note)?, scope.organization(organization)?);
            let made = making::of_organization((id, livemode), words, grants, &mut birth);
            Ok(authority.confine(made))
        }
        Command::ImportKeys { place, keys } => {
            importing::authorised(authority, &keys)?;
            importing::import(scope.place(place)?, keys, scope, &mut birth)
        }
        Command::Key(id, command) => on_key(command, scope.key(id)?, (authority, scope), birth),
    }
}

fn on_key(
    command: KeyCommand,
    key: &Key,
    (authority, scope): (&Authority, &Scope),
    mut birth: Birth<'_>,
) -> Result<Vec<Change>, Refusal> {
    let (now, overlap) = (birth.now, scope.rules.longest_overlap);
    let living = || if key.standing.is_alive(now) { Ok(key) } else { Err(Refusal::KeyIsDead) };
    // Ending a key hands nothing out; everything else needs at least what the key may do.
    let own = || authority.over_key(living()?);
    match command {
        KeyCommand::Duplicate { name, note } => {
            let words = Words::new(name.as_deref().unwrap_or(&key.name), note)?;
            Ok(authority.confine(making::duplicate(own()?, words, &mut birth)?))
        }
        KeyCommand::Edit(edit) => {
            let key = own()?;
            edit.restriction.iter().try_for_each(|wanted| scope.rules.ipv6.takes_all(wanted))?;
            changing::edit(key, edit, authority)
        }
        KeyCommand::Reveal => changing::reveal(own()?),
        KeyCommand::Rotate(ending) => rotating::rotate(own()?, ending, overlap, birth),
        KeyCommand::Schedule(schedule) => rotating::schedule(own()?, schedule, overlap, now),
        KeyCommand::CancelSchedule => rotating::cancel(own()?),
        KeyCommand::Expire => ending::expire(living()?, now),
        KeyCommand::Delete => ending::delete(living()?, now),
        KeyCommand::Advance => rotating::advance(authority.over_key(key)?, birth),
        KeyCommand::NoteFirstUse => ending::retire(key, scope, now),
        KeyCommand::Adopt(adoption) => importing::adopt(key, adoption, scope),
    }
}

impl Scope {
    fn organization(&self, id: OrganizationId) -> Result<OrganizationId, Refusal> {
        if self.organizations.contains(&id) {
            Ok(id)
        } else {
            Err(Refusal::UnknownOrganization(id))
        }
    }

    /// An account that was not deleted.
    fn account(&self, id: AccountId) -> Result<&Account, Refusal> {
        let is_it = |account: &&Account| account.id == id && account.deleted_at.is_none();
        self.accounts.iter().find(is_it).ok_or(Refusal::UnknownAccount(id))
    }

    /// A sandbox that was not deleted.
    fn sandbox(&self, id: SandboxId) -> Result<&Sandbox, Refusal> {
        let is_it = |sandbox: &&Sandbox| sandbox.id == id && sandbox.deleted_at.is_none();
        self.sandboxes.iter().find(is_it).ok_or(Refusal::UnknownSandbox)
    }

    fn place(&self, place: Place) -> Result<Place, Refusal> {
        let account = self.account(place.account)?;
        match place.mode {
            Mode::Sandbox(id) if self.sandbox(id)?.account != account.id => {
                Err(Refusal::UnknownSandbox)
            }
            Mode::Sandbox(_) | Mode::Live => Ok(place),
        }
    }

    fn key(&self, id: KeyId) -> Result<&Key, Refusal> {
        self.keys.iter().find(|key| key.id == id).ok_or(Refusal::UnknownKey(id))
    }
}

#[cfg(test)]
mod tests;
