//! The dashboard in a real browser.

mod addresses;
mod guards;
mod keyboard;
mod organization;
mod permissions;
mod rotating;
mod words;

use jiff::SignedDuration;

use crate::browser::{Browser, Scripts};
use crate::keyway::{Keyway, folder};
use crate::owner::Owner;
use crate::shop::{call, refusal, soon};

/// Signs the owner in, by a code of their app.
pub(crate) fn sign_in(browser: &Browser, keyway: &Keyway, owner: &Owner<'_>) {
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

/// A browser at the keys of a sandbox, or of live mode, whose owner has signed in.
fn at_keys(browser: &Browser, keyway: &Keyway, owner: &Owner<'_>, mode: &str) {
    sign_in(browser, keyway, owner);
    browser.click_text(mode);
    browser.until_text(".modes [aria-current]", mode);
    browser.click_text("API keys");
    browser.until_text("h1", "API keys");
}

/// Makes a secret key of a sandbox, and gives its value.
fn create(browser: &Browser, name: &str) -> String {
    browser.click_text("Create secret key");
    browser.fill("dialog #name", name);
    browser.click("dialog button.primary");
    let value = browser.text("dialog [data-value]");
    browser.click("dialog .buttons a");
    browser.until_text("tbody", name);
    value
}

/// Gives the code that is asked for.
fn prove(browser: &Browser, owner: &Owner<'_>) {
    browser.fill("#code", &owner.next_code());
    browser.click("#panel button.primary");
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
    browser.until_text("tbody", "Expires in 59 minutes");
    let left = browser.text("time[data-left]");
    let ticks = (0..50_000).any(|_| browser.text("time[data-left]") != left);
    assert!(ticks, "{left} stays");

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
    browser.fill("input[name=address]", "0.0.0.0/33");
    browser.click_text("+ Add");
    browser.fill("li:last-child input", "100.10.38.0/24");
    browser.click("form.fields button.primary");
    browser.until_text(".fault", "0.0.0.0/33");
    browser.click("button[aria-label='Remove 0.0.0.0/33']");
    browser.click_text("Bulk manage");
    assert_eq!(browser.value("#addresses"), "100.10.38.0/24");
    browser.fill("#addresses", "100.10.38.0/24, 100.10.39.255");
    browser.click("form.fields button.primary");
    browser.until_text(".warning", "Your own address is not in the list");
    browser.click("[name=shut_out]");
    browser.click("form.fields button.primary");
    browser.until_text(".address", "100.10.38.0/24");
    assert_eq!(refusal(&keyway, &value), "403 invalid_request_error ip_not_allowed");

    menu(&browser, "Old script");
    browser.click_text("Schedule rotation…");
    browser.until_text("label", "When (UTC)");
    browser.fill_moment("#when", soon() + SignedDuration::from_hours(48));
    browser.click("form.fields button.primary");
    browser.until_text(".notice", "scheduled");
    menu(&browser, "Old script");
    browser.click_text("Schedule rotation…");
    browser.click_text("Take schedule back");
    browser.until_text(".notice", "taken back");

    menu(&browser, "Old script");
    browser.click_text("Edit key…");
    browser.fill("#name", "Older script");
    browser.click("form.fields button");
    menu(&browser, "Older script");
    browser.click_text("Delete key…");
    browser.click("form.fields button.grave");
    browser.until_text(".notice", "deleted");
    assert_eq!(refusal(&keyway, &value), "401 authentication_error api_key_deleted");
}
