//! No key value is written anywhere but where it is shown.

use std::path::Path;

use serde_json::json;

use crate::http::Ask;
use crate::keyway::{Keyway, folder};
use crate::owner::Owner;

/// Every file below a folder but the one that is meant to show key values.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.file_name().unwrap() != "dev.json" {
            files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    files
}

fn holds(text: &[u8], part: &str) -> bool {
    text.windows(part.len()).any(|window| window == part.as_bytes())
}

#[test]
fn no_key_value_is_in_a_log_an_answer_or_a_file() {
    let folder = folder();
    let keyway = Keyway::dev_with(folder.path(), "trace");
    let mut values: Vec<String> = Vec::new();
    for account in keyway.world["accounts"].as_array().unwrap() {
        for (mode, kind) in [
            ("sandbox", "secret"),
            ("sandbox", "publishable"),
            ("live", "secret"),
            ("live", "publishable"),
        ] {
            values.push(account[mode][kind].as_str().unwrap().to_owned());
        }
    }
    let own = keyway.key("sandbox", "secret").to_owned();
    let created = keyway.manage("POST", "/api/v1/keys").bearer(&own).json(&json!({"name": "Shop"}));
    let created = created.send().json();
    values.push(created["secret"].as_str().unwrap().to_owned());

    let metrics = keyway.operations().to_owned();
    let mut answers = String::new();
    for value in &values {
        // A key wherever a careless caller might put one.
        let query = format!("/v1/balance?api_key={value}");
        let path = format!("/v1/customers/{value}");
        let longer = format!("/v1/customers/{value}x");
        let escaped = format!("/v1/customers/{}", value.replace('_', "%5F"));
        for ask in [
            keyway.get("/v1/balance").basic(value),
            keyway.get("/v1/balance").bearer(&format!("{value}x")),
            keyway.get("/v1/balance").bearer(value).header("User-Agent", value),
            keyway.get(&query).bearer(value),
            keyway.get(&path).bearer(value),
            keyway.get("/v1/balance").bearer(value).header("Stripe-Account", value),
            keyway.get("/v1/balance").bearer(value).header("Stripe-Version", value),
            keyway.get("/v1/balance").header("Authorization", value),
            keyway.get(&longer).bearer(value),
            keyway.get(&escaped).bearer(value),
            Ask::new(keyway.gateway(), value, "/v1/balance").bearer(value),
            Ask::new(keyway.console(), value, "/api/v1/keys").bearer(value),
            Ask::get(&metrics, "/metrics"),
            keyway.manage("GET", "/api/v1/keys").bearer(value),
            keyway.manage("GET", &format!("/api/v1/keys/{value}")).bearer(value),
            keyway.manage("GET", &format!("/api/v1/keys?key={value}")).bearer(value),
        ] {
            let answer = ask.send();
            answers.push_str(&answer.head);
            answers.push_str(&answer.body);
        }
    }
    let (code, log) = keyway.stop();
    assert_eq!(code, Some(0));
    assert!(log.contains("DEBUG"), "the log says no more than usual");
    let mut written = files(folder.path());
    written.push(("the log".to_owned(), log.into_bytes()));
    written.push(("the answers".to_owned(), answers.into_bytes()));
    assert!(written.iter().any(|(name, _)| name.ends_with("keyway.db")));
    for value in &values {
        // The part of a value that is its secret, any eight characters of it.
        let body = &value[8..value.len() - 4];
        for (name, text) in &written {
            for start in (0..body.len() - 8).step_by(4) {
                assert!(!holds(text, &body[start..start + 8]), "a key value is in {name}");
            }
        }
    }
}

#[test]
fn what_a_person_is_shown_once_and_signs_in_with_is_written_nowhere() {
    let folder = folder();
    let keyway = Keyway::dev_with(folder.path(), "trace");
    let owner = Owner::sign_in(&keyway);
    let account = keyway.account("standalone")["id"].clone();
    let secret = |key: &serde_json::Value| key["secret"].as_str().unwrap().to_owned();
    let path = |key: &serde_json::Value, verb: &str| {
        format!("/api/v1/keys/{}/{verb}", key["id"].as_str().unwrap())
    };
    let place = json!({"account": account, "mode": "live", "name": "Backend"});
    let made = owner.prove_and_do("/api/v1/keys", &place);
    let rotated = owner.prove_and_do(&path(&made, "rotate"), &json!({"expires_at": "now"}));
    let restricted = json!({
        "account": account, "mode": "live", "name": "Reader", "type": "restricted",
        "permissions": ["balance_read"],
    });
    let restricted = owner.prove_and_do("/api/v1/keys", &restricted);
    let copied = owner.prove_and_do(&path(&restricted, "duplicate"), &json!({}));
    let mut hidden = [made, rotated, restricted, copied].map(|key| secret(&key)).to_vec();
    hidden.extend(owner.secrets());
    hidden.push(keyway.world["owner"]["password"].as_str().unwrap().to_owned());
    // Used, refused and taken back, so that there is something to be told of them.
    for value in &hidden {
        keyway.get("/v1/balance").bearer(value).send();
    }
    let (code, log) = keyway.stop();
    assert_eq!(code, Some(0));
    let mut written = files(folder.path());
    written.push(("the log".to_owned(), log.into_bytes()));
    // What is written is looked through, as an id in it shows.
    let named = |part: &str| written.iter().filter(|(_, text)| holds(text, part)).count();
    assert!(named(account.as_str().unwrap()) >= 2);
    for value in &hidden {
        for (name, text) in &written {
            assert!(!holds(text, value), "a secret is in {name}");
        }
    }
}
