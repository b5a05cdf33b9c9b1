//! What was done about how somebody signs in, for them alone.

use keys::{Realm, Role};

use super::super::{Browser, owner, told};
use super::{rows, settings};
use crate::people::{PASSWORD, account_id, sign_in};

#[test]
fn a_person_reads_what_was_done_and_tried_about_how_they_sign_in_and_nobody_else_does() {
    let (people, account) = owner();
    let world = &people.world;
    assert_eq!(sign_in(world, "ada@example.com", "a wrong password").status(), 401);
    let ada = Browser::sign_in(world, "ada@example.com");
    let page = settings(&account, "live", "security");
    // What strangers try is told when they have their answer.
    let mut looks = (0..100_000).map(|_| ada.get(&page).body);
    let shown = looks.find(|page| page.contains("credentials_invalid")).unwrap();
    let lines = rows(&shown).join("\n");
    insta::assert_snapshot!(lines, @"
    2026-11-23 12:00:00 UTC Signed in 127.0.0.1
    2026-11-23 12:00:00 UTC Signed in refused: credentials_invalid 127.0.0.1
    2026-11-23 12:00:00 UTC Signed in 127.0.0.1
    ");
    people.member("admin", Realm::Account(account_id(&account)), Role::Owner);
    let admin = Browser::new_at(world, "admin@example.com", PASSWORD);
    let other = admin.get(&page);
    assert_eq!(told(&other), "200 Settings");
    assert!(!other.body.contains("credentials_invalid"));
}

#[test]
fn a_long_history_is_read_in_pages() {
    let (people, account) = owner();
    let world = &people.world;
    let ada = Browser::sign_in(world, "ada@example.com");
    let choose = settings(&account, "live", "notifications");
    for _ in 0..52 {
        assert_eq!(ada.post(&choose, "key_created=yes").status(), 303);
    }
    let first = ada.get(&settings(&account, "live", "security")).body;
    assert_eq!(rows(&first).len(), 50);
    let (_, older) = first.split_once("?before=").unwrap();
    let before = older.split_once('"').unwrap().0;
    let path = format!("{}?before={before}", settings(&account, "live", "security"));
    let rest = ada.get(&path).body;
    assert!(!rest.contains("?before=") && rows(&rest).last().unwrap().contains("Signed in"));
}
