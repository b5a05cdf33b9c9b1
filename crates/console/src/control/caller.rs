//! Who asks.

use std::net::IpAddr;

use keys::{Actor, Admission, Asker, Authority, Idempotency, Key, Kind, Place};
use store::{Session, User};

use super::RightError;

/// Who asks: a key, for the account and mode that it acts on, or a person who has signed in.
///
/// A witness: there is none but of a request that was admitted, or of a session that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    asker: Asker,
    who: Who,
}

/// What the rights of a caller come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    /// From the key that was sent, for that account and mode.
    Key(Place),
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
    /// The caller that an admission makes of its key, which manages its own account alone, and hands
    /// out no more than it has itself. `from` and `program` are kept in the audit.
    ///
    /// # Errors
    /// When the key is publishable or an organization's, or acts on an account that is connected to its
    /// own.
    pub fn by_key(
        (admission, key): (&Admission, &Key),
        from: IpAddr,
        program: Option<String>,
    ) -> Result<Self, RightError> {
        match admission.kind() {
            Kind::Secret | Kind::Restricted if admission.context().is_none() => {}
            Kind::Secret | Kind::Restricted | Kind::Publishable => return Err(RightError::Key),
            Kind::Organization => return Err(RightError::OrganizationKey),
        }
        let (actor, authority) = (Actor::Key(admission.key()), Authority::of_key(key));
        let asker = Asker { actor, authority, from: Some(from), program, idempotency: None };
        Ok(Self { asker, who: Who::Key(admission.place()) })
    }

    /// The caller that a session makes of its person.
    #[must_use]
    pub fn signed_in(person: Person, from: IpAddr, program: Option<String>) -> Self {
        let actor = Actor::User(person.user.id);
        // Their roles say where; there they may hand out everything.
        let authority = Authority::everything();
        let asker = Asker { actor, authority, from: Some(from), program, idempotency: None };
        Self { asker, who: Who::Person(Box::new(person)) }
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

    /// The account and mode of the key that asks; a person has many.
    #[must_use]
    pub fn own_place(&self) -> Option<Place> {
        match &self.who {
            Who::Key(place) => Some(*place),
            Who::Person(_) => None,
        }
    }
}
