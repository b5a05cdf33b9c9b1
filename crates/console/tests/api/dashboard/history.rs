//! The security history.

use keys::{Livemode, Place, Realm, Role};
use serde_json::json;

use super::{Browser, between, keys_path, new_key, owner};
use crate::callers::key_in;
use crate::callers::organizations::{Program, connected_to, key_of};
use crate::people::account_id;

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

/// A text with its moments as programs read them, which a script tells in the reader's zone.
fn timed(text: &str) -> String {
    let Some((before, rest)) = text.split_once("<time datetime=\"") else { return text.to_owned() };
    let (at, rest) = rest.split_once("\" title=\"").unwrap();
    let after = rest.split_once(" data-exact>").unwrap().1.split_once("</time>").unwrap().1;
    format!("{before}[{at}]{after}")
}

#[test]
fn what_something_was_is_told_beside_what_it_is() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (list, key) = new_key(&ada, &account);
    ada.post(&format!("{key}/edit"), "name=Till&note=");
    ada.post(&format!("{key}/restrict"), "address=127.0.0.1");
    ada.post(&format!("{key}/schedule"), "when=2026-12-24T08%3A00&every=30&grace=now");
    ada.post(&format!("{key}/rotate"), "ending=24h");
    let page = ada.get(&list.replace("apikeys", "history")).body;
    let differences = page.split("<dt>").skip(1).map(|rest| {
        let (field, rest) = rest.split_once("</dt>").unwrap();
        let (old, new) = (between(rest, "<del>", "</del>"), between(rest, "<ins>", "</ins>"));
        let (old, new) = (timed(old), timed(new));
        format!("{field}: {old} → {new}")
    });
    insta::assert_snapshot!(differences.collect::<Vec<_>>().join("\n"), @"
    Status: active → expiring
    Ends: none → [2026-11-24T12:00:00Z]
    Rotation: [2026-12-24T08:00:00Z], every 30 days → none
    Rotation: none → [2026-12-24T08:00:00Z], every 30 days
    IP addresses: Anywhere → 127.0.0.1
    Name: Shop → Till
    ");
}

#[test]
fn filters_offer_names_and_go_together() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let (list, key) = new_key(&ada, &account);
    let id = key.rsplit('/').next().unwrap();
    let history = list.replace("apikeys", "history");
    let page = ada.get(&format!("{history}?object={id}&kind=api_key.created")).body;
    let offered = between(&page, &format!("<option value=\"{id}\" selected>"), "</option>");
    assert!(offered.starts_with("Shop · sk_test_…"), "{offered}");
    assert!(page.contains(&format!("<option value=\"{}\">ada@example.com</option>", people.owner)));
    assert!(
        page.contains(&format!("object={id}&#38;kind=api_key.created&#38;actor={}", people.owner))
    );
    let stranger = "usr_0123456789abcdef";
    let page = ada.get(&format!("{history}?actor={stranger}")).body;
    assert!(page.contains(&format!("<option value=\"{stranger}\" selected>{stranger}</option>")));
}

#[test]
fn whoever_may_not_read_the_history_is_told() {
    let (people, account) = owner();
    let realm = Realm::Account(account_id(&account));
    people.member("eve", realm, Role::ViewOnly);
    let eve = Browser::sign_in(&people.world, "eve@example.com");
    let history = keys_path(&account, "live").replace("apikeys", "history");
    insta::assert_snapshot!(super::told(&eve.get(&history)), @r#"403 That did not work"#);
}

#[test]
fn nobody_learns_whose_an_id_is_by_being_refused_something_about_it() {
    let (people, account) = owner();
    let world = &people.world;
    let (here, there) = (account_id(&account), account_id(&people.account()));
    people.member("mallory", Realm::Account(here), Role::Owner);
    let id =
        |token: &str| world.get("/api/v1/user", token).json()["id"].as_str().unwrap().to_owned();
    let victim = id(&people.member("victoria", Realm::Account(there), Role::Analyst));
    let known = id(&people.member("dan", Realm::Account(here), Role::Analyst));
    let gone = id(&people.member("gus", Realm::Account(here), Role::Analyst));
    let foreign = key_of(world, (people.organization, Livemode::Test), &[], &[]).key;
    let mode = account["first_sandbox"].as_str().unwrap().parse().unwrap();
    let powerless = key_in(world, Place { account: here, mode }, Some(&[]));
    let program = Program::new(world, &powerless);
    for user in [&victim, &known] {
        let path = format!("/api/v1/members/{here}/{user}/analyst");
        assert_eq!(program.delete(&path).status(), 403);
    }
    assert_eq!(program.delete(&format!("/api/v1/keys/{}", foreign.id)).status(), 403);
    let left = world.delete(&format!("/api/v1/members/{here}/{gone}/analyst"), &people.token);
    assert_eq!(left.status(), 200);
    let mallory = Browser::sign_in(world, "mallory@example.com");
    let page = mallory.get(&keys_path(&account, &mode.to_string()).replace("apikeys", "history"));
    let tail = foreign.mask().to_string();
    for unknown in ["victoria@", &tail] {
        assert!(!page.body.contains(unknown), "{unknown}");
    }
    let about = |id: &str| page.body.contains(&format!(">{id}</a>"));
    assert!(about(&victim) && about(&foreign.id.to_string()));
    assert!(about("dan@example.com") && about("gus@example.com"));
    assert!(page.body.contains("Caller · rk_test_…"));
}

#[test]
fn a_key_from_above_is_named_to_those_above_alone() {
    let (people, account) = owner();
    let world = &people.world;
    let platform = account_id(&account);
    let (connected, sandbox) = connected_to(world, platform);
    people.member("dan", Realm::Account(platform), Role::Administrator);
    people.member("eve", Realm::Account(connected), Role::Administrator);
    let key = key_of(world, (people.organization, Livemode::Test), &["api_key_write"], &[]);
    let program = Program::new(world, key.value.expose()).with("Stripe-Version: 2026-06-24.dahlia");
    let acting = program.with(format!("Stripe-Context: {platform}"));
    let create = json!({"type": "restricted", "name": "Till"});
    assert_eq!(acting.post("/api/v1/keys", &create).status(), 200);
    let mode = account["first_sandbox"].as_str().unwrap().parse().unwrap();
    let own = key_in(world, Place { account: platform, mode }, None);
    let own = Program::new(world, &own).with(format!("Stripe-Account: {connected}"));
    assert_eq!(own.post("/api/v1/keys", &create).status(), 200);
    let page = |name: &str, path: &str| {
        let reader = Browser::sign_in(world, &format!("{name}@example.com"));
        reader.get(&format!("/{path}/history")).body
    };
    let (id, mask) = (key.key.id.to_string(), key.key.mask().to_string());
    let in_account = page("dan", &format!("{platform}/{mode}"));
    assert!(in_account.contains(&format!(">{id}</a>")) && !in_account.contains(&mask));
    let in_connected = page("eve", &format!("{connected}/{sandbox}"));
    assert!(in_connected.contains("Till · rk_test_…") && !in_connected.contains("Caller"));
    assert!(page("ada", &format!("{}/test", people.organization)).contains(&mask));
}
