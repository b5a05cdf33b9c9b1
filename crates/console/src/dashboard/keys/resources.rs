//! The resources that permissions name. Those of Keyway itself are always there.

use super::super::words::{ENGLISH, RestrictedWords};

/// What keys may do at Keyway itself, beside the settings of `account`.
const MANAGEMENT: [&str; 2] = ["api_key", "member"];

/// The same, with what people call it.
pub(super) fn management(words: &RestrictedWords) -> [(&'static str, &'static str); 2] {
    let [keys, members] = MANAGEMENT;
    [(keys, words.api_keys), (members, words.members)]
}

/// The names of all resources.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let listed =
        ENGLISH.restricted.groups.iter().flat_map(|group| group.resources).map(|(name, _)| *name);
    listed.chain(MANAGEMENT)
}
