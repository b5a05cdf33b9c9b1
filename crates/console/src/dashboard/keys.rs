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

use ::keys::{Key, Kind};
use axum::Router;
use axum::routing::get;

use self::verb::Verb;
use super::failure::Failure;
use super::frame::{Frame, Tab};
use super::panel::Panel;
use super::place::{AtKey, keys_path};
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
        .route("/{owner}/{side}/apikeys", get(list::show))
        .route("/{owner}/{side}/apikeys/create", get(restricted::show).post(restricted::create))
        .route("/{owner}/{side}/apikeys/create-secret", get(create::show).post(create::create))
        .nest("/{owner}/{side}/apikeys/{key}", key)
}

/// The key of the address, if it lives there, and what stands around its pages.
async fn found(shared: &Arc<Shared>, visit: &Visit, at: AtKey) -> Result<(Frame, Key), Failure> {
    let frame = Frame::of(shared, visit, at.home, Tab::Keys).await?;
    let key = shared.control.key(visit.caller(), at.key).await?;
    if key.home == at.home { Ok((frame, key)) } else { Err(Failure::Missing) }
}

/// Whether a key may do what was chosen for it, and nothing else.
fn has_permissions(kind: Kind) -> bool {
    match kind {
        Kind::Restricted | Kind::Organization => true,
        Kind::Publishable | Kind::Secret => false,
    }
}

/// What is done to a key, by its title and what its button says.
fn panel_of(key: &Key, verb: Verb, (title, submit): (&'static str, &'static str)) -> Panel {
    let list = keys_path(key.home);
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
