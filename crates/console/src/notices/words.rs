//! From the facts of a notice to what a message says.

use keys::{Actor, Home, Key, Notice, Place, Warning};
use store::{DeadUse, KeyUse, StoreError, User};

use super::Notices;
use crate::delivery::{KeyEvent, KeyName, ManyEvent, Message, OldKey, Owner};

/// How Keyway calls itself where it did something.
const SYSTEM: &str = "Keyway (schedule)";
/// Who did something before they signed in.
const STRANGER: &str = "somebody who has not signed in";

pub(super) fn name(key: &Key, owner: Owner) -> KeyName {
    KeyName { mask: key.mask(), name: key.name.clone(), owner, livemode: key.home.livemode() }
}

pub(super) fn dead_key(key: KeyName, used: &DeadUse) -> Message {
    Message::DeadKeyUsed {
        key,
        from: used.client.to_string(),
        user_agent: used.user_agent.clone(),
        times: used.times,
    }
}

impl Notices {
    /// Whose keys live there, as people know it.
    pub(super) async fn owner(&self, home: Home) -> Result<Option<Owner>, StoreError> {
        Ok(match home {
            Home::Account(Place { account, .. }) => {
                self.store.account(account).await?.map(|found| Owner::Account(found.name))
            }
            Home::Organization { id, .. } => {
                self.store.organization(id).await?.map(|found| Owner::Organization(found.name))
            }
        })
    }

    /// What happened to the key; nothing for what is no event of its life.
    pub(super) async fn event(
        &self,
        notice: &Notice,
        key: &Key,
    ) -> Result<Option<KeyEvent>, StoreError> {
        let Key { id, home, .. } = *key;
        Ok(Some(match *notice {
            Notice::Created { by } => KeyEvent::Created { by: self.actor(by, home).await? },
            Notice::Revealed { by } => KeyEvent::Revealed { by: self.actor(by, home).await? },
            Notice::Deleted { by } => KeyEvent::Deleted { by: self.actor(by, home).await? },
            Notice::Rotated { by, replacement, until } => {
                let Some(replacement) = self.store.key(replacement).await? else {
                    return Ok(None);
                };
                let old = until.map_or(OldKey::Deleted, OldKey::ExpiresAt);
                let by = self.actor(by, home).await?;
                KeyEvent::Rotated { by, replacement: replacement.mask(), old }
            }
            Notice::Expiring { at, warning } => {
                let in_use_by = self.store.last_use(id).await?.map(|last| seen(&last));
                match warning {
                    Warning::SevenDays => KeyEvent::ExpiresIn7Days { at, in_use_by },
                    Warning::OneDay => KeyEvent::ExpiresIn1Day { at, in_use_by },
                }
            }
            Notice::DeadKeyUsed | Notice::AccountDeleted { .. } | Notice::Imported { .. } => {
                return Ok(None);
            }
        }))
    }

    /// What is said of many keys at once; nothing for what happened to one.
    pub(super) async fn of_many(
        &self,
        notice: &Notice,
        (home, owner): (Home, &Owner),
    ) -> Result<Option<Message>, StoreError> {
        let (by, keys, event) = match *notice {
            Notice::AccountDeleted { by, keys } => (by, keys, ManyEvent::AccountDeleted),
            Notice::Imported { by, keys } => (by, keys, ManyEvent::Imported),
            Notice::Created { .. }
            | Notice::Revealed { .. }
            | Notice::Deleted { .. }
            | Notice::Rotated { .. }
            | Notice::Expiring { .. }
            | Notice::DeadKeyUsed => return Ok(None),
        };
        // Only accounts are deleted, and hold keys that were imported.
        let Owner::Account(account) = owner else { return Ok(None) };
        let (account, by) = (account.clone(), self.actor(by, home).await?);
        Ok(Some(Message::ManyKeys { account, by, keys, event }))
    }

    /// Who did it, as the people of that home know them. The address comes first: anybody can choose any
    /// name. Of a key from above they know that there is one, and nothing that would tell it from others
    /// by sight.
    async fn actor(&self, actor: Actor, home: Home) -> Result<String, StoreError> {
        Ok(match actor {
            Actor::System => SYSTEM.to_owned(),
            Actor::Stranger => STRANGER.to_owned(),
            Actor::User(id) => match self.store.user(id).await? {
                Some(User { name: Some(name), email, .. }) => format!("{email} ({name})"),
                Some(User { name: None, email, .. }) => email.to_string(),
                None => id.to_string(),
            },
            Actor::Key(id) => match self.store.key(id).await? {
                Some(key) if key.home.owner() == home.owner() => {
                    format!("the API key {}", key.mask())
                }
                Some(Key { home: Home::Organization { .. }, .. }) => {
                    format!("the API key {id} of the organization")
                }
                Some(Key { home: Home::Account(_), .. }) => {
                    format!("the API key {id} of the platform")
                }
                None => format!("the API key {id}"),
            },
        })
    }
}

fn seen(last: &KeyUse) -> String {
    format!("{}, last at {}", last.client, last.at.strftime("%Y-%m-%d %H:%M:%S UTC"))
}
