//! Accounts that are deleted: by their owners, who prove that it is them.

use keys::{Kind, Livemode, Realm, Role};

use super::proof::{code, code_for};
use super::{People, account_id};
use crate::world::World;

#[test]
fn an_owner_deletes_an_account_with_a_code_for_exactly_that_and_its_keys_stop() {
    let people = People::new();
    let world = &people.world;
    let (account, other) = (people.account(), people.account());
    let id = account_id(&account);
    let path = format!("/api/v1/accounts/{id}");
    let asked = world.delete(&path, &people.token).error();
    insta::assert_snapshot!(asked, @"403 invalid_request_error verification_required -: A verification code was sent to ada@example.com; send the same request again with it in the header `Verification-Code`.");
    let shown = code(world);
    let mail = super::last_mail(world, "ada@example.com").unwrap();
    assert!(mail.contains(&format!("wants to delete the account {id} with all of its keys")));
    let elsewhere = format!("/api/v1/accounts/{}", other["id"].as_str().unwrap());
    let wrong = world.delete_shown(&elsewhere, &people.token, &shown).error();
    insta::assert_snapshot!(wrong, @"403 invalid_request_error verification_failed -: No code was sent for this; ask for a new one.");
    assert_eq!(world.get(&path, &people.token).json()["deleted_at"], serde_json::Value::Null);

    let deleted = world.delete_shown(&path, &people.token, &shown);
    assert_eq!(deleted.status(), 200, "{deleted:?}");
    assert!(deleted.json()["deleted_at"].is_string());
    for mode in ["live".into(), account["first_sandbox"].clone()] {
        let keys = people.keys(&account, &mode);
        assert!(keys.len() == 2 && keys.iter().all(|key| key["status"] == "deleted"), "{keys:?}");
    }
    let list = world.get("/api/v1/accounts", &people.token).json();
    assert!(list["data"].as_array().unwrap().iter().all(|one| one["id"] != account["id"]));
    let again = world.delete_shown(&path, &people.token, &shown);
    assert_eq!((again.status(), world.get(&path, &people.token).status()), (404, 404));
    for of in ["members", "invitations"] {
        let list = world.get(&format!("/api/v1/{of}?realm={id}"), &people.token);
        let told = list.error().replace(&id.to_string(), "acct_…");
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @"404 invalid_request_error resource_missing id: No such account: 'acct_…'.");
        }
    }
    // Its history is there for the organization.
    let events = world.get(&format!("/api/v1/events?account={id}&limit=1"), &people.token).json();
    let event = &events["data"][0];
    assert_eq!((&event["type"], &event["outcome"]), (&"account.deleted".into(), &"done".into()));
    let body = format!(r#"{{"email": "sam@example.com", "realm": "{id}", "role": "developer"}}"#);
    assert_eq!(world.post("/api/v1/invitations", &people.token, &body).status(), 404);
}

#[test]
fn an_owner_alone_deletes_an_account_and_no_key_does() {
    let people = People::new();
    let world = &people.world;
    let account = people.account();
    let id = account_id(&account);
    let path = format!("/api/v1/accounts/{id}");
    for role in [Role::Administrator, Role::Developer, Role::ViewOnly] {
        let token = people.member(role.as_str(), Realm::Account(id), role);
        assert_eq!(world.delete(&path, &token).error(), NOT_ALLOWED, "{role:?}");
    }
    let other = account_id(&people.account());
    let stranger = people.member("sam", Realm::Account(other), Role::Owner);
    assert_eq!(world.delete(&path, &stranger).status(), 404);
    let own = World::new();
    let live = own.own.minted(Kind::Secret, Livemode::Live);
    let path = format!("/api/v1/accounts/{}", live.key.home.place().unwrap().account);
    insta::assert_snapshot!(own.delete(&path, live.value.expose()).error(), @"403 invalid_request_error not_allowed -: An API key manages what it acts on, which is one account and mode or one organization, and nothing else.");
}

const NOT_ALLOWED: &str = "403 invalid_request_error not_allowed -: Your role does not allow this; ask an owner or administrator.";

#[test]
fn an_owner_of_the_account_alone_loses_it_with_the_role() {
    let people = People::new();
    let world = &people.world;
    let id = account_id(&people.account());
    let boss = people.member("boss", Realm::Account(id), Role::Owner);
    let path = format!("/api/v1/accounts/{id}");
    assert_eq!(world.delete(&path, &boss).status(), 403);
    let shown = code_for(world, "boss@example.com");
    assert_eq!(world.delete_shown(&path, &boss, &shown).status(), 200);
    assert_eq!(world.get(&path, &boss).status(), 404);
    assert_eq!(world.get(&format!("/api/v1/events?account={id}"), &boss).status(), 404);
    // What they did themselves they read still.
    let own = world.get("/api/v1/events?limit=1", &boss).json();
    assert_eq!(own["data"][0]["type"], "account.deleted");
}
