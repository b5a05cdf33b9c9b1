//! By no chain of creating, duplicating, editing, rotating and importing does anybody come to a key that
//! may do what they could not.
//!
//! Random callers ask for random things over HTTP: people of every role, secret keys and restricted
//! ones, those of a platform for an account connected to it, those of an organization for itself, for an
//! account and by way of the platform, and the keys that came of it. After each step all keys that are
//! there are compared with those before it: what is new or more must be what its caller could do.
//! `TEST_CHAIN_CASES` sets how many chains are made (6).

use std::collections::BTreeMap;
use std::net::IpAddr;

use keys::{
    AccountId, AllowList, Change, Command, Edit, Grants, Home, IpRestriction, Key, KeyCommand,
    KeyId, Kind, Livemode, Mode, Permissions, Place, Realm, Role,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use store::Lives;

use crate::callers::key_in;
use crate::callers::organizations::{Program, carried_out, connected_to, key_of};
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
    CreateOfOrganization { permissions: Levels, connect: Levels },
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
        2 => (levels(), levels()).prop_map(|(permissions, connect)| Wish::CreateOfOrganization {
            permissions,
            connect,
        }),
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
    Person { token: String, role: Role, accounts: Vec<AccountId> },
    Key { value: String, id: KeyId, acting: Acting },
}

/// On what a key acts, and by which headers.
#[derive(Debug, Clone)]
struct Acting {
    on: Home,
    /// Whether what it holds for connected accounts is what counts.
    is_connected: bool,
    lines: Vec<String>,
}

/// Three accounts, the last of them connected to the first; their organization, and all who ask.
struct Stage {
    people: People,
    places: Vec<Place>,
    callers: Vec<Caller>,
    /// What was handed out that was not there before: by whomever, and by organizations' keys.
    handed_out: [usize; 2],
}

#[test]
fn no_chain_of_commands_yields_a_key_that_may_do_more() {
    let cases = std::env::var("TEST_CHAIN_CASES");
    let cases = cases.map_or(6, |number| number.parse().expect("a number of chains"));
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let steps = prop::collection::vec(any_step(), 60..=60);
    let handed_out = std::cell::Cell::new([0, 0]);
    let outcome = TestRunner::new(config).run(&steps, |steps| {
        let mut stage = Stage::new();
        for step in stage.first_steps().iter().chain(&steps) {
            stage.step(step);
        }
        let [all, of_organizations] = handed_out.get();
        let [more, more_of_organizations] = stage.handed_out;
        handed_out.set([all + more, of_organizations + more_of_organizations]);
        Ok(())
    });
    outcome.unwrap();
    let [all, of_organizations] = handed_out.get();
    assert!(all > 10 && of_organizations > 0, "something was handed out at all, by each sort");
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
                callers.push(Caller::Person { token, role, accounts: vec![account] });
            }
        }
        let (connected, sandbox) = connected_to(&people.world, places[0].account);
        for mode in [Mode::Sandbox(sandbox), Mode::Live] {
            places.push(Place { account: connected, mode });
        }
        for caller in &mut callers {
            if let Caller::Person { role, accounts, .. } = caller
                && *accounts == [places[0].account]
                && !role.is_of_a_sandbox()
            {
                // A role in a platform is one in the accounts connected to it.
                accounts.push(connected);
            }
        }
        let mut stage = Self { people, places, callers, handed_out: [0, 0] };
        for place in stage.places.clone() {
            for permissions in [
                None,
                Some(&["api_key_write"][..]),
                Some(&["api_key_write", "charge_write", "customer_read"]),
                Some(&["api_key_read", "charge_write"]),
            ] {
                let value = key_in(stage.world(), place, permissions);
                stage.meet(&value);
            }
        }
        let some: [(&[&str], &[&str]); 3] = [
            (
                &["api_key_write", "charge_write", "customer_read"],
                &["api_key_write", "charge_read"],
            ),
            (&["api_key_write"], &["api_key_write", "customer_write"]),
            (&["api_key_read", "charge_write"], &["charge_write"]),
        ];
        for (own, connect) in some {
            let of = (stage.people.organization, Livemode::Test);
            let key = key_of(stage.world(), of, own, connect);
            stage.meet(key.value.expose());
            let read = |texts: &[&str]| Permissions::parse(texts.iter().copied()).unwrap();
            let grants = Grants { own: read(own), connect: read(connect) };
            let (place, name, note) = (stage.places[0], "Caller".to_owned(), None);
            let create = Command::CreateRestrictedKey { place, name, note, grants };
            let made = carried_out(stage.world(), create).into_iter().find_map(Change::into_made);
            stage.meet(made.unwrap().value.expose());
        }
        stage.confine();
        stage
    }

    /// Each key of the organization, however it acts, makes others: chance would seldom ask for it.
    fn first_steps(&self) -> Vec<Step> {
        let acts_so = |(caller, one): (usize, &Caller)| match one {
            Caller::Key { acting, .. }
                if acting.lines.iter().any(|line| line.contains("Version")) =>
            {
                Some(caller)
            }
            Caller::Key { .. } | Caller::Person { .. } => None,
        };
        let levels = || vec!["charge_read"];
        let steps = self.callers.iter().enumerate().filter_map(acts_so).flat_map(|caller| {
            let here = Wish::Create { place: 1, permissions: Some(levels()) };
            let further = Wish::CreateOfOrganization { permissions: levels(), connect: Vec::new() };
            [here, further].map(|wish| Step { caller, key: 1, wish })
        });
        steps.collect()
    }

    /// Every other key that asks may do so from here alone.
    fn confine(&self) {
        let ids = self.callers.iter().filter_map(|caller| match caller {
            Caller::Key { id, .. } => Some(*id),
            Caller::Person { .. } => None,
        });
        let mut ids: Vec<KeyId> = ids.collect();
        ids.dedup();
        for id in ids.into_iter().step_by(2) {
            let here = AllowList::parse(["127.0.0.1"]).unwrap();
            let edit = Edit { restriction: Some(IpRestriction::Only(here)), ..Edit::default() };
            carried_out(self.world(), Command::Key(id, KeyCommand::Edit(edit)));
        }
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
        let organization = self.people.organization;
        let store = &self.world().store;
        let of_organization =
            store.page_of_organization_keys(organization, None, Lives::All, (None, u16::MAX));
        let of_organization = self.world().block_on(of_organization).unwrap();
        keys.chain(of_organization).map(|key| (key.id.to_string(), key)).collect()
    }

    /// Whoever has the value of a key can ask by it.
    fn meet(&mut self, value: &str) {
        let tail = &value[value.len() - 4..];
        let is_it =
            |key: &&Key| key.tail == tail.as_bytes() && value.starts_with(key.form().prefix());
        let keys = self.keys();
        let Some(key) = keys.values().find(is_it) else { return };
        for acting in self.acting(key.home) {
            let value = value.to_owned();
            self.callers.push(Caller::Key { value, id: key.id, acting });
        }
    }

    /// The ways in which a key that lives there can act.
    fn acting(&self, home: Home) -> Vec<Acting> {
        let connected = self.places[4];
        let way = |on, is_connected, lines: Vec<String>| Acting { on, is_connected, lines };
        let mut ways = vec![way(home, false, Vec::new())];
        if home == Home::Account(self.places[0]) {
            let line = format!("Stripe-Account: {}", connected.account);
            ways.push(way(Home::Account(connected), true, vec![line]));
        }
        if home.organization().is_some() {
            let version = || "Stripe-Version: 2026-06-24.dahlia".to_owned();
            ways[0].lines.push(version());
            let context = |context: String| vec![version(), format!("Stripe-Context: {context}")];
            for place in [self.places[0], self.places[2]] {
                let lines = context(place.account.to_string());
                ways.push(way(Home::Account(place), false, lines));
            }
            let lines = context(format!("{}/{}", self.places[0].account, connected.account));
            ways.push(way(Home::Account(connected), true, lines));
        }
        ways
    }

    fn step(&mut self, Step { caller, key, wish }: &Step) {
        let caller = self.callers[caller % self.callers.len()].clone();
        let before = self.keys();
        let (own, on, lines) = match &caller {
            Caller::Key { id, acting, .. } => {
                let own = before[&id.to_string()].clone();
                (Some(own), Some(acting.on), acting.lines.clone())
            }
            Caller::Person { .. } => (None, None, Vec::new()),
        };
        // Mostly a key that is where the caller acts.
        let near = before
            .values()
            .filter(|near| key.is_multiple_of(4) || on.is_none_or(|on| on == near.home));
        let near: Vec<&Key> = near.collect();
        let path = format!("/api/v1/keys/{}", near[key % near.len()].id);
        let (path, body) = self.request(wish, &path, on);
        let (Caller::Person { token: credential, .. } | Caller::Key { value: credential, .. }) =
            &caller;
        let program = lines.into_iter().fold(Program::new(self.world(), credential), Program::with);
        let answer = program.post(&path, &body);
        let after = self.keys();
        for (id, key) in &after {
            let more = before.get(id).is_none_or(|old| !is_within(key, old));
            if more {
                assert!(
                    could(&caller, own.as_ref(), key),
                    "{caller:?} came to {key:?} by {path} {body}: {}",
                    answer.status()
                );
                let by_organization =
                    own.as_ref().is_some_and(|own| own.kind == Kind::Organization);
                self.handed_out[0] += 1;
                self.handed_out[1] += usize::from(by_organization);
            }
        }
        if let Some(value) = answer.json()["secret"].as_str() {
            let id = answer.json()["id"].as_str().unwrap().to_owned();
            let shown = &after[&id];
            // A publishable value is in view anyway.
            let may = shown.kind == Kind::Publishable || could(&caller, own.as_ref(), shown);
            assert!(may, "{caller:?} was shown {shown:?}");
            self.meet(value);
        }
    }

    /// The path and the body of a wish.
    fn request(&self, wish: &Wish, path: &str, on: Option<Home>) -> (String, Value) {
        let own = on.and_then(Home::place);
        let place = |number: &usize| match own {
            Some(own) if !number.is_multiple_of(4) => own,
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
            Wish::CreateOfOrganization { permissions, connect } => {
                let body = json!({"livemode": false, "name": "New", "permissions": permissions,
                    "connect_permissions": connect});
                (format!("/api/v1/organizations/{}/keys", self.people.organization), body)
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

/// Whether nothing is given that those do not hold.
fn holds_all(own: &Grants, given: &Grants) -> bool {
    holds(&own.own, &given.own) && holds(&own.connect, &given.connect)
}

/// Whether a key can do nothing, be it now, that it could not do before.
fn is_within(key: &Key, before: &Key) -> bool {
    let powers = match key.kind {
        Kind::Publishable | Kind::Secret => true,
        Kind::Restricted | Kind::Organization => holds_all(&before.grants, &key.grants),
    };
    let addresses =
        key.kind == Kind::Publishable || opens_no_further(&key.restriction, &before.restriction);
    powers && addresses && (key.home, key.kind) == (before.home, before.kind)
}

/// Whether whoever asked could do what the key can.
fn could(caller: &Caller, own: Option<&Key>, key: &Key) -> bool {
    match (caller, own) {
        // Live keys take a code that nobody shows here.
        (Caller::Person { role, accounts, .. }, _) => {
            let changes = matches!(
                role,
                Role::Owner
                    | Role::Administrator
                    | Role::Developer
                    | Role::SandboxAdministrator
                    | Role::SandboxUser
            );
            let is_there = key.home.place().is_some_and(|place| accounts.contains(&place.account));
            changes && is_there && key.home.livemode() == Livemode::Test
        }
        (Caller::Key { acting, .. }, Some(own)) => key_could(own, acting, key),
        (Caller::Key { .. }, None) => false,
    }
}

/// What a key can do where it acts, and nowhere else, from where it may do it.
fn key_could(own: &Key, acting: &Acting, key: &Key) -> bool {
    let grants = if acting.is_connected {
        Grants { own: own.grants.connect.clone(), connect: Permissions::none() }
    } else {
        own.grants.clone()
    };
    let is_secret = own.kind == Kind::Secret;
    let powers = match key.kind {
        Kind::Publishable => true,
        Kind::Secret => is_secret,
        Kind::Restricted => is_secret || holds_all(&grants, &key.grants),
        Kind::Organization => own.kind == Kind::Organization && holds_all(&grants, &key.grants),
    };
    let addresses =
        key.kind == Kind::Publishable || opens_no_further(&key.restriction, &own.restriction);
    let manages_keys = is_secret || texts(&grants.own).contains(&"api_key_write".to_owned());
    let is_there = key.home == acting.on && key.home.livemode() == Livemode::Test;
    manages_keys && powers && addresses && is_there
}
