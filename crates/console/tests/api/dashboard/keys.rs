//! The tab of keys.

use super::{Browser, between, key_of, keys_path, owner, told};
use crate::people::proof::code;

#[test]
fn a_live_key_is_made_with_a_code_and_shown_in_that_page_alone() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let list = keys_path(&account, "live");
    let create = format!("{list}/create-secret");
    assert_eq!(told(&ada.get(&create)), "200 Create secret key");
    let asked = ada.post(&create, "name=Web+shop");
    insta::assert_snapshot!(told(&asked), @r#"200 Is it still you?"#);
    assert!(asked.body.contains("name=\"name\" value=\"Web shop\""), "it is sent again");
    let wrong = ada.post(&create, "name=Web+shop&code=12345");
    insta::assert_snapshot!(told(&wrong), @r#"403 Is it still you? A verification code is six digits."#);
    let made = ada.post(&create, &format!("name=Web+shop&code={}", code(&people.world)));
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let value = between(&made.body, "<code data-value>", "</code>");
    assert!(value.starts_with("sk_live_"), "{}", made.body);
    assert!(made.body.contains("the only time"));
    let listed = ada.get(&list).body;
    assert!(listed.contains("Web shop") && !listed.contains(value));
}

#[test]
fn a_name_that_is_none_is_told_beside_the_form_as_it_was_filled_in() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let answer = ada.post(&format!("{}/create-secret", keys_path(&account, "live")), "name=");
    insta::assert_snapshot!(told(&answer), @r#"400 Create secret key A name has 1 to 200 characters and no control characters."#);
}

#[test]
fn a_test_key_is_revealed_any_number_of_times() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = ada.get(&keys_path(&account, account["first_sandbox"].as_str().unwrap())).body;
    let (form, _) = page.split_once(" data-reveal").unwrap();
    let (_, action) = form.rsplit_once("action=").unwrap();
    let reveal = action.trim_matches('"');
    let values = [(); 2].map(|()| {
        let shown = ada.post(reveal, "").body;
        between(&shown, "<code data-value>", "</code>").to_owned()
    });
    assert!(values[0].starts_with("sk_test_") && values[0] == values[1]);
    let asked = ada.get(reveal);
    assert_eq!(told(&asked), "200 Reveal test key");
    assert!(asked.body.contains("any number of times") && !asked.body.contains("once"));
}

#[test]
fn a_publishable_key_is_in_view_and_asks_for_no_code() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = ada.get(&keys_path(&account, "live")).body;
    let value = between(&page, "<code data-value>", "</code>");
    assert!(value.starts_with("pk_live_") && keys::holds_key_value(value.as_bytes()), "{value}");
    assert!(page.contains("data-copy") && !page.contains("Reveal test key"));
    let listed = people.keys(&account, &"live".into());
    let id = listed.iter().find(|key| key["type"] == "publishable").unwrap()["id"].clone();
    let path = format!("{}/{}/reveal", keys_path(&account, "live"), id.as_str().unwrap());
    assert_eq!(between(&ada.post(&path, "").body, "<code data-value>", "</code>"), value);
}

#[test]
fn no_key_is_in_no_list_and_those_that_ended_crowd_out_none_that_lives() {
    let (people, account) = owner();
    let sandbox = account["first_sandbox"].as_str().unwrap();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let list = keys_path(&account, sandbox);
    let make =
        |name: &str| key_of(&ada.post(&format!("{list}/create-secret"), &format!("name={name}")));
    for count in 0..6 {
        let key = make(&format!("Gone+{count}"));
        ada.post(&format!("{key}/delete"), "");
    }
    let page = ada.get(&list).body;
    let (living, ended) = page.split_once("<details class=\"ended\">").unwrap();
    let names = |page: &str| page.matches("<th scope=\"row\"><span class=\"name\">").count();
    assert_eq!((names(living), names(ended)), (2, 5));
    let older = between(ended, "<p><a class=\"button\" href=\"", "\"");
    assert!(ada.get(older).body.contains("Gone 0<"));

    for count in 0..15 {
        make(&format!("Alive+{count}"));
    }
    let page = ada.get(&list).body;
    let (living, _) = page.split_once("<details class=\"ended\">").unwrap();
    assert_eq!(names(living), 15);
    let older = ada.get(between(living, "<p><a class=\"button\" href=\"", "\"")).body;
    assert_eq!(names(older.split_once("<details class=\"ended\">").unwrap().0), 2);
    assert!(older.contains("<code data-value>pk_test_"));
    let home = ada.get(list.strip_suffix("/apikeys").unwrap()).body;
    assert!(home.contains("Your first call") && home.contains("data-reveal"));
}

#[test]
fn the_keys_of_others_are_not_there() {
    let (people, account) = owner();
    let realm = keys::Realm::Account(crate::people::account_id(&account));
    people.member("eve", realm, keys::Role::ViewOnly);
    let eve = Browser::sign_in(&people.world, "eve@example.com");
    let other = people.account();
    assert_eq!(told(&eve.get(&keys_path(&other, "live"))), "404 Page not found");
    assert_eq!(told(&eve.get("/acct_x/live/apikeys")), "404 Page not found");
    let answer = eve.post(&format!("{}/create-secret", keys_path(&account, "live")), "name=Shop");
    insta::assert_snapshot!(told(&answer), @r#"403 Create secret key Your role does not allow this; ask an owner or administrator."#);
}

#[test]
fn pages_are_in_the_language_that_the_browser_asks_for() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let path = format!("GET {}", keys_path(&account, "live"));
    let page = people.world.ask(&path, &[&ada.cookie, "Accept-Language: fr, it;q=0.8, en;q=0.5"]);
    assert!(page.body.contains("<html lang=\"it\">") && page.body.contains("Chiavi API"));
}
