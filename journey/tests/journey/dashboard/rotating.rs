//! Rotations, as the dialogs have them.

use super::{at_keys, create, menu};
use crate::browser::{Browser, Scripts};
use crate::keyway::{Keyway, folder};
use crate::owner::Owner;
use crate::shop::{call, refusal};

/// Fills in a moment so many hours ahead, as the reader's clock has it.
fn fill_ahead(browser: &Browser, field: &str, hours: u32) {
    browser.run(&format!(
        "const at = new Date(Date.now() + {hours} * 3600000); \
         at.setMinutes(at.getMinutes() - at.getTimezoneOffset()); \
         document.querySelector('{field}').value = at.toISOString().slice(0, 16);"
    ));
}

/// How many hours ahead the moment of an element is, rounded.
fn hours_ahead(browser: &Browser, css: &str) -> i64 {
    let hours = browser.run(&format!(
        "return Math.round((new Date(document.querySelector('{css}').dateTime) - Date.now()) / 3600000);"
    ));
    hours.as_i64().unwrap()
}

#[test]
fn a_key_is_rotated_now_and_at_a_time_of_ones_own() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open_in(&keyway, Scripts::On, "Asia/Kolkata") else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Sandbox");
    let first = create(&browser, "Till");
    menu(&browser, "Till");
    browser.click_text("Rotate key…");
    browser.click_text("Now");
    assert!(!browser.shows("dialog #at"), "a time is asked for where one is chosen");
    browser.click("dialog button.primary");
    let second = browser.text("dialog [data-value]");
    browser.click("dialog .buttons a");
    browser.until_text(".ended .count", "1");
    assert_eq!(refusal(&keyway, &first), "401 authentication_error api_key_deleted");
    assert_eq!(call(&keyway, &second).status, 200);

    let third = create(&browser, "Shop");
    menu(&browser, "Shop");
    browser.click_text("Rotate key…");
    browser.click_text("At a time of your own");
    browser.until_text("dialog label", "Asia/");
    fill_ahead(&browser, "dialog #at", 48);
    browser.click("dialog button.primary");
    let fourth = browser.text("dialog [data-value]");
    browser.click("dialog .buttons a");
    browser.until_text("tbody", "Expires in 1 day 23 hours");
    assert_eq!(hours_ahead(&browser, "time[data-left]"), 48);
    assert_eq!((call(&keyway, &third).status, call(&keyway, &fourth).status), (200, 200));
}

#[test]
fn a_rotation_is_scheduled_shown_moved_and_cancelled() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open_in(&keyway, Scripts::On, "America/St_Johns") else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Sandbox");
    create(&browser, "Till");
    let dialog = || {
        menu(&browser, "Till");
        browser.click_text("Schedule rotation…");
        browser.until_text("dialog h1", "Schedule rotation");
    };
    dialog();
    browser.until_text("dialog label", "America/St_Johns");
    fill_ahead(&browser, "dialog #when", 24);
    browser.fill("dialog #every", "30");
    browser.click("dialog option[value='3d']");
    browser.click("dialog button.primary");
    browser.until_text(".notice", "The rotation is scheduled");
    browser.until_text("tbody", "Rotates");

    dialog();
    browser.until_text("dialog .present", "then every 30 days");
    assert_eq!(hours_ahead(&browser, "dialog .present time"), 24);
    assert_eq!(browser.value("dialog #grace"), "3d");
    // What is not touched is sent as it was.
    browser.click("dialog form.fields button.primary");
    browser.until_text(".notice", "The rotation is scheduled");
    dialog();
    assert_eq!(hours_ahead(&browser, "dialog .present time"), 24);
    browser.click_text("Take schedule back");
    browser.until_text(".notice", "taken back");
    dialog();
    assert!(!browser.shows("dialog .present"));
}
