//! Who asks: Keyway itself, people with roles, and keys; and what each may ask for, in other words than
//! those of `keys`.

use keys::{
    AccountId, Belonging, Command, Grants, Home, IpRestriction, Key, KeyCommand, Kind, Mode,
    OrganizationId, Place, Realm, Role, SandboxId, UserId,
};

use super::gate::{CLIENTS, is_inside};
use super::rules::{Model, Reasons, against, can_give};

/// Who asks for a command.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    System,
    Person(UserId),
    Key(Box<Key>),
}

/// What people may do, as the table of roles says it.
#[derive(Clone, Copy, PartialEq)]
enum Right {
    SandboxKeys,
    LiveKeys,
    Sandboxes,
    Settings,
    OrganizationKeys,
    DeleteAccount,
}

fn gives(role: Role, right: Right) -> bool {
    match role {
        Role::Owner => true,
        Role::Administrator => right != Right::DeleteAccount,
        Role::Developer => {
            !matches!(right, Right::Settings | Right::OrganizationKeys | Right::DeleteAccount)
        }
        Role::SandboxAdministrator | Role::SandboxUser => right == Right::SandboxKeys,
        Role::IamAdministrator | Role::Analyst | Role::ViewOnly => false,
    }
}

impl Who {
    /// From where a key can be used that is made for the one who asks.
    pub(crate) fn addresses(&self) -> IpRestriction {
        match self {
            Self::System | Self::Person(_) => IpRestriction::Anywhere,
            Self::Key(own) => own.restriction.clone(),
        }
    }

    /// Whether a key can do nothing that the one who asks cannot do.
    pub(crate) fn covers(&self, key: &Key) -> bool {
        let Self::Key(own) = self else { return true };
        own.home == key.home && self.can_give_key(key)
    }

    /// Whether a key could be handed out that may do as much, used from where it can be used.
    pub(crate) fn can_give_key(&self, given: &Key) -> bool {
        let Self::Key(own) = self else { return true };
        if given.kind == Kind::Publishable {
            return true;
        }
        let powers = match (own.kind, given.kind) {
            (Kind::Secret, _) => true,
            (Kind::Restricted, Kind::Restricted) => can_give(&own.grants, &given.grants),
            (_, _) => false,
        };
        powers && self.can_give_addresses(&given.restriction)
    }

    /// Nobody lets in whom the key that they send would keep out.
    pub(crate) fn can_give_addresses(&self, given: &IpRestriction) -> bool {
        let Self::Key(own) = self else { return true };
        let clients = CLIENTS.iter().map(|client| client.parse().unwrap());
        clients
            .into_iter()
            .all(|client| !is_inside(given, client) || is_inside(&own.restriction, client))
    }

    /// Whether these permissions could be handed out; without any, a secret key.
    pub(crate) fn can_give(&self, grants: Option<&Grants>) -> bool {
        match (self, grants) {
            (Self::Key(own), Some(grants)) if own.kind != Kind::Secret => {
                can_give(&own.grants, grants)
            }
            (Self::Key(own), None) => own.kind == Kind::Secret,
            (Self::System | Self::Person(_) | Self::Key(_), _) => true,
        }
    }
}

impl Model {
    /// The reasons against a command that lie in who asks, before any rule of keys is asked.
    pub(super) fn hinders(&self, by: &Who, command: &Command, no: &mut Reasons) {
        match by {
            Who::System => {}
            Who::Person(user) => self.hinders_person(*user, command, no),
            // Those of organizations do not ask.
            Who::Key(own) => self.hinders_key(own.home.place().unwrap(), command, no),
        }
    }

    fn hinders_person(&self, user: UserId, command: &Command, no: &mut Reasons) {
        let keys_of_organization = |id| (Right::OrganizationKeys, Realm::Organization(id));
        let keys_of = |place: Place| match place.mode {
            Mode::Live => (Right::LiveKeys, Realm::Account(place.account)),
            Mode::Sandbox(id) => (Right::SandboxKeys, Realm::Sandbox(id)),
        };
        let (right, realm) = match command {
            Command::OpenOrganization { .. } => return,
            Command::OpenAccount { belonging, .. } => match belonging {
                Belonging::Platform(id) => (Right::Settings, Realm::Account(*id)),
                Belonging::Organization(id) => (Right::Settings, Realm::Organization(*id)),
                Belonging::Nobody => return,
            },
            Command::ChangeAccount { account, .. } => (Right::Settings, Realm::Account(*account)),
            Command::DeleteAccount { account } => (Right::DeleteAccount, Realm::Account(*account)),
            Command::AddSandbox { account, .. } => (Right::Sandboxes, Realm::Account(*account)),
            Command::RenameSandbox { sandbox, .. } | Command::DeleteSandbox { sandbox } => {
                (Right::Sandboxes, Realm::Sandbox(*sandbox))
            }
            Command::CreateSecretKey { place, .. }
            | Command::CreateRestrictedKey { place, .. }
            | Command::ImportKeys { place, .. } => keys_of(*place),
            Command::CreateOrganizationKey { organization, .. } => {
                keys_of_organization(*organization)
            }
            Command::Key(_, command) if is_of_the_system(command) => {
                return against(no, true, "not_allowed");
            }
            Command::Key(id, _) => match self.life(*id) {
                Some(life) => match life.key.home {
                    Home::Account(place) => keys_of(place),
                    Home::Organization { id, .. } => keys_of_organization(id),
                },
                None => return against(no, true, "resource_missing"),
            },
        };
        let roles: Vec<Role> = self.roles(user, realm).collect();
        against(no, roles.is_empty(), "resource_missing");
        let has = roles.iter().any(|role| gives(*role, right));
        against(no, !roles.is_empty() && !has, "not_allowed");
    }

    /// The roles of somebody in a place, and in the account, platform and organizations that it belongs
    /// to.
    fn roles(&self, user: UserId, realm: Realm) -> impl Iterator<Item = Role> {
        let of_sandbox = |id: SandboxId| {
            let its = self.sandboxes.iter().find(|sandbox| sandbox.id == id);
            its.map(|sandbox| sandbox.account)
        };
        let account: Option<AccountId> = match realm {
            Realm::Organization(_) => None,
            Realm::Account(id) => Some(id),
            Realm::Sandbox(id) => of_sandbox(id),
        };
        // A deleted account goes on belonging to others.
        let known = |id: AccountId| self.accounts.iter().find(|account| account.id == id);
        let platform = account.and_then(|id| known(id)?.platform);
        let organization = |id: AccountId| known(id)?.organization;
        let organizations = [account, platform].map(|id| id.and_then(organization));
        let organizations =
            organizations.map(|id: Option<OrganizationId>| id.map(Realm::Organization));
        let above = [account, platform].map(|id| id.map(Realm::Account));
        let holds = move |there: Realm| {
            there == realm || above.contains(&Some(there)) || organizations.contains(&Some(there))
        };
        let its = self.members.iter().filter(move |(who, there, _)| *who == user && holds(*there));
        its.map(|(_, _, role)| *role)
    }

    fn hinders_key(&self, own: Place, command: &Command, no: &mut Reasons) {
        let is_live = own.mode == Mode::Live;
        match command {
            // What is born with keys is opened by people, and reaches further than any of an account.
            Command::OpenOrganization { .. }
            | Command::OpenAccount { .. }
            | Command::CreateOrganizationKey { .. }
            | Command::DeleteAccount { .. }
            | Command::AddSandbox { .. } => against(no, true, "not_allowed"),
            Command::ChangeAccount { account, .. } => {
                against(no, *account != own.account, "resource_missing");
                against(no, *account == own.account && !is_live, "not_allowed");
            }
            Command::RenameSandbox { sandbox, .. } | Command::DeleteSandbox { sandbox } => {
                let its = self.sandboxes.iter().find(|its| its.id == *sandbox);
                let is_of_account = its.is_some_and(|its| its.account == own.account);
                let is_known = is_of_account && (is_live || own.mode == Mode::Sandbox(*sandbox));
                against(no, !is_known, "resource_missing");
                against(no, is_known && !is_live, "not_allowed");
            }
            Command::CreateSecretKey { place, .. }
            | Command::CreateRestrictedKey { place, .. }
            | Command::ImportKeys { place, .. } => against(no, *place != own, "not_allowed"),
            Command::Key(_, command) if is_of_the_system(command) => {
                against(no, true, "not_allowed");
            }
            Command::Key(id, _) => {
                let its = self.life(*id).map(|life| life.key.home);
                against(no, its != Some(Home::Account(own)), "resource_missing");
            }
        }
    }
}

fn is_of_the_system(command: &KeyCommand) -> bool {
    matches!(command, KeyCommand::Advance | KeyCommand::NoteFirstUse | KeyCommand::Adopt(_))
}
