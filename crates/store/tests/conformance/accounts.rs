//! Accounts that are deleted.

use keys::{
    Belonging, Command, Fact, Home, Key, KeyId, Mode, NoticeKind, Place, Realm, Refusal, Role,
    Standing,
};
use store::{NewInvitation, Thing};

use crate::following::Follower;
use crate::members::{account, join};
use crate::people::owned;
use crate::world::{Asker, World, by, on_both_engines};

on_both_engines!(
    a_deleted_account_ends_with_its_keys_in_one_instant_that_gateways_hear_of,
    whoever_had_a_role_in_a_deleted_account_has_none_and_is_told_of_it,
    a_connected_account_that_is_deleted_is_no_platforms_any_more,
);

async fn a_deleted_account_ends_with_its_keys_in_one_instant_that_gateways_hear_of(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let mut follower = Follower::at_snapshot(&asker.store).await;
    let (account, born) = asker.account().await;
    let (other, _) = asker.account().await;
    let (_, further) = (asker.sandbox_key(&other).await, asker.sandbox_key(&account).await.0.id);
    follower.catch_up(&asker.store).await;
    let delete = Command::DeleteAccount { account: account.id };
    let done = asker.get(delete.clone()).await;
    let now = asker.now;
    let ended: Vec<KeyId> = born.iter().map(|made| made.key.id).chain([further]).collect();
    for id in &ended {
        let Key { standing, .. } = asker.key(*id).await;
        assert_eq!(standing, Standing::Deleted { at: now });
        assert!(asker.store.unseal(*id).await.unwrap().is_none(), "nothing is kept of {id}");
    }
    follower.catch_up(&asker.store).await;
    assert_eq!(follower.at, done.sequence);
    assert_eq!(follower, Follower::at_snapshot(&asker.store).await);
    for id in ended {
        let Some(Fact::Key(fact)) = follower.known.get(&Thing::Key(id)) else { panic!() };
        assert_eq!(fact.standing, Standing::Deleted { at: now });
    }
    let kept = asker.store.account(account.id).await.unwrap().unwrap();
    assert_eq!(kept.deleted_at, Some(now));
    let sandboxes = asker.store.sandboxes(account.id).await.unwrap();
    assert!(sandboxes.iter().all(|sandbox| sandbox.deleted_at == Some(now)));
    assert_eq!(asker.store.account(other.id).await.unwrap(), Some(other));
    assert_eq!(asker.refused(delete).await, Refusal::UnknownAccount(account.id));
}

async fn whoever_had_a_role_in_a_deleted_account_has_none_and_is_told_of_it(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let belonging = Belonging::Organization(organization);
    let (id, sandbox) = account(&mut asker, belonging).await;
    let (other, _) = account(&mut asker, belonging).await;
    let realm = Realm::Account(id);
    let places = [
        (realm, Role::Analyst, "ana"),
        (Realm::Sandbox(sandbox), Role::SandboxUser, "sam"),
        (Realm::Account(other), Role::Developer, "dev"),
    ];
    let mut members = Vec::new();
    for (realm, role, name) in places {
        members.push(join(&mut asker, owner.user, (realm, role), name).await);
    }
    let email = "late@example.com".parse().unwrap();
    let late = NewInvitation { email, realm, role: Role::Analyst, invited_by: owner.user };
    let invited = by(owner.user, asker.now);
    asker.store.invite(late, invited, &mut asker.entropy).await.unwrap();
    asker.get(Command::DeleteAccount { account: id }).await;
    let (store, now) = (&asker.store, asker.now);
    for member in &members {
        let roles = store.memberships(member.user).await.unwrap();
        assert_eq!(roles.is_empty(), member.realm != Realm::Account(other), "{member:?}");
    }
    assert_eq!(store.invitations(realm, now).await.unwrap(), []);
    let whose = store::Whose::default();
    let listed = store.accounts_of(owner.user, whose, None, 10).await.unwrap();
    assert_eq!(listed.iter().map(|account| account.id).collect::<Vec<_>>(), [other]);
    // The organization still reads what was done there.
    assert!(store.rights(owner.user, realm).await.unwrap().has(keys::Right::ReadHistory));

    let taken = store.take_notice(now).await.unwrap().unwrap();
    assert_eq!(taken.notice.kind(), NoticeKind::Deleted);
    let live = Home::Account(Place { account: id, mode: Mode::Live });
    let told = async || {
        let told = store.notice_recipients(&taken, live).await.unwrap();
        told.iter().map(|to| to.email.to_string()).collect::<Vec<_>>()
    };
    let mut first = told().await;
    first.sort();
    assert_eq!(first, ["ana@example.com", "owner@example.com", "sam@example.com"]);
    let recipients = store.notice_recipients(&taken, live).await.unwrap();
    let ana = recipients.iter().find(|to| to.email.as_str() == "ana@example.com").unwrap();
    assert!(store.note_told(&taken, ana, now).await.unwrap());
    assert!(!told().await.contains(&"ana@example.com".to_owned()), "nobody is told twice");
    store.remove_notice(&taken).await.unwrap();
    assert_eq!(store.take_notice(now).await.unwrap(), None, "one for all of its keys");
}

async fn a_connected_account_that_is_deleted_is_no_platforms_any_more(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (platform, _) = asker.account().await;
    let (connected, _) = account(&mut asker, Belonging::Platform(platform.id)).await;
    let delete = |account| Command::DeleteAccount { account };
    assert_eq!(asker.refused(delete(platform.id)).await, Refusal::HasConnected);
    let fact = async |store: &store::Store| {
        let follower = Follower::at_snapshot(store).await;
        let Some(Fact::Account(fact)) = follower.known.get(&Thing::Account(connected)) else {
            panic!()
        };
        fact.platform
    };
    assert_eq!(fact(&asker.store).await, Some(platform.id));
    asker.get(delete(connected)).await;
    assert_eq!(fact(&asker.store).await, None, "so that no key of the platform acts on it");
    asker.get(delete(platform.id)).await;
}
