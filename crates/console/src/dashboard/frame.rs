//! What stands around every page of somebody who has signed in: where they are, and where they can go.

use std::sync::Arc;

use keys::{Account, AccountId, Livemode, Mode, Place, Refusal};
use store::Whose;

use super::failure::Failure;
use super::visit::Visit;
use super::words::Words;
use crate::console::Shared;
use crate::control::ControlError;

/// The most accounts that the switcher lists.
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
    pub(super) place: Place,
    pub(super) account: Account,
    pub(super) accounts: Vec<AccountLine>,
    pub(super) modes: Vec<ModeLine>,
    /// Whether its reader has a role in the account, and not in a sandbox of it alone.
    pub(super) is_whole: bool,
    /// The address of this account and mode.
    pub(super) here: String,
    /// Which of the pages it is.
    pub(super) tab: Tab,
}

/// The pages of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// Where one begins.
    Home,
    /// The keys.
    Keys,
    /// What was asked for.
    History,
    /// The settings.
    Settings,
}

/// An account in the switcher.
pub(super) struct AccountLine {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) is_connected: bool,
    pub(super) is_here: bool,
}

/// A mode in the switcher.
pub(super) struct ModeLine {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) is_live: bool,
    pub(super) is_here: bool,
}

impl Frame {
    /// The frame of a place. Whoever has no role there is told that it does not exist.
    pub(super) async fn of(
        shared: &Arc<Shared>,
        visit: &Visit,
        place: Place,
        tab: Tab,
    ) -> Result<Self, Failure> {
        let (control, caller) = (&shared.control, visit.caller());
        let sandboxes = control.sandboxes(caller, place.account).await?;
        // Whoever knows of one of its sandboxes alone sees what is around it, and goes nowhere else.
        let unknown = Refusal::UnknownAccount(place.account);
        let (account, is_whole) = match control.account(caller, place.account).await {
            Err(ControlError::Refused(Refusal::UnknownAccount(_))) => (
                shared.store.account(place.account).await?.ok_or(ControlError::from(unknown))?,
                false,
            ),
            found => (found?, true),
        };
        let words = visit.words();
        let live = is_whole.then(|| ModeLine {
            name: words.frame.live.to_owned(),
            href: format!("/{}/live", account.id),
            is_live: true,
            is_here: place.mode == Mode::Live,
        });
        let there = sandboxes.iter().filter(|sandbox| sandbox.deleted_at.is_none());
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
        let all = control.accounts(caller, everywhere(), None, MOST).await?;
        Ok(Self {
            words,
            email: visit.person().user.email.to_string(),
            csrf: visit.token().as_str().to_owned(),
            place,
            accounts: tree(&all, place.account),
            modes,
            is_whole,
            tab,
            here: format!("/{}/{}", account.id, place.mode),
            account,
        })
    }

    /// Whether nothing here is real.
    pub(super) fn is_sandbox(&self) -> bool {
        self.place.mode.livemode() == Livemode::Test
    }

    /// The letter in the mark of the account.
    pub(super) fn initial(&self) -> String {
        self.account.name.chars().take(1).flat_map(char::to_uppercase).collect()
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
        format!("/{}/live", self.account.id)
    }
}

/// Each account, oldest first, with those connected to it right below.
fn tree(all: &[Account], here: AccountId) -> Vec<AccountLine> {
    let line = |account: &Account, is_connected| AccountLine {
        name: account.name.clone(),
        href: format!("/accounts/{}", account.id),
        is_connected,
        is_here: account.id == here,
    };
    let listed = |id: AccountId| all.iter().any(|account| account.id == id);
    let tops = all.iter().rev().filter(|account| !account.platform.is_some_and(listed));
    let mut lines = Vec::new();
    for top in tops {
        lines.push(line(top, false));
        let below = all.iter().rev().filter(|account| account.platform == Some(top.id));
        lines.extend(below.map(|account| line(account, true)));
    }
    lines
}
