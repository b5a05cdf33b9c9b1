//! HMAC-SHA-256 (RFC 2104) with both of its states prepared, made for texts that end in one block.
//!
//! The digest of its key is the dearest part of an admission. Made for texts that come in pieces, it
//! takes a third longer, as it buffers what may be less than a block. So what is long goes that way, and
//! what is short, as all keys are, goes from the state to the digest.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sha2::block_api::compress256;
use zeroize::Zeroizing;

/// The secret of a keyed hash, in the form in which it is used.
#[derive(Clone)]
pub(super) struct Keyed {
    inner: State,
    outer: State,
    pieces: Hmac<Sha256>,
}

/// What SHA-256 has made of the blocks before.
#[derive(Clone, Copy)]
struct State([u32; 8]);

/// How long a block is.
pub(super) const BLOCK: usize = 64;

impl Keyed {
    /// The secret, filled up with zeros.
    pub(super) fn new(secret: &[u8; BLOCK]) -> Self {
        let [inner, outer] =
            [0x36, 0x5c].map(|pad| State::after(&Zeroizing::new(secret.map(|byte| byte ^ pad))));
        Self { inner, outer, pieces: Hmac::new(&(*secret).into()) }
    }

    /// The digest of a text.
    pub(super) fn digest(&self, text: &[u8]) -> [u64; 4] {
        let short = self.inner.end(text).and_then(|inner| self.outer.end(&inner.to_bytes()));
        short.map_or_else(|| self.digest_of_pieces(|add| add(text)), State::to_words)
    }

    /// The digest of all pieces that are added, one after the other.
    pub(super) fn digest_of_pieces(&self, add_all: impl FnOnce(&mut dyn FnMut(&[u8]))) -> [u64; 4] {
        let mut state = self.pieces.clone();
        add_all(&mut |piece| state.update(piece));
        words(state.finalize().into_bytes().into())
    }
}

impl State {
    /// Before the first block (FIPS 180-4, section 5.3.3).
    const START: [u32; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];

    /// After the first block.
    fn after(first: &[u8; BLOCK]) -> Self {
        let mut state = Self::START;
        compress256(&mut state, std::slice::from_ref(first));
        Self(state)
    }

    /// After the last block, if that has room for the text: behind it one bit that is set, and at its end
    /// the number of bits, those of the block before it included (FIPS 180-4, section 5.1.1).
    fn end(self, text: &[u8]) -> Option<Self> {
        let Ok(bits) = u64::try_from((BLOCK + text.len()) * 8) else { return None };
        let mut block = [0u8; BLOCK];
        let (room, length) = block.split_last_chunk_mut::<8>()?;
        *length = bits.to_be_bytes();
        *room.get_mut(text.len())? = 0x80;
        room.get_mut(..text.len())?.copy_from_slice(text);
        let mut state = self.0;
        compress256(&mut state, &[block]);
        Some(Self(state))
    }

    fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0u8; 32];
        let (places, _) = bytes.as_chunks_mut::<4>();
        for (place, word) in places.iter_mut().zip(self.0) {
            *place = word.to_be_bytes();
        }
        bytes
    }

    fn to_words(self) -> [u64; 4] {
        words(self.to_bytes())
    }
}

/// A digest as numbers, which are compared faster.
pub(super) fn words(bytes: [u8; 32]) -> [u64; 4] {
    let mut words = [0u64; 4];
    let (chunks, _) = bytes.as_chunks::<8>();
    for (word, chunk) in words.iter_mut().zip(chunks) {
        *word = u64::from_le_bytes(*chunk);
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_of_every_length_has_the_digest_that_its_pieces_have() {
        let text: Vec<u8> = (0..200).collect();
        let keyed = Keyed::new(&[7; BLOCK]);
        for length in 0..text.len() {
            let text = &text[..length];
            assert_eq!(keyed.digest(text), keyed.digest_of_pieces(|add| add(text)), "{length}");
        }
        // What is told apart here: 55 bytes are the longest that end in one block.
        assert!(keyed.inner.end(&text[..55]).is_some() && keyed.inner.end(&text[..56]).is_none());
    }

    proptest! {
        #[test]
        fn it_is_hmac_whatever_the_secret_and_the_text(
            secret in any::<[u8; 32]>(), text in prop::collection::vec(any::<u8>(), 0..80),
        ) {
            let mut block = [0; BLOCK];
            block[..32].copy_from_slice(&secret);
            let mut hmac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
            hmac.update(&text);
            let expected = words(hmac.finalize().into_bytes().into());
            prop_assert_eq!(Keyed::new(&block).digest(&text), expected);
        }
    }
}
