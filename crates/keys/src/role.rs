//! Who may do what: the one table of roles and rights.

use std::fmt;
use std::str::FromStr;

use crate::{AccountId, OrganizationId, SandboxId};

/// What a member is, in an organization, an account or a sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Everything.
    Owner,
    /// Everything but to make owners and to delete the account.
    Administrator,
    /// Keys, logs and sandboxes.
    Developer,
    /// Members and their roles.
    IamAdministrator,
    /// Request logs.
    Analyst,
    /// Request logs, too; told apart for what will be shown beside them.
    ViewOnly,
    /// Everything in one sandbox.
    SandboxAdministrator,
    /// Keys and logs of one sandbox.
    SandboxUser,
}

/// What a role may let its member do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// See the redacted keys of a sandbox, and their counts.
    SeeSandboxKeys,
    /// See the redacted live keys, and their counts.
    SeeLiveKeys,
    /// Reveal, create, edit, rotate and delete keys of a sandbox.
    ChangeSandboxKeys,
    /// Create, edit, rotate and delete live keys, restrict them, reveal them once.
    ChangeLiveKeys,
    /// See the redacted keys of the organization, and do all of it with them.
    ChangeOrganizationKeys,
    /// Read the request logs of a sandbox.
    ReadSandboxLogs,
    /// Read the request logs of live mode.
    ReadLiveLogs,
    /// Invite people to a sandbox, and change their roles in it.
    ManageSandboxMembers,
    /// Invite people, and change their roles.
    ManageMembers,
    /// Create and delete sandboxes.
    ManageSandboxes,
    /// Change the settings of the account, and its connected accounts.
    ChangeSettings,
    /// Read what was done to keys.
    ReadKeyHistory,
    /// Read all that was done.
    ReadHistory,
    /// Delete the account.
    DeleteAccount,
    /// Make other people owners.
    MakeOwners,
}

impl Role {
    /// All roles, the mightiest first.
    pub const ALL: [Self; 8] = [
        Self::Owner,
        Self::Administrator,
        Self::Developer,
        Self::IamAdministrator,
        Self::Analyst,
        Self::ViewOnly,
        Self::SandboxAdministrator,
        Self::SandboxUser,
    ];

    /// Whether the role gives that right.
    #[must_use]
    pub fn has(self, right: Right) -> bool {
        use Role::{
            Administrator, Analyst, Developer, IamAdministrator, Owner, SandboxAdministrator,
            SandboxUser, ViewOnly,
        };
        match right {
            Right::SeeSandboxKeys | Right::ChangeSandboxKeys => {
                matches!(
                    self,
                    Owner | Administrator | Developer | SandboxAdministrator | SandboxUser
                )
            }
            Right::SeeLiveKeys | Right::ChangeLiveKeys | Right::ManageSandboxes => {
                matches!(self, Owner | Administrator | Developer)
            }
            Right::ReadSandboxLogs => !matches!(self, IamAdministrator),
            Right::ReadLiveLogs => {
                matches!(self, Owner | Administrator | Developer | Analyst | ViewOnly)
            }
            Right::ManageSandboxMembers => {
                matches!(self, Owner | Administrator | IamAdministrator | SandboxAdministrator)
            }
            Right::ManageMembers | Right::ReadHistory => {
                matches!(self, Owner | Administrator | IamAdministrator)
            }
            Right::ReadKeyHistory => {
                matches!(self, Owner | Administrator | Developer | IamAdministrator)
            }
            Right::ChangeOrganizationKeys | Right::ChangeSettings => {
                matches!(self, Owner | Administrator)
            }
            Right::DeleteAccount | Right::MakeOwners => matches!(self, Owner),
        }
    }

    /// Whether a member of this role may give, change or take away that one.
    #[must_use]
    pub fn may_grant(self, other: Self) -> bool {
        Rights::of(self).may_grant(other)
    }

    /// Whether the role is for one sandbox alone.
    #[must_use]
    pub fn is_of_a_sandbox(self) -> bool {
        matches!(self, Self::SandboxAdministrator | Self::SandboxUser)
    }

    /// Whether somebody can have the role there: sandbox roles in a sandbox, all others elsewhere.
    #[must_use]
    pub fn fits(self, realm: Realm) -> bool {
        self.is_of_a_sandbox() == matches!(realm, Realm::Sandbox(_))
    }

    /// The word for it in rows, forms and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Administrator => "administrator",
            Self::Developer => "developer",
            Self::IamAdministrator => "iam_administrator",
            Self::Analyst => "analyst",
            Self::ViewOnly => "view_only",
            Self::SandboxAdministrator => "sandbox_administrator",
            Self::SandboxUser => "sandbox_user",
        }
    }
}

impl Right {
    /// All rights, in the order of the table.
    pub const ALL: [Self; 15] = [
        Self::SeeSandboxKeys,
        Self::SeeLiveKeys,
        Self::ChangeSandboxKeys,
        Self::ChangeLiveKeys,
        Self::ChangeOrganizationKeys,
        Self::ReadSandboxLogs,
        Self::ReadLiveLogs,
        Self::ManageSandboxMembers,
        Self::ManageMembers,
        Self::ManageSandboxes,
        Self::ChangeSettings,
        Self::ReadKeyHistory,
        Self::ReadHistory,
        Self::DeleteAccount,
        Self::MakeOwners,
    ];
}

/// What somebody may do somewhere: the union of their roles. Without a role it is nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Rights(u32);

impl Rights {
    /// No right at all.
    pub const NONE: Self = Self(0);

    /// What one role gives.
    #[must_use]
    pub fn of(role: Role) -> Self {
        let given = Right::ALL.into_iter().filter(|right| role.has(*right));
        Self(given.fold(0, |bits, right| bits | bit(right)))
    }

    /// Whether that right is among them.
    #[must_use]
    pub fn has(self, right: Right) -> bool {
        self.0 & bit(right) != 0
    }

    /// Whether whoever has these may give, change or take away that role: nobody grants what they
    /// do not have, and so only an owner makes owners.
    #[must_use]
    pub fn may_grant(self, role: Role) -> bool {
        let managing =
            if role.is_of_a_sandbox() { Right::ManageSandboxMembers } else { Right::ManageMembers };
        let Self(granted) = Self::of(role);
        self.has(managing) && granted & !self.0 == 0
    }
}

impl FromIterator<Role> for Rights {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | Self::of(role).0))
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(Right::ALL.into_iter().filter(|right| self.has(*right))).finish()
    }
}

fn bit(right: Right) -> u32 {
    1 << (right as u32)
}

/// Why a text names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such role")]
pub struct RoleError;

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(RoleError)
    }
}

/// Where a member has its role.
///
/// A role on an organization holds for all of its accounts, one on an account for all its modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Realm {
    /// An organization.
    Organization(OrganizationId),
    /// An account.
    Account(AccountId),
    /// One sandbox of an account.
    Sandbox(SandboxId),
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organization(id) => id.fmt(f),
            Self::Account(id) => id.fmt(f),
            Self::Sandbox(id) => id.fmt(f),
        }
    }
}

/// Why a text names nothing that has members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the id of an organization, an account or a sandbox")]
pub struct RealmError;

impl FromStr for Realm {
    type Err = RealmError;

    fn from_str(text: &str) -> Result<Self, RealmError> {
        text.parse()
            .map(Self::Organization)
            .or_else(|_other| text.parse().map(Self::Account))
            .or_else(|_other| text.parse().map(Self::Sandbox))
            .map_err(|_cause| RealmError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(mark: impl Fn(Role) -> bool) -> String {
        Role::ALL.map(|role| if mark(role) { "  x" } else { "  ." }).concat()
    }

    #[test]
    fn this_is_what_each_role_may_do() {
        let row = |right: Right| {
            format!("{:23}{}\n", format!("{right:?}"), marks(|role| role.has(right)))
        };
        let table = Right::ALL.map(row).concat();
        insta::assert_snapshot!(format!("                         Ow Ad De IA An Vi SA SU\n{table}"), @r"
                                 Ow Ad De IA An Vi SA SU
        SeeSandboxKeys           x  x  x  .  .  .  x  x
        SeeLiveKeys              x  x  x  .  .  .  .  .
        ChangeSandboxKeys        x  x  x  .  .  .  x  x
        ChangeLiveKeys           x  x  x  .  .  .  .  .
        ChangeOrganizationKeys   x  x  .  .  .  .  .  .
        ReadSandboxLogs          x  x  x  .  x  x  x  x
        ReadLiveLogs             x  x  x  .  x  x  .  .
        ManageSandboxMembers     x  x  .  x  .  .  x  .
        ManageMembers            x  x  .  x  .  .  .  .
        ManageSandboxes          x  x  x  .  .  .  .  .
        ChangeSettings           x  x  .  .  .  .  .  .
        ReadKeyHistory           x  x  x  x  .  .  .  .
        ReadHistory              x  x  .  x  .  .  .  .
        DeleteAccount            x  .  .  .  .  .  .  .
        MakeOwners               x  .  .  .  .  .  .  .
        ");
    }

    #[test]
    fn this_is_who_may_grant_what() {
        let row = |role: Role| {
            format!("{:23}{}\n", role.as_str(), marks(|granted| role.may_grant(granted)))
        };
        let table = Role::ALL.map(row).concat();
        insta::assert_snapshot!(format!("                         Ow Ad De IA An Vi SA SU\n{table}"), @r"
                                 Ow Ad De IA An Vi SA SU
        owner                    x  x  x  x  x  x  x  x
        administrator            .  x  x  x  x  x  x  x
        developer                .  .  .  .  .  .  .  .
        iam_administrator        .  .  .  x  .  .  .  .
        analyst                  .  .  .  .  .  .  .  .
        view_only                .  .  .  .  .  .  .  .
        sandbox_administrator    .  .  .  .  .  .  x  x
        sandbox_user             .  .  .  .  .  .  .  .
        ");
    }

    #[test]
    fn nobody_grants_what_they_do_not_have() {
        for granter in Role::ALL {
            for granted in Role::ALL.into_iter().filter(|granted| granter.may_grant(*granted)) {
                assert!(Right::ALL.iter().all(|r| !granted.has(*r) || granter.has(*r)));
            }
        }
    }

    #[test]
    fn no_role_of_a_sandbox_opens_anything_live() {
        let live = [Right::SeeLiveKeys, Right::ChangeLiveKeys, Right::ReadLiveLogs];
        for role in Role::ALL.into_iter().filter(|role| role.is_of_a_sandbox()) {
            assert!(live.iter().all(|right| !role.has(*right)));
        }
    }

    #[test]
    fn several_roles_give_their_union_and_none_gives_nothing() {
        let both: Rights = [Role::IamAdministrator, Role::Analyst].into_iter().collect();
        for right in Right::ALL {
            let either = Role::IamAdministrator.has(right) || Role::Analyst.has(right);
            assert_eq!(both.has(right), either);
            assert!(!Rights::NONE.has(right));
        }
        assert!(both.may_grant(Role::Analyst));
        assert!(!Role::IamAdministrator.may_grant(Role::Analyst));
        assert!(Role::ALL.iter().all(|role| !Rights::NONE.may_grant(*role)));
        assert_eq!(Rights::NONE, [].into_iter().collect());
    }

    #[test]
    fn roles_and_realms_are_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("Owner".parse::<Role>(), Err(RoleError));
        for realm in
            ["org_0123456789abcdefghijklm", "acct_0123456789abcdef", "sbx_0123456789abcdef"]
        {
            assert_eq!(realm.parse::<Realm>().unwrap().to_string(), realm);
        }
        assert_eq!("key_0123456789abcdef".parse::<Realm>(), Err(RealmError));
    }
}
