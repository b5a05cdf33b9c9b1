//! The settings in a real browser.

use serde_json::json;
use totp_rs::Totp;

use crate::browser::{Browser, Scripts};
use crate::keyway::{Keyway, folder};
use crate::owner::mailed_code;

/// Signs the owner in, who has no app yet, and goes to the settings.
fn settings(browser: &Browser, keyway: &Keyway) {
    let told = |name: &str| keyway.world["owner"][name].as_str().unwrap();
    browser.go("/");
    browser.fill("#email", told("email"));
    browser.fill("#password", told("password"));
    browser.click("form button");
    browser.until_text("h2", "Your first call");
    browser.click_text("Settings");
    browser.until_text("h2", "Signing in");
}

/// Adds an app, and gives its recovery codes.
fn add_app(browser: &Browser, keyway: &Keyway) -> Vec<String> {
    browser.click_text("Add app…");
    browser.click("dialog button.primary");
    browser.until_text("dialog h1", "Is it still you?");
    browser.fill("dialog #code", &mailed_code(keyway));
    browser.click("dialog button.primary");
    browser.until_text("dialog h1", "Scan this picture");
    browser.click_text("You cannot scan it?");
    let secret = browser.text("dialog [data-value]");
    let app = Totp::from_url(format!("otpauth://totp/Keyway:x?secret={secret}&issuer=Keyway"));
    browser.fill("dialog #code", &app.unwrap().generate_current().to_string());
    browser.click("dialog button.primary");
    browser.until_text("dialog h1", "Save your recovery codes");
    let codes = browser.text("dialog [data-value]");
    browser.click_text("Download");
    browser.click_text("Done");
    browser.until_text("dd", "10 recovery codes left");
    codes.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn an_app_is_added_somebody_invited_and_a_sandbox_made_and_deleted() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    settings(&browser, &keyway);
    let codes = add_app(&browser, &keyway);
    assert_eq!(codes.len(), 10);

    browser.click_text("Team");
    browser.click_text("Invite somebody…");
    browser.fill("dialog #email", "grace@example.com");
    browser.click("dialog input[value=developer]");
    browser.click("dialog button.primary");
    browser.until_text("dialog h1", "Is it still you?");
    browser.fill("dialog #code", &codes[0]);
    browser.click("dialog button.primary");
    browser.until_text(".notice", "on its way");
    browser.until_text("tbody", "grace@example.com");

    browser.click_text("Sandboxes");
    browser.click_text("Create sandbox…");
    browser.fill("dialog #name", "For a moment");
    browser.click("dialog button.primary");
    browser.until_text(".notice", "was created");
    browser.click_text("Delete sandbox…: For a moment");
    browser.fill("dialog #confirm", "For ever");
    browser.click("dialog button.grave");
    browser.until_text("dialog [role=alert]", "not its name");
    browser.fill("dialog #confirm", "For a moment");
    browser.click("dialog button.grave");
    browser.until_text(".notice", "was deleted");
    browser.until_text(".ended summary", "Deleted sandboxes");
}

#[test]
fn another_session_is_ended_and_another_language_is_kept() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::On) else { return };
    let known = &keyway.world["owner"];
    let known = json!({"email": known["email"], "password": known["password"]});
    let session = keyway.manage("POST", "/api/v1/sessions").json(&known).send().json();
    let ask = || {
        let user = keyway.manage("GET", "/api/v1/user");
        user.bearer(session["token"].as_str().unwrap()).send().status
    };
    settings(&browser, &keyway);
    assert_eq!(ask(), 200);
    browser.click_text("End session…: Unknown program, 127.0.0.1");
    browser.click("dialog button.grave");
    browser.until_text(".notice", "The session has ended.");
    assert_eq!(ask(), 401);

    browser.click_text("Italiano");
    browser.click(".language button");
    browser.until_text("h1", "Impostazioni");
    browser.until_text(".notice", "in italiano");
    browser.go("/");
    browser.until_text("nav a", "Chiavi API");
}

#[test]
fn the_password_is_changed_without_a_script() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let Some(browser) = Browser::open(&keyway, Scripts::Off) else { return };
    settings(&browser, &keyway);
    browser.click_text("Change password…");
    browser.fill("#password", "something else");
    browser.fill("#new_password", "another good one");
    browser.click("form.fields button");
    browser.until_text("[role=alert]", "This is not your password.");
    browser.fill("#password", keyway.world["owner"]["password"].as_str().unwrap());
    browser.fill("#new_password", "another good one");
    browser.click("form.fields button");
    browser.until_text("h1", "Your password is set");
    browser.click_text("Sign in");
    browser.fill("#email", keyway.world["owner"]["email"].as_str().unwrap());
    browser.fill("#password", "another good one");
    browser.click("form button");
    browser.until_text("h2", "Your first call");
}
