//! Lists: newest first, a page at a time.
//!
//! Limits: a cursor is the id of an object of the same list; an object that was deleted since can be a
//! cursor as long as its id is remembered.

use serde::Serialize;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::fault::{Fault, ParamError};
use crate::identity::Place;
use crate::params::Params;
use crate::problem::{NamedBy, Problem};
use crate::store::{self, Resource, StoreError};
use crate::{call, params};

/// Which page is asked for.
pub(crate) struct Page {
    limit: i64,
    start: Start,
}

/// Where a page begins.
enum Start {
    /// With the newest object.
    Newest,
    /// With the next older object than this one.
    After(String),
    /// So that it ends with the next newer object than this one.
    Before(String),
}

/// Which objects of a kind are listed.
pub(crate) enum Filter {
    /// All.
    All,
    /// Customers with this email address.
    Email(String),
    /// Products that are, or are not, active.
    Active(bool),
}

/// A page as it is answered.
#[derive(Serialize)]
pub(crate) struct List<R> {
    object: &'static str,
    data: Vec<R>,
    has_more: bool,
    url: &'static str,
}

impl Page {
    /// Takes the parameters that every list has.
    pub(crate) fn take(params: &mut Params) -> Result<Self, ParamError> {
        let limit = params.integer("limit", 1..=100)?.unwrap_or(10);
        let after = params.full_text(AFTER, params::TEXT)?;
        let before = params.full_text(BEFORE, params::TEXT)?;
        let start = match (after, before) {
            (None, None) => Start::Newest,
            (Some(id), None) => Start::After(id),
            (None, Some(id)) => Start::Before(id),
            (Some(_), Some(_)) => {
                return Err(params.error(AFTER, Fault::Excludes { other: BEFORE }));
            }
        };
        Ok(Self { limit, start })
    }

    /// The page of that list.
    pub(crate) async fn list<R: Resource>(
        self,
        on: &mut SqliteConnection,
        place: &Place,
        filter: Filter,
        url: &'static str,
    ) -> Result<List<R>, Problem> {
        let (from, is_backwards) = match self.start {
            Start::Newest => (i64::MAX, false),
            Start::After(id) => (sequence::<R>(on, place, id, AFTER).await?, false),
            Start::Before(id) => (sequence::<R>(on, place, id, BEFORE).await?, true),
        };
        let mut query = select::<R>(place, filter);
        if is_backwards {
            query.push(" AND sequence > ").push_bind(from).push(" ORDER BY sequence LIMIT ");
        } else {
            query.push(" AND sequence < ").push_bind(from).push(" ORDER BY sequence DESC LIMIT ");
        }
        let rows = query.push_bind(self.limit + 1).build().fetch_all(on).await?;
        let mut data = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, body): (String, String) = (row.try_get("id")?, row.try_get("body")?);
            data.push(store::read(&body, &id)?);
        }
        let limit = usize::try_from(self.limit).unwrap_or_default();
        let has_more = data.len() > limit;
        data.truncate(limit);
        if is_backwards {
            data.reverse();
        }
        Ok(List { object: "list", data, has_more, url })
    }
}

const AFTER: &str = "starting_after";
const BEFORE: &str = "ending_before";

fn select<R: Resource>(place: &Place, filter: Filter) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("SELECT id, body FROM objects WHERE body IS NOT NULL");
    query.push(" AND account = ").push_bind(place.account.clone());
    query.push(" AND mode = ").push_bind(place.mode.as_str().to_owned());
    // The kind is written out, as the index of customers by their email is of customers alone.
    query.push(" AND kind = '").push(R::NOUN).push("'");
    match filter {
        Filter::All => {}
        Filter::Email(email) => {
            query.push(" AND json_extract(body, '$.email') = ").push_bind(email);
        }
        Filter::Active(active) => {
            query.push(" AND json_extract(body, '$.active') = ").push_bind(active);
        }
    }
    query
}

/// The place in the list of the object that is the cursor.
async fn sequence<R: Resource>(
    on: &mut SqliteConnection,
    place: &Place,
    id: String,
    param: &'static str,
) -> Result<i64, Problem> {
    let sequence: Option<i64> = sqlx::query_scalar(
        "SELECT sequence FROM objects WHERE account = $1 AND mode = $2 AND kind = $3 AND id = $4",
    )
    .bind(&place.account)
    .bind(place.mode.as_str())
    .bind(R::NOUN)
    .bind(&id)
    .fetch_optional(&mut *on)
    .await
    .map_err(StoreError::from)?;
    match sequence {
        Some(sequence) => Ok(sequence),
        None => Err(call::missing::<R>(on, place, &id, NamedBy::Param(param)).await),
    }
}
