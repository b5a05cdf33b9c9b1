//! Form-encoded parameters: `a[b]=c`, `a[]=x`, `a[0][b]=c`.
//!
//! Purpose: turn a query string or a body into a tree, and a tree into its one canonical text.
//! Limits: [`DEPTH`] names deep, [`PARAMETERS`] pairs, [`NAME`] characters a name; the length of the
//! whole is the caller's to limit. A name that is given twice is refused rather than decided upon.
//! `a[][b]=c` is refused too: which element is meant cannot be told.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// How many names deep a parameter may be: `a[b][c]` is three deep.
pub const DEPTH: usize = 6;
/// How many pairs a form may have.
pub const PARAMETERS: usize = 1000;
/// How many characters the whole name of a parameter may have.
pub const NAME: usize = 400;

/// Values by name.
pub type Form = BTreeMap<String, Value>;

/// What a parameter was given as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `a=x`.
    Text(String),
    /// `a[]=x&a[]=y`, in the order given.
    List(Vec<String>),
    /// `a[b]=x&a[c]=y`, and `a[0][b]=x` too.
    Hash(Form),
}

/// Why text is no form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// More pairs than [`PARAMETERS`].
    #[error("A request can have up to {PARAMETERS} parameters.")]
    TooMany,
    /// A name longer than [`NAME`].
    #[error("The name of a parameter can have up to {NAME} characters.")]
    NameTooLong,
    /// A name with more parts than [`DEPTH`].
    #[error("The parameter '{param}' is nested too deeply; up to {DEPTH} levels are read.")]
    TooDeep {
        /// The name.
        param: String,
    },
    /// A name whose brackets do not close, or close too often.
    #[error("The name '{param}' cannot be read; write nested names as 'a[b]' and lists as 'a[]'.")]
    Name {
        /// The name.
        param: String,
    },
    /// A parameter that is given twice, or both plain and nested.
    #[error("The parameter '{param}' is given more than once.")]
    Repeated {
        /// The name.
        param: String,
    },
    /// A percent sign without two hexadecimal digits, or bytes that are no UTF-8.
    #[error(
        "The parameters must be form-encoded UTF-8; a '%' stands before two hexadecimal digits."
    )]
    Encoding,
}

impl FormError {
    /// The name of the parameter that is at fault, where one is.
    #[must_use]
    pub fn param(&self) -> Option<&str> {
        match self {
            Self::TooMany | Self::NameTooLong | Self::Encoding => None,
            Self::TooDeep { param } | Self::Name { param } | Self::Repeated { param } => {
                Some(param)
            }
        }
    }
}

/// Reads a form.
///
/// # Errors
/// When the text is no form, or goes beyond a limit.
pub fn decode(encoded: &[u8]) -> Result<Form, FormError> {
    let mut form = Form::new();
    let pairs = encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    for (count, pair) in pairs.enumerate() {
        if count >= PARAMETERS {
            return Err(FormError::TooMany);
        }
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = unescape(halves.next().unwrap_or_default())?;
        let value = unescape(halves.next().unwrap_or_default())?;
        let path = Path::read(&name)?;
        if !place(&mut form, &path.names, path.appends, value) {
            return Err(FormError::Repeated { param: name });
        }
    }
    Ok(form)
}

/// Writes a form: the same text for equal forms, whatever order their parameters came in.
#[must_use]
pub fn encode(form: &Form) -> String {
    let mut text = String::new();
    for (name, value) in form {
        write(&mut text, &escape(name), value);
    }
    text
}

/// A name taken apart: `a[b][]` is `a`, `b`, and appends.
struct Path {
    names: Vec<String>,
    appends: bool,
}

impl Path {
    fn read(name: &str) -> Result<Self, FormError> {
        if name.chars().count() > NAME {
            return Err(FormError::NameTooLong);
        }
        let unreadable = || FormError::Name { param: name.to_owned() };
        let (root, brackets) = name.split_at(name.find('[').unwrap_or(name.len()));
        if root.is_empty() || root.contains(']') {
            return Err(unreadable());
        }
        let mut path = Self { names: vec![root.to_owned()], appends: false };
        let mut rest = brackets;
        while !rest.is_empty() {
            let inside = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
            let (part, after) = inside.ok_or_else(unreadable)?;
            if part.contains('[') || path.appends {
                return Err(unreadable());
            }
            if part.is_empty() {
                path.appends = true;
            } else {
                path.names.push(part.to_owned());
            }
            rest = after;
        }
        if path.names.len() > DEPTH {
            return Err(FormError::TooDeep { param: name.to_owned() });
        }
        Ok(path)
    }
}

/// Puts a value in its place; false when something else is there.
fn place(form: &mut Form, names: &[String], appends: bool, value: String) -> bool {
    let Some((name, deeper)) = names.split_first() else { return false };
    match (form.entry(name.clone()), deeper.is_empty()) {
        (Entry::Vacant(free), true) => {
            free.insert(if appends { Value::List(vec![value]) } else { Value::Text(value) });
            true
        }
        (Entry::Vacant(free), false) => {
            let mut inner = Form::new();
            let placed = place(&mut inner, deeper, appends, value);
            free.insert(Value::Hash(inner));
            placed
        }
        (Entry::Occupied(mut taken), is_leaf) => match taken.get_mut() {
            Value::List(values) if is_leaf && appends => {
                values.push(value);
                true
            }
            Value::Hash(inner) if !is_leaf => place(inner, deeper, appends, value),
            Value::Text(_) | Value::List(_) | Value::Hash(_) => false,
        },
    }
}

fn unescape(encoded: &[u8]) -> Result<String, FormError> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(hexadecimal).ok_or(FormError::Encoding);
                digit()? << 4 | digit()?
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).or(Err(FormError::Encoding))
}

fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

fn write(text: &mut String, name: &str, value: &Value) {
    match value {
        Value::Text(value) => write_pair(text, name, "", value),
        Value::List(values) => {
            for value in values {
                write_pair(text, name, "[]", value);
            }
        }
        Value::Hash(inner) => {
            for (part, value) in inner {
                write(text, &format!("{name}[{}]", escape(part)), value);
            }
        }
    }
}

fn write_pair(text: &mut String, name: &str, brackets: &str, value: &str) {
    if !text.is_empty() {
        text.push('&');
    }
    text.push_str(name);
    text.push_str(brackets);
    text.push('=');
    text.push_str(&escape(value));
}

fn escape(plain: &str) -> String {
    let mut escaped = String::with_capacity(plain.len());
    for byte in plain.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            for half in [byte >> 4, byte & 15] {
                escaped.extend(char::from_digit(u32::from(half), 16));
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(encoded: &str) -> String {
        match decode(encoded.as_bytes()) {
            Ok(form) => format!("{form:?}"),
            Err(error) => format!("{error}"),
        }
    }

    #[test]
    fn nested_names_and_lists_are_read() {
        insta::assert_snapshot!(
            read("name=Jenny+Rosen&metadata[order]=67%2035&images[]=a&images[]=b&f[0][name]=x"),
            @r#"{"f": Hash({"0": Hash({"name": Text("x")})}), "images": List(["a", "b"]), "metadata": Hash({"order": Text("67 35")}), "name": Text("Jenny Rosen")}"#
        );
    }

    #[test]
    fn encoded_brackets_are_brackets() {
        assert_eq!(read("metadata%5Bk%5D=v"), read("metadata[k]=v"));
    }

    #[test]
    fn a_pair_without_a_value_is_empty_and_an_empty_pair_is_nothing() {
        insta::assert_snapshot!(
            read("&metadata=&&email&"),
            @r#"{"email": Text(""), "metadata": Text("")}"#
        );
    }

    #[test]
    fn what_is_given_twice_is_refused() {
        for twice in ["a=1&a=2", "a=1&a[b]=2", "a[]=1&a=2", "a[b]=1&a[]=2", "a[b]=1&a[b]=1"] {
            assert!(matches!(decode(twice.as_bytes()), Err(FormError::Repeated { .. })), "{twice}");
        }
    }

    #[test]
    fn names_that_cannot_be_read_are_refused() {
        for odd in ["=x", "[a]=x", "a[=x", "a]=x", "a[b=x", "a[b]c=x", "a[[b]]=x", "a[][b]=x"] {
            assert!(matches!(decode(odd.as_bytes()), Err(FormError::Name { .. })), "{odd}");
        }
    }

    #[test]
    fn bad_escapes_are_refused() {
        for odd in ["a=%", "a=%4", "a=%zz", "%ff=x", "a=%c3%28"] {
            assert_eq!(decode(odd.as_bytes()), Err(FormError::Encoding), "{odd}");
        }
    }

    #[test]
    fn depth_count_and_length_are_limited() {
        let deep = |levels: usize| format!("a{}=x", "[b]".repeat(levels - 1));
        assert!(decode(deep(DEPTH).as_bytes()).is_ok());
        assert!(matches!(decode(deep(DEPTH + 1).as_bytes()), Err(FormError::TooDeep { .. })));
        let many = |count: usize| "a[]=x&".repeat(count);
        assert!(decode(many(PARAMETERS).as_bytes()).is_ok());
        assert_eq!(decode(many(PARAMETERS + 1).as_bytes()), Err(FormError::TooMany));
        let long = |length: usize| format!("{}=x", "é".repeat(length));
        assert!(decode(long(NAME).as_bytes()).is_ok());
        assert_eq!(decode(long(NAME + 1).as_bytes()), Err(FormError::NameTooLong));
    }

    fn forms() -> impl Strategy<Value = Form> {
        let name = "[^\\[\\]]{1,8}";
        let leaf = prop_oneof![
            any::<String>().prop_map(Value::Text),
            prop::collection::vec(any::<String>(), 1..4).prop_map(Value::List),
        ];
        let value = leaf.prop_recursive(3, 16, 4, move |inner| {
            prop::collection::btree_map(name, inner, 1..4).prop_map(Value::Hash)
        });
        prop::collection::btree_map(name, value, 0..5)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(form in forms()) {
            prop_assert_eq!(decode(encode(&form).as_bytes()), Ok(form));
        }

        #[test]
        fn no_bytes_make_it_panic_and_what_it_reads_is_canonical(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'['), Just(b']'), Just(b'='), Just(b'&'), Just(b'%')], 0..60)
        ) {
            if let Ok(form) = decode(&bytes) {
                prop_assert_eq!(decode(encode(&form).as_bytes()), Ok(form));
            }
        }
    }
}
