//! May this request pass? The only door: a pure function that every request goes through.

use std::net::IpAddr;

use jiff::Timestamp;

use crate::{
    AccountFact, AccountId, Catalog, Context, ContextError, ContextHeaders, Denial, IpRestriction,
    KeyId, Kind, Livemode, Mask, Mode, Place, Sent, Standing, Version, Versions,
};

/// What the directory knows of the key that was presented.
#[derive(Debug, Clone, Copy)]
pub struct KnownKey<'d> {
    /// Its id.
    pub id: KeyId,
    /// What it may be used for.
    pub kind: Kind,
    /// Where it stands in its life.
    pub standing: Standing,
    /// Its mode.
    pub mode: Mode,
    /// Its account.
    pub account: AccountId,
    /// The API version of its requests that name none.
    pub version: &'d Version,
    /// From where it may be used.
    pub restriction: &'d IpRestriction,
}

/// Whether what is sent can be read on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// TLS, or a way that the operator declared safe.
    Secure,
    /// Plain HTTP.
    Plain,
}

/// What the rules look at in a request.
#[derive(Debug, Clone, Copy)]
pub struct RequestFacts<'r> {
    /// The method.
    pub method: &'r str,
    /// The path, canonical.
    pub path: &'r str,
    /// How it came.
    pub transport: Transport,
    /// Who sent it, as far as can be trusted.
    pub client: IpAddr,
    /// The account it wants to act on.
    pub context: ContextHeaders<'r>,
    /// The version it asks for.
    pub version: Sent<'r>,
    /// How its key is named in an error.
    pub mask: Mask,
}

/// The API that the keys open.
pub struct Api {
    /// The versions it knows.
    pub versions: Versions,
    /// Its operations.
    pub catalog: Catalog,
}

/// Where accounts are looked up.
pub trait Accounts {
    /// What is known of an account.
    fn account(&self, id: &AccountId) -> Option<&AccountFact>;
}

/// The yes to a request: a witness that cannot be made but by [`admit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    key: KeyId,
    kind: Kind,
    place: Place,
    context: Option<Context>,
    version: Version,
}

impl Admission {
    /// The key.
    #[must_use]
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// The kind of the key.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The account and mode that the request acts on.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// The way to that account, when it is not the key's own.
    #[must_use]
    pub fn context(&self) -> Option<Context> {
        self.context
    }

    /// The version of the API that answers.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }
}

/// Decides about a request whose key is known. The order of the checks is part of the contract.
///
/// # Errors
/// The first check that says no.
pub fn admit(
    key: &KnownKey<'_>,
    request: &RequestFacts<'_>,
    api: &Api,
    accounts: &impl Accounts,
    now: Timestamp,
) -> Result<Admission, Denial> {
    standing(key, request, now)?;
    transport(key, request)?;
    address(key, request)?;
    kind(key, request, &api.catalog)?;
    let context = context(request)?;
    organization(key, request, &api.versions, context)?;
    let place = place(key, request, accounts, context)?;
    let version = version(key, request, &api.versions)?;
    permission(key, request)?;
    Ok(Admission { key: key.id, kind: key.kind, place, context, version })
}

fn standing(key: &KnownKey<'_>, request: &RequestFacts<'_>, now: Timestamp) -> Result<(), Denial> {
    match key.standing {
        Standing::Active => Ok(()),
        Standing::Expiring { at } if now < at => Ok(()),
        Standing::Expiring { .. } | Standing::Expired { .. } => {
            Err(Denial::KeyExpired { mask: request.mask, key: key.id })
        }
        Standing::Deleted { at } => Err(Denial::KeyDeleted { mask: request.mask, key: key.id, at }),
    }
}

fn transport(key: &KnownKey<'_>, request: &RequestFacts<'_>) -> Result<(), Denial> {
    match (key.mode.livemode(), request.transport) {
        (Livemode::Live, Transport::Plain) => Err(Denial::HttpsRequired),
        (Livemode::Live, Transport::Secure) | (Livemode::Test, _) => Ok(()),
    }
}

fn address(key: &KnownKey<'_>, request: &RequestFacts<'_>) -> Result<(), Denial> {
    if key.restriction.allows(request.client) {
        Ok(())
    } else {
        Err(Denial::IpNotAllowed(request.client.to_canonical()))
    }
}

/// A publishable key opens what the catalog marks for it.
fn kind(key: &KnownKey<'_>, request: &RequestFacts<'_>, catalog: &Catalog) -> Result<(), Denial> {
    let is_marked = || {
        let operation = catalog.operation(request.method, request.path);
        operation.is_some_and(|operation| operation.publishable)
    };
    match key.kind {
        Kind::Publishable if !is_marked() => Err(Denial::SecretKeyRequired),
        Kind::Publishable | Kind::Secret | Kind::Organization | Kind::Restricted => Ok(()),
    }
}

fn context(request: &RequestFacts<'_>) -> Result<Option<Context>, Denial> {
    request.context.read().map_err(|error| match error {
        // Whatever lies deeper than accounts do is answered as an account that does not exist.
        ContextError::TooDeep { account } => Denial::AccountInvalid { mask: request.mask, account },
        ContextError::Malformed | ContextError::Repeated | ContextError::Differ => {
            Denial::ContextInvalid(error)
        }
    })
}

/// An organization key says on which account it acts, and in which version.
fn organization(
    key: &KnownKey<'_>,
    request: &RequestFacts<'_>,
    versions: &Versions,
    context: Option<Context>,
) -> Result<(), Denial> {
    if key.kind != Kind::Organization {
        Ok(())
    } else if context.is_none() {
        Err(Denial::ContextRequired)
    } else if request.version == Sent::Not {
        Err(Denial::VersionRequired { newest: versions.newest().clone() })
    } else {
        Ok(())
    }
}

/// An account's key acts on its own account, or on one that is connected to it.
fn place(
    key: &KnownKey<'_>,
    request: &RequestFacts<'_>,
    accounts: &impl Accounts,
    context: Option<Context>,
) -> Result<Place, Denial> {
    let own = Place { account: key.account, mode: key.mode };
    let Some(context) = context else { return Ok(own) };
    let foreign = || Denial::AccountInvalid { mask: request.mask, account: context.target() };
    let Context::Account(wanted) = context else { return Err(foreign()) };
    if wanted == key.account {
        return Ok(own);
    }
    let platform = accounts.account(&key.account).ok_or_else(foreign)?;
    let connected =
        accounts.account(&wanted).filter(|account| account.platform == Some(platform.id));
    let connected = connected.ok_or_else(foreign)?;
    Ok(Place { account: connected.id, mode: connected_mode(key.mode, platform, connected) })
}

/// The first sandboxes of a platform and its connected account are one world, as their live sides
/// are; a further sandbox of the platform sees a world of its own.
fn connected_mode(mode: Mode, platform: &AccountFact, connected: &AccountFact) -> Mode {
    if mode == Mode::Sandbox(platform.first_sandbox) {
        Mode::Sandbox(connected.first_sandbox)
    } else {
        mode
    }
}

fn version(
    key: &KnownKey<'_>,
    request: &RequestFacts<'_>,
    versions: &Versions,
) -> Result<Version, Denial> {
    match request.version {
        Sent::Not => Ok(key.version.clone()),
        Sent::Once(asked) => versions
            .find(asked)
            .cloned()
            .ok_or_else(|| Denial::VersionUnknown { newest: versions.newest().clone() }),
        Sent::Repeatedly => Err(Denial::Ambiguous("there is more than one version header")),
    }
}

/// A kind of key that no rule lets pass is refused: restricted keys hold no permission of any
/// operation, and organization keys none on any account.
fn permission(key: &KnownKey<'_>, request: &RequestFacts<'_>) -> Result<(), Denial> {
    match key.kind {
        Kind::Secret | Kind::Publishable => Ok(()),
        Kind::Organization | Kind::Restricted => Err(Denial::MorePermissionsRequired(request.mask)),
    }
}

#[cfg(test)]
mod tests;
