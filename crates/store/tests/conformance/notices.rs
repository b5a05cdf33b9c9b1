//! What is to be told of keys: kept with what it tells of, and sent once.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use keys::{
    AccountId, Actor, Belonging, Command, Ending, Home, Key, KeyCommand, Kind, Livemode, Mode,
    Notice, NoticeKind, Place, Realm, Role, Warning,
};
use store::{DeadUse, Member, Store, TakenNotice};

use crate::members::join;
use crate::people::{owned, person};
use crate::world::{Asker, World, by, hours, minted, on_both_engines, start};

on_both_engines!(
    what_is_to_be_told_is_kept_with_what_it_tells_of,
    of_a_refused_command_nothing_is_told,
    two_that_take_never_get_the_same,
    whoever_was_too_slow_has_it_no_more,
    what_was_put_off_waits_and_what_was_given_up_is_never_taken,
    all_who_may_see_the_live_keys_are_told,
    an_address_that_nobody_confirmed_is_told_nothing,
    what_somebody_turned_off_is_not_told_to_them,
    whom_it_has_reached_is_not_told_again,
    a_warning_waits_for_its_moment_and_is_taken_once,
    uses_of_a_dead_key_are_counted_and_told_of_once_a_day,
    of_a_dead_key_of_a_sandbox_nothing_is_counted,
);

/// A new live secret key of that account.
async fn live_key(asker: &mut Asker, account: AccountId) -> Key {
    let place = Place { account, mode: Mode::Live };
    let create = Command::CreateSecretKey { place, name: "Shop".into(), note: None };
    minted(&mut asker.get(create).await.changes).remove(0).key
}

/// An account of an organization with that owner, and a live key in it that is told of.
async fn told_key(asker: &mut Asker) -> (Member, Key) {
    let (organization, owner) = owned(asker).await;
    let belonging = Belonging::Organization(organization);
    let open = Command::OpenAccount { name: "Rides".into(), belonging };
    let opened = asker.get(open).await.changes;
    let account = opened.iter().find_map(keys::Change::account).unwrap().id;
    (owner, live_key(asker, account).await)
}

/// Everything that is due, taken.
async fn taken(asker: &Asker) -> Vec<TakenNotice> {
    let mut all = Vec::new();
    while let Some(one) = asker.store.take_notice(asker.now).await.unwrap() {
        all.push(one);
    }
    all
}

/// The first names of those who are to be told.
async fn told(asker: &Asker, taken: &TakenNotice, key: &Key) -> Vec<String> {
    let recipients = asker.store.notice_recipients(taken, key.home).await.unwrap();
    let name = |email: String| email.split('@').next().unwrap().to_owned();
    let mut names: Vec<_> = recipients.iter().map(|one| name(one.email.to_string())).collect();
    names.sort();
    names
}

async fn what_is_to_be_told_is_kept_with_what_it_tells_of(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, born) = asker.account().await;
    assert_eq!(taken(&asker).await, [], "nobody is told of the keys that an account is born with");
    asker.sandbox_key(&account).await;
    assert_eq!(taken(&asker).await, [], "nor of those of a sandbox");
    let key = live_key(&mut asker, account.id).await.id;
    let is_secret = |key: &&Key| key.kind == Kind::Secret && key.home.livemode() == Livemode::Live;
    let default = born.iter().map(|made| &made.key).find(is_secret).unwrap().id;
    asker.get(Command::Key(default, KeyCommand::Reveal)).await;
    let rotate = Command::Key(key, KeyCommand::Rotate(Ending::Now));
    let replacement = minted(&mut asker.get(rotate).await.changes).remove(0).key.id;
    asker.get(Command::Key(replacement, KeyCommand::Delete)).await;
    // The process ends here.
    asker.store.close().await;
    asker.store = world.open().await;
    let by = Actor::System;
    let told: Vec<_> = taken(&asker).await.iter().map(|one| (one.key, one.notice)).collect();
    let expected = [
        (key, Notice::Created { by }),
        (default, Notice::Revealed { by }),
        (key, Notice::Rotated { by, replacement, until: None }),
        (replacement, Notice::Deleted { by }),
    ];
    assert_eq!(told, expected);
}

async fn of_a_refused_command_nothing_is_told(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let key = live_key(&mut asker, account.id).await.id;
    let created = taken(&asker).await;
    asker.store.remove_notice(&created[0]).await.unwrap();
    asker.refused(Command::Key(key, KeyCommand::Reveal)).await;
    assert_eq!(taken(&asker).await, []);
}

async fn two_that_take_never_get_the_same(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    for _ in 0..20 {
        live_key(&mut asker, account.id).await;
    }
    // Another process, where the engine allows one.
    let other = if world.is_sqlite() { asker.store.clone() } else { world.open().await };
    let now = asker.now;
    let worker = |store: Store| async move {
        let (mut got, mut empty) = (Vec::new(), 0);
        // That one finds nothing may mean that the other was first.
        while empty < 20 {
            match store.take_notice(now).await.unwrap() {
                Some(one) => got.push(one.key),
                None => empty += 1,
            }
        }
        got
    };
    let (one, two) = tokio::join!(worker(asker.store.clone()), worker(other));
    assert_eq!(one.len() + two.len(), 20);
    assert_eq!(one.iter().chain(&two).collect::<BTreeSet<_>>().len(), 20);
}

async fn whoever_was_too_slow_has_it_no_more(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (owner, key) = told_key(&mut asker).await;
    let (store, now) = (asker.store.clone(), asker.now);
    let slow = store.take_notice(now).await.unwrap().unwrap();
    let later = now + SignedDuration::from_mins(5);
    let almost = later - SignedDuration::from_secs(1);
    assert_eq!(store.take_notice(almost).await.unwrap(), None);
    let next = store.take_notice(later).await.unwrap().unwrap();
    assert_eq!((slow.tries, next.tries, next.key), (1, 2, key.id));
    let reached = store.notice_recipients(&slow, key.home).await.unwrap().remove(0);
    assert_eq!(reached.user, owner.user);
    // It has reached the owner, and that is known; but the rest is for the next.
    assert!(!store.note_told(&slow, &reached, later).await.unwrap());
    assert_eq!(store.notice_recipients(&next, key.home).await.unwrap(), []);
    store.remove_notice(&slow).await.unwrap();
    store.give_notice_up(&slow, later).await.unwrap();
    store.put_notice_off(&slow, later).await.unwrap();
    assert_eq!(store.take_notice(later).await.unwrap(), None);
    store.remove_notice(&next).await.unwrap();
    assert_eq!(store.take_notice(later + hours(100)).await.unwrap(), None);
    assert!(!store.note_told(&next, &reached, later).await.unwrap(), "it is gone");
}

async fn what_was_put_off_waits_and_what_was_given_up_is_never_taken(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    live_key(&mut asker, account.id).await;
    let (store, now) = (&asker.store, asker.now);
    let first = store.take_notice(now).await.unwrap().unwrap();
    store.put_notice_off(&first, now + hours(1)).await.unwrap();
    assert_eq!(store.take_notice(now + SignedDuration::from_mins(59)).await.unwrap(), None);
    let second = store.take_notice(now + hours(1)).await.unwrap().unwrap();
    assert_eq!((second.made_at, second.tries), (first.made_at, 2));
    store.give_notice_up(&second, now + hours(1)).await.unwrap();
    assert_eq!(store.take_notice(now + hours(1000)).await.unwrap(), None);
    assert_eq!(store.given_up_notices().await.unwrap(), 1);
    // It is not remembered for ever.
    live_key(&mut asker, account.id).await;
    let (store, later) = (&asker.store, now + hours(24 * 31));
    let another = store.take_notice(later).await.unwrap().unwrap();
    store.remove_notice(&another).await.unwrap();
    live_key(&mut asker, account.id).await;
    let (store, another) = (&asker.store, asker.store.take_notice(later).await.unwrap().unwrap());
    store.give_notice_up(&another, later).await.unwrap();
    assert_eq!(store.given_up_notices().await.unwrap(), 0, "made as long ago as the first");
}

async fn all_who_may_see_the_live_keys_are_told(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (organization, owner) = owned(&mut asker).await;
    let open = |belonging| Command::OpenAccount { name: "Rides".into(), belonging };
    let belonging = Belonging::Organization(organization);
    let opened = asker.get(open(belonging)).await.changes;
    let platform = opened.iter().find_map(keys::Change::account).unwrap().id;
    let opened = asker.get(open(Belonging::Platform(platform))).await.changes;
    let connected = opened.iter().find_map(keys::Change::account).unwrap().clone();
    let sandbox = Realm::Sandbox(connected.first_sandbox);
    let by = owner.user;
    for (realm, role) in [
        (Realm::Organization(organization), Role::Administrator),
        (Realm::Account(platform), Role::Developer),
        (Realm::Account(connected.id), Role::Analyst),
        (Realm::Account(connected.id), Role::IamAdministrator),
        (sandbox, Role::SandboxAdministrator),
    ] {
        join(&mut asker, by, (realm, role), role.as_str()).await;
    }
    let (other, _) = asker.account().await;
    let key = live_key(&mut asker, connected.id).await;
    let notice = taken(&asker).await[0];
    let names = told(&asker, &notice, &key).await;
    assert_eq!(names, ["administrator", "developer", "owner"]);
    let there = Home::Account(Place { account: other.id, mode: Mode::Live });
    let of_other = asker.store.notice_recipients(&notice, there).await.unwrap();
    assert_eq!(of_other, [], "nobody has a role there");
}

async fn an_address_that_nobody_confirmed_is_told_nothing(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (_, key) = told_key(&mut asker).await;
    let notice = taken(&asker).await[0];
    assert_eq!(told(&asker, &notice, &key).await.len(), 1);
    world.tamper("UPDATE users SET email_confirmed_at = NULL").await;
    assert_eq!(told(&asker, &notice, &key).await.len(), 0);
}

async fn what_somebody_turned_off_is_not_told_to_them(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (owner, key) = told_key(&mut asker).await;
    let notice = taken(&asker).await[0];
    let store = asker.store.clone();
    let off = async || {
        let preferences = store.notice_preferences(owner.user).await.unwrap();
        preferences.into_iter().filter(|(_, on)| !on).map(|(kind, _)| kind).collect::<Vec<_>>()
    };
    assert_eq!(off().await, []);
    let set = async |kind, on| {
        store
            .set_notice_preferences(owner.user, &[(kind, on)], by(owner.user, start()))
            .await
            .unwrap();
    };
    for on in [false, false] {
        set(NoticeKind::Created, on).await;
    }
    assert_eq!(off().await, [NoticeKind::Created]);
    assert_eq!(told(&asker, &notice, &key).await.len(), 0);
    set(NoticeKind::Created, true).await;
    set(NoticeKind::Deleted, false).await;
    assert_eq!(off().await, [NoticeKind::Deleted]);
    assert_eq!(told(&asker, &notice, &key).await.len(), 1, "another kind is another matter");
    let sam = person(&mut asker, "sam").await.id;
    let sams = store.notice_preferences(sam).await.unwrap();
    assert!(sams.iter().all(|(_, on)| *on), "and another person another wish");
}

async fn whom_it_has_reached_is_not_told_again(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (owner, key) = told_key(&mut asker).await;
    let place = (key.home.realm(), Role::Developer);
    join(&mut asker, owner.user, place, "dev").await;
    let (store, now) = (asker.store.clone(), asker.now);
    let first = taken(&asker).await[0];
    let recipients = store.notice_recipients(&first, key.home).await.unwrap();
    let dev = recipients.iter().find(|one| one.email.as_str().starts_with("dev")).unwrap();
    assert!(store.note_told(&first, dev, now).await.unwrap());
    // It did not reach the owner.
    store.put_notice_off(&first, now + hours(1)).await.unwrap();
    let second = store.take_notice(now + hours(1)).await.unwrap().unwrap();
    assert_eq!(told(&asker, &second, &key).await, ["owner"]);
    store.remove_notice(&second).await.unwrap();
    // Another notice is another matter.
    asker.now = now + hours(1);
    asker.get(Command::Key(key.id, KeyCommand::Delete)).await;
    assert_eq!(told(&asker, &taken(&asker).await[0], &key).await, ["dev", "owner"]);
}

async fn a_warning_waits_for_its_moment_and_is_taken_once(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (_, key) = told_key(&mut asker).await;
    let at = asker.now + hours(1 + 100);
    asker.get(Command::Key(key.id, KeyCommand::Rotate(Ending::At(at)))).await;
    assert_eq!(taken(&asker).await.len(), 2, "it was created and rotated");
    let (store, moment) = (asker.store.clone(), at - hours(24));
    assert_eq!(store.take_notice(moment - hours(1)).await.unwrap().unwrap().tries, 2);
    asker.now = moment - SignedDuration::from_micros(1);
    for one in taken(&asker).await {
        store.remove_notice(&one).await.unwrap();
    }
    // Nothing ran at its moment.
    let late = moment + hours(5);
    let warning = store.take_notice(late).await.unwrap().unwrap();
    assert_eq!(warning.notice, Notice::Expiring { at, warning: Warning::OneDay });
    assert_eq!((warning.key, warning.made_at), (key.id, moment));
    store.remove_notice(&warning).await.unwrap();
    assert_eq!(store.take_notice(at).await.unwrap(), None);
}

/// So many uses of that key.
fn uses(key: &Key, times: u64, asker: &Asker) -> DeadUse {
    let (client, user_agent) = ([203, 0, 113, 7].into(), Some("curl/8".to_owned()));
    DeadUse { key: key.id, times, at: asker.now, client, user_agent }
}

async fn uses_of_a_dead_key_are_counted_and_told_of_once_a_day(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let key = live_key(&mut asker, account.id).await;
    asker.get(Command::Key(key.id, KeyCommand::Delete)).await;
    for of_its_life in taken(&asker).await {
        asker.store.remove_notice(&of_its_life).await.unwrap();
    }
    let (store, day) = (asker.store.clone(), hours(24));
    for times in [2, 3] {
        store.note_dead_uses(&[uses(&key, times, &asker)], asker.now).await.unwrap();
    }
    assert_eq!(store.dead_use(key.id).await.unwrap(), Some(uses(&key, 5, &asker)));
    assert_eq!(taken(&asker).await, [], "they are counted for a minute first");

    asker.now += SignedDuration::from_mins(1);
    let first = taken(&asker).await;
    let told: Vec<_> = first.iter().map(|one| (one.key, one.notice)).collect();
    assert_eq!(told, [(key.id, Notice::DeadKeyUsed)]);
    // Two more come while people are being told of five.
    let five = store.dead_use(key.id).await.unwrap().unwrap();
    store.note_dead_uses(&[uses(&key, 2, &asker)], asker.now).await.unwrap();
    store.remove_told(&first[0], &five, asker.now).await.unwrap();
    assert_eq!(store.dead_use(key.id).await.unwrap().unwrap().times, 2);
    asker.now += day - SignedDuration::from_secs(1);
    assert_eq!(taken(&asker).await, [], "people are left alone for a day");
    asker.now += SignedDuration::from_secs(1);
    assert_eq!(taken(&asker).await.len(), 1);
}

async fn of_a_dead_key_of_a_sandbox_nothing_is_counted(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let (key, _) = asker.sandbox_key(&account).await;
    let store = asker.store.clone();
    store.note_dead_uses(&[uses(&key, 1, &asker)], asker.now).await.unwrap();
    assert_eq!(store.dead_use(key.id).await.unwrap(), None);
}
