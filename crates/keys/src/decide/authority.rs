//! How much somebody may hand out. Nobody can give more than they have, by no chain of commands.

use crate::{Change, Grants, Home, IpRestriction, Key, Kind, Permissions, Refusal};

/// How much the one who asks may hand out: what they may do themselves, and from where they may do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    powers: Powers,
    organizations: Organizations,
    from: IpRestriction,
}

/// What may be done.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Powers {
    Everything,
    Only(Grants),
}

/// Of which organizations keys may be handed out, with what may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Organizations {
    Every,
    /// Of one, and one side of it.
    Only(Home),
    None,
}

impl Authority {
    /// Whatever there is: that of a member whose role has the right, and of the system.
    #[must_use]
    pub fn everything() -> Self {
        let (powers, organizations) = (Powers::Everything, Organizations::Every);
        Self { powers, organizations, from: IpRestriction::Anywhere }
    }

    /// Nothing: that of somebody who has not signed in.
    #[must_use]
    pub fn nothing() -> Self {
        let (powers, organizations) = (Powers::Only(Grants::none()), Organizations::None);
        Self { powers, organizations, from: IpRestriction::Anywhere }
    }

    /// That of a program that sends a key: what the key may do, from where it may do it. The key acts
    /// where it lives: an organization's on that organization, so that it hands out keys of it.
    #[must_use]
    pub fn of_key(key: &Key) -> Self {
        let powers = match key.kind {
            Kind::Secret => Powers::Everything,
            Kind::Restricted | Kind::Organization => Powers::Only(key.grants.clone()),
            Kind::Publishable => Powers::Only(Grants::none()),
        };
        let organizations = match key.home {
            Home::Account(_) => Organizations::None,
            Home::Organization { .. } => Organizations::Only(key.home),
        };
        Self { powers, organizations, from: key.restriction.clone() }
    }

    /// The same where the key acts on a single account: it hands out keys of that one alone, which reach
    /// less far than those of an organization.
    #[must_use]
    pub fn on_one_account(self) -> Self {
        Self { organizations: Organizations::None, ..self }
    }

    /// The same where the key acts on an account by way of the one that this is connected to: what it
    /// holds for connected accounts is what may be handed out there, and for accounts that would be
    /// connected to that one it holds nothing.
    #[must_use]
    pub fn on_connected_account(self) -> Self {
        let powers = match self.powers {
            Powers::Everything => Powers::Everything,
            Powers::Only(Grants { connect, .. }) => {
                Powers::Only(Grants { own: connect, connect: Permissions::none() })
            }
        };
        Self { powers, ..self }.on_one_account()
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

    /// Whether a key of that organization may be handed out that holds these grants. It reaches every
    /// account of it: what somebody may do in one of them, be it everything, is less.
    pub(super) fn over_organization(&self, home: Home, grants: &Grants) -> Result<(), Refusal> {
        match self.organizations {
            Organizations::Every => self.over(grants),
            Organizations::Only(own) if own == home => self.over(grants),
            Organizations::Only(_) | Organizations::None => Err(Refusal::MoreThanOwn),
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
            Kind::Secret => self.over_secret()?,
            Kind::Restricted => self.over(&key.grants)?,
            Kind::Organization => self.over_organization(key.home, &key.grants)?,
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
