//! Checkpoints that can be kept elsewhere: signed, so that only this installation can have made them.
//!
//! The signature is Ed25519 (RFC 8032) under a key that is derived from the sealing key. Whoever
//! holds the public key, which stands in every checkpoint, can check it without Keyway.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Checkpoint;
use crate::{SealingKey, StoreError};

/// What the signing key is derived for.
const PURPOSE: &[u8] = b"keyway audit checkpoint";

/// A checkpoint as it is kept elsewhere; in JSON, with hash, key and signature in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedCheckpoint {
    events: u64,
    hash: String,
    at: Timestamp,
    public_key: String,
    signature: String,
}

/// Why a signed checkpoint is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It was not signed under this store's sealing key, or was changed since.
    #[error("the checkpoint was not signed by this installation, or was changed since")]
    Forged,
}

impl SealingKey {
    /// Signs where the audit stands.
    ///
    /// # Errors
    /// When the cryptography fails, which it does for no input.
    pub(crate) fn sign(
        &self,
        checkpoint: Checkpoint,
        at: Timestamp,
    ) -> Result<SignedCheckpoint, StoreError> {
        let pair = self.signing_pair()?;
        let mut signed = SignedCheckpoint {
            events: checkpoint.events,
            hash: BASE64_STANDARD.encode(checkpoint.hash),
            at,
            public_key: BASE64_STANDARD.encode(pair.public_key()),
            signature: String::new(),
        };
        signed.signature = BASE64_STANDARD.encode(pair.sign(&signed.message()));
        Ok(signed)
    }

    /// The checkpoint that was signed.
    ///
    /// # Errors
    /// When it was not signed under this key.
    pub(crate) fn believe(&self, signed: &SignedCheckpoint) -> Result<Checkpoint, CheckpointError> {
        let forged = |_cause| CheckpointError::Forged;
        let pair = self.signing_pair().map_err(|_cause| CheckpointError::Forged)?;
        let signature = BASE64_STANDARD.decode(&signed.signature).map_err(forged)?;
        let key = UnparsedPublicKey::new(&ED25519, pair.public_key());
        key.verify(&signed.message(), &signature).map_err(|_cause| CheckpointError::Forged)?;
        let hash = BASE64_STANDARD.decode(&signed.hash).map_err(forged)?;
        let hash = hash.try_into().map_err(|_length| CheckpointError::Forged)?;
        Ok(Checkpoint { events: signed.events, hash })
    }

    fn signing_pair(&self) -> Result<Ed25519KeyPair, StoreError> {
        let seed = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, self.secret()), PURPOSE);
        Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).map_err(super::unsigned)
    }
}

impl SignedCheckpoint {
    fn message(&self) -> Vec<u8> {
        let Self { events, hash, at, .. } = self;
        format!("keyway audit checkpoint\n{events}\n{hash}\n{at}\n").into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed() -> SignedCheckpoint {
        let checkpoint = Checkpoint { events: 6, hash: [7; 32] };
        SealingKey::new(1, &[2; 32]).sign(checkpoint, Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn a_signed_checkpoint_is_believed_by_whoever_signed_it() {
        let believed = SealingKey::new(1, &[2; 32]).believe(&signed());
        assert_eq!(believed, Ok(Checkpoint { events: 6, hash: [7; 32] }));
        let other = SealingKey::new(1, &[3; 32]).believe(&signed());
        assert_eq!(other, Err(CheckpointError::Forged));
    }

    #[test]
    fn a_changed_checkpoint_is_not_believed() {
        let key = SealingKey::new(1, &[2; 32]);
        let hash = BASE64_STANDARD.encode([8; 32]);
        let changed = [
            SignedCheckpoint { events: 5, ..signed() },
            SignedCheckpoint { hash, ..signed() },
            SignedCheckpoint { at: Timestamp::MAX, ..signed() },
            SignedCheckpoint { signature: String::new(), ..signed() },
        ];
        for checkpoint in changed {
            assert_eq!(key.believe(&checkpoint), Err(CheckpointError::Forged));
        }
    }
}
