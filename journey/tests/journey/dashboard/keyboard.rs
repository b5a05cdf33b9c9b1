//! Without a mouse.

use thirtyfour::Key;

use super::{at_keys, menu, sign_in};
use crate::browser::{Browser, Scripts};
use crate::keyway::{Keyway, folder};
use crate::owner::Owner;
use crate::shop::{call, refusal};

#[test]
fn a_test_key_is_created_copied_used_rotated_and_deleted_without_a_mouse() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    sign_in(&browser, &keyway, &owner);
    let enter = || browser.press(Key::Enter + "");
    let reach = |name: &str| {
        let tabs = (0..60).find(|_| {
            browser.press(Key::Tab + "");
            browser.focused().trim() == name
        });
        assert!(tabs.is_some(), "`{name}` cannot be reached");
    };
    reach("API keys");
    enter();
    browser.until_text("h1", "API keys");
    reach("Create secret key");
    enter();
    browser.until_text("dialog h1", "Create secret key");
    browser.press("Typed");
    enter();
    let value = browser.text("dialog [data-value]");
    reach("Copy");
    enter();
    browser.until_text("dialog [data-copy]", "Copied");
    reach("Hide");
    browser.press(Key::Tab + "");
    browser.press(Key::Control + "v");
    assert_eq!(browser.value("dialog #note"), value);
    assert_eq!(call(&keyway, &value).status, 200);
    reach("Done");
    enter();
    browser.until_text("tbody", "Typed");

    reach("Actions: Typed");
    enter();
    reach("Rotate key…");
    enter();
    browser.until_text("dialog h1", "Rotate key");
    // The arrows choose among the times.
    browser.press(Key::Down + "");
    reach("Rotate key");
    enter();
    let second = browser.text("dialog [data-value]");
    reach("Done");
    enter();
    browser.until_text("tbody", "Expires in");
    assert_eq!((call(&keyway, &value).status, call(&keyway, &second).status), (200, 200));

    reach("Actions: Typed");
    enter();
    reach("Delete key…");
    enter();
    browser.until_text("dialog h1", "Delete key");
    reach("Delete key");
    enter();
    browser.until_text(".notice", "deleted");
    assert_eq!(refusal(&keyway, &value), "401 authentication_error api_key_deleted");
    assert!(browser.path().ends_with("/apikeys"));
}

#[test]
fn the_focus_goes_past_the_frame_into_a_dialog_and_back_to_where_it_was_opened() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Sandbox");
    browser.go(&browser.path());
    browser.press(Key::Tab + "");
    assert_eq!(browser.focused(), "Skip to content");
    browser.press(Key::Enter + "");
    browser.press(Key::Tab + "");
    assert_eq!(browser.focused(), "Create secret key");
    menu(&browser, "Secret key");
    browser.click_text("Manage IP restrictions…");
    browser.text("dialog h1");
    // Not on the ways to edit the list, but in its first entry.
    assert_eq!(browser.focused(), "Address 1");
    browser.press(Key::Escape + "");
    browser.until_gone("dialog");
    assert_eq!(browser.focused(), "Actions: Secret key");
}
