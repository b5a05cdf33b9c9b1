//! A follower knows what a fresh snapshot tells, at every point.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::SignedDuration;
use keys::{
    AccountFact, AllowList, Belonging, Change, Command, Edit, Ending, Fact, IpRestriction, Key,
    KeyCommand, KeyFact, KeyId, Mode, Place,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{CommandError, Sequence, Store, Thing};

use crate::sequence::thing;
use crate::world::{Asker, WITHIN, World, on_both_engines, pepper};

on_both_engines!(
    a_follower_knows_what_a_fresh_snapshot_tells,
    nothing_new_is_an_empty_delta,
    a_thing_that_changed_twice_is_told_once_as_it_is_now,
    accounts_come_before_keys_and_pages_lose_nothing,
);

/// What to ask for; numbers choose among the things that there are by then.
#[derive(Debug, Clone)]
enum Step {
    Organization,
    Account { whose: usize },
    Create { place: usize },
    Rotate { key: usize, hours: i64 },
    Restrict { key: usize, addresses: Vec<u32> },
    Delete { key: usize },
}

fn any_step() -> impl Strategy<Value = Step> {
    let which = 0usize..1000;
    prop_oneof![
        1 => Just(Step::Organization),
        2 => which.clone().prop_map(|whose| Step::Account { whose }),
        3 => which.clone().prop_map(|place| Step::Create { place }),
        3 => (which.clone(), -1i64..200).prop_map(|(key, hours)| Step::Rotate { key, hours }),
        3 => (which.clone(), prop::collection::vec(any::<u32>(), 0..4))
            .prop_map(|(key, addresses)| Step::Restrict { key, addresses }),
        2 => which.prop_map(|key| Step::Delete { key }),
    ]
}

async fn a_follower_knows_what_a_fresh_snapshot_tells(world: World) {
    let store = world.open().await;
    let runtime = tokio::runtime::Handle::current();
    let config = Config { cases: 20, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let seeds = AtomicU64::new(1);
    tokio::task::block_in_place(|| {
        runner
            .run(&prop::collection::vec(any_step(), 1..25), |steps| {
                let seed = seeds.fetch_add(1, Ordering::Relaxed);
                runtime.block_on(follow_along(&store, &steps, seed));
                Ok(())
            })
            .unwrap();
    });
}

async fn follow_along(store: &Store, steps: &[Step], seed: u64) {
    let mut asker = Asker::new(store, seed);
    let mut model = Model::default();
    // What is there from the cases before.
    let mut diligent = Follower::at_snapshot(store).await;
    let mut lazy = Follower::at_snapshot(store).await;
    let foreign = diligent.known.clone();
    for (number, step) in steps.iter().enumerate() {
        let before = diligent.at;
        match asker.ask(model.command(step, asker.now)).await {
            Ok(done) => {
                done.changes.iter().for_each(|change| model.learn(change));
                diligent.catch_up(store).await;
                assert_eq!(done.sequence, diligent.at);
            }
            Err(CommandError::Refused(_)) => {
                diligent.catch_up(store).await;
                assert_eq!(diligent.at, before);
            }
            Err(CommandError::Store(error)) => panic!("{error}"),
        }
        let truth = Follower::at_snapshot(store).await;
        assert_eq!(diligent, truth);
        let mut expected = foreign.clone();
        expected.extend(model.facts.clone());
        assert_eq!(truth.known, expected);
        if number % 3 == 2 {
            lazy.catch_up(store).await;
            assert_eq!(lazy, truth);
        }
    }
}

/// What a gateway knows that took a snapshot once and since then only what changed.
#[derive(Debug, PartialEq)]
pub(crate) struct Follower {
    pub(crate) at: Sequence,
    pub(crate) known: HashMap<Thing, Fact>,
}

impl Follower {
    pub(crate) async fn at_snapshot(store: &Store) -> Self {
        let mut known = HashMap::new();
        let at = store.snapshot(|fact| drop(known.insert(thing(&fact), fact))).await.unwrap();
        Self { at, known }
    }

    pub(crate) async fn catch_up(&mut self, store: &Store) {
        let delta = store.changes_since(self.at, WITHIN).await.unwrap();
        assert_eq!(delta.unreadable, []);
        self.known.extend(delta.facts.into_iter().map(|fact| (thing(&fact), fact)));
        self.at = delta.sequence;
    }
}

/// What the answers to commands say is true.
#[derive(Default)]
struct Model {
    facts: HashMap<Thing, Fact>,
    organizations: Vec<keys::OrganizationId>,
    accounts: Vec<keys::AccountId>,
    places: Vec<Place>,
    keys: Vec<KeyId>,
}

impl Model {
    fn command(&self, step: &Step, now: jiff::Timestamp) -> Command {
        let unknown = "key_0000000000000000".parse().unwrap();
        let key = |number: &usize| pick(&self.keys, *number).unwrap_or(unknown);
        match step {
            Step::Organization => Command::OpenOrganization { name: "Some".into() },
            Step::Account { whose } => {
                let belonging = match whose % 3 {
                    0 => pick(&self.organizations, *whose).map(Belonging::Organization),
                    1 => pick(&self.accounts, *whose).map(Belonging::Platform),
                    _ => None,
                };
                let belonging = belonging.unwrap_or(Belonging::Nobody);
                Command::OpenAccount { name: "Some".into(), belonging }
            }
            Step::Create { place } => {
                let nowhere =
                    Place { account: "acct_0000000000000000".parse().unwrap(), mode: Mode::Live };
                let place = pick(&self.places, *place).unwrap_or(nowhere);
                Command::CreateSecretKey { place, name: "Some".into(), note: None }
            }
            Step::Rotate { key: number, hours: 0 } => {
                Command::Key(key(number), KeyCommand::Rotate(Ending::Now))
            }
            Step::Rotate { key: number, hours } => {
                let ending = Ending::At(now + SignedDuration::from_hours(*hours));
                Command::Key(key(number), KeyCommand::Rotate(ending))
            }
            Step::Restrict { key: number, addresses } => {
                let entries: Vec<_> = addresses
                    .iter()
                    .map(|bits| std::net::Ipv4Addr::from_bits(*bits).to_string())
                    .collect();
                let list = AllowList::parse(entries.iter().map(String::as_str));
                let restriction = list.map_or(IpRestriction::Anywhere, IpRestriction::Only);
                Command::Key(
                    key(number),
                    KeyCommand::Edit(Edit { restriction: Some(restriction), ..Edit::default() }),
                )
            }
            Step::Delete { key: number } => Command::Key(key(number), KeyCommand::Delete),
        }
    }

    fn learn(&mut self, change: &Change) {
        match change {
            Change::OrganizationOpened(organization) => self.organizations.push(organization.id),
            Change::AccountOpened(account) => {
                self.accounts.push(account.id);
                self.places.push(Place { account: account.id, mode: Mode::Live });
                let fact = AccountFact {
                    id: account.id,
                    organization: account.organization,
                    platform: account.platform,
                    first_sandbox: account.first_sandbox,
                    version: account.version.clone(),
                };
                self.facts.insert(Thing::Account(account.id), Fact::Account(fact));
            }
            Change::SandboxOpened(sandbox) => {
                self.places
                    .push(Place { account: sandbox.account, mode: Mode::Sandbox(sandbox.id) });
            }
            Change::KeyMade(made) => {
                self.keys.push(made.key.id);
                self.know(&made.key, made.value.digest(&pepper()));
            }
            Change::AccountChanged(_)
            | Change::SandboxChanged(_)
            | Change::KeyImported { .. }
            | Change::KeyAdopted { .. } => {}
            Change::KeyChanged(key) | Change::KeyRevealed(key) => {
                let Some(Fact::Key(known)) = self.facts.get(&Thing::Key(key.id)) else { panic!() };
                self.know(key, known.digest);
            }
        }
    }

    fn know(&mut self, key: &Key, digest: keys::Digest) {
        let Key { id, origin, home, kind, ref restriction, standing, .. } = *key;
        let restriction = restriction.clone();
        let fact = KeyFact { id, origin, digest, kind, home, standing, restriction };
        self.facts.insert(Thing::Key(id), Fact::Key(fact));
    }
}

fn pick<T: Copy>(from: &[T], number: usize) -> Option<T> {
    from.get(number.checked_rem(from.len())?).copied()
}

async fn nothing_new_is_an_empty_delta(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let none = asker.store.changes_since(Sequence::START, WITHIN).await.unwrap();
    assert_eq!((none.sequence, none.facts.len()), (Sequence::START, 0));
    asker.account().await;
    let none = asker.store.changes_since(Sequence::new(5), WITHIN).await.unwrap();
    assert_eq!((none.sequence, none.facts.len()), (Sequence::new(5), 0));
    let ahead = asker.store.changes_since(Sequence::new(u64::MAX), WITHIN).await.unwrap();
    assert_eq!((ahead.sequence, ahead.facts.len()), (Sequence::new(5), 0));
}

async fn a_thing_that_changed_twice_is_told_once_as_it_is_now(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let (account, keys) = asker.account().await;
    let (key, _) = asker.sandbox_key(&account).await;
    for address in ["1.1.1.1", "2.2.2.2"] {
        let restriction = IpRestriction::Only(AllowList::parse([address]).unwrap());
        asker
            .get(Command::Key(
                key.id,
                KeyCommand::Edit(Edit { restriction: Some(restriction), ..Edit::default() }),
            ))
            .await;
    }
    asker.get(Command::Key(keys[0].key.id, KeyCommand::Delete)).await;
    let delta = asker.store.changes_since(Sequence::new(6), WITHIN).await.unwrap();
    assert_eq!(delta.sequence, Sequence::new(9));
    let told: Vec<_> = delta.facts.iter().map(thing).collect();
    assert_eq!(told, [Thing::Key(key.id), Thing::Key(keys[0].key.id)]);
    let Fact::Key(fact) = &delta.facts[0] else { panic!() };
    assert_eq!(fact.restriction, asker.key(key.id).await.restriction);
}

async fn accounts_come_before_keys_and_pages_lose_nothing(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    // Past a page's thousand numbers.
    let mut expected = Vec::new();
    for _ in 0..210 {
        let (account, keys) = asker.account().await;
        expected.push(Thing::Account(account.id));
        expected.extend(keys.iter().map(|made| Thing::Key(made.key.id)));
    }
    let mut told = Vec::new();
    asker.store.snapshot(|fact| told.push(thing(&fact))).await.unwrap();
    assert!(told.is_sorted_by_key(|thing| matches!(thing, Thing::Key(_))), "accounts first");
    let (in_all, told) = (told.len(), told.into_iter().collect::<HashSet<_>>());
    assert_eq!(in_all, told.len(), "each once");
    assert!(told == expected.into_iter().collect(), "and all of them");
}
