//! Places to try things in.

use keys::{Realm, Role};

use super::super::{Browser, owner, told};
use super::{notice, rows, settings};
use crate::people::account_id;

/// The ids of the sandboxes that a page lists, the first one first.
fn ids(page: &str) -> Vec<String> {
    let rows = rows(page);
    let id =
        |row: &String| row.split(' ').find(|word| word.starts_with("sbx_")).unwrap().to_owned();
    rows.iter().map(id).collect()
}

#[test]
fn a_sandbox_is_created_renamed_and_deleted_by_whoever_types_its_name() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = settings(&account, "live", "sandboxes");
    let shown = ada.get(&page).body;
    assert!(shown.contains("There is one sandbox. Create another"));
    assert!(shown.contains("An account keeps its first sandbox."));
    let created = ada.post(&format!("{page}/create"), "name=Checkout");
    let told_of = notice(&ada, &created);
    assert_eq!(told_of, "The sandbox was created. Its keys are under API keys.");
    let id = ids(&ada.get(&page).body)[1].clone();
    let rename = format!("{page}/{id}/rename");
    assert!(ada.get(&rename).body.contains("value=\"Checkout\""));
    insta::assert_snapshot!(told(&ada.post(&rename, "name=")), @"400 Rename sandbox A name has 1 to 200 characters and no control characters.");
    assert_eq!(notice(&ada, &ada.post(&rename, "name=New+checkout")), "Saved.");

    // It is deleted from within, and its visitor finds themselves in the first one.
    let within = settings(&account, &id, "sandboxes");
    let delete = format!("{within}/{id}/delete");
    assert!(ada.get(&delete).body.contains("<p class=\"about\">New checkout</p>"));
    insta::assert_snapshot!(told(&ada.post(&delete, "confirm=Checkout")), @"400 Delete sandbox That is not its name. Type the name of the sandbox as it stands above.");
    assert_eq!(ids(&ada.get(&page).body).len(), 2, "it is still there");
    let deleted = ada.post(&delete, "confirm=New+checkout");
    let first = account["first_sandbox"].as_str().unwrap();
    let to = deleted.header("location").unwrap();
    assert!(to.starts_with(&settings(&account, first, "sandboxes")), "{to}");
    let told_of = notice(&ada, &deleted);
    assert_eq!(told_of, "The sandbox was deleted. Its keys are refused from now on.");
    let shown = ada.get(&page).body;
    assert!(shown.contains("Deleted sandboxes <span class=\"count\">1</span>"));
    assert_eq!(told(&ada.post(&format!("{page}/{id}/delete"), "confirm=x")), "404 Page not found");
}

#[test]
fn the_first_sandbox_stays() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = settings(&account, "live", "sandboxes");
    let first = account["first_sandbox"].as_str().unwrap();
    let form = ada.get(&format!("{page}/{first}/delete")).body;
    let name = super::between(&form, "<p class=\"about\">", "</p>").replace(' ', "+");
    let refused = ada.post(&format!("{page}/{first}/delete"), &format!("confirm={name}"));
    insta::assert_snapshot!(told(&refused), @"400 Delete sandbox The sandbox that the account was born with cannot be deleted.");
}

#[test]
fn whoever_may_not_change_sandboxes_is_told_whom_to_ask() {
    let (people, account) = owner();
    people.member("ana", Realm::Account(account_id(&account)), Role::Analyst);
    let ana = Browser::sign_in(&people.world, "ana@example.com");
    let page = settings(&account, "live", "sandboxes");
    let shown = ana.get(&page).body;
    assert!(shown.contains("disabled>Create sandbox") && !shown.contains("/rename"));
    assert!(shown.contains("Your role does not allow this. Ask an owner or administrator."));
    insta::assert_snapshot!(told(&ana.post(&format!("{page}/create"), "name=Mine")), @"403 Create sandbox Your role does not allow this; ask an owner or administrator.");
    let first = account["first_sandbox"].as_str().unwrap();
    insta::assert_snapshot!(told(&ana.post(&format!("{page}/{first}/rename"), "name=Mine")), @"403 Rename sandbox Your role does not allow this; ask an owner or administrator.");
}

#[test]
fn the_sandbox_of_another_account_is_at_no_address_of_this_one() {
    let (people, account) = owner();
    let other = people.account();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = settings(&account, "live", "sandboxes");
    let foreign = other["first_sandbox"].as_str().unwrap();
    for verb in ["rename", "delete"] {
        let path = format!("{page}/{foreign}/{verb}");
        assert_eq!(told(&ada.get(&path)), "404 Page not found");
        assert_eq!(told(&ada.post(&path, "name=Mine&confirm=Mine")), "404 Page not found");
    }
}
