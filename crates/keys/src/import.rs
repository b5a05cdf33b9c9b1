//! Keys of another system: known by a hash of their values alone, until they are used.

use jiff::Timestamp;

use crate::decide::Words;
use crate::{
    AllowListError, Digest, Grants, IpRestriction, Mask, Pepper, Peppers, PermissionError, Refusal,
};

/// The most keys of one import: one transaction takes them all, and other writers wait for it.
pub const IMPORTED_AT_ONCE: usize = 1000;
/// The lengths of a value that may have been imported.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=255;

/// How another system hashed its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// SHA-256 of the value.
    Sha256,
    /// HMAC-SHA-256 of the value under a pepper of that system.
    HmacSha256,
}

impl Scheme {
    /// The word for it in rows and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::HmacSha256 => "hmac_sha256",
        }
    }

    /// The scheme of that word, however it is capitalised and joined.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().replace('-', "_").as_str() {
            "sha256" | "sha_256" => Some(Self::Sha256),
            "hmac_sha256" | "hmac_sha_256" => Some(Self::HmacSha256),
            _ => None,
        }
    }
}

/// Where the value of a key comes from, and thereby what the key is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// It was made here.
    Minted,
    /// It was imported, and is known by the hash of the system that it comes from.
    Imported(Scheme),
    /// It was imported, and is digested like all others since it was used.
    Adopted,
}

/// What another system kept of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ForeignDigest {
    /// How it was made.
    pub scheme: Scheme,
    /// Its 32 bytes.
    pub digest: Digest,
}

impl ForeignDigest {
    /// A digest from its 64 hex digits.
    ///
    /// # Errors
    /// When there are others.
    pub fn from_hex(scheme: Scheme, hex: &str) -> Result<Self, ImportFault> {
        let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
        let mut bytes = [0u8; 32];
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(ImportFault::Hash);
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            for digit in pair {
                let digit = char::from(*digit).to_digit(16).ok_or(ImportFault::Hash)?;
                *byte = *byte << 4 | u8::try_from(digit).unwrap_or_default();
            }
        }
        Ok(Self { scheme, digest: Digest::from_bytes(bytes) })
    }
}

/// It tells the scheme alone: who guesses at a value of few characters could confirm it by its hash.
impl std::fmt::Debug for ForeignDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.scheme)
    }
}

/// A presented text that may be the value of an imported key: printable, and neither short nor long.
#[derive(Clone, Copy)]
pub struct ForeignValue<'a>(&'a [u8]);

impl<'a> ForeignValue<'a> {
    /// The text, if it may be one.
    #[must_use]
    pub fn of(text: &'a [u8]) -> Option<Self> {
        let fits = LENGTHS.contains(&text.len()) && text.iter().all(u8::is_ascii_graphic);
        fits.then_some(Self(text))
    }

    /// What the key is found by once it was used.
    #[must_use]
    pub fn digest(&self, pepper: &Pepper) -> Digest {
        pepper.digest(self.0)
    }

    /// What the key may be found by until then.
    pub fn foreign(&self, peppers: &Peppers) -> impl Iterator<Item = ForeignDigest> {
        let text = self.0;
        let plain = std::iter::once_with(move || Digest::sha256(text))
            .map(|digest| ForeignDigest { scheme: Scheme::Sha256, digest });
        let keyed = peppers.imported().map(move |pepper| pepper.digest(text));
        let keyed = keyed.map(|digest| ForeignDigest { scheme: Scheme::HmacSha256, digest });
        plain.chain(keyed)
    }

    /// What becomes of the key now that its value was seen.
    #[must_use]
    pub fn adoption(&self, pepper: &Pepper) -> Adoption {
        let (digest, pepper_version) = (self.digest(pepper), pepper.version());
        Adoption { digest, pepper_version, tail: Mask::of(self.0).tail() }
    }
}

/// What takes the place of a foreign digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adoption {
    /// The digest under a pepper of ours.
    pub digest: Digest,
    /// Under which.
    pub pepper_version: u32,
    /// The last four characters of the value, where they may be told.
    pub tail: Option<[u8; 4]>,
}

/// A key that is to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedKey {
    /// What people call it.
    pub name: String,
    /// Where its value is, in the words of whoever knows.
    pub note: Option<String>,
    /// What is known of its value.
    pub foreign: ForeignDigest,
    /// The last four characters of its value, if they are known.
    pub tail: Option<[u8; 4]>,
    /// What it may do, if it is restricted; otherwise it is a secret key.
    pub grants: Option<Grants>,
    /// From where it may be used.
    pub restriction: IpRestriction,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
}

impl ImportedKey {
    /// What people write at it, checked.
    pub(crate) fn words(&self) -> Result<Words, ImportFault> {
        let words = Words::new(&self.name, self.note.clone());
        words.map_err(|refusal| ImportFault::Words(Box::new(refusal)))
    }
}

/// Why a key cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportFault {
    /// A hash that is none.
    #[error("`hash` is 64 hex digits")]
    Hash,
    /// A way of hashing that is not known.
    #[error("`algorithm` is sha256 or hmac_sha256")]
    Algorithm,
    /// Neither secret nor restricted.
    #[error("`type` is secret or restricted")]
    Type,
    /// Permissions for a key that may do everything.
    #[error("a secret key takes no permissions; say `type` restricted")]
    SecretNeedsNoPermissions,
    /// A permission that is none.
    #[error(transparent)]
    Permission(#[from] PermissionError),
    /// A list of addresses that is none.
    #[error(transparent)]
    AllowList(#[from] AllowListError),
    /// A tail that is none.
    #[error("`last4` is four letters or digits")]
    Tail,
    /// A time that is none.
    #[error("`expires_at` is a time such as 2027-01-31T12:00:00Z")]
    Time,
    /// A key that has ended.
    #[error("`expires_at` lies in the past")]
    Ended,
    /// A name or note that cannot be kept.
    #[error(transparent)]
    Words(Box<Refusal>),
    /// The same hash before.
    #[error("the same hash stands before")]
    Twice,
    /// A key that is here already.
    #[error("there is a key with this hash already")]
    Known,
}

/// A key that cannot be imported, by its place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEntry {
    /// Its place, from zero.
    pub place: usize,
    /// Why.
    pub fault: ImportFault,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_another_system_is_found_by_either_hash() {
        let peppers = Peppers::new(Pepper::new(1, &[1; 32]), None)
            .importing(Some(Pepper::of_any_length(0, b"Jefe")));
        let value = ForeignValue::of(b"what-do-ya-want-for-nothing?").unwrap();
        let hashes: Vec<_> = value.foreign(&peppers).collect();
        // As sha256sum, and openssl dgst -hmac, tell them.
        let sha = "891bc962e29c9ef6b637d63adf21e5c5753247305cfcebbec54f24f9c3d3783a";
        let keyed = "5a009baf454799a316a08e0261c4c31a58f951f1436904b5a7a883706501d927";
        let known = |scheme, hex| ForeignDigest::from_hex(scheme, hex).unwrap();
        assert!(hashes == [known(Scheme::Sha256, sha), known(Scheme::HmacSha256, keyed)]);
    }

    #[test]
    fn short_long_and_unprintable_texts_are_no_values() {
        let is_one = |text: &str| ForeignValue::of(text.as_bytes()).is_some();
        assert!(!is_one(&"a".repeat(15)) && is_one(&"a".repeat(16)));
        assert!(is_one(&"a".repeat(255)) && !is_one(&"a".repeat(256)));
        assert!(!is_one("sixteen letters with spaces") && !is_one("sixteenletters-é"));
    }

    #[test]
    fn a_hash_is_sixty_four_hex_digits_of_either_case() {
        let hash = |hex: &str| ForeignDigest::from_hex(Scheme::Sha256, hex);
        assert_eq!(hash(&"aB".repeat(32)).unwrap().digest.to_bytes(), [0xab; 32]);
        for wrong in ["", "ab", &"a".repeat(63), &"a".repeat(66), &"xy".repeat(32)] {
            assert_eq!(hash(wrong), Err(ImportFault::Hash));
        }
    }

    #[test]
    fn a_foreign_digest_prints_nothing_of_itself() {
        let digest = ForeignDigest::from_hex(Scheme::HmacSha256, &"ab".repeat(32)).unwrap();
        assert_eq!(format!("{digest:?}"), "HmacSha256");
    }
}
