//! One request to one operation, and what operations answer with.

use serde::Serialize;
use sqlx::SqliteConnection;

use crate::identity::{Identity, Place};
use crate::params::Params;
use crate::problem::{Missing, NamedBy, Problem};
use crate::store::{self, Found, Resource};
use crate::world::World;

/// One request to one operation.
pub(crate) struct Call {
    /// Who asks.
    pub(crate) identity: Identity,
    /// What is asked for, where the path says it.
    pub(crate) id: String,
    /// The parameters.
    pub(crate) params: Params,
    /// Time and chance.
    pub(crate) world: World,
}

impl Call {
    /// The place that the request acts in.
    pub(crate) fn place(&self) -> &Place {
        &self.identity.place
    }

    /// Takes the parameters, leaving none.
    pub(crate) fn take_params(&mut self) -> Params {
        std::mem::take(&mut self.params)
    }

    /// What is known under the id in the path.
    pub(crate) async fn found<R: Resource>(
        &self,
        on: &mut SqliteConnection,
    ) -> Result<Found<R>, Problem> {
        match store::find(&mut *on, self.place(), &self.id).await? {
            Some(found) => Ok(found),
            None => Err(missing::<R>(on, self.place(), &self.id, NamedBy::Path).await),
        }
    }

    /// The object with the id in the path, which must not be deleted.
    pub(crate) async fn object<R: Resource>(
        &self,
        on: &mut SqliteConnection,
    ) -> Result<R, Problem> {
        match self.found(&mut *on).await? {
            Found::Here(object) => Ok(object),
            Found::Deleted => Err(missing::<R>(on, self.place(), &self.id, NamedBy::Path).await),
        }
    }
}

/// Says that an object is not there, and whether another mode has it.
pub(crate) async fn missing<R: Resource>(
    on: &mut SqliteConnection,
    place: &Place,
    id: &str,
    named_by: NamedBy,
) -> Problem {
    match store::elsewhere::<R>(on, place, id).await {
        Err(error) => Problem::Store(error),
        Ok(elsewhere) => Problem::Missing(Missing {
            noun: R::NOUN,
            id: id.to_owned(),
            named_by,
            mode: place.mode.clone(),
            elsewhere,
        }),
    }
}

/// An answer: JSON, written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer(pub(crate) String);

impl Answer {
    /// Writes an answer with two spaces to each level.
    pub(crate) fn of(object: &impl Serialize) -> Result<Self, Problem> {
        serde_json::to_string_pretty(object).map(Self).map_err(Problem::Unwritable)
    }
}

/// What is answered for an object that was deleted.
#[derive(Serialize)]
pub(crate) struct Stub<'i> {
    id: &'i str,
    object: &'static str,
    deleted: bool,
}

impl<'i> Stub<'i> {
    /// Of the kind of object with that id.
    pub(crate) fn of<R: Resource>(id: &'i str) -> Self {
        Self { id, object: R::NOUN, deleted: true }
    }
}
