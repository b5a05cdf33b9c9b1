//! Of what somebody is mailed.

use super::super::{Browser, owner};
use super::{notice, settings, text};

/// What each box of a page says, and whether it is ticked.
fn boxes(page: &str) -> String {
    let boxes = page.split("<input type=\"checkbox\" name=\"").skip(1);
    let said = boxes.map(|rest| {
        let (name, rest) = rest.split_once('"').unwrap();
        let mark = if rest.split_once('>').unwrap().0.contains("checked") { 'x' } else { '.' };
        format!("{mark} {name}\n")
    });
    said.collect()
}

#[test]
fn each_kind_is_turned_on_and_off() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = settings(&account, "live", "notifications");
    let shown = ada.get(&page).body;
    assert!(text(&shown).contains("Mailed to ada@example.com"));
    insta::assert_snapshot!(boxes(&shown), @"
    x key_created
    x key_revealed
    x key_rotated
    x key_expiring
    x key_deleted
    x dead_key_used
    ");
    let saved = ada.post(&page, "key_deleted=yes&dead_key_used=yes");
    assert_eq!(notice(&ada, &saved), "Saved.");
    insta::assert_snapshot!(boxes(&ada.get(&page).body), @"
    . key_created
    . key_revealed
    . key_rotated
    . key_expiring
    x key_deleted
    x dead_key_used
    ");
    assert_eq!(notice(&ada, &ada.post(&page, "")), "Saved.");
    assert_eq!(boxes(&ada.get(&page).body).matches("x ").count(), 0, "each is off");
    let api = people.world.get("/api/v1/user/notifications", &people.token).json();
    assert_eq!(api["key_deleted"], false);
}
