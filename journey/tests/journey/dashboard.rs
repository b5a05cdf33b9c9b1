//! The dashboard in a real browser.

use thirtyfour::Key;

use crate::browser::{Browser, Scripts};
use crate::keyway::{Keyway, folder};
use crate::owner::Owner;
use crate::shop::{call, refusal};

/// Signs the owner in, by a code of their app.
fn sign_in(browser: &Browser, keyway: &Keyway, owner: &Owner<'_>) {
    let told = |name: &str| keyway.world["owner"][name].as_str().unwrap();
    browser.go("/");
    browser.fill("#email", told("email"));
    browser.fill("#password", told("password"));
    browser.click("form button");
    browser.fill("#password", told("password"));
    browser.fill("#code", &owner.next_code());
    browser.click("form button");
    browser.until_text("h2", "Your first call");
}

/// The menu of a key, by its name.
fn menu(browser: &Browser, name: &str) {
    browser.click(&format!("summary[aria-label='Actions: {name}']"));
}

#[test]
fn somebody_makes_a_first_call_within_a_few_clicks() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    sign_in(&browser, &keyway, &owner);
    browser.click_text("Reveal test key");
    browser.until_text("button", "Hide test key");
    let line = browser.text("[data-value]");
    let (_, value) = line.split_once(" -u ").unwrap();
    assert_eq!(call(&keyway, value.trim_end_matches(':')).status, 200);
    browser.click_text("Hide test key");
    browser.until_text("[data-value]", "…");
}

#[test]
fn a_live_key_is_created_used_rotated_and_deleted() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    sign_in(&browser, &keyway, &owner);
    browser.click_text("Live mode");
    browser.until_path("/live");
    browser.click_text("API keys");
    browser.click_text("Create secret key");
    browser.fill("dialog #name", "Web shop");
    browser.click("dialog button.primary");
    browser.fill("dialog #code", &owner.next_code());
    browser.click("dialog button.primary");
    let first = browser.text("dialog [data-value]");
    assert_eq!(call(&keyway, &first).status, 200);
    browser.fill("dialog #note", "Vault, folder payments");
    browser.click("dialog button.primary");
    browser.until_text(".notice", "Saved");
    browser.until_text("tbody", "Vault, folder payments");

    menu(&browser, "Web shop");
    browser.click_text("Rotate key…");
    browser.click_text("In 1 hour");
    browser.click("dialog button.primary");
    browser.fill("dialog #code", &owner.next_code());
    browser.click("dialog button.primary");
    let second = browser.text("dialog [data-value]");
    assert_eq!((call(&keyway, &first).status, call(&keyway, &second).status), (200, 200));
    browser.click("dialog .buttons a");
    browser.until_text("tbody", "Expires in");

    menu(&browser, "Web shop");
    browser.click_text("Expire now…");
    browser.click("dialog button.grave");
    browser.until_text(".notice", "expired");
    assert_eq!(refusal(&keyway, &first), "401 authentication_error api_key_expired");
    assert_eq!(call(&keyway, &second).status, 200);
}

#[test]
fn a_test_key_is_limited_renamed_and_deleted_without_a_script() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::Off) else { return };
    let owner = Owner::sign_in(&keyway);
    sign_in(&browser, &keyway, &owner);
    browser.click_text("API keys");
    browser.click_text("Create secret key");
    browser.fill("#name", "Old script");
    browser.click("form.fields button");
    let value = browser.text("[data-value]");
    browser.click_text("Done");

    menu(&browser, "Old script");
    browser.click_text("Manage IP restrictions…");
    browser.fill("#addresses", "100.10.38.0/24, 100.10.39.255");
    browser.click("form.fields button");
    browser.until_text(".address", "100.10.38.0/24");
    assert_eq!(refusal(&keyway, &value), "403 invalid_request_error ip_not_allowed");

    menu(&browser, "Old script");
    browser.click_text("Manage IP restrictions…");
    browser.fill("#addresses", "0.0.0.0/33");
    browser.click("form.fields button");
    browser.until_text("[role=alert]", "0.0.0.0/33");
    browser.click_text("Cancel");

    menu(&browser, "Old script");
    browser.click_text("Edit key…");
    browser.fill("#name", "Older script");
    browser.click("form.fields button");
    menu(&browser, "Older script");
    browser.click_text("Delete key…");
    browser.click("form.fields button");
    browser.until_text(".notice", "deleted");
    assert_eq!(refusal(&keyway, &value), "401 authentication_error api_key_deleted");
}

#[test]
fn a_test_key_is_created_and_deleted_without_a_mouse() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    sign_in(&browser, &keyway, &owner);
    let reach = |name: &str| {
        let tabs = (0..60).find(|_| {
            browser.press(Key::Tab + "");
            browser.focused().trim() == name
        });
        assert!(tabs.is_some(), "`{name}` cannot be reached");
    };
    reach("API keys");
    browser.press(Key::Enter + "");
    browser.until_text("h1", "API keys");
    reach("Create secret key");
    browser.press(Key::Enter + "");
    browser.until_text("dialog h1", "Create secret key");
    browser.press("Typed");
    browser.press(Key::Enter + "");
    let value = browser.text("dialog [data-value]");
    assert_eq!(call(&keyway, &value).status, 200);
    reach("Done");
    browser.press(Key::Enter + "");
    browser.until_text("tbody", "Typed");
    reach("Actions: Typed");
    browser.press(Key::Enter + "");
    reach("Delete key…");
    browser.press(Key::Enter + "");
    browser.until_text("dialog h1", "Delete key");
    reach("Delete key");
    browser.press(Key::Enter + "");
    browser.until_text(".notice", "deleted");
    assert_eq!(refusal(&keyway, &value), "401 authentication_error api_key_deleted");
    assert!(browser.path().ends_with("/apikeys"));
}
