//! Values that may be read back are kept sealed: AES-256-GCM under a key that is not in the
//! database, bound to the row they belong to.
//!
//! An envelope is: format (1 byte), id of the sealing key (4, big-endian), nonce (12), what is
//! sealed, tag (16).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use keys::{Entropy, Home, KeyId, KeyValue, Peppers};
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
    pub(crate) home: Home,
}

impl SealingKey {
    /// A sealing key from its 32 secret bytes; `id` is kept in each envelope made with it.
    #[must_use]
    pub fn new(id: u32, secret: &[u8; 32]) -> Self {
        Self { id, secret: Zeroizing::new(*secret) }
    }

    pub(crate) fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// Seals a value for its row.
    pub(crate) fn seal(
        &self,
        value: &KeyValue,
        belonging: Belonging,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, StoreError> {
        self.seal_bytes(value.expose().as_bytes(), &belonging.text(), entropy)
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
        let opened = self.open_bytes(envelope, &belonging.text())?.ok_or_else(broken)?;
        let text =
            Zeroizing::new(std::str::from_utf8(&opened).map_err(|_cause| broken())?.to_owned());
        KeyValue::from_sealed(text).map_err(|_cause| broken())
    }

    /// Seals bytes for the row and column that `belonging` names.
    pub(crate) fn seal_bytes(
        &self,
        bytes: &[u8],
        belonging: &str,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0u8; NONCE_LEN];
        entropy.fill(&mut nonce);
        // Room for all of it from the start: a growing buffer would leave copies behind.
        let mut sealed = Zeroizing::new(Vec::with_capacity(bytes.len() + TAG));
        sealed.extend_from_slice(bytes);
        let nonce_taken = Nonce::assume_unique_for_key(nonce);
        self.cipher()?
            .seal_in_place_append_tag(nonce_taken, self.bound_to(belonging), &mut *sealed)
            .map_err(failed)?;
        Ok([&self.header()[..], &nonce, &sealed].concat())
    }

    /// Opens the envelope of the row and column that `belonging` names; nothing if it was not made
    /// for them.
    pub(crate) fn open_bytes(
        &self,
        envelope: &[u8],
        belonging: &str,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let Some((&[format, ref id @ ..], rest)) = envelope.split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        if format != FORMAT {
            return Ok(None);
        }
        let id = u32::from_be_bytes(*id);
        if id != self.id {
            return Err(StoreError::UnknownSealingKey { id });
        }
        let Some((nonce, sealed)) = rest.split_first_chunk::<NONCE_LEN>() else {
            return Ok(None);
        };
        let mut text = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        match self.cipher()?.open_in_place(nonce, self.bound_to(belonging), &mut text) {
            Ok(opened) => Ok(Some(Zeroizing::new(opened.to_vec()))),
            Err(Unspecified) => Ok(None),
        }
    }

    fn cipher(&self) -> Result<LessSafeKey, StoreError> {
        let key = UnboundKey::new(&AES_256_GCM, self.secret.as_slice()).map_err(failed)?;
        Ok(LessSafeKey::new(key))
    }

    fn header(&self) -> [u8; HEADER] {
        let [a, b, c, d] = self.id.to_be_bytes();
        [FORMAT, a, b, c, d]
    }

    fn bound_to(&self, belonging: &str) -> Aad<Vec<u8>> {
        let mut bound = self.header().to_vec();
        bound.extend_from_slice(belonging.as_bytes());
        Aad::from(bound)
    }
}

impl Belonging {
    /// No part of it can hold the NUL that stands between two of them.
    fn text(self) -> String {
        let Self { key, home } = self;
        format!("sealed_values\0{key}\0envelope\0{}\0{}", home.owner(), home.side())
    }
}

fn failed(_cause: Unspecified) -> StoreError {
    StoreError::Other { cause: "the cipher failed".into() }
}

#[cfg(test)]
mod tests {
    use keys::{Form, Kind, Livemode, Mode, Place};

    use super::*;

    fn sealing() -> SealingKey {
        SealingKey::new(1, &[2; 32])
    }

    fn belonging(key: &str, account: &str, mode: &str) -> Belonging {
        let mode: Mode = mode.parse().unwrap();
        let place = Place { account: account.parse().unwrap(), mode };
        Belonging { key: key.parse().unwrap(), home: Home::Account(place) }
    }

    fn of_organization(livemode: Livemode) -> Belonging {
        let id = "org_0123456789abcdefghijklm".parse().unwrap();
        Belonging { home: Home::Organization { id, livemode }, ..here() }
    }

    fn here() -> Belonging {
        belonging("key_0123456789abcdef", "acct_0123456789abcdef", "live")
    }

    fn value() -> KeyValue {
        let form = Form { kind: Kind::Secret, livemode: Livemode::Live };
        KeyValue::mint(form, &mut |room: &mut [u8]| room.fill(7))
    }

    #[test]
    fn what_was_sealed_is_opened_where_it_belongs_and_nowhere_else() {
        let envelope =
            sealing().seal(&value(), here(), &mut |room: &mut [u8]| room.fill(9)).unwrap();
        assert_eq!(sealing().open(&envelope, here()).unwrap().expose(), value().expose());
        for elsewhere in [
            belonging("key_0123456789abcdeX", "acct_0123456789abcdef", "live"),
            belonging("key_0123456789abcdef", "acct_0123456789abcdeX", "live"),
            belonging("key_0123456789abcdef", "acct_0123456789abcdef", "sbx_0123456789abcdef"),
            of_organization(Livemode::Live),
        ] {
            assert!(sealing().open(&envelope, elsewhere).is_err());
        }
    }

    #[test]
    fn no_envelope_that_was_cut_or_changed_opens() {
        let envelope =
            sealing().seal(&value(), here(), &mut |room: &mut [u8]| room.fill(9)).unwrap();
        for length in 0..envelope.len() {
            assert!(sealing().open(&envelope[..length], here()).is_err());
        }
        for place in 0..envelope.len() {
            let mut changed = envelope.clone();
            changed[place] ^= 1;
            assert!(sealing().open(&changed, here()).is_err());
        }
    }

    #[test]
    fn an_envelope_of_any_version_before_is_opened() {
        // Format 1, sealing key 1, nonce.
        let mut envelope = [[1, 0, 0, 0, 1].as_slice(), &[9; 12]].concat();
        // What is sealed, and its tag.
        envelope.extend([
            0x53, 0xfe, 0x26, 0x0f, 0x84, 0x99, 0x5a, 0x81, 0x7b, 0x3c, 0xe1, 0x22, 0x0a, 0xa3,
            0x90, 0x76, 0x4f, 0xd0, 0x34, 0xe5, 0x7b, 0x65, 0x27, 0xec, 0xe1, 0x5f, 0x21, 0xa2,
            0x73, 0x4c, 0xf3, 0x79, 0xd9, 0xa2, 0x99, 0x4e, 0xe9, 0x32, 0xa8, 0x15, 0xd2, 0x2b,
            0x89, 0x6f, 0x2c, 0x9c, 0xca, 0x2b, 0x4d, 0x52, 0x5d, 0x98, 0x9f, 0xe5, 0xea, 0xa7,
            0xf9, 0x29, 0xe9, 0x19, 0x7c, 0xf1,
        ]);
        assert_eq!(sealing().open(&envelope, here()).unwrap().expose(), value().expose());
    }
}
