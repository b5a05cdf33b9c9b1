//! Who signs in to the dashboard, how they prove that it is them, and where they may do what.

mod among;
mod attempts;
mod authenticator;
mod belonging;
mod codes;
mod dissolving;
mod doing;
mod invitations;
mod links;
mod members;
mod phones;
mod purging;
mod sessions;
mod users;

use jiff::{SignedDuration, Timestamp};
use keys::{Digest, Pepper, Purpose, UserId};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, Transaction};

pub use self::authenticator::{AuthenticatorError, AuthenticatorStanding};
pub use self::belonging::{Top, Whose};
pub use self::codes::CodeError;
pub(crate) use self::dissolving::dissolve;
pub use self::doing::Doing;
pub use self::invitations::{Invitation, InvitationError, JoinError, NewInvitation};
pub use self::links::LinkError;
pub use self::members::{Member, MemberError};
pub(crate) use self::members::{add as add_member, realms_above};
pub use self::phones::Phones;
pub use self::sessions::{NewSession, Session, SessionError};
pub use self::users::{NewOwner, NewUser, User, UserError};
use crate::StoreError;
use crate::store::Inner;

/// The proof that somebody has shown that it is them, for one action with its parameters.
///
/// Only a code that was right makes one.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified {
    purpose: Purpose,
}

impl Verified {
    /// Who, and for what.
    #[must_use]
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// Who.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.purpose.user()
    }
}

impl Inner {
    /// What may be kept of a token: its digests under all peppers in use, twice the same if there is
    /// but one.
    fn digests(&self, digest: impl Fn(&Pepper) -> Digest) -> [Vec<u8>; 2] {
        let mut peppers = self.secrets.peppers.iter();
        let current = digest(self.secrets.peppers.current());
        let previous = peppers.nth(1).map_or(current, digest);
        [current.to_bytes().to_vec(), previous.to_bytes().to_vec()]
    }
}

/// The rows that the statement touched.
async fn run(
    on: &mut Transaction<'static, Any>,
    statement: Query<'_, Any, AnyArguments>,
) -> Result<u64, StoreError> {
    Ok(statement.execute(&mut **on).await?.rows_affected())
}

/// The moment so long before, in microseconds.
pub(crate) fn before(now: Timestamp, duration: SignedDuration) -> i64 {
    now.as_microsecond().saturating_sub(micros(duration))
}

/// The moment so long after, in microseconds.
fn after(now: Timestamp, duration: SignedDuration) -> i64 {
    now.as_microsecond().saturating_add(micros(duration))
}

fn micros(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
