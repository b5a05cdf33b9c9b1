//! Who asks: the same door as the gateway's, with the key looked up in the store.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use keys::{
    Account, AccountFact, AccountId, Accounts, ContextError, ContextHeaders, Denial, Key, KnownKey,
    Mask, Presented, RequestFacts, admit, holds_key_value, read_credential,
};

use store::StoreError;

use crate::console::Shared;
use crate::control::Admitted;
use crate::problem::Problem;

impl FromRequestParts<Arc<Shared>> for Admitted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Problem> {
        enter(shared, parts).await
    }
}

async fn enter(shared: &Shared, parts: &Parts) -> Result<Admitted, Problem> {
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    if holds_key_value(target.as_bytes()) {
        return Err(Denial::KeyInUrl.into());
    }
    let values = parts.headers.get_all(header::AUTHORIZATION).iter();
    let credential =
        read_credential(values.map(HeaderValue::as_bytes)).map_err(Denial::Credential)?;
    let mask = Mask::of(credential.expose());
    let presented =
        Presented::parse(credential.expose()).map_err(|_malformed| Denial::KeyInvalid(mask))?;
    let found = look_up(shared, &presented).await?;
    let (key, account) = found.ok_or(Denial::KeyInvalid(mask))?;
    if key.form() != presented.form() {
        // The text of a key and its row say the same, or the row was tampered with.
        tracing::error!(key = %key.id, "a key is not of the form that its value says");
        return Err(Denial::KeyInvalid(mask).into());
    }
    let own = Own(fact(account));
    let known = KnownKey {
        id: key.id,
        kind: key.kind,
        standing: key.standing,
        mode: key.place.mode,
        account: own.0.id,
        version: &own.0.version,
        restriction: &key.restriction,
    };
    let client = peer(parts)?.ip().to_canonical();
    let facts = RequestFacts {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        transport: shared.plain_http.transport(client),
        client,
        context: context(&parts.headers)?,
        version: None,
        mask,
    };
    let admission = admit(&known, &facts, &shared.api, &own, (shared.world.now)())?;
    let program = parts.headers.get(header::USER_AGENT).map(HeaderValue::to_str);
    let program = program.and_then(|program| program.map_or(None, |text| Some(text.to_owned())));
    Ok(Admitted::by(&admission, client, program)?)
}

/// The key of a digest under any pepper, and its account.
async fn look_up(
    shared: &Shared,
    presented: &Presented<'_>,
) -> Result<Option<(Key, Account)>, StoreError> {
    for pepper in shared.peppers.iter() {
        if let Some(key) = shared.store.key_of_digest(&presented.digest(pepper)).await? {
            let account = shared.store.account(key.place.account).await?;
            // A key belongs to an account: without one it is damage, and never "not found".
            let row = key.id.to_string();
            let lost = StoreError::Inconsistent { table: "keys", row, column: "account" };
            return Ok(Some((key, account.ok_or(lost)?)));
        }
    }
    Ok(None)
}

/// The one account that a request of this listener may act on: that of its key.
struct Own(AccountFact);

impl Accounts for Own {
    fn account(&self, id: &AccountId) -> Option<&AccountFact> {
        (self.0.id == *id).then_some(&self.0)
    }
}

fn fact(account: Account) -> AccountFact {
    let Account { id, organization, platform, first_sandbox, version, .. } = account;
    AccountFact { id, organization, platform, first_sandbox, version }
}

/// The other end of the connection; without it nothing that asks for an address can be decided.
fn peer(parts: &Parts) -> Result<SocketAddr, Problem> {
    match parts.extensions.get::<ConnectInfo<SocketAddr>>() {
        Some(ConnectInfo(peer)) => Ok(*peer),
        None => Err(Denial::Internal.into()),
    }
}

fn context(headers: &HeaderMap) -> Result<ContextHeaders<'_>, Denial> {
    let read = |name| {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (value, None) => Ok(value.map(HeaderValue::as_bytes)),
            (_, Some(_)) => Err(Denial::ContextInvalid(ContextError::Repeated)),
        }
    };
    Ok(ContextHeaders { context: read("Stripe-Context")?, account: read("Stripe-Account")? })
}
