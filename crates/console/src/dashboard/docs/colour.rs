//! Programs in colour: strings, remarks, and the key that stands in them.

/// A part of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its class in the style; nothing for most of a program.
    pub(super) class: &'static str,
    /// What it says.
    pub(super) text: String,
}

/// The parts of a program, which together are the program. `remark` is what a remark begins with.
pub(super) fn pieces(program: &str, remark: &str, key: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = program;
    let mut plain = 0;
    while let Some(letter) = rest.get(plain..).and_then(|ahead| ahead.chars().next()) {
        let (before, ahead) = rest.split_at(plain);
        let begins = before.is_empty() || before.ends_with([' ', '\n']);
        let (class, length) = if ahead.starts_with(remark) && begins {
            ("remark", ahead.find('\n').unwrap_or(ahead.len()))
        } else if let Some(length) = string(ahead) {
            ("string", length)
        } else {
            plain += letter.len_utf8();
            continue;
        };
        let (told, after) = ahead.split_at(length);
        marked(&mut pieces, "", before, key);
        marked(&mut pieces, class, told, key);
        (rest, plain) = (after, 0);
    }
    marked(&mut pieces, "", rest, key);
    pieces
}

/// How long the string is that stands here, with its quotes; it ends in its own line.
fn string(ahead: &str) -> Option<usize> {
    let quote = ahead.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
    let mut escaped = false;
    for (place, letter) in ahead.char_indices().skip(1) {
        match letter {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return Some(place + letter.len_utf8()),
            _ => {}
        }
    }
    None
}

/// Adds a text, with the key in it as a piece of its own.
fn marked(pieces: &mut Vec<Piece>, class: &'static str, text: &str, key: &str) {
    let mut add = |class, text: &str| {
        if !text.is_empty() {
            pieces.push(Piece { class, text: text.to_owned() });
        }
    };
    let mut parts = text.split(key);
    add(class, parts.next().unwrap_or_default());
    for part in parts {
        add("key", key);
        add(class, part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(program: &str, remark: &str) -> String {
        let pieces = pieces(program, remark, "sk_1");
        let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(whole, program, "nothing is lost");
        let told = pieces.iter().map(|Piece { class, text }| format!("{class}[{text}]"));
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn strings_remarks_and_the_key_are_told_apart() {
        assert_eq!(
            told("f(\"a\\\"b\", 'c') # d 'e'\ng", "#"),
            "[f(] string[\"a\\\"b\"] [, ] string['c'] [) ] remark[# d 'e'] [\ng]"
        );
        assert_eq!(
            told("at(\"http://x\", \"sk_1\"); // é sk_1", "//"),
            "[at(] string[\"http://x\"] [, ] string[\"] key[sk_1] string[\"] [); ] remark[// é ] key[sk_1]"
        );
        assert_eq!(told("curl http://x -u sk_1:", "#"), "[curl http://x -u ] key[sk_1] [:]");
        assert_eq!(told("it's open", "#"), "[it's open]");
        assert_eq!(told("", "#"), "");
    }
}
