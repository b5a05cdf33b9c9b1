//! What the audit keeps of a command: who asked for what, from where, and what came of it.

mod people;

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::{
    Account, AccountId, Authority, Change, Command, Days, EventId, Home, Idempotency,
    IpRestriction, Key, KeyCommand, KeyId, Mode, OrganizationId, Origin, Permissions, Place,
    Sandbox, SandboxId, Schedule, Scope, Standing, UserId, holds_key_value,
};

pub use self::people::PeopleAct;

/// What stands for "expired" or "rotated" until it is known which of them was due.
const ADVANCED: &str = "api_key.advanced";

/// What stands for Keyway itself.
const SYSTEM: &str = "system";

/// What stands for whoever has not signed in.
const STRANGER: &str = "stranger";

/// The most characters that are kept of what a program calls itself.
const PROGRAM: usize = 200;

/// What a program calls itself, as it is kept: in at most 200 characters, and not at all if it holds
/// a key value.
#[must_use]
pub fn program_name(user_agent: &str) -> Option<String> {
    let is_told = !user_agent.is_empty() && !holds_key_value(user_agent.as_bytes());
    is_told.then(|| user_agent.chars().take(PROGRAM).collect())
}

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person who has signed in, or the program that a person has signed in.
    User(UserId),
    /// A program that sends a key.
    Key(KeyId),
    /// Keyway itself, and whoever can start it with the store at hand.
    System,
    /// Somebody who has not signed in, and of whom nobody knows who it is.
    Stranger,
}

/// The one who asks for a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// Who.
    pub actor: Actor,
    /// How much that one may hand out.
    pub authority: Authority,
    /// The address, when there is one.
    pub from: Option<IpAddr>,
    /// What the program calls itself.
    pub program: Option<String>,
    /// By what the request is known again, if it is sent twice.
    pub idempotency: Option<Idempotency>,
}

impl Asker {
    /// Keyway itself.
    #[must_use]
    pub fn system() -> Self {
        Self {
            actor: Actor::System,
            authority: Authority::everything(),
            from: None,
            program: None,
            idempotency: None,
        }
    }

    /// Somebody who has not signed in, and may hand out nothing.
    #[must_use]
    pub fn stranger(from: IpAddr, program: Option<String>) -> Self {
        Self {
            actor: Actor::Stranger,
            authority: Authority::nothing(),
            from: Some(from),
            program,
            idempotency: None,
        }
    }

    /// The person, if it is one.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self.actor {
            Actor::User(user) => Some(user),
            Actor::Key(_) | Actor::System | Actor::Stranger => None,
        }
    }
}

/// What a command is about, read before it is decided.
///
/// It is part of one history: that of an account, of an organization, or of a person. What is part of
/// none is read by whoever asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    action: &'static str,
    object: Option<String>,
    account: Option<AccountId>,
    mode: Option<Mode>,
    organization: Option<OrganizationId>,
    user: Option<UserId>,
}

/// An audit event, written as JSON in this order of fields.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    id: EventId,
    #[serde(rename = "created")]
    at: Timestamp,
    #[serde(rename = "type")]
    action: &'static str,
    actor: Actor,
    /// The id of the thing that it is about; of what was made, if that is the command's.
    #[serde(rename = "object_id")]
    target: Option<String>,
    account: Option<AccountId>,
    /// The mode that it is about, if it is one: whoever may look at that alone sees it.
    mode: Option<Mode>,
    /// The organization, where it is about that and none of its accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<OrganizationId>,
    /// The person, where it is about how they sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    ip_address: Option<IpAddr>,
    user_agent: Option<String>,
    /// `done`, or the code of the refusal.
    outcome: &'static str,
    changes: Vec<Difference>,
}

/// One thing that has changed: its fields that are others now, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    id: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    old: BTreeMap<&'static str, Value>,
    new: BTreeMap<&'static str, Value>,
}

impl Deed {
    fn named(action: &'static str) -> Self {
        Self { action, object: None, account: None, mode: None, organization: None, user: None }
    }

    /// What a command is about.
    #[must_use]
    pub fn of(command: &Command) -> Self {
        let deed = Self::named;
        let of_sandbox = |action, id: &SandboxId| Self {
            object: Some(id.to_string()),
            mode: Some(Mode::Sandbox(*id)),
            ..deed(action)
        };
        match command {
            Command::OpenOrganization { .. } => deed("organization.created"),
            Command::OpenAccount { .. } => deed("account.created"),
            Command::ChangeAccount { account, .. } => Self {
                object: Some(account.to_string()),
                account: Some(*account),
                ..deed("account.updated")
            },
            Command::DeleteAccount { account } => Self {
                object: Some(account.to_string()),
                account: Some(*account),
                ..deed("account.deleted")
            },
            Command::AddSandbox { account, .. } => {
                Self { account: Some(*account), ..deed("sandbox.created") }
            }
            Command::RenameSandbox { sandbox, .. } => of_sandbox("sandbox.updated", sandbox),
            Command::DeleteSandbox { sandbox } => of_sandbox("sandbox.deleted", sandbox),
            Command::CreateSecretKey { place, .. } | Command::CreateRestrictedKey { place, .. } => {
                deed("api_key.created").in_place(*place)
            }
            Command::CreateOrganizationKey { organization, .. } => {
                Self { organization: Some(*organization), ..deed("api_key.created") }
            }
            Command::ImportKeys { place, .. } => deed("api_key.imported").in_place(*place),
            Command::Key(id, command) => {
                Self { object: Some(id.to_string()), ..deed(on_key(command)) }
            }
        }
    }

    /// What was refused before it was read what exactly was asked for: of that type, of what is done.
    #[must_use]
    pub fn tried(action: &'static str) -> Self {
        Self::named(action)
    }

    /// The same, said of a place where the command itself does not name one.
    #[must_use]
    pub fn in_place(self, Place { account, mode }: Place) -> Self {
        Self { account: self.account.or(Some(account)), mode: self.mode.or(Some(mode)), ..self }
    }

    /// The same, said of where a key lives, where the command itself does not name it.
    #[must_use]
    pub fn in_home(self, home: Home) -> Self {
        match home {
            Home::Account(place) => self.in_place(place),
            Home::Organization { id, .. } => {
                Self { organization: self.organization.or(Some(id)), ..self }
            }
        }
    }

    /// The same, said of no place: that of somebody to whom the place does not exist. It is no part
    /// of what the people there read.
    #[must_use]
    pub fn nowhere(self) -> Self {
        Self { account: None, mode: None, organization: None, ..self }
    }

    /// The event of what came of it: the changes, or the code of the refusal.
    #[must_use]
    pub fn event(
        self,
        (id, at): (EventId, Timestamp),
        asker: &Asker,
        scope: &Scope,
        outcome: Result<&[Change], &'static str>,
    ) -> Event {
        let done = outcome.unwrap_or_default();
        let changes: Vec<Difference> = done.iter().map(|change| scope.difference(change)).collect();
        let first = changes.first().map(|change| change.id.clone());
        let deed = match scope.keys.first() {
            Some(key) => self.in_home(key.home),
            None => self,
        };
        let sandbox = || scope.sandboxes.first().map(|sandbox| sandbox.account);
        let account = deed.account.or_else(|| account_of(done)).or_else(sandbox);
        // What was due shows in what was done.
        let action = match (deed.action, done.first()) {
            (ADVANCED, Some(Change::KeyMade(_))) => "api_key.rotated",
            (ADVANCED, _) => "api_key.expired",
            (action, _) => action,
        };
        let object = deed.object.clone().or(first);
        let organization = deed.organization.or_else(|| organization_of(done));
        Self { action, object, account, organization, ..deed }.told(
            (id, at),
            asker,
            outcome.map(|_done| changes),
        )
    }

    /// The event of it, with what has changed or the code of the refusal.
    fn told(
        self,
        (id, at): (EventId, Timestamp),
        asker: &Asker,
        outcome: Result<Vec<Difference>, &'static str>,
    ) -> Event {
        let Self { action, object, account, mode, organization, user } = self;
        Event {
            id,
            at,
            action,
            actor: asker.actor,
            target: object,
            account,
            mode,
            organization,
            user,
            ip_address: asker.from,
            user_agent: asker.program.as_deref().and_then(program_name),
            outcome: outcome.as_ref().err().copied().unwrap_or("done"),
            changes: outcome.unwrap_or_default(),
        }
    }
}

fn on_key(command: &KeyCommand) -> &'static str {
    match command {
        KeyCommand::Duplicate { .. } => "api_key.duplicated",
        KeyCommand::Edit(_) => "api_key.updated",
        KeyCommand::Reveal => "api_key.viewed",
        KeyCommand::Rotate(_) => "api_key.rotated",
        KeyCommand::Schedule(_) => "api_key.rotation_scheduled",
        KeyCommand::CancelSchedule => "api_key.rotation_canceled",
        KeyCommand::Expire => "api_key.expired",
        KeyCommand::Delete => "api_key.deleted",
        KeyCommand::Advance => ADVANCED,
        KeyCommand::NoteFirstUse => "api_key.first_used",
        KeyCommand::Adopt(_) => "api_key.adopted",
    }
}

impl Event {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> EventId {
        self.id
    }

    /// When it happened.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The account that it is about.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// The mode that it is about, if it is one.
    #[must_use]
    pub fn mode(&self) -> Option<Mode> {
        self.mode
    }

    /// The organization, where it is about that and none of its accounts.
    #[must_use]
    pub fn organization(&self) -> Option<OrganizationId> {
        self.organization
    }

    /// The person, where it is about how they sign in.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        self.user
    }

    /// The id of the thing that it is about.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// The id of the one who did it; `system` for Keyway itself, `stranger` for whoever has not signed
    /// in.
    #[must_use]
    pub fn actor(&self) -> String {
        self.actor.to_string()
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::Key(id) => id.fmt(f),
            Self::System => f.write_str(SYSTEM),
            Self::Stranger => f.write_str(STRANGER),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        match text.as_ref() {
            SYSTEM => return Ok(Self::System),
            STRANGER => return Ok(Self::Stranger),
            _ => {}
        }
        let user = text.parse().map(Self::User);
        user.or_else(|_not_a_user| text.parse().map(Self::Key)).map_err(serde::de::Error::custom)
    }
}

impl Scope {
    fn difference(&self, change: &Change) -> Difference {
        let made = |id: String, new| Difference { id, old: BTreeMap::new(), new };
        let named = |name: &str| BTreeMap::from([("name", name.into())]);
        match change {
            Change::OrganizationOpened(new) => made(new.id.to_string(), named(&new.name)),
            Change::AccountOpened(new) => made(new.id.to_string(), named(&new.name)),
            Change::AccountChanged(new) => {
                let old = self.accounts.iter().find(|account| account.id == new.id);
                changed(new.id.to_string(), old.map(account_fields), account_fields(new))
            }
            Change::SandboxOpened(new) => made(new.id.to_string(), sandbox_fields(new)),
            Change::KeyMade(minted) => made(minted.key.id.to_string(), key_fields(&minted.key)),
            Change::KeyImported { key, .. } => made(key.id.to_string(), key_fields(key)),
            Change::SandboxChanged(new) => {
                let old = self.sandboxes.iter().find(|sandbox| sandbox.id == new.id);
                changed(new.id.to_string(), old.map(sandbox_fields), sandbox_fields(new))
            }
            Change::KeyAdopted { key: new, .. }
            | Change::KeyChanged(new)
            | Change::KeyRevealed(new) => {
                let old = self.keys.iter().find(|key| key.id == new.id);
                changed(new.id.to_string(), old.map(key_fields), key_fields(new))
            }
        }
    }
}

/// The organization that was opened.
fn organization_of(changes: &[Change]) -> Option<OrganizationId> {
    match changes.first() {
        Some(Change::OrganizationOpened(organization)) => Some(organization.id),
        _ => None,
    }
}

/// The account that was opened, or whose sandbox or key it is.
fn account_of(changes: &[Change]) -> Option<AccountId> {
    changes.first().and_then(|change| match change {
        Change::OrganizationOpened(_) => None,
        Change::AccountOpened(account) | Change::AccountChanged(account) => Some(account.id),
        Change::SandboxOpened(sandbox) | Change::SandboxChanged(sandbox) => Some(sandbox.account),
        Change::KeyMade(_)
        | Change::KeyImported { .. }
        | Change::KeyAdopted { .. }
        | Change::KeyChanged(_)
        | Change::KeyRevealed(_) => {
            change.key().and_then(|key| key.home.place()).map(|place| place.account)
        }
    })
}

/// Only what is another.
fn changed(
    id: String,
    old: Option<BTreeMap<&'static str, Value>>,
    mut new: BTreeMap<&'static str, Value>,
) -> Difference {
    let mut old = old.unwrap_or_default();
    let same: Vec<_> =
        new.iter().filter(|(field, value)| old.get(*field) == Some(*value)).collect();
    let same: Vec<&'static str> = same.into_iter().map(|(field, _)| *field).collect();
    for field in same {
        old.remove(field);
        new.remove(field);
    }
    Difference { id, old, new }
}

fn account_fields(account: &Account) -> BTreeMap<&'static str, Value> {
    let deleted = account.deleted_at.map(|at| at.to_string());
    BTreeMap::from([
        ("name", account.name.as_str().into()),
        ("version", account.version.to_string().into()),
        ("deleted_at", deleted.into()),
    ])
}

fn sandbox_fields(sandbox: &Sandbox) -> BTreeMap<&'static str, Value> {
    let deleted = sandbox.deleted_at.map(|at| at.to_string());
    BTreeMap::from([("name", sandbox.name.as_str().into()), ("deleted_at", deleted.into())])
}

/// Whatever of a key may be known to all who read the audit.
fn key_fields(key: &Key) -> BTreeMap<&'static str, Value> {
    let (status, until) = match key.standing {
        Standing::Active => ("active", None),
        Standing::Expiring { at } => ("expiring", Some(at)),
        Standing::Expired { at } => ("expired", Some(at)),
        Standing::Deleted { at } => ("deleted", Some(at)),
    };
    let mut fields = BTreeMap::from([
        ("name", key.name.as_str().into()),
        ("note", key.note.as_deref().into()),
        ("key", key.mask().to_string().into()),
        ("mode", key.home.side().into()),
        ("ip_allowlist", restriction(&key.restriction)),
        ("permissions", permissions(&key.grants.own)),
        ("connect_permissions", permissions(&key.grants.connect)),
        ("status", status.into()),
        ("ends_at", until.map(|at| at.to_string()).into()),
        ("rotation", key.schedule.map_or(Value::Null, schedule)),
        ("value_kept", (key.reveal != crate::Reveal::Never).into()),
    ]);
    if let Origin::Imported(scheme) = key.origin {
        fields.insert("hash", scheme.as_str().into());
    }
    fields
}

fn restriction(restriction: &IpRestriction) -> Value {
    match restriction {
        IpRestriction::Anywhere => Value::Null,
        IpRestriction::Only(list) => list.iter().map(|range| range.to_string()).collect(),
    }
}

fn permissions(permissions: &Permissions) -> Value {
    permissions.iter().map(|permission| permission.to_string()).collect()
}

fn schedule(schedule: Schedule) -> Value {
    let every = schedule.every.map(Days::count);
    serde_json::json!({
        "next": schedule.next.to_string(),
        "every_days": every,
        "grace_seconds": schedule.grace.as_secs(),
    })
}
