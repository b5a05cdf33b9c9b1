//! Who does something about people: what its event says of them.

use jiff::Timestamp;
use keys::{AccountId, Actor, Asker, Deed, Difference, Entropy, EventId, PeopleAct, Realm, UserId};
use sqlx::{Any, Transaction};

use crate::row::{Row, kept};
use crate::{StoreError, audit};

const ACCOUNT_OF: &str = "SELECT id, account FROM sandboxes WHERE id = $1";

/// Who does something about people, and when. What they do is committed together with the event that
/// tells of it; whatever is refused leaves none, and is for whoever asked to be noted.
///
/// It is good for one event.
#[derive(Debug)]
pub struct Doing {
    asker: Asker,
    event: EventId,
    at: Timestamp,
}

impl Doing {
    /// Somebody does something now.
    pub fn new(asker: Asker, now: Timestamp, entropy: &mut dyn Entropy) -> Self {
        Self { asker, event: EventId::mint(entropy), at: kept(now) }
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Who does it.
    pub(super) fn actor(&self) -> Actor {
        self.asker.actor
    }

    /// The person who does it, if it is one.
    pub(super) fn user(&self) -> Option<UserId> {
        self.asker.user()
    }

    /// Appends the event of what was done; the transaction must hold the counter.
    pub(crate) async fn done(
        self,
        on: &mut Transaction<'static, Any>,
        deed: Deed,
        changes: Vec<Difference>,
    ) -> Result<(), StoreError> {
        let event = deed.done((self.event, self.at), &self.asker, changes);
        audit::append(&mut *on, &event).await
    }

    /// The same of what somebody did who has shown to be that person just by it.
    pub(super) async fn done_as(
        self,
        user: UserId,
        on: &mut Transaction<'static, Any>,
        deed: Deed,
        changes: Vec<Difference>,
    ) -> Result<(), StoreError> {
        let asker = Asker { actor: Actor::User(user), ..self.asker };
        Self { asker, ..self }.done(on, deed, changes).await
    }
}

/// What is done about members of a place, as part of its history.
pub(super) async fn deed_in(
    on: &mut Transaction<'static, Any>,
    act: PeopleAct,
    realm: Realm,
) -> Result<Deed, StoreError> {
    let account: Option<AccountId> = match realm {
        Realm::Organization(_) | Realm::Account(_) => None,
        Realm::Sandbox(id) => {
            let query = sqlx::query(ACCOUNT_OF).bind(id.to_string());
            let found = query.fetch_optional(&mut **on).await?;
            found.map(|columns| Row::new("sandboxes", &columns).parse("account")).transpose()?
        }
    };
    Ok(Deed::of_members(act).in_realm(realm, account))
}
