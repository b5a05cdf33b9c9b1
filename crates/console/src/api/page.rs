//! Lists come in pages: how many are asked for, and whether there are more.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::Beside;
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

    /// The same where the list is read backwards, so that what is too much stands at its beginning.
    fn list_before<T>(self, url: impl Into<Cow<'static, str>>, mut data: Vec<T>) -> List<T> {
        let surplus = data.len().saturating_sub(usize::from(self.0));
        let data = data.split_off(surplus);
        List { object: "list", url: url.into(), has_more: surplus > 0, data }
    }
}

/// Which part is asked for of a list.
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
    /// Where it stands in a list that the store reads in pages, and how much is to be read of that.
    pub(crate) fn beside<I: FromStr<Err: Display>>(&self) -> Result<(Beside<I>, u16), Problem> {
        let read = |text: &str, name: &str| {
            text.parse::<I>().map_err(|error| Problem::Query(format!("`{name}`: {error}")))
        };
        let beside = match (&self.starting_after, &self.ending_before) {
            (Some(_), Some(_)) => return Err(Problem::Query(BOTH_WAYS.to_owned())),
            (None, None) => Beside::Nothing,
            (Some(after), None) => Beside::After(read(after, "starting_after")?),
            (None, Some(before)) => Beside::Before(read(before, "ending_before")?),
        };
        Ok((beside, self.limit.and_one()))
    }

    /// The list of what was read so.
    pub(crate) fn list<T>(&self, url: impl Into<Cow<'static, str>>, data: Vec<T>) -> List<T> {
        match self.ending_before {
            None => self.limit.list(url, data),
            Some(_) => self.limit.list_before(url, data),
        }
    }

    /// That part of a list that is read whole, because it is never long. Its entries are known by what
    /// `id` says of them. After or before what is not in it there is nothing.
    pub(crate) fn of<T, I: FromStr<Err: Display> + PartialEq>(
        &self,
        url: impl Into<Cow<'static, str>>,
        mut data: Vec<T>,
        id: impl Fn(&T) -> I,
    ) -> Result<List<T>, Problem> {
        let place = |wanted: I, data: &[T]| data.iter().position(|one| id(one) == wanted);
        match self.beside()?.0 {
            Beside::Nothing => {}
            Beside::After(one) => {
                let from = place(one, &data).map_or(data.len(), |place| place + 1);
                data = data.split_off(from);
            }
            Beside::Before(one) => data.truncate(place(one, &data).unwrap_or_default()),
        }
        Ok(self.list(url, data))
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
