//! Where keys live: in one mode of an account, or in an organization that has accounts.

use crate::{Kind, Livemode, OrganizationId, Place};

/// Where a key lives, and thereby whose it is and how far it can reach at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Home {
    /// In an account and one of its modes.
    Account(Place),
    /// In an organization. It is no account's: each request says on which of them it acts.
    Organization {
        /// The organization.
        id: OrganizationId,
        /// Whether it reaches the live side of the accounts, or their sandboxes.
        livemode: Livemode,
    },
}

impl Home {
    /// Which key texts belong there.
    #[must_use]
    pub fn livemode(self) -> Livemode {
        match self {
            Self::Account(place) => place.mode.livemode(),
            Self::Organization { livemode, .. } => livemode,
        }
    }

    /// The account and mode; a key of an organization has none.
    #[must_use]
    pub fn place(self) -> Option<Place> {
        match self {
            Self::Account(place) => Some(place),
            Self::Organization { .. } => None,
        }
    }

    /// The organization, if it is one; that of an account is not meant.
    #[must_use]
    pub fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::Account(_) => None,
            Self::Organization { id, .. } => Some(id),
        }
    }

    /// Whether keys of that kind live there: those of the kind that is called so in organizations,
    /// and all others in accounts.
    #[must_use]
    pub fn houses(self, kind: Kind) -> bool {
        match (self, kind) {
            (Self::Account(_), Kind::Publishable | Kind::Secret | Kind::Restricted)
            | (Self::Organization { .. }, Kind::Organization) => true,
            (Self::Account(_), Kind::Organization)
            | (Self::Organization { .. }, Kind::Publishable | Kind::Secret | Kind::Restricted) => {
                false
            }
        }
    }

    /// The id of whose it is.
    #[must_use]
    pub fn owner(self) -> String {
        match self {
            Self::Account(Place { account, .. }) => account.to_string(),
            Self::Organization { id, .. } => id.to_string(),
        }
    }

    /// Which side of it is meant, in one word: `live`, the id of a sandbox, or `test` for the
    /// sandboxes that a key of an organization reaches.
    #[must_use]
    pub fn side(self) -> String {
        match self {
            Self::Account(Place { mode, .. }) => mode.to_string(),
            Self::Organization { livemode, .. } => livemode.as_str().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mode;

    const KINDS: [Kind; 4] =
        [Kind::Publishable, Kind::Secret, Kind::Restricted, Kind::Organization];

    fn account(mode: Mode) -> Home {
        Home::Account(Place { account: "acct_0123456789abcdef".parse().unwrap(), mode })
    }

    fn organization(livemode: Livemode) -> Home {
        Home::Organization { id: "org_0123456789abcdefghijklm".parse().unwrap(), livemode }
    }

    #[test]
    fn an_organization_s_key_has_no_account_and_an_account_s_key_no_organization() {
        let home = organization(Livemode::Test);
        assert_eq!(home.place(), None);
        assert_eq!(
            (home.owner().as_str(), home.side().as_str()),
            ("org_0123456789abcdefghijklm", "test")
        );
        let home = account("sbx_0123456789abcdef".parse().unwrap());
        assert_eq!(home.organization(), None);
        assert_eq!(
            (home.owner().as_str(), home.side().as_str()),
            ("acct_0123456789abcdef", "sbx_0123456789abcdef")
        );
    }

    #[test]
    fn organization_keys_live_in_organizations_and_all_others_in_accounts() {
        let housed = |home: Home| KINDS.map(|kind| home.houses(kind));
        assert_eq!(housed(account(Mode::Live)), [true, true, true, false]);
        assert_eq!(housed(organization(Livemode::Live)), [false, false, false, true]);
    }
}
