//! Password, authenticator app, telephone and language.

use keys::TotpSecret;

use super::super::{Browser, OURS, between, owner, sign_in, told};
use super::{notice, settings};
use crate::people::proof::{code, code_for};
use crate::people::sessions::shown;
use crate::people::{People, by};
use crate::world::{World, now};

const NUMBER: &str = "+393331234567";

#[test]
fn the_password_is_changed_by_whoever_knows_it_and_all_sessions_end() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let path = settings(&account, "live", "profile/password");
    assert_eq!(told(&ada.get(&path)), "200 Change password");
    let wrong = ada.post(&path, "password=not+this+one&new_password=another+good+one");
    insta::assert_snapshot!(told(&wrong), @"403 Change password This is not your password.");
    assert!(!wrong.body.contains("not this one") && !wrong.body.contains("another good one"));
    let short = ada.post(&path, "password=correct+horse+battery&new_password=short");
    insta::assert_snapshot!(told(&short), @"400 Change password A password has at least 10 characters, and at most 1000 bytes.");
    let changed = ada.post(&path, "password=correct+horse+battery&new_password=another+good+one");
    assert_eq!(told(&changed), "200 Your password is set");
    assert!(changed.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(ada.get("/").header("location"), Some("/signin"));
    let again = sign_in(&people.world, "ada@example.com", "another good one", OURS);
    assert_eq!(again.status(), 303);
}

#[test]
fn an_app_is_added_by_its_picture_and_removed_by_a_recovery_code() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let profile = settings(&account, "live", "profile");
    let add = format!("{profile}/authenticator");
    assert!(ada.get(&profile).body.contains("Off. Verification codes are sent to you instead."));
    assert_eq!(told(&ada.post(&add, "")), "200 Is it still you?");
    let scan = ada.post(&add, &format!("code={}", code(&people.world)));
    assert_eq!(told(&scan), "200 Scan this picture");
    assert!(scan.body.contains("<svg") && !scan.body.contains("<?xml"));
    let text = between(&scan.body, "<code data-value>", "</code>").to_owned();
    let bytes = data_encoding::BASE32_NOPAD.decode(text.as_bytes()).unwrap();
    let secret = TotpSecret::from_bytes(&bytes).unwrap();
    assert!(ada.get(&profile).body.contains("Waits for its first code."));

    let confirm = format!("{add}/confirm");
    let wrong = ada.post(&confirm, "code=000000");
    insta::assert_snapshot!(told(&wrong), @"403 Confirm authenticator app This is not the code that the app shows now.");
    assert!(!wrong.body.contains(&text) && !wrong.body.contains("<svg"), "it is shown once");
    let confirmed = ada.post(&confirm, &format!("code={}", shown(&secret, now())));
    assert_eq!(told(&confirmed), "200 Save your recovery codes");
    let codes = between(&confirmed.body, "data-value>", "</pre>");
    assert_eq!(codes.lines().count(), 10);
    let page = ada.get(&profile).body;
    assert!(page.contains("10 recovery codes left"));
    assert!(codes.lines().all(|code| !page.contains(code)), "they are shown once");

    let renew = format!("{add}/codes");
    assert!(ada.get(&profile).body.contains("New recovery codes…"));
    let asked = ada.post(&renew, "");
    assert!(asked.body.contains("Your authenticator app shows a verification code."));
    let second = codes.lines().nth(1).unwrap();
    let renewed = ada.post(&renew, &format!("code={second}"));
    assert_eq!(told(&renewed), "200 Save your recovery codes");
    let codes = super::super::between(&renewed.body, "<pre class=\"codes\" data-value>", "</pre>");
    let remove = format!("{add}/remove");
    let asked = ada.post(&remove, "");
    assert!(asked.body.contains("Your authenticator app shows a verification code."));
    insta::assert_snapshot!(told(&ada.post(&remove, "code=000000")), @"403 Is it still you? This is not the code that the app shows now.");
    let first = codes.lines().next().unwrap();
    let removed = ada.post(&remove, &format!("code={first}"));
    assert_eq!(notice(&ada, &removed), "The authenticator app was removed.");
}

#[test]
fn a_telephone_is_named_with_a_proof_and_confirmed_by_a_code_that_is_sent_to_it() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let profile = settings(&account, "live", "profile");
    let name = format!("{profile}/phone");
    let wrong = ada.post(&name, "number=333+1234567");
    insta::assert_snapshot!(told(&wrong), @"400 Add telephone A telephone number is a plus and 8 to 15 digits, such as +393331234567.");
    assert!(wrong.body.contains("value=\"333 1234567\""), "what was typed is still there");
    let number = "number=%2B393331234567";
    assert_eq!(told(&ada.post(&name, number)), "200 Is it still you?");
    let named = ada.post(&name, &format!("{number}&code={}", code(&people.world)));
    assert_eq!(told(&named), "200 Confirm telephone");
    let soon = ada.post(&format!("{name}/confirm"), "");
    insta::assert_snapshot!(told(&soon), @"429 Confirm telephone A code was just sent; a new one can be sent 30 seconds after it.");
    let page = ada.get(&profile).body;
    assert!(page.contains("Not confirmed yet: +393331234567"));
    assert!(page.contains("None. Without an app, verification codes are mailed to you."));
}

#[test]
fn a_telephone_counts_once_a_code_was_shown_that_was_sent_to_it() {
    let (people, account) = owner();
    let world = &people.world;
    let ada = Browser::sign_in(world, "ada@example.com");
    let number = NUMBER.parse().unwrap();
    world.block_on(world.store.begin_phone(people.owner, &number, by(people.owner))).unwrap();
    let profile = settings(&account, "live", "profile");
    let confirm = format!("{profile}/phone/confirm");
    assert!(ada.get(&confirm).body.contains("<p class=\"about\">+393331234567</p>"));
    let asked = ada.post(&confirm, "");
    assert!(asked.body.contains("We sent a verification code to <strong>+393331234567"));
    insta::assert_snapshot!(told(&ada.post(&confirm, "code=12345")), @"403 Is it still you? A verification code is six digits.");
    let confirmed = ada.post(&confirm, &format!("code={}", code_for(world, NUMBER)));
    let told = "Verification codes go to this telephone from now on.";
    assert_eq!(notice(&ada, &confirmed), told);
    assert!(ada.get(&profile).body.contains("Verification codes go to +393331234567."));
}

#[test]
fn a_telephone_is_removed_by_a_code_that_is_sent_to_it() {
    let (people, account) = owner();
    let world = &people.world;
    let ada = Browser::sign_in(world, "ada@example.com");
    let number = NUMBER.parse().unwrap();
    world.block_on(world.store.begin_phone(people.owner, &number, by(people.owner))).unwrap();
    assert!(
        world.block_on(world.store.confirm_phone(people.owner, &number, by(people.owner))).unwrap()
    );
    let profile = settings(&account, "live", "profile");
    let remove = format!("{profile}/phone/remove");
    assert!(ada.post(&remove, "").body.contains("<strong>+393331234567"));
    let removed = ada.post(&remove, &format!("code={}", code_for(world, NUMBER)));
    assert_eq!(notice(&ada, &removed), "The telephone was removed.");
    assert!(!ada.get(&profile).body.contains(NUMBER));
}

#[test]
fn where_no_text_messages_are_sent_no_telephone_is_asked_for() {
    let people = People::of(World::sending());
    let account = people.account();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let page = ada.get(&settings(&account, "live", "profile")).body;
    assert!(page.contains("This server sends no text messages."));
    assert!(page.contains("disabled>Add telephone"));
}

#[test]
fn a_language_is_chosen_and_remembered_by_the_browser_beyond_a_session() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let profile = settings(&account, "live", "profile");
    let chosen = ada.post(&format!("{profile}/language"), "language=it");
    assert_eq!(chosen.header("location").map(|to| to.starts_with(&profile)), Some(true));
    let cookie = chosen.header("set-cookie").unwrap();
    insta::assert_snapshot!(cookie, @"__Host-keyway-language=it; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000");
    let pair = cookie.split_once(';').unwrap().0;
    let both = format!("{}; {pair}", ada.cookie);
    let page = people.world.ask(&format!("GET {profile}"), &[&both, "Accept-Language: en"]);
    assert_eq!(told(&page), "200 Impostazioni");
    assert!(page.body.contains("<html lang=\"it\">"));
    let stranger = people.world.ask("GET /signin", &[&format!("Cookie: {pair}")]);
    assert_eq!(told(&stranger), "200 Accedi a Keyway");
    let unknown = ada.post(&format!("{profile}/language"), "language=tlh");
    assert_eq!(told(&unknown), "400 This form cannot be read");
    let nonsense = people.world.ask("GET /signin", &["Cookie: __Host-keyway-language=tlh"]);
    assert_eq!(told(&nonsense), "200 Sign in to Keyway");
}
