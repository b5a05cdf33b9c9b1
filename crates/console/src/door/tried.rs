//! What a key was refused at the door, before it was read what exactly it asks for: it is in the audit like
//! what is refused behind it, as long as it would have changed something.
//!
//! Whoever holds a living key, and sends it from where it works, is no stranger. What it tries is part of
//! the history of where the key lives, whatever it names; so many of a day as are worth reading.

use axum::http::request::Parts;
use keys::{
    AccountId, Actor, Asker, Authority, Deed, Denial, InvitationId, Key, KeyId, PeopleAct,
    SandboxId, UserId,
};

use super::Client;
use crate::console::Shared;
use crate::problem::Problem;

/// Notes a refusal, if it is one of what would have been a change.
pub(super) async fn note(
    shared: &Shared,
    parts: &Parts,
    key: &Key,
    refused: &Problem,
) -> Result<(), Problem> {
    let Some(code) = code(refused) else { return Ok(()) };
    let Some(deed) = deed(parts.method.as_str(), parts.uri.path()) else { return Ok(()) };
    let Client { address, program } = Client::of(shared, parts)?;
    let (actor, authority) = (Actor::Key(key.id), Authority::nothing());
    let asker = Asker { actor, authority, from: Some(address), program, idempotency: None };
    Ok(shared.control.note_refused(&asker, deed.in_home(key.home), code).await?)
}

/// The word for it, where the key is good and may not do what it asks for.
fn code(refused: &Problem) -> Option<&'static str> {
    if let Problem::NotAllowed(error) = refused {
        return Some(error.code());
    }
    let Problem::Denied(denial) = refused else { return None };
    let is_good = matches!(
        denial,
        Denial::MorePermissionsRequired { .. }
            | Denial::OrganizationPermissionRequired { .. }
            | Denial::AccountInvalid { .. }
    );
    is_good.then(|| denial.answer().code)
}

/// What would have been done by a request; nothing where it would have changed nothing that has a
/// history. Of what it names only ids are kept.
fn deed(method: &str, path: &str) -> Option<Deed> {
    let segments: Vec<&str> = path.strip_prefix("/api/v1/")?.split('/').collect();
    Some(match (method, segments.as_slice()) {
        ("POST", ["keys"] | ["organizations", _, "keys"]) => Deed::tried("api_key.created"),
        ("POST", ["keys", "import"]) => Deed::tried("api_key.imported"),
        ("POST", ["keys", id]) => on_key("api_key.updated", id),
        ("DELETE", ["keys", id]) => on_key("api_key.deleted", id),
        ("POST", ["keys", id, verb]) => on_key(verb_on_key(verb)?, id),
        ("DELETE", ["keys", id, "rotation"]) => on_key("api_key.rotation_canceled", id),
        ("POST", ["accounts"]) => Deed::tried("account.created"),
        ("POST", ["accounts", id]) => about::<AccountId>(Deed::tried("account.updated"), id),
        ("DELETE", ["accounts", id]) => about::<AccountId>(Deed::tried("account.deleted"), id),
        ("POST", ["accounts", _, "sandboxes"]) => Deed::tried("sandbox.created"),
        ("POST", ["sandboxes", id]) => about::<SandboxId>(Deed::tried("sandbox.updated"), id),
        ("DELETE", ["sandboxes", id]) => about::<SandboxId>(Deed::tried("sandbox.deleted"), id),
        ("POST", ["organizations"]) => Deed::tried("organization.created"),
        ("POST", ["members", _, user, _]) => {
            about::<UserId>(Deed::of_members(PeopleAct::ChangeRole), user)
        }
        ("DELETE", ["members", _, user, _]) => {
            about::<UserId>(Deed::of_members(PeopleAct::RemoveMember), user)
        }
        ("POST", ["invitations"]) => Deed::of_members(PeopleAct::Invite),
        ("DELETE", ["invitations", id]) => {
            about::<InvitationId>(Deed::of_members(PeopleAct::WithdrawInvitation), id)
        }
        (_, _) => return None,
    })
}

fn verb_on_key(verb: &str) -> Option<&'static str> {
    match verb {
        "duplicate" => Some("api_key.duplicated"),
        "expire" => Some("api_key.expired"),
        "reveal" => Some("api_key.viewed"),
        "rotate" => Some("api_key.rotated"),
        "rotation" => Some("api_key.rotation_scheduled"),
        _ => None,
    }
}

fn on_key(action: &'static str, id: &str) -> Deed {
    about::<KeyId>(Deed::tried(action), id)
}

/// What stands in the path is told if it is such an id: anything else could be a key value.
fn about<Id: std::str::FromStr + std::fmt::Display>(deed: Deed, text: &str) -> Deed {
    match text.parse::<Id>() {
        Ok(id) => deed.about(id),
        Err(_no_id) => deed,
    }
}
