//! The same door for an API that is about organizations as well as about accounts, as Keyway's own
//! management is: a key of an organization that names no account acts on the organization itself.

use jiff::Timestamp;

use super::{
    Accounts, Admission, Api, KnownHome, KnownKey, RequestFacts, admit, key_itself, permission,
    version,
};
use crate::{ContextHeaders, Denial, Home, KeyId, Livemode, OrganizationId, Sent};

/// The yes to a request, and on what its key acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// On an account.
    Account(Admission),
    /// On its organization.
    Organization(OrganizationAdmission),
}

/// The yes to a request by which a key acts on its organization, and on none of the accounts: a witness
/// that cannot be made but by [`admit_with_organizations`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationAdmission {
    key: KeyId,
    id: OrganizationId,
    livemode: Livemode,
}

impl OrganizationAdmission {
    /// The key.
    #[must_use]
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// The organization, and which side of it the key is for.
    #[must_use]
    pub fn home(&self) -> Home {
        Home::Organization { id: self.id, livemode: self.livemode }
    }
}

/// Decides about a request like [`admit`], but for one by an organization's key that names no account: of
/// that the key's own permissions are asked, as on each account of the organization. The version is
/// named all the same.
///
/// # Errors
/// The first check that says no.
pub fn admit_with_organizations(
    key: &KnownKey<'_>,
    request: &RequestFacts<'_>,
    api: &Api,
    accounts: &impl Accounts,
    now: Timestamp,
) -> Result<Entry, Denial> {
    let ContextHeaders { context, account } = request.context;
    let (KnownHome::Organization { id, livemode }, Sent::Not, Sent::Not) =
        (key.home, context, account)
    else {
        return admit(key, request, api, accounts, now).map(Entry::Account);
    };
    key_itself(key, request, api, now)?;
    version(key, request, &api.versions)?;
    permission(key, &key.grants.own, request, &api.catalog).map_err(|would_do| {
        Denial::OrganizationPermissionRequired { mask: request.mask, organization: id, would_do }
    })?;
    Ok(Entry::Organization(OrganizationAdmission { key: key.id, id, livemode }))
}
