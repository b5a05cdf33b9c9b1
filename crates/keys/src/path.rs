//! The path of a request, made unambiguous once: what is authorised is what is forwarded, byte for
//! byte.
//!
//! A path with two readings is refused, as the API behind the gateway may take the other one: dot
//! segments, empty segments, encoded slashes and dots, backslashes, semicolons, control characters
//! (RFC 3986, sections 3.3 and 6.2.2). Escapes of letters, digits, `-`, `_` and `~` are decoded, and
//! the digits of other escapes are written in capitals.
//!
//! Escapes of bytes beyond ASCII must spell UTF-8 (RFC 3629): a decoder that is not strict takes an
//! overlong sequence such as `%c0%ae` for a dot, and what bytes that are no UTF-8 stand for is anybody's
//! guess.

use std::borrow::Cow;

/// A path that has one reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanonicalPath<'a>(Cow<'a, str>);

/// Why a path has more than one reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It does not begin with a slash.
    #[error("the path must begin with a slash")]
    Relative,
    /// `//`
    #[error("the path holds an empty segment")]
    EmptySegment,
    /// `.` or `..`
    #[error("the path holds a dot segment")]
    DotSegment,
    /// `%2f`, `%5c`, `%2e`, `%3b`, `%25`, `%00` and other controls.
    #[error("the path holds an escape that can be read in two ways")]
    Escape,
    /// `%c0%ae`, `%ff`, and other escapes that spell no UTF-8.
    #[error("the path holds escapes that are no UTF-8")]
    Encoding,
    /// A character that must not stand in a path.
    #[error("the path holds a character that must be escaped or left out")]
    Character,
}

impl<'a> CanonicalPath<'a> {
    /// Checks and, where escapes can be written shorter, rewrites a path without its query.
    ///
    /// # Errors
    /// When the path has more than one reading.
    pub fn parse(path: &'a str) -> Result<Self, PathError> {
        let segments = path.strip_prefix('/').ok_or(PathError::Relative)?;
        // The classes are looked up first: most paths hold plain characters alone.
        let mut escaped = false;
        for byte in segments.bytes() {
            match class(byte) {
                Class::Plain => {}
                Class::Percent => escaped = true,
                Class::Refused => return Err(PathError::Character),
            }
        }
        let path = if escaped { Cow::Owned(unescape(path)?) } else { Cow::Borrowed(path) };
        check_segments(&path)?;
        Ok(Self(path))
    }

    /// The path to authorise and to forward.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it differs from what was sent.
    #[must_use]
    pub fn is_rewritten(&self) -> bool {
        matches!(self.0, Cow::Owned(_))
    }
}

enum Class {
    Plain,
    Percent,
    Refused,
}

/// RFC 3986 `pchar` and `/`, without the semicolon, which some servers cut off with what follows.
fn class(byte: u8) -> Class {
    match byte {
        b'%' => Class::Percent,
        b'a'..=b'z'
        | b'A'..=b'Z'
        | b'0'..=b'9'
        | b'/'
        | b'-'
        | b'.'
        | b'_'
        | b'~'
        | b'!'
        | b'$'
        | b'&'
        | b'\''
        | b'('
        | b')'
        | b'*'
        | b'+'
        | b','
        | b'='
        | b':'
        | b'@' => Class::Plain,
        _ => Class::Refused,
    }
}

fn check_segments(path: &str) -> Result<(), PathError> {
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        match segment {
            "." | ".." => return Err(PathError::DotSegment),
            // A slash at the end, or the root: one empty segment, and nothing after it.
            "" if segments.peek().is_some() => return Err(PathError::EmptySegment),
            _ => {}
        }
    }
    Ok(())
}

fn unescape(path: &str) -> Result<String, PathError> {
    let mut canonical = String::with_capacity(path.len());
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            canonical.push(char::from(byte));
            decoded.push(byte);
            continue;
        }
        let (high, low) = (hex(bytes.next())?, hex(bytes.next())?);
        decoded.push(high * 16 + low);
        match high * 16 + low {
            b'/' | b'\\' | b'.' | b';' | b'%' | 0..=0x1f | 0x7f => return Err(PathError::Escape),
            decoded if decoded.is_ascii_alphanumeric() || b"-_~".contains(&decoded) => {
                canonical.push(char::from(decoded));
            }
            _ => {
                canonical.push('%');
                canonical.extend([high, low].map(|digit| {
                    char::from_digit(u32::from(digit), 16)
                        .map_or('0', |digit| digit.to_ascii_uppercase())
                }));
            }
        }
    }
    match str::from_utf8(&decoded) {
        Ok(_text) => Ok(canonical),
        Err(_cause) => Err(PathError::Encoding),
    }
}

fn hex(digit: Option<u8>) -> Result<u8, PathError> {
    match digit.ok_or(PathError::Escape)? {
        digit @ b'0'..=b'9' => Ok(digit - b'0'),
        digit @ b'a'..=b'f' => Ok(digit - b'a' + 10),
        digit @ b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(PathError::Escape),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(path: &str) -> Result<String, PathError> {
        CanonicalPath::parse(path).map(|path| path.as_str().to_owned())
    }

    fn escaped(bytes: &[u8]) -> String {
        bytes.iter().flat_map(|byte| ['%', digit(byte / 16), digit(byte % 16)]).collect()
    }

    fn digit(digit: u8) -> char {
        char::from(b"0123456789ABCDEF"[usize::from(digit)])
    }

    #[test]
    fn an_ordinary_path_stays_as_it_is() {
        for path in [
            "/",
            "/v1/customers",
            "/v1/customers/cus_1",
            "/v1/customers/",
            "/v1/a.b/...",
            "/v1/x:y@z",
        ] {
            let parsed = CanonicalPath::parse(path).unwrap();
            assert_eq!(parsed.as_str(), path);
            assert!(!parsed.is_rewritten());
        }
    }

    #[test]
    fn escapes_are_written_in_one_way() {
        assert_eq!(canonical("/v1/%63ustomers/%7e%2d%5F").unwrap(), "/v1/customers/~-_");
        assert_eq!(canonical("/v1/a%20b%c3%a9").unwrap(), "/v1/a%20b%C3%A9");
        assert_eq!(canonical("/v1/%e2%82%ac%F0%9f%98%80").unwrap(), "/v1/%E2%82%AC%F0%9F%98%80");
    }

    #[test]
    fn a_path_with_two_readings_is_refused() {
        let cases = [
            ("", PathError::Relative),
            ("v1", PathError::Relative),
            ("*", PathError::Relative),
            ("//v1", PathError::EmptySegment),
            ("/v1//customers", PathError::EmptySegment),
            ("/v1//", PathError::EmptySegment),
            ("/v1/../v2", PathError::DotSegment),
            ("/v1/.", PathError::DotSegment),
            ("/v1/%2e%2e/v2", PathError::Escape),
            ("/v1/.%2E/v2", PathError::Escape),
            ("/v1%2fcustomers", PathError::Escape),
            ("/v1/%5c..", PathError::Escape),
            ("/v1/%00", PathError::Escape),
            ("/v1/%252e", PathError::Escape),
            ("/v1/%3bx", PathError::Escape),
            ("/v1/%zz", PathError::Escape),
            ("/v1/%2", PathError::Escape),
            // A dot and a slash in two, three and four bytes.
            ("/v1/%c0%ae%c0%ae/v2", PathError::Encoding),
            ("/v1/%C0%AF", PathError::Encoding),
            ("/v1/%e0%80%ae", PathError::Encoding),
            ("/v1/%f0%80%80%af", PathError::Encoding),
            // A NUL in two bytes, Latin-1, half of a letter, a letter cut by another, a surrogate.
            ("/v1/%c0%80", PathError::Encoding),
            ("/v1/%ff", PathError::Encoding),
            ("/v1/%E9t%E9", PathError::Encoding),
            ("/v1/%c3", PathError::Encoding),
            ("/v1/%c3/%a9", PathError::Encoding),
            ("/v1/%ed%a0%80", PathError::Encoding),
            ("/v1/%f4%90%80%80", PathError::Encoding),
            ("/v1/\\..\\v2", PathError::Character),
            ("/v1/a;b=c", PathError::Character),
            ("/v1/\0", PathError::Character),
            ("/v1/é", PathError::Character),
            ("/v1/a b", PathError::Character),
        ];
        for (path, error) in cases {
            assert_eq!(canonical(path), Err(error), "{path}");
        }
    }

    proptest! {
        #[test]
        fn what_is_canonical_stays_so_byte_for_byte(path in "/([a-z./%0-9A-F\\\\;-]|%[0-9a-fA-F]{2}){0,24}") {
            if let Ok(once) = CanonicalPath::parse(&path) {
                let again = CanonicalPath::parse(once.as_str()).unwrap();
                prop_assert_eq!(again.as_str(), once.as_str());
                prop_assert!(!once.as_str().contains("//"));
                prop_assert!(once.as_str().split('/').all(|segment| segment != "." && segment != ".."));
                prop_assert!(!once.as_str().contains(['\\', ';', '\0']));
            }
        }

        #[test]
        fn any_text_can_stand_in_a_path_once_it_is_escaped(text in "[^\\x00-\\x7f]{1,12}") {
            let path = format!("/v1/{}", escaped(text.as_bytes()));
            prop_assert_eq!(canonical(&path), Ok(path));
        }

        #[test]
        fn bytes_pass_only_where_they_spell_text(bytes in prop::collection::vec(128u8.., 1..6)) {
            let passes = canonical(&format!("/{}", escaped(&bytes))).is_ok();
            prop_assert_eq!(passes, str::from_utf8(&bytes).is_ok());
        }

        #[test]
        fn any_text_gets_an_answer(path in "\\PC*") {
            let _parsed = CanonicalPath::parse(&path);
        }
    }
}
