//! The table of permissions: of a new key, of a duplicate, and of a key that is there.

use serde_json::json;

use super::{Browser, between, key_of, keys_path, notices, owner, told};

/// The permissions that are chosen in a form, in its order.
fn chosen(page: &str) -> Vec<String> {
    let radios = page.split("<input type=\"radio\" name=\"").skip(1);
    let checked = radios.filter(|radio| radio.split('>').next().unwrap().contains(" checked"));
    let chosen = checked.filter_map(|radio| {
        let (name, rest) = radio.split_once("\" value=\"")?;
        let (level, _) = rest.split_once('"')?;
        (level != "none").then(|| format!("{name}_{level}"))
    });
    chosen.collect()
}

#[test]
fn a_restricted_key_has_the_permissions_that_were_chosen() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let list = keys_path(&account, account["first_sandbox"].as_str().unwrap());
    assert_eq!(told(&ada.get(&format!("{list}/create"))), "200 Create restricted key");
    let answers =
        "name=Reader&own.charge=read&own.customer=write&connect.payout=read&own.plan=none";
    let made = ada.post(&format!("{list}/create"), answers);
    let value = between(&made.body, "<code data-value>", "</code>");
    assert!(value.starts_with("rk_test_"), "{}", made.body);
    let keys = people.keys(&account, &account["first_sandbox"]);
    let key = keys.iter().find(|key| key["name"] == "Reader").unwrap();
    assert_eq!(key["permissions"], serde_json::json!(["charge_read", "customer_write"]));
    assert_eq!(key["connect_permissions"], serde_json::json!(["payout_read"]));
}

#[test]
fn a_link_fills_the_form_in_wherever_its_reader_has_an_account() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let link = "/test/apikeys/create?name=Shop&permissions[]=rak_charge_read&permissions[]=plan_write&connect_permissions[]=payout_read";
    let to = ada.get(link).header("location").unwrap().to_owned();
    assert!(to.starts_with(&keys_path(&account, account["first_sandbox"].as_str().unwrap())));
    let page = ada.get(&to).body;
    assert!(
        page.contains(
            "name=\"name\" required maxlength=\"200\" autocomplete=\"off\" value=\"Shop\""
        )
    );
    assert_eq!(chosen(&page), ["own.charge_read", "connect.payout_read", "own.plan_write"]);
}

#[test]
fn what_nobody_knows_in_a_link_is_told_and_the_rest_is_filled_in() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let list = keys_path(&account, "live");
    let page = ada.get(&format!(
        "{list}/create?name=Shop&permissions[]=plan_burn&permissions[]=rocket_read&permissions[]=charge_read"
    ));
    assert_eq!(told(&page), "200 Create restricted key");
    insta::assert_snapshot!(between(&page.body, "role=\"status\">", "</p>"), @"The link asks for what is no permission here. It was left out, and the rest is filled in: <code>plan_burn</code>, <code>rocket_read</code>");
    assert_eq!(chosen(&page.body), ["own.charge_read"]);
    assert!(page.body.contains("value=\"Shop\""));
}

#[test]
fn what_is_wrong_with_a_restricted_key_is_told_with_what_was_chosen() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let list = keys_path(&account, account["first_sandbox"].as_str().unwrap());
    let again = ada.post(&format!("{list}/create"), "name=&own.charge=read");
    insta::assert_snapshot!(told(&again), @r#"400 Create restricted key A name has 1 to 200 characters and no control characters."#);
    assert_eq!(chosen(&again.body), ["own.charge_read"]);
}

#[test]
fn a_template_fills_the_form_in() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let create = format!("{}/create", keys_path(&account, "live"));
    let reads = chosen(&ada.get(&format!("{create}?template=read")).body);
    assert_eq!(reads.len(), 35);
    assert!(reads.iter().all(|one| one.starts_with("own.") && one.ends_with("_read")));
    let page = ada.get(&format!("{create}?template=none")).body;
    assert_eq!(chosen(&page), Vec::<String>::new());
    assert!(page.contains("<strong data-count>0</strong>"));
}

#[test]
fn a_duplicate_begins_with_the_name_and_permissions_of_another_key() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let sandbox = account["first_sandbox"].as_str().unwrap();
    let list = keys_path(&account, sandbox);
    let made = ada.post(&format!("{list}/create"), "name=Reader&own.charge=read");
    let duplicate = format!("{}/duplicate", key_of(&made));
    let page = ada.get(&duplicate);
    assert_eq!(told(&page), "200 Duplicate key");
    assert_eq!(chosen(&page.body), ["own.charge_read"]);
    assert!(page.body.contains("value=\"Reader\""));
    ada.post(&duplicate, "name=Second&own.charge=read");
    ada.post(&duplicate, "name=Third&own.charge=write&connect.payout=read");
    let keys = people.keys(&account, &account["first_sandbox"]);
    let permissions = |name: &str| {
        let key = keys.iter().find(|key| key["name"] == name).unwrap();
        json!([key["permissions"], key["connect_permissions"]])
    };
    assert_eq!(permissions("Second"), json!([["charge_read"], []]));
    assert_eq!(permissions("Third"), json!([["charge_write"], ["payout_read"]]));
    let history = ada.get(&list.replace("apikeys", "history")).body;
    let what = |kind: &str| history.matches(&format!("<span class=\"name\">{kind}</span>")).count();
    assert_eq!((what("Key duplicated"), what("Key created")), (1, 2));
}

#[test]
fn the_permissions_of_a_key_change_and_what_stands_in_no_group_stays() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let list = keys_path(&account, account["first_sandbox"].as_str().unwrap());
    let made = ada.post(&format!("{list}/create"), "name=Reader&own.charge=read&own.rocket=read");
    let permissions = format!("{}/permissions", key_of(&made));
    let page = ada.get(&permissions);
    assert_eq!(told(&page), "200 Edit permissions");
    assert_eq!(chosen(&page.body), ["own.charge_read", "own.rocket_read"]);
    let saved = ada.post(&permissions, "own.charge=write&own.rocket=read&connect.payout=none");
    let page = ada.get(saved.header("location").unwrap()).body;
    assert_eq!(notices(&page), ["The permissions hold from now on."]);
    assert_eq!(chosen(&ada.get(&permissions).body), ["own.charge_write", "own.rocket_read"]);
    let nonsense = ada.post(&permissions, "own.charge=burn");
    insta::assert_snapshot!(told(&nonsense), @"400 Edit permissions `charge_burn` is no permission; one is written like `customer_read` or `charge_write`.");
}

#[test]
fn a_secret_key_has_no_permissions_to_change_or_to_begin_with() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (_list, key) = super::new_key(&ada, &account);
    for verb in ["permissions", "duplicate"] {
        assert_eq!(told(&ada.get(&format!("{key}/{verb}"))), "404 Page not found");
        assert_eq!(told(&ada.post(&format!("{key}/{verb}"), "name=x")), "404 Page not found");
    }
}
