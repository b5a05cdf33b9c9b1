//! Values that may be read back are kept sealed: AES-256-GCM under a key that is not in the
//! database, bound to the row they belong to.
//!
//! An envelope is: format (1 byte), id of the sealing key (4, big-endian), nonce (12), what is
//! sealed, tag (16).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use keys::{Entropy, KeyId, KeyValue, Peppers, Place};
use zeroize::Zeroizing;

use crate::StoreError;

/// The one format there is.
const FORMAT: u8 = 1;
/// Format and id of the sealing key.
const HEADER: usize = 5;
/// What GCM adds.
const TAG: usize = 16;

/// What the store must know and the database must not.
#[derive(Debug)]
pub struct Secrets {
    /// What key values are digested under.
    pub peppers: Peppers,
    /// What values that may be read back are sealed under.
    pub sealing: SealingKey,
}

/// A key that values are sealed under.
pub struct SealingKey {
    id: u32,
    secret: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealingKey {}", self.id)
    }
}

/// The place that an envelope belongs to; in any other it does not open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Belonging {
    pub(crate) key: KeyId,
    pub(crate) place: Place,
}

impl SealingKey {
    /// A sealing key from its 32 secret bytes; `id` is kept in each envelope made with it.
    #[must_use]
    pub fn new(id: u32, secret: &[u8; 32]) -> Self {
        Self { id, secret: Zeroizing::new(*secret) }
    }

    /// Seals a value for its row.
    pub(crate) fn seal(
        &self,
        value: &KeyValue,
        belonging: Belonging,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0u8; NONCE_LEN];
        entropy.fill(&mut nonce);
        let text = value.expose().as_bytes();
        // Room for all of it from the start: a growing buffer would leave copies behind.
        let mut sealed = Zeroizing::new(Vec::with_capacity(text.len() + TAG));
        sealed.extend_from_slice(text);
        let nonce_taken = Nonce::assume_unique_for_key(nonce);
        self.cipher()?
            .seal_in_place_append_tag(nonce_taken, self.bound_to(belonging), &mut *sealed)
            .map_err(failed)?;
        Ok([&self.header()[..], &nonce, &sealed].concat())
    }

    /// Opens the envelope of a row.
    pub(crate) fn open(
        &self,
        envelope: &[u8],
        belonging: Belonging,
    ) -> Result<KeyValue, StoreError> {
        let broken = || StoreError::Inconsistent {
            table: "sealed_values",
            row: belonging.key.to_string(),
            column: "envelope",
        };
        let (header, rest) = envelope.split_first_chunk::<HEADER>().ok_or_else(broken)?;
        let [format, id @ ..] = *header;
        if format != FORMAT {
            return Err(broken());
        }
        let id = u32::from_be_bytes(id);
        if id != self.id {
            return Err(StoreError::UnknownSealingKey { id });
        }
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or_else(broken)?;
        let mut text = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self
            .cipher()?
            .open_in_place(nonce, self.bound_to(belonging), &mut text)
            .map_err(|_cause: Unspecified| broken())?;
        let text =
            Zeroizing::new(std::str::from_utf8(opened).map_err(|_cause| broken())?.to_owned());
        KeyValue::from_sealed(text).map_err(|_cause| broken())
    }

    fn cipher(&self) -> Result<LessSafeKey, StoreError> {
        let key = UnboundKey::new(&AES_256_GCM, self.secret.as_slice()).map_err(failed)?;
        Ok(LessSafeKey::new(key))
    }

    fn header(&self) -> [u8; HEADER] {
        let [a, b, c, d] = self.id.to_be_bytes();
        [FORMAT, a, b, c, d]
    }

    /// No part of it can hold the NUL that stands between two of them.
    fn bound_to(&self, belonging: Belonging) -> Aad<Vec<u8>> {
        let Belonging { key, place: Place { account, mode } } = belonging;
        let mut bound = self.header().to_vec();
        bound.extend(format!("sealed_values\0{key}\0envelope\0{account}\0{mode}").into_bytes());
        Aad::from(bound)
    }
}

fn failed(_cause: Unspecified) -> StoreError {
    StoreError::Other { cause: "the cipher failed".into() }
}
