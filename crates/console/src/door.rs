//! Who asks: the same door as the gateway's, with the key looked up in the store; and beside it the
//! one for people who have signed in.

mod known;
mod tried;

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use keys::{
    Asker, ContextHeaders, Credential, Denial, Home, Key, KnownKey, Mask, Presented, RequestFacts,
    Sent, SessionToken, Transport, Unwrapped, admit_with_organizations, client_address,
    holds_key_value, read_credential,
};
use store::StoreError;

use crate::console::Shared;
use crate::control::{Caller, Person, RightError};
use crate::problem::Problem;
use known::Known;

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
    let key = known::key(shared, &presented).await?.ok_or(Denial::KeyInvalid(mask))?;
    if key.form() != presented.form() {
        // The text of a key and its row say the same, or the row was tampered with.
        tracing::error!(key = %key.id, "a key is not of the form that its value says");
        return Err(Denial::KeyInvalid(mask).into());
    }
    let entered = admitted(shared, parts, (&key, mask)).await;
    if let Err(problem) = &entered {
        tried::note(shared, parts, &key, problem).await?;
    }
    entered
}

async fn admitted(
    shared: &Shared,
    parts: &Parts,
    (key, mask): (&Key, Mask),
) -> Result<Caller, Problem> {
    let headers = context(&parts.headers);
    let known = Known::of(shared, key, headers, parts.uri.path()).await?;
    let presented = KnownKey {
        id: key.id,
        kind: key.kind,
        standing: key.standing,
        home: known.home(key)?,
        restriction: &key.restriction,
        grants: &key.grants,
    };
    let Client { address, program } = Client::of(shared, parts)?;
    let facts = RequestFacts {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        transport: shared.plain_http.transport(peer(parts)?.ip()),
        client: address,
        context: known.context(headers),
        version: version(&parts.headers, key.home),
        mask,
    };
    let now = (shared.world.now)();
    let entry = admit_with_organizations(&presented, &facts, &shared.api, &known, now)
        .map_err(|denial| unopenable(denial, facts.path))?;
    known.must_have_its_mode(&entry)?;
    Ok(Caller::by_key((&entry, key), address, program)?)
}

/// What a key lacks that acts on an account, where no permission would help: organizations are managed by
/// what acts on them.
fn unopenable(denial: Denial, path: &str) -> Problem {
    let lacks = matches!(denial, Denial::MorePermissionsRequired { .. });
    if lacks && is_of_organizations(path) { RightError::Key.into() } else { denial.into() }
}

fn is_of_organizations(path: &str) -> bool {
    let below = path.strip_prefix("/api/v1/organizations");
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn context(headers: &HeaderMap) -> ContextHeaders<'_> {
    ContextHeaders {
        context: sent(headers, "Stripe-Context"),
        account: sent(headers, "Stripe-Account"),
    }
}

/// This API has no versions. An organization's key names one all the same, as with each request that it
/// sends; that of others, which official libraries add by themselves, is of the API behind the gateway.
fn version(headers: &HeaderMap, home: Home) -> Sent<'_> {
    match home {
        Home::Account(_) => Sent::Not,
        Home::Organization { .. } => sent(headers, "Stripe-Version"),
    }
}

fn sent<'h>(headers: &'h HeaderMap, name: &str) -> Sent<'h> {
    Sent::of(headers.get_all(name).iter().map(HeaderValue::as_bytes))
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

/// The other end of the connection; without it nothing that asks for an address can be decided.
fn peer(parts: &Parts) -> Result<SocketAddr, Problem> {
    match parts.extensions.get::<ConnectInfo<SocketAddr>>() {
        Some(ConnectInfo(peer)) => Ok(*peer),
        None => Err(Denial::Internal.into()),
    }
}
