//! What is kept of a key's life, and what is not.

use jiff::SignedDuration;
use keys::{
    Change, Command, Days, Ending, Grants, Key, KeyCommand, KeyId, Kind, Livemode, Minted, Mode,
    Permissions, Place, Refusal, Reveal, Schedule, Standing,
};
use sqlx::Row;

use crate::sealed::everything;
use crate::world::{Asker, World, hours, minted, on_both_engines};

on_both_engines!(
    a_restricted_key_is_read_as_it_was_made,
    a_schedule_is_kept_and_taken_back,
    the_key_that_retires_another_names_it_until_its_first_use,
    an_expired_key_is_told_apart_from_one_that_is_expiring,
    the_keys_of_a_deleted_sandbox_are_dead_in_the_same_instant,
    a_live_value_is_revealed_once_and_then_nothing_is_left_of_it,
    whatever_is_due_is_told_in_pages_and_each_once,
);

async fn whatever_is_due_is_told_in_pages_and_each_once(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    for _ in 0..56 {
        asker.account().await;
    }
    let now = asker.now;
    // Two by two they end at the same time, and the last two an hour from now.
    let mut raw = world.raw().await;
    let end = "UPDATE keys SET standing = 'expiring', ends_at = $1 - ((SELECT COUNT(*) FROM keys k \
         WHERE k.kind = 'secret' AND k.born > keys.born) / 2 - 1) * $2 WHERE kind = 'secret'";
    let hour = 3_600_000_000_i64;
    let end = sqlx::query(end).bind(now.as_microsecond()).bind(hour);
    assert_eq!(end.execute(&mut raw).await.unwrap().rows_affected(), 112);
    let store = &asker.store;
    let first = store.due(now, None).await.unwrap();
    let second = store.due(now, first.last().copied()).await.unwrap();
    assert_eq!((first.len(), second.len()), (100, 10));
    assert_eq!(store.due(now, second.last().copied()).await.unwrap(), []);
    let all = [first, second].concat();
    assert!(all.is_sorted_by_key(|due| (due.since, due.key.to_string())));
    let each: std::collections::BTreeSet<_> = all.iter().map(|due| due.key.to_string()).collect();
    assert_eq!(each.len(), 110, "each once");
    assert_eq!(store.due(now + hours(1), all.last().copied()).await.unwrap().len(), 2);
}

async fn restricted(asker: &mut Asker) -> Minted {
    let (account, _) = asker.account().await;
    let grants = Grants {
        own: Permissions::parse(["customer_write", "charge_read"]).unwrap(),
        connect: Permissions::parse(["balance_read"]).unwrap(),
    };
    let place = Place { account: account.id, mode: Mode::Sandbox(account.first_sandbox) };
    let (name, note) = ("Reports".to_owned(), Some("Vault".to_owned()));
    let create = Command::CreateRestrictedKey { place, name, note, grants };
    minted(&mut asker.get(create).await.changes).remove(0)
}

async fn live_secret(asker: &mut Asker) -> Minted {
    let (_, keys) = asker.account().await;
    let is_it = |form: keys::Form| form.kind == Kind::Secret && form.livemode == Livemode::Live;
    keys.into_iter().find(|made| is_it(made.key.form())).unwrap()
}

async fn a_restricted_key_is_read_as_it_was_made(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let made = restricted(&mut asker).await;
    assert_eq!(asker.key(made.key.id).await, made.key);
    let duplicate = KeyCommand::Duplicate { name: None, note: None };
    let done = asker.get(Command::Key(made.key.id, duplicate)).await;
    let copy = &done.changes[0].made().unwrap().key;
    assert_eq!(asker.key(copy.id).await.grants, made.key.grants);
}

async fn a_schedule_is_kept_and_taken_back(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let key = live_secret(&mut asker).await.key.id;
    let next = asker.now + hours(100);
    let grace = SignedDuration::from_hours(24);
    for every in [None, Days::new(30)] {
        let schedule = Schedule { next, every, grace };
        asker.get(Command::Key(key, KeyCommand::Schedule(schedule))).await;
        assert_eq!(asker.key(key).await.schedule, Some(schedule));
    }
    asker.get(Command::Key(key, KeyCommand::CancelSchedule)).await;
    assert_eq!(asker.key(key).await.schedule, None);
}

async fn the_key_that_retires_another_names_it_until_its_first_use(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let old = live_secret(&mut asker).await.key.id;
    let rotate = Command::Key(old, KeyCommand::Rotate(Ending::AtFirstUse));
    let new = minted(&mut asker.get(rotate).await.changes).remove(0).key;
    assert_eq!(asker.key(new.id).await.retires, Some(old));
    asker.get(Command::Key(new.id, KeyCommand::NoteFirstUse)).await;
    assert_eq!(asker.key(new.id).await.retires, None);
    assert_eq!(asker.key(old).await.standing, Standing::Expired { at: asker.now });
}

async fn an_expired_key_is_told_apart_from_one_that_is_expiring(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let key = live_secret(&mut asker).await.key.id;
    let at = asker.now + hours(2);
    asker.get(Command::Key(key, KeyCommand::Rotate(Ending::At(at)))).await;
    assert_eq!(asker.key(key).await.standing, Standing::Expiring { at });
    asker.get(Command::Key(key, KeyCommand::Advance)).await;
    assert_eq!(asker.key(key).await.standing, Standing::Expired { at });
    assert_eq!(asker.refused(Command::Key(key, KeyCommand::Advance)).await, Refusal::NothingDue);
}

async fn the_keys_of_a_deleted_sandbox_are_dead_in_the_same_instant(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let add = Command::AddSandbox { account: account.id, name: "Staging".into() };
    let mut done = asker.get(add).await;
    let Some(Change::SandboxOpened(sandbox)) = done.changes.first() else { panic!() };
    let sandbox = sandbox.id;
    let born: Vec<KeyId> = minted(&mut done.changes).iter().map(|made| made.key.id).collect();
    asker.get(Command::RenameSandbox { sandbox, name: "Preview".into() }).await;
    let delete = Command::DeleteSandbox { sandbox };
    let done = asker.get(delete.clone()).await;
    assert_eq!(done.changes.len(), 1 + born.len());
    for id in born {
        let Key { standing, reveal, .. } = asker.key(id).await;
        assert_eq!((standing, reveal), (Standing::Deleted { at: asker.now }, Reveal::Never));
    }
    let kept = asker.store.sandboxes(account.id).await.unwrap();
    let kept = kept.iter().find(|kept| kept.id == sandbox).unwrap();
    assert_eq!((kept.name.as_str(), kept.deleted_at), ("Preview", Some(asker.now)));
    assert_eq!(asker.refused(delete).await, Refusal::UnknownSandbox);
}

async fn a_live_value_is_revealed_once_and_then_nothing_is_left_of_it(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let made = live_secret(&mut asker).await;
    let mut raw = world.raw().await;
    let sealed = sqlx::query("SELECT envelope FROM sealed_values WHERE key = $1");
    let sealed = sealed.bind(made.key.id.to_string()).fetch_one(&mut raw).await.unwrap();
    let sealed: Vec<u8> = sealed.get("envelope");
    drop(raw);
    let is_kept =
        async || everything(&world).await.windows(sealed.len()).any(|window| window == sealed);
    assert!(is_kept().await, "what is kept is found");

    let done = asker.get(Command::Key(made.key.id, KeyCommand::Reveal)).await;
    assert_eq!(done.revealed.unwrap().expose(), made.value.expose());
    assert!(!is_kept().await, "in no file and no row");
    let again = asker.refused(Command::Key(made.key.id, KeyCommand::Reveal)).await;
    assert_eq!(again, Refusal::ValueNotKept);
}
