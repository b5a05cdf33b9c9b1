//! What people write: names, and where a value was saved.

use crate::{Refusal, holds_key_value};

/// The most characters of a name.
const NAME: usize = 200;
/// The most characters of a note.
const NOTE: usize = 2_000;

/// A name of something, or of somebody, without the white space around it.
///
/// # Errors
/// When it is empty, too long, holds control characters or a key value.
pub fn checked_name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    refuse_key_value(name)?;
    let fits = (1..=NAME).contains(&name.chars().count()) && !name.chars().any(is_control);
    if fits { Ok(name.to_owned()) } else { Err(Refusal::BadName { most: NAME }) }
}

/// A note; an empty one is none.
pub(crate) fn checked_note(text: Option<String>) -> Result<Option<String>, Refusal> {
    let Some(note) = text.filter(|note| !note.trim().is_empty()) else { return Ok(None) };
    refuse_key_value(&note)?;
    let fits = note.chars().count() <= NOTE
        && !note.chars().any(|letter| is_control(letter) && letter != '\n');
    if fits { Ok(Some(note)) } else { Err(Refusal::BadNote { most: NOTE }) }
}

/// Control characters, and those that turn the text around which follows them or break its line
/// (UAX #9, section 2): a name with them would show as another.
fn is_control(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

fn refuse_key_value(text: &str) -> Result<(), Refusal> {
    if holds_key_value(text.as_bytes()) { Err(Refusal::KeyValueInText) } else { Ok(()) }
}
