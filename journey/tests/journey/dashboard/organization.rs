//! Keys of an organization, step by step.

use super::{menu, prove, sign_in};
use crate::browser::{Browser, Scripts};
use crate::keyway::{Keyway, folder};
use crate::owner::Owner;

/// Creates a key that reads balances, and gives its value.
fn create(browser: &Browser, owner: &Owner<'_>) -> String {
    browser.click_text("Create organization key");
    browser.fill("#name", "Books");
    browser.click("tr[data-resource~=balance] [name='own.balance'][value=read]");
    browser.until_text("[data-count]", "1");
    browser.click("form.fields .buttons button.primary");
    prove(browser, owner);
    browser.text("#panel [data-value]")
}

#[test]
fn an_organization_key_is_created_seen_once_rotated_and_deleted() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    sign_in(&browser, &keyway, &owner);
    browser.click(".switcher summary");
    browser.click(".switcher .menu > li:first-child > a");
    browser.until_text(".switcher-above", "Organization");
    browser.until_text("tbody tr.below", "Connected");
    browser.click_text("Live mode");
    browser.click_text("API keys");
    browser.until_text("h1", "Organization keys");

    let first = create(&browser, &owner);
    assert!(first.starts_with("sk_org_live_"));
    browser.fill("#note", "Vault, folder books");
    browser.click("#panel button.primary");
    browser.until_text("tbody", "Vault, folder books");
    let listed = browser.text("main");
    assert!(!listed.contains(&first) && !listed.contains("Reveal"));

    menu(&browser, "Books");
    browser.click_text("Rotate key…");
    browser.click("dialog button.primary");
    browser.fill("dialog #code", &owner.next_code());
    browser.click("dialog button.primary");
    let second = browser.text("dialog [data-value]");
    assert!(second.starts_with("sk_org_live_") && second != first);
    browser.click("dialog [data-copy]");
    browser.click("dialog .buttons a");
    browser.until_text("details.ended h2", "1");

    menu(&browser, "Books");
    browser.click_text("Delete key…");
    browser.click("dialog button.grave");
    browser.until_text(".notice", "deleted");
    browser.until_text("section .empty", "No organization keys yet.");
}
