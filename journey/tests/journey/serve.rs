//! `keyway serve` and `keyway check`, with a file of settings.

use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde_json::{Value, json};

use crate::http::{Answer, Ask};
use crate::keyway::{folder, output, program};
use crate::postgres::Schema;
use crate::served::{
    Served, alter, mirror, open_account, value, write_config, write_shared_config,
};

#[test]
fn a_real_api_is_served_with_real_keys() {
    let folder = folder();
    let config = write_config(folder.path(), &mirror());
    let (code, said, errors) =
        output(Command::new(program()).args(["check", "--config"]).arg(&config));
    assert_eq!(code, Some(0), "{said}{errors}");
    let opened = open_account(&config);
    let served = Served::start(&config);
    let answer = served.ask(value(&opened, "sandbox", "secret")).send();
    assert_eq!(answer.status, 200);
    let told = answer.body.to_ascii_lowercase();
    assert!(told.contains("keyway-account: acct_") && !told.contains("sk_test_"), "{told}");
    let refused = Ask::get(&served.gateway, "/anything").send();
    assert_eq!(refused.error(), "401 invalid_request_error api_key_missing");
}

#[test]
fn tls_ends_at_the_gateway_with_either_version_of_http() {
    if Command::new("curl").arg("--version").output().is_err() {
        let mut errors = std::io::stderr();
        return writeln!(errors, "there is no curl").unwrap();
    }
    let folder = folder();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| folder.path().join(name));
    std::fs::write(&certificate, cert.pem()).unwrap();
    std::fs::write(&key, signing_key.serialize_pem()).unwrap();
    let config = write_config(folder.path(), &mirror());
    let (certificate, key) = (certificate.display().to_string(), key.display().to_string());
    let tls = format!("[gateway]\ntls_certificate = \"{certificate}\"\ntls_key = \"{key}\"\n");
    alter(&config, "[gateway]\n", &tls);
    let opened = open_account(&config);
    let served = Served::start(&config);
    let url = served.gateway.replace("http:", "https:") + "/anything";
    let ask = |version: &str, key: &str| {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--cacert", &certificate, version]);
        curl.args(["--user", &format!("{key}:"), "--write-out", "%{http_version} %{http_code}"]);
        let (code, said, errors) = output(curl.args(["--output", "/dev/null", &url]));
        assert_eq!((code, errors.as_str()), (Some(0), ""));
        said
    };
    for mode in ["live", "sandbox"] {
        let secret = value(&opened, mode, "secret");
        assert_eq!(ask("--http1.1", secret), "1.1 200");
        // This is offered, and chosen, within the handshake.
        assert_eq!(ask("--http2", secret), "2 200");
    }
    assert_eq!(ask("--http2", "sk_live_none"), "2 401");
    // Whoever speaks plain HTTP is not understood.
    assert!(served.ask(value(&opened, "sandbox", "secret")).try_send().is_err());
}

#[test]
fn what_one_node_revokes_no_other_admits() {
    let Some(schema) = Schema::new() else { return };
    let folder = folder();
    let config = write_shared_config(folder.path(), &schema.url);
    let opened = open_account(&config);
    let own = value(&opened, "sandbox", "secret");
    let (one, other) = (Served::start(&config), Served::start(&config));
    let manage = |method: &str, path: &str| Ask::new(&one.console, method, path).bearer(own);
    let created = manage("POST", "/api/v1/keys").json(&serde_json::json!({"name": "Shop"})).send();
    let key = created.json();
    let (id, value) = (key["id"].as_str().unwrap(), key["secret"].as_str().unwrap());
    let ask = |node: &Served| node.decided(value);
    assert_eq!(ask(&one).status, 200);
    let admitted = std::iter::repeat_with(|| ask(&other).status).find(|status| *status == 200);
    assert_eq!(admitted, Some(200));
    assert_eq!(manage("DELETE", &format!("/api/v1/keys/{id}")).send().status, 200);
    for node in [&one, &other] {
        assert_eq!(ask(node).error(), "401 authentication_error api_key_deleted");
    }
}

#[test]
fn what_is_due_is_done_once_though_two_nodes_look_for_it() {
    let Some(schema) = Schema::new() else { return };
    let folder = folder();
    let config = write_shared_config(folder.path(), &schema.url);
    let opened = open_account(&config);
    let own = value(&opened, "sandbox", "secret");
    let (one, other) = (Served::start(&config), Served::start(&config));
    let manage = |method: &str, path: &str| Ask::new(&one.console, method, path).bearer(own);
    let scheduled: Vec<Value> = (0..10)
        .map(|number| {
            let body = json!({"name": format!("Shop {number}")});
            let key = manage("POST", "/api/v1/keys").json(&body).send().json();
            let created: Timestamp = key["created"].as_str().unwrap().parse().unwrap();
            let at = created + SignedDuration::from_secs(3);
            let path = format!("/api/v1/keys/{}/rotation", key["id"].as_str().unwrap());
            assert_eq!(manage("POST", &path).json(&json!({"next_at": at})).send().status, 200);
            key
        })
        .collect();
    // Both nodes look twice a second; each key is gone once one of them has rotated it.
    let refused = |key: &Value| {
        let value = key["secret"].as_str().unwrap();
        other.ask(value).send().status == 401
    };
    for key in &scheduled {
        assert!(std::iter::repeat_with(|| refused(key)).any(|refused| refused));
    }
    for key in &scheduled {
        let path = format!("/api/v1/events?object_id={}", key["id"].as_str().unwrap());
        let events = manage("GET", &path).send().json();
        let types = events["data"].as_array().unwrap().iter().map(|event| &event["type"]);
        let rotated = types.filter(|name| **name == "api_key.rotated").count();
        assert_eq!(rotated, 1, "{events}");
    }
    let list = manage("GET", "/api/v1/keys?limit=100").send().json();
    let alive = list["data"].as_array().unwrap().iter();
    let alive = alive.filter(|key| key["type"] == "secret" && key["status"] == "active").count();
    assert_eq!(alive, 11, "the account's own, and one for each of ten");
}

/// The first answer that is not of that status; there is one soon.
fn first_but(status: u16, ask: impl FnMut() -> Answer) -> Answer {
    // Far more than are asked in any time that is meant.
    let mut answers = std::iter::repeat_with(ask).take(100_000);
    answers.find(|answer| answer.status != status).unwrap()
}

#[test]
fn a_store_that_falls_silent_is_given_up_and_heard_again() {
    let Some(schema) = Schema::new() else { return };
    let (folder, line) = (folder(), schema.line());
    let config = write_shared_config(folder.path(), &schema.by(&line));
    let opened = open_account(&config);
    let own = value(&opened, "sandbox", "secret");
    let served = Served::start(&config);
    assert_eq!(served.decided(own).status, 200);
    line.fall_silent();
    let refused = first_but(200, || served.ask(own).send());
    assert_eq!(refused.error(), "503 api_error unavailable");
    let ready = || Ask::get(&served.operations, "/readyz").send();
    assert_eq!(ready().status, 503);
    // Whatever hangs goes on hanging; only what is tried anew can help.
    line.let_new_ones_pass();
    assert_eq!(first_but(503, || served.ask(own).send()).status, 200);
    assert_eq!(ready().status, 200);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how much is asked in a time is what is tested")]
fn a_change_that_is_told_of_and_not_there_is_not_looked_for_without_a_pause() {
    let Some(schema) = Schema::new() else { return };
    let (folder, line) = (folder(), schema.line());
    let config = write_shared_config(folder.path(), &schema.by(&line));
    let opened = open_account(&config);
    let served = Served::start(&config);
    schema.cry_wolf();
    let (begun, before) = (Instant::now(), line.sent());
    while begun.elapsed() < Duration::from_secs(1) {
        assert_eq!(served.decided(value(&opened, "sandbox", "secret")).status, 200);
    }
    // The store is asked twelve times in a lease, each time in two or three messages.
    let asked = line.sent() - before;
    assert!(asked < 100, "{asked} messages");
}

#[test]
fn a_revocation_waits_for_the_longest_lease_that_any_node_took() {
    let Some(schema) = Schema::new() else { return };
    let (folders, line) = ([folder(), folder()], schema.line());
    let config = write_shared_config(folders[0].path(), &schema.url);
    let opened = open_account(&config);
    let one = Served::start(&config);
    let longer = folders[1].path().join("keyway.toml");
    std::fs::copy(&config, &longer).unwrap();
    alter(&longer, "lease_s = 1.0", "lease_s = 3.0");
    alter(&longer, &schema.url, &schema.by(&line));
    let other = Served::start(&longer);
    let own = value(&opened, "sandbox", "secret");
    let manage = |method: &str, path: &str| Ask::new(&one.console, method, path).bearer(own);
    let key = manage("POST", "/api/v1/keys").json(&json!({"name": "Shop"})).send().json();
    let value = key["secret"].as_str().unwrap();
    assert_eq!(first_but(401, || other.decided(value)).status, 200);
    line.fall_silent();
    let path = format!("/api/v1/keys/{}", key["id"].as_str().unwrap());
    assert_eq!(manage("DELETE", &path).send().status, 200);
    // The other node has heard nothing of it, and nothing else either for so long.
    assert_eq!(other.ask(value).send().error(), "503 api_error unavailable");
}

#[test]
fn an_unknown_setting_is_an_error_with_the_nearest_name() {
    let folder = folder();
    let config = write_config(folder.path(), "http://127.0.0.1:9");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("[console]\nlisten", "[console]\nlissten")).unwrap();
    let (code, _, errors) =
        output(Command::new(program()).args(["check", "--config"]).arg(&config));
    assert_eq!(code, Some(1));
    assert!(errors.contains("lissten") && errors.contains("listen"), "{errors}");
    std::fs::write(&config, text).unwrap();
    let (code, _, errors) = output(
        Command::new(program())
            .args(["check", "--config"])
            .arg(&config)
            .env("KEYWAY_GATEWAY_LISSEN", "x"),
    );
    assert_eq!(code, Some(1));
    assert!(errors.contains("KEYWAY_GATEWAY_LISTEN"), "{errors}");
}
