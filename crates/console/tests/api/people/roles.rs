//! What each role may do, over HTTP.

use std::collections::BTreeSet;

use keys::{Mode, Realm, Role, SandboxId};
use serde_json::{Value, json};

use super::{People, account_id};
use crate::world::Answer;

/// Status and code of each of these requests, as somebody of that role gets them.
fn row(people: &People, token: &str, account: &Value) -> String {
    let id = account["id"].as_str().unwrap();
    let sandbox = account["first_sandbox"].as_str().unwrap();
    let world = &people.world;
    let key = |mode: &str| {
        let keys = people.keys(account, &mode.into());
        let key = keys.iter().find(|key| key["type"] == "secret").unwrap().clone();
        format!("/api/v1/keys/{}", key["id"].as_str().unwrap())
    };
    let create = |mode: &str| json!({"account": id, "mode": mode, "name": "Shop"}).to_string();
    let answers = [
        world.get(&format!("/api/v1/keys?account={id}&mode={sandbox}"), token),
        world.get(&format!("/api/v1/keys?account={id}&mode=live"), token),
        world.get(&key("live"), token),
        world.post("/api/v1/keys", token, &create(sandbox)),
        world.post("/api/v1/keys", token, &create("live")),
        world.post(&key(sandbox), token, r#"{"name": "Renamed"}"#),
        world.post(&key("live"), token, r#"{"name": "Renamed"}"#),
        world.get(&format!("/api/v1/accounts/{id}"), token),
        world.post(&format!("/api/v1/accounts/{id}"), token, r#"{"name": "Rides"}"#),
        world.post(&format!("/api/v1/accounts/{id}/sandboxes"), token, r#"{"name": "Two"}"#),
        world.get(&format!("/api/v1/accounts/{id}/sandboxes"), token),
        world.post("/api/v1/accounts", token, &json!({"name": "C", "platform": id}).to_string()),
        world.get(&format!("/api/v1/events?account={id}"), token),
    ];
    let said = |answer: Answer| match answer.json()["error"]["code"].as_str() {
        Some("verification_required") => " ask".to_owned(),
        Some(_) | None => format!(" {}", answer.status()),
    };
    answers.map(said).concat()
}

#[test]
fn this_is_what_each_role_may_do() {
    let people = People::new();
    let line = |name: &str, row: String| format!("{name:21}{row}\n");
    let of_role = |role: Role| {
        let account = people.account();
        let id = account_id(&account);
        let sandbox: SandboxId = account["first_sandbox"].as_str().unwrap().parse().unwrap();
        let realm =
            if role.is_of_a_sandbox() { Realm::Sandbox(sandbox) } else { Realm::Account(id) };
        let token = people.member(role.as_str(), realm, role);
        line(role.as_str(), row(&people, &token, &account))
    };
    let table = Role::ALL.map(of_role).concat();
    let account = people.account();
    let stranger =
        people.member("stranger", Realm::Account(account_id(&people.account())), Role::Owner);
    let last = line("(of another account)", row(&people, &stranger, &account));
    let head =
        "                      see:s:l:key mk:s:l ed:s:l acc:see:ch box:add:see conn audit\n";
    insta::assert_snapshot!(format!("{head}{table}{last}"), @r#"
                      see:s:l:key mk:s:l ed:s:l acc:see:ch box:add:see conn audit
owner                 200 200 200 200 ask 200 200 200 200 200 200 200 200
administrator         200 200 200 200 ask 200 200 200 200 200 200 200 200
developer             200 200 200 200 ask 200 200 200 403 200 200 403 200
iam_administrator     403 403 403 403 403 403 403 200 403 403 200 403 200
analyst               403 403 403 403 403 403 403 200 403 403 200 403 403
view_only             403 403 403 403 403 403 403 200 403 403 200 403 403
sandbox_administrator 200 404 404 200 404 200 404 200 404 404 200 404 404
sandbox_user          200 404 404 200 404 200 404 200 404 404 200 404 404
(of another account)  404 404 404 404 404 404 404 404 404 404 404 404 404
"#);
}

#[test]
fn every_account_that_is_listed_is_shown_with_the_sandboxes_that_its_reader_knows() {
    let people = People::new();
    let (world, account) = (&people.world, people.account());
    let other = people.account();
    let id = account["id"].as_str().unwrap();
    let sandboxes = format!("/api/v1/accounts/{id}/sandboxes");
    let two = world.post(&sandboxes, &people.token, r#"{"name": "Two"}"#).json();
    let realm = Realm::Sandbox(two["id"].as_str().unwrap().parse().unwrap());
    let token = people.member("tess", realm, Role::SandboxUser);
    let listed = world.get("/api/v1/accounts", &token).json();
    let ids: Vec<_> = listed["data"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, [&account["id"]]);
    let shown = world.get(&format!("/api/v1/accounts/{id}"), &token).json();
    assert_eq!(shown, listed["data"][0]);
    let known = world.get(&sandboxes, &token).json();
    assert_eq!((known["data"].as_array().unwrap().len(), &known["data"][0]["id"]), (1, &two["id"]));
    let other = format!("/api/v1/accounts/{}", other["id"].as_str().unwrap());
    assert_eq!(world.get(&other, &token).status(), 404);
}

#[test]
fn a_person_says_of_which_account_and_mode() {
    let people = People::new();
    let told = people.world.get("/api/v1/keys", &people.token).error();
    insta::assert_snapshot!(told, @r#"400 invalid_request_error parameter_missing account: Say of which account and mode: `account` and `mode`."#);
    let account = people.account();
    let path =
        format!("/api/v1/keys?account={}&mode={}", account["id"].as_str().unwrap(), Mode::Live);
    assert_eq!(people.world.get(&path, &people.token).status(), 200);
}

#[test]
fn whoever_opens_what_is_nobodys_owns_it() {
    let people = People::new();
    let world = &people.world;
    let token = people.member("bob", Realm::Organization(people.organization), Role::ViewOnly);
    let founded = world.post("/api/v1/organizations", &token, r#"{"name": "Bob's"}"#).json();
    let body = json!({"name": "One", "organization": founded["id"]}).to_string();
    let account = world.post("/api/v1/accounts", &token, &body).json();
    let alone = world.post("/api/v1/accounts", &token, r#"{"name": "Two"}"#).json();
    for account in [&account, &alone] {
        let path = format!("/api/v1/accounts/{}", account["id"].as_str().unwrap());
        assert_eq!(world.post(&path, &token, r#"{"name": "Renamed"}"#).json()["name"], "Renamed");
        assert_eq!(world.get(&path, &people.token).status(), 404, "nobody else sees it");
    }
    let listed = world.get("/api/v1/accounts", &token).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    let listed = world.get("/api/v1/organizations", &token).json();
    let ids = listed["data"].as_array().unwrap().iter().map(|found| &found["id"]);
    let ids: BTreeSet<_> = ids.map(ToString::to_string).collect();
    let both = [founded["id"].to_string(), json!(people.organization).to_string()];
    assert_eq!(ids, BTreeSet::from(both));
}
