//! May this request pass? The only door: a pure function that every request goes through.

mod organization;

use std::net::IpAddr;

use jiff::Timestamp;

use crate::{
    AccountFact, AccountId, Catalog, Context, ContextError, ContextHeaders, Denial, Grants,
    IpRestriction, KeyId, Kind, Livemode, Mask, Mode, NamedPermission, OrganizationId, Permissions,
    Place, Sent, Standing, Version, Versions,
};

pub use organization::{Entry, OrganizationAdmission, admit_with_organizations};

/// What the directory knows of the key that was presented.
#[derive(Debug, Clone, Copy)]
pub struct KnownKey<'d> {
    /// Its id.
    pub id: KeyId,
    /// What it may be used for.
    pub kind: Kind,
    /// Where it stands in its life.
    pub standing: Standing,
    /// Where it lives.
    pub home: KnownHome<'d>,
    /// From where it may be used.
    pub restriction: &'d IpRestriction,
    /// What it may do, if it is restricted or an organization's.
    pub grants: &'d Grants,
}

/// Where a key lives, with what its requests need not say.
#[derive(Debug, Clone, Copy)]
pub enum KnownHome<'d> {
    /// In an account and one of its modes.
    Account {
        /// The account and mode.
        place: Place,
        /// The API version of its requests that name none.
        version: &'d Version,
    },
    /// In an organization: its requests say the account and the version, each time.
    Organization {
        /// The organization.
        id: OrganizationId,
        /// Whether it reaches the live side of the accounts, or their sandboxes.
        livemode: Livemode,
    },
}

impl KnownHome<'_> {
    /// Which key texts belong there.
    #[must_use]
    pub fn livemode(self) -> Livemode {
        match self {
            Self::Account { place, .. } => place.mode.livemode(),
            Self::Organization { livemode, .. } => livemode,
        }
    }
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
    by_way_of_another: bool,
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

    /// Whether that account is connected to the one that the key acts by, so that of its permissions
    /// those for connected accounts count.
    #[must_use]
    pub fn is_by_way_of_another(&self) -> bool {
        self.by_way_of_another
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
#[inline]
pub fn admit(
    key: &KnownKey<'_>,
    request: &RequestFacts<'_>,
    api: &Api,
    accounts: &impl Accounts,
    now: Timestamp,
) -> Result<Admission, Denial> {
    key_itself(key, request, api, now)?;
    let context = context(request)?;
    let place = place(key, request, &api.versions, accounts, context)?;
    let version = version(key, request, &api.versions)?;
    let by_way_of_another = is_by_way_of_another(key, (context, place));
    let held = if by_way_of_another { &key.grants.connect } else { &key.grants.own };
    permission(key, held, request, &api.catalog).map_err(|would_do| {
        let (mask, account) = (request.mask, place.account);
        Denial::MorePermissionsRequired { mask, account, would_do }
    })?;
    Ok(Admission { key: key.id, kind: key.kind, place, context, by_way_of_another, version })
}

/// What is asked of a key on whatever it acts.
#[inline]
fn key_itself(
    key: &KnownKey<'_>,
    request: &RequestFacts<'_>,
    api: &Api,
    now: Timestamp,
) -> Result<(), Denial> {
    standing(key, request, now)?;
    transport(key, request)?;
    address(key, request)?;
    kind(key, request, &api.catalog)
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
    match (key.home.livemode(), request.transport) {
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

#[inline]
fn context(request: &RequestFacts<'_>) -> Result<Option<Context>, Denial> {
    if request.context.say_nothing() {
        return Ok(None);
    }
    request.context.read().map_err(|error| match error {
        // Whatever lies deeper than accounts do is answered as an account that does not exist.
        ContextError::TooDeep { account } => Denial::AccountInvalid { mask: request.mask, account },
        ContextError::Malformed | ContextError::Repeated | ContextError::Differ => {
            Denial::ContextInvalid(error)
        }
    })
}

/// Where the request acts. An organization key says on which account, and in which version.
#[inline]
fn place(
    key: &KnownKey<'_>,
    request: &RequestFacts<'_>,
    versions: &Versions,
    accounts: &impl Accounts,
    context: Option<Context>,
) -> Result<Place, Denial> {
    let foreign =
        |wanted: Context| Denial::AccountInvalid { mask: request.mask, account: wanted.target() };
    match (key.home, context) {
        (KnownHome::Account { place, .. }, None) => Ok(place),
        (KnownHome::Account { place, .. }, Some(wanted)) => {
            of_account(place, wanted, accounts).ok_or_else(|| foreign(wanted))
        }
        (KnownHome::Organization { .. }, None) => Err(Denial::ContextRequired),
        (KnownHome::Organization { .. }, Some(_)) if request.version == Sent::Not => {
            Err(version_required(versions))
        }
        (KnownHome::Organization { id, livemode }, Some(wanted)) => {
            let found = of_organization(id, wanted, accounts).ok_or_else(|| foreign(wanted))?;
            Ok(side(found, livemode))
        }
    }
}

/// An account's key acts on its own account, or on one that is connected to it.
fn of_account(own: Place, wanted: Context, accounts: &impl Accounts) -> Option<Place> {
    let Context::Account(wanted) = wanted else { return None };
    if wanted == own.account {
        return Some(own);
    }
    let platform = accounts.account(&own.account)?;
    let connected = connected(platform, wanted, accounts)?;
    Some(Place { account: connected.id, mode: connected_mode(own.mode, platform, connected) })
}

/// An organization's key acts on an account of the organization, or by way of a platform of it on one
/// that is connected to that.
fn of_organization(
    id: OrganizationId,
    wanted: Context,
    accounts: &impl Accounts,
) -> Option<&AccountFact> {
    let own = |account| accounts.account(account).filter(|fact| fact.organization == Some(id));
    match &wanted {
        Context::Account(account) => own(account),
        Context::Connected(platform, wanted) => connected(own(platform)?, *wanted, accounts),
    }
}

fn connected<'a>(
    platform: &AccountFact,
    wanted: AccountId,
    accounts: &'a impl Accounts,
) -> Option<&'a AccountFact> {
    accounts.account(&wanted).filter(|account| account.platform == Some(platform.id))
}

/// The live side of an account, or the sandbox that it was born with.
fn side(account: &AccountFact, livemode: Livemode) -> Place {
    let mode = match livemode {
        Livemode::Live => Mode::Live,
        Livemode::Test => Mode::Sandbox(account.first_sandbox),
    };
    Place { account: account.id, mode }
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

#[inline]
fn version(
    key: &KnownKey<'_>,
    request: &RequestFacts<'_>,
    versions: &Versions,
) -> Result<Version, Denial> {
    match request.version {
        Sent::Not => match key.home {
            KnownHome::Account { version, .. } => Ok(version.clone()),
            KnownHome::Organization { .. } => Err(version_required(versions)),
        },
        Sent::Once(asked) => versions
            .find(asked)
            .cloned()
            .ok_or_else(|| Denial::VersionUnknown { newest: versions.newest().clone() }),
        Sent::Repeatedly => Err(Denial::Ambiguous("there is more than one version header")),
    }
}

fn version_required(versions: &Versions) -> Denial {
    Denial::VersionRequired { newest: versions.newest().clone() }
}

/// Whether the account acted on is neither the key's own nor one of its organization, but connected to
/// one of these.
fn is_by_way_of_another(key: &KnownKey<'_>, (context, place): (Option<Context>, Place)) -> bool {
    match key.home {
        KnownHome::Account { place: own, .. } => own.account != place.account,
        KnownHome::Organization { .. } => matches!(context, Some(Context::Connected(..))),
    }
}

/// A restricted or organization key needs one of the permissions that the catalog names for the
/// operation: of its own when it acts on its own account or on one of its organization, and otherwise
/// of those for connected ones. Where the catalog names none, none will do. Those that would do are told
/// to a key that holds none of them.
#[inline]
fn permission(
    key: &KnownKey<'_>,
    held: &Permissions,
    request: &RequestFacts<'_>,
    catalog: &Catalog,
) -> Result<(), Box<[NamedPermission]>> {
    match key.kind {
        Kind::Secret | Kind::Publishable => return Ok(()),
        Kind::Organization | Kind::Restricted => {}
    }
    let operation = catalog.operation(request.method, request.path);
    let would_do = operation.map(|operation| &operation.permissions).cloned().unwrap_or_default();
    if would_do.iter().any(|named| held.include(&named.permission)) {
        Ok(())
    } else {
        Err(would_do)
    }
}

#[cfg(test)]
mod tests;
