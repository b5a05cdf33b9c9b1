//! At a later start: keys that were rotated or deleted since are not told any more.

use std::path::Path;

use anyhow::Result;
use keys::{AccountId, Key, Kind, Mode, Place};
use serde_json::Value;
use store::Store;

use super::welcome::read;
use crate::folder;
use crate::world::CLOCKS;

/// Puts the values of living keys in the place of those that no longer work; where there is none
/// that can be told, null.
pub(super) async fn refresh(file: &Path, store: &Store) -> Result<()> {
    let mut world = read(file)?;
    let accounts = world.get_mut("accounts").and_then(Value::as_array_mut);
    for account in accounts.into_iter().flatten() {
        let id: AccountId = text(account, "/id").parse()?;
        let sandbox: Mode = text(account, "/sandbox/id").parse()?;
        for (name, mode) in [("sandbox", sandbox), ("live", Mode::Live)] {
            let keys = store.keys(Place { account: id, mode }).await?;
            for kind in [Kind::Secret, Kind::Publishable] {
                let place = format!("/{name}/{}", kind.as_str());
                let Some(told) = account.pointer_mut(&place) else { continue };
                if !told.as_str().is_some_and(|value| is_alive(value, &keys, kind)) {
                    *told = living_value(store, &keys, kind).await?;
                }
            }
        }
    }
    folder::write(file, &serde_json::to_vec_pretty(&world)?)
}

fn text<'a>(account: &'a Value, place: &str) -> &'a str {
    account.pointer(place).and_then(Value::as_str).unwrap_or_default()
}

fn living(keys: &[Key], kind: Kind) -> impl Iterator<Item = &Key> {
    let now = (CLOCKS.now)();
    keys.iter().filter(move |key| key.kind == kind && key.standing.is_alive(now))
}

fn is_alive(value: &str, keys: &[Key], kind: Kind) -> bool {
    living(keys, kind).any(|key| value.as_bytes().ends_with(&key.tail))
}

async fn living_value(store: &Store, keys: &[Key], kind: Kind) -> Result<Value> {
    for key in living(keys, kind) {
        if let Some(value) = store.unseal(key.id).await? {
            return Ok(value.expose().into());
        }
    }
    Ok(Value::Null)
}
