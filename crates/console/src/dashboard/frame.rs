//! What stands around every page of somebody who has signed in: where they are, and where they can go.

mod switcher;

use std::ops::Deref;
use std::sync::Arc;

use keys::{Account, Home, Livemode, Mode, Organization, OrganizationId, Place, Refusal};
use store::Whose;

use self::switcher::{Branch, above, tree};
use super::failure::Failure;
use super::place::path;
use super::visit::Visit;
use super::words::Words;
use crate::console::Shared;
use crate::control::ControlError;

/// The most accounts, and the most organizations, that the switcher lists.
pub(super) const MOST: u16 = 100;

/// All that somebody has a role in.
pub(super) fn everywhere() -> Whose {
    Whose::default()
}

/// The frame of one page.
pub(super) struct Frame {
    pub(super) words: &'static Words,
    pub(super) email: String,
    pub(super) csrf: String,
    pub(super) home: Home,
    /// Whose pages these are.
    pub(super) owner: Owner,
    pub(super) switcher: Vec<Branch>,
    pub(super) modes: Vec<ModeLine>,
    /// Whether its reader has a role in the account, and not in a sandbox of it alone.
    pub(super) is_whole: bool,
    /// The address of this account and mode, or of this side of the organization.
    pub(super) here: String,
    /// Which of the pages it is.
    pub(super) tab: Tab,
}

/// Whose pages they are.
pub(super) enum Owner {
    Account(Account),
    Organization(Organization),
}

/// The frame of a page that organizations have none of.
pub(super) struct AccountFrame {
    frame: Frame,
    pub(super) account: Account,
}

/// The pages of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// Where one begins; in an organization, its accounts.
    Home,
    /// The keys.
    Keys,
    /// What was asked for.
    History,
    /// The settings.
    Settings,
}

/// A mode of an account, or a side of an organization.
pub(super) struct ModeLine {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) is_live: bool,
    pub(super) is_here: bool,
}

impl Frame {
    /// The frame of an address. Whoever has no role there is told that it does not exist.
    pub(super) async fn of(
        shared: &Arc<Shared>,
        visit: &Visit,
        home: Home,
        tab: Tab,
    ) -> Result<Self, Failure> {
        match home {
            Home::Account(place) => Ok(AccountFrame::of(shared, visit, place, tab).await?.frame),
            Home::Organization { id, livemode } => {
                Self::of_organization(shared, visit, (id, livemode), tab).await
            }
        }
    }

    /// A role in an account of it is none in the organization.
    async fn of_organization(
        shared: &Arc<Shared>,
        visit: &Visit,
        (id, livemode): (OrganizationId, Livemode),
        tab: Tab,
    ) -> Result<Self, Failure> {
        let organization = shared.control.organization(visit.caller(), id).await?;
        let texts = &visit.words().frame;
        let side = |side, name: &str| ModeLine {
            name: name.to_owned(),
            href: path(Home::Organization { id, livemode: side }),
            is_live: side == Livemode::Live,
            is_here: side == livemode,
        };
        let modes = vec![side(Livemode::Live, texts.live), side(Livemode::Test, texts.sandboxes)];
        let home = Home::Organization { id, livemode };
        Self::around(shared, visit, (home, Owner::Organization(organization)), (modes, tab)).await
    }

    async fn around(
        shared: &Shared,
        visit: &Visit,
        (home, owner): (Home, Owner),
        (modes, tab): (Vec<ModeLine>, Tab),
    ) -> Result<Self, Failure> {
        let (control, caller) = (&shared.control, visit.caller());
        let organizations = control.organizations(caller, None, MOST).await?;
        let mut accounts = control.accounts(caller, everywhere(), None, MOST).await?;
        if let Owner::Account(account) = &owner
            && !accounts.iter().any(|listed| listed.id == account.id)
        {
            accounts.push(account.clone());
        }
        Ok(Self {
            words: visit.words(),
            email: visit.person().user.email.to_string(),
            csrf: visit.token().as_str().to_owned(),
            switcher: tree(&organizations, &accounts, home),
            home,
            owner,
            modes,
            is_whole: true,
            here: path(home),
            tab,
        })
    }

    /// What the account or organization is called.
    pub(super) fn name(&self) -> &str {
        match &self.owner {
            Owner::Account(account) => &account.name,
            Owner::Organization(organization) => &organization.name,
        }
    }

    /// What it belongs to, the highest first; or that it is an organization.
    pub(super) fn above(&self) -> String {
        if self.is_organization() {
            return self.words.frame.organization.to_owned();
        }
        above(&self.switcher).unwrap_or_default().join(" / ")
    }

    /// Whether it is about an organization, and not about one of its accounts.
    pub(super) fn is_organization(&self) -> bool {
        matches!(self.owner, Owner::Organization(_))
    }

    /// Whether nothing here is real.
    pub(super) fn is_sandbox(&self) -> bool {
        self.home.livemode() == Livemode::Test
    }

    /// In which sandbox its reader is, for the banner that says so.
    pub(super) fn sandbox_title(&self) -> String {
        let texts = &self.words.frame;
        if self.is_organization() {
            texts.sandboxes.to_owned()
        } else if self.mode_name() == texts.sandbox {
            texts.sandbox.to_owned()
        } else {
            format!("{}: {}", texts.sandbox, self.mode_name())
        }
    }

    /// What that means.
    pub(super) fn sandbox_text(&self) -> &'static str {
        let texts = &self.words.frame;
        if self.is_organization() { texts.sandboxes_text } else { texts.sandbox_text }
    }

    /// The letter in the mark of the account or organization.
    pub(super) fn initial(&self) -> String {
        self.name().chars().take(1).flat_map(char::to_uppercase).collect()
    }

    /// What this mode is called.
    pub(super) fn mode_name(&self) -> &str {
        self.modes.iter().find(|mode| mode.is_here).map_or("", |mode| &mode.name)
    }

    /// Whether this is that page.
    pub(super) fn is_at(&self, tab: Tab) -> bool {
        self.tab == tab
    }

    /// The same page in live mode.
    pub(super) fn live_path(&self) -> String {
        format!("/{}/live", self.home.owner())
    }
}

impl AccountFrame {
    /// The frame of an account and mode.
    pub(super) async fn of(
        shared: &Arc<Shared>,
        visit: &Visit,
        place: Place,
        tab: Tab,
    ) -> Result<Self, Failure> {
        let (control, caller) = (&shared.control, visit.caller());
        let sandboxes = control.sandboxes(caller, place.account).await?;
        // Whoever knows of one of its sandboxes alone sees what is around it, and goes nowhere else.
        let (account, is_whole) = match control.account(caller, place.account).await {
            Err(ControlError::Refused(Refusal::UnknownAccount(_))) => {
                (control.listed_account(caller, place.account).await?, false)
            }
            found => (found?, true),
        };
        let live = is_whole.then(|| ModeLine {
            name: visit.words().frame.live.to_owned(),
            href: format!("/{}/live", account.id),
            is_live: true,
            is_here: place.mode == Mode::Live,
        });
        // The one that the account was born with comes first.
        let there = sandboxes.iter().rev().filter(|sandbox| sandbox.deleted_at.is_none());
        let there = there.map(|sandbox| ModeLine {
            name: sandbox.name.clone(),
            href: format!("/{}/{}", account.id, sandbox.id),
            is_live: false,
            is_here: place.mode == Mode::Sandbox(sandbox.id),
        });
        let modes: Vec<ModeLine> = live.into_iter().chain(there).collect();
        if !modes.iter().any(|mode| mode.is_here) {
            return Err(ControlError::Refused(Refusal::UnknownSandbox).into());
        }
        let owner = (Home::Account(place), Owner::Account(account.clone()));
        let frame = Frame::around(shared, visit, owner, (modes, tab)).await?;
        Ok(Self { frame: Frame { is_whole, ..frame }, account })
    }
}

/// It is a frame, of which more is known.
impl Deref for AccountFrame {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.frame
    }
}
