//! What the script keeps people from.

use thirtyfour::Key;

use super::{at_keys, sign_in};
use crate::browser::{Browser, Scripts};
use crate::keyway::{Keyway, folder};
use crate::owner::Owner;
use crate::shop::call;

/// How many keys of that name are in the lists.
fn named(browser: &Browser, name: &str) -> u64 {
    let count = format!(
        "return [...document.querySelectorAll('.name')].filter((e) => e.textContent === '{name}').length;"
    );
    browser.run(&count).as_u64().unwrap()
}

#[test]
fn what_is_sent_twice_in_a_hurry_is_done_once() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Sandbox");
    browser.click_text("Create secret key");
    browser.fill("dialog #name", "Pressed twice");
    browser.run("const b = document.querySelector('dialog button.primary'); b.click(); b.click();");
    browser.text("dialog [data-value]");
    browser.click_text("Done");
    browser.until_text("tbody", "Pressed twice");
    assert_eq!(named(&browser, "Pressed twice"), 1);

    browser.click_text("Create restricted key");
    browser.fill("#name", "Sent twice");
    browser.run("const b = document.querySelector('form button.primary'); b.click(); b.click();");
    browser.text("[data-value]");
    browser.click_text("Done");
    browser.until_text("tbody", "Sent twice");
    assert_eq!(named(&browser, "Sent twice"), 1);
}

#[test]
fn escape_loses_no_value_that_is_shown_once_and_was_not_copied() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Live mode");
    browser.click_text("Create secret key");
    browser.fill("dialog #name", "Once");
    browser.click("dialog button.primary");
    super::prove(&browser, &owner);
    let value = browser.text("dialog [data-value]");
    browser.press(Key::Escape + "");
    browser.press(Key::Escape + "");
    assert_eq!(browser.text("dialog [data-value]"), value);
    browser.click("dialog [data-copy]");
    browser.until_text("dialog [data-copy]", "Copied");
    browser.press(Key::Escape + "");
    browser.until_text("tbody", "Once");
    assert!(!browser.shows("dialog"));
}

#[test]
fn enter_in_the_search_creates_no_key() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Sandbox");
    browser.click_text("Create restricted key");
    browser.fill("#name", "Too early");
    browser.fill("[data-search]", "rocket");
    browser.press(Key::Enter + "");
    browser.until_text("[data-nothing]", "No resource of that name");
    browser.click_text("Cancel");
    browser.until_text("h1", "API keys");
    assert_eq!(named(&browser, "Too early"), 0);
}

#[test]
fn enter_in_an_address_saves_it_and_removes_none() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Sandbox");
    super::create(&browser, "Till");
    super::menu(&browser, "Till");
    browser.click_text("Manage IP restrictions…");
    browser.fill("dialog input[name=address]", "127.0.0.1");
    browser.press(Key::Enter + "");
    browser.until_text(".address", "127.0.0.1");
}

#[test]
fn the_first_call_is_copied_with_the_value_in_it() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    sign_in(&browser, &keyway, &owner);
    browser.click_text("Copy");
    browser.until_text("[data-copy]", "Copied");
    browser.go("/test/apikeys/create");
    browser.click("#name");
    browser.press(Key::Control + "v");
    let line = browser.value("#name");
    let (url, value) = line.strip_prefix("curl ").unwrap().split_once(" -u ").unwrap();
    assert_eq!(url, format!("{}/v1/balance", keyway.gateway()));
    assert_eq!(call(&keyway, value.strip_suffix(':').unwrap()).status, 200);
}

#[test]
fn what_a_browser_does_not_copy_is_selected_and_told() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Live mode");
    browser.run("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false;");
    browser.click_text("Create secret key");
    browser.fill("dialog #name", "By hand");
    browser.click("dialog button.primary");
    super::prove(&browser, &owner);
    let value = browser.text("dialog [data-value]");
    browser.click("dialog [data-copy]");
    browser.until_text("dialog [data-said]", "It is selected: copy it yourself");
    assert_eq!(browser.run("return getSelection().toString();"), value.as_str());
    // Nothing is lost before that.
    browser.press(Key::Escape + "");
    assert_eq!(browser.text("dialog [data-value]"), value);
}
