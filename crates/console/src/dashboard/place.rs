//! Where in the dashboard one is: an account and a mode, said by the address.

use std::sync::Arc;

use axum::extract::{self, FromRequestParts};
use axum::http::request::Parts;
use keys::{AccountId, Home, KeyId, Mode, Place};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::failure::Failure;
use crate::console::Shared;

/// The account and mode of an address, such as `/acct_…/live/apikeys`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Here(pub(super) Place);

/// The same, with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AtKey {
    pub(super) place: Place,
    pub(super) key: KeyId,
}

#[derive(Deserialize)]
struct Texts {
    account: String,
    mode: String,
    key: Option<String>,
}

impl Texts {
    async fn of(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<(Place, Option<KeyId>), Failure> {
        let Path(Self { account, mode, key }) =
            Path::<Self>::from_request_parts(parts, shared).await?;
        let account: AccountId = account.parse().map_err(|_cause| Failure::Missing)?;
        let mode: Mode = mode.parse().map_err(|_cause| Failure::Missing)?;
        let key = key.map(|key| key.parse().map_err(|_cause| Failure::Missing)).transpose()?;
        Ok((Place { account, mode }, key))
    }
}

impl FromRequestParts<Arc<Shared>> for Here {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Failure> {
        Texts::of(parts, shared).await.map(|(place, _key)| Self(place))
    }
}

impl FromRequestParts<Arc<Shared>> for AtKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Failure> {
        match Texts::of(parts, shared).await? {
            (place, Some(key)) => Ok(Self { place, key }),
            (_, None) => Err(Failure::Missing),
        }
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

/// The address of the keys of a place.
pub(super) fn keys_path(Place { account, mode }: Place) -> String {
    format!("/{account}/{mode}/apikeys")
}

/// The address of the keys that live where this one does.
pub(super) fn list_path(home: Home) -> String {
    match home {
        Home::Account(place) => keys_path(place),
        Home::Organization { id, .. } => format!("/{id}/apikeys"),
    }
}
