//! Keys that somebody should look at.

use keys::{
    AllowList, Command, Edit, Ending, Form, IpRestriction, Key, KeyCommand, Kind, Livemode, Mode,
    Place,
};
use store::KeyUse;

use crate::world::{Asker, World, hours, on_both_engines, sandbox_of};

on_both_engines!(
    keys_that_need_attention_are_counted_and_the_most_urgent_are_told,
    the_oldest_secret_keys_that_live_are_told_first,
);

/// Which of these keys are told, newest first, and how many there are.
async fn told(asker: &Asker, place: Place, first: Option<&Key>, most: u16) -> (Vec<String>, usize) {
    let first = first.map(|key| key.id);
    let found = asker.store.attention(place, first, asker.now, most).await.unwrap();
    (found.keys.into_iter().map(|key| key.name).collect(), found.all)
}

/// Gives a key another name.
async fn rename(asker: &mut Asker, key: &Key, name: &str) {
    let edit = Edit { name: Some(name.into()), ..Edit::default() };
    asker.get(Command::Key(key.id, KeyCommand::Edit(edit))).await;
}

async fn keys_that_need_attention_are_counted_and_the_most_urgent_are_told(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, born) = asker.account().await;
    let place = sandbox_of(&account);
    let mut keys = Vec::new();
    for name in ["one", "two", "three", "used"] {
        let (key, _) = asker.sandbox_key(&account).await;
        rename(&mut asker, &key, name).await;
        keys.push(key);
    }
    let client = [192, 0, 2, 1].into();
    let used = KeyUse { key: keys[3].id, at: asker.now, client };
    asker.store.note_uses(&[used]).await.unwrap();
    let all = ["three", "two", "one", "Secret key"].map(str::to_owned).to_vec();
    assert_eq!(told(&asker, place, None, 10).await, (all, 4));
    let one = told(&asker, place, Some(&keys[0]), 1).await;
    assert_eq!(one, (vec!["one".to_owned()], 4), "it comes before others that were never used");
    let rotate = KeyCommand::Rotate(Ending::At(asker.now + hours(3)));
    asker.get(Command::Key(keys[3].id, rotate)).await;
    let one = told(&asker, place, Some(&keys[0]), 1).await;
    assert_eq!(one, (vec!["used".to_owned()], 6), "it ends, and its replacement was never used");
    asker.now += hours(2);
    assert_eq!(told(&asker, place, None, 10).await.1, 5, "it has ended");

    let live = Place { mode: Mode::Live, ..place };
    let form = Form { kind: Kind::Secret, livemode: Livemode::Live };
    let secret = &born.iter().find(|minted| minted.key.form() == form).unwrap().key;
    asker.store.note_uses(&[KeyUse { key: secret.id, ..used }]).await.unwrap();
    assert_eq!(told(&asker, live, None, 10).await.1, 1, "it may be used from anywhere");
    let list = AllowList::parse(["192.0.2.1"]).unwrap();
    let edit = Edit { restriction: Some(IpRestriction::Only(list)), ..Edit::default() };
    asker.get(Command::Key(secret.id, KeyCommand::Edit(edit))).await;
    assert_eq!(told(&asker, live, None, 10).await.1, 0);
}

async fn the_oldest_secret_keys_that_live_are_told_first(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, _) = asker.account().await;
    let place = sandbox_of(&account);
    let (one, _) = asker.sandbox_key(&account).await;
    let (two, _) = asker.sandbox_key(&account).await;
    asker.get(Command::Key(one.id, KeyCommand::Delete)).await;
    let found = asker.store.oldest_secret_keys(place, asker.now, 10).await.unwrap();
    let names: Vec<_> = found.iter().map(|key| key.name.as_str()).collect();
    assert_eq!(names, ["Secret key", "New"]);
    assert_eq!(found[1].id, two.id);
    assert_eq!(asker.store.oldest_secret_keys(place, asker.now, 1).await.unwrap().len(), 1);
}
