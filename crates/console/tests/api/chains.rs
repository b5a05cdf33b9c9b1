//! By no chain of creating, duplicating, editing, rotating and importing does anybody come to a key that
//! may do what they could not.
//!
//! Random callers ask for random things over HTTP: people of every role, secret keys and restricted
//! ones, and the keys that came of it. After each step all keys that are there are compared with those
//! before it: what is new or more must be what its caller could do. `TEST_CHAIN_CASES` sets how many
//! chains are made (6).

use std::collections::BTreeMap;
use std::net::IpAddr;

use keys::{AccountId, IpRestriction, Key, KeyId, Kind, Mode, Permissions, Place, Realm, Role};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::callers::key_in;
use crate::people::{People, account_id};
use crate::world::World;

/// Who asks, of what, and for what.
#[derive(Debug, Clone)]
struct Step {
    caller: usize,
    key: usize,
    wish: Wish,
}

#[derive(Debug, Clone)]
enum Wish {
    Create { place: usize, permissions: Option<Levels> },
    Import { place: usize, permissions: Option<Levels>, addresses: Addresses, value: u8 },
    Duplicate,
    Permit { permissions: Levels, connect: bool },
    Restrict { addresses: Addresses },
    Rotate,
    Reveal,
}

type Levels = Vec<&'static str>;
type Addresses = Option<Vec<&'static str>>;

const LEVELS: [&str; 6] = [
    "api_key_read",
    "api_key_write",
    "charge_read",
    "charge_write",
    "customer_read",
    "customer_write",
];

fn any_step() -> impl Strategy<Value = Step> {
    let which = || 0usize..1_000;
    let levels = || prop::sample::subsequence(LEVELS.to_vec(), 0..=4);
    let addresses = || {
        prop::option::of(prop::sample::select(vec![
            vec!["127.0.0.0/8"],
            vec!["127.0.0.1"],
            vec!["10.0.0.0/8", "127.0.0.1"],
        ]))
    };
    let wish = prop_oneof![
        4 => (which(), prop::option::weighted(0.8, levels()))
            .prop_map(|(place, permissions)| Wish::Create { place, permissions }),
        2 => (which(), prop::option::weighted(0.8, levels()), addresses(), any::<u8>()).prop_map(
            |(place, permissions, addresses, value)| Wish::Import {
                place,
                permissions,
                addresses,
                value,
            }
        ),
        2 => Just(Wish::Duplicate),
        4 => (levels(), any::<bool>())
            .prop_map(|(permissions, connect)| Wish::Permit { permissions, connect }),
        3 => addresses().prop_map(|addresses| Wish::Restrict { addresses }),
        3 => Just(Wish::Rotate),
        1 => Just(Wish::Reveal),
    ];
    (which(), which(), wish).prop_map(|(caller, key, wish)| Step { caller, key, wish })
}

/// Somebody who asks.
#[derive(Debug, Clone)]
enum Caller {
    Person { token: String, role: Role, account: AccountId },
    Key { value: String, id: KeyId },
}

/// Two accounts, and all who ask.
struct Stage {
    people: People,
    places: Vec<Place>,
    callers: Vec<Caller>,
    /// What was handed out that was not there before.
    handed_out: usize,
}

#[test]
fn no_chain_of_commands_yields_a_key_that_may_do_more() {
    let cases = std::env::var("TEST_CHAIN_CASES");
    let cases = cases.map_or(6, |number| number.parse().expect("a number of chains"));
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let steps = prop::collection::vec(any_step(), 60..=60);
    let handed_out = std::cell::Cell::new(0);
    let outcome = TestRunner::new(config).run(&steps, |steps| {
        let mut stage = Stage::new();
        for step in &steps {
            stage.step(step);
        }
        handed_out.set(handed_out.get() + stage.handed_out);
        Ok(())
    });
    outcome.unwrap();
    assert!(handed_out.get() > 10, "something was handed out at all");
}

impl Stage {
    fn new() -> Self {
        let people = People::new();
        let (mut places, mut callers) = (Vec::new(), Vec::new());
        for number in 0..2 {
            let opened = people.account();
            let account = account_id(&opened);
            let sandbox = opened["first_sandbox"].as_str().unwrap().parse().unwrap();
            for mode in [Mode::Sandbox(sandbox), Mode::Live] {
                places.push(Place { account, mode });
            }
            let roles = if number == 0 { &Role::ALL[..] } else { &[Role::Owner] };
            for role in roles.iter().copied() {
                let realm = if role.is_of_a_sandbox() {
                    Realm::Sandbox(sandbox)
                } else {
                    Realm::Account(account)
                };
                let name = format!("{}{number}", role.as_str());
                let token = people.member(&name, realm, role);
                callers.push(Caller::Person { token, role, account });
            }
        }
        let mut stage = Self { people, places, callers, handed_out: 0 };
        for place in stage.places.clone() {
            for permissions in [
                None,
                Some(&["api_key_write"][..]),
                Some(&["api_key_write", "charge_write", "customer_read"]),
                Some(&["api_key_read", "charge_write"]),
            ] {
                let value = key_in(stage.world(), place, permissions);
                stage.meet(value);
            }
        }
        stage
    }

    fn world(&self) -> &World {
        &self.people.world
    }

    /// Every key that there is.
    fn keys(&self) -> BTreeMap<String, Key> {
        let keys = self
            .places
            .iter()
            .flat_map(|place| self.world().block_on(self.world().store.keys(*place)).unwrap());
        keys.map(|key| (key.id.to_string(), key)).collect()
    }

    /// Whoever has the value of a key can ask by it.
    fn meet(&mut self, value: String) {
        let tail = &value[value.len() - 4..];
        let is_it =
            |key: &&Key| key.tail == tail.as_bytes() && value.starts_with(key.form().prefix());
        if let Some(key) = self.keys().values().find(is_it) {
            self.callers.push(Caller::Key { value, id: key.id });
        }
    }

    fn step(&mut self, Step { caller, key, wish }: &Step) {
        let caller = self.callers[caller % self.callers.len()].clone();
        let before = self.keys();
        let own = match &caller {
            Caller::Key { id, .. } => Some(before[&id.to_string()].clone()),
            Caller::Person { .. } => None,
        };
        // Mostly a key that is in the caller's own place.
        let near = before.values().filter(|near| {
            key.is_multiple_of(4) || own.as_ref().is_none_or(|own| own.home == near.home)
        });
        let near: Vec<&Key> = near.collect();
        let path = format!("/api/v1/keys/{}", near[key % near.len()].id);
        let (path, body) = self.request(wish, &path, own.as_ref());
        let (Caller::Person { token: credential, .. } | Caller::Key { value: credential, .. }) =
            &caller;
        let answer = self.world().post(&path, credential, &body.to_string());
        let after = self.keys();
        for (id, key) in &after {
            let more = before.get(id).is_none_or(|old| !is_within(key, old));
            if more {
                assert!(
                    could(&caller, own.as_ref(), key),
                    "{caller:?} came to {key:?} by {path} {body}: {}",
                    answer.status()
                );
                self.handed_out += 1;
            }
        }
        if let Some(value) = answer.json()["secret"].as_str() {
            let id = answer.json()["id"].as_str().unwrap().to_owned();
            let shown = &after[&id];
            // A publishable value is in view anyway.
            let may = shown.kind == Kind::Publishable || could(&caller, own.as_ref(), shown);
            assert!(may, "{caller:?} was shown {shown:?}");
            self.meet(value.to_owned());
        }
    }

    /// The path and the body of a wish.
    fn request(&self, wish: &Wish, path: &str, own: Option<&Key>) -> (String, Value) {
        let place = |number: &usize| match own {
            Some(own) if !number.is_multiple_of(4) => own.home.place().unwrap(),
            Some(_) | None => self.places[number / 4 % self.places.len()],
        };
        let with_place = |number: &usize, mut body: Value| {
            let Place { account, mode } = place(number);
            body["account"] = json!(account.to_string());
            body["mode"] = json!(mode.to_string());
            body
        };
        match wish {
            Wish::Create { place, permissions: None } => {
                ("/api/v1/keys".into(), with_place(place, json!({"name": "New"})))
            }
            Wish::Create { place, permissions: Some(levels) } => {
                let body = json!({"name": "New", "type": "restricted", "permissions": levels});
                ("/api/v1/keys".into(), with_place(place, body))
            }
            Wish::Import { place, permissions, addresses, value } => {
                let hash = format!("{value:02x}").repeat(32);
                let mut key = json!({"name": "Old", "hash": hash, "algorithm": "sha256"});
                if let Some(levels) = permissions {
                    key["type"] = json!("restricted");
                    key["permissions"] = json!(levels);
                }
                if let Some(list) = addresses {
                    key["ip_allowlist"] = json!(list);
                }
                ("/api/v1/keys/import".into(), with_place(place, json!({"keys": [key]})))
            }
            Wish::Duplicate => (format!("{path}/duplicate"), json!({})),
            Wish::Permit { permissions, connect: false } => {
                (path.to_owned(), json!({"permissions": permissions}))
            }
            Wish::Permit { permissions, connect: true } => {
                (path.to_owned(), json!({"connect_permissions": permissions}))
            }
            Wish::Restrict { addresses } => (path.to_owned(), json!({"ip_allowlist": addresses})),
            Wish::Rotate => (format!("{path}/rotate"), json!({"expires_at": "first_use"})),
            Wish::Reveal => (format!("{path}/reveal"), json!({})),
        }
    }
}

fn texts(permissions: &Permissions) -> Vec<String> {
    permissions.iter().map(|one| one.to_string()).collect()
}

/// Whether every text is one of those, or is a read where those hold the write.
fn holds(own: &Permissions, given: &Permissions) -> bool {
    let own = texts(own);
    texts(given)
        .iter()
        .all(|one| own.contains(one) || own.contains(&one.replace("_read", "_write")))
}

/// Whether no address of a few that tell lists apart is let in that the other keeps out.
fn opens_no_further(given: &IpRestriction, own: &IpRestriction) -> bool {
    let clients = ["127.0.0.1", "127.0.0.2", "10.1.2.3", "192.0.2.1", "2001:db8::1"];
    let mut clients = clients.iter().map(|client| client.parse::<IpAddr>().unwrap());
    clients.all(|client| !given.allows(client) || own.allows(client))
}

/// Whether one key can do nothing that the other cannot.
fn is_within(key: &Key, other: &Key) -> bool {
    let powers = match (key.kind, other.kind) {
        (Kind::Publishable, _) | (_, Kind::Secret) => true,
        (Kind::Restricted, Kind::Restricted) => {
            holds(&other.grants.own, &key.grants.own)
                && holds(&other.grants.connect, &key.grants.connect)
        }
        (_, _) => false,
    };
    let addresses =
        key.kind == Kind::Publishable || opens_no_further(&key.restriction, &other.restriction);
    powers && addresses && key.home == other.home
}

/// Whether whoever asked could do what the key can.
fn could(caller: &Caller, own: Option<&Key>, key: &Key) -> bool {
    match (caller, own) {
        // Live keys take a code that nobody shows here.
        (Caller::Person { role, account, .. }, _) => {
            let changes = matches!(
                role,
                Role::Owner
                    | Role::Administrator
                    | Role::Developer
                    | Role::SandboxAdministrator
                    | Role::SandboxUser
            );
            let is_there = key
                .home
                .place()
                .is_some_and(|place| place.account == *account && is_sandbox(place));
            changes && is_there
        }
        (Caller::Key { .. }, Some(own)) => {
            let manages = own.kind == Kind::Secret
                || texts(&own.grants.own).contains(&"api_key_write".to_owned());
            manages && is_within(key, own) && key.home.place().is_some_and(is_sandbox)
        }
        (Caller::Key { .. }, None) => false,
    }
}

fn is_sandbox(place: Place) -> bool {
    place.mode != Mode::Live
}
