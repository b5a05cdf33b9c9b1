//! Keys that belong to an organization: who may do what with them, over HTTP.

use keys::{Kind, Livemode, Mode, Realm, Role, SandboxId};
use serde_json::{Value, json};

use super::history::told;
use super::proof::code;
use super::{People, account_id};
use crate::world::Answer;

/// Where the keys of that organization are.
fn list(people: &People) -> String {
    format!("/api/v1/organizations/{}/keys", people.organization)
}

fn path(key: &Value) -> String {
    format!("/api/v1/keys/{}", key["id"].as_str().unwrap())
}

const READER: &str = r#"{"livemode": false, "name": "Reader", "note": "vault", "permissions": ["customer_read"], "connect_permissions": ["charge_write"]}"#;

/// A key for the sandboxes of the organization's accounts.
fn made(people: &People) -> Value {
    let answer = people.world.post(&list(people), &people.token, READER);
    assert_eq!(answer.status(), 200, "{answer:?}");
    answer.json()
}

fn names(answer: &Answer) -> Vec<String> {
    let list = answer.json();
    let keys = list["data"].as_array().unwrap().iter();
    keys.map(|key| key["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn it_is_said_to_be_the_organization_s_and_no_account_s() {
    let people = People::new();
    let mut key = made(&people);
    let secret = key["secret"].take();
    assert!(secret.as_str().unwrap().starts_with("sk_org_test_"));
    let organization = people.organization.to_string();
    for (field, expected) in [
        ("type", json!("organization")),
        ("organization", json!(organization)),
        ("account", Value::Null),
        ("mode", Value::Null),
        ("livemode", json!(false)),
        ("permissions", json!(["customer_read"])),
        ("connect_permissions", json!(["charge_write"])),
        ("note", json!("vault")),
        ("reveal", json!("always")),
    ] {
        assert_eq!(key[field], expected, "{field}");
    }
    key.as_object_mut().unwrap().remove("secret");
    assert_eq!(people.world.get(&path(&key), &people.token).json(), key);
    let listed = people.world.get(&list(&people), &people.token).json();
    assert_eq!((&listed["data"], &listed["url"]), (&json!([key]), &json!(list(&people))));
}

#[test]
fn its_whole_life_goes_by_the_same_paths_as_that_of_any_key() {
    let people = People::new();
    let key = made(&people);
    let post = |key: &Value, end: &str, body: Value| {
        let answer =
            people.world.post(&format!("{}{end}", path(key)), &people.token, &body.to_string());
        assert_eq!(answer.status(), 200, "{answer:?}");
        answer.json()
    };
    let edit = json!({"name": "Books", "note": null, "ip_allowlist": ["100.10.38.0/24"], "permissions": ["charge_read"]});
    let edited = post(&key, "", edit);
    assert_eq!((&edited["name"], &edited["note"]), (&json!("Books"), &Value::Null));
    assert_eq!(edited["ip_allowlist"], json!(["100.10.38.0/24"]));
    assert_eq!(edited["connect_permissions"], json!(["charge_write"]), "what is not said stays");
    let copy = post(&key, "/duplicate", json!({}));
    assert_eq!((&copy["name"], &copy["permissions"]), (&edited["name"], &edited["permissions"]));
    assert_eq!((&copy["organization"], &copy["type"]), (&key["organization"], &key["type"]));
    assert_eq!(post(&key, "/reveal", json!({}))["secret"], key["secret"]);

    let next = json!({"next_at": "2026-12-01T00:00:00Z", "every_days": 30});
    assert_eq!(post(&key, "/rotation", next)["rotation"]["every_days"], 30);
    let new = post(&key, "/rotate", json!({"expires_at": "2026-11-24T12:00:00Z"}));
    assert!(new["secret"].as_str().unwrap().starts_with("sk_org_test_"));
    assert_eq!((&new["name"], &new["permissions"]), (&edited["name"], &edited["permissions"]));
    assert_eq!(people.world.get(&path(&key), &people.token).json()["status"], "expiring");
    assert_eq!(post(&key, "/expire", json!({}))["status"], "expired");
    let deleted = people.world.delete(&path(&new), &people.token);
    assert_eq!(deleted.json()["status"], "deleted");
    let page = |query: &str| names(&people.world.get(&(list(&people) + query), &people.token));
    assert_eq!(page(""), ["Books", "Books", "Books"]);
    assert_eq!(page("?livemode=true"), [""; 0]);
    let first = copy["id"].as_str().unwrap();
    assert_eq!(page(&format!("?livemode=false&starting_after={first}")), ["Books"]);
}

#[test]
fn a_live_one_is_made_when_the_code_of_exactly_that_request_is_shown() {
    let people = People::new();
    let create = |name: &str, permissions: &[&str], shown: Option<&str>| {
        let body = json!({"livemode": true, "name": name, "permissions": permissions});
        people.world.post_shown(&list(&people), &people.token, &body.to_string(), shown)
    };
    let asked = create("Reader", &["customer_read"], None).error();
    insta::assert_snapshot!(asked, @"403 invalid_request_error verification_required -: A verification code was sent to ada@example.com; send the same request again with it in the header `Verification-Code`.");
    let mail = super::last_mail(&people.world, "ada@example.com").unwrap();
    assert!(mail.contains("create the live organization key"), "{mail}");
    let code = code(&people.world);
    let more = create("Reader", &["customer_write"], Some(&code)).error();
    insta::assert_snapshot!(more, @"403 invalid_request_error verification_failed -: No code was sent for this; ask for a new one.");
    let made = create("Reader", &["customer_read"], Some(&code));
    assert_eq!(made.status(), 200, "{made:?}");
    let made = made.json();
    assert!(made["secret"].as_str().unwrap().starts_with("sk_org_live_"));
    assert_eq!(made["reveal"], "never");
    let reveal = people.world.post(&format!("{}/reveal", path(&made)), &people.token, "{}");
    insta::assert_snapshot!(reveal.error(), @"400 invalid_request_error value_not_kept -: The value of this key was shown once and is not kept; rotate the key to get a new one.");
    // To end it asks for nothing; whatever opens it further does.
    let rotate = format!("{}/rotate", path(&made));
    let rotate = people.world.post(&rotate, &people.token, r#"{"expires_at": "now"}"#);
    assert_eq!(rotate.json()["error"]["code"], "verification_too_soon");
    assert_eq!(people.world.delete(&path(&made), &people.token).json()["status"], "deleted");
}

/// Status of each of these requests, as somebody gets them.
fn row(people: &People, token: &str, of: &str, key: &str) -> String {
    let world = &people.world;
    let create = |live: bool| json!({"livemode": live, "name": "Shop"}).to_string();
    let end = |end: &str| format!("{key}{end}");
    let answers = [
        world.get(of, token),
        world.get(key, token),
        world.post(of, token, &create(false)),
        world.post(of, token, &create(true)),
        world.post(key, token, r#"{"name": "Renamed"}"#),
        world.post(key, token, r#"{"permissions": ["customer_write"]}"#),
        world.post(&end("/reveal"), token, "{}"),
        world.post(&end("/duplicate"), token, "{}"),
        world.post(&end("/rotation"), token, r#"{"next_at": "2026-12-01T00:00:00Z"}"#),
        world.post(&end("/rotate"), token, r#"{"expires_at": "2026-11-24T12:00:00Z"}"#),
        world.post(&end("/expire"), token, "{}"),
    ];
    let said = |answer: Answer| match answer.json()["error"]["code"].as_str() {
        Some("verification_required") => " ask".to_owned(),
        Some(_) | None => format!(" {}", answer.status()),
    };
    answers.map(said).concat()
}

#[test]
fn owners_and_administrators_of_the_organization_manage_its_keys_and_nobody_else_knows_of_them() {
    let people = People::new();
    let account = people.account();
    let sandbox: SandboxId = account["first_sandbox"].as_str().unwrap().parse().unwrap();
    let line = |name: &str, token: &str| {
        let key = path(&made(&people));
        format!("{name:29}{}\n", row(&people, token, &list(&people), &key))
    };
    let member = |role: Role, realm: Realm| {
        let at = realm.to_string().split('_').next().unwrap().to_owned();
        let name = format!("{} at {at}", role.as_str());
        line(&name, &people.member(&name.replace(' ', "."), realm, role))
    };
    let of_organization = Role::ALL.into_iter().filter(|role| !role.is_of_a_sandbox());
    let organization = Realm::Organization(people.organization);
    let mut table: String = of_organization.map(|role| member(role, organization)).collect();
    for role in [Role::Owner, Role::Administrator, Role::Developer] {
        table += &member(role, Realm::Account(account_id(&account)));
    }
    table += &member(Role::SandboxAdministrator, Realm::Sandbox(sandbox));
    let stranger = people.member("sam", Realm::Sandbox(sandbox), Role::SandboxUser);
    let founded = people.world.post("/api/v1/organizations", &stranger, r#"{"name": "Sam's"}"#);
    assert_eq!(founded.status(), 200);
    table += &line("owner of another organization", &stranger);
    table += &line("a secret key of an account", people.world.own.secret());
    let head = format!("{:29} see:key mk:s:l ed:per rev dup sch rot exp\n", "");
    insta::assert_snapshot!(head + &table, @"
                                  see:key mk:s:l ed:per rev dup sch rot exp
    owner at org                  200 200 200 ask 200 200 200 200 200 200 200
    administrator at org          200 200 200 ask 200 200 200 200 200 200 200
    developer at org              403 403 403 403 403 403 403 403 403 403 403
    iam_administrator at org      403 403 403 403 403 403 403 403 403 403 403
    analyst at org                403 403 403 403 403 403 403 403 403 403 403
    view_only at org              403 403 403 403 403 403 403 403 403 403 403
    owner at acct                 404 404 404 404 404 404 404 404 404 404 404
    administrator at acct         404 404 404 404 404 404 404 404 404 404 404
    developer at acct             404 404 404 404 404 404 404 404 404 404 404
    sandbox_administrator at sbx  404 404 404 404 404 404 404 404 404 404 404
    owner of another organization 404 404 404 404 404 404 404 404 404 404 404
    a secret key of an account    403 404 403 403 404 404 404 404 404 404 404
    ");
}

#[test]
fn the_keys_of_an_organization_of_others_are_as_those_of_none() {
    let people = People::new();
    let key = made(&people);
    let stranger = people.member("sam", Realm::Account(account_id(&people.account())), Role::Owner);
    let nobody = "/api/v1/organizations/org_00000000000000000000000/keys";
    let shape = |answer: Answer| {
        let error = answer.error().replace("org_00000000000000000000000", "ID");
        error
            .replace(&people.organization.to_string(), "ID")
            .replace(key["id"].as_str().unwrap(), "ID")
    };
    let world = &people.world;
    for (foreign, none) in [
        (world.get(&list(&people), &stranger), world.get(nobody, &stranger)),
        (world.post(&list(&people), &stranger, READER), world.post(nobody, &stranger, READER)),
    ] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(shape(foreign), @"404 invalid_request_error resource_missing id: No such organization: 'ID'.");
        }
        insta::allow_duplicates! {
            insta::assert_snapshot!(shape(none), @"404 invalid_request_error resource_missing id: No such organization: 'ID'.");
        }
    }
    insta::assert_snapshot!(shape(world.get(&path(&key), &stranger)), @"404 invalid_request_error resource_missing id: No such key: 'ID'.");
    insta::assert_snapshot!(world.get("/api/v1/organizations/nonsense/keys", &stranger).error(), @"404 invalid_request_error resource_missing id: No such organization: 'nonsense'.");
}

#[test]
fn no_list_of_an_account_has_it_and_no_key_of_an_account_touches_it() {
    let people = People::new();
    let world = &people.world;
    let account = people.account();
    let key = made(&people);
    for mode in [account["first_sandbox"].clone(), Mode::Live.to_string().into()] {
        let keys = people.keys(&account, &mode);
        assert_eq!(keys.len(), 2, "those that it was born with");
        assert!(keys.iter().all(|other| other["account"] == account["id"]));
    }
    let sandbox = account["first_sandbox"].clone();
    let born = people.keys(&account, &sandbox);
    let secret = born.iter().find(|key| key["type"] == "secret").unwrap();
    let secret = world.post(&format!("{}/reveal", path(secret)), &people.token, "{}").json();
    let secret = secret["secret"].as_str().unwrap();
    assert_eq!(world.get("/api/v1/keys", secret).status(), 200);
    let answers = [
        world.get(&path(&key), secret),
        world.delete(&path(&key), secret),
        world.post(&path(&key), secret, r#"{"name": "Mine"}"#),
        world.post(&format!("{}/reveal", path(&key)), secret, "{}"),
        world.get(&list(&people), secret),
        world.post(&list(&people), secret, READER),
    ];
    let codes = answers.map(|answer| answer.json()["error"]["code"].as_str().unwrap().to_owned());
    insta::assert_snapshot!(codes.join(" "), @"resource_missing resource_missing resource_missing resource_missing not_allowed not_allowed");
    let untouched = world.get(&path(&key), &people.token).json();
    assert_eq!((&untouched["name"], &untouched["status"]), (&key["name"], &json!("active")));
}

#[test]
fn wrong_requests_are_told_what_is_wrong() {
    let people = People::new();
    let bodies = [
        "{}",
        r#"{"name": "a"}"#,
        r#"{"livemode": "live", "name": "a"}"#,
        r#"{"livemode": false, "name": ""}"#,
        r#"{"livemode": false, "name": "a", "type": "restricted"}"#,
        r#"{"livemode": false, "name": "a", "account": "acct_0123456789abcdef"}"#,
        r#"{"livemode": false, "name": "a", "permissions": ["nonsense"]}"#,
        r#"{"livemode": true, "name": "a", "connect_permissions": ["customer"]}"#,
    ];
    let post = |body: &&str| people.world.post(&list(&people), &people.token, body).error();
    let mut told: Vec<String> = bodies.iter().map(post).collect();
    for query in ["?livemode=maybe", "?mode=live", "?limit=0"] {
        told.push(people.world.get(&(list(&people) + query), &people.token).error());
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
    400 invalid_request_error parameters_malformed -: The body cannot be read: missing field `livemode` at line 1 column 2.
    400 invalid_request_error parameters_malformed -: The body cannot be read: missing field `livemode` at line 1 column 13.
    400 invalid_request_error parameters_malformed -: The body cannot be read: invalid type: string "live", expected a boolean at line 1 column 19.
    400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
    400 invalid_request_error parameters_malformed -: The body cannot be read: unknown field `type`, expected one of `livemode`, `name`, `note`, `permissions`, `connect_permissions` at line 1 column 39.
    400 invalid_request_error parameters_malformed -: The body cannot be read: unknown field `account`, expected one of `livemode`, `name`, `note`, `permissions`, `connect_permissions` at line 1 column 42.
    400 invalid_request_error parameter_invalid permissions: `nonsense` is no permission; one is written like `customer_read` or `charge_write`.
    400 invalid_request_error parameter_invalid connect_permissions: `customer` is no permission; one is written like `customer_read` or `charge_write`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: livemode: provided string was not `true` or `false`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: mode: unknown field `mode`, expected one of `livemode`, `limit`, `starting_after`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: limit: a page has 1 to 100 entries.
    "#);
    assert_eq!(names(&people.world.get(&list(&people), &people.token)), [""; 0]);
}

#[test]
fn what_is_done_with_it_and_what_is_refused_is_in_the_history_of_the_organization() {
    let people = People::new();
    let world = &people.world;
    let of = format!("&organization={}", people.organization);
    let before = told(world, &of, &people.token);
    let developer = people.member("dev", Realm::Organization(people.organization), Role::Developer);
    let stranger = people.member("sam", Realm::Account(account_id(&people.account())), Role::Owner);
    let key = made(&people);
    assert_eq!(world.post(&list(&people), &developer, READER).status(), 403);
    assert_eq!(world.delete(&path(&key), &developer).status(), 403);
    // To these the organization does not exist, nor its key.
    assert_eq!(world.post(&list(&people), &stranger, READER).status(), 404);
    assert_eq!(world.delete(&path(&key), &stranger).status(), 404);
    assert_eq!(world.post(&list(&people), world.own.secret(), READER).status(), 403);
    assert_eq!(world.delete(&path(&key), world.own.secret()).status(), 404);
    assert_eq!(world.delete(&path(&key), &people.token).status(), 200);
    let history = told(world, &of, &people.token);
    let history = history.strip_prefix(&before).unwrap();
    let of_keys: String =
        history.split_inclusive('\n').filter(|line| line.starts_with("api_key")).collect();
    insta::assert_snapshot!(of_keys, @"
    api_key.created done usr key
    api_key.created not_allowed usr -
    api_key.deleted not_allowed usr key
    api_key.deleted done usr key
    ");
    // What a key of an account tried is part of that account's history.
    let tried = told(world, "", world.own.minted(Kind::Secret, Livemode::Test).value.expose());
    let tried: String =
        tried.split_inclusive('\n').filter(|line| !line.contains(" done ")).collect();
    insta::assert_snapshot!(tried, @"
    api_key.created not_allowed key -
    api_key.deleted resource_missing key key
    ");
}
