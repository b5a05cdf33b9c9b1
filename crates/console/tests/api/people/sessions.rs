//! Signing in and out.

use jiff::{SignedDuration, Timestamp};
use keys::{TotpSecret, TotpStep};
use serde_json::json;
use store::NewUser;

use super::{PASSWORD, People, by, sign_in};
use crate::world::{now, random};

const SESSIONS: &str = "/api/v1/sessions";

#[test]
fn whoever_signs_in_gets_a_token_that_opens_the_api_until_it_is_ended() {
    let people = People::new();
    let world = &people.world;
    let other = people.signed_in("ADA@example.com");
    assert!(other.starts_with("kws_"));
    let listed = world.get(SESSIONS, &other);
    let sessions = listed.json()["data"].as_array().unwrap().clone();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    assert!(!listed.body.contains("kws_"), "a token is shown once");

    let ended = world.delete(SESSIONS, &other);
    assert_eq!(ended.json()["data"].as_array().unwrap().len(), 1);
    let told = world.get(SESSIONS, &people.token).error();
    insta::assert_snapshot!(told, @"401 authentication_error session_ended -: The session has ended; sign in again.");

    assert_eq!(world.delete("/api/v1/sessions/current", &other).json()["deleted"], true);
    assert_eq!(world.get(SESSIONS, &other).status(), 401);
}

#[test]
fn a_trusted_proxy_says_from_where_somebody_signs_in_and_nobody_else_does() {
    let people = People::new();
    let body = json!({"email": "ada@example.com", "password": PASSWORD}).to_string();
    let length = body.len();
    let seen = |peer: [u8; 4], said: &str| {
        let head = format!(
            "POST {SESSIONS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nX-Forwarded-For: {said}\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let signed_in = people.world.send_from(peer, head.as_bytes()).json();
        signed_in["ip_address"].as_str().unwrap().to_owned()
    };
    // Whether it came safely is asked of the connection: these come from this machine.
    assert_eq!(seen([127, 0, 0, 3], "203.0.113.9"), "203.0.113.9");
    assert_eq!(seen([127, 0, 0, 3], "6.6.6.6, 203.0.113.9"), "203.0.113.9");
    assert_eq!(seen([127, 0, 0, 2], "203.0.113.9"), "127.0.0.2");
    let last = people.world.get("/api/v1/events?limit=3", &people.token).json();
    let from = |number: usize| last["data"][number]["ip_address"].clone();
    assert_eq!([from(0), from(1), from(2)], ["127.0.0.2", "203.0.113.9", "203.0.113.9"]);
}

#[test]
fn nobody_ends_the_session_of_somebody_else() {
    let people = People::new();
    let account = people.account();
    let realm = keys::Realm::Account(super::account_id(&account));
    let other = people.member("eve", realm, keys::Role::Developer);
    let session = people.world.get(SESSIONS, &people.token).json()["data"][0]["id"].clone();
    let path = format!("{SESSIONS}/{}", session.as_str().unwrap());
    assert_eq!(people.world.delete(&path, &other).status(), 404);
    assert_eq!(people.world.delete(&format!("{SESSIONS}/ses_x"), &other).status(), 404);
    assert_eq!(people.world.get(SESSIONS, &people.token).status(), 200);
}

#[test]
fn a_wrong_password_nobody_and_an_unconfirmed_address_are_told_the_same() {
    let people = People::new();
    let email = "new@example.com".parse().unwrap();
    let new = NewUser { email, name: None, password_hash: super::hash() };
    let mut chance = random;
    people.world.block_on(people.world.store.add_user(new, by(people.owner), &mut chance)).unwrap();
    let told = [
        sign_in(&people.world, "ada@example.com", "another password"),
        sign_in(&people.world, "nobody@example.com", PASSWORD),
        sign_in(&people.world, "new@example.com", PASSWORD),
    ];
    for answer in told {
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.error(), @r#"401 authentication_error credentials_invalid -: The email address or the password is wrong, or the address was not confirmed yet."#);
        }
    }
}

#[test]
fn passwords_are_guessed_ten_times_and_then_the_right_one_is_not_looked_at() {
    let people = People::new();
    for _ in 0..9 {
        assert_eq!(sign_in(&people.world, "ada@example.com", "wrong").status(), 401);
    }
    // Whoever signs in begins anew.
    people.signed_in("ada@example.com");
    for _ in 0..10 {
        assert_eq!(sign_in(&people.world, "ada@example.com", "wrong").status(), 401);
    }
    let told = sign_in(&people.world, "ada@example.com", PASSWORD).error();
    insta::assert_snapshot!(told, @r#"429 invalid_request_error rate_limited -: Too many tries; try again in 15 minutes."#);
}

#[test]
fn with_an_authenticator_app_the_password_alone_opens_nothing() {
    let people = People::new();
    let (world, owner) = (&people.world, people.owner);
    let mut chance = random;
    let begun = world.store.begin_authenticator(owner, by(owner), &mut chance);
    let secret = world.block_on(begun).unwrap();
    let before = shown(&secret, now() - SignedDuration::from_secs(30));
    let this = shown(&secret, now());
    let confirmed = world.store.confirm_authenticator(owner, &before, by(owner), &mut chance);
    let recovery = world.block_on(confirmed).unwrap();

    let with = |code: &str| {
        let body = json!({"email": "ada@example.com", "password": PASSWORD, "code": code});
        world.post_as_anybody(SESSIONS, &body.to_string())
    };
    let missing = sign_in(world, "ada@example.com", PASSWORD).error();
    insta::assert_snapshot!(missing, @r#"401 authentication_error authenticator_code_required -: Send the code of your authenticator app, or a recovery code, as `code`."#);
    insta::assert_snapshot!(with("000000").error(), @r#"401 authentication_error authenticator_code_invalid -: This is not the code that the app shows now."#);
    assert_eq!(with(&this).status(), 200);
    assert_eq!(with(&this).status(), 401, "no code counts twice");
    assert_eq!(with(&recovery[0].expose()).status(), 200);
    assert_eq!(with(&recovery[0].expose()).status(), 401);
}

/// What an app shows at that time: found by asking, as nothing but the app makes codes.
pub(crate) fn shown(secret: &TotpSecret, now: Timestamp) -> String {
    let right = |code: &String| secret.check(code, now, TotpStep::NEVER) == Ok(TotpStep::at(now));
    (0..1_000_000).map(|number| format!("{number:06}")).find(right).unwrap()
}
