//! The security history.

use super::{Browser, between, keys_path, owner};

/// Each line of the table: what, and about which thing.
fn lines(page: &str) -> Vec<String> {
    let names = page.split("<th scope=\"row\"><span class=\"name\">").skip(1);
    names.map(|line| line.split_once("</span>").unwrap().0.to_owned()).collect()
}

#[test]
fn what_was_done_and_refused_is_told_newest_first_and_filtered() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let list = keys_path(&account, account["first_sandbox"].as_str().unwrap());
    let history = list.replace("apikeys", "history");
    let made = ada.post(&format!("{list}/create-secret"), "name=Web+shop").body;
    let edit = between(&made, "<form method=\"post\" action=\"", "/edit").to_owned();
    let edit = edit.rsplit("action=\"").next().unwrap().to_owned();
    let id = edit.rsplit('/').next().unwrap().to_owned();
    ada.post(&format!("{edit}/edit"), "name=Till&note=");
    ada.post(&format!("{edit}/edit"), "name=");
    ada.post(&format!("{edit}/delete"), "");
    let page = ada.get(&history).body;
    assert_eq!(
        lines(&page),
        ["Key deleted", "Key changed", "Key changed", "Key created", "Account opened"]
    );
    assert!(page.contains("ada@example.com") && page.contains("refused: parameter_invalid"));
    assert!(!keys::holds_key_value(page.as_bytes()));
    let of = |query: &str| lines(&ada.get(&format!("{history}?{query}")).body);
    assert_eq!(of("kind=api_key.updated"), ["Key changed", "Key changed"]);
    assert_eq!(of(&format!("object={id}&kind=api_key.created")), ["Key created"]);
    assert_eq!(of("kind=account.created"), ["Account opened"]);
    assert_eq!(of("actor=usr_0000000000000000"), Vec::<String>::new());
    assert_eq!(of("until=2020-01-01"), Vec::<String>::new());
    assert_eq!(of("kind=%25"), Vec::<String>::new());
}

#[test]
fn whoever_may_not_read_the_history_is_told() {
    let (people, account) = owner();
    let realm = keys::Realm::Account(crate::people::account_id(&account));
    people.member("eve", realm, keys::Role::ViewOnly);
    let eve = Browser::sign_in(&people.world, "eve@example.com");
    let history = keys_path(&account, "live").replace("apikeys", "history");
    insta::assert_snapshot!(super::told(&eve.get(&history)), @r#"403 That did not work"#);
}
