//! What the filters offer: keys and people by their names.

use keys::{Home, Key, Mode, Place, Realm};
use store::Lives;

use super::line::Kept;
use super::{Asked, Names};
use crate::console::Shared;
use crate::control::{ControlError, Known, Which};
use crate::dashboard::failure::Failure;
use crate::dashboard::frame::{Frame, Owner};
use crate::dashboard::visit::Visit;

/// The most keys that are offered: the newest.
const MOST: u16 = 100;

/// One that can be asked about.
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) is_asked: bool,
}

/// The things and the actors that can be asked about: those that the reader may know of anyway, those
/// on the page, and whatever is asked about now.
pub(super) async fn choices(
    shared: &Shared,
    (visit, frame): (&Visit, &Frame),
    mut actors: Vec<(String, String)>,
    (asked, events, named): (&Asked, &[Kept], &Names),
) -> Result<(Vec<Choice>, Vec<Choice>), Failure> {
    let caller = visit.caller();
    let keys = match frame.home {
        Home::Account(Place { account, mode }) => {
            let which = Which { account: Some(account), mode: Some(mode) };
            allowed(shared.control.keys(caller, which, None, MOST).await)?
        }
        Home::Organization { id, .. } => {
            let (which, page) = ((id, None), (None, MOST));
            allowed(shared.control.organization_keys(caller, which, Lives::All, page).await)?
        }
    };
    let name = |key: Key| (key.id.to_string(), format!("{} · {}", key.name, key.mask()));
    let mut objects: Vec<(String, String)> = keys.into_iter().map(name).collect();
    actors.push(("system".to_owned(), visit.words().history.system.to_owned()));
    let known = |id: &String| (id.clone(), named.get(id).unwrap_or(id).clone());
    objects.extend(events.iter().filter_map(|event| event.object_id.as_ref()).map(known));
    actors.extend(events.iter().map(|event| known(&event.actor)));
    Ok((offered(objects, &asked.object), offered(actors, &asked.actor)))
}

/// The members of the organization, and of the account and the sandbox if it is about one, if the reader
/// may know them; and the reader.
pub(super) async fn people(
    shared: &Shared,
    visit: &Visit,
    frame: &Frame,
) -> Result<Vec<(String, String)>, Failure> {
    let realms = match &frame.owner {
        Owner::Organization(organization) => vec![Realm::Organization(organization.id)],
        Owner::Account(account) => {
            let above = account.organization.map(Realm::Organization);
            let sandbox = frame.home.place().and_then(|place| match place.mode {
                Mode::Sandbox(id) => Some(Realm::Sandbox(id)),
                Mode::Live => None,
            });
            above.into_iter().chain([Realm::Account(account.id)]).chain(sandbox).collect()
        }
    };
    let (caller, user) = (visit.caller(), &visit.person().user);
    let mut people = vec![(user.id.to_string(), user.email.to_string())];
    for realm in realms {
        let members = allowed(shared.control.members(caller, realm).await)?;
        let name = |Known { user, .. }| (user.id.to_string(), user.email.to_string());
        people.extend(members.into_iter().map(name));
    }
    Ok(people)
}

/// Nothing where the reader's role shows nothing.
fn allowed<T>(found: Result<Vec<T>, ControlError>) -> Result<Vec<T>, ControlError> {
    match found {
        Err(ControlError::NotAllowed(_) | ControlError::Refused(_)) => Ok(Vec::new()),
        found => found,
    }
}

/// Each once, and the one that is asked about among them.
fn offered(all: Vec<(String, String)>, asked: &str) -> Vec<Choice> {
    let mut offered: Vec<Choice> = Vec::new();
    let asked_for = (!asked.is_empty()).then(|| (asked.to_owned(), asked.to_owned()));
    for (id, name) in all.into_iter().chain(asked_for) {
        if !offered.iter().any(|choice| choice.id == id) {
            offered.push(Choice { is_asked: id == asked, id, name });
        }
    }
    offered
}
