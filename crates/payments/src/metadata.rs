//! What callers attach to objects for themselves.

use std::collections::BTreeMap;

use crate::fault::{Fault, ParamError};
use crate::params::{Change, Params};

/// Texts by name.
pub(crate) type Metadata = BTreeMap<String, String>;

/// How many entries an object can have.
const ENTRIES: usize = 50;
/// How many characters a name can have.
const NAME: usize = 40;
/// How many characters a value can have.
const VALUE: usize = 500;

/// Takes `metadata` and writes it into what an object has: an entry with an empty value is removed,
/// the others stay or are added; an empty `metadata` removes all.
pub(crate) fn take(params: &mut Params, into: &mut Metadata) -> Result<(), ParamError> {
    let changes = match params.pairs("metadata")? {
        Change::Keep => return Ok(()),
        Change::Clear => {
            into.clear();
            return Ok(());
        }
        Change::Set(changes) => changes,
    };
    for (name, value) in changes {
        let error = |fault| ParamError { param: format!("metadata[{name}]"), fault };
        if name.chars().count() > NAME {
            return Err(error(Fault::MetadataName { most: NAME }));
        }
        let length = value.chars().count();
        if length > VALUE {
            return Err(error(Fault::TooLong { most: VALUE, length }));
        }
        if value.is_empty() {
            into.remove(&name);
        } else {
            into.insert(name, value);
        }
    }
    if into.len() > ENTRIES {
        return Err(params.error("metadata", Fault::MetadataTooMany { most: ENTRIES }));
    }
    Ok(())
}
