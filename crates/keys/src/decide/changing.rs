//! Changes to a key that goes on living.

use super::Authority;
use crate::words::{checked_name, checked_note};
use crate::{Change, Edit, Grants, Key, Kind, Refusal, Reveal};

/// What is not said stays as it is.
pub(super) fn edit(key: &Key, edit: Edit, authority: &Authority) -> Result<Vec<Change>, Refusal> {
    let Edit { name, note, restriction, permissions, connect_permissions } = edit;
    let mut edited = key.clone();
    if let Some(name) = name {
        edited.name = checked_name(&name)?;
    }
    if note.is_some() {
        edited.note = checked_note(note)?;
    }
    if let Some(restriction) = restriction {
        match key.kind {
            Kind::Publishable => return Err(Refusal::PublishableIsUnrestricted),
            Kind::Secret | Kind::Restricted | Kind::Organization => {}
        }
        authority.over_addresses(&restriction)?;
        edited.restriction = restriction;
    }
    if permissions.is_some() || connect_permissions.is_some() {
        match key.kind {
            Kind::Restricted | Kind::Organization => {}
            Kind::Publishable | Kind::Secret => return Err(Refusal::NotRestricted),
        }
        edited.grants = Grants {
            own: permissions.unwrap_or(edited.grants.own),
            connect: connect_permissions.unwrap_or(edited.grants.connect),
        };
        authority.over(&edited.grants)?;
    }
    Ok(vec![Change::KeyChanged(edited)])
}

/// Once is once: what follows can be revealed no more.
pub(super) fn reveal(key: &Key) -> Result<Vec<Change>, Refusal> {
    let reveal = match key.reveal {
        Reveal::Always => Reveal::Always,
        Reveal::Once => Reveal::Never,
        Reveal::Never => return Err(Refusal::ValueNotKept),
    };
    Ok(vec![Change::KeyRevealed(Key { reveal, ..key.clone() })])
}
