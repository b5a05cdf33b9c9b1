//! How much somebody may hand out. Nobody can give more than they have, by no chain of commands.

use crate::{Grants, Key, Kind, Refusal};

/// How much the one who asks may hand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// Whatever there is: a member whose role has the right, a secret key, the system.
    Everything,
    /// What a restricted or organization key may do itself.
    Only(Grants),
}

impl Authority {
    /// Whether everything may be handed out, as with a secret key.
    pub(super) fn over_everything(&self) -> Result<(), Refusal> {
        match self {
            Self::Everything => Ok(()),
            Self::Only(_) => Err(Refusal::MoreThanOwn),
        }
    }

    /// Whether these grants may be handed out.
    pub(super) fn over(&self, grants: &Grants) -> Result<(), Refusal> {
        match self {
            Self::Everything => Ok(()),
            Self::Only(own) if grants.is_within(own) => Ok(()),
            Self::Only(_) => Err(Refusal::MoreThanOwn),
        }
    }

    /// Whether what a key may do may be handed out. A publishable key is in everybody's hands.
    pub(super) fn over_key<'k>(&self, key: &'k Key) -> Result<&'k Key, Refusal> {
        match key.kind {
            Kind::Publishable => {}
            Kind::Secret | Kind::Organization => self.over_everything()?,
            Kind::Restricted => self.over(&key.grants)?,
        }
        Ok(key)
    }
}
