use jiff::SignedDuration;

use super::*;
use crate::{
    AllowList, Belonging, Edit, Ending, Form, Grants, IpRestriction, KeyValue, Kind, Livemode,
    Minted, Permissions, Reveal, Schedule, Standing, Version,
};

mod accounts;
mod authority;
mod importing;
mod life;
mod organizations;
mod sandboxes;

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

fn entropy() -> impl FnMut(&mut [u8]) {
    let mut next = 0u8;
    move |room: &mut [u8]| {
        for byte in room {
            *byte = next;
            next = next.wrapping_add(7);
        }
    }
}

fn empty() -> Scope {
    Scope {
        organizations: Vec::new(),
        accounts: Vec::new(),
        sandboxes: Vec::new(),
        keys: Vec::new(),
        digests: Vec::new(),
        rules: "2026-06-24.dahlia".parse::<Version>().unwrap().into(),
    }
}

fn carried_out(command: Command, scope: &Scope) -> Result<Vec<Change>, Refusal> {
    decide(command, &Authority::everything(), scope, NOW, &mut entropy())
}

/// An account that was just opened, as the scope of what comes next.
fn opened() -> Scope {
    let command = Command::OpenAccount { name: "Rocket".to_owned(), belonging: Belonging::Nobody };
    let mut scope = empty();
    for change in carried_out(command, &empty()).unwrap() {
        match change {
            Change::AccountOpened(account) => scope.accounts.push(account),
            Change::SandboxOpened(sandbox) => scope.sandboxes.push(sandbox),
            Change::KeyMade(minted) => scope.keys.push(minted.key),
            Change::OrganizationOpened(_)
            | Change::AccountChanged(_)
            | Change::SandboxChanged(_)
            | Change::KeyImported { .. }
            | Change::KeyAdopted { .. }
            | Change::KeyChanged(_)
            | Change::KeyRevealed(_) => panic!("not of an account"),
        }
    }
    scope
}

#[test]
fn an_organization_has_seventy_five_accounts() {
    let organization = "org_6SD3oI0eSQemPzdmaGLJ5j6".parse().unwrap();
    let belonging = Belonging::Organization(organization);
    let open = Command::OpenAccount { name: "Rocket".to_owned(), belonging };
    let mut scope = Scope { organizations: vec![organization], ..opened() };
    let own = Account { organization: Some(organization), ..scope.accounts[0].clone() };
    scope.accounts.extend(std::iter::repeat_n(own.clone(), 74));
    assert!(carried_out(open.clone(), &scope).is_ok());
    scope.accounts.push(own);
    let refused = carried_out(open, &scope).map(|_| ());
    assert_eq!(refused, Err(Refusal::TooManyAccounts { most: 75 }));
}

fn key_of(scope: &Scope, kind: Kind, livemode: Livemode) -> Key {
    let wanted = Form { kind, livemode };
    scope.keys.iter().find(|key| key.form() == wanted).unwrap().clone()
}

fn rotated(key: &Key, ending: Ending) -> Result<(Minted, Key), Refusal> {
    let scope = Scope { keys: vec![key.clone()], ..opened() };
    let mut changes =
        carried_out(Command::Key(key.id, KeyCommand::Rotate(ending)), &scope)?.into_iter();
    match (changes.next(), changes.next(), changes.next()) {
        (Some(Change::KeyMade(minted)), Some(Change::KeyChanged(old)), None) => Ok((minted, old)),
        _ => panic!("a rotation makes one key and changes one"),
    }
}

#[test]
fn an_account_is_born_with_one_sandbox_and_four_keys() {
    let scope = opened();
    let mut forms: Vec<_> = scope.keys.iter().map(|key| key.form().prefix()).collect();
    forms.sort_unstable();
    assert_eq!(forms, ["pk_live_", "pk_test_", "sk_live_", "sk_test_"]);
    assert_eq!(scope.sandboxes.len(), 1);
    assert_eq!(scope.accounts[0].first_sandbox, scope.sandboxes[0].id);
    assert!(scope.keys.iter().all(|key| key.restriction == IpRestriction::Anywhere));
}

#[test]
fn a_connected_account_is_no_platform() {
    let scope = opened();
    let connect = |scope: &Scope| {
        let belonging = Belonging::Platform(scope.accounts[0].id);
        carried_out(Command::OpenAccount { name: "Shop".to_owned(), belonging }, scope).map(|_| ())
    };
    assert_eq!(connect(&scope), Ok(()));
    let mut connected = scope.clone();
    connected.accounts[0].platform = Some("acct_0000000000000000".parse().unwrap());
    assert_eq!(connect(&connected), Err(Refusal::NotAPlatform));
}

#[test]
fn a_key_cannot_be_made_in_the_sandbox_of_another_account() {
    let (scope, other) = (opened(), "sbx_0000000000000000".parse().unwrap());
    let place = Place { account: scope.accounts[0].id, mode: Mode::Sandbox(other) };
    let command = Command::CreateSecretKey { place, name: "Shop".to_owned(), note: None };
    assert_eq!(carried_out(command, &scope).map(|_| ()), Err(Refusal::UnknownSandbox));
}

#[test]
fn names_and_notes_are_bounded_and_plain() {
    let scope = opened();
    let refused = |name: &str, note: Option<&str>| {
        let place = Place { account: scope.accounts[0].id, mode: Mode::Live };
        let (name, note) = (name.to_owned(), note.map(str::to_owned));
        carried_out(Command::CreateSecretKey { place, name, note }, &scope).map(|_| ()).err()
    };
    assert_eq!(refused(&"é".repeat(200), Some("vault\nsecond shelf")), None);
    assert_eq!(refused("  ", None), Some(Refusal::BadName { most: 200 }));
    assert_eq!(refused(&"x".repeat(201), None), Some(Refusal::BadName { most: 200 }));
    assert_eq!(refused("a\u{1b}[2J", None), Some(Refusal::BadName { most: 200 }));
    assert_eq!(refused("a", Some(&"x".repeat(2_001))), Some(Refusal::BadNote { most: 2_000 }));
}

#[test]
fn a_key_value_stands_in_no_name_and_no_note() {
    let scope = opened();
    let form = Form { kind: Kind::Secret, livemode: Livemode::Live };
    let value = KeyValue::mint(form, &mut entropy());
    let text = format!("billing {}!", value.expose());
    let refused = |name: &str, note: &str| {
        let place = Place { account: scope.accounts[0].id, mode: Mode::Live };
        let (name, note) = (name.to_owned(), Some(note.to_owned()));
        carried_out(Command::CreateSecretKey { place, name, note }, &scope).map(|_| ()).err()
    };
    assert_eq!(refused(&text, ""), Some(Refusal::KeyValueInText));
    assert_eq!(refused("Billing", &text), Some(Refusal::KeyValueInText));
    assert_eq!(refused("sk_test_ keys", "of rk_live_ fame"), None);
}

#[test]
fn rotating_now_deletes_the_old_key_and_keeps_kind_and_restriction() {
    let mut key = key_of(&opened(), Kind::Secret, Livemode::Live);
    key.name = "Billing server".to_owned();
    key.restriction = IpRestriction::Only(AllowList::parse(["100.10.38.0/24"]).unwrap());
    let (minted, old) = rotated(&key, Ending::Now).unwrap();
    assert_eq!(old.standing, Standing::Deleted { at: NOW });
    assert_eq!(minted.key.name, "Secret key");
    assert_eq!(minted.key.restriction, key.restriction);
    assert_eq!(minted.key.form(), key.form());
    assert_ne!(minted.key.id, key.id);
}

#[test]
fn the_replacement_is_named_after_its_kind_or_after_a_restricted_key() {
    let mut key = key_of(&opened(), Kind::Publishable, Livemode::Live);
    key.name = "Web".to_owned();
    let name_for = |kind| {
        let (minted, _) = rotated(&Key { kind, ..key.clone() }, Ending::Now).unwrap();
        minted.key.name
    };
    assert_eq!(name_for(Kind::Publishable), "Publishable key");
    assert_eq!(name_for(Kind::Secret), "Secret key");
    assert_eq!(name_for(Kind::Restricted), "Web");
}

#[test]
fn rotating_with_a_time_lets_both_keys_work_until_then() {
    let key = key_of(&opened(), Kind::Secret, Livemode::Test);
    let hours = |hours| NOW + SignedDuration::from_hours(hours);
    let (_, old) = rotated(&key, Ending::At(hours(24))).unwrap();
    assert_eq!(old.standing, Standing::Expiring { at: hours(24) });
    let refused = |at| rotated(&key, Ending::At(at)).map(|_| ()).err();
    assert_eq!(refused(NOW), Some(Refusal::EndingInThePast));
    assert_eq!(refused(hours(24 * 7)), None);
    assert_eq!(refused(hours(24 * 7 + 1)), Some(Refusal::EndingTooFar { days: 7 }));
}

#[test]
fn an_ending_that_was_set_is_never_put_off() {
    let hours = |hours| NOW + SignedDuration::from_hours(hours);
    let mut key = key_of(&opened(), Kind::Secret, Livemode::Test);
    key.standing = Standing::Expiring { at: hours(1) };
    let (_, old) = rotated(&key, Ending::At(hours(24))).unwrap();
    assert_eq!(old.standing, Standing::Expiring { at: hours(1) });
}

#[test]
fn publishable_keys_cannot_be_deleted_or_restricted() {
    let scope = opened();
    let key = key_of(&scope, Kind::Publishable, Livemode::Live).id;
    let restriction = IpRestriction::Only(AllowList::parse(["1.2.3.4"]).unwrap());
    let refused = |command| carried_out(command, &scope).map(|_| ()).err();
    assert_eq!(refused(Command::Key(key, KeyCommand::Delete)), Some(Refusal::PublishableStays));
    assert_eq!(
        refused(Command::Key(
            key,
            KeyCommand::Edit(Edit { restriction: Some(restriction), ..Edit::default() })
        )),
        Some(Refusal::PublishableIsUnrestricted)
    );
}

#[test]
fn a_dead_key_never_comes_back() {
    let dead = [
        Standing::Deleted { at: NOW },
        Standing::Expiring { at: NOW },
        Standing::Expired { at: NOW },
    ];
    for standing in dead {
        let mut scope = opened();
        let key = key_of(&scope, Kind::Secret, Livemode::Test).id;
        scope.keys.iter_mut().for_each(|key| key.standing = standing);
        let commands = [
            Command::Key(key, KeyCommand::Delete),
            Command::Key(key, KeyCommand::Rotate(Ending::Now)),
            Command::Key(
                key,
                KeyCommand::Edit(Edit {
                    restriction: Some(IpRestriction::Anywhere),
                    ..Edit::default()
                }),
            ),
        ];
        for command in commands {
            assert_eq!(carried_out(command, &scope).map(|_| ()), Err(Refusal::KeyIsDead));
        }
    }
}
