//! Accounts that are deleted.

use super::*;
use crate::Home;

fn delete(scope: &Scope) -> Result<Vec<Change>, Refusal> {
    carried_out(Command::DeleteAccount { account: scope.accounts[0].id }, scope)
}

#[test]
fn an_account_ends_with_all_of_its_sandboxes_and_keys_and_no_others() {
    let mut scope = opened();
    let own = scope.keys.len();
    let foreign =
        Account { id: "acct_0000000000000000".parse().unwrap(), ..scope.accounts[0].clone() };
    let place = Place { account: foreign.id, mode: Mode::Live };
    scope.keys.push(Key { home: Home::Account(place), ..scope.keys[0].clone() });
    let changes = delete(&scope).unwrap();
    let account = changes.iter().find_map(Change::account).unwrap();
    assert_eq!((account.id, account.deleted_at), (scope.accounts[0].id, Some(NOW)));
    let sandbox = changes.iter().find_map(Change::sandbox).unwrap();
    assert_eq!((sandbox.id, sandbox.deleted_at), (scope.sandboxes[0].id, Some(NOW)));
    let ended: Vec<&Key> = changes.iter().filter_map(Change::key).collect();
    assert_eq!((ended.len(), changes.len()), (own, own + 2), "publishable keys, too");
    assert!(ended.iter().all(|key| key.standing == Standing::Deleted { at: NOW }));
    assert!(ended.iter().all(|key| key.reveal == Reveal::Never
        && key.home.place().is_some_and(|place| place.account == account.id)));
}

#[test]
fn a_deleted_account_is_there_for_no_command() {
    let mut scope = opened();
    let id = scope.accounts[0].id;
    scope.accounts[0].deleted_at = Some(NOW);
    let place = Place { account: id, mode: Mode::Live };
    let name = || "New".to_owned();
    for command in [
        Command::DeleteAccount { account: id },
        Command::ChangeAccount { account: id, name: Some(name()), version: None },
        Command::AddSandbox { account: id, name: name() },
        Command::OpenAccount { name: name(), belonging: Belonging::Platform(id) },
        Command::CreateSecretKey { place, name: name(), note: None },
    ] {
        assert_eq!(carried_out(command, &scope).map(|_| ()), Err(Refusal::UnknownAccount(id)));
    }
}

#[test]
fn a_platform_goes_after_the_accounts_that_are_connected_to_it() {
    let mut scope = opened();
    let connected = Account {
        id: "acct_0000000000000000".parse().unwrap(),
        platform: Some(scope.accounts[0].id),
        ..scope.accounts[0].clone()
    };
    scope.accounts.push(connected);
    assert_eq!(delete(&scope).map(|_| ()), Err(Refusal::HasConnected));
    scope.accounts[1].deleted_at = Some(NOW);
    assert!(delete(&scope).is_ok());
}

#[test]
fn an_organization_has_room_again_for_an_account_in_the_place_of_a_deleted_one() {
    let organization = "org_6SD3oI0eSQemPzdmaGLJ5j6".parse().unwrap();
    let belonging = Belonging::Organization(organization);
    let open = Command::OpenAccount { name: "Rocket".to_owned(), belonging };
    let mut scope = Scope { organizations: vec![organization], ..opened() };
    let own = Account { organization: Some(organization), ..scope.accounts[0].clone() };
    scope.accounts.extend(std::iter::repeat_n(own, 75));
    assert!(carried_out(open.clone(), &scope).is_err());
    scope.accounts[1].deleted_at = Some(NOW);
    assert!(carried_out(open, &scope).is_ok());
}

#[test]
fn nobody_who_may_not_hand_out_everything_deletes_an_account() {
    let scope = opened();
    let command = Command::DeleteAccount { account: scope.accounts[0].id };
    let limited = Authority::nothing();
    let refused = decide(command, &limited, &scope, NOW, &mut entropy()).map(|_| ());
    assert_eq!(refused, Err(Refusal::MoreThanOwn));
}
