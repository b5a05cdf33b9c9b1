//! Who asks.

use std::net::IpAddr;

use keys::{Actor, Asker, Authority, Entry, Home, Idempotency, Key, Kind, Level};
use store::{Session, User};

use super::RightError;

/// What the permission to read accounts is about.
const ACCOUNTS: &str = "account";

/// Who asks: a key, for the account and mode or the organization that it acts on, or a person who has
/// signed in.
///
/// A witness: there is none but of a request that was admitted, or of a session that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    asker: Asker,
    who: Who,
    /// Whether the accounts connected to what a key acts on may be shown to it.
    sees_connected: bool,
}

/// What the rights of a caller come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    /// From the key that was sent, for that account and mode, or that organization.
    Key(Home),
    /// From the roles of the person.
    Person(Box<Person>),
}

/// A person who has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub user: User,
    /// By which sign-in.
    pub session: Session,
}

impl Caller {
    /// The caller that an entry makes of its key, which manages what it acts on, and hands out there no
    /// more than it has for that. `from` and `program` are kept in the audit.
    ///
    /// # Errors
    /// When the key is publishable.
    pub fn by_key(
        (entry, key): (&Entry, &Key),
        from: IpAddr,
        program: Option<String>,
    ) -> Result<Self, RightError> {
        let own = Authority::of_key(key);
        let sees_connected = match key.kind {
            Kind::Secret | Kind::Publishable => true,
            Kind::Restricted | Kind::Organization => {
                key.grants.connect.level(ACCOUNTS) >= Level::Read
            }
        };
        let (id, acts_on, authority) = match entry {
            Entry::Organization(admission) => (admission.key(), admission.home(), own),
            Entry::Account(admission) => {
                let authority = match (admission.kind(), admission.is_by_way_of_another()) {
                    (Kind::Publishable, _) => return Err(RightError::Key),
                    (Kind::Secret | Kind::Restricted | Kind::Organization, true) => {
                        own.on_connected_account()
                    }
                    (Kind::Secret | Kind::Restricted | Kind::Organization, false) => {
                        own.on_one_account()
                    }
                };
                (admission.key(), Home::Account(admission.place()), authority)
            }
        };
        let asker = Asker {
            actor: Actor::Key(id),
            authority,
            from: Some(from),
            program,
            idempotency: None,
        };
        Ok(Self { asker, who: Who::Key(acts_on), sees_connected })
    }

    /// The caller that a session makes of its person.
    #[must_use]
    pub fn signed_in(person: Person, from: IpAddr, program: Option<String>) -> Self {
        let actor = Actor::User(person.user.id);
        // Their roles say where; there they may hand out everything.
        let authority = Authority::everything();
        let asker = Asker { actor, authority, from: Some(from), program, idempotency: None };
        Self { asker, who: Who::Person(Box::new(person)), sees_connected: true }
    }

    /// The same, with a request that may be sent twice.
    pub(crate) fn named(mut self, request: Idempotency) -> Self {
        self.asker.idempotency = Some(request);
        self
    }

    /// The one who asks, as the audit names it.
    #[must_use]
    pub fn asker(&self) -> &Asker {
        &self.asker
    }

    pub(super) fn who(&self) -> &Who {
        &self.who
    }

    /// Whether the accounts connected to what it acts on may be shown to it.
    pub(super) fn sees_connected(&self) -> bool {
        self.sees_connected
    }

    /// The person who asks.
    ///
    /// # Errors
    /// When it is a key.
    pub fn person(&self) -> Result<&Person, RightError> {
        match &self.who {
            Who::Person(person) => Ok(person),
            Who::Key(_) => Err(RightError::PeopleOnly),
        }
    }

    /// What the key that asks acts on; a person has many places.
    #[must_use]
    pub fn acts_on(&self) -> Option<Home> {
        match &self.who {
            Who::Key(home) => Some(*home),
            Who::Person(_) => None,
        }
    }
}
