//! What can be done to a key.

use serde::Deserialize;

use super::super::words::DoneWords;

/// What can be done, by the word for it in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verb {
    Edit,
    Duplicate,
    Permissions,
    Rotate,
    Schedule,
    Cancel,
    Restrict,
    Reveal,
    Expire,
    Delete,
}

impl Verb {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Duplicate => "duplicate",
            Self::Permissions => "permissions",
            Self::Rotate => "rotate",
            Self::Schedule => "schedule",
            Self::Cancel => "cancel",
            Self::Restrict => "restrict",
            Self::Reveal => "reveal",
            Self::Expire => "expire",
            Self::Delete => "delete",
        }
    }

    /// What is told once it is done, where no value is shown.
    pub(super) fn notice(self, texts: &DoneWords) -> Option<&'static str> {
        match self {
            Self::Edit => Some(texts.saved),
            Self::Permissions => Some(texts.permitted),
            Self::Schedule => Some(texts.scheduled),
            Self::Cancel => Some(texts.cancelled),
            Self::Restrict => Some(texts.restricted),
            Self::Expire => Some(texts.expired),
            Self::Delete => Some(texts.deleted),
            Self::Duplicate | Self::Rotate | Self::Reveal => None,
        }
    }
}
