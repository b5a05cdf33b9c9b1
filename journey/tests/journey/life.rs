//! The life of live keys as their owner leads it through the management API, and what the gateway
//! says of them meanwhile.

use serde_json::{Value, json};

use crate::keyway::{Keyway, folder};
use crate::owner::Owner;
use crate::shop::{call, refusal, refusal_to_come, soon};

fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    object[name].as_str().unwrap_or_else(|| panic!("no {name} in {object}"))
}

fn path(key: &Value, verb: &str) -> String {
    format!("/api/v1/keys/{}{verb}", text(key, "id"))
}

struct Shop<'k> {
    owner: Owner<'k>,
    /// The account and mode that new keys belong to.
    place: Value,
}

impl<'k> Shop<'k> {
    fn new(keyway: &'k Keyway) -> Self {
        let account = &keyway.account("standalone")["id"];
        let place = json!({"account": account, "mode": "live"});
        Self { owner: Owner::sign_in(keyway), place }
    }

    /// One of the keys that an account was born with.
    fn born(&self, account: &str, mode: &str, kind: &str) -> Value {
        let list = format!("/api/v1/keys?account={account}&mode={mode}");
        let list = self.owner.do_at_once("GET", &list, &json!({}));
        let keys = list["data"].as_array().unwrap();
        assert_eq!(keys.len(), 2);
        keys.iter().find(|key| key["type"] == kind).unwrap().clone()
    }

    fn create(&self, fields: &Value) -> Value {
        let mut body = self.place.clone();
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.owner.prove_and_do("/api/v1/keys", &body)
    }
}

#[test]
fn a_key_is_created_noted_renamed_limited_to_addresses_and_deleted() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let shop = Shop::new(&keyway);
    let key = shop.create(&json!({"name": "Backend"}));
    let value = text(&key, "secret");
    assert!(value.starts_with("sk_live_"));
    assert_eq!(call(&keyway, value).status, 200);
    let edited = json!({"name": "Till", "note": "In the vault of the till"});
    let edited = shop.owner.do_at_once("POST", &path(&key, ""), &edited);
    assert_eq!(
        (text(&edited, "name"), text(&edited, "note")),
        ("Till", "In the vault of the till")
    );

    let limited = json!({"ip_allowlist": ["100.10.38.0/24"]});
    let limited = shop.owner.prove_and_do(&path(&key, ""), &limited);
    assert_eq!(limited["ip_allowlist"], json!(["100.10.38.0/24"]));
    assert_eq!(refusal(&keyway, value), "403 invalid_request_error ip_not_allowed");
    let here = json!({"ip_allowlist": ["100.10.38.0/24", "127.0.0.1"]});
    shop.owner.prove_and_do(&path(&key, ""), &here);
    assert_eq!(call(&keyway, value).status, 200);

    shop.owner.do_at_once("DELETE", &path(&key, ""), &json!({}));
    let told = call(&keyway, value);
    assert_eq!(told.error(), "401 authentication_error api_key_deleted");
    assert!(text(&told.json()["error"], "message").contains("deleted"), "{told:?}");
    assert_eq!(shop.owner.ask("POST", &path(&key, "/reveal"), &json!({})).status, 400);
}

#[test]
fn a_restricted_key_is_duplicated_with_its_permissions_and_another_value() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let shop = Shop::new(&keyway);
    let fields = json!({"type": "restricted", "name": "Reader", "permissions": ["customer_read"]});
    let key = shop.create(&fields);
    let other = shop.owner.prove_and_do(&path(&key, "/duplicate"), &json!({"name": "Reader 2"}));
    assert_eq!(other["permissions"], key["permissions"]);
    assert_ne!(text(&other, "secret"), text(&key, "secret"));
    assert!(text(&other, "secret").starts_with("rk_live_"));
}

#[test]
fn after_a_rotation_with_an_expiry_both_keys_work_until_it_passes() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let shop = Shop::new(&keyway);
    let key = shop.create(&json!({"name": "Backend"}));
    let rotated = shop.owner.prove_and_do(&path(&key, "/rotate"), &json!({"expires_at": soon()}));
    let (old, new) = (text(&key, "secret"), text(&rotated, "secret"));
    let shown = shop.owner.do_at_once("GET", &path(&key, ""), &json!({}));
    assert_eq!((text(&shown, "status"), text(&rotated, "name")), ("expiring", "Secret key"));
    assert_eq!((call(&keyway, old).status, call(&keyway, new).status), (200, 200));
    assert_eq!(refusal_to_come(&keyway, old), "401 authentication_error api_key_expired");
    assert_eq!(call(&keyway, new).status, 200);
}

#[test]
fn the_key_of_a_scheduled_rotation_is_revealed_once() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let shop = Shop::new(&keyway);
    let key = shop.create(&json!({"name": "Backend"}));
    shop.owner.prove_and_do(&path(&key, "/rotation"), &json!({"next_at": soon()}));
    assert_eq!(
        refusal_to_come(&keyway, text(&key, "secret")),
        "401 authentication_error api_key_deleted"
    );
    let account = text(&shop.place, "account");
    let list = format!("/api/v1/keys?account={account}&mode=live");
    let list = shop.owner.do_at_once("GET", &list, &json!({}));
    let [new, ..] = &list["data"].as_array().unwrap()[..] else { panic!("no keys") };
    assert_eq!((text(new, "type"), text(new, "reveal")), ("secret", "once"));
    assert_eq!(new["secret"], Value::Null);
    let revealed = shop.owner.prove_and_do(&path(new, "/reveal"), &json!({}));
    assert_eq!(call(&keyway, text(&revealed, "secret")).status, 200);
    let again = shop.owner.ask("POST", &path(new, "/reveal"), &json!({}));
    assert_eq!(again.error(), "400 invalid_request_error value_not_kept");
}

#[test]
fn an_account_is_born_with_four_keys_that_are_revealed_as_their_kind_says() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let shop = Shop::new(&keyway);
    let opened = shop.owner.do_at_once("POST", "/api/v1/accounts", &json!({"name": "Bakery"}));
    let (account, sandbox) = (text(&opened, "id"), text(&opened, "first_sandbox"));
    let live = shop.born(account, "live", "secret");
    let value = shop.owner.prove_and_do(&path(&live, "/reveal"), &json!({}));
    assert_eq!(call(&keyway, text(&value, "secret")).status, 200);
    let again = shop.owner.ask("POST", &path(&live, "/reveal"), &json!({}));
    assert_eq!(again.error(), "400 invalid_request_error value_not_kept");

    let test = path(&shop.born(account, sandbox, "secret"), "/reveal");
    let reveal = || shop.owner.do_at_once("POST", &test, &json!({}))["secret"].clone();
    assert_eq!(reveal(), reveal(), "any number of times");
    assert_eq!(call(&keyway, reveal().as_str().unwrap()).status, 200);

    let publishable = shop.born(account, "live", "publishable");
    let refused = shop.owner.ask("DELETE", &path(&publishable, ""), &json!({}));
    assert_eq!(refused.error(), "400 invalid_request_error publishable_key_stays");
    let rotate = json!({"expires_at": "now"});
    let rotated = shop.owner.prove_and_do(&path(&publishable, "/rotate"), &rotate);
    assert_eq!(text(&rotated, "name"), "Publishable key");
    assert!(text(&rotated, "secret").starts_with("pk_live_"));
    let known = |key: &Value| refusal(&keyway, text(key, "secret"));
    assert_eq!(known(&rotated), "403 invalid_request_error secret_key_required");
}
