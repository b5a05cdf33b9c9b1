//! A live key from its one reveal to its end, and what is said of it.

use super::{at_keys, menu, prove};
use crate::browser::{Browser, Scripts};
use crate::keyway::{Keyway, folder};
use crate::owner::Owner;
use crate::shop::{call, refusal};

#[test]
fn a_live_key_is_revealed_once_noted_renamed_and_deleted() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Live mode");
    browser.click_text("Reveal live key");
    browser.until_text("dialog", "The key can be shown once");
    browser.click("dialog button.primary");
    prove(&browser, &owner);
    browser.until_text("dialog", "This is the only time that we can show it");
    let value = browser.text("dialog [data-value]");
    assert_eq!(call(&keyway, &value).status, 200);
    browser.click_text("Hide");
    assert!(!browser.text("dialog [data-value]").contains("sk_live_"));
    browser.click_text("Show");
    assert_eq!(browser.text("dialog [data-value]"), value);
    browser.fill("dialog #note", "Vault, folder payments");
    browser.click("dialog button.primary");
    browser.until_text(".notice", "Saved");
    browser.until_text("tbody", "Vault, folder payments");
    assert!(!browser.shows("a[href$='/reveal']"), "once is once");

    menu(&browser, "Secret key");
    browser.click_text("Edit key…");
    browser.fill("dialog #name", "Web shop");
    browser.fill("dialog #note", "Another vault");
    browser.click("dialog button.primary");
    browser.until_text("tbody", "Web shop");
    browser.until_text("tbody", "Another vault");

    menu(&browser, "Web shop");
    browser.click_text("Security history");
    browser.until_text(".differences", "Name");
    assert!(browser.text(".differences").contains("Secret key → Web shop"));
    browser.click_text("API keys");
    menu(&browser, "Web shop");
    browser.click_text("Delete key…");
    browser.click("dialog button.grave");
    browser.until_text(".notice", "The key was deleted");
    assert_eq!(refusal(&keyway, &value), "401 authentication_error api_key_deleted");
}
