//! What was refused, and who reads of it.

use keys::{Realm, Role};
use serde_json::{Value, json};

use super::{People, account_id};

/// Type, outcome and object of the account's events that were refused, the newest first.
fn refused(people: &People, token: &str, account: &Value) -> String {
    let path = format!("/api/v1/events?account={}", account["id"].as_str().unwrap());
    let answer = people.world.get(&path, token).json();
    let events = answer["data"].as_array().unwrap().iter();
    let line = |event: &Value| {
        let object = event["object_id"].as_str().map_or("-", |id| id.split('_').next().unwrap());
        let said = |field: &str| event[field].as_str().unwrap().to_owned();
        format!("{} {} {object}\n", said("type"), said("outcome"))
    };
    events.filter(|event| event["outcome"] != "done").map(line).collect()
}

#[test]
fn what_members_were_refused_is_read_in_the_history_of_the_account() {
    let people = People::new();
    let account = people.account();
    let id = account_id(&account);
    let viewer = people.member("vera", Realm::Account(id), Role::ViewOnly);
    let developer = people.member("dan", Realm::Account(id), Role::Developer);
    let sandbox = format!("/api/v1/sandboxes/{}", account["first_sandbox"].as_str().unwrap());
    let body = json!({"account": id, "mode": account["first_sandbox"], "name": "Shop"});
    people.world.post("/api/v1/keys", &viewer, &body.to_string());
    people.world.post(&sandbox, &viewer, r#"{"name": "Mine"}"#);
    let unnamed = people.world.post(&sandbox, &developer, r#"{"name": ""}"#);
    assert_eq!(unnamed.status(), 400);
    insta::assert_snapshot!(refused(&people, &people.token, &account), @"
    sandbox.updated parameter_invalid sbx
    sandbox.updated not_allowed sbx
    api_key.created not_allowed -
    ");
    // Developers read of keys alone.
    insta::assert_snapshot!(refused(&people, &developer, &account), @"api_key.created not_allowed -");
}

#[test]
fn what_strangers_try_is_no_part_of_an_accounts_history() {
    let people = People::new();
    let (mine, theirs) = (people.account(), people.account());
    let stranger = people.member("sam", Realm::Account(account_id(&mine)), Role::Owner);
    let key = people.keys(&theirs, &theirs["first_sandbox"])[0]["id"].clone();
    let told = [
        json!({"account": theirs["id"], "mode": "live", "name": "Shop"}),
        json!({"account": theirs["id"], "mode": mine["first_sandbox"], "name": "Shop"}),
        json!({"account": "acct_0000000000000000", "mode": mine["first_sandbox"], "name": "Shop"}),
    ]
    .map(|body| people.world.post("/api/v1/keys", &stranger, &body.to_string()).error())
    .join("\n")
    .replace(theirs["id"].as_str().unwrap(), "THEIRS");
    insta::assert_snapshot!(told, @"
    404 invalid_request_error resource_missing id: No such account: 'THEIRS'.
    404 invalid_request_error resource_missing -: The account has no such sandbox.
    404 invalid_request_error resource_missing -: The account has no such sandbox.
    ");
    let path = format!("/api/v1/keys/{}", key.as_str().unwrap());
    assert_eq!(people.world.post(&path, &stranger, r#"{"name": "Mine"}"#).status(), 404);
    assert_eq!(refused(&people, &people.token, &theirs), "");
}
