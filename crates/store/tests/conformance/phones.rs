//! Telephones that verification codes go to.

use keys::PhoneNumber;
use store::Phones;

use crate::people::person;
use crate::world::{Asker, World, by, on_both_engines, start};

on_both_engines!(
    a_telephone_counts_once_it_is_confirmed,
    another_telephone_takes_the_place_of_the_first_once_it_is_confirmed,
);

fn number(text: &str) -> PhoneNumber {
    text.parse().unwrap()
}

async fn a_telephone_counts_once_it_is_confirmed(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (user, other) = (person(&mut asker, "jenny").await.id, person(&mut asker, "joe").await.id);
    let store = &asker.store;
    assert_eq!(store.phones(user).await.unwrap(), Phones::default());
    let phone = number("+393331234567");
    assert!(
        !store.confirm_phone(user, &phone, by(user, start())).await.unwrap(),
        "it was not named"
    );
    store.begin_phone(user, &phone, by(user, start())).await.unwrap();
    let pending = Phones { confirmed: None, pending: Some(phone.clone()) };
    assert_eq!(store.phones(user).await.unwrap(), pending);
    assert!(
        !store.confirm_phone(other, &phone, by(other, start())).await.unwrap(),
        "it is of somebody else"
    );
    assert!(store.confirm_phone(user, &phone, by(user, start())).await.unwrap());
    let confirmed = Phones { confirmed: Some(phone.clone()), pending: None };
    assert_eq!(store.phones(user).await.unwrap(), confirmed);
    assert!(!store.confirm_phone(user, &phone, by(user, start())).await.unwrap(), "once");
    store.remove_phone(user, by(user, start())).await.unwrap();
    assert_eq!(store.phones(user).await.unwrap(), Phones::default());
}

async fn another_telephone_takes_the_place_of_the_first_once_it_is_confirmed(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let user = person(&mut asker, "jenny").await.id;
    let store = &asker.store;
    let (first, second) = (number("+393331234567"), number("+447700900123"));
    store.begin_phone(user, &first, by(user, start())).await.unwrap();
    store.confirm_phone(user, &first, by(user, start())).await.unwrap();
    store.begin_phone(user, &second, by(user, start())).await.unwrap();
    let both = Phones { confirmed: Some(first.clone()), pending: Some(second.clone()) };
    assert_eq!(store.phones(user).await.unwrap(), both);
    assert!(
        !store.confirm_phone(user, &first, by(user, start())).await.unwrap(),
        "another was named since"
    );
    assert!(store.confirm_phone(user, &second, by(user, start())).await.unwrap());
    assert_eq!(store.phones(user).await.unwrap().confirmed, Some(second));
}
