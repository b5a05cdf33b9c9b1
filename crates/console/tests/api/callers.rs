//! Keys as callers: what each permission opens, and what no key may do.

mod connected;
pub(crate) mod organizations;
mod refused;

use keys::{Asker, Change, Command, Grants, Kind, Livemode, Mode, Permissions, Place, Realm, Role};
use serde_json::{Value, json};
use store::NewInvitation;

use crate::people::{People, account_id, by};
use crate::world::{Answer, World, now, random};

const KEYS: &str = "/api/v1/keys";

/// The value of a new key, restricted to these permissions, or a secret one.
pub(crate) fn key_in(world: &World, place: Place, permissions: Option<&[&str]>) -> String {
    let (name, note) = ("Caller".to_owned(), None);
    let command = match permissions {
        None => Command::CreateSecretKey { place, name, note },
        Some(texts) => {
            let own = Permissions::parse(texts.iter().copied()).unwrap();
            let grants = Grants { own, connect: Permissions::none() };
            Command::CreateRestrictedKey { place, name, note, grants }
        }
    };
    let (asker, mut chance) = (Asker::system(), random);
    let carried = world.store.carry_out(&asker, command, now(), &mut chance);
    let done = world.block_on(carried).unwrap();
    done.changes.iter().find_map(Change::made).unwrap().value.expose().to_owned()
}

/// An account with people, its two first modes, and a key of each.
struct Stage {
    people: People,
    account: Value,
    modes: [Place; 2],
    keys: [String; 2],
}

impl Stage {
    fn new() -> Self {
        let people = People::new();
        let account = people.account();
        let sandbox = account["first_sandbox"].as_str().unwrap().parse().unwrap();
        let id = account_id(&account);
        let modes = [Mode::Sandbox(sandbox), Mode::Live].map(|mode| Place { account: id, mode });
        let keys = modes.map(|place| {
            let keys = people.keys(&account, &place.mode.to_string().into());
            let secret = keys.iter().find(|key| key["type"] == "secret").unwrap();
            format!("{KEYS}/{}", secret["id"].as_str().unwrap())
        });
        Self { people, account, modes, keys }
    }

    fn world(&self) -> &World {
        &self.people.world
    }

    fn account(&self) -> &str {
        self.account["id"].as_str().unwrap()
    }

    fn sandbox(&self) -> &str {
        self.account["first_sandbox"].as_str().unwrap()
    }

    /// The answers to one request of each sort.
    fn answers(&self, key: &str, path: &str) -> Vec<Answer> {
        let (world, account, sandbox) = (self.world(), self.account(), self.sandbox());
        let restricted = json!({"type": "restricted", "name": "New"}).to_string();
        vec![
            world.get(KEYS, key),
            world.get(path, key),
            world.post(KEYS, key, &restricted),
            world.post(path, key, r#"{"name": "Secret key"}"#),
            world.get("/api/v1/events", key),
            world.get("/api/v1/accounts", key),
            world.post(&format!("/api/v1/accounts/{account}"), key, r#"{"name": "Rides"}"#),
            world.get(&format!("/api/v1/accounts/{account}/sandboxes"), key),
            world.post(&format!("/api/v1/sandboxes/{sandbox}"), key, r#"{"name": "Sandbox"}"#),
            world.get(&format!("/api/v1/members?realm={account}"), key),
            world.get(&format!("/api/v1/invitations?realm={sandbox}"), key),
            world.delete("/api/v1/invitations/inv_0123456789abcdef", key),
            world.post("/api/v1/accounts", key, r#"{"name": "Mine"}"#),
            world.post(&format!("/api/v1/accounts/{account}/sandboxes"), key, r#"{"name": "Two"}"#),
            world.get("/api/v1/organizations", key),
            world.get("/api/v1/user", key),
        ]
    }
}

#[test]
fn this_is_what_each_permission_opens() {
    let stage = Stage::new();
    let some: [Option<&[&str]>; 8] = [
        Some(&[]),
        Some(&["api_key_read"]),
        Some(&["api_key_write"]),
        Some(&["account_read"]),
        Some(&["account_write"]),
        Some(&["member_read"]),
        Some(&["member_write"]),
        None,
    ];
    let mut table = Vec::new();
    for (place, path) in stage.modes.iter().zip(&stage.keys) {
        for permissions in some {
            let key = key_in(stage.world(), *place, permissions);
            let said = |answer: &Answer| match answer.json()["error"]["code"].as_str() {
                Some("more_permissions_required") => "   -".to_owned(),
                Some("person_required") => " ask".to_owned(),
                Some("not_allowed") => "  no".to_owned(),
                Some(_) | None => format!(" {}", answer.status()),
            };
            let row: String = stage.answers(&key, path).iter().map(said).collect();
            let name = permissions.map_or("(secret)".to_owned(), |texts| texts.join(" "));
            let mode = if place.mode == Mode::Live { "live" } else { "test" };
            table.push(format!("{mode} {name:14}{row}"));
        }
    }
    let head =
        "                    keys one new ren evt acc  ch box ren mem inv del opn add org usr\n";
    insta::assert_snapshot!(format!("{head}{}", table.join("\n")), @"
                        keys one new ren evt acc  ch box ren mem inv del opn add org usr
    test                  -   -   -   -   -   -   -   -   -   -   -   -   -   -  no   -
    test api_key_read   200 200   -   - 200   -   -   -   -   -   -   -   -   -  no   -
    test api_key_write  200 200 200 403 200   -   -   -   -   -   -   -   -   -  no   -
    test account_read     -   -   -   -   - 200   - 200   -   -   -   -   -   -  no   -
    test account_write    -   -   -   -   - 200  no 200  no   -   -   -   -   -  no   -
    test member_read      -   -   -   -   -   -   -   -   -  no 200   -   -   -  no   -
    test member_write     -   -   -   -   -   -   -   -   -  no 200 400   -   -  no   -
    test (secret)       200 200 200 200 200 200  no 200  no  no 200 400  no  no  no  no
    live                  -   -   -   -   -   -   -   -   -   -   -   -   -   -  no   -
    live api_key_read   200 200   -   - 200   -   -   -   -   -   -   -   -   -  no   -
    live api_key_write  200 200 ask 403 200   -   -   -   -   -   -   -   -   -  no   -
    live account_read     -   -   -   -   - 200   - 200   -   -   -   -   -   -  no   -
    live account_write    -   -   -   -   - 200 200 200 200   -   -   -   -   -  no   -
    live member_read      -   -   -   -   -   -   -   -   - 200 200   -   -   -  no   -
    live member_write     -   -   -   -   -   -   -   -   - 200 200 400   -   -  no   -
    live (secret)       200 200 ask 200 200 200 200 200 200 200 200 400  no  no  no  no
    ");
}

#[test]
fn a_key_is_told_which_permission_it_lacks_on_which_account() {
    let world = World::new();
    let place = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap();
    let key = key_in(&world, place, Some(&["api_key_read"]));
    let told = |answer: Answer| {
        let tail = &key[key.len() - 4..];
        answer.error().replace(tail, "4a7Q").replace(&place.account.to_string(), "acct_…")
    };
    let lacking = [
        world.post(KEYS, &key, r#"{"name": "New"}"#),
        world.get("/api/v1/accounts", &key),
        world.get("/api/v1/members?realm=acct_0123456789abcdef", &key),
        world.get("/api/v1/user", &key),
    ];
    insta::assert_snapshot!(lacking.map(told).join("\n"), @r#"
    403 invalid_request_error more_permissions_required -: The provided key 'rk_test_**********4a7Q' lacks a permission for this operation on account 'acct_…'. With "API keys Write" ('api_key_write') this request could continue.
    403 invalid_request_error more_permissions_required -: The provided key 'rk_test_**********4a7Q' lacks a permission for this operation on account 'acct_…'. With "Accounts Read" ('account_read') this request could continue.
    403 invalid_request_error more_permissions_required -: The provided key 'rk_test_**********4a7Q' lacks a permission for this operation on account 'acct_…'. With "Members Read" ('member_read') this request could continue.
    403 invalid_request_error more_permissions_required -: The provided key 'rk_test_**********4a7Q' has no permission for this operation.
    "#);
    // Whether a thing is there is not told before.
    let unknown = world.delete(&format!("{KEYS}/key_0123456789abcdef"), &key);
    assert!(told(unknown).starts_with("403 invalid_request_error more_permissions_required"));
}

#[test]
fn a_key_of_an_account_is_promised_no_permission_for_what_is_of_an_organization() {
    let stage = Stage::new();
    let of = format!("/api/v1/organizations/{}", stage.people.organization);
    let name = r#"{"name": "New"}"#;
    let expected = "403 invalid_request_error not_allowed -: An API key manages what it acts on, which is one account and mode or one organization, and nothing else.";
    for permissions in [&[] as &[&str], &["account_read", "api_key_write"]] {
        let key = key_in(stage.world(), stage.modes[1], Some(permissions));
        let world = stage.world();
        let answers = [
            world.get("/api/v1/organizations", &key),
            world.get(&of, &key),
            world.get(&format!("{of}/keys"), &key),
            world.post(&format!("{of}/keys"), &key, r#"{"name": "New", "livemode": true}"#),
            world.post("/api/v1/organizations", &key, name),
        ];
        for answer in answers {
            assert_eq!(answer.error(), expected, "{permissions:?}");
        }
    }
}

#[test]
fn a_key_of_one_mode_sees_and_changes_nothing_of_another() {
    let stage = Stage::new();
    let [test, live] = &stage.keys;
    for (place, other) in stage.modes.iter().zip([live, test]) {
        for permissions in [None, Some(["api_key_write", "account_write", "member_write"])] {
            let key = key_in(stage.world(), *place, permissions.as_ref().map(<[_; 3]>::as_slice));
            let world = stage.world();
            let another = if place.mode == Mode::Live { stage.sandbox() } else { "live" };
            let elsewhere = json!({"name": "New", "type": "restricted", "mode": another});
            let answers = [
                world.get(other, &key),
                world.post(other, &key, r#"{"name": "Mine"}"#),
                world.post(&format!("{other}/rotate"), &key, r#"{"expires_at": "now"}"#),
                world.delete(other, &key),
                world.post(KEYS, &key, &elsewhere.to_string()),
                world.get(&format!("{KEYS}?mode={another}"), &key),
            ];
            let codes = answers.map(|answer| answer.status());
            assert_eq!(codes, [404, 404, 404, 404, 403, 403], "{place:?} {permissions:?}");
        }
    }
}

#[test]
fn a_restricted_key_hands_out_what_it_has_and_no_more() {
    let world = World::new();
    let place = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap();
    let key = key_in(&world, place, Some(&["api_key_write", "customer_write"]));
    let create = |permissions: Value| {
        let body = json!({"type": "restricted", "name": "New", "permissions": permissions});
        world.post(KEYS, &key, &body.to_string())
    };
    let made = create(json!(["customer_read"])).json();
    let path = format!("{KEYS}/{}", made["id"].as_str().unwrap());
    assert!(made["secret"].as_str().unwrap().starts_with("rk_test_"));
    let edit = |permissions: Value| {
        world.post(&path, &key, &json!({"permissions": permissions}).to_string())
    };
    assert_eq!(edit(json!(["api_key_write", "customer_write"])).status(), 200);
    let secret = world.own.path(Kind::Secret, Livemode::Test);
    let import = json!({"keys": [{"name": "Old", "hash": "ab".repeat(32), "algorithm": "sha256"}]});
    let refused = [
        create(json!(["charge_read"])),
        edit(json!(["customer_write", "charge_read"])),
        world.post(KEYS, &key, r#"{"name": "Secret"}"#),
        world.post(&format!("{KEYS}/import"), &key, &import.to_string()),
        world.post(&format!("{secret}/reveal"), &key, ""),
        world.post(&format!("{secret}/rotate"), &key, r#"{"expires_at": "now"}"#),
    ];
    for answer in refused {
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.error(), @"403 invalid_request_error more_than_own -: Nobody can hand out more than they have themselves.");
        }
    }
    let copy = world.post(&format!("{path}/duplicate"), &key, "{}").json();
    assert_eq!(copy["permissions"], json!(["api_key_write", "customer_write"]));
}

#[test]
fn what_a_key_makes_works_from_where_the_key_works() {
    let world = World::new();
    let place = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap();
    let key = key_in(&world, place, None);
    let listed = world.get(KEYS, &key).json();
    let path = format!("{KEYS}/{}", listed["data"][0]["id"].as_str().unwrap());
    let here = json!(["10.0.0.0/8", "127.0.0.1"]);
    let restrict =
        |list: &Value| world.post(&path, &key, &json!({"ip_allowlist": list}).to_string());
    assert_eq!(restrict(&here).json()["ip_allowlist"], here);
    let made = world.post(KEYS, &key, r#"{"name": "New"}"#).json();
    assert_eq!(made["ip_allowlist"], here);
    assert!(restrict(&Value::Null).error().contains(" more_than_own "));
    // Once it keeps itself out, it is told so like at the gateway.
    assert_eq!(restrict(&json!(["10.0.0.0/8"])).status(), 200);
    assert!(world.get(KEYS, &key).error().starts_with("403 invalid_request_error ip_not_allowed"));
}

#[test]
fn an_ended_key_is_told_so_like_at_the_gateway() {
    let world = World::new();
    let place = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap();
    let key = || {
        let value = key_in(&world, place, Some(&["api_key_write"]));
        let listed = world.get(KEYS, &value).json();
        (format!("{KEYS}/{}", listed["data"][0]["id"].as_str().unwrap()), value)
    };
    let (deleted, value) = key();
    assert_eq!(world.delete(&deleted, &value).status(), 200, "it may end itself");
    let told = world.get(KEYS, &value).error();
    assert!(told.starts_with("401 authentication_error api_key_deleted"), "{told}");
    let (expiring, value) = key();
    let rotate =
        world.post(&format!("{expiring}/rotate"), &value, r#"{"expires_at": "first_use"}"#);
    assert_eq!(rotate.status(), 200);
    assert_eq!(world.post(&format!("{expiring}/expire"), &value, "").status(), 200);
    let told = world.get(KEYS, &value).error();
    assert!(told.starts_with("401 authentication_error api_key_expired"), "{told}");
}

#[test]
fn what_a_key_tries_elsewhere_is_of_its_own_history() {
    let stage = Stage::new();
    let (world, other) = (stage.world(), stage.people.account());
    let key = key_in(world, stage.modes[1], None);
    let id = other["id"].as_str().unwrap();
    let place = json!({"account": id, "mode": "live", "name": "New"}).to_string();
    let path = format!("/api/v1/accounts/{id}");
    assert_eq!(world.post(&path, &key, r#"{"name": "Mine"}"#).status(), 404);
    assert_eq!(world.post(KEYS, &key, &place).status(), 404);
    let refused = |account: &str| {
        let path = format!("/api/v1/events?account={account}&limit=100");
        let events = world.get(&path, &stage.people.token).json();
        let events = events["data"].as_array().unwrap().clone();
        events.into_iter().filter(|event| event["outcome"] != "done").count()
    };
    assert_eq!((refused(id), refused(stage.account())), (0, 1));
}

#[test]
fn a_restricted_key_reads_of_keys_alone_what_was_done() {
    let stage = Stage::new();
    let (world, sandbox) = (stage.world(), stage.sandbox());
    let path = format!("/api/v1/sandboxes/{sandbox}");
    world.post(&path, &stage.people.token, r#"{"name": "Try"}"#);
    let kinds = |permissions: Option<&[&str]>| {
        let key = key_in(world, stage.modes[0], permissions);
        let events = world.get("/api/v1/events", &key).json();
        let kinds = events["data"].as_array().unwrap().iter();
        let mut kinds: Vec<_> = kinds.map(|event| event["type"].to_string()).collect();
        kinds.sort();
        kinds.dedup();
        kinds.join(" ")
    };
    assert_eq!(kinds(Some(&["api_key_read"])), r#""api_key.created""#);
    assert_eq!(kinds(None), r#""api_key.created" "sandbox.updated""#);
}

#[test]
fn a_key_takes_roles_away_but_an_owners_and_gives_none() {
    let stage = Stage::new();
    let (world, id) = (stage.world(), account_id(&stage.account));
    let member = |name: &str, role: Role| {
        let token = stage.people.member(name, Realm::Account(id), role);
        let user = world.get("/api/v1/user", &token).json()["id"].as_str().unwrap().to_owned();
        format!("/api/v1/members/{id}/{user}/{}", role.as_str())
    };
    let (owner, developer) = (member("olga", Role::Owner), member("dan", Role::Developer));
    let (realm, role, invited_by) = (Realm::Account(id), Role::Analyst, stage.people.owner);
    let email = "eve@example.com".parse().unwrap();
    let (new, mut chance) = (NewInvitation { email, realm, role, invited_by }, random);
    let invited = world.block_on(world.store.invite(new, by(invited_by), &mut chance));
    let invitation = format!("/api/v1/invitations/{}", invited.unwrap().0.id);
    let key = key_in(world, stage.modes[1], Some(&["member_write"]));
    let listed = world.get(&format!("/api/v1/members?realm={id}"), &key).json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    let of_sandbox = key_in(world, stage.modes[0], Some(&["member_write"]));
    assert_eq!(world.delete(&developer, &of_sandbox).status(), 403);
    assert_eq!(world.delete(&invitation, &of_sandbox).status(), 403);
    let invite = json!({"email": "eve@example.com", "realm": id, "role": "analyst"}).to_string();
    let secret = key_in(world, stage.modes[1], None);
    let answers = [
        world.delete(&owner, &key),
        world.post(&developer, &key, r#"{"role": "analyst"}"#),
        world.post(&developer, &secret, r#"{"role": "analyst"}"#),
        world.post("/api/v1/invitations", &secret, &invite),
    ];
    let told = answers.map(|answer| {
        let error = answer.error();
        error.split(": The provided").next().unwrap().to_owned()
    });
    insta::assert_snapshot!(told.join("\n"), @"
    403 invalid_request_error not_allowed -: Nobody can give or take a role that is above their own; ask the owner.
    403 invalid_request_error more_permissions_required -
    403 invalid_request_error not_allowed -: This is for people who have signed in, and not for API keys.
    403 invalid_request_error not_allowed -: This is for people who have signed in, and not for API keys.
    ");
    assert_eq!(world.delete(&developer, &key).json()["deleted"], true);
    assert_eq!(world.delete(&invitation, &key).json()["deleted"], true);
    let history = world.get(&format!("/api/v1/events?account={id}"), &stage.people.token).json();
    let done = history["data"].as_array().unwrap().iter();
    let done = done.filter(|event| event["actor"].as_str().unwrap().starts_with("key_"));
    let line = |event: &Value| format!("{} {}", event["type"], event["outcome"]);
    insta::assert_snapshot!(done.map(line).collect::<Vec<_>>().join("\n"), @r#"
    "invitation.withdrawn" "done"
    "member.removed" "done"
    "member.updated" "more_permissions_required"
    "member.removed" "not_allowed"
    "invitation.withdrawn" "not_allowed"
    "member.removed" "not_allowed"
    "#);
}

#[test]
fn a_key_that_may_only_look_changes_nothing_by_an_idempotency_key() {
    let world = World::new();
    let place = world.own.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap();
    let key = key_in(&world, place, Some(&["api_key_read"]));
    let lines = format!("Authorization: Bearer {key}\r\nIdempotency-Key: one\r\n");
    let answer = world.post_lines(KEYS, &lines, r#"{"name": "New", "type": "restricted"}"#);
    assert!(answer.error().starts_with("403 invalid_request_error more_permissions_required"));
}
