//! Words from outside, as they may stand in a message.

use keys::holds_key_value;

/// Longest name, note or user agent in a message, in characters.
const LONGEST: usize = 120;
/// What stands where a key value stood.
const REPLACED: &str = "[a key value]";

/// A text from outside as part of one line: it can begin no other, nor turn what stands beside it,
/// and no program makes a link of an address in it.
pub(super) fn line(text: &str) -> String {
    let plain = visible(text).collect::<String>().replace("://", ": //");
    let mut kept: String = plain.chars().take(LONGEST + 1).collect();
    if kept.chars().count() > LONGEST {
        kept.pop();
        kept.push('…');
    }
    kept
}

/// The same, in full: half a link is none.
pub(super) fn link(text: &str) -> String {
    visible(text).filter(|c| *c != ' ').collect()
}

fn visible(text: &str) -> impl Iterator<Item = char> {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let mapped = text.chars().map(move |c| if breaks(c) { ' ' } else { c });
    mapped.filter(|c| !is_unseen(*c))
}

/// Bidirectional controls, and what has no width and no place in a name.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// A finished text without a key value: whoever wrote one into a name does not get it sent around.
pub(super) fn without_key_values(text: String) -> String {
    if !holds_key_value(text.as_bytes()) {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for piece in text.split_inclusive(|c: char| !is_part(c)) {
        let word = piece.trim_end_matches(|c: char| !is_part(c));
        let after = piece.strip_prefix(word).unwrap_or_default();
        clean.push_str(if holds_key_value(word.as_bytes()) { REPLACED } else { word });
        clean.push_str(after);
    }
    clean
}

#[cfg(test)]
mod tests {
    use keys::{Form, KeyValue, Kind, Livemode};

    use super::*;

    #[test]
    fn a_text_from_outside_stays_in_its_line() {
        assert_eq!(line("a\r\nBcc: x\u{85}y\u{2028}z\0"), "a  Bcc: x y z ");
        assert_eq!(line("evil\u{202e}txt.exe\u{2066}\u{200b}\u{e0041}"), "eviltxt.exe");
        assert_eq!(line("Zoë 👩‍🚀 مرحبا"), "Zoë 👩‍🚀 مرحبا");
        assert_eq!(line(&"x".repeat(121)), "x".repeat(120) + "…");
        assert_eq!(line(&"x".repeat(120)), "x".repeat(120));
        assert_eq!(line("Pay at HTTPS://evil.example/x"), "Pay at HTTPS: //evil.example/x");
        assert_eq!(line("a:\u{200b}//b"), "a: //b");
        assert_eq!(link("https://a.b/ c\r\nd"), "https://a.b/cd");
    }

    #[test]
    fn a_key_value_is_taken_out_wherever_it_stands() {
        let form = Form { kind: Kind::Secret, livemode: Livemode::Live };
        let value = KeyValue::mint(form, &mut |room: &mut [u8]| room.fill(7));
        let value = value.expose();
        for (before, after) in
            [("", ""), ("«", "»!"), ("my key ", "\nnext"), ("x=", "&y"), ("a_", "")]
        {
            let clean = without_key_values(format!("{before}{value}{after}"));
            assert!(!holds_key_value(clean.as_bytes()), "{clean}");
            assert!(clean.contains(REPLACED) && clean.ends_with(after), "{clean}");
        }
        assert_eq!(without_key_values("sk_live_ is a prefix".to_owned()), "sk_live_ is a prefix");
    }

    #[test]
    fn what_is_unseen_cannot_hide_a_key_value() {
        let form = Form { kind: Kind::Secret, livemode: Livemode::Live };
        let value = KeyValue::mint(form, &mut |room: &mut [u8]| room.fill(7));
        let (head, tail) = value.expose().split_at(12);
        let hidden = line(&format!("{head}\u{200b}{tail}"));
        assert_eq!(without_key_values(hidden), REPLACED);
    }
}
