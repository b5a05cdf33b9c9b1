//! What each key can do at a gateway that knows what the store tells, and what it should.

use std::collections::HashMap;
use std::net::IpAddr;

use jiff::Timestamp;
use keys::{
    Account, AccountFact, AccountId, Accounts, Api, Catalog, ContextHeaders, Fact, Grants, Home,
    IpRestriction, Key, KeyFact, Kind, KnownHome, KnownKey, Mask, Mode, Pepper, Place, Presented,
    RequestFacts, Sent, Standing, Transport, Version, Versions, admit,
};
use store::Thing;

use super::rules::{Life, Model, lives};
use crate::world::pepper;

/// An operation that publishable keys may call, and one that the catalog does not know.
const OPEN: (&str, &str) = ("POST", "/v1/tokens");
const CLOSED: (&str, &str) = ("GET", "/v1/balance");
/// Inside of one restriction or the other, of both, and of none.
const CLIENTS: [&str; 4] = ["10.1.2.3", "192.0.2.7", "203.0.113.9", "2001:db8::1"];

/// One request with a key.
#[derive(Debug, Clone, Copy)]
struct Try {
    operation: (&'static str, &'static str),
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
            let told = verdict(fact, &Known(known), &api, (attempt, now));
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
    let presented = Presented::parse(life.value.as_bytes()).unwrap();
    assert!(fact.digest == presented.digest(pepper), "it is found by its value");
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
    all
}

fn verdict(
    fact: &KeyFact,
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
        grants: &Grants::none(),
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
        return Err(should_of_organization(model, key, attempt));
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
    match key.kind {
        Kind::Secret | Kind::Publishable => {
            let asked = attempt.version.map(|version| version.parse().unwrap());
            Ok((place, asked.unwrap_or(its.version.clone())))
        }
        Kind::Restricted | Kind::Organization => Err("more_permissions_required"),
    }
}

/// It says the account and the version each time, the account is one of its organization, and it may
/// do nothing there.
fn should_of_organization(model: &Model, key: &Key, attempt: Try) -> &'static str {
    let Some(wanted) = attempt.context else { return "context_required" };
    if attempt.version.is_none() {
        return "version_required";
    }
    let wanted = model.account(wanted).map(|account| account.organization);
    if wanted == Some(key.home.organization()) {
        "more_permissions_required"
    } else {
        "account_invalid"
    }
}

/// By the text of each entry: its whole octets must begin the address.
fn is_inside(restriction: &IpRestriction, client: IpAddr) -> bool {
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
    let document = r#"{"paths": {"/v1/tokens": {"post": {"x-keyway-publishable": true}}}}"#;
    Api {
        versions: Versions::new(vec![crate::world::version()]).unwrap(),
        catalog: Catalog::from_openapi(document).unwrap(),
    }
}
