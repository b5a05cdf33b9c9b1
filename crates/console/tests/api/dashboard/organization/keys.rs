//! The keys of an organization, through the same forms as those of an account.

use keys::{Realm, Role, holds_key_value};

use super::super::settings::{rows, text};
use super::super::{Browser, OURS, between, key_of, keys_path, notices, owner, told};
use super::at;
use crate::people::proof::{code, code_for};
use crate::people::{People, account_id};
use crate::world::Answer;

/// The value that a page shows.
fn value(shown: &Answer) -> &str {
    between(&shown.body, "<code data-value>", "</code>")
}

/// A new key of the sandboxes' side, and its address.
fn created(ada: &Browser<'_>, people: &People) -> (String, String) {
    let create = at(people, "test/apikeys/create");
    let shown = ada.post(&create, "name=Books&own.charge=read&connect.transfer=write");
    assert_eq!(told(&shown), "200 Save your key now", "{shown:?}");
    (value(&shown).to_owned(), key_of(&shown))
}

#[test]
fn a_key_is_created_with_permissions_and_shown_again_in_a_sandbox() {
    let people = People::new();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let list = at(&people, "test/apikeys");
    let page = ada.get(&list);
    assert_eq!(told(&page), "200 Organization keys");
    insta::assert_snapshot!(text(between(&page.body, "<p class=\"empty\">", "</p>")), @"No organization keys yet. Create one for a program that works for several accounts.");
    let form = ada.get(&format!("{list}/create?name=Books&permissions[]=charge_read"));
    assert_eq!(told(&form), "200 Create organization key");
    assert!(
        form.body.contains(
            "<th scope=\"col\">Each account</th><th scope=\"col\">Connected accounts</th>"
        )
    );
    assert!(form.body.contains("name=\"own.charge\" value=\"read\" checked"));
    assert!(form.body.contains(&format!("data-link=\"{list}/create\"")));
    let (secret, key) = created(&ada, &people);
    assert!(secret.starts_with("sk_org_test_") && holds_key_value(secret.as_bytes()));
    let page = ada.get(&list).body;
    insta::assert_snapshot!(rows(&page)[0].split("sk_org_test_").next().unwrap(), @"Books");
    assert!(!holds_key_value(page.as_bytes()));
    let revealed = ada.post(&format!("{key}/reveal"), "");
    assert_eq!(value(&revealed), secret);
    assert_eq!(revealed.header("cache-control"), Some("no-store"));
    // The two sides know nothing of each other.
    assert!(ada.get(&at(&people, "live/apikeys")).body.contains("No organization keys yet."));
    assert_eq!(
        told(&ada.get(&format!("{}/edit", key.replace("/test/", "/live/")))),
        "404 Page not found"
    );
}

#[test]
fn a_live_key_takes_a_code_and_is_shown_once() {
    let people = People::new();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let create = at(&people, "live/apikeys/create");
    let body = "name=Books&own.charge=read";
    assert_eq!(told(&ada.post(&create, body)), "200 Is it still you?");
    let shown = ada.post(&create, &format!("{body}&code={}", code(&people.world)));
    assert!(value(&shown).starts_with("sk_org_live_"), "{shown:?}");
    assert!(shown.body.contains("id=\"panel\" data-once"));
    let key = key_of(&shown);
    let page = ada.get(&at(&people, "live/apikeys")).body;
    assert!(!holds_key_value(page.as_bytes()) && !page.contains("/reveal\""));
    people.member("bob", Realm::Organization(people.organization), Role::Owner);
    let bob = Browser::sign_in(&people.world, "bob@example.com");
    assert_eq!(told(&bob.get(&format!("{key}/rotate"))), "200 Rotate key");
    assert_eq!(told(&bob.post(&format!("{key}/rotate"), "ending=now")), "200 Is it still you?");
    let code = code_for(&people.world, "bob@example.com");
    let rotated = bob.post(&format!("{key}/rotate"), &format!("ending=now&code={code}"));
    assert!(value(&rotated).starts_with("sk_org_live_") && value(&rotated) != value(&shown));
}

#[test]
fn a_key_is_edited_permitted_limited_scheduled_duplicated_and_deleted() {
    let people = People::new();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (secret, key) = created(&ada, &people);
    let done = |verb: &str, body: &str| {
        let done = ada.post(&format!("{key}/{verb}"), body);
        assert_eq!(done.status(), 303, "{done:?}");
        let to = done.header("location").unwrap().to_owned();
        assert!(to.starts_with(&at(&people, "test/apikeys?")) && !holds_key_value(to.as_bytes()));
        let page = ada.get(&to).body;
        notices(&page).join(" ")
    };
    assert_eq!(done("edit", "name=Ledger&note=Vault"), "Saved.");
    assert_eq!(done("permissions", "own.charge=write"), "The permissions hold from now on.");
    let form = ada.get(&format!("{key}/permissions")).body;
    assert!(form.contains("name=\"own.charge\" value=\"write\" checked"));
    assert!(form.contains("name=\"connect.transfer\" value=\"none\" checked"));
    let bulk = ada.post(&format!("{key}/restrict"), "address=127.0.0.1&way=bulk").body;
    assert_eq!(between(&bulk, "data-entries>", "</textarea>"), "127.0.0.1");
    assert_eq!(done("restrict", "addresses=127.0.0.1"), "The IP restriction holds from now on.");
    let when = "when=2026-12-24T08%3A00&every=30&grace=now";
    assert_eq!(done("schedule", when), "The rotation is scheduled.");
    assert_eq!(done("cancel", ""), "The rotation was taken back.");
    let copy = ada.post(&format!("{key}/duplicate"), "name=Ledger+2&own.charge=write");
    assert!(value(&copy).starts_with("sk_org_test_") && value(&copy) != secret, "{copy:?}");
    let wider = ada.post(&format!("{key}/duplicate"), "name=Wide&own.charge=write&own.refund=read");
    assert!(value(&wider).starts_with("sk_org_test_"), "{wider:?}");
    ada.post(&format!("{key}/rotate"), "ending=24h");
    assert!(text(&ada.get(&at(&people, "test/apikeys")).body).contains("Expires in 1 day"));
    assert!(done("expire", "").starts_with("The key has expired."));
    assert!(super::super::told(&ada.post(&format!("{key}/delete"), "")).starts_with('4'));
    let other = key_of(&copy);
    assert_eq!(ada.post(&format!("{other}/delete"), "").status(), 303);
    let page = ada.get(&at(&people, "test/apikeys")).body;
    assert!(page.contains("Deleted and expired keys"));
    let history = ada.get(&at(&people, "test/history")).body;
    for what in
        ["Key created", "Key duplicated", "Key rotated", "Key deleted", "Ledger · sk_org_test_…"]
    {
        assert!(history.contains(what), "{what}");
    }
    assert!(!holds_key_value(history.as_bytes()));
}

#[test]
fn only_owners_and_administrators_of_the_organization_come_to_its_keys() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (_, key) = created(&ada, &people);
    let realm = Realm::Organization(people.organization);
    people.member("admin", realm, Role::Administrator);
    people.member("dev", realm, Role::Developer);
    people.member("eve", Realm::Account(account_id(&account)), Role::Owner);
    let admin = Browser::sign_in(&people.world, "admin@example.com");
    let dev = Browser::sign_in(&people.world, "dev@example.com");
    let eve = Browser::sign_in(&people.world, "eve@example.com");
    let list = at(&people, "test/apikeys");
    assert_eq!(admin.post(&format!("{key}/edit"), "name=Till&note=").status(), 303);
    let refused = "403 That did not work";
    for (browser, unseen, unknown) in
        [(&dev, refused, refused), (&eve, "404 Page not found", "404 Page not found")]
    {
        assert_eq!(told(&browser.get(&list)), unseen);
        for verb in ["edit", "reveal", "rotate", "permissions", "restrict", "delete"] {
            assert_eq!(told(&browser.get(&format!("{key}/{verb}"))), unknown, "{verb}");
            let posted = browser.post(&format!("{key}/{verb}"), "name=Mine&note=&ending=now");
            assert_eq!(told(&posted), unknown, "{verb}");
        }
    }
    insta::assert_snapshot!(told(&dev.post(&format!("{list}/create"), "name=Mine")), @"403 Create organization key Your role does not allow this; ask an owner or administrator.");
    assert_eq!(told(&eve.post(&format!("{list}/create"), "name=Mine")), "404 Page not found");
    // A key has one address.
    let of_account = keys_path(&account, "live");
    let id = key.rsplit('/').next().unwrap();
    assert_eq!(told(&ada.get(&format!("{of_account}/{id}/edit"))), "404 Page not found");
    let forged = ada.post_saying(&format!("{key}/delete"), "csrf=guessed", OURS);
    assert_eq!(told(&forged), "403 This form was not sent");
    let elsewhere =
        ada.post_saying(&format!("{list}/create"), "name=Mine", "Origin: https://evil.example");
    assert_eq!(told(&elsewhere), "403 This form was not sent");
}
