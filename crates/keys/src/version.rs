//! Versions of the API behind the gateway: `YYYY-MM-DD` or `YYYY-MM-DD.name`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// One version of the API. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(Arc<str>);

/// Why a text is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a version is a date with or without a name, as in `2026-06-24.dahlia`")]
pub struct VersionError;

impl Version {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let (date, name) = match text.split_once('.') {
            Some((date, name)) => (date, Some(name)),
            None => (text, None),
        };
        let named = name.is_none_or(|name| {
            !name.is_empty()
                && name.len() <= 32
                && name.bytes().all(|byte| byte.is_ascii_lowercase())
        });
        // Written in full, so that versions compare as their dates do.
        let dated = date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok();
        if named && dated { Ok(Self(text.into())) } else { Err(VersionError) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The versions that the API behind the gateway knows; never none.
#[derive(Debug, Clone)]
pub struct Versions {
    newest: Version,
    older: Box<[Version]>,
}

impl Versions {
    /// The known versions, in any order; `None` when there are none.
    #[must_use]
    pub fn new(mut versions: Vec<Version>) -> Option<Self> {
        versions.sort_unstable();
        versions.dedup();
        let newest = versions.pop()?;
        versions.reverse();
        Some(Self { newest, older: versions.into() })
    }

    /// The newest one: what accounts start with, and what errors recommend.
    #[must_use]
    pub fn newest(&self) -> &Version {
        &self.newest
    }

    /// The version of that text, if it is known.
    #[must_use]
    pub fn find(&self, text: &[u8]) -> Option<&Version> {
        self.iter().find(|version| version.0.as_bytes() == text)
    }

    /// All, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.newest).chain(&self.older)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_date_with_or_without_a_name() {
        for text in ["2026-06-24.dahlia", "2019-12-03"] {
            assert_eq!(text.parse::<Version>().unwrap().as_str(), text);
        }
        for text in ["", "2026-06-24.", "2026-13-01", "2026-6-24", "latest", "2026-06-24.Dahlia"] {
            assert_eq!(text.parse::<Version>(), Err(VersionError), "{text}");
        }
    }

    #[test]
    fn the_newest_is_known_whatever_the_order() {
        let all = ["2025-03-31.basil", "2026-06-24.dahlia", "2019-12-03"];
        let versions =
            Versions::new(all.iter().map(|text| text.parse().unwrap()).collect()).unwrap();
        assert_eq!(versions.newest().as_str(), "2026-06-24.dahlia");
        assert_eq!(versions.find(b"2019-12-03").unwrap().as_str(), "2019-12-03");
        assert_eq!(versions.find(b"2019-12-04"), None);
        assert!(Versions::new(Vec::new()).is_none());
    }
}
