//! How much somebody may hand out. Nobody can give more than they have, by no chain of commands.

use crate::{Change, Grants, IpRestriction, Key, Kind, Refusal};

/// How much the one who asks may hand out: what they may do themselves, and from where they may do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    powers: Powers,
    from: IpRestriction,
}

/// What may be done.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Powers {
    Everything,
    Only(Grants),
}

impl Authority {
    /// Whatever there is: that of a member whose role has the right, and of the system.
    #[must_use]
    pub fn everything() -> Self {
        Self { powers: Powers::Everything, from: IpRestriction::Anywhere }
    }

    /// Nothing: that of somebody who has not signed in.
    #[must_use]
    pub fn nothing() -> Self {
        Self { powers: Powers::Only(Grants::none()), from: IpRestriction::Anywhere }
    }

    /// That of a program that sends a key: what the key may do, from where it may do it.
    #[must_use]
    pub fn of_key(key: &Key) -> Self {
        let powers = match key.kind {
            Kind::Secret => Powers::Everything,
            Kind::Restricted | Kind::Organization => Powers::Only(key.grants.clone()),
            Kind::Publishable => Powers::Only(Grants::none()),
        };
        Self { powers, from: key.restriction.clone() }
    }

    /// Whether all may be handed out that a secret key may do, be it from some addresses alone.
    #[must_use]
    pub fn has_every_permission(&self) -> bool {
        self.powers == Powers::Everything
    }

    /// Whether everything may be handed out, as to whatever is born with secret keys.
    pub(super) fn over_everything(&self) -> Result<(), Refusal> {
        self.over_secret()?;
        self.over_addresses(&IpRestriction::Anywhere)
    }

    /// Whether a secret key may be handed out.
    pub(super) fn over_secret(&self) -> Result<(), Refusal> {
        if self.has_every_permission() { Ok(()) } else { Err(Refusal::MoreThanOwn) }
    }

    /// Whether these grants may be handed out.
    pub(super) fn over(&self, grants: &Grants) -> Result<(), Refusal> {
        match &self.powers {
            Powers::Everything => Ok(()),
            Powers::Only(own) if grants.is_within(own) => Ok(()),
            Powers::Only(_) => Err(Refusal::MoreThanOwn),
        }
    }

    /// Whether a key may be handed out that can be used from there.
    pub(super) fn over_addresses(&self, restriction: &IpRestriction) -> Result<(), Refusal> {
        if restriction.is_within(&self.from) { Ok(()) } else { Err(Refusal::MoreThanOwn) }
    }

    /// Whether what a key may do may be handed out. A publishable key is in everybody's hands.
    pub(super) fn over_key<'k>(&self, key: &'k Key) -> Result<&'k Key, Refusal> {
        match key.kind {
            Kind::Publishable => return Ok(key),
            Kind::Secret | Kind::Organization => self.over_secret()?,
            Kind::Restricted => self.over(&key.grants)?,
        }
        self.over_addresses(&key.restriction)?;
        Ok(key)
    }

    /// The same changes, with new keys that can be used from where the one who asks may be, and from
    /// nowhere else.
    pub(super) fn confine(&self, mut changes: Vec<Change>) -> Vec<Change> {
        for change in &mut changes {
            if let Change::KeyMade(minted) = change {
                minted.key.restriction = self.from.clone();
            }
        }
        changes
    }
}
