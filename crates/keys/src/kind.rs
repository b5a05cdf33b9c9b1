//! What sorts of keys there are, and which side of the line between live and test they stand on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{IdError, SandboxId};

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Safe in pages and apps; opens only what the catalog marks so.
    Publishable,
    /// Opens everything of its account and mode.
    Secret,
    /// Opens what its permissions say.
    Restricted,
    /// Opens accounts of its organization, each request naming one.
    Organization,
}

impl Kind {
    /// The word for it in headers, rows and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publishable => "publishable",
            Self::Secret => "secret",
            Self::Restricted => "restricted",
            Self::Organization => "organization",
        }
    }
}

/// Whether a key moves real money, as its text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Livemode {
    /// `_live_`
    Live,
    /// `_test_`: every sandbox
    Test,
}

impl Livemode {
    /// The word for it in rows and in the text of keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    /// The side of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Live, Self::Test].into_iter().find(|side| side.as_str() == word)
    }
}

/// One side of an account: live, or one of its sandboxes.
///
/// Nothing of one mode is ever visible in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Real.
    Live,
    /// Simulated.
    Sandbox(SandboxId),
}

impl Mode {
    /// Which key texts belong to this mode.
    #[must_use]
    pub fn livemode(self) -> Livemode {
        match self {
            Self::Live => Livemode::Live,
            Self::Sandbox(_) => Livemode::Test,
        }
    }
}

impl Mode {
    /// Appends its text, as [`fmt::Display`] writes it.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        match self {
            Self::Live => out.extend_from_slice(b"live"),
            Self::Sandbox(id) => id.write_to(out),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Live => f.write_str("live"),
            Self::Sandbox(id) => id.fmt(f),
        }
    }
}

/// Why a text names no mode.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a mode is `live` or a sandbox: {0}")]
pub struct ModeError(#[from] IdError);

impl FromStr for Mode {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, ModeError> {
        match text {
            "live" => Ok(Self::Live),
            sandbox => Ok(Self::Sandbox(sandbox.parse()?)),
        }
    }
}

impl Serialize for Mode {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mode {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A kind on one side of the line: what the text of a key begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Form {
    /// What the key may be used for.
    pub kind: Kind,
    /// Live or test.
    pub livemode: Livemode,
}

impl Form {
    /// What a key of this form begins with.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match (self.kind, self.livemode) {
            (Kind::Publishable, Livemode::Live) => "pk_live_",
            (Kind::Publishable, Livemode::Test) => "pk_test_",
            (Kind::Secret, Livemode::Live) => "sk_live_",
            (Kind::Secret, Livemode::Test) => "sk_test_",
            (Kind::Restricted, Livemode::Live) => "rk_live_",
            (Kind::Restricted, Livemode::Test) => "rk_test_",
            (Kind::Organization, Livemode::Live) => "sk_org_live_",
            (Kind::Organization, Livemode::Test) => "sk_org_test_",
        }
    }

    /// The form of a text by its beginning, with what follows it.
    pub(crate) fn split(text: &[u8]) -> Option<(Self, &[u8])> {
        let (kind, rest) = match text.split_first_chunk::<3>()? {
            (b"pk_", rest) => (Kind::Publishable, rest),
            (b"rk_", rest) => (Kind::Restricted, rest),
            (b"sk_", rest) => match rest.strip_prefix(b"org_") {
                Some(rest) => (Kind::Organization, rest),
                None => (Kind::Secret, rest),
            },
            _ => return None,
        };
        let (livemode, body) = match rest.split_first_chunk::<5>()? {
            (b"live_", body) => (Livemode::Live, body),
            (b"test_", body) => (Livemode::Test, body),
            _ => return None,
        };
        Some((Self { kind, livemode }, body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_known_by_its_prefix() {
        for kind in [Kind::Publishable, Kind::Secret, Kind::Restricted, Kind::Organization] {
            for livemode in [Livemode::Live, Livemode::Test] {
                let form = Form { kind, livemode };
                let text = format!("{}body", form.prefix());
                assert_eq!(Form::split(text.as_bytes()), Some((form, b"body".as_slice())));
            }
        }
        assert_eq!(Form::split(b"rk_org_test_body"), None);
        assert_eq!(Form::split(b"sk_body"), None);
        assert_eq!(Form::split(b""), None);
    }

    #[test]
    fn a_mode_is_live_or_a_sandbox() {
        assert_eq!("live".parse(), Ok(Mode::Live));
        let sandbox: Mode = "sbx_0123456789abcdef".parse().unwrap();
        assert_eq!(sandbox.to_string(), "sbx_0123456789abcdef");
        assert_eq!(
            "test".parse::<Mode>().unwrap_err().to_string(),
            "a mode is `live` or a sandbox: not a sandbox id: it is `sbx_` followed by 16 letters and digits"
        );
    }
}
