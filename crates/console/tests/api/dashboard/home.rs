//! Where one begins: the first call, and what needs attention.

use super::{Browser, between, key_of, keys_path, new_key, owner};

/// Each key that needs attention: its name, why, and where that is mended.
fn attention(page: &str) -> Vec<String> {
    let (_, list) = page.split_once("id=\"attention\"").unwrap();
    let lines = list.split("<li>").skip(1);
    let plain = |text: &str| {
        let parts = text.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        parts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let line = |line: &str| {
        let line = line.split_once("</li>").unwrap().0;
        let to = line.rsplit_once("href=\"").unwrap().1.split_once('"').unwrap().0;
        let to = to.rsplit(['/', '#']).next().unwrap();
        let to = if to.starts_with("key_") { "key" } else { to };
        format!("{} → {to}", plain(line))
    };
    lines.map(line).collect()
}

#[test]
fn the_first_call_goes_to_the_gateway_with_the_readers_own_test_key() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let home = ada.get(&format!(
        "/{}/{}",
        account["id"].as_str().unwrap(),
        account["first_sandbox"].as_str().unwrap()
    ));
    let line = between(&home.body, "<code data-value>", "</code>");
    assert!(line.starts_with("curl http://127.0.0.1:12111/v1/balance -u <span data-key>sk_test_"));
    assert_eq!(attention(&home.body), ["Secret key Was never used. Make your first call → first"]);
}

#[test]
fn keys_that_need_attention_lead_to_what_mends_them() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (list, key) = new_key(&ada, &account);
    let rotated = ada.post(&format!("{key}/rotate"), "ending=1h");
    ada.post(&format!("{}/edit", key_of(&rotated)), "name=Till&note=");
    let home = ada.get(list.strip_suffix("/apikeys").unwrap()).body;
    insta::assert_snapshot!(attention(&home).join("\n"), @"
    Shop Expires in 1 hour See it among the keys → key
    Secret key Was never used. Make your first call → first
    Till Was never used. Delete key… → delete
    ");
    let live = ada.get(keys_path(&account, "live").strip_suffix("/apikeys").unwrap()).body;
    insta::assert_snapshot!(attention(&live).join("\n"), @"Secret key May be used from anywhere. Limit it to the addresses of your servers. Manage IP restrictions… → restrict");
}

#[test]
fn of_many_keys_the_first_are_told_and_how_many_more_there_are() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let list = keys_path(&account, account["first_sandbox"].as_str().unwrap());
    for count in 0..12 {
        ada.post(&format!("{list}/create-secret"), &format!("name=Key+{count}"));
    }
    let home = ada.get(list.strip_suffix("/apikeys").unwrap()).body;
    assert_eq!(attention(&home).len(), 10);
    assert!(home.contains(">3 more need attention</a>"));
}
