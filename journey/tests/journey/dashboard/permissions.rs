//! Restricted keys: how they are made, copied and changed.

use super::{at_keys, menu, prove};
use crate::browser::{Browser, Scripts};
use crate::keyway::{Keyway, folder};
use crate::owner::Owner;

#[test]
fn a_live_restricted_key_is_created_duplicated_and_changed() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Live mode");
    browser.click_text("Create restricted key");
    browser.fill("#name", "Reader");
    browser.click_text("Read everything");
    assert_eq!(browser.text("[data-count]"), "35");
    assert_eq!(browser.value("#name"), "Reader", "nothing that was filled in is lost");
    browser.click_text("Nothing");
    browser.fill("[data-search]", "custo");
    assert!(browser.shows("[name='own.customer']") && !browser.shows("[name='own.charge']"));
    browser.click("[name='own.customer'][value=read]");
    assert_eq!(browser.text("[data-count]"), "1");
    browser.click("form button.primary");
    prove(&browser, &owner);
    let first = browser.text("[data-value]");
    assert!(first.starts_with("rk_live_"));
    browser.fill("#note", "Vault");
    browser.click("#panel button.primary");
    browser.until_text(".notice", "Saved");

    menu(&browser, "Reader");
    browser.click_text("Duplicate key…");
    assert_eq!(browser.value("#name"), "Reader");
    browser.fill("#name", "Second reader");
    browser.click("form button.primary");
    prove(&browser, &owner);
    let second = browser.text("[data-value]");
    assert!(second.starts_with("rk_live_") && second != first);
    browser.click_text("Done");

    menu(&browser, "Second reader");
    browser.click_text("Edit permissions…");
    assert_eq!(browser.text("[data-count]"), "1");
    browser.click("button[aria-label='Terminal: Write']");
    assert_eq!(browser.text("[data-count]"), "3");
    browser.click("form button.primary");
    prove(&browser, &owner);
    browser.until_text(".notice", "The permissions hold");
}

#[test]
fn a_form_is_made_a_link_and_a_link_a_form() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Sandbox");
    browser.click_text("Create restricted key");
    browser.fill("#name", "Web shop");
    browser.click("[name='own.charge'][value=write]");
    browser.click("[name='connect.payout'][value=read]");
    browser.click("[data-link]");
    browser.until_text("[data-link]", "Copied");
    browser.fill("#name", "");
    browser.press(thirtyfour::Key::Control + "v");
    let link = browser.value("#name");
    let path = link.strip_prefix(keyway.console()).unwrap();
    assert_eq!(
        path,
        "/test/apikeys/create?name=Web%20shop&permissions[]=charge_write&connect_permissions[]=payout_read"
    );
    browser.go(&format!("{path}&permissions[]=rocket_fly"));
    assert_eq!(browser.value("#name"), "Web shop");
    assert_eq!(browser.text("[data-count]"), "2");
    browser.until_text("[role=status]", "rocket_fly");
}
