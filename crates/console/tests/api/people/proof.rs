//! The verification code before anything that shows a live value or opens a live key further.

use serde_json::{Value, json};

use super::{People, last_mail};
use crate::world::{Answer, World};

/// The code in the last message to the owner.
pub(crate) fn code(world: &World) -> String {
    code_for(world, "ada@example.com")
}

/// The code in the last message to that address.
pub(crate) fn code_for(world: &World, email: &str) -> String {
    let text = last_mail(world, email).unwrap();
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6);
    digits.unwrap_or_else(|| panic!("no code in {text}")).to_owned()
}

fn create(people: &People, account: &Value, name: &str, shown: Option<&str>) -> Answer {
    let body = json!({"account": account["id"], "mode": "live", "name": name}).to_string();
    people.world.post_shown("/api/v1/keys", &people.token, &body, shown)
}

#[test]
fn a_live_key_is_made_when_the_code_of_exactly_that_request_is_shown() {
    let people = People::new();
    let account = people.account();
    let asked = create(&people, &account, "Shop", None).error();
    insta::assert_snapshot!(asked, @r#"403 invalid_request_error verification_required -: A verification code was sent to ada@example.com; send the same request again with it in the header `Verification-Code`."#);
    let code = code(&people.world);
    let another = create(&people, &account, "Another", Some(&code)).error();
    insta::assert_snapshot!(another, @r#"403 invalid_request_error verification_failed -: No code was sent for this; ask for a new one."#);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = create(&people, &account, "Shop", Some(wrong)).error();
    insta::assert_snapshot!(refused, @r#"403 invalid_request_error verification_failed -: This is not the code that was sent."#);
    assert_eq!(people.keys(&account, &"live".into()).len(), 2, "nothing was made");

    let made = create(&people, &account, "Shop", Some(&code));
    assert_eq!(made.status(), 200, "{made:?}");
    assert!(made.json()["secret"].as_str().unwrap().starts_with("sk_live_"));
    let again = create(&people, &account, "Shop", Some(&code)).error();
    insta::assert_snapshot!(again, @r#"403 invalid_request_error verification_failed -: This code was used already; ask for a new one."#);
}

#[test]
fn another_code_is_not_sent_at_once_and_no_text_is_taken_for_one() {
    let people = People::new();
    let account = people.account();
    assert_eq!(create(&people, &account, "Shop", None).status(), 403);
    let soon = create(&people, &account, "Shop", None).error();
    insta::assert_snapshot!(soon, @r#"429 invalid_request_error verification_too_soon -: A code was just sent; a new one can be sent 30 seconds after it."#);
    let none = create(&people, &account, "Shop", Some("12345")).error();
    insta::assert_snapshot!(none, @r#"403 invalid_request_error verification_failed -: A verification code is six digits."#);
}

#[test]
fn what_is_refused_anyway_asks_for_no_code() {
    let people = People::new();
    let account = people.account();
    let told = create(&people, &account, "", None).error();
    insta::assert_snapshot!(told, @r#"400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters."#);
    // No code was sent: one can be sent at once.
    assert_eq!(
        create(&people, &account, "Shop", None).json()["error"]["code"],
        "verification_required"
    );
}

#[test]
fn this_is_what_asks_for_a_code_and_what_does_not() {
    let people = People::new();
    let account = people.account();
    let keys = people.keys(&account, &"live".into());
    let secret = keys.iter().find(|key| key["type"] == "secret").unwrap();
    let path = format!("/api/v1/keys/{}", secret["id"].as_str().unwrap());
    let table: String = [
        ("", r#"{"name": "New name"}"#),
        ("", r#"{"note": "in the vault"}"#),
        ("", r#"{"ip_allowlist": ["100.10.38.0/24"]}"#),
        ("", r#"{"ip_allowlist": null}"#),
        ("/reveal", "{}"),
        ("/rotate", r#"{"expires_at": "now"}"#),
        ("/rotation", r#"{"next_at": "2026-12-01T00:00:00Z"}"#),
        ("/expire", "{}"),
    ]
    .map(|(end, body)| {
        let answer = people.world.post(&format!("{path}{end}"), &people.token, body);
        let code = answer.json()["error"]["code"].as_str().unwrap_or("-").to_owned();
        format!("{} {code:22} POST …{end} {body}\n", answer.status())
    })
    .concat();
    insta::assert_snapshot!(table, @r#"
200 -                      POST … {"name": "New name"}
200 -                      POST … {"note": "in the vault"}
403 verification_required  POST … {"ip_allowlist": ["100.10.38.0/24"]}
429 verification_too_soon  POST … {"ip_allowlist": null}
429 verification_too_soon  POST …/reveal {}
429 verification_too_soon  POST …/rotate {"expires_at": "now"}
429 verification_too_soon  POST …/rotation {"next_at": "2026-12-01T00:00:00Z"}
400 key_not_expiring       POST …/expire {}
"#);
    assert_eq!(people.world.delete(&path, &people.token).json()["status"], "deleted");
}

#[test]
fn a_code_that_reaches_nobody_says_so_and_nothing_is_half_done() {
    let people = People::of(World::sending());
    let account = people.account();
    let told = create(&people, &account, "Shop", None).error();
    insta::assert_snapshot!(told, @r#"503 api_error verification_undelivered -: No verification code could be sent, and nothing was changed. Try again later, or ask whoever runs this server."#);
    // It was taken back, so that the next one is not too soon.
    assert_eq!(create(&people, &account, "Shop", None).status(), 503);
    assert_eq!(people.keys(&account, &"live".into()).len(), 2);
}
