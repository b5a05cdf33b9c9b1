//! Keys of another system: taken in by their hashes, and digested anew when they are first used.

use jiff::Timestamp;

use super::making::Birth;
use super::{Authority, Scope};
use crate::{
    Adoption, BadEntry, Change, Grants, Home, IMPORTED_AT_ONCE, ImportFault, ImportedKey, Key,
    KeyId, Kind, Mask, Origin, Place, Refusal, Reveal, Standing,
};

/// Whether the one who asks could create such keys.
pub(super) fn authorised(
    authority: &Authority,
    keys: &[Result<ImportedKey, ImportFault>],
) -> Result<(), Refusal> {
    keys.iter().flatten().try_for_each(|key| {
        authority.over_addresses(&key.restriction)?;
        match &key.grants {
            Some(grants) => authority.over(grants),
            None => authority.over_secret(),
        }
    })
}

/// All of them, or none and every fault that there is.
pub(super) fn import(
    place: Place,
    keys: Vec<Result<ImportedKey, ImportFault>>,
    scope: &Scope,
    birth: &mut Birth<'_>,
) -> Result<Vec<Change>, Refusal> {
    if keys.is_empty() || keys.len() > IMPORTED_AT_ONCE {
        return Err(Refusal::ImportSize { most: IMPORTED_AT_ONCE });
    }
    let (mut changes, mut bad, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for (number, read) in keys.into_iter().enumerate() {
        let taken = read.and_then(|imported| {
            scope.rules.ipv6.takes_all(&imported.restriction)?;
            let digest = imported.foreign.digest;
            let is_before = seen.contains(&digest);
            seen.push(digest);
            match (is_before, scope.digests.contains(&digest)) {
                (true, _) => Err(ImportFault::Twice),
                (false, true) => Err(ImportFault::Known),
                (false, false) => {
                    Ok(Change::KeyImported { key: key(place, imported, birth)?, digest })
                }
            }
        });
        match taken {
            Ok(change) => changes.push(change),
            Err(fault) => bad.push(BadEntry { place: number, fault }),
        }
    }
    if bad.is_empty() { Ok(changes) } else { Err(Refusal::BadImport(bad)) }
}

fn key(place: Place, imported: ImportedKey, birth: &mut Birth<'_>) -> Result<Key, ImportFault> {
    let words = imported.words()?;
    let standing = standing(imported.expires_at, birth.now)?;
    let kind = if imported.grants.is_some() { Kind::Restricted } else { Kind::Secret };
    Ok(Key {
        id: KeyId::mint(birth.entropy),
        home: Home::Account(place),
        kind,
        origin: Origin::Imported(imported.foreign.scheme),
        name: words.name,
        note: words.note,
        tail: imported.tail.unwrap_or(Mask::NO_TAIL),
        restriction: imported.restriction,
        grants: imported.grants.unwrap_or_else(Grants::none),
        standing,
        reveal: Reveal::Never,
        schedule: None,
        retires: None,
        last_used_at: None,
        created_at: birth.now,
    })
}

fn standing(expires_at: Option<Timestamp>, now: Timestamp) -> Result<Standing, ImportFault> {
    match expires_at {
        None => Ok(Standing::Active),
        Some(at) if now < at => Ok(Standing::Expiring { at }),
        Some(_) => Err(ImportFault::Ended),
    }
}

/// Its value was seen, so that the hash of another system is of no more use. Where another key is
/// found by it already, because the same hash was imported again, that one stays the one.
pub(super) fn adopt(key: &Key, adoption: Adoption, scope: &Scope) -> Result<Vec<Change>, Refusal> {
    if scope.digests.contains(&adoption.digest) {
        return Err(Refusal::NothingDue);
    }
    match (key.origin, key.standing) {
        (Origin::Minted | Origin::Adopted, _) | (_, Standing::Deleted { .. }) => {
            Err(Refusal::NothingDue)
        }
        (Origin::Imported(_), _) => {
            let tail = adoption.tail.unwrap_or(key.tail);
            let key = Key { origin: Origin::Adopted, tail, ..key.clone() };
            Ok(vec![Change::KeyAdopted { key, adoption }])
        }
    }
}
