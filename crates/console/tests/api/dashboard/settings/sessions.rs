//! Where somebody has signed in.

use super::super::{Browser, owner, told};
use super::{notice, rows, settings};

/// The address of the first session that can be ended.
fn other(page: &str) -> &str {
    let mut links = page.split("href=\"").filter_map(|rest| rest.split_once('"')).map(|(to, _)| to);
    links.find(|to| to.contains("/sessions/ses_")).unwrap()
}

#[test]
fn sessions_are_listed_and_ended_one_by_one_or_all_others_at_once() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let second = Browser::sign_in(&people.world, "ada@example.com");
    let profile = settings(&account, "live", "profile");
    let page = ada.get(&profile).body;
    // The one of the API, and two of browsers.
    let rows = rows(&page);
    assert_eq!(rows.len(), 3);
    insta::assert_snapshot!(rows[0], @"Unknown program This session 127.0.0.1 2026-11-23 12:00:00 UTC 2026-11-23");
    assert_eq!(page.matches("This session").count(), 1);
    let end = other(&page);
    assert_eq!(told(&ada.get(end)), "200 End session");
    assert_eq!(notice(&ada, &ada.post(end, "")), "The session has ended.");
    assert_eq!(super::rows(&ada.get(&profile).body).len(), 2);
    assert_eq!(told(&ada.post(end, "")), "404 Page not found");

    let others = format!("{profile}/sessions/others");
    assert_eq!(told(&ada.get(&others)), "200 End all other sessions");
    assert_eq!(notice(&ada, &ada.post(&others, "")), "All other sessions have ended.");
    let page = ada.get(&profile).body;
    assert!(page.contains("This is your only session.") && !page.contains("sessions/others"));
    assert_eq!(second.get("/").header("location"), Some("/signin"));
    assert_eq!(people.world.get("/api/v1/user", &people.token).status(), 401);
}

#[test]
fn nobody_sees_or_ends_the_session_of_somebody_else() {
    let (people, account) = owner();
    let realm = keys::Realm::Account(crate::people::account_id(&account));
    people.member("eve", realm, keys::Role::Administrator);
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let eve = Browser::sign_in(&people.world, "eve@example.com");
    let profile = settings(&account, "live", "profile");
    let page = ada.get(&profile).body;
    let end = other(&page);
    let (_, name) = end.rsplit_once('/').unwrap();
    assert!(!eve.get(&profile).body.contains(name));
    assert_eq!(told(&eve.get(end)), "404 Page not found");
    assert_eq!(told(&eve.post(end, "")), "404 Page not found");
    assert_eq!(ada.get(end).status(), 200, "it lasts");
}
