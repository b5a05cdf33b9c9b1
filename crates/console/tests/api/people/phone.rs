//! A telephone in place of mailed codes.

use serde_json::json;

use super::proof::{code, code_for};
use super::{People, by, last_mail};

const PHONE: &str = "/api/v1/user/phone";
const NUMBER: &str = "+393331234567";

#[test]
fn a_telephone_is_named_with_a_proof_and_counts_for_nothing_yet() {
    let people = People::new();
    let (world, token) = (&people.world, &people.token);
    let name = json!({"number": NUMBER}).to_string();
    let asked = world.post(PHONE, token, &name).error();
    insta::assert_snapshot!(asked, @r#"403 invalid_request_error verification_required -: A verification code was sent to ada@example.com; send the same request again with it in the header `Verification-Code`."#);
    let named = world.post_shown(PHONE, token, &name, Some(&code(world))).json();
    assert_eq!((&named["number"], &named["pending"]), (&json!(null), &json!(NUMBER)));
    let confirm = format!("{PHONE}/confirm");
    // A code was mailed just now, and another is not sent so soon.
    insta::assert_snapshot!(world.post(&confirm, token, "{}").error(), @r#"429 invalid_request_error verification_too_soon -: A code was just sent; a new one can be sent 30 seconds after it."#);
    assert_eq!(last_mail(world, NUMBER), None);
}

#[test]
fn a_telephone_is_confirmed_once_by_a_code_that_is_sent_to_it() {
    let people = People::new();
    let (world, token) = (&people.world, &people.token);
    let number = NUMBER.parse().unwrap();
    world.block_on(world.store.begin_phone(people.owner, &number, by(people.owner))).unwrap();
    let confirm = format!("{PHONE}/confirm");
    insta::assert_snapshot!(world.post(&confirm, token, "{}").error(), @r#"403 invalid_request_error verification_required -: A verification code was sent to +393331234567; send the same request again with it in the header `Verification-Code`."#);
    let sent = code_for(world, NUMBER);
    let confirmed = world.post_shown(&confirm, token, "{}", Some(&sent)).json();
    assert_eq!((&confirmed["number"], &confirmed["pending"]), (&json!(NUMBER), &json!(null)));
    insta::assert_snapshot!(world.post(&confirm, token, "{}").error(), @r#"400 invalid_request_error phone_missing -: No telephone waits to be confirmed; say its number first."#);
}

#[test]
fn a_live_key_is_made_with_a_code_from_the_telephone() {
    let people = People::new();
    let (world, token) = (&people.world, &people.token);
    let number = NUMBER.parse().unwrap();
    world.block_on(world.store.begin_phone(people.owner, &number, by(people.owner))).unwrap();
    assert!(
        world.block_on(world.store.confirm_phone(people.owner, &number, by(people.owner))).unwrap()
    );
    let account = people.account();
    let create = json!({"account": account["id"], "mode": "live", "name": "Shop"}).to_string();
    insta::assert_snapshot!(world.post("/api/v1/keys", token, &create).error(), @r#"403 invalid_request_error verification_required -: A verification code was sent to +393331234567; send the same request again with it in the header `Verification-Code`."#);
    let sent = code_for(world, NUMBER);
    assert_eq!(world.post_shown("/api/v1/keys", token, &create, Some(&sent)).status(), 200);
    assert_eq!(last_mail(world, "ada@example.com"), None);
}

#[test]
fn what_is_no_number_is_told() {
    let people = People::new();
    let name = json!({"number": "333 1234567"}).to_string();
    insta::assert_snapshot!(people.world.post(PHONE, &people.token, &name).error(), @r#"400 invalid_request_error parameter_invalid number: A telephone number is a plus and 8 to 15 digits, such as +393331234567."#);
}
