//! The one list of pages: what is checked of one is checked of each, and pictures are of these.

/// A page, and how somebody comes to it. `{…}` in a path is a place of the [world](super::world).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    /// The end of the address that a link of that page leads to, which opens a dialog.
    pub(crate) link: Option<&'static str>,
    /// What is filled in there and sent, and what shows that the answer came.
    pub(crate) sent: Option<(&'static [(&'static str, &'static str)], &'static str)>,
    /// What is pressed there.
    pub(crate) pressed: Option<&'static str>,
    /// Whether pictures are taken of it.
    pub(crate) is_main: bool,
}

impl Page {
    const fn at(name: &'static str, path: &'static str) -> Self {
        Self { name, path, link: None, sent: None, pressed: None, is_main: false }
    }

    const fn dialog(name: &'static str, path: &'static str, link: &'static str) -> Self {
        Self { link: Some(link), ..Self::at(name, path) }
    }

    const fn sent(
        self,
        fields: &'static [(&'static str, &'static str)],
        awaited: &'static str,
    ) -> Self {
        Self { sent: Some((fields, awaited)), ..self }
    }

    const fn pressed(self, css: &'static str) -> Self {
        Self { pressed: Some(css), ..self }
    }

    const fn main(self) -> Self {
        Self { is_main: true, ..self }
    }
}

/// What strangers see.
pub(crate) const STRANGERS: &[Page] = &[
    Page::at("sign-in", "/signin").main(),
    Page::at("sign-in-refused", "/signin")
        .sent(&[("email", "nobody@example.com"), ("password", "wrong wrong wrong")], ".error"),
    Page::at("sign-up", "/signup"),
    Page::at("signed-up", "/signup").sent(&[("email", "new@example.com")], ".card h1"),
    Page::at("forgotten-password", "/forgot"),
    Page::at("confirm", "/confirm"),
    Page::at("reset-password", "/reset"),
    Page::at("invitation", "/invitation"),
    Page::at("missing", "/nowhere"),
    Page::at("outbox", "/outbox"),
];

/// The docs, which strangers and people who have signed in see.
pub(crate) const DOCS: &[Page] = &[
    Page::at("docs", "/docs").main(),
    Page::at("docs-authentication", "/docs/authentication"),
    Page::at("docs-keys", "/docs/keys"),
    Page::at("docs-permissions", "/docs/permissions"),
    Page::at("docs-organizations", "/docs/organizations"),
    Page::at("docs-sandboxes", "/docs/sandboxes"),
    Page::at("docs-rotation", "/docs/rotation"),
    Page::at("docs-ip-restrictions", "/docs/ip-restrictions"),
    Page::at("docs-errors", "/docs/errors"),
    Page::at("docs-error", "/docs/errors/api_key_expired"),
    Page::at("docs-missing", "/docs/errors/no_such_code"),
];

/// Keys, and what becomes of them.
pub(crate) const KEYS: &[Page] = &[
    Page::at("home", "{sandbox}").main(),
    Page::at("home-live", "{live}"),
    Page::at("home-account-menu", "{sandbox}").pressed(".switcher summary"),
    Page::at("home-person-menu", "{sandbox}").pressed(".you summary"),
    Page::at("keys", "{sandbox}/apikeys").main(),
    Page::at("keys-live", "{live}/apikeys").main(),
    Page::at("keys-few", "{staging}/apikeys"),
    Page::at("keys-long-names", "{long}/apikeys"),
    Page::at("home-long-names", "{long}"),
    Page::dialog("rotate-long-name", "{long}/apikeys", "{long-key}/rotate"),
    Page::at("keys-many", "{many}/apikeys"),
    Page::at("keys-ended", "{sandbox}/apikeys").pressed(".ended summary"),
    Page::at("keys-menu", "{sandbox}/apikeys").pressed("[id='{shop}'] .actions summary"),
    Page::dialog("create-secret", "{sandbox}/apikeys", "/create-secret"),
    Page::at("create-secret-page", "{sandbox}/apikeys/create-secret"),
    Page::dialog("value", "{staging}/apikeys", "/create-secret")
        .sent(&[("name", "Checkout")], "[data-value]")
        .main(),
    Page::dialog("proof", "{live}/apikeys", "/create-secret")
        .sent(&[("name", "Checkout")], "#code"),
    Page::at("create-restricted", "{sandbox}/apikeys/create").main(),
    Page::at(
        "prefilled",
        "{sandbox}/apikeys/create?name=Shop&permissions[]=charge_write&permissions[]=rocket_fly",
    ),
    Page::at("permissions", "{sandbox}/apikeys/{reader}/permissions"),
    Page::at("duplicate", "{sandbox}/apikeys/{reader}/duplicate"),
    Page::dialog("edit", "{sandbox}/apikeys", "{shop}/edit"),
    Page::dialog("rotate", "{sandbox}/apikeys", "{shop}/rotate").main(),
    Page::at("rotate-page", "{sandbox}/apikeys/{shop}/rotate"),
    Page::dialog("schedule", "{sandbox}/apikeys", "{shop}/schedule"),
    Page::dialog("schedule-present", "{sandbox}/apikeys", "{scheduled}/schedule"),
    Page::dialog("addresses", "{sandbox}/apikeys", "{shop}/restrict").main(),
    Page::dialog("addresses-none", "{sandbox}/apikeys", "{scheduled}/restrict"),
    Page::dialog("addresses-bulk", "{sandbox}/apikeys", "{shop}/restrict")
        .sent(&[("way", "bulk")], "#addresses"),
    Page::dialog("addresses-wrong", "{sandbox}/apikeys", "{scheduled}/restrict")
        .sent(&[("address", "100.10.38.7/24")], ".fault:not(:empty)"),
    Page::dialog("addresses-out", "{sandbox}/apikeys", "{scheduled}/restrict")
        .sent(&[("address", "100.10.38.0/24")], "[data-out]:not([hidden])"),
    Page::dialog("reveal-live", "{live}/apikeys", "/reveal"),
    Page::dialog("expire", "{sandbox}/apikeys", "{expiring}/expire"),
    Page::dialog("delete", "{sandbox}/apikeys", "{shop}/delete"),
    Page::at("history", "{sandbox}/history").main(),
    Page::at("history-narrow", "{sandbox}/history?kind=api_key.created&object={shop}"),
    Page::at("history-nothing", "{sandbox}/history?until=2001-01-01"),
    Page::at("nowhere", "{sandbox}/nowhere"),
];

/// The organization.
pub(crate) const ORGANIZATION: &[Page] = &[
    Page::at("organization", "{organization}").main(),
    Page::at("organization-live", "{organization-live}"),
    Page::at("organization-keys", "{organization}/apikeys"),
    Page::at("organization-keys-none", "{organization-live}/apikeys"),
    Page::at("organization-create", "{organization}/apikeys/create"),
    Page::dialog("organization-rotate", "{organization}/apikeys", "/rotate"),
    Page::at("organization-team", "{organization}/settings/team"),
    Page::at("organization-history", "{organization}/history"),
    Page::at("open-account", "/accounts"),
    Page::at("open-organization", "/organizations"),
];

/// The settings.
pub(crate) const SETTINGS: &[Page] = &[
    Page::at("profile", "{sandbox}/settings/profile").main(),
    Page::dialog("password", "{sandbox}/settings/profile", "/password"),
    Page::dialog("remove-app", "{sandbox}/settings/profile", "/authenticator/remove"),
    Page::dialog("phone", "{sandbox}/settings/profile", "/phone"),
    Page::dialog("end-others", "{sandbox}/settings/profile", "/sessions/others"),
    Page::dialog("end-session", "{sandbox}/settings/profile", "sessions/{session}"),
    Page::dialog("new-codes", "{sandbox}/settings/profile", "/authenticator/codes"),
    Page::at("security", "{sandbox}/settings/security"),
    Page::at("team", "{sandbox}/settings/team").main(),
    Page::dialog("invite", "{sandbox}/settings/team", "/invite"),
    Page::dialog("change-role", "{sandbox}/settings/team", "/role"),
    Page::dialog("remove-member", "{sandbox}/settings/team", "/remove"),
    Page::dialog("withdraw", "{sandbox}/settings/team", "{invitation}"),
    Page::at("account", "{sandbox}/settings/account"),
    Page::dialog("rename-account", "{sandbox}/settings/account", "/rename"),
    Page::dialog("version", "{sandbox}/settings/account", "/version"),
    Page::dialog("connect", "{sandbox}/settings/account", "/connect"),
    Page::dialog("delete-account", "{connected}/settings/account", "/delete"),
    Page::at("sandboxes", "{sandbox}/settings/sandboxes"),
    Page::at("sandboxes-long-names", "{long}/settings/sandboxes"),
    Page::dialog("create-sandbox", "{sandbox}/settings/sandboxes", "/create"),
    Page::dialog("rename-sandbox", "{sandbox}/settings/sandboxes", "/rename"),
    Page::dialog("delete-sandbox", "{sandbox}/settings/sandboxes", "/delete"),
    Page::at("notifications", "{sandbox}/settings/notifications"),
];
