//! Who reads the docs, and what of theirs stands in the samples.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use keys::{Account, AccountId, Form, Key, KeyValue, Kind, Livemode, Mode, Place};
use store::Lives;

use super::super::failure::{Failure, sign_in_path};
use super::super::frame::{MOST, everywhere};
use super::super::sandbox;
use super::super::visit::Visit;
use super::super::words::Words;
use crate::console::Shared;
use crate::control::{Caller, ControlError};

/// How many keys are looked through for one to show.
const LOOKED_AT: u16 = 100;
/// What stands for a connected account where the reader has none.
const EXAMPLE_ACCOUNT: &str = "acct_1032D82eZvKYlo2C";

/// Whoever reads.
pub(super) struct Reader {
    pub(super) words: &'static Words,
    pub(super) is_signed_in: bool,
    /// Where they sign in, to come back to this page.
    pub(super) sign_in: String,
    /// Their own test key, if they have one and may see it.
    own: Option<KeyValue>,
    example: KeyValue,
    connected: Option<AccountId>,
}

impl Reader {
    /// The reader of a request: somebody who has signed in, or a stranger.
    pub(super) async fn of(shared: &Arc<Shared>, parts: &mut Parts) -> Result<Self, Failure> {
        let mut reader = Self {
            words: Words::of(&parts.headers),
            is_signed_in: false,
            sign_in: sign_in_path(Some(parts.uri.path())),
            own: None,
            example: KeyValue::example(Form { kind: Kind::Secret, livemode: Livemode::Test }),
            connected: None,
        };
        let visit = match Visit::from_request_parts(parts, shared).await {
            Err(Failure::SignedOut { .. }) => return Ok(reader),
            visit => visit?,
        };
        reader.is_signed_in = true;
        let caller = visit.caller();
        let accounts = shared.control.accounts(caller, everywhere(), None, MOST).await?;
        if let Some(first) = accounts.last() {
            reader.own = own_key(shared, caller, first).await?;
            let below = accounts.iter().rev().find(|account| account.platform == Some(first.id));
            reader.connected = below.map(|account| account.id);
        }
        Ok(reader)
    }

    /// The value in the samples.
    pub(super) fn key(&self) -> &str {
        self.own.as_ref().unwrap_or(&self.example).expose()
    }

    /// Whether that is a key of theirs.
    pub(super) fn has_own_key(&self) -> bool {
        self.own.is_some()
    }

    /// An account that theirs is the platform of, or an example.
    pub(super) fn connected(&self) -> String {
        self.connected.map_or_else(|| EXAMPLE_ACCOUNT.to_owned(), |account| account.to_string())
    }
}

/// The oldest secret key of the first sandbox among the newest keys there. Whoever may not see one
/// reads the docs all the same.
async fn own_key(
    shared: &Shared,
    caller: &Caller,
    account: &Account,
) -> Result<Option<KeyValue>, ControlError> {
    let found = async {
        let mode: Mode = sandbox(shared, caller, account.id).await?;
        let (place, lives) =
            (Place { account: account.id, mode }, Lives::Living((shared.world.now)()));
        let keys = shared.control.keys_of(caller, place, lives, (None, LOOKED_AT)).await?;
        let is_secret = |key: &&Key| key.kind == Kind::Secret;
        match keys.iter().filter(is_secret).min_by_key(|key| key.created_at) {
            Some(key) => shared.control.in_samples(caller, key).await,
            None => Ok(None),
        }
    };
    match found.await {
        Err(ControlError::NotAllowed(_) | ControlError::Refused(_)) => Ok(None),
        found => found,
    }
}
