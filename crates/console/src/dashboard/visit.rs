//! A request of somebody who has signed in.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use keys::{SessionToken, holds_key_value};
use sha2::{Digest, Sha256};
use store::StoreError;

use super::cookie;
use super::failure::Failure;
use super::words::Words;
use crate::console::Shared;
use crate::control::{Caller, Person};
use crate::door::Client;

/// Somebody who has signed in, at a page.
pub(super) struct Visit {
    caller: Caller,
    person: Person,
    address: IpAddr,
    words: &'static Words,
    token: FormToken,
}

/// What every form of a session carries, so that nobody else can send one in its name.
///
/// A hash of the session's token, which nobody but the browser has: to show one in a page tells
/// nothing of the other.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct FormToken(String);

impl FormToken {
    fn of(token: &SessionToken) -> Self {
        let digest =
            Sha256::new_with_prefix(b"keyway form\0").chain_update(token.expose()).finalize();
        Self(crate::delivery::hex(&digest))
    }

    /// What nobody but this session can say of a text, so that a page believes it of its own address.
    pub(super) fn seal(&self, text: &str) -> String {
        let digest = Sha256::new_with_prefix(b"keyway notice\0")
            .chain_update(self.as_str())
            .chain_update(text)
            .finalize();
        crate::delivery::hex(&digest)
    }

    /// The text for a hidden field.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromRequestParts<Arc<Shared>> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Failure> {
        let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
        if holds_key_value(target.as_bytes()) {
            return Err(Failure::KeyInAddress);
        }
        let words = Words::of(&parts.headers);
        let stranger = || Failure::sign_in_first(&parts.method, &parts.uri);
        let token = cookie::read(&parts.headers).ok_or_else(stranger)?;
        let token: SessionToken = token.parse().map_err(|_nonsense| stranger())?;
        let Client { address, program } = Client::safely(shared, parts)?;
        let session = shared.store.session(&token, (shared.world.now)()).await?;
        let session = session.ok_or_else(stranger)?;
        let row = session.id.to_string();
        let lost = StoreError::Inconsistent { table: "sessions", row, column: "user" };
        let user = shared.store.user(session.user).await?.ok_or(lost)?;
        let person = Person { user, session };
        let caller = Caller::signed_in(person.clone(), address, program);
        Ok(Self { caller, person, address, words, token: FormToken::of(&token) })
    }
}

impl Visit {
    /// Who asks.
    pub(super) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The person who asks.
    pub(super) fn person(&self) -> &Person {
        &self.person
    }

    /// From where this request comes.
    pub(super) fn address(&self) -> IpAddr {
        self.address
    }

    /// In whose language the page is.
    pub(super) fn words(&self) -> &'static Words {
        self.words
    }

    /// What the forms of the page carry.
    pub(super) fn token(&self) -> &FormToken {
        &self.token
    }
}

/// Whether a method changes nothing, so that it can be asked for again after signing in.
pub(super) fn is_safe(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}
