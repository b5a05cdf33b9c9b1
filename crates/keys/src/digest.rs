//! What is kept of a key: HMAC-SHA-256 of its value under the server's pepper.
//!
//! A keyed hash, so that a reader of the database cannot confirm a key that was found elsewhere and
//! a writer of the database cannot mint one. No slow hash is needed for 190 random bits.

mod keyed;

use sha2::Sha256;

use keyed::{BLOCK, Keyed, words};

/// What stands in for a key value in the store and in the directory.
#[derive(Clone, Copy)]
pub struct Digest([u64; 4]);

impl Digest {
    /// A digest from its 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(words(bytes))
    }

    /// The bare SHA-256 of a text.
    pub(crate) fn sha256(text: &[u8]) -> Self {
        use sha2::Digest as _;
        Self::from_bytes(Sha256::digest(text).into())
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0u8; 32];
        let (chunks, _) = bytes.as_chunks_mut::<8>();
        for (chunk, word) in chunks.iter_mut().zip(self.0) {
            *chunk = word.to_le_bytes();
        }
        bytes
    }

    /// Its first twenty bytes, for where room is dear: of 160 random bits no two are the same.
    #[must_use]
    pub fn short(self) -> ShortDigest {
        let [a, b, c, _] = self.0;
        ShortDigest([a, b], c.to_le_bytes().first_chunk().map_or(0, |c| u32::from_le_bytes(*c)))
    }

    /// Eight of its bytes as a number, uniform enough to be used as a hash.
    #[must_use]
    pub fn prefix(self) -> u64 {
        let [first, ..] = self.0;
        first
    }
}

/// The first twenty bytes of a [`Digest`].
#[derive(Clone, Copy)]
#[repr(Rust, packed(4))]
pub struct ShortDigest([u64; 2], u32);

impl ShortDigest {
    /// The same as [`Digest::prefix`].
    #[must_use]
    pub fn prefix(self) -> u64 {
        let [first, _] = self.0;
        first
    }
}

impl PartialEq for ShortDigest {
    fn eq(&self, other: &Self) -> bool {
        let ([a, b], [x, y]) = (self.0, other.0);
        (a ^ x) | (b ^ y) | u64::from(self.1 ^ other.1) == 0
    }
}

impl Eq for ShortDigest {}

// Without a branch on the content, so that the time taken tells nothing of it.
impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
    }
}

impl Eq for Digest {}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digest")
    }
}

/// The server's secret that keys are digested under.
#[derive(Clone)]
pub struct Pepper {
    version: u32,
    keyed: Keyed,
}

impl Pepper {
    /// A pepper from its 32 secret bytes; `version` is kept beside each digest made with it.
    #[must_use]
    pub fn new(version: u32, secret: &[u8; 32]) -> Self {
        // The key block of HMAC is 64 bytes: padded here, so that no length can be wrong.
        let mut block = zeroize::Zeroizing::new([0u8; BLOCK]);
        if let Some((head, _)) = block.split_first_chunk_mut::<32>() {
            *head = *secret;
        }
        Self { version, keyed: Keyed::new(&block) }
    }

    /// A pepper of another system, which may have any length.
    #[must_use]
    pub fn of_any_length(version: u32, secret: &[u8]) -> Self {
        let mut block = zeroize::Zeroizing::new([0u8; BLOCK]);
        // What is longer than the block goes in as its hash (RFC 2104).
        match block.get_mut(..secret.len()) {
            Some(head) => head.copy_from_slice(secret),
            None => {
                if let Some((head, _)) = block.split_first_chunk_mut::<32>() {
                    *head = Digest::sha256(secret).to_bytes();
                }
            }
        }
        Self { version, keyed: Keyed::new(&block) }
    }

    /// Which pepper this is.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// A number that tells peppers apart and tells nothing of them.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.digest(b"keyway: the fingerprint of a secret").prefix()
    }

    /// The digest of something that is no key: what it is, then its parts.
    ///
    /// No two lists of parts, and no key value, are the same text: each part stands behind its
    /// length, and no key begins like the label.
    #[must_use]
    pub fn digest_of(&self, what: &str, parts: &[&[u8]]) -> Digest {
        Digest(self.keyed.digest_of_pieces(|add| {
            add(b"keyway: ");
            for part in std::iter::once(&what.as_bytes()).chain(parts) {
                add(&(part.len() as u64).to_be_bytes());
                add(part);
            }
        }))
    }

    /// The digest of a key's text.
    pub(crate) fn digest(&self, text: &[u8]) -> Digest {
        Digest(self.keyed.digest(text))
    }
}

impl std::fmt::Debug for Pepper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pepper {}", self.version)
    }
}

/// The peppers in use: one that new keys are digested with, at most one before it, and at most one
/// that another system digested its keys with.
#[derive(Debug, Clone)]
pub struct Peppers {
    current: Pepper,
    previous: Option<Pepper>,
    imported: Option<Pepper>,
}

impl Peppers {
    /// `previous` is kept while keys that were digested with it live on.
    #[must_use]
    pub fn new(current: Pepper, previous: Option<Pepper>) -> Self {
        Self { current, previous, imported: None }
    }

    /// The same, with the pepper of the system that keys are imported from.
    #[must_use]
    pub fn importing(self, imported: Option<Pepper>) -> Self {
        Self { imported, ..self }
    }

    /// The pepper of the system that keys are imported from, if it had one that is known.
    pub(crate) fn imported(&self) -> impl Iterator<Item = &Pepper> {
        self.imported.iter()
    }

    /// The one for new keys.
    #[must_use]
    pub fn current(&self) -> &Pepper {
        &self.current
    }

    /// All of ours, the likeliest first.
    pub fn iter(&self) -> impl Iterator<Item = &Pepper> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_hmac_sha_256() {
        // RFC 4231, test case 2: key "Jefe", which the block pads with zeros as this pepper does.
        let mut secret = [0u8; 32];
        secret[..4].copy_from_slice(b"Jefe");
        let digest = Pepper::new(1, &secret).digest(b"what do ya want for nothing?");
        let number = digest.to_bytes().map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(number, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn another_pepper_gives_another_digest() {
        let (a, b) = (Pepper::new(1, &[1; 32]), Pepper::new(2, &[2; 32]));
        assert!(a.digest(b"sk_test_x") != b.digest(b"sk_test_x"));
        assert!(a.digest(b"sk_test_x") == a.digest(b"sk_test_x"));
    }

    #[test]
    fn neither_digest_nor_pepper_prints_its_content() {
        let pepper = Pepper::new(3, b"secret secret secret secret secr");
        assert_eq!(format!("{:?} {:?}", pepper, pepper.digest(b"x")), "Pepper 3 Digest");
    }
}
