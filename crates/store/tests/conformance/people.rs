//! Who signs in.

use keys::{Change, Command, OrganizationId, Realm, Role};
use store::{AddOwnerError, Member, NewOwner, NewUser, User, UserError};

use crate::world::{Asker, Seeded, World, by_stranger, on_both_engines, start};

on_both_engines!(
    an_owner_is_found_by_its_email_address_in_any_case,
    an_email_address_signs_in_one_person,
    an_owner_owns_something_that_is_there,
    a_person_is_added_with_an_address_and_a_name_that_are_some,
    an_owner_of_before_is_still_one,
);

pub(crate) async fn organization(asker: &mut Asker) -> OrganizationId {
    let done = asker.get(Command::OpenOrganization { name: "Rocket Rides".into() }).await;
    let [Change::OrganizationOpened(organization)] = &done.changes[..] else { panic!() };
    organization.id
}

fn owner(organization: OrganizationId, email: &str) -> NewOwner {
    NewOwner { organization, email: email.parse().unwrap(), password_hash: "$argon2id$…".into() }
}

async fn an_owner_is_found_by_its_email_address_in_any_case(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let organization = organization(&mut asker).await;
    let new = owner(organization, "Jenny.Rosen@Example.com");
    let user = asker.store.add_owner(new, start(), &mut Seeded(5)).await.unwrap();
    assert_eq!(user.email.as_str(), "jenny.rosen@example.com");
    assert_eq!(user.email_confirmed_at, Some(start()), "whoever starts Keyway says so");
    let found =
        asker.store.user_by_email(&"JENNY.rosen@example.com".parse().unwrap()).await.unwrap();
    assert_eq!(found.as_ref(), Some(&user));
    let realm = Realm::Organization(organization);
    let member = Member { user: user.id, realm, role: Role::Owner, since: start() };
    assert_eq!(asker.store.memberships(user.id).await.unwrap(), [member]);
    assert_eq!(
        asker.store.user_by_email(&"nobody@example.com".parse().unwrap()).await.unwrap(),
        None
    );
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
    assert_eq!(store.user_by_email(&"jenny@example.com".parse().unwrap()).await.unwrap(), None);
}

/// Somebody who signs in as `name@example.com`.
pub(crate) async fn person(asker: &mut Asker, name: &str) -> User {
    let email = format!("{name}@example.com").parse().unwrap();
    let new = NewUser { email, name: Some(name.into()), password_hash: "$argon2id$…".into() };
    asker.store.add_user(new, by_stranger(asker.now), &mut asker.entropy).await.unwrap()
}

/// An organization and its owner.
pub(crate) async fn owned(asker: &mut Asker) -> (OrganizationId, Member) {
    let id = organization(asker).await;
    let new = owner(id, "owner@example.com");
    let user = asker.store.add_owner(new, asker.now, &mut asker.entropy).await.unwrap();
    (id, asker.store.memberships(user.id).await.unwrap().remove(0))
}

async fn a_person_is_added_with_an_address_and_a_name_that_are_some(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let jenny = person(&mut asker, "Jenny").await;
    assert_eq!((jenny.email.as_str(), jenny.email_confirmed_at), ("jenny@example.com", None));
    assert_eq!(asker.store.user(jenny.id).await.unwrap(), Some(jenny));
    let mut add = async |email: &str, name: &str| {
        let (email, name) = (email.parse().unwrap(), Some(name.to_owned()));
        let new = NewUser { email, name, password_hash: "$argon2id$…".into() };
        asker.store.add_user(new, by_stranger(start()), &mut asker.entropy).await.unwrap_err()
    };
    assert!(matches!(add("JENNY@example.com", "J").await, UserError::EmailTaken));
    for name in ["", "a\u{7}", &"a".repeat(201)] {
        assert!(matches!(add("new@example.com", name).await, UserError::BadName(_)));
    }
}

async fn an_owner_of_before_is_still_one(world: World) {
    let store = world.open().await;
    let mut asker = Asker::new(&store, 1);
    let (_, owner) = owned(&mut asker).await;
    store.close().await;
    // As the database was before there were other members.
    for undo in [
        "CREATE TABLE old AS SELECT \"user\", organization, role FROM members",
        "DROP TABLE members",
        "CREATE TABLE members (\"user\" text NOT NULL REFERENCES users (id), organization text \
         NOT NULL REFERENCES organizations (id), role text NOT NULL, \
         PRIMARY KEY (\"user\", organization))",
        "INSERT INTO members SELECT \"user\", organization, role FROM old",
        "DROP TABLE old",
        "DROP TABLE invitations",
        "DROP TABLE sessions",
        "DROP TABLE mailed_links",
        "DROP TABLE codes",
        "DROP TABLE authenticators",
        "DROP TABLE recovery_codes",
        "DROP TABLE attempts",
        "ALTER TABLE users DROP COLUMN name",
        "ALTER TABLE users DROP COLUMN email_confirmed_at",
        "ALTER TABLE users DROP COLUMN password_changed_at",
        "DELETE FROM _sqlx_migrations WHERE version = 5",
    ] {
        world.tamper(undo).await;
    }
    let store = world.open().await;
    assert_eq!(store.memberships(owner.user).await.unwrap(), [owner]);
    let user = store.user(owner.user).await.unwrap().unwrap();
    assert_eq!(user.password_changed_at, user.created_at);
}
