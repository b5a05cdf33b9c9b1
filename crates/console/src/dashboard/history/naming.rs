//! What people and keys are called to whoever reads of them.
//!
//! A refusal is part of the history of whoever was refused, and is about whatever they named: the id of
//! anybody, of which the history must not make an email address. Keys that act from above are known to
//! those above.

use std::collections::BTreeSet;

use keys::{Home, KeyId, UserId};
use store::StoreError;

use super::Names;
use super::line::Kept;
use crate::console::Shared;

/// The keys that live there; and of people those who did something there, since whoever has no role is
/// in no history, those to whom something was done, and those whom the reader knows anyway.
pub(super) async fn names(
    shared: &Shared,
    home: Home,
    known: &[(String, String)],
    events: &[Kept],
) -> Result<Names, StoreError> {
    let (mut people, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for event in events {
        let actor = Some((&event.actor, true));
        let object = event.object_id.as_ref().map(|id| (id, event.is_done()));
        for (id, is_of_here) in actor.into_iter().chain(object) {
            if let Ok(key) = id.parse::<KeyId>() {
                keys.insert(key);
            } else if is_of_here && let Ok(user) = id.parse::<UserId>() {
                people.insert(user);
            }
        }
    }
    let mut names: Names = known.iter().cloned().collect();
    let people = shared.store.users_among(&people).await?;
    names.extend(people.into_iter().map(|user| (user.id.to_string(), user.email.to_string())));
    let keys = shared.store.keys_among(&keys).await?;
    let of_here = keys.into_iter().filter(|key| key.home.owner() == home.owner());
    let name = |key: keys::Key| (key.id.to_string(), format!("{} · {}", key.name, key.mask()));
    names.extend(of_here.map(name));
    Ok(names)
}
