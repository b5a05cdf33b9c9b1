//! What an account is called, and what is connected to it.

use keys::{Realm, Role};

use super::super::{Browser, owner, told};
use super::{notice, rows, settings};
use crate::people::account_id;
use crate::people::proof::code;

#[test]
fn an_account_gets_another_name_and_another_version_that_exists() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = settings(&account, "live", "account");
    let shown = ada.get(&page).body;
    assert!(
        shown.contains(&format!("<code data-value>{}</code>", account["id"].as_str().unwrap()))
    );
    assert!(shown.contains("Rocket Rides") && shown.contains("2026-06-24.dahlia"));
    let rename = format!("{page}/rename");
    assert!(ada.get(&rename).body.contains("value=\"Rides\""));
    insta::assert_snapshot!(told(&ada.post(&rename, "name=+")), @"400 Rename account A name has 1 to 200 characters and no control characters.");
    assert_eq!(notice(&ada, &ada.post(&rename, "name=Rocket+Rides+Italy")), "Saved.");
    assert!(ada.get(&page).body.contains("<dd>Rocket Rides Italy</dd>"));
    let version = format!("{page}/version");
    assert!(ada.get(&version).body.contains("<option selected>2026-06-24.dahlia</option>"));
    insta::assert_snapshot!(told(&ada.post(&version, "version=2020-01-01")), @"400 Change default API version The API has no such version; its newest is 2026-06-24.dahlia.");
    assert_eq!(notice(&ada, &ada.post(&version, "version=2026-06-24.dahlia")), "Saved.");
}

#[test]
fn a_connected_account_is_created_and_has_none_of_its_own() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = settings(&account, "live", "account");
    assert!(ada.get(&page).body.contains("No connected accounts yet. Create one"));
    let created = ada.post(&format!("{page}/connect"), "name=A+driver");
    assert_eq!(notice(&ada, &created), "The connected account was created.");
    let shown = ada.get(&page).body;
    let row = &rows(&shown)[0];
    assert!(row.starts_with("A driver acct_"), "{row}");
    let id = row.split(' ').find(|word| word.starts_with("acct_")).unwrap();
    let below = format!("/{id}/live/settings/account");
    let connected = ada.get(&below).body;
    assert!(connected.contains("<dt>Connected to</dt><dd>Rides</dd>"));
    assert!(connected.contains("has no connected accounts of its own"));
    assert!(!connected.contains("/connect\""));
    insta::assert_snapshot!(told(&ada.post(&format!("{below}/connect"), "name=Deeper")), @"400 Create connected account A connected account cannot have connected accounts of its own.");
}

#[test]
fn whoever_may_not_change_the_account_is_told_whom_to_ask() {
    let (people, account) = owner();
    people.member("dev", Realm::Account(account_id(&account)), Role::Developer);
    let dev = Browser::sign_in(&people.world, "dev@example.com");
    let page = settings(&account, "live", "account");
    let shown = dev.get(&page).body;
    assert!(shown.contains("disabled>Rename account") && shown.contains("disabled>Change version"));
    assert!(shown.contains("Your role does not allow this. Ask an owner or administrator."));
    for (verb, body) in [
        ("rename", "name=Mine"),
        ("version", "version=2026-06-24.dahlia"),
        ("connect", "name=Mine"),
    ] {
        let refused = told(&dev.post(&format!("{page}/{verb}"), body));
        assert!(refused.starts_with("403 "), "{refused}");
        assert!(refused.ends_with("ask an owner or administrator."), "{refused}");
    }
    assert!(dev.get(&page).body.contains("<dd>Rides</dd>"));
}

#[test]
fn an_owner_deletes_the_account_by_typing_its_name_and_showing_a_code() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = settings(&account, "live", "account");
    let delete = format!("{page}/delete");
    assert!(ada.get(&page).body.contains(&format!("href=\"{delete}\"")));
    assert!(ada.get(&delete).body.contains("<p class=\"about\">Rides</p>"));
    insta::assert_snapshot!(told(&ada.post(&delete, "confirm=Ride")), @"400 Delete account That is not its name. Type the name of the account as it stands above.");
    let asked = ada.post(&delete, "confirm=Rides");
    assert_eq!(told(&asked), "200 Is it still you?");
    let body = format!("confirm=Rides&code={}", code(&people.world));
    let deleted = ada.post(&delete, &body);
    assert_eq!((deleted.status(), deleted.header("location")), (303, Some("/")));
    for gone in [&page, &format!("/{}/live/apikeys", account["id"].as_str().unwrap())] {
        assert_eq!(told(&ada.get(gone)), "404 Page not found");
    }
}

#[test]
fn a_platform_is_told_to_delete_its_connected_accounts_first() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = settings(&account, "live", "account");
    ada.post(&format!("{page}/connect"), "name=A+driver");
    let shown = ada.get(&page).body;
    assert!(shown.contains("Delete them first, if they are to go, too."));
    assert!(!shown.contains(&format!("{page}/delete")));
    insta::assert_snapshot!(told(&ada.post(&format!("{page}/delete"), "confirm=Rides")), @"400 Delete account Accounts are connected to this one, and would lose their platform; delete them first.");
    people.member("admin", Realm::Account(account_id(&account)), Role::Administrator);
    let admin = Browser::sign_in(&people.world, "admin@example.com");
    assert!(admin.get(&page).body.contains("An owner alone may delete an account."));
    let refused = told(&admin.post(&format!("{page}/delete"), "confirm=Rides"));
    assert!(refused.starts_with("403 "), "{refused}");
}
