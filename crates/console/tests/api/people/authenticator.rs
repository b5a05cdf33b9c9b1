//! An authenticator app in place of mailed codes.

use jiff::SignedDuration;
use keys::TotpSecret;
use serde_json::json;

use super::People;
use super::proof::code;
use super::sessions::shown;
use crate::world::now;

const APP: &str = "/api/v1/user/authenticator";

#[test]
fn an_app_is_added_with_a_proof_and_then_proves_everything() {
    let people = People::new();
    let (world, token) = (&people.world, &people.token);
    let asked = world.post(APP, token, "{}");
    assert_eq!(asked.json()["error"]["code"], "verification_required");
    let begun = world.post_shown(APP, token, "{}", Some(&code(world))).json();
    assert!(begun["qr_svg"].as_str().unwrap().contains("<svg"));
    let url = begun["otpauth_url"].as_str().unwrap();
    assert!(url.starts_with("otpauth://totp/Keyway:ada@example.com?secret="), "{url}");
    assert_eq!(world.get("/api/v1/user", token).json()["authenticator"], "pending");

    let text = begun["secret"].as_str().unwrap();
    let bytes = data_encoding::BASE32_NOPAD.decode(text.as_bytes()).unwrap();
    let secret = TotpSecret::from_bytes(&bytes).unwrap();
    let confirm = |code: &str| {
        world.post(&format!("{APP}/confirm"), token, &json!({"code": code}).to_string())
    };
    insta::assert_snapshot!(confirm("000000").error(), @r#"403 invalid_request_error verification_failed -: This is not the code that the app shows now."#);
    let first = shown(&secret, now() - SignedDuration::from_secs(30));
    let codes = confirm(&first).json()["recovery_codes"].as_array().unwrap().clone();
    assert_eq!(codes.len(), 10);
    assert_eq!(world.get("/api/v1/user", token).json()["recovery_codes_left"], 10);

    let account = people.account();
    let body = json!({"account": account["id"], "mode": "live", "name": "Shop"}).to_string();
    insta::assert_snapshot!(world.post("/api/v1/keys", token, &body).error(), @r#"403 invalid_request_error verification_required -: Your authenticator app tells a verification code; send the same request again with it in the header `Verification-Code`."#);
    let code = shown(&secret, now());
    let made = world.post_shown("/api/v1/keys", token, &body, Some(&code));
    assert_eq!(made.status(), 200, "{made:?}");
    let again = world.post_shown("/api/v1/keys", token, &body, Some(&code)).error();
    insta::assert_snapshot!(again, @r#"403 invalid_request_error verification_failed -: This code was used already; wait for the next one."#);
    let recovery = codes[0].as_str();
    assert_eq!(world.post_shown("/api/v1/keys", token, &body, recovery).status(), 200);
    assert_eq!(world.post_shown("/api/v1/keys", token, &body, recovery).status(), 403);
}

#[test]
fn new_recovery_codes_take_a_proof_and_end_the_old_ones() {
    let people = People::new();
    let (world, token, owner) = (&people.world, &people.token, people.owner);
    let renew = |shown: Option<&str>| {
        world.post_shown(&format!("{APP}/recovery_codes"), token, "{}", shown)
    };
    insta::assert_snapshot!(renew(None).error(), @"403 invalid_request_error verification_failed -: No authenticator app is set up.");
    let mut chance = crate::world::random;
    let begun = world.store.begin_authenticator(owner, super::by(owner), &mut chance);
    let secret = world.block_on(begun).unwrap();
    let first = shown(&secret, now() - SignedDuration::from_secs(30));
    let confirmed = world.store.confirm_authenticator(owner, &first, super::by(owner), &mut chance);
    let old = world.block_on(confirmed).unwrap().map(|code| code.expose().to_string());
    assert_eq!(renew(None).json()["error"]["code"], "verification_required");
    let renewed = renew(Some(&old[0])).json();
    let new = renewed["recovery_codes"].as_array().unwrap();
    assert_eq!(
        (new.len(), &world.get("/api/v1/user", token).json()["recovery_codes_left"]),
        (10, &10.into())
    );
    assert!(new.iter().all(|code| !old.contains(&code.as_str().unwrap().to_owned())));
    insta::assert_snapshot!(renew(Some(&old[1])).error(), @"403 invalid_request_error verification_failed -: This is no recovery code of yours, or it was used already.");
    assert_eq!(renew(new[0].as_str()).status(), 200);
    let events = world.get("/api/v1/user/events?limit=1", token).json();
    assert_eq!(events["data"][0]["type"], "recovery_codes.renewed");
}
