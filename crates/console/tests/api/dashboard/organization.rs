//! The pages of an organization: its accounts, its members, its keys and its history.

mod keys;

use ::keys::{Realm, Role};
use serde_json::Value;

use super::settings::{links, notice, proved, rows, text};
use super::{Browser, OURS, between, owner, told};
use crate::people::{People, account_id};

/// An address of the organization.
fn at(people: &People, rest: &str) -> String {
    format!("/{}/{rest}", people.organization)
}

/// An account that is connected to that one.
fn connected(ada: &Browser<'_>, platform: &Value, name: &str) {
    let path = format!("/{}/live/settings/account/connect", platform["id"].as_str().unwrap());
    let made = ada.post(&path, &format!("name={name}"));
    assert_eq!(made.status(), 303, "{made:?}");
}

/// What the switcher says, in words and from the top.
fn switcher(page: &str) -> String {
    text(between(page, "<ul class=\"menu\">", "<li class=\"more\">"))
}

#[test]
fn an_organization_shows_its_accounts_as_a_tree_with_the_ways_into_each() {
    let (people, platform) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    connected(&ada, &platform, "Bakery");
    people.account();
    let page = ada.get(&at(&people, "live"));
    assert_eq!(told(&page), "200 Rocket Rides");
    let rows: Vec<String> =
        rows(&page.body).iter().map(|row| row.replace("2026-11-23", "")).collect();
    let id = platform["id"].as_str().unwrap();
    assert!(
        rows[0].starts_with(&format!("Rides Platform Live mode : Rides Sandbox : Rides {id}")),
        "{rows:?}"
    );
    assert!(rows[1].starts_with("Bakery Connected Live mode : Bakery"), "{rows:?}");
    assert!(rows[2].starts_with("Rides Live mode : Rides"), "{rows:?}");
    assert_eq!(rows.len(), 3);
    let sandbox = platform["first_sandbox"].as_str().unwrap();
    for (side, mode) in [("live", "live"), ("test", sandbox)] {
        let page = ada.get(&at(&people, side)).body;
        assert!(page.contains(&format!("<a class=\"name\" href=\"/{id}/{mode}\">Rides</a>")));
        assert!(page.contains(&format!("<a class=\"chip live\" href=\"/{id}/live\"")));
        assert!(page.contains(&format!("<a class=\"chip\" href=\"/{id}/{sandbox}\"")));
        assert_eq!(page.contains("<aside class=\"sandbox\""), side == "test");
    }
}

#[test]
fn the_switcher_leads_from_the_organization_to_its_accounts_and_to_those_connected_to_them() {
    let (people, platform) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    connected(&ada, &platform, "Bakery");
    ada.post("/accounts", "name=Alone");
    let page = ada.get(&at(&people, "live")).body;
    assert_eq!(switcher(&page), "Rocket Rides Rides Bakery Alone");
    assert!(page.contains(&format!(
        "<a href=\"{}\" aria-current=\"true\">Rocket Rides</a>",
        at(&people, "live")
    )));
    assert!(page.contains("<span class=\"switcher-above\">Organization</span>"));
    let home = format!("/{}/live", platform["id"].as_str().unwrap());
    let page = ada.get(&home).body;
    assert!(page.contains("<span class=\"switcher-above\">Rocket Rides</span>"));
    assert!(page.contains("aria-current=\"true\">Rides</a>"));
    // From a sandbox one comes to the other side of the organization.
    let sandbox = home.replace("live", platform["first_sandbox"].as_str().unwrap());
    assert!(ada.get(&sandbox).body.contains(&format!("href=\"{}\"", at(&people, "test"))));
}

#[test]
fn somebody_opens_an_organization_and_a_further_account_and_owns_them() {
    let (people, account) = owner();
    people.member("bob", Realm::Account(account_id(&account)), Role::Analyst);
    let bob = Browser::sign_in(&people.world, "bob@example.com");
    let home = bob.get(&format!("/{}/live", account["id"].as_str().unwrap())).body;
    assert!(home.contains("href=\"/accounts\"") && home.contains("href=\"/organizations\""));
    assert_eq!(told(&bob.get("/organizations")), "200 New organization");
    insta::assert_snapshot!(told(&bob.post("/organizations", "name=")), @"400 New organization A name has 1 to 200 characters and no control characters.");
    let opened = bob.post("/organizations", "name=Acme");
    let home = opened.header("location").unwrap();
    assert!(home.starts_with("/org_") && home.ends_with("/live"));
    assert_eq!(told(&bob.get(home)), "200 Acme");
    assert!(bob.get(home).body.contains("Add the first one"));
    assert_eq!(told(&bob.get("/accounts")), "200 New account");
    let opened = bob.post("/accounts", "name=Alone");
    let page = bob.get(opened.header("location").unwrap());
    assert_eq!(
        (told(&page), switcher(&page.body)),
        ("200 Alone".into(), "Acme Rides Alone".into())
    );
    let forged = bob.post_saying("/organizations", "csrf=guessed&name=Acme", OURS);
    assert_eq!(told(&forged), "403 This form was not sent");
}

#[test]
fn whoever_has_a_role_in_an_account_alone_knows_of_no_organization() {
    let (people, account) = owner();
    people.member("dev", Realm::Account(account_id(&account)), Role::Administrator);
    let dev = Browser::sign_in(&people.world, "dev@example.com");
    let pages = [
        "live",
        "test",
        "live/history",
        "live/settings/team",
        "live/settings",
        "live/accounts/add",
    ];
    for page in pages.map(|page| at(&people, page)) {
        let shown = dev.get(&page);
        let shown = match shown.header("location") {
            Some(to) => told(&dev.get(to)),
            None => told(&shown),
        };
        assert_eq!(shown, "404 Page not found", "{page}");
    }
    let added = dev.post(&at(&people, "live/accounts/add"), "name=Mine");
    assert_eq!(told(&added), "404 Page not found");
    let home = dev.get(&format!("/{}/live", account["id"].as_str().unwrap())).body;
    assert_eq!(switcher(&home), "Rides");
    assert!(!home.contains("Rocket Rides") && !home.contains("org_"));
}

#[test]
fn an_organization_has_no_pages_of_an_account_and_an_account_none_of_an_organization() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let sandbox = account["first_sandbox"].as_str().unwrap();
    let id = account["id"].as_str().unwrap();
    let pages = [
        at(&people, sandbox),
        at(&people, "live/settings/account"),
        at(&people, "live/settings/sandboxes"),
        at(&people, "live/settings/sandboxes/create"),
        at(&people, "live/apikeys/create-secret"),
        format!("/{id}/test"),
        format!("/{id}/live/accounts/add"),
        "/org_0123456789abcdefghijklm/live".to_owned(),
    ];
    for page in pages {
        assert_eq!(told(&ada.get(&page)), "404 Page not found", "{page}");
    }
    for page in ["profile", "team", "notifications"] {
        let path = at(&people, &format!("test/settings/{page}"));
        let shown = ada.get(&path);
        assert_eq!(told(&shown), "200 Settings", "{page}");
        assert!(shown.body.contains(&format!("<a href=\"{path}\" aria-current=\"page\">")));
        assert!(
            !shown.body.contains("settings/account") && !shown.body.contains("settings/sandboxes")
        );
    }
}

#[test]
fn an_account_is_added_by_owners_and_administrators_alone() {
    let people = People::new();
    let realm = Realm::Organization(people.organization);
    people.member("admin", realm, Role::Administrator);
    people.member("dev", realm, Role::Developer);
    let (home, add) = (at(&people, "live"), at(&people, "live/accounts/add"));
    let dev = Browser::sign_in(&people.world, "dev@example.com");
    // Whoever has no account yet begins at the organization.
    assert_eq!(dev.get("/").header("location"), Some(home.as_str()));
    let page = dev.get(&home).body;
    assert!(page.contains("disabled>Add account…"));
    insta::assert_snapshot!(text(between(&page, "<p class=\"empty\">", "</p>")), @"No accounts yet. Your role does not allow this. Ask an owner or administrator.");
    insta::assert_snapshot!(told(&dev.post(&add, "name=Mine")), @"403 Add account Your role does not allow this; ask an owner or administrator.");
    let admin = Browser::sign_in(&people.world, "admin@example.com");
    assert_eq!(told(&admin.get(&add)), "200 Add account");
    insta::assert_snapshot!(told(&admin.post(&add, "name=+")), @"400 Add account A name has 1 to 200 characters and no control characters.");
    let forged = admin.post_saying(&add, "csrf=guessed&name=Shop", OURS);
    assert_eq!(told(&forged), "403 This form was not sent");
    let added = admin.post(&add, "name=Shop");
    assert_eq!(notice(&admin, &added), "The account was added. Its keys are under API keys.");
    let page = admin.get(&home).body;
    assert_eq!(rows(&page).len(), 1);
    assert!(rows(&page)[0].starts_with("Shop Live mode"));
    assert!(!admin.get(&format!("{home}?done=account_added")).body.contains("class=\"notice\""));
}

#[test]
fn members_of_the_organization_are_invited_get_another_role_and_are_removed() {
    let people = People::new();
    let realm = Realm::Organization(people.organization);
    people.member("dev", realm, Role::Developer);
    people.member("ian", realm, Role::Administrator);
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let ian = Browser::sign_in(&people.world, "ian@example.com");
    let team = at(&people, "live/settings/team");
    let page = ada.get(&team).body;
    assert!(page.contains("Members of the organization Rocket Rides"));
    let invite = links(&page, "/invite")[0];
    assert_eq!(invite, format!("{team}/{realm}/invite"));
    let form = text(&ada.get(invite).body);
    assert!(form.contains("Developer Keys") && !form.contains("Sandbox user"));
    assert!(!page.contains("Sandbox user"));
    let invited = proved(&ada, "ada@example.com", invite, "email=bob%40example.com&role=analyst");
    assert_eq!(notice(&ada, &invited), "The invitation is on its way.");
    let change = links(&page, "/developer/role")[0];
    let changed = proved(&ian, "ian@example.com", change, "role=view_only");
    assert_eq!(notice(&ian, &changed), "The role was changed.");
    let page = ada.get(&team).body;
    let removed = ada.post(links(&page, "/view_only/remove")[0], "");
    assert_eq!(notice(&ada, &removed), "The member was removed.");
    let page = ada.get(&team).body;
    assert!(!page.contains("dev@example.com"));
    let leave = ada.post(links(&page, "/owner/remove")[0], "");
    insta::assert_snapshot!(told(&leave), @"400 Leave The last owner cannot be removed or given another role; make somebody else owner first.");
}

#[test]
fn the_history_of_an_organization_tells_of_it_and_of_its_members() {
    let (people, _account) = owner();
    let realm = Realm::Organization(people.organization);
    people.member("dev", realm, Role::Developer);
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let history = at(&people, "live/history");
    let what = |page: &str| {
        let names = page.split("<th scope=\"row\"><span class=\"name\">").skip(1);
        names.map(|rest| rest.split_once('<').unwrap().0.to_owned()).collect::<Vec<_>>()
    };
    let page = ada.get(&history).body;
    assert_eq!(what(&page), ["Invitation accepted", "Invitation sent", "Organization opened"]);
    assert!(page.contains(">Rocket Rides</a>") && page.contains(">dev@example.com</option>"));
    let of_ada = ada.get(&format!("{history}?actor={}", people.owner)).body;
    assert_eq!(what(&of_ada), ["Invitation sent"]);
    let of_nobody = ada.get(&format!("{history}?actor=usr_0000000000000000")).body;
    assert!(of_nobody.contains("Nothing of the kind has happened."));
    let dev = Browser::sign_in(&people.world, "dev@example.com");
    insta::assert_snapshot!(told(&dev.get(&history)), @"403 That did not work");
}
