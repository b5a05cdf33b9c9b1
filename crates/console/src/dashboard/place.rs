//! Where in the dashboard one is, said by the address: an account and one of its modes, or one side of an
//! organization.

use std::sync::Arc;

use axum::extract::{self, FromRequestParts};
use axum::http::request::Parts;
use keys::{Home, KeyId, Livemode, OrganizationId, Place};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::failure::Failure;
use crate::console::Shared;

/// Where the keys of an address live, such as `/acct_…/live/apikeys` or `/org_…/test/apikeys`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Here(pub(super) Home);

/// The account and mode of an address; organizations have no such page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InAccount(pub(super) Place);

/// The organization of an address and one of its sides; accounts have no such page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InOrganization {
    pub(super) id: OrganizationId,
    pub(super) livemode: Livemode,
}

impl InOrganization {
    pub(super) fn home(self) -> Home {
        Home::Organization { id: self.id, livemode: self.livemode }
    }
}

/// The same as [`Here`], with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AtKey {
    pub(super) home: Home,
    pub(super) key: KeyId,
}

#[derive(Deserialize)]
struct Texts {
    owner: String,
    side: String,
    key: Option<String>,
}

impl Texts {
    async fn of(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Failure> {
        let Path(texts) = Path::from_request_parts(parts, shared).await?;
        Ok(texts)
    }

    fn home(&self) -> Result<Home, Failure> {
        if let Ok(id) = self.owner.parse() {
            let livemode = Livemode::of_word(&self.side).ok_or(Failure::Missing)?;
            return Ok(Home::Organization { id, livemode });
        }
        let account = self.owner.parse().map_err(|_cause| Failure::Missing)?;
        let mode = self.side.parse().map_err(|_cause| Failure::Missing)?;
        Ok(Home::Account(Place { account, mode }))
    }
}

impl FromRequestParts<Arc<Shared>> for Here {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Failure> {
        Texts::of(parts, shared).await?.home().map(Self)
    }
}

impl FromRequestParts<Arc<Shared>> for InAccount {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Failure> {
        match Texts::of(parts, shared).await?.home()? {
            Home::Account(place) => Ok(Self(place)),
            Home::Organization { .. } => Err(Failure::Missing),
        }
    }
}

impl FromRequestParts<Arc<Shared>> for InOrganization {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Failure> {
        match Texts::of(parts, shared).await?.home()? {
            Home::Organization { id, livemode } => Ok(Self { id, livemode }),
            Home::Account(_) => Err(Failure::Missing),
        }
    }
}

impl FromRequestParts<Arc<Shared>> for AtKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Failure> {
        let texts = Texts::of(parts, shared).await?;
        let key = texts.key.as_deref().ok_or(Failure::Missing)?;
        let key = key.parse().map_err(|_cause| Failure::Missing)?;
        Ok(Self { home: texts.home()?, key })
    }
}

/// The parts of an address: where they are none, there is no such page.
pub(super) struct Path<T>(pub(super) T);

/// The query of an address, in the same way.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Shared>> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Failure> {
        let found = extract::Path::<T>::from_request_parts(parts, shared).await;
        found.map(|extract::Path(found)| Self(found)).map_err(|_cause| Failure::Missing)
    }
}

impl<T: DeserializeOwned> FromRequestParts<Arc<Shared>> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Failure> {
        let found = extract::Query::<T>::from_request_parts(parts, shared).await;
        found.map(|extract::Query(found)| Self(found)).map_err(|_cause| Failure::Missing)
    }
}

/// Its address.
pub(super) fn path(home: Home) -> String {
    format!("/{}/{}", home.owner(), home.side())
}

/// The address of the keys that live there.
pub(super) fn keys_path(home: Home) -> String {
    format!("{}/apikeys", path(home))
}
