//! How a key is named where its value must not stand.

use std::fmt;

use crate::Form;

/// The redacted form of a key value: its prefix and its last four characters.
///
/// Display gives the form of pages and rows (`sk_test_…4a7Q`); [`Mask::starred`] that of API errors.
/// Of a text that is no key, at most the last four characters are kept, and of a short one nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mask {
    form: Option<Form>,
    tail: Option<[u8; 4]>,
}

/// A text shorter than this is hidden whole: four of its characters would give too much away.
const SHORTEST_WITH_TAIL: usize = 20;

impl Mask {
    /// The mask of what a caller presented, key or not.
    #[must_use]
    pub fn of(presented: &[u8]) -> Self {
        let form = Form::split(presented).map(|(form, _)| form);
        let tail = presented
            .last_chunk::<4>()
            .filter(|_| presented.len() >= SHORTEST_WITH_TAIL)
            .filter(|tail| tail.iter().all(u8::is_ascii_alphanumeric))
            .copied();
        Self { form, tail }
    }

    /// The mask of a key by what is kept of its value.
    #[must_use]
    pub fn of_kept(form: Form, tail: [u8; 4]) -> Self {
        Self { form: Some(form), tail: Some(tail) }
    }

    /// The mask of a value that was made elsewhere, of which at most the end is known.
    #[must_use]
    pub fn of_foreign(tail: [u8; 4]) -> Self {
        Self { form: None, tail: Some(tail).filter(|tail| *tail != Self::NO_TAIL) }
    }

    /// What stands for the last four characters where they are not known.
    pub const NO_TAIL: [u8; 4] = *b"----";

    /// The last four characters, where there are enough to tell them.
    #[must_use]
    pub fn tail(self) -> Option<[u8; 4]> {
        self.tail
    }

    /// The form of API errors: `sk_test_**********4a7Q`.
    #[must_use]
    pub fn starred(self) -> String {
        self.with_middle("**********")
    }

    fn with_middle(self, middle: &str) -> String {
        let prefix = self.form.map_or("", Form::prefix);
        let tail: String = self.tail.iter().flatten().map(|byte| char::from(*byte)).collect();
        format!("{prefix}{middle}{tail}")
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_middle("…"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_prefix_and_last_four() {
        let mask = Mask::of(b"sk_test_0123456789abcdefghijklmnopqr4a7Q");
        assert_eq!(mask.to_string(), "sk_test_…4a7Q");
        assert_eq!(mask.starred(), "sk_test_**********4a7Q");
    }

    #[test]
    fn of_a_value_that_was_made_elsewhere_only_the_end_is_told() {
        assert_eq!(Mask::of_foreign(*b"4a7Q").to_string(), "…4a7Q");
        assert_eq!(Mask::of_foreign(Mask::NO_TAIL).to_string(), "…");
    }

    #[test]
    fn what_is_no_key_gives_little_away() {
        assert_eq!(Mask::of(b"hunter2").starred(), "**********");
        assert_eq!(Mask::of(b"sk_test_abc").starred(), "sk_test_**********");
        assert_eq!(Mask::of(b"eyJhbGciOiJIUzI1NiJ9.e30.x\"y").starred(), "**********");
        assert_eq!(
            Mask::of("sk_test_aaaaaaaaaaaaaaaaaé".as_bytes()).starred(),
            "sk_test_**********"
        );
    }
}
