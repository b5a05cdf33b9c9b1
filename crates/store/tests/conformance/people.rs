//! Who signs in.

use keys::{Change, Command, OrganizationId};
use store::{AddOwnerError, Member, NewOwner, Role};

use crate::world::{Asker, Seeded, World, on_both_engines, start};

on_both_engines!(
    an_owner_is_found_by_its_email_address_in_any_case,
    an_email_address_signs_in_one_person,
    an_owner_owns_something_that_is_there,
);

async fn organization(asker: &mut Asker) -> OrganizationId {
    let done = asker.get(Command::OpenOrganization { name: "Rocket Rides".into() }).await;
    let [Change::OrganizationOpened(organization)] = &done.changes[..] else { panic!() };
    organization.id
}

fn owner(organization: OrganizationId, email: &str) -> NewOwner {
    NewOwner { organization, email: email.into(), password_hash: "$argon2id$…".into() }
}

async fn an_owner_is_found_by_its_email_address_in_any_case(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let organization = organization(&mut asker).await;
    let new = owner(organization, "Jenny.Rosen@Example.com");
    let user = asker.store.add_owner(new, start(), &mut Seeded(5)).await.unwrap();
    assert_eq!(user.email, "jenny.rosen@example.com");
    let found = asker.store.user_by_email("JENNY.rosen@example.com").await.unwrap();
    assert_eq!(found.as_ref(), Some(&user));
    let member = Member { user: user.id, organization, role: Role::Owner };
    assert_eq!(asker.store.memberships(user.id).await.unwrap(), [member]);
    assert_eq!(asker.store.user_by_email("nobody@example.com").await.unwrap(), None);
    assert!(!format!("{user:?}").contains("argon2id"));
}

async fn an_email_address_signs_in_one_person(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let organization = organization(&mut asker).await;
    let mut entropy = Seeded(5);
    let first = owner(organization, "jenny@example.com");
    asker.store.add_owner(first, start(), &mut entropy).await.unwrap();
    let second = owner(organization, "Jenny@example.com");
    let error = asker.store.add_owner(second, start(), &mut entropy).await.unwrap_err();
    assert!(matches!(error, AddOwnerError::EmailTaken));
    // The store goes on after a no.
    let third = owner(organization, "sam@example.com");
    asker.store.add_owner(third, start(), &mut entropy).await.unwrap();
}

async fn an_owner_owns_something_that_is_there(world: World) {
    let store = world.open().await;
    let nowhere = OrganizationId::mint(&mut Seeded(9));
    let new = owner(nowhere, "jenny@example.com");
    let error = store.add_owner(new, start(), &mut Seeded(5)).await.unwrap_err();
    assert!(matches!(error, AddOwnerError::UnknownOrganization(id) if id == nowhere));
    assert_eq!(store.user_by_email("jenny@example.com").await.unwrap(), None);
}
