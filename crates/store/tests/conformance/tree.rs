//! The accounts of an organization.

use keys::{Account, Belonging, Change, Command, OrganizationId, SandboxId};
use store::{Top, Tree, Whose};

use crate::world::{Asker, World, on_both_engines};

on_both_engines!(
    an_organization_has_its_accounts_and_what_is_connected_to_them,
    where_there_are_too_many_what_is_above_others_comes_first,
    the_accounts_of_an_organization_come_in_pages_with_connected_ones_or_without,
);

async fn organization(asker: &mut Asker) -> OrganizationId {
    let done = asker.get(Command::OpenOrganization { name: "Rocket Rides".into() }).await;
    done.changes[0].organization().unwrap().id
}

async fn account(asker: &mut Asker, belonging: Belonging) -> Account {
    let done = asker.get(Command::OpenAccount { name: "Rides".into(), belonging }).await;
    done.changes[0].account().unwrap().clone()
}

fn sandboxes(tree: &Tree) -> Vec<SandboxId> {
    tree.sandboxes.iter().map(|sandbox| sandbox.id).collect()
}

async fn an_organization_has_its_accounts_and_what_is_connected_to_them(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let own = organization(&mut asker).await;
    let other = organization(&mut asker).await;
    let platform = account(&mut asker, Belonging::Organization(own)).await;
    let connected = account(&mut asker, Belonging::Platform(platform.id)).await;
    let second = account(&mut asker, Belonging::Organization(own)).await;
    let foreign = account(&mut asker, Belonging::Organization(other)).await;
    account(&mut asker, Belonging::Nobody).await;
    let add = Command::AddSandbox { account: platform.id, name: "Spare".into() };
    let added = asker.get(add).await.changes;
    let Some(Change::SandboxOpened(spare)) = added.first() else { panic!() };
    let tree = asker.store.tree(own, 10).await.unwrap();
    assert_eq!(tree.accounts, [second.clone(), platform.clone(), connected.clone()]);
    let firsts = [&platform, &connected, &second].map(|account| account.first_sandbox);
    assert_eq!(sandboxes(&tree), [&firsts[..], &[spare.id]].concat());
    asker.get(Command::DeleteSandbox { sandbox: spare.id }).await;
    assert_eq!(sandboxes(&asker.store.tree(own, 10).await.unwrap()), firsts);
    asker.get(Command::DeleteAccount { account: second.id }).await;
    assert_eq!(asker.store.tree(own, 10).await.unwrap().accounts, [platform, connected]);
    assert_eq!(asker.store.tree(other, 10).await.unwrap().accounts, [foreign]);
}

async fn where_there_are_too_many_what_is_above_others_comes_first(world: World) {
    let mut asker = Asker::new(&world.open().await, 1);
    let own = organization(&mut asker).await;
    let platform = account(&mut asker, Belonging::Organization(own)).await;
    account(&mut asker, Belonging::Platform(platform.id)).await;
    let newest = account(&mut asker, Belonging::Platform(platform.id)).await;
    let tree = asker.store.tree(own, 2).await.unwrap();
    assert_eq!(tree.accounts, [platform.clone(), newest.clone()]);
    assert_eq!(sandboxes(&tree), [platform.first_sandbox, newest.first_sandbox]);
    assert_eq!(
        asker.store.tree(own, 0).await.unwrap(),
        Tree { accounts: vec![], sandboxes: vec![] }
    );
}

async fn the_accounts_of_an_organization_come_in_pages_with_connected_ones_or_without(
    world: World,
) {
    let mut asker = Asker::new(&world.open().await, 1);
    let own = organization(&mut asker).await;
    let other = organization(&mut asker).await;
    let mut accounts = Vec::new();
    for _ in 0..3 {
        accounts.insert(0, account(&mut asker, Belonging::Organization(own)).await);
        account(&mut asker, Belonging::Organization(other)).await;
    }
    let connected = account(&mut asker, Belonging::Platform(accounts[0].id)).await;
    account(&mut asker, Belonging::Nobody).await;
    let page = async |after: Option<&Account>, most| {
        let after = after.map(|account| account.id);
        let under = (Top::Organization(own), false);
        asker.store.accounts_under(under, Whose::default(), after, most).await.unwrap()
    };
    let with_connected = async |top, whose, after: Option<&Account>| {
        let after = after.map(|account| account.id);
        asker.store.accounts_under((top, true), whose, after, 10).await.unwrap()
    };
    let all: Vec<_> = [&connected].into_iter().chain(&accounts).cloned().collect();
    let (top, everywhere) = (Top::Organization(own), Whose::default());
    assert_eq!(with_connected(top, everywhere, None).await, all);
    assert_eq!(with_connected(top, everywhere, Some(&connected)).await, accounts);
    let platform = Whose { platform: Some(accounts[0].id), organization: None };
    assert_eq!(with_connected(top, platform, None).await, all[..1]);
    let itself = Top::Account(accounts[0].id);
    assert_eq!(with_connected(itself, everywhere, None).await, all[..2]);
    let organization = Whose { organization: Some(own), platform: None };
    assert_eq!(with_connected(itself, organization, None).await, accounts[..1]);
    assert_eq!(page(None, 10).await, accounts);
    assert_eq!(page(None, 2).await, accounts[..2]);
    assert_eq!(page(Some(&accounts[1]), 2).await, accounts[2..]);
    asker.get(Command::DeleteAccount { account: accounts[1].id }).await;
    let under = (Top::Organization(own), false);
    let left = asker.store.accounts_under(under, Whose::default(), None, 10).await.unwrap();
    assert_eq!(left, [accounts[0].clone(), accounts[2].clone()]);
}
