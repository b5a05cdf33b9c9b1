//! Who may ask at all.

use console::{Gateways, PlainHttp};
use keys::{Kind, Livemode};

use crate::world::{Hearing, World};

const LIST: &str = "/api/v1/keys";

#[test]
fn only_a_living_secret_key_of_a_sandbox_may_ask() {
    let world = World::new();
    let value = |kind, livemode| world.own.minted(kind, livemode).value.expose();
    let publishable = world.get(LIST, value(Kind::Publishable, Livemode::Test));
    insta::assert_snapshot!(publishable.error(), @"403 invalid_request_error secret_key_required -: This operation cannot be called with a publishable key. Use a secret or restricted key, on your server.");
    let missing = world.ask("GET /api/v1/keys", &[]);
    assert_eq!(missing.header("www-authenticate"), Some("Basic realm=\"Keyway\""));
    assert!(missing.error().starts_with("401 invalid_request_error api_key_missing"));
    let unknown = world.get(LIST, "sk_test_0000000000000000000000000000000000000000");
    assert!(unknown.error().starts_with("401 invalid_request_error api_key_invalid"));
}

#[test]
fn a_live_key_sees_its_own_keys_and_does_only_what_asks_for_no_proof() {
    let world = World::new();
    let live = world.own.minted(Kind::Secret, Livemode::Live).value.expose();
    let path = world.own.path(Kind::Secret, Livemode::Live);
    assert_eq!(world.get(LIST, live).json()["data"].as_array().unwrap().len(), 2);
    for answer in [
        world.post(LIST, live, r#"{"name": "Shop"}"#),
        world.post(&path, live, r#"{"ip_allowlist": null}"#),
        world.post(&format!("{path}/reveal"), live, "{}"),
        world.post(&format!("{path}/rotate"), live, r#"{"expires_at": "now"}"#),
    ] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.error(), @"403 invalid_request_error person_required -: This takes a verification code, which only a person who has signed in can give; sign in and repeat it.");
        }
    }
    let key = world.own.minted(Kind::Secret, Livemode::Live).key.clone();
    assert_eq!(world.block_on(world.store.key(key.id)).unwrap(), Some(key.clone()));
    assert_eq!(world.block_on(world.store.keys(key.home.place().unwrap())).unwrap().len(), 2);
    // Whoever finds that a key leaked can end it at once, with nothing but the key.
    assert_eq!(world.delete(&path, live).json()["status"], "deleted");
}

#[test]
fn a_live_key_over_plain_http_is_told_that_it_is_exposed() {
    let world = World::with(Hearing::Well, Gateways::OwnOnly, PlainHttp::RefuseLive);
    let live = world.own.minted(Kind::Secret, Livemode::Live).value.expose();
    assert!(world.get(LIST, live).error().starts_with("403 invalid_request_error https_required"));
    assert_eq!(world.get(LIST, world.own.secret()).status(), 200);
}

#[test]
fn a_request_that_would_act_on_another_account_is_refused() {
    let world = World::new();
    let bearer = format!("Authorization: Bearer {}", world.own.secret());
    let other = world.other.minted(Kind::Secret, Livemode::Test).key.home.place().unwrap().account;
    for header in ["Stripe-Account", "Stripe-Context"] {
        let answer = world.ask("GET /api/v1/keys", &[&bearer, &format!("{header}: {other}")]);
        let error = answer.error();
        assert!(error.starts_with("403 invalid_request_error account_invalid"), "{error}");
    }
}

#[test]
fn a_key_in_the_address_is_seen_as_exposed_and_not_repeated() {
    let world = World::new();
    let secret = world.own.secret();
    for path in [format!("{LIST}?key={secret}"), format!("{LIST}/{secret}"), format!("/{secret}")] {
        let answer = world.get(&path, secret);
        assert!(answer.error().starts_with("400 invalid_request_error api_key_in_url"));
        assert!(!answer.body.contains(&secret[8..]));
    }
}

#[test]
fn keys_are_read_as_the_gateway_reads_them() {
    let world = World::new();
    let bearer = format!("Authorization: Bearer {}", world.own.secret());
    let twice = world.ask("GET /api/v1/keys", &[&bearer, &bearer]);
    insta::assert_snapshot!(twice.error(), @"400 invalid_request_error authorization_invalid -: The API key cannot be read from the Authorization header: there is more than one Authorization header.");
    let with_password = world.ask("GET /api/v1/keys", &["Authorization: Basic dTpw"]);
    insta::assert_snapshot!(with_password.error(), @"400 invalid_request_error authorization_invalid -: The API key cannot be read from the Authorization header: the key goes in as the user name, and the password stays empty.");
}
