//! All that somebody has a role in, as a tree: organizations, their accounts, and the accounts that are
//! connected to those.

use keys::{Account, Home, Organization};

use super::super::place::path;

/// An organization or account, and what belongs to it.
pub(in super::super) struct Branch {
    pub(in super::super) name: String,
    pub(in super::super) href: String,
    /// Whether its reader is there.
    pub(in super::super) is_here: bool,
    pub(in super::super) below: Vec<Branch>,
}

/// Organizations first, each level from the oldest on. What belongs to something that is not listed
/// stands at the top.
pub(super) fn tree(
    organizations: &[Organization],
    accounts: &[Account],
    here: Home,
) -> Vec<Branch> {
    let is_org = |account: &Account| {
        organizations.iter().any(|listed| Some(listed.id) == account.organization)
    };
    let is_connected =
        |account: &Account| accounts.iter().any(|listed| Some(listed.id) == account.platform);
    let of_organization = |organization: &Organization| Branch {
        name: organization.name.clone(),
        // One stays on the same side.
        href: path(Home::Organization { id: organization.id, livemode: here.livemode() }),
        is_here: here.organization() == Some(organization.id),
        below: some(accounts, here, |account| account.organization == Some(organization.id)),
    };
    let mut tree: Vec<Branch> = organizations.iter().rev().map(of_organization).collect();
    tree.extend(some(accounts, here, |account| !is_org(account) && !is_connected(account)));
    tree
}

/// Some of the accounts, and what is connected to each.
fn some(accounts: &[Account], here: Home, which: impl Fn(&Account) -> bool) -> Vec<Branch> {
    let branch = |account: &Account, below| Branch {
        name: account.name.clone(),
        href: format!("/accounts/{}", account.id),
        is_here: here.place().map(|place| place.account) == Some(account.id),
        below,
    };
    let with_connected = |account: &Account| {
        let connected = accounts.iter().rev().filter(|other| other.platform == Some(account.id));
        branch(account, connected.map(|other| branch(other, Vec::new())).collect())
    };
    accounts.iter().rev().filter(|account| which(account)).map(with_connected).collect()
}

/// What the place is below where its reader is, the highest first.
pub(super) fn above(tree: &[Branch]) -> Option<Vec<&str>> {
    tree.iter().find_map(|branch| {
        if branch.is_here {
            return Some(Vec::new());
        }
        let mut above = above(&branch.below)?;
        above.insert(0, &branch.name);
        Some(above)
    })
}
