//! From where a key may be used, as the dialog has it.

use super::{at_keys, menu, prove};
use crate::browser::{Browser, Scripts};
use crate::keyway::{Keyway, folder};
use crate::owner::Owner;
use crate::shop::{call, refusal};

#[test]
fn a_live_key_is_limited_to_addresses_in_both_tabs() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let owner = Owner::sign_in(&keyway);
    at_keys(&browser, &keyway, &owner, "Live mode");
    let value = keyway.account("platform")["live"]["secret"].as_str();
    let dialog = || {
        menu(&browser, "Secret key");
        browser.click_text("Manage IP restrictions…");
        browser.until_text("dialog h1", "Manage IP restrictions");
    };
    dialog();
    assert!(browser.shows("dialog [data-anywhere]"), "it is from anywhere now");
    browser.fill("dialog input[name=address]", "100.10.38.7/24");
    assert!(!browser.shows("dialog [data-anywhere]"));
    browser.click("dialog h1");
    browser.until_text("dialog .fault", "write 100.10.38.0/24");
    browser.fill("dialog input[name=address]", "100.10.38.0/24");
    browser.until_text("dialog .warning", "Your own address is not in the list");
    assert!(!browser.shows("dialog .fault"));
    browser.click_text("+ Add");
    browser.fill("dialog li:last-child input", "100.10.39.255");
    browser.click_text("Bulk manage");
    assert_eq!(browser.value("dialog #addresses"), "100.10.38.0/24\n100.10.39.255");
    browser.fill("dialog #addresses", "100.10.38.0/24, 127.0.0.0/8");
    assert!(!browser.shows("dialog .warning"));
    browser.fill("dialog #addresses", "100.10.38.0/24");
    browser.click_text("One by one");
    assert_eq!(browser.value("dialog input[name=address]"), "100.10.38.0/24");
    browser.click("dialog button.primary");
    browser.until_text("dialog .warning", "Save it all the same");
    browser.click("dialog [name=shut_out]");
    browser.click("dialog button.primary");
    prove(&browser, &owner);
    browser.until_text(".notice", "The IP restriction holds");
    browser.until_text(".address", "100.10.38.0/24");
    let refused = value.map(|value| refusal(&keyway, value));
    assert_eq!(refused.as_deref(), Some("403 invalid_request_error ip_not_allowed"));

    dialog();
    browser.click("dialog button[aria-label='Remove 100.10.38.0/24']");
    browser.click("dialog [name=anywhere]");
    browser.click("dialog button.primary");
    prove(&browser, &owner);
    browser.until_gone(".address");
    assert_eq!(value.map(|value| call(&keyway, value).status), Some(200));
}
