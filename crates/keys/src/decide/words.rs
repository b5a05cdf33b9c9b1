//! What people write at a thing: its name, and where its value was saved.

use crate::{Refusal, holds_key_value};

/// The most characters of a name.
const NAME: usize = 200;
/// The most characters of a note.
const NOTE: usize = 2_000;

/// A name without the white space around it.
pub(super) fn name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    refuse_key_value(name)?;
    let fits = (1..=NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(Refusal::BadName { most: NAME }) }
}

/// A note; an empty one is none.
pub(super) fn note(text: Option<String>) -> Result<Option<String>, Refusal> {
    let Some(note) = text.filter(|note| !note.trim().is_empty()) else { return Ok(None) };
    refuse_key_value(&note)?;
    let fits = note.chars().count() <= NOTE
        && !note.chars().any(|letter| letter.is_control() && letter != '\n');
    if fits { Ok(Some(note)) } else { Err(Refusal::BadNote { most: NOTE }) }
}

fn refuse_key_value(text: &str) -> Result<(), Refusal> {
    if holds_key_value(text.as_bytes()) { Err(Refusal::KeyValueInText) } else { Ok(()) }
}
