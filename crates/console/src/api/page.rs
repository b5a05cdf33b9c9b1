//! Lists come in pages: how many are asked for, and whether there are more.

use std::borrow::Cow;

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

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

    /// The list of what was found when one more was asked for.
    pub(crate) fn list<T>(self, url: impl Into<Cow<'static, str>>, mut data: Vec<T>) -> List<T> {
        let most = usize::from(self.0);
        let has_more = data.len() > most;
        data.truncate(most);
        List { object: "list", url: url.into(), has_more, data }
    }
}

/// Which part is asked for of a list that is read whole, because it is never long.
#[derive(Debug)]
pub(crate) struct Part {
    /// How many.
    pub(crate) limit: Limit,
    /// Those that come after this one.
    pub(crate) starting_after: Option<String>,
    /// Those that come before this one, the nearest of them.
    pub(crate) ending_before: Option<String>,
}

/// The same, where nothing else is asked for.
#[derive(Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paged {
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100, default = 10)]
    limit: Limit,
    /// Those that come after this one.
    starting_after: Option<String>,
    /// Those that come before this one, the nearest of them.
    ending_before: Option<String>,
}

impl From<Paged> for Part {
    fn from(Paged { limit, starting_after, ending_before }: Paged) -> Self {
        Self { limit, starting_after, ending_before }
    }
}

impl Part {
    /// That part of a list, whose entries are known by what `id` says of them. After or before what is
    /// not in it there is nothing.
    pub(crate) fn of<T>(
        self,
        url: impl Into<Cow<'static, str>>,
        mut data: Vec<T>,
        id: impl Fn(&T) -> String,
    ) -> Result<List<T>, Problem> {
        let most = usize::from(self.limit.0);
        let place = |wanted: &str, data: &[T]| data.iter().position(|one| id(one) == wanted);
        match (self.starting_after, self.ending_before) {
            (Some(_), Some(_)) => Err(Problem::Query(BOTH_WAYS.to_owned())),
            (None, None) => Ok(self.limit.list(url, data)),
            (Some(after), None) => {
                let from = place(&after, &data).map_or(data.len(), |place| place + 1);
                Ok(self.limit.list(url, data.split_off(from)))
            }
            (None, Some(before)) => {
                data.truncate(place(&before, &data).unwrap_or_default());
                let surplus = data.len().saturating_sub(most);
                let data = data.split_off(surplus);
                Ok(List { object: "list", url: url.into(), has_more: surplus > 0, data })
            }
        }
    }
}

const BOTH_WAYS: &str = "Say `starting_after` or `ending_before`, and not both";

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

#[cfg(test)]
mod tests {
    use super::*;

    fn part(limit: u16, after: Option<&str>, before: Option<&str>) -> Result<String, String> {
        let (starting_after, ending_before) = (after.map(str::to_owned), before.map(str::to_owned));
        let part = Part { limit: Limit(limit), starting_after, ending_before };
        let all = ["a", "b", "c", "d", "e"].map(str::to_owned).into();
        let found = part.of("/", all, String::clone);
        let found = found.map_err(|problem| problem.to_string())?;
        Ok(format!("{}{}", found.data.concat(), if found.has_more { " and more" } else { "" }))
    }

    #[test]
    fn a_list_is_read_forwards_and_backwards_and_nothing_is_left_out() {
        assert_eq!(part(2, None, None).unwrap(), "ab and more");
        assert_eq!(part(2, Some("b"), None).unwrap(), "cd and more");
        assert_eq!(part(2, Some("d"), None).unwrap(), "e");
        assert_eq!(part(2, Some("e"), None).unwrap(), "");
        assert_eq!(part(2, None, Some("e")).unwrap(), "cd and more");
        assert_eq!(part(2, None, Some("c")).unwrap(), "ab");
        assert_eq!(part(2, None, Some("a")).unwrap(), "");
        assert_eq!(part(5, None, None).unwrap(), "abcde");
        assert_eq!(part(2, Some("x"), None).unwrap(), "");
        assert_eq!(part(2, None, Some("x")).unwrap(), "");
        part(2, Some("a"), Some("d")).unwrap_err();
    }
}
