//! The tab of API keys, and everything that is done to one.

mod act;
mod create;
mod duplicate;
mod list;
mod permissions;
mod prefill;
mod resources;
mod restrict;
mod restricted;
mod rotate;
mod row;
mod schedule;
mod told;
mod value;
mod verb;

use std::sync::Arc;

use ::keys::{Home, Key};
use axum::Router;
use axum::routing::get;

use self::verb::Verb;
use super::failure::Failure;
use super::frame::{Frame, Tab};
use super::panel::Panel;
use super::place::{AtKey, list_path};
use super::visit::Visit;
use crate::console::Shared;

/// The pages about keys.
pub(super) fn routes() -> Router<Arc<Shared>> {
    let key = Router::new()
        .route("/restrict", get(restrict::show).post(restrict::save))
        .route("/rotate", get(rotate::show).post(rotate::rotate))
        .route("/schedule", get(schedule::show).post(schedule::schedule))
        .route("/duplicate", get(duplicate::show).post(duplicate::duplicate))
        .route("/permissions", get(permissions::show).post(permissions::save))
        .route("/{act}", get(act::show).post(act::act));
    Router::new()
        .route("/{account}/{mode}/apikeys", get(list::show))
        .route("/{account}/{mode}/apikeys/create", get(restricted::show).post(restricted::create))
        .route("/{account}/{mode}/apikeys/create-secret", get(create::show).post(create::create))
        .nest("/{account}/{mode}/apikeys/{key}", key)
}

/// The key of the address, if it is one of that account and mode, and what stands around its pages.
async fn found(shared: &Arc<Shared>, visit: &Visit, at: AtKey) -> Result<(Frame, Key), Failure> {
    let frame = Frame::of(shared, visit, at.place, Tab::Keys).await?;
    let key = shared.control.key(visit.caller(), at.key).await?;
    if key.home == Home::Account(at.place) { Ok((frame, key)) } else { Err(Failure::Missing) }
}

/// What is done to a key, by its title and what its button says.
fn panel_of(key: &Key, verb: Verb, (title, submit): (&'static str, &'static str)) -> Panel {
    let list = list_path(key.home);
    Panel {
        title,
        about: Some(format!("{} · {}", key.name, key.mask())),
        text: String::new(),
        action: format!("{list}/{}/{}", key.id, verb.as_str()),
        back: list,
        submit,
        is_grave: false,
        fields: Vec::new(),
    }
}
