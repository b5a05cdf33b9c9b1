//! Keys of an organization, and those of another system.

use serde_json::{Value, json};

use super::{KEYS, Stage, post, refused};

#[test]
fn keys_of_an_organization() {
    let stage = Stage::new();
    let organization = stage.people.organization.to_string();
    let keys = format!("/api/v1/organizations/{organization}/keys");
    let owner = |path: &str, body: Value| ("owner", "POST", path.to_owned(), body);
    let named = |name: &str| json!({"livemode": false, "name": name});
    let made = stage.world().post(&keys, &stage.people.token, &named("Reader").to_string()).json();
    let key = format!("{KEYS}/{}", made["id"].as_str().unwrap());
    let other = "/api/v1/organizations/org_0123456789abcdefghijklm/keys".to_owned();
    let told = refused(
        &stage,
        &[
            owner(&keys, json!({"name": "a"})),
            owner(&keys, named("")),
            owner(&keys, named("a\u{202e}b")),
            owner(&keys, named(stage.world().own.secret())),
            owner(&keys, json!({"livemode": false, "name": "a", "permissions": ["customer"]})),
            owner(&keys, json!({"livemode": false, "name": "a", "mode": "live"})),
            owner(&keys, json!({"livemode": true, "name": "a"})),
            owner(&other, named("a")),
            ("key", "POST", keys.clone(), named("a")),
            ("analyst", "POST", keys.clone(), named("a")),
            ("owner", "GET", format!("{keys}?livemode=maybe"), json!(null)),
            ("owner", "GET", format!("{keys}?mode=live"), json!(null)),
            ("owner", "GET", other.clone(), json!(null)),
            ("analyst", "GET", keys.clone(), json!(null)),
            ("key", "GET", key.clone(), json!(null)),
            ("analyst", "DELETE", key.clone(), json!(null)),
            owner(&key, json!({"permissions": ["nonsense_read"], "colour": "red"})),
            owner(&key, json!({"ip_allowlist": []})),
            owner(&format!("{key}/rotate"), json!({"expires_at": "2027-01-01T00:00:00Z"})),
            owner(&format!("{key}/expire"), json!({})),
        ],
    );
    let told = told.replace(&organization, "org_…").replace(made["id"].as_str().unwrap(), "key_…");
    insta::assert_snapshot!(told, @"
    400 invalid_request_error parameters_malformed -: The body cannot be read: missing field `livemode` at line 1 column 12.
    400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
    400 invalid_request_error parameter_invalid name: A name has 1 to 200 characters and no control characters.
    400 invalid_request_error parameter_invalid -: A key value must not stand in a name or a note.
    400 invalid_request_error parameter_invalid permissions: `customer` is no permission; one is written like `customer_read` or `charge_write`.
    400 invalid_request_error parameters_malformed -: The body cannot be read: unknown field `mode`, expected one of `livemode`, `name`, `note`, `permissions`, `connect_permissions` at line 1 column 35.
    403 invalid_request_error verification_required -: A verification code was sent to ada@example.com; send the same request again with it in the header `Verification-Code`.
    404 invalid_request_error resource_missing id: No such organization: 'org_0123456789abcdefghijklm'.
    403 invalid_request_error not_allowed -: An API key manages what it acts on, which is one account and mode or one organization, and nothing else.
    404 invalid_request_error resource_missing id: No such organization: 'org_…'.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: livemode: provided string was not `true` or `false`.
    400 invalid_request_error parameters_malformed -: Failed to deserialize query string: mode: unknown field `mode`, expected one of `livemode`, `limit`, `starting_after`.
    404 invalid_request_error resource_missing id: No such organization: 'org_0123456789abcdefghijklm'.
    404 invalid_request_error resource_missing id: No such organization: 'org_…'.
    404 invalid_request_error resource_missing id: No such key: 'key_…'.
    404 invalid_request_error resource_missing id: No such key: 'key_…'.
    400 invalid_request_error parameters_malformed -: The body cannot be read: unknown field `colour`, expected one of `name`, `note`, `ip_allowlist`, `permissions`, `connect_permissions` at line 1 column 41.
    400 invalid_request_error parameter_invalid ip_allowlist: The list is empty; to allow every address, remove the restriction instead.
    400 invalid_request_error parameter_invalid expires_at: The old key can go on for at most 7 days.
    400 invalid_request_error key_not_expiring -: The key has no time to end that could be cut short; delete it instead.
    ");
}

#[test]
fn keys_of_another_system() {
    let stage = Stage::new();
    let import = |body: Value| post(format!("{KEYS}/import"), body);
    let key = json!({"name": "Till", "hash": "ab".repeat(32), "algorithm": "sha256"});
    let with = |name: &str, value: Value| {
        let mut key = key.clone();
        key[name] = value;
        import(json!({"keys": [key]}))
    };
    let (id, mode) = (stage.account["id"].clone(), stage.account["first_sandbox"].clone());
    let many = vec![key.clone(); 1_001];
    let analyst = json!({"account": id, "mode": mode, "keys": [key]});
    let told = refused(
        &stage,
        &[
            import(json!({})),
            import(json!({"keys": []})),
            import(json!({"keys": many})),
            import(json!({"keys": [key, key]})),
            with("hash", json!("ab")),
            with("algorithm", json!("md5")),
            with("type", json!("publishable")),
            with("permissions", json!(["customer_read"])),
            with("ip_allowlist", json!(["2001:db8::/32"])),
            with("ip_allowlist", json!([])),
            with("expires_at", json!("2020-01-01T00:00:00Z")),
            with("last4", json!("12345")),
            with("name", json!("a".repeat(10_000))),
            with("colour", json!("red")),
            ("live key", "POST", format!("{KEYS}/import"), json!({"keys": [key]})),
            ("analyst", "POST", format!("{KEYS}/import"), analyst),
            ("owner", "POST", format!("{KEYS}/import"), json!({"keys": [key]})),
        ],
    );
    insta::assert_snapshot!(told, @"
    400 invalid_request_error parameters_malformed -: The body cannot be read: missing field `keys` at line 1 column 2.
    400 invalid_request_error parameter_invalid keys: 1 to 1000 keys are imported at a time.
    400 invalid_request_error parameter_invalid keys: 1 to 1000 keys are imported at a time.
    400 invalid_request_error import_invalid keys: Nothing was imported: 1 of the keys cannot be, and `entries` says why. The same hash stands before.
    400 invalid_request_error import_invalid keys: Nothing was imported: 1 of the keys cannot be, and `entries` says why. `hash` is 64 hex digits.
    400 invalid_request_error import_invalid keys: Nothing was imported: 1 of the keys cannot be, and `entries` says why. `algorithm` is sha256 or hmac_sha256.
    400 invalid_request_error import_invalid keys: Nothing was imported: 1 of the keys cannot be, and `entries` says why. `type` is secret or restricted.
    400 invalid_request_error import_invalid keys: Nothing was imported: 1 of the keys cannot be, and `entries` says why. A secret key takes no permissions; say `type` restricted.
    400 invalid_request_error import_invalid keys: Nothing was imported: 1 of the keys cannot be, and `entries` says why. `2001:db8::/32` is an IPv6 address; only IPv4 addresses can be listed.
    400 invalid_request_error import_invalid keys: Nothing was imported: 1 of the keys cannot be, and `entries` says why. The list is empty; to allow every address, remove the restriction instead.
    400 invalid_request_error import_invalid keys: Nothing was imported: 1 of the keys cannot be, and `entries` says why. `expires_at` lies in the past.
    400 invalid_request_error import_invalid keys: Nothing was imported: 1 of the keys cannot be, and `entries` says why. `last4` is four letters or digits.
    400 invalid_request_error import_invalid keys: Nothing was imported: 1 of the keys cannot be, and `entries` says why. A name has 1 to 200 characters and no control characters.
    400 invalid_request_error parameters_malformed -: The body cannot be read: unknown field `colour`, expected one of `name`, `hash`, `algorithm`, `note`, `type`, `permissions`, `connect_permissions`, `ip_allowlist`, `expires_at`, `last4` at line 1 column 127.
    403 invalid_request_error person_required -: This takes a verification code, which only a person who has signed in can give; sign in and repeat it.
    403 invalid_request_error not_allowed -: Your role does not allow this; ask an owner or administrator.
    400 invalid_request_error parameter_missing account: Say of which account and mode: `account` and `mode`.
    ");
}
