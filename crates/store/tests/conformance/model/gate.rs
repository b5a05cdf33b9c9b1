//! What each key can do at a gateway that knows what the store tells, and what it should.

use std::collections::HashMap;
use std::net::IpAddr;

use jiff::Timestamp;
use keys::{
    Account, AccountFact, AccountId, Accounts, Api, Catalog, ContextHeaders, Fact, ForeignValue,
    Grants, Home, IpRestriction, Key, KeyFact, Kind, KnownHome, KnownKey, Level, Mask, Mode,
    Origin, Pepper, Permissions, Place, Presented, RequestFacts, Sent, Standing, Transport,
    Version, Versions, admit,
};
use store::Thing;

use super::rules::{Life, Model, lives};
use crate::world::{pepper, secrets};

/// A method and a path.
type Operation = (&'static str, &'static str);

/// An operation that publishable keys may call, and one that the catalog does not know.
const OPEN: Operation = ("POST", "/v1/tokens");
const CLOSED: Operation = ("GET", "/v1/balance");
/// Operations that take a permission.
const GUARDED: [(Operation, (&str, Level)); 4] = [
    (("GET", "/v1/customers"), ("customer", Level::Read)),
    (("POST", "/v1/customers"), ("customer", Level::Write)),
    (("GET", "/v1/charges"), ("charge", Level::Read)),
    (("POST", "/v1/charges"), ("charge", Level::Write)),
];
/// What is told to keys that lack a permission.
const FORBIDDEN: &str = "more_permissions_required";
/// Inside of one restriction or the other, of both, and of none.
pub(super) const CLIENTS: [&str; 5] =
    ["10.1.2.3", "10.9.9.9", "192.0.2.7", "203.0.113.9", "2001:db8::1"];

/// One request with a key.
#[derive(Debug, Clone, Copy)]
struct Try {
    operation: Operation,
    client: IpAddr,
    transport: Transport,
    context: Option<AccountId>,
    version: Option<&'static str>,
}

/// The place that it acts on and the version that it gets, or the code of the denial.
type Verdict = Result<(Place, Version), &'static str>;

struct Known<'k>(&'k HashMap<Thing, Fact>);

impl Accounts for Known<'_> {
    fn account(&self, id: &AccountId) -> Option<&AccountFact> {
        match self.0.get(&Thing::Account(*id))? {
            Fact::Account(account) => Some(account),
            Fact::Key(_) => None,
        }
    }
}

/// Tries each key in every way that makes a difference.
pub(super) fn check(model: &Model, known: &HashMap<Thing, Fact>, now: Timestamp) {
    let api = api();
    let pepper = pepper();
    let number = model.accounts.len() + model.keys.len();
    assert_eq!(known.len(), number, "nothing else is known");
    for life in &model.keys {
        let fact = found(life, known, &pepper);
        for attempt in attempts(model) {
            let told = verdict((fact, &life.key.grants), &Known(known), &api, (attempt, now));
            let expected = should(model, life, attempt, now);
            assert_eq!(told, expected, "{:?} at {now}: {attempt:?}", life.key);
        }
    }
}

/// The key that the value digests to, as a gateway finds it.
fn found<'k>(life: &Life, known: &'k HashMap<Thing, Fact>, pepper: &Pepper) -> &'k KeyFact {
    let Some(Fact::Key(fact)) = known.get(&Thing::Key(life.key.id)) else {
        panic!("{:?} is not told", life.key)
    };
    let value = life.value.as_bytes();
    let digest = match life.key.origin {
        Origin::Minted => Presented::parse(value).unwrap().digest(pepper),
        Origin::Imported(_) => {
            let value = ForeignValue::of(value).unwrap();
            value.foreign(&secrets().peppers).next().unwrap().digest
        }
        Origin::Adopted => ForeignValue::of(value).unwrap().digest(pepper),
    };
    assert!(fact.digest == digest, "it is found by its value");
    assert_eq!(fact.origin, life.key.origin);
    fact
}

fn attempts(model: &Model) -> Vec<Try> {
    let (client, transport) = (CLIENTS[0].parse().unwrap(), Transport::Secure);
    let plain = Try { operation: CLOSED, client, transport, context: None, version: None };
    let mut all = vec![
        Try { transport: Transport::Plain, ..plain },
        Try { operation: OPEN, ..plain },
        Try { context: Some("acct_0000000000000000".parse().unwrap()), ..plain },
    ];
    all.extend(CLIENTS.map(|client| Try { client: client.parse().unwrap(), ..plain }));
    for version in [None, Some("2026-06-24.dahlia")] {
        let towards = |to: &Account| Try { context: Some(to.id), version, ..plain };
        all.extend(model.accounts.iter().map(towards));
    }
    for (operation, _) in GUARDED {
        let guarded = Try { operation, ..plain };
        all.push(guarded);
        for version in [None, Some("2026-06-24.dahlia")] {
            let towards = |to: &Account| Try { context: Some(to.id), version, ..guarded };
            all.extend(model.accounts.iter().map(towards));
        }
    }
    all
}

/// What the rules say, of a gateway or of the management API, which knows the grants of its keys.
fn verdict(
    (fact, grants): (&KeyFact, &Grants),
    known: &Known<'_>,
    api: &Api,
    (Try { operation: (method, path), client, transport, context, version }, now): (Try, Timestamp),
) -> Verdict {
    let key = KnownKey {
        id: fact.id,
        kind: fact.kind,
        standing: fact.standing,
        home: match fact.home {
            Home::Account(place) => {
                let account = known.account(&place.account).expect("its account is told");
                KnownHome::Account { place, version: &account.version }
            }
            Home::Organization { id, livemode } => KnownHome::Organization { id, livemode },
        },
        restriction: &fact.restriction,
        grants,
    };
    let context = context.map(|id| id.to_string());
    let context = Sent::of(context.as_deref().map(str::as_bytes).into_iter());
    let context = ContextHeaders { context, account: Sent::Not };
    let mask = Mask::of(b"sk_test_0123");
    let version = Sent::of(version.map(str::as_bytes).into_iter());
    let request = RequestFacts { method, path, transport, client, context, version, mask };
    let admission =
        admit(&key, &request, api, known, now).map_err(|denial| denial.answer().code)?;
    assert_eq!((admission.key(), admission.kind()), (fact.id, fact.kind));
    Ok((admission.place(), admission.version().clone()))
}

/// The rules of admission, in order.
fn should(model: &Model, Life { key, .. }: &Life, attempt: Try, now: Timestamp) -> Verdict {
    if let Standing::Deleted { .. } = key.standing {
        return Err("api_key_deleted");
    }
    if !lives(key, now) {
        return Err("api_key_expired");
    }
    if key.home.side() == "live" && attempt.transport == Transport::Plain {
        return Err("https_required");
    }
    if !is_inside(&key.restriction, attempt.client) {
        return Err("ip_not_allowed");
    }
    match key.kind {
        Kind::Publishable if attempt.operation != OPEN => return Err("secret_key_required"),
        Kind::Secret | Kind::Publishable | Kind::Restricted | Kind::Organization => {}
    }
    let Some(own) = key.home.place() else {
        return should_of_organization(model, key, attempt);
    };
    let Place { account, mode } = own;
    let its = model.account(account).expect("the keys of a deleted account are dead");
    let place = match attempt.context.filter(|wanted| *wanted != account) {
        None => own,
        Some(wanted) => {
            let connected = model.account(wanted).filter(|to| to.platform == Some(account));
            let connected = connected.ok_or("account_invalid")?;
            // The first sandboxes belong together, as the live sides do.
            let first = Mode::Sandbox(its.first_sandbox);
            let there = Mode::Sandbox(connected.first_sandbox);
            Place { account: wanted, mode: if mode == first { there } else { mode } }
        }
    };
    let asked = attempt.version.map(|version| version.parse().unwrap());
    let answer = (place, asked.unwrap_or(its.version.clone()));
    match key.kind {
        Kind::Secret | Kind::Publishable => Ok(answer),
        Kind::Restricted => {
            let held = if place.account == account { &key.grants.own } else { &key.grants.connect };
            if opens(held, attempt.operation) { Ok(answer) } else { Err(FORBIDDEN) }
        }
        Kind::Organization => Err(FORBIDDEN),
    }
}

/// It says the account and the version each time, and the account is one of its organization.
fn should_of_organization(model: &Model, key: &Key, attempt: Try) -> Verdict {
    let wanted = attempt.context.ok_or("context_required")?;
    let version = attempt.version.ok_or("version_required")?;
    let its = model.account(wanted).ok_or("account_invalid")?;
    if its.organization != key.home.organization() {
        return Err("account_invalid");
    }
    if !opens(&key.grants.own, attempt.operation) {
        return Err(FORBIDDEN);
    }
    let mode = match key.home.side().as_str() {
        "live" => Mode::Live,
        _ => Mode::Sandbox(its.first_sandbox),
    };
    Ok((Place { account: wanted, mode }, version.parse().unwrap()))
}

/// Whether one of the permissions does for the operation.
fn opens(held: &Permissions, operation: Operation) -> bool {
    let guarded = GUARDED.iter().find(|(guarded, _)| *guarded == operation);
    guarded.is_some_and(|(_, (resource, level))| {
        held.iter().any(|one| one.resource() == *resource && one.level() >= *level)
    })
}

/// By the text of each entry: its whole octets must begin the address.
pub(super) fn is_inside(restriction: &IpRestriction, client: IpAddr) -> bool {
    let IpRestriction::Only(list) = restriction else { return true };
    list.iter().any(|entry| {
        let entry = entry.to_string();
        let (network, prefix) = entry.split_once('/').unwrap_or((&entry, "32"));
        let octets = prefix.parse::<usize>().unwrap() / 8;
        let of = |address: &str| address.split('.').take(octets).map(str::to_owned).collect();
        let (network, client): (Vec<_>, Vec<_>) = (of(network), of(&client.to_string()));
        network == client
    })
}

fn api() -> Api {
    let document = r#"{"paths": {"/v1/tokens": {"post": {"x-keyway-publishable": true}},
        "/v1/customers": {"get": {"x-keyway-permissions": ["customer_read"]},
            "post": {"x-keyway-permissions": ["customer_write"]}},
        "/v1/charges": {"get": {"x-keyway-permissions": ["charge_read"]},
            "post": {"x-keyway-permissions": ["charge_write"]}}}}"#;
    Api {
        versions: Versions::new(vec![crate::world::version()]).unwrap(),
        catalog: Catalog::from_openapi(document).unwrap(),
    }
}
