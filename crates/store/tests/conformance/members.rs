//! Members, their roles, and invitations.

use keys::{
    AccountId, Belonging, Change, Command, InvitationToken, Realm, Right, Role, SandboxId, UserId,
};
use store::{
    Invitation, InvitationError, JoinError, Member, MemberError, NewInvitation, NewUser, Store,
};

use crate::people::{organization, owned, person};
use crate::world::{Asker, Seeded, World, by, by_stranger, hours, on_both_engines};

on_both_engines!(
    an_invitation_makes_a_member_once,
    an_invitation_is_good_for_ten_days,
    an_invitation_is_for_its_email_address_alone,
    a_withdrawn_invitation_is_no_longer_good,
    somebody_new_joins_wholly_or_not_at_all,
    whoever_never_confirmed_the_address_joins_as_somebody_new,
    of_several_who_join_by_one_invitation_one_does,
    invitations_are_counted_by_sender_and_by_recipient,
    nobody_invites_above_their_own_role,
    an_invitation_dies_with_the_rights_of_who_sent_it,
    a_role_holds_for_all_that_its_place_owns_and_for_nothing_else,
    a_role_on_a_platform_or_its_organization_holds_for_connected_accounts,
    a_role_is_had_where_it_fits,
    nobody_changes_or_removes_whom_they_could_not_have_made,
    everybody_may_leave,
    the_last_owner_stays_and_stays_owner,
    of_two_owners_who_remove_each_other_one_stays,
    an_owner_is_not_removed_while_another_is_being_removed,
    an_account_of_an_organization_needs_no_owner_of_its_own,
);

pub(crate) async fn try_invite(
    asker: &mut Asker,
    sender: UserId,
    (realm, role): (Realm, Role),
    name: &str,
) -> Result<(Invitation, InvitationToken), InvitationError> {
    let email = format!("{name}@example.com").parse().unwrap();
    let new = NewInvitation { email, realm, role, invited_by: sender };
    asker.store.invite(new, by(sender, asker.now), &mut asker.entropy).await
}

/// Who has a role in exactly that place.
async fn members(store: &Store, realm: Realm) -> Vec<Member> {
    store.members(realm).await.unwrap().into_iter().map(|(member, _)| member).collect()
}

/// Somebody new, in that place.
pub(crate) async fn join(
    asker: &mut Asker,
    sender: UserId,
    place: (Realm, Role),
    name: &str,
) -> Member {
    let (_, token) = try_invite(asker, sender, place, name).await.unwrap();
    let user = person(asker, name).await.id;
    asker.store.accept_invitation(&token, user, by(user, asker.now)).await.unwrap()
}

/// An account of the organization, with its first sandbox.
pub(crate) async fn account(asker: &mut Asker, belonging: Belonging) -> (AccountId, SandboxId) {
    let open = Command::OpenAccount { name: "Rocket".into(), belonging };
    let changes = asker.get(open).await.changes;
    let opened = changes.iter().find_map(Change::account).unwrap();
    (opened.id, opened.first_sandbox)
}

fn is_not_good<T>(outcome: &Result<T, InvitationError>) -> bool {
    matches!(outcome, Err(InvitationError::NotGood))
}

fn is_above<T>(outcome: &Result<T, InvitationError>) -> bool {
    matches!(outcome, Err(InvitationError::Member(MemberError::AboveOnesOwn)))
}

async fn an_invitation_makes_a_member_once(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let realm = Realm::Organization(organization);
    let place = (realm, Role::Developer);
    let (made, token) = try_invite(&mut asker, owner.user, place, "Jenny").await.unwrap();
    assert_eq!(made.email.as_str(), "jenny@example.com");
    let jenny = person(&mut asker, "jenny").await;
    let (store, now) = (&asker.store, asker.now);
    assert_eq!(store.invitation(&token, now).await.unwrap(), Some(made.clone()));
    assert_eq!(store.invitations(realm, now).await.unwrap(), [made]);
    let tries = (0..4).map(|_| store.accept_invitation(&token, jenny.id, by(jenny.id, now)));
    let outcomes = futures_util::future::join_all(tries).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let member = Member { user: jenny.id, realm, role: Role::Developer, since: now };
    assert_eq!(members(store, realm).await, [owner, member]);
    for (member, user) in store.members(realm).await.unwrap() {
        assert!(store.user(member.user).await.unwrap() == Some(user));
    }
    assert_eq!(store.invitation(&token, now).await.unwrap(), None);
    // Whoever has the token reads the mail of the address.
    let confirmed = store.user(jenny.id).await.unwrap().unwrap();
    assert_eq!(confirmed.email_confirmed_at, Some(now));
    let again = try_invite(&mut asker, owner.user, place, "jenny").await.unwrap();
    let again = asker.store.accept_invitation(&again.1, jenny.id, by(jenny.id, asker.now)).await;
    assert!(matches!(again, Err(InvitationError::Member(MemberError::AlreadyMember))));
}

async fn an_invitation_is_good_for_ten_days(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let place = (Realm::Organization(organization), Role::Analyst);
    let (_, token) = try_invite(&mut asker, owner.user, place, "jenny").await.unwrap();
    let jenny = person(&mut asker, "jenny").await.id;
    let end = asker.now + hours(240);
    assert!(is_not_good(&asker.store.accept_invitation(&token, jenny, by(jenny, end)).await));
    assert_eq!(asker.store.invitations(place.0, end).await.unwrap(), []);
    asker.store.accept_invitation(&token, jenny, by(jenny, end - hours(1))).await.unwrap();
}

async fn an_invitation_is_for_its_email_address_alone(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let place = (Realm::Organization(organization), Role::Analyst);
    let (_, token) = try_invite(&mut asker, owner.user, place, "jenny").await.unwrap();
    let sam = person(&mut asker, "sam").await.id;
    let stolen = asker.store.accept_invitation(&token, sam, by(sam, asker.now)).await;
    assert!(matches!(stolen, Err(InvitationError::ForSomebodyElse)));
    assert_eq!(asker.store.memberships(sam).await.unwrap(), []);
}

async fn a_withdrawn_invitation_is_no_longer_good(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let place = (Realm::Organization(organization), Role::Administrator);
    let (made, token) = try_invite(&mut asker, owner.user, place, "jenny").await.unwrap();
    let jenny = person(&mut asker, "jenny").await.id;
    let (store, now) = (&asker.store, asker.now);
    assert!(is_above(&store.withdraw_invitation(made.id, by(jenny, now)).await));
    store.withdraw_invitation(made.id, by(owner.user, now)).await.unwrap();
    assert!(is_not_good(&store.accept_invitation(&token, jenny, by(jenny, now)).await));
    assert!(is_not_good(&store.withdraw_invitation(made.id, by(owner.user, now)).await));
}

async fn nobody_invites_above_their_own_role(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let realm = Realm::Organization(organization);
    let whole = [Role::Owner, Role::Administrator, Role::Developer, Role::IamAdministrator];
    for by in [Role::Administrator, Role::Developer, Role::IamAdministrator, Role::ViewOnly] {
        let member = join(&mut asker, owner.user, (realm, by), by.as_str()).await;
        for role in whole {
            let invited = try_invite(&mut asker, member.user, (realm, role), "new").await;
            assert_eq!(invited.is_ok(), by.may_grant(role), "{by:?} invites {role:?}");
            assert!(invited.is_ok() || is_above(&invited));
        }
    }
    let stranger = person(&mut asker, "stranger").await.id;
    let invited = try_invite(&mut asker, stranger, (realm, Role::ViewOnly), "new").await;
    assert!(is_above(&invited));
}

async fn an_invitation_dies_with_the_rights_of_who_sent_it(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let realm = Realm::Organization(organization);
    let place = (realm, Role::Administrator);
    let admin = join(&mut asker, owner.user, place, "admin").await;
    let (_, token) = try_invite(&mut asker, admin.user, place, "jenny").await.unwrap();
    asker.store.remove_member(&admin, by(owner.user, asker.now)).await.unwrap();
    let jenny = person(&mut asker, "jenny").await.id;
    assert!(is_above(&asker.store.accept_invitation(&token, jenny, by(jenny, asker.now)).await));
}

async fn a_role_holds_for_all_that_its_place_owns_and_for_nothing_else(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let belonging = Belonging::Organization(organization);
    let (one, its_sandbox) = account(&mut asker, belonging).await;
    let (two, other_sandbox) = account(&mut asker, belonging).await;
    let (alone, _) = account(&mut asker, Belonging::Nobody).await;
    let everywhere = [
        Realm::Organization(organization),
        Realm::Account(one),
        Realm::Sandbox(its_sandbox),
        Realm::Account(two),
        Realm::Sandbox(other_sandbox),
        Realm::Account(alone),
    ];
    let here = (Realm::Account(one), Role::Developer);
    let developer = join(&mut asker, owner.user, here, "developer").await;
    let here = (Realm::Sandbox(its_sandbox), Role::SandboxUser);
    let tester = join(&mut asker, owner.user, here, "tester").await;
    let store = &asker.store;
    let seen = async |user: UserId| {
        let rights = everywhere.map(|realm| store.rights(user, realm));
        let rights = futures_util::future::try_join_all(rights).await.unwrap();
        let what = [Right::SeeLiveKeys, Right::SeeSandboxKeys];
        rights.iter().map(|rights| what.map(|right| rights.has(right))).collect::<Vec<_>>()
    };
    let (all, test, none) = ([true, true], [false, true], [false, false]);
    assert_eq!(seen(owner.user).await, [all, all, all, all, all, none]);
    assert_eq!(seen(developer.user).await, [none, all, all, none, none, none]);
    assert_eq!(seen(tester.user).await, [none, none, test, none, none, none]);
}

async fn a_role_on_a_platform_or_its_organization_holds_for_connected_accounts(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let (platform, _) = account(&mut asker, Belonging::Organization(organization)).await;
    let (connected, sandbox) = account(&mut asker, Belonging::Platform(platform)).await;
    let (stranger, _) = account(&mut asker, Belonging::Nobody).await;
    let (strange, _) = account(&mut asker, Belonging::Platform(stranger)).await;
    let here = (Realm::Account(platform), Role::Developer);
    let on_platform = join(&mut asker, owner.user, here, "platform").await;
    let here = (Realm::Account(connected), Role::Developer);
    let on_connected = join(&mut asker, owner.user, here, "connected").await;
    let mut seen = Vec::new();
    for user in [owner.user, on_platform.user, on_connected.user] {
        let mut where_it_holds = Vec::new();
        for (name, realm) in [
            ("organization", Realm::Organization(organization)),
            ("platform", Realm::Account(platform)),
            ("connected", Realm::Account(connected)),
            ("its sandbox", Realm::Sandbox(sandbox)),
            ("another's", Realm::Account(strange)),
        ] {
            let rights = asker.store.rights(user, realm).await.unwrap();
            where_it_holds.extend(rights.has(Right::ChangeSandboxKeys).then_some(name));
        }
        seen.push(where_it_holds.join(", "));
    }
    insta::allow_duplicates! {
        insta::assert_snapshot!(seen.join("\n"), @"
        organization, platform, connected, its sandbox
        platform, connected, its sandbox
        connected, its sandbox
        ");
    }
}

async fn a_role_is_had_where_it_fits(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let (account, sandbox) = account(&mut asker, Belonging::Organization(organization)).await;
    for (realm, role) in [
        (Realm::Sandbox(sandbox), Role::Developer),
        (Realm::Account(account), Role::SandboxUser),
        (Realm::Organization(organization), Role::SandboxAdministrator),
    ] {
        let invited = try_invite(&mut asker, owner.user, (realm, role), "new").await;
        let Err(InvitationError::Member(MemberError::DoesNotFit(_))) = invited else { panic!() };
    }
    let nowhere = Realm::Account(AccountId::mint(&mut asker.entropy));
    let invited = try_invite(&mut asker, owner.user, (nowhere, Role::Developer), "new").await;
    assert!(matches!(invited, Err(InvitationError::Member(MemberError::UnknownRealm(_)))));
    let changed =
        asker.store.change_role(&owner, Role::SandboxUser, by(owner.user, asker.now)).await;
    assert!(matches!(changed, Err(MemberError::DoesNotFit(_))));
}

async fn nobody_changes_or_removes_whom_they_could_not_have_made(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let realm = Realm::Organization(organization);
    let admin = join(&mut asker, owner.user, (realm, Role::Administrator), "admin").await;
    let developer = join(&mut asker, owner.user, (realm, Role::Developer), "developer").await;
    let (store, now) = (&asker.store, asker.now);
    for refused in [
        store.remove_member(&owner, by(admin.user, asker.now)).await,
        store.remove_member(&admin, by(developer.user, asker.now)).await,
        store.change_role(&owner, Role::Analyst, by(admin.user, now)).await.map(drop),
        store.change_role(&admin, Role::Owner, by(admin.user, now)).await.map(drop),
        store.change_role(&developer, Role::Administrator, by(developer.user, now)).await.map(drop),
    ] {
        assert!(matches!(refused, Err(MemberError::AboveOnesOwn)));
    }
    let analyst = store.change_role(&developer, Role::Analyst, by(admin.user, now)).await.unwrap();
    assert_eq!(store.memberships(developer.user).await.unwrap(), [analyst]);
    let stale = store.remove_member(&developer, by(admin.user, asker.now)).await;
    assert!(matches!(stale, Err(MemberError::NotAMember)));
}

async fn everybody_may_leave(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let place = (Realm::Organization(organization), Role::ViewOnly);
    let viewer = join(&mut asker, owner.user, place, "viewer").await;
    asker.store.remove_member(&viewer, by(viewer.user, asker.now)).await.unwrap();
    assert_eq!(members(&asker.store, place.0).await, [owner]);
}

async fn the_last_owner_stays_and_stays_owner(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let realm = Realm::Organization(organization);
    join(&mut asker, owner.user, (realm, Role::Administrator), "admin").await;
    let (store, now) = (&asker.store, asker.now);
    let removed = store.remove_member(&owner, by(owner.user, asker.now)).await;
    assert!(matches!(removed, Err(MemberError::LastOwner)));
    let demoted = store.change_role(&owner, Role::Developer, by(owner.user, now)).await;
    assert!(matches!(demoted, Err(MemberError::LastOwner)));
    assert_eq!(store.memberships(owner.user).await.unwrap(), [owner]);
    join(&mut asker, owner.user, (realm, Role::Owner), "other").await;
    asker.store.remove_member(&owner, by(owner.user, asker.now)).await.unwrap();
}

async fn of_two_owners_who_remove_each_other_one_stays(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    for round in 0..10 {
        let id = organization(&mut asker).await;
        let realm = Realm::Organization(id);
        let email = format!("first{round}@example.com").parse().unwrap();
        let new = store::NewOwner { organization: id, email, password_hash: "$".into() };
        let user = asker.store.add_owner(new, asker.now, &mut asker.entropy).await.unwrap().id;
        let first = asker.store.memberships(user).await.unwrap().remove(0);
        let place = (realm, Role::Owner);
        let second = join(&mut asker, user, place, &format!("second{round}")).await;
        let store = &asker.store;
        let (one, other) = futures_util::future::join(
            store.remove_member(&first, by(first.user, asker.now)),
            store.remove_member(&second, by(second.user, asker.now)),
        )
        .await;
        assert!(one.is_ok() != other.is_ok());
        assert_eq!(members(store, realm).await.len(), 1);
    }
}

async fn an_owner_is_not_removed_while_another_is_being_removed(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let place = (Realm::Organization(organization), Role::Owner);
    let other = join(&mut asker, owner.user, place, "other").await;
    // Another node is half through with removing the other one.
    let mut raw = world.raw().await;
    let begin = if world.is_sqlite() { "BEGIN IMMEDIATE" } else { "BEGIN" };
    sqlx::raw_sql(begin).execute(&mut raw).await.unwrap();
    sqlx::raw_sql("UPDATE counter SET sequence = sequence + 0").execute(&mut raw).await.unwrap();
    let remove = sqlx::query("DELETE FROM members WHERE \"user\" = $1");
    remove.bind(other.user.to_string()).execute(&mut raw).await.unwrap();
    let store = asker.store.clone();
    let removal =
        tokio::spawn(async move { store.remove_member(&owner, by(owner.user, asker.now)).await });
    // Long enough for one that does not wait.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    sqlx::raw_sql("COMMIT").execute(&mut raw).await.unwrap();
    assert!(matches!(removal.await.unwrap(), Err(MemberError::LastOwner)));
}

async fn an_account_of_an_organization_needs_no_owner_of_its_own(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let (account, _) = account(&mut asker, Belonging::Organization(organization)).await;
    let place = (Realm::Account(account), Role::Owner);
    let other = join(&mut asker, owner.user, place, "other").await;
    asker.store.remove_member(&other, by(owner.user, asker.now)).await.unwrap();
    assert_eq!(members(&asker.store, place.0).await, []);
}

fn new(email: &str) -> NewUser {
    let name = Some("Jenny".into());
    NewUser { email: email.parse().unwrap(), name, password_hash: "$chosen$".into() }
}

async fn somebody_new_joins_wholly_or_not_at_all(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let place = (Realm::Organization(organization), Role::Administrator);
    let admin = join(&mut asker, owner.user, place, "admin").await;
    let (_, token) = try_invite(&mut asker, admin.user, place, "jenny").await.unwrap();
    let (store, now, jenny) = (asker.store.clone(), asker.now, "jenny@example.com");
    let bad = NewUser { name: Some("a\u{7}".into()), ..new(jenny) };
    let bad = store.join(&token, bad, by_stranger(now), &mut asker.entropy).await;
    assert!(matches!(bad, Err(JoinError::BadName(_))));
    let other = store.join(&token, new("sam@example.com"), by_stranger(now), &mut asker.entropy);
    let Err(JoinError::Invitation(InvitationError::ForSomebodyElse)) = other.await else {
        panic!()
    };
    // Whoever invited may no longer give the role: then nobody comes to be.
    store.remove_member(&admin, by(owner.user, now)).await.unwrap();
    let above = store.join(&token, new(jenny), by_stranger(now), &mut asker.entropy).await;
    let Err(JoinError::Invitation(InvitationError::Member(MemberError::AboveOnesOwn))) = above
    else {
        panic!()
    };
    assert_eq!(store.user_by_email(&jenny.parse().unwrap()).await.unwrap(), None);

    let (_, token) = try_invite(&mut asker, owner.user, place, "jenny").await.unwrap();
    let joined = store.join(&token, new(jenny), by_stranger(now), &mut asker.entropy).await;
    let member = joined.unwrap();
    let user = store.user(member.user).await.unwrap().unwrap();
    assert_eq!((user.email.as_str(), user.name.as_deref()), (jenny, Some("Jenny")));
    assert_eq!(user.email_confirmed_at, Some(now));
    assert_eq!(store.memberships(user.id).await.unwrap(), [member]);
    let (_, again) = try_invite(&mut asker, owner.user, place, "jenny").await.unwrap();
    let again = store.join(&again, new(jenny), by_stranger(now), &mut asker.entropy).await;
    assert!(matches!(again, Err(JoinError::SignInFirst)));
}

async fn whoever_never_confirmed_the_address_joins_as_somebody_new(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let place = (Realm::Organization(organization), Role::Analyst);
    // Anybody can sign up with any address.
    let squatter = person(&mut asker, "jenny").await;
    let (_, token) = try_invite(&mut asker, owner.user, place, "jenny").await.unwrap();
    let (store, now) = (asker.store.clone(), asker.now);
    let new = NewUser { name: None, ..new("jenny@example.com") };
    let joined = store.join(&token, new, by_stranger(now), &mut asker.entropy).await.unwrap();
    assert_eq!(joined.user, squatter.id);
    let user = store.user(squatter.id).await.unwrap().unwrap();
    assert_eq!((user.name, user.password_hash.as_str()), (None, "$chosen$"));
    assert_eq!(user.email_confirmed_at, Some(now));
}

async fn of_several_who_join_by_one_invitation_one_does(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let place = (Realm::Organization(organization), Role::Analyst);
    let (_, token) = try_invite(&mut asker, owner.user, place, "jenny").await.unwrap();
    let (store, now) = (&asker.store, asker.now);
    let token = &token;
    let tries = (0..4).map(|number| async move {
        let mut entropy = Seeded(number << 48);
        store.join(token, new("jenny@example.com"), by_stranger(now), &mut entropy).await
    });
    let outcomes = futures_util::future::join_all(tries).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(members(store, place.0).await.len(), 2);
}

async fn invitations_are_counted_by_sender_and_by_recipient(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (_, owner) = owned(&mut asker).await;
    let other = person(&mut asker, "other").await.id;
    let (store, now) = (&asker.store, asker.now);
    let passes = async |by: UserId, to: &str, now| {
        let to = format!("{to}@example.com").parse().unwrap();
        store.count_invitation(by, &to, now).await.unwrap().is_ok()
    };
    let tries = (0..20).map(|_| passes(owner.user, "jenny", now));
    let outcomes = futures_util::future::join_all(tries).await;
    assert_eq!(outcomes.into_iter().filter(|passed| *passed).count(), 5);
    assert!(!passes(other, "Jenny", now).await, "whoever sends it");
    for number in 0..30 {
        assert!(passes(owner.user, &format!("new{number}"), now).await);
    }
    assert!(!passes(owner.user, "sam", now).await, "fifty were counted");
    assert!(passes(other, "sam", now).await);
    assert!(passes(owner.user, "jenny", now + hours(24)).await);
}
