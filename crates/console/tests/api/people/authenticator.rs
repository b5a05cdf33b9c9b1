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
