//! Pages of members and invitations are parts of the whole list, however long they are.

use keys::{Belonging, Realm, Role};
use store::{Beside, Invitation, Member, Store};

use crate::members::{account, join, try_invite};
use crate::people::owned;
use crate::world::{Asker, World, by, hours, on_both_engines};

on_both_engines!(
    members_are_read_page_by_page_in_both_directions,
    invitations_are_read_page_by_page_in_both_directions,
    beside_what_was_never_there_is_nothing,
);

async fn page_of_members(
    store: &Store,
    realm: Realm,
    beside: Beside<Member>,
    most: u16,
) -> Vec<Member> {
    let beside = beside.map(|member| (member.user, member.role));
    let page = store.page_of_members(realm, beside, most).await.unwrap();
    page.into_iter().map(|(member, _)| member).collect()
}

/// Pages are compared with what they are parts of, from each entry on and back from each.
async fn compare<T: Clone + PartialEq + std::fmt::Debug>(
    whole: &[T],
    page: impl AsyncFn(Beside<T>, u16) -> Vec<T>,
) {
    for most in [1, 2, 3, 100] {
        let count = usize::from(most);
        assert_eq!(page(Beside::Nothing, most).await, whole[..count.min(whole.len())]);
        for (place, one) in whole.iter().enumerate() {
            let after = &whole[place + 1..];
            let read = page(Beside::After(one.clone()), most).await;
            assert_eq!(read, after[..count.min(after.len())]);
            let read = page(Beside::Before(one.clone()), most).await;
            assert_eq!(read, whole[place.saturating_sub(count)..place]);
        }
    }
}

async fn members_are_read_page_by_page_in_both_directions(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let realm = Realm::Organization(organization);
    for (name, role, later) in [
        ("one", Role::Developer, 0),
        ("two", Role::Analyst, 0),
        ("three", Role::Developer, 1),
        ("four", Role::ViewOnly, 0),
        ("five", Role::Developer, 2),
    ] {
        asker.now += hours(later);
        join(&mut asker, owner.user, (realm, role), name).await;
    }
    // Somebody may have two roles in one place.
    let place = (realm, Role::ViewOnly);
    let (_, token) = try_invite(&mut asker, owner.user, place, "one").await.unwrap();
    let one = asker.store.user_by_email(&"one@example.com".parse().unwrap()).await;
    let one = one.unwrap().unwrap().id;
    asker.store.accept_invitation(&token, one, by(one, asker.now)).await.unwrap();
    let store = &asker.store;
    let whole = store.members(realm).await.unwrap();
    let members: Vec<_> = whole.iter().map(|(member, _)| *member).collect();
    assert_eq!(members.len(), 7);
    compare(&members, async |beside, most| page_of_members(store, realm, beside, most).await).await;
    let all = store.page_of_members(realm, Beside::Nothing, 100).await.unwrap();
    assert!(all == whole, "with the people they are");
}

async fn invitations_are_read_page_by_page_in_both_directions(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let place = (Realm::Organization(organization), Role::Developer);
    let mut ended = None;
    for (name, later) in [("one", 0), ("two", 0), ("three", 1), ("four", 0), ("five", 2)] {
        asker.now += hours(later);
        let (made, _) = try_invite(&mut asker, owner.user, place, name).await.unwrap();
        ended = ended.or((name == "three").then_some(made));
    }
    let (store, now) = (&asker.store, asker.now);
    let read = async |beside: Beside<Invitation>, most| {
        let beside = beside.map(|invitation| invitation.id);
        store.page_of_invitations(place.0, beside, most, now).await.unwrap()
    };
    let whole = store.invitations(place.0, now).await.unwrap();
    assert_eq!(whole.len(), 5);
    compare(&whole, &read).await;
    // One that ends keeps its place, so that whoever has read up to it goes on from there.
    let ended = ended.unwrap();
    store.withdraw_invitation(ended.id, by(owner.user, now)).await.unwrap();
    let [before, after] = [Beside::Before(ended.clone()), Beside::After(ended.clone())];
    let (before, after) = (read(before, 100).await, read(after, 100).await);
    assert_eq!([before, after].concat(), store.invitations(place.0, now).await.unwrap());
    assert_eq!(store.invitations(place.0, now).await.unwrap().len(), 4);
}

async fn beside_what_was_never_there_is_nothing(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let realm = Realm::Organization(organization);
    let (other, _) = account(&mut asker, Belonging::Organization(organization)).await;
    let there = (Realm::Account(other), Role::Developer);
    let elsewhere = join(&mut asker, owner.user, there, "jenny").await;
    let (invited, _) = try_invite(&mut asker, owner.user, there, "sam").await.unwrap();
    try_invite(&mut asker, owner.user, (realm, Role::Developer), "sam").await.unwrap();
    let (store, now) = (&asker.store, asker.now);
    for beside in [Beside::After(elsewhere), Beside::Before(elsewhere)] {
        assert_eq!(page_of_members(store, realm, beside, 9).await, []);
    }
    for beside in [Beside::After(invited.id), Beside::Before(invited.id)] {
        assert_eq!(store.page_of_invitations(realm, beside, 9, now).await.unwrap(), []);
    }
}
