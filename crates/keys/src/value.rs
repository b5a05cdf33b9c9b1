//! The key value: the text that a caller sends. Minted once, shown once, never stored.
//!
//! Form: prefix, 32 random base62 characters (190 bits), and six base62 characters of the CRC-32 of
//! all that stands before. The checksum answers typos without a look-up and lets scanners confirm a
//! find; it is no security control.

use zeroize::Zeroizing;

use crate::base62::{self, U32_DIGITS};
use crate::{Digest, Entropy, Form, Mask, Pepper};

/// Random characters in a key value.
const BODY: usize = 32;
/// What stands in the place of the random characters in examples. No key is made with it.
const EXAMPLE: [u8; BODY] = *b"ThisIsAnExampleAndWorksNowhere00";

/// The value of a key that was just made.
///
/// It has no `Debug`, `Display` or `Serialize`, and its memory is wiped when dropped; the one way to
/// its text is [`KeyValue::expose`].
pub struct KeyValue {
    text: Zeroizing<String>,
    form: Form,
}

impl KeyValue {
    /// Makes a new value, which is no example.
    pub fn mint(form: Form, entropy: &mut dyn Entropy) -> Self {
        let mut body = Zeroizing::new(EXAMPLE);
        while *body == EXAMPLE {
            base62::fill_random(body.as_mut(), entropy);
        }
        Self::of(form, &body)
    }

    /// A value for documents: well formed, with a right checksum, and of no key, since none is made
    /// with it.
    #[must_use]
    pub fn example(form: Form) -> Self {
        Self::of(form, &EXAMPLE)
    }

    fn of(form: Form, body: &[u8; BODY]) -> Self {
        // Room for all of it from the start: a growing string would leave copies behind.
        let mut text =
            Zeroizing::new(String::with_capacity(form.prefix().len() + BODY + U32_DIGITS));
        text.push_str(form.prefix());
        text.extend(body.iter().map(|byte| char::from(*byte)));
        let checksum = base62::encode_u32(crc32fast::hash(text.as_bytes()));
        text.extend(checksum.iter().map(|byte| char::from(*byte)));
        Self { text, form }
    }

    /// Takes back a value that was sealed.
    ///
    /// # Errors
    /// When the text is no key value.
    pub fn from_sealed(text: Zeroizing<String>) -> Result<Self, Malformed> {
        let form = Presented::parse(text.as_bytes())?.form();
        Ok(Self { text, form })
    }

    /// The text itself, for the one answer that shows it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Kind and side, as the prefix says.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// What is kept of it.
    #[must_use]
    pub fn digest(&self, pepper: &Pepper) -> Digest {
        pepper.digest(self.text.as_bytes())
    }

    /// How it is named from now on.
    #[must_use]
    pub fn mask(&self) -> Mask {
        Mask::of(self.text.as_bytes())
    }
}

/// Why a presented text is no key value. Found without a hash and without a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It begins like no key.
    #[error("it begins like no key")]
    Prefix,
    /// It is longer or shorter than a key.
    #[error("it is longer or shorter than a key")]
    Length,
    /// It holds a character that no key holds.
    #[error("it holds a character that no key holds")]
    Character,
    /// Its last six characters do not fit the rest.
    #[error("its last six characters do not fit the rest")]
    Checksum,
}

/// A text that a caller presented and that has the form of a key value.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    text: &'a [u8],
    form: Form,
}

impl<'a> Presented<'a> {
    /// Checks form and checksum.
    ///
    /// # Errors
    /// Says what is wrong with the text; it never holds any of it.
    pub fn parse(text: &'a [u8]) -> Result<Self, Malformed> {
        let (form, body) = Form::split(text).ok_or(Malformed::Prefix)?;
        if body.len() != BODY + U32_DIGITS {
            return Err(Malformed::Length);
        }
        if !base62::is_base62(body) {
            return Err(Malformed::Character);
        }
        let (summed, checksum) = text.split_last_chunk::<U32_DIGITS>().ok_or(Malformed::Length)?;
        if base62::decode_u32(*checksum) == u64::from(crc32fast::hash(summed)) {
            Ok(Self { text, form })
        } else {
            Err(Malformed::Checksum)
        }
    }

    /// Kind and side, as the prefix says.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// What to look the key up by.
    #[must_use]
    pub fn digest(&self, pepper: &Pepper) -> Digest {
        pepper.digest(self.text)
    }

    /// How to name it in an answer.
    #[must_use]
    pub fn mask(&self) -> Mask {
        Mask::of(self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Kind, Livemode};

    fn any_form() -> impl Strategy<Value = Form> {
        let kinds =
            [Kind::Publishable, Kind::Secret, Kind::Restricted, Kind::Organization].as_slice();
        let sides = [Livemode::Live, Livemode::Test].as_slice();
        (prop::sample::select(kinds), prop::sample::select(sides))
            .prop_map(|(kind, livemode)| Form { kind, livemode })
    }

    fn minted(form: Form, seed: &[u8]) -> KeyValue {
        let mut bytes = seed.iter().cycle();
        KeyValue::mint(form, &mut |room: &mut [u8]| {
            for slot in room {
                *slot = *bytes.next().unwrap();
            }
        })
    }

    fn pepper() -> Pepper {
        Pepper::new(1, &[7; 32])
    }

    proptest! {
        #[test]
        fn what_is_minted_is_parsed_and_digests_the_same(
            form in any_form(), seed in prop::collection::vec(0u8..248, 1..64),
        ) {
            let value = minted(form, &seed);
            let presented = Presented::parse(value.expose().as_bytes()).unwrap();
            prop_assert_eq!(presented.form(), form);
            prop_assert!(presented.digest(&pepper()) == value.digest(&pepper()));
            prop_assert_eq!(value.expose().len(), form.prefix().len() + 38);
        }

        #[test]
        fn any_single_changed_character_is_refused_offline(
            form in any_form(), seed in prop::collection::vec(0u8..248, 1..64),
            place in any::<prop::sample::Index>(), other in any::<u8>(),
        ) {
            let value = minted(form, &seed);
            let mut text = value.expose().as_bytes().to_vec();
            let place = place.index(text.len());
            prop_assume!(text[place] != other);
            text[place] = other;
            prop_assert!(Presented::parse(&text).is_err());
        }

        #[test]
        fn no_text_at_all_makes_the_parser_fall(text in prop::collection::vec(any::<u8>(), 0..80)) {
            let _parsed = Presented::parse(&text);
        }
    }

    #[test]
    fn no_key_is_made_with_the_value_of_an_example() {
        let form = Form { kind: Kind::Secret, livemode: Livemode::Test };
        let example = KeyValue::example(form);
        assert_eq!(example.expose(), "sk_test_ThisIsAnExampleAndWorksNowhere001HkS0R");
        assert!(Presented::parse(example.expose().as_bytes()).is_ok());
        // Chance that says the very characters of the example first, and others after it.
        let digit = |letter: u8| match letter {
            b'0'..=b'9' => letter - b'0',
            b'A'..=b'Z' => letter - b'A' + 10,
            _ => letter - b'a' + 36,
        };
        let mut rounds = 0;
        let minted = KeyValue::mint(form, &mut |room: &mut [u8]| {
            rounds += 1;
            let said = if rounds == 1 { EXAMPLE.map(digit) } else { [61; BODY] };
            room.fill(0);
            room.iter_mut().zip(said).for_each(|(slot, digit)| *slot = digit);
        });
        assert_eq!(rounds, 2);
        assert_ne!(minted.expose(), example.expose());
        assert!(minted.expose().starts_with(&format!("sk_test_{}", "z".repeat(BODY))));
    }

    #[test]
    fn each_fault_is_told_apart() {
        let parse = |text: &str| Presented::parse(text.as_bytes()).map(|_| ()).unwrap_err();
        assert_eq!(parse("hunter2"), Malformed::Prefix);
        assert_eq!(parse("sk_test_short"), Malformed::Length);
        assert_eq!(parse("sk_test_0123456789abcdefghijklmnopqrstuv-00000"), Malformed::Character);
        assert_eq!(parse("sk_test_0123456789abcdefghijklmnopqrstuv000000"), Malformed::Checksum);
    }
}
