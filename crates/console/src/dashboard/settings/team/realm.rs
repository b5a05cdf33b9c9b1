//! The places whose members a page of the team shows: an account, what it belongs to, and the sandbox
//! where its reader is; or an organization.

use keys::{Home, Mode, OrganizationId, Place, Realm, Rights, Role};

use super::super::super::failure::Failure;
use super::super::super::frame::{Frame, Owner};
use super::super::super::panel::{Field, FieldKind, Offer};
use super::super::super::words::Called;
use crate::console::Shared;
use crate::control::{Caller, ControlError};

/// The places of an address, the account first.
pub(super) fn realms(frame: &Frame) -> Vec<Realm> {
    let account = match &frame.owner {
        Owner::Organization(organization) => return vec![Realm::Organization(organization.id)],
        Owner::Account(account) => account,
    };
    let mut realms = Vec::new();
    if frame.is_whole {
        realms.push(Realm::Account(account.id));
    }
    if let Home::Account(Place { mode: Mode::Sandbox(id), .. }) = frame.home {
        realms.push(Realm::Sandbox(id));
    }
    realms.extend(account.organization.filter(|_| frame.is_whole).map(Realm::Organization));
    realms
}

/// The place that an address names, if it is one of where its reader is.
pub(super) fn named(frame: &Frame, text: &str) -> Result<Realm, Failure> {
    let found = realms(frame).into_iter().find(|realm| realm.to_string() == text);
    found.ok_or(Failure::Missing)
}

/// What the members of a place are called, and where their roles hold.
pub(super) async fn heading(
    shared: &Shared,
    (caller, frame): (&Caller, &Frame),
    realm: Realm,
) -> Result<(String, &'static str), Failure> {
    let words = &frame.words.settings.of_team;
    let ((place, text), name): (Called, String) = match realm {
        Realm::Account(_) => (words.in_account, frame.name().to_owned()),
        Realm::Sandbox(_) => (words.in_sandbox, frame.mode_name().to_owned()),
        Realm::Organization(id) => {
            (words.in_organization, organization_name(shared, caller, id).await?)
        }
    };
    Ok((format!("{place} {name}"), text))
}

/// What an organization is called, to whoever may know it; its id to all others.
pub(in super::super) async fn organization_name(
    shared: &Shared,
    caller: &Caller,
    id: OrganizationId,
) -> Result<String, ControlError> {
    match shared.control.organization(caller, id).await {
        Ok(found) => Ok(found.name),
        Err(ControlError::NotAllowed(_)) => Ok(id.to_string()),
        Err(ControlError::Refused(refusal)) if refusal.is_unknown() => Ok(id.to_string()),
        Err(error) => Err(error),
    }
}

/// The roles that somebody can have in a place. Those above its reader's own are shown, and cannot be
/// chosen.
pub(super) async fn role_field(
    shared: &Shared,
    (caller, frame): (&Caller, &Frame),
    realm: Realm,
    chosen: Option<Role>,
) -> Result<Field, ControlError> {
    let rights: Rights = shared.store.rights(caller.person()?.user.id, realm).await?;
    let words = &frame.words.settings.of_team;
    let fitting = Role::ALL.into_iter().filter(|role| role.fits(realm));
    let offers = fitting.map(|role| {
        let (label, text) = words.roles.of(role);
        let is_open = rights.may_grant(role);
        Offer {
            value: role.as_str(),
            label,
            text: if is_open { text } else { words.above },
            is_open,
        }
    });
    Ok(Field {
        name: "role",
        label: words.role,
        hint: "",
        value: chosen.map(|role| role.as_str().to_owned()).unwrap_or_default(),
        kind: FieldKind::Offers(offers.collect()),
    })
}
