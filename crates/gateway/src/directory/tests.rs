use std::collections::BTreeMap;

use jiff::Timestamp;
use keys::{AllowList, Fact, KeyFact, Kind, Livemode, Mode, Place, Standing};
use proptest::prelude::*;

use super::maker::FEW;
use super::*;

const ACCOUNT: &str = "acct_1R3fqDP6919yCiFv";

fn account() -> AccountFact {
    AccountFact {
        id: ACCOUNT.parse().unwrap(),
        organization: None,
        platform: None,
        first_sandbox: "sbx_0123456789abcdef".parse().unwrap(),
        version: "2026-06-24.dahlia".parse().unwrap(),
    }
}

/// A digest that falls into one of few shards, so that they fill up and collide.
fn digest(number: u16) -> Digest {
    let mut bytes = [0u8; 32];
    let spread = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bytes[..4].copy_from_slice(&spread.to_le_bytes()[4..]);
    bytes[8..10].copy_from_slice(&number.to_le_bytes());
    Digest::from_bytes(bytes)
}

fn key(number: u16, standing: Standing) -> KeyFact {
    KeyFact {
        id: KeyId::from_bytes(format!("key_{number:016}").as_bytes()).unwrap(),
        origin: keys::Origin::Minted,
        digest: digest(number),
        kind: Kind::Secret,
        home: Home::Account(Place { account: ACCOUNT.parse().unwrap(), mode: Mode::Live }),
        standing,
        restriction: IpRestriction::Anywhere,
    }
}

fn organization_key(number: u16, livemode: Livemode) -> KeyFact {
    let id = "org_6SD3oI0eSQemPzdmaGLJ5j6".parse().unwrap();
    let home = Home::Organization { id, livemode };
    KeyFact { kind: Kind::Organization, home, ..key(number, Standing::Active) }
}

fn directory(facts: impl IntoIterator<Item = Fact>) -> Directory {
    let mut maker = DirectoryMaker::new();
    let mut collector = maker.collect();
    facts.into_iter().for_each(|fact| collector.take(fact));
    collector.finish()
}

#[test]
fn a_key_is_found_by_its_digest_alone() {
    let directory = directory([Fact::Account(account()), Fact::Key(key(7, Standing::Active))]);
    assert_eq!(directory.find(&digest(7)).unwrap().id.to_string(), "key_0000000000000007");
    assert!(directory.find(&digest(8)).is_none());
    assert!(Directory::empty().find(&digest(7)).is_none());
}

#[test]
fn a_key_of_an_unknown_account_is_not_found() {
    let directory = directory([Fact::Key(key(7, Standing::Active))]);
    assert!(directory.find(&digest(7)).is_none());
}

#[test]
fn a_key_of_an_organization_is_found_without_any_account() {
    let mut maker = DirectoryMaker::new();
    let [live, test] = [(7, Livemode::Live), (8, Livemode::Test)]
        .map(|(number, livemode)| organization_key(number, livemode));
    let collected = directory([Fact::Key(live.clone()), Fact::Key(test.clone())]);
    let followed =
        maker.follow(&Directory::empty(), vec![Fact::Key(live.clone()), Fact::Key(test.clone())]);
    for directory in [collected, followed] {
        // What is said of an account is said of none of them.
        let directory = maker.follow(&directory, vec![Fact::Account(account())]);
        let directory = directory.without_account(account().id);
        for fact in [&live, &test] {
            let found = directory.find(&fact.digest).unwrap();
            assert_eq!((found.id, found.kind), (fact.id, Kind::Organization));
            let KnownHome::Organization { id, livemode } = found.home else {
                panic!("it is an organization's")
            };
            assert_eq!(Home::Organization { id, livemode }, fact.home);
        }
    }
}

#[test]
fn a_change_leaves_the_directory_before_it_as_it_was() {
    let mut maker = DirectoryMaker::new();
    let before = directory([Fact::Account(account()), Fact::Key(key(7, Standing::Active))]);
    let deleted = Standing::Deleted { at: Timestamp::UNIX_EPOCH };
    let after = maker
        .follow(&before, vec![Fact::Key(key(7, deleted)), Fact::Key(key(8, Standing::Active))]);
    assert_eq!(before.find(&digest(7)).unwrap().standing, Standing::Active);
    assert!(before.find(&digest(8)).is_none());
    assert_eq!(after.find(&digest(7)).unwrap().standing, deleted);
    assert_eq!(after.keys(), 2);
}

#[test]
fn what_cannot_be_read_any_more_opens_nothing() {
    let facts = [7, 8].map(|number| Fact::Key(key(number, Standing::Active)));
    let directory = directory(facts.into_iter().chain([Fact::Account(account())]));
    let without_key = directory.clone().without_key(key(7, Standing::Active).id);
    assert!(without_key.find(&digest(7)).is_none());
    assert!(without_key.find(&digest(8)).is_some());
    let without_account = directory.clone().without_account(account().id);
    assert!(without_account.find(&digest(8)).is_none());
    assert!(directory.find(&digest(7)).is_some());
}

#[test]
fn an_imported_key_is_found_by_its_latest_digest_and_by_no_other() {
    use keys::{Origin, Scheme};
    let mut maker = DirectoryMaker::new();
    let imported = KeyFact { origin: Origin::Imported(Scheme::Sha256), ..key(7, Standing::Active) };
    let adopted = KeyFact { origin: Origin::Adopted, digest: digest(8), ..imported.clone() };
    let none = directory([Fact::Account(account())]);
    assert!(!none.has_imported());
    let before = directory([Fact::Account(account()), Fact::Key(imported.clone())]);
    let after = maker.follow(&before, vec![Fact::Key(adopted)]);
    let found = |directory: &Directory| {
        [7, 8].map(|number| directory.find_imported(&digest(number)).is_some())
    };
    assert_eq!([&none, &before, &after].map(found), [[false; 2], [true, false], [false, true]]);
    assert!(before.find(&digest(7)).is_none() && after.find(&digest(8)).is_none());
    assert_eq!((after.has_imported(), after.keys(), after.foreign.len()), (true, 1, 0));
    assert!(!before.without_key(imported.id).has_imported());
}

#[test]
fn keys_with_the_same_restriction_share_it() {
    let mut maker = DirectoryMaker::new();
    let only = |address| IpRestriction::Only(AllowList::parse([address]).unwrap());
    let mut collector = maker.collect();
    collector.take(Fact::Account(account()));
    for number in 0..100 {
        let restriction = only("1.2.3.5");
        collector.take(Fact::Key(KeyFact { restriction, ..key(number, Standing::Active) }));
    }
    let restriction = only("1.2.3.4");
    collector.take(Fact::Key(KeyFact { restriction, ..key(100, Standing::Active) }));
    let _directory = collector.finish();
    assert_eq!(maker.restrictions.len(), 2);
}

#[test]
fn restrictions_that_no_key_has_any_more_are_forgotten() {
    let mut maker = DirectoryMaker::new();
    let mut directory = directory([Fact::Account(account()), Fact::Key(key(7, Standing::Active))]);
    for number in 0..10 * FEW {
        let only = format!("10.0.{}.{}", number / 256, number % 256);
        let restriction = IpRestriction::Only(AllowList::parse([only.as_str()]).unwrap());
        let fact = Fact::Key(KeyFact { restriction, ..key(7, Standing::Active) });
        directory = maker.follow(&directory, vec![fact]);
    }
    assert!(maker.restrictions.len() <= FEW, "{}", maker.restrictions.len());
    assert_eq!(directory.keys(), 1);
}

#[test]
fn a_restriction_comes_and_goes_with_its_key() {
    let mut maker = DirectoryMaker::new();
    let only = IpRestriction::Only(AllowList::parse(["1.2.3.4"]).unwrap());
    let restricted = KeyFact { restriction: only.clone(), ..key(7, Standing::Active) };
    let before = directory([Fact::Account(account()), Fact::Key(key(7, Standing::Active))]);
    let with = maker.follow(&before, vec![Fact::Key(restricted)]);
    let without = maker.follow(&with, vec![Fact::Key(key(7, Standing::Active))]);
    let found = |directory: &Directory| directory.find(&digest(7)).unwrap().restriction.clone();
    assert_eq!(found(&before), IpRestriction::Anywhere);
    assert_eq!(found(&with), only);
    assert_eq!(found(&without), IpRestriction::Anywhere);
    assert_eq!(without.restrictions.len(), 0);
    // A line that says so and has none opens nothing.
    let mut damaged = with;
    damaged.restrictions.drop_all(|_| true);
    assert!(damaged.find(&digest(7)).is_none());
}

#[test]
fn the_keys_of_an_account_get_its_new_version() {
    let mut maker = DirectoryMaker::new();
    let keys = [7, 8].map(|number| Fact::Key(key(number, Standing::Active)));
    let mut collector = maker.collect();
    // In whatever order they come.
    for fact in keys.into_iter().chain([Fact::Account(account())]) {
        collector.take(fact);
    }
    let before = collector.finish();
    let newer = AccountFact { version: "2026-10-28.endive".parse().unwrap(), ..account() };
    let after = maker.follow(&before, vec![Fact::Account(newer)]);
    for number in [7, 8] {
        let version = |directory: &Directory| match directory.find(&digest(number)).unwrap().home {
            KnownHome::Account { version, .. } => version.to_string(),
            KnownHome::Organization { .. } => panic!("it is an account's"),
        };
        assert_eq!(version(&before), "2026-06-24.dahlia");
        assert_eq!(version(&after), "2026-10-28.endive");
    }
}

proptest! {
    #[test]
    fn following_gives_what_a_plain_map_gives(
        steps in prop::collection::vec((0u16..300, any::<bool>()), 0..600), split in 0usize..600,
    ) {
        let fact = |(number, dead): (u16, bool)| {
            let deleted = Standing::Deleted { at: Timestamp::UNIX_EPOCH };
            key(number, if dead { deleted } else { Standing::Active })
        };
        let facts: Vec<_> = steps.into_iter().map(fact).collect();
        let (first, later) = facts.split_at(split.min(facts.len()));

        let mut maker = DirectoryMaker::new();
        let mut collector = maker.collect();
        collector.take(Fact::Account(account()));
        first.iter().cloned().map(Fact::Key).for_each(|fact| collector.take(fact));
        let mut directory = collector.finish();
        for chunk in later.chunks(7) {
            directory = maker.follow(&directory, chunk.iter().cloned().map(Fact::Key).collect());
        }

        let model: BTreeMap<_, _> = facts.iter().map(|fact| (fact.id, fact)).collect();
        prop_assert_eq!(directory.keys(), model.len());
        for number in 0..300 {
            let found = directory.find(&digest(number)).map(|key| (key.id, key.standing));
            let expected = model.get(&key(number, Standing::Active).id);
            prop_assert_eq!(found, expected.map(|fact| (fact.id, fact.standing)));
        }
    }
}
