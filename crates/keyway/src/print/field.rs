//! Fields of what the API says, as texts that a terminal can be given.

use serde_json::Value;

/// What stands where nothing is said.
const NOTHING: &str = "-";

/// A field that is a text; a dash where there is none.
pub(crate) fn text(object: &Value, name: &str) -> String {
    let said = object.get(name).and_then(Value::as_str).filter(|said| !said.is_empty());
    plain(said.unwrap_or(NOTHING))
}

/// A text on one line that cannot command a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_name_cannot_command_a_terminal() {
        let key = json!({"name": "a\u{1b}[2Jb\nc\u{9b}d", "note": null});
        assert_eq!(super::text(&key, "name"), "a [2Jb c d");
        assert_eq!(super::text(&key, "note"), "-");
    }
}
