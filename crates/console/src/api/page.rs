//! Lists come in pages: how many are asked for, and whether there are more.

use std::borrow::Cow;

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;

/// The most that are answered at a time.
const MOST: u16 = 100;
/// How many, where it is not said.
const USUAL: u16 = 10;

/// How many are asked for: from 1 to 100.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u16")]
pub(crate) struct Limit(u16);

impl Default for Limit {
    fn default() -> Self {
        Self(USUAL)
    }
}

impl TryFrom<u16> for Limit {
    type Error = &'static str;

    fn try_from(number: u16) -> Result<Self, &'static str> {
        if (1..=MOST).contains(&number) {
            Ok(Self(number))
        } else {
            Err("a page has 1 to 100 entries")
        }
    }
}

impl Limit {
    /// One more than asked for tells whether there are more.
    pub(crate) fn and_one(self) -> u16 {
        self.0 + 1
    }

    /// A list that is whole.
    pub(crate) fn none<T>(url: &'static str, data: Vec<T>) -> List<T> {
        List { object: "list", url: url.into(), has_more: false, data }
    }

    /// The list of what was found when one more was asked for.
    pub(crate) fn list<T>(self, url: impl Into<Cow<'static, str>>, mut data: Vec<T>) -> List<T> {
        let most = usize::from(self.0);
        let has_more = data.len() > most;
        data.truncate(most);
        List { object: "list", url: url.into(), has_more, data }
    }
}

/// One page.
#[derive(Serialize, ToSchema)]
pub(crate) struct List<T> {
    object: &'static str,
    #[schema(value_type = String)]
    url: Cow<'static, str>,
    has_more: bool,
    data: Vec<T>,
}

/// The question after the `?`, of known fields alone.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let asked: Result<Query<T>, QueryRejection> = Query::from_request_parts(parts, state).await;
        let Query(asked) = asked.map_err(|rejection| Problem::Query(rejection.body_text()))?;
        Ok(Self(asked))
    }
}
