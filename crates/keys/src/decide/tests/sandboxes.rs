//! Sandboxes that are added, renamed and deleted.

use super::*;

/// The account after this command.
fn after(scope: &Scope, command: Command) -> Scope {
    let mut scope = scope.clone();
    for change in carried_out(command, &scope).unwrap() {
        match change {
            Change::SandboxOpened(sandbox) => scope.sandboxes.push(sandbox),
            Change::SandboxChanged(new) => {
                scope.sandboxes.retain(|sandbox| sandbox.id != new.id);
                scope.sandboxes.push(new);
            }
            Change::KeyMade(minted) => scope.keys.push(minted.key),
            Change::KeyChanged(new) => {
                scope.keys.retain(|key| key.id != new.id);
                scope.keys.push(new);
            }
            Change::OrganizationOpened(_)
            | Change::AccountOpened(_)
            | Change::AccountChanged(_)
            | Change::KeyImported { .. }
            | Change::KeyAdopted { .. }
            | Change::KeyRevealed(_) => {
                panic!("not of a sandbox")
            }
        }
    }
    scope
}

/// Ids differ, though chance is the same each time.
fn added(scope: &Scope, name: &str, number: u8) -> Scope {
    let account = scope.accounts[0].id;
    let command = Command::AddSandbox { account, name: name.to_owned() };
    let mut next = u32::from(number);
    let mut entropy = |room: &mut [u8]| {
        for byte in room {
            next = next.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = next.to_be_bytes()[0];
        }
    };
    let changes = decide(command, &Authority::everything(), scope, NOW, &mut entropy).unwrap();
    let mut scope = scope.clone();
    for change in changes {
        if let Change::SandboxOpened(sandbox) = change {
            scope.sandboxes.push(sandbox);
        } else {
            scope.keys.extend(change.into_made().map(|minted| minted.key));
        }
    }
    scope
}

fn account_with(more: u8) -> Scope {
    (1..=more).fold(opened(), |scope, number| added(&scope, &format!("Sandbox {number}"), number))
}

#[test]
fn a_sandbox_is_born_with_its_own_secret_and_publishable_key() {
    let scope = account_with(1);
    let mode = Mode::Sandbox(scope.sandboxes[1].id);
    let keys: Vec<_> =
        scope.keys.iter().filter(|key| key.home.place().unwrap().mode == mode).collect();
    let said: Vec<_> = keys.iter().map(|key| (key.form().prefix(), key.reveal)).collect();
    assert_eq!(said, [("sk_test_", Reveal::Always), ("pk_test_", Reveal::Always)]);
}

#[test]
fn an_account_has_five_sandboxes_beside_its_first() {
    let scope = account_with(5);
    let add = Command::AddSandbox { account: scope.accounts[0].id, name: "Sixth".to_owned() };
    let refused = carried_out(add.clone(), &scope).map(|_| ());
    assert_eq!(refused, Err(Refusal::TooManySandboxes { most: 5 }));
    let fewer = after(&scope, Command::DeleteSandbox { sandbox: scope.sandboxes[3].id });
    assert!(carried_out(add, &fewer).is_ok());
}

#[test]
fn the_keys_of_a_sandbox_die_with_it_and_no_others() {
    let scope = account_with(2);
    let sandbox = scope.sandboxes[1].id;
    let scope = after(&scope, Command::DeleteSandbox { sandbox });
    let dead = scope.keys.iter().filter(|key| !key.standing.is_alive(NOW));
    let modes: Vec<_> = dead.map(|key| key.home.place().unwrap().mode).collect();
    assert_eq!(modes, [Mode::Sandbox(sandbox); 2]);
    let again = carried_out(Command::DeleteSandbox { sandbox }, &scope).map(|_| ());
    assert_eq!(again, Err(Refusal::UnknownSandbox));
    let place = Place { account: scope.accounts[0].id, mode: Mode::Sandbox(sandbox) };
    let create = Command::CreateSecretKey { place, name: "New".to_owned(), note: None };
    assert_eq!(carried_out(create, &scope).map(|_| ()), Err(Refusal::UnknownSandbox));
}

#[test]
fn the_first_sandbox_stays() {
    let scope = account_with(1);
    let delete = Command::DeleteSandbox { sandbox: scope.sandboxes[0].id };
    assert_eq!(carried_out(delete, &scope).map(|_| ()), Err(Refusal::FirstSandboxStays));
}

#[test]
fn a_sandbox_is_renamed_by_the_same_rules_as_a_key() {
    let scope = account_with(1);
    let rename = |name: &str| {
        let (sandbox, name) = (scope.sandboxes[1].id, name.to_owned());
        carried_out(Command::RenameSandbox { sandbox, name }, &scope).map(|_| ())
    };
    assert_eq!(rename("Staging"), Ok(()));
    assert_eq!(rename(" "), Err(Refusal::BadName { most: 200 }));
}
