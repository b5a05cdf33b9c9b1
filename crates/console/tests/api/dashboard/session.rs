//! Signing in at a page, and forms that are not ours.

use super::{Browser, OURS, keys_path, owner, sign_in, told};
use crate::people::{PASSWORD, People};

#[test]
fn a_session_is_in_a_cookie_that_no_script_and_no_other_site_gets_at() {
    let people = People::new();
    let answer = sign_in(&people.world, "ada@example.com", PASSWORD, OURS);
    let cookie = answer.header("set-cookie").unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-keyway=kws_"));
    assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax");
    assert_eq!(answer.header("location"), Some("/"));
    let again = sign_in(&people.world, "ada@example.com", PASSWORD, OURS);
    assert_ne!(again.header("set-cookie"), Some(cookie), "each sign-in is another session");
}

#[test]
fn a_session_that_was_handed_to_somebody_beforehand_is_not_theirs_after_signing_in() {
    let (people, _account) = owner();
    let realm = keys::Realm::Organization(people.organization);
    people.member("eve", realm, keys::Role::ViewOnly);
    let eve = Browser::sign_in(&people.world, "eve@example.com");
    let made_up = format!("Cookie: __Host-keyway=kws_{}", "A".repeat(43));
    for planted in [&eve.cookie, &made_up] {
        let lines = format!("{OURS}\r\n{planted}");
        let answer = sign_in(&people.world, "ada@example.com", PASSWORD, &lines);
        let given = answer.header("set-cookie").unwrap();
        let (_, value) = planted.split_once(": ").unwrap();
        assert!(given.starts_with("__Host-keyway=kws_") && !given.starts_with(value));
        let by_it = people.world.ask("GET /", &[planted]);
        let by_it =
            by_it.header("location").map(|to| people.world.ask(&format!("GET {to}"), &[planted]));
        assert!(!by_it.unwrap().body.contains("ada@example.com"), "{planted}");
    }
    let still = eve.get(eve.get("/").header("location").unwrap());
    assert!(still.body.contains("eve@example.com"), "who signs in ends no other session");
}

#[test]
fn a_wrong_password_is_told_and_nobody_is_signed_in() {
    let people = People::new();
    let answer = sign_in(&people.world, "ada@example.com", "another password", OURS);
    assert_eq!(answer.header("set-cookie"), None);
    insta::assert_snapshot!(told(&answer), @r#"401 Sign in to Keyway The email address or the password is wrong, or the address was not confirmed yet."#);
}

#[test]
fn whoever_has_not_signed_in_is_asked_to_and_comes_back() {
    let (people, account) = owner();
    let path = keys_path(&account, "live");
    let answer = people.world.ask(&format!("GET {path}"), &[]);
    let to = format!("/signin?back={}", path.replace('/', "%2F"));
    assert_eq!((answer.status(), answer.header("location")), (303, Some(to.as_str())));
}

#[test]
fn a_form_is_taken_from_a_page_of_this_session_alone() {
    let (people, account) = owner();
    let realm = keys::Realm::Organization(people.organization);
    people.member("eve", realm, keys::Role::Administrator);
    let eve = Browser::sign_in(&people.world, "eve@example.com");
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let create = format!("{}/create-secret", keys_path(&account, "live"));
    let body = |csrf: &str| format!("csrf={csrf}&name=Shop");
    let right = body(&ada.csrf);
    let told = [
        ada.post_saying(&create, &right, "Sec-Fetch-Site: cross-site"),
        ada.post_saying(&create, &right, "Sec-Fetch-Site: same-site"),
        ada.post_saying(&create, &right, "Origin: https://evil.example"),
        ada.post_saying(&create, &right, "Accept: text/html"),
        ada.post_saying(&create, "name=Shop", OURS),
        ada.post_saying(&create, &body(&eve.csrf), OURS),
    ]
    .map(|answer| told(&answer));
    assert_eq!(told, [const { "403 This form was not sent" }; 6]);
    // Neither was a code sent for any of them, nor is this one refused.
    assert_eq!(ada.post_saying(&create, &right, "Origin: http://x").status(), 200);
}

#[test]
fn nobody_is_signed_in_by_a_form_of_another_site() {
    let people = People::new();
    let from = "Sec-Fetch-Site: cross-site";
    let answer = sign_in(&people.world, "ada@example.com", PASSWORD, from);
    assert_eq!((answer.status(), answer.header("set-cookie")), (403, None));
}

#[test]
fn signing_out_ends_the_session() {
    let (people, _account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let out = ada.post("/signout", "");
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(ada.get("/").header("location"), Some("/signin"));
}

#[test]
fn pages_let_nothing_foreign_in_and_are_kept_by_nobody() {
    let (people, account) = owner();
    let ada = Browser::sign_in(&people.world, "ada@example.com");
    let keys = ada.get(&keys_path(&account, "live"));
    insta::assert_snapshot!(keys.header("content-security-policy").unwrap(), @r#"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"#);
    assert_eq!(keys.header("cache-control"), Some("no-store"));
    assert_eq!(keys.header("referrer-policy"), Some("same-origin"));
    assert!(!keys.body.contains("<style") && !keys.body.contains(" style="));
    assert!(!keys.body.contains(" onclick") && !keys.body.contains("<script>"));
}
