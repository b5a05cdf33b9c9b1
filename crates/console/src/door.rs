//! Who asks: the same door as the gateway's, with the key looked up in the store; and beside it the
//! one for people who have signed in.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use keys::{
    Account, AccountFact, AccountId, Accounts, Asker, ContextHeaders, Credential, Denial, Home,
    Key, KnownHome, KnownKey, Livemode, Mask, OrganizationId, Place, Presented, RequestFacts, Sent,
    SessionToken, Transport, Unwrapped, admit, client_address, holds_key_value, read_credential,
};
use store::StoreError;

use crate::console::Shared;
use crate::control::{Caller, Person, RightError};
use crate::problem::Problem;

/// The header that proxies append the address of their peer to.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Lets somebody in: by a key, or by the token of a session.
pub(crate) async fn enter(shared: &Shared, parts: &Parts) -> Result<Caller, Problem> {
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    if holds_key_value(target.as_bytes()) {
        return Err(Denial::KeyInUrl.into());
    }
    let values = parts.headers.get_all(header::AUTHORIZATION).iter();
    let mut room = Unwrapped::room();
    let credential = read_credential(values.map(HeaderValue::as_bytes), &mut room)
        .map_err(Denial::Credential)?;
    let token = str::from_utf8(credential.expose()).map(str::parse::<SessionToken>);
    match token {
        Ok(Ok(token)) => by_token(shared, parts, &token).await,
        Ok(Err(_)) | Err(_) => by_key(shared, parts, credential).await,
    }
}

async fn by_token(shared: &Shared, parts: &Parts, token: &SessionToken) -> Result<Caller, Problem> {
    let Client { address, program } = Client::safely(shared, parts)?;
    let session = shared.store.session(token, (shared.world.now)()).await?;
    let session = session.ok_or(Problem::SignedOut)?;
    let row = session.id.to_string();
    let lost = StoreError::Inconsistent { table: "sessions", row, column: "user" };
    let user = shared.store.user(session.user).await?.ok_or(lost)?;
    Ok(Caller::signed_in(Person { user, session }, address, program))
}

async fn by_key(
    shared: &Shared,
    parts: &Parts,
    credential: Credential<'_>,
) -> Result<Caller, Problem> {
    let mask = Mask::of(credential.expose());
    let presented =
        Presented::parse(credential.expose()).map_err(|_malformed| Denial::KeyInvalid(mask))?;
    let found = look_up(shared, &presented).await?;
    let Found { key, own } = found.ok_or(Denial::KeyInvalid(mask))?;
    if key.form() != presented.form() {
        // The text of a key and its row say the same, or the row was tampered with.
        tracing::error!(key = %key.id, "a key is not of the form that its value says");
        return Err(Denial::KeyInvalid(mask).into());
    }
    let known = KnownKey {
        id: key.id,
        kind: key.kind,
        standing: key.standing,
        home: own.home(),
        restriction: &key.restriction,
        grants: &key.grants,
    };
    let Client { address, program } = Client::of(shared, parts)?;
    let facts = RequestFacts {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        transport: shared.plain_http.transport(peer(parts)?.ip()),
        client: address,
        context: context(&parts.headers),
        version: Sent::Not,
        mask,
    };
    let admission = match admit(&known, &facts, &shared.api, &own, (shared.world.now)()) {
        // An organization's key is asked for these alone. To say them would not help: it is no caller.
        Err(Denial::ContextRequired | Denial::VersionRequired { .. }) => {
            return Err(RightError::OrganizationKey.into());
        }
        decided => decided?,
    };
    Ok(Caller::by_key((&admission, &key), address, program)?)
}

/// From where a request comes, and what its program calls itself.
pub(crate) struct Client {
    pub(crate) address: IpAddr,
    pub(crate) program: Option<String>,
}

impl Client {
    /// The address is that of the peer, or what trusted proxies say of it.
    pub(crate) fn of(shared: &Shared, parts: &Parts) -> Result<Self, Problem> {
        let lines = parts.headers.get_all(FORWARDED_FOR).iter().map(HeaderValue::as_bytes);
        let address = client_address(peer(parts)?.ip(), lines, &shared.trusted_proxies);
        let program = parts.headers.get(header::USER_AGENT).map(HeaderValue::to_str);
        let program = program.and_then(|said| said.map_or(None, |text| Some(text.to_owned())));
        Ok(Self { address, program })
    }

    /// Whoever asks from there, and is not known yet.
    pub(crate) fn asker(self) -> Asker {
        Asker::stranger(self.address, self.program)
    }

    /// The same, where a password or token may be sent: each opens as much as a live key does.
    /// Whether it came safely is asked of the connection itself, and of nothing that is said in it.
    pub(crate) fn safely(shared: &Shared, parts: &Parts) -> Result<Self, Problem> {
        let client = Self::of(shared, parts)?;
        match shared.plain_http.transport(peer(parts)?.ip()) {
            Transport::Secure => Ok(client),
            Transport::Plain => Err(Denial::HttpsRequired.into()),
        }
    }
}

/// A key, and what is its own.
struct Found {
    key: Key,
    own: Own,
}

/// The key of a digest under any pepper.
async fn look_up(shared: &Shared, presented: &Presented<'_>) -> Result<Option<Found>, StoreError> {
    for pepper in shared.peppers.iter() {
        if let Some(key) = shared.store.key_of_digest(&presented.digest(pepper)).await? {
            let own = own(shared, &key).await?;
            return Ok(Some(Found { key, own }));
        }
    }
    Ok(None)
}

async fn own(shared: &Shared, key: &Key) -> Result<Own, StoreError> {
    match key.home {
        Home::Account(place) => {
            let account = shared.store.account(place.account).await?;
            // Such a key belongs to an account: without one it is damage, and never "not found".
            let row = key.id.to_string();
            let lost = StoreError::Inconsistent { table: "keys", row, column: "account" };
            Ok(Own::Account(place, fact(account.ok_or(lost)?)))
        }
        Home::Organization { id, livemode } => Ok(Own::Organization(id, livemode)),
    }
}

/// What a request of this listener may act on.
enum Own {
    /// The account of its key, and no other.
    Account(Place, AccountFact),
    /// No account at all: the key is an organization's.
    Organization(OrganizationId, Livemode),
}

impl Own {
    fn home(&self) -> KnownHome<'_> {
        match self {
            Self::Account(place, AccountFact { version, .. }) => {
                KnownHome::Account { place: *place, version }
            }
            Self::Organization(id, livemode) => {
                KnownHome::Organization { id: *id, livemode: *livemode }
            }
        }
    }
}

impl Accounts for Own {
    fn account(&self, id: &AccountId) -> Option<&AccountFact> {
        match self {
            Self::Account(_, account) => (account.id == *id).then_some(account),
            Self::Organization(..) => None,
        }
    }
}

fn fact(account: Account) -> AccountFact {
    let Account { id, organization, platform, first_sandbox, version, deleted_at, .. } = account;
    // As the gateway knows it: what was deleted belongs to nobody any more.
    let (organization, platform) =
        if deleted_at.is_none() { (organization, platform) } else { (None, None) };
    AccountFact { id, organization, platform, first_sandbox, version }
}

/// The other end of the connection; without it nothing that asks for an address can be decided.
fn peer(parts: &Parts) -> Result<SocketAddr, Problem> {
    match parts.extensions.get::<ConnectInfo<SocketAddr>>() {
        Some(ConnectInfo(peer)) => Ok(*peer),
        None => Err(Denial::Internal.into()),
    }
}

fn context(headers: &HeaderMap) -> ContextHeaders<'_> {
    let sent = |name| Sent::of(headers.get_all(name).iter().map(HeaderValue::as_bytes));
    ContextHeaders { context: sent("Stripe-Context"), account: sent("Stripe-Account") }
}
