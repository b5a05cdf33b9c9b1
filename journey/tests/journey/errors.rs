//! The table of errors, against the binary, with Basic and with Bearer: what each situation is answered,
//! to the letter.

use std::net::TcpListener;
use std::sync::mpsc;

use serde_json::{Value, json};
use sqlx::{Connection, Executor, SqliteConnection};
use tokio::runtime::Runtime;

use crate::http::{Answer, Ask};
use crate::keyway::{Keyway, folder};
use crate::postgres::Schema;
use crate::served::{Served, alter, open_account, value, write_config, write_shared_config};

/// An answer in a line, with what must hold of every error.
fn told(answer: &Answer) -> String {
    if answer.status < 400 {
        return answer.status.to_string();
    }
    let line = answer.error();
    let challenge = answer.header("www-authenticate");
    assert_eq!(challenge, (answer.status == 401).then_some("Basic realm=\"Keyway\""), "{line}");
    let waits = answer.header("retry-after");
    assert_eq!(waits, (answer.status == 503).then_some("1"), "{line}");
    let Value::Object(error) = answer.json()["error"].clone() else { panic!("no error") };
    let text = |name: &str| error[name].as_str().unwrap();
    let (docs, code) = text("doc_url").rsplit_once('/').unwrap();
    assert_eq!(code, text("code"));
    assert!(docs.starts_with("http://127.0.0.1:") && docs.ends_with("/docs/errors"), "{docs}");
    let param = error.get("param").map(|param| format!(" ({param})")).unwrap_or_default();
    format!("{line}{param}: {}", text("message"))
}

/// Asks with Basic and with Bearer, which must be answered the same.
fn both<'k>(ask: impl Fn() -> Ask<'k>, key: &str) -> String {
    let (basic, bearer) = (told(&ask().basic(key).send()), told(&ask().bearer(key).send()));
    assert_eq!(basic, bearer);
    basic
}

/// A text in which what is new in each run goes by a name, and the end of a key value by that of the key.
fn named(text: &str, names: &[(&str, &str)]) -> String {
    names.iter().fold(text.to_owned(), |text, (value, name)| {
        let end = format!("**********{}", &value[value.len() - 4..]);
        text.replace(&end, &format!("**********<{name}>")).replace(value, &format!("<{name}>"))
    })
}

#[test]
fn each_situation_has_its_status_type_code_and_sentence() {
    let folders = [folder(), folder()];
    let keyway = Keyway::dev(folders[0].path());
    let secret = keyway.key("sandbox", "secret");
    let publishable = keyway.key("sandbox", "publishable");
    let foreign = keyway.account("standalone")["id"].as_str().unwrap();
    let connected = keyway.account("connected")["id"].as_str().unwrap();
    // Of another store, so that its checksum is right.
    let elsewhere = open_account(&write_config(folders[1].path(), "http://127.0.0.1:9"));
    let unknown = value(&elsewhere, "sandbox", "secret");
    let balance = || keyway.get("/v1/balance");
    let with = |name: &str, text: &str| both(|| balance().header(name, text), secret);
    let changed =
        format!("{}{}", &secret[..secret.len() - 1], if secret.ends_with('x') { 'y' } else { 'x' });
    let in_url = format!("/v1/balance?key={secret}");
    let deep = format!("{foreign}/{foreign}/{foreign}");
    let differing =
        || balance().header("Stripe-Context", foreign).header("Stripe-Account", connected);
    let twice =
        |name: &str| both(|| balance().header(name, connected).header(name, connected), secret);
    let rows = [
        ("a good key", both(balance, secret)),
        ("no key", told(&balance().send())),
        ("no form of a key", both(balance, "hunter2")),
        ("a wrong checksum", both(balance, &changed)),
        ("a key that nobody made here", both(balance, unknown)),
        ("a scheme that is none", told(&balance().header("Authorization", "Digest x").send())),
        ("two keys", told(&balance().bearer(secret).basic(secret).send())),
        ("a password", told(&balance().basic(&format!("{secret}:hunter2")).send())),
        ("a key in the address", both(|| keyway.get(&in_url), secret)),
        ("a publishable key", both(balance, publishable)),
        ("a foreign account", with("Stripe-Account", foreign)),
        ("an account too deep", with("Stripe-Context", &deep)),
        ("a context that is none", with("Stripe-Context", "me")),
        ("contexts that differ", both(differing, secret)),
        ("a context twice", twice("Stripe-Context")),
        ("an account twice", twice("Stripe-Account")),
        ("an unknown version", with("Stripe-Version", "1999-01-01")),
        ("an ambiguous path", both(|| keyway.get("/v1/../v1/balance"), secret)),
        ("an unknown path", both(|| keyway.get("/v1/nowhere"), secret)),
        ("an object that is not there", both(|| keyway.get("/v1/customers/cus_none"), secret)),
    ];
    let lines: Vec<_> = rows.iter().map(|(what, told)| format!("{what}: {told}")).collect();
    let names = [
        (secret, "secret"),
        (publishable, "publishable"),
        (unknown, "unknown"),
        (changed.as_str(), "changed"),
        (foreign, "foreign"),
    ];
    insta::assert_snapshot!(named(&lines.join("\n"), &names), @r#"
    a good key: 200
    no key: 401 invalid_request_error api_key_missing: No API key was provided. Send it as the user name of HTTP Basic authentication with an empty password (curl -u sk_test_…:), or as 'Authorization: Bearer sk_test_…'.
    no form of a key: 401 invalid_request_error api_key_invalid: Invalid API Key provided: **********
    a wrong checksum: 401 invalid_request_error api_key_invalid: Invalid API Key provided: sk_test_**********<changed>
    a key that nobody made here: 401 invalid_request_error api_key_invalid: Invalid API Key provided: sk_test_**********<unknown>
    a scheme that is none: 400 invalid_request_error authorization_invalid: The API key cannot be read from the Authorization header: its scheme is neither Basic nor Bearer.
    two keys: 400 invalid_request_error authorization_invalid: The API key cannot be read from the Authorization header: there is more than one Authorization header.
    a password: 400 invalid_request_error authorization_invalid: The API key cannot be read from the Authorization header: the key goes in as the user name, and the password stays empty.
    a key in the address: 400 invalid_request_error api_key_in_url: An API key stands in the address of this request. Addresses end up in logs: see the key as exposed, rotate it, and send the new one in the Authorization header.
    a publishable key: 403 invalid_request_error secret_key_required: This operation cannot be called with a publishable key. Use a secret or restricted key, on your server.
    a foreign account: 403 invalid_request_error account_invalid: The provided key 'sk_test_**********<secret>' has no access to account '<foreign>', or that account does not exist.
    an account too deep: 403 invalid_request_error account_invalid: The provided key 'sk_test_**********<secret>' has no access to account '<foreign>', or that account does not exist.
    a context that is none: 400 invalid_request_error context_invalid: The account to act on cannot be read: write it as `acct_…` or `acct_…/acct_…`.
    contexts that differ: 400 invalid_request_error context_invalid: The account to act on cannot be read: the two context headers name different accounts; send only one of them.
    a context twice: 400 invalid_request_error context_invalid: The account to act on cannot be read: the header stands there more than once.
    an account twice: 400 invalid_request_error context_invalid: The account to act on cannot be read: the header stands there more than once.
    an unknown version: 400 invalid_request_error version_unknown: The API version in the header Stripe-Version is not known; the newest is 2026-10-28.endive.
    an ambiguous path: 400 invalid_request_error request_ambiguous: This request can be read in more than one way and was not forwarded: the path holds a dot segment.
    an unknown path: 404 invalid_request_error url_unknown: Unrecognized request URL (GET: /v1/nowhere).
    an object that is not there: 404 invalid_request_error resource_missing ("id"): No such customer: 'cus_none'
    "#);
}

#[test]
fn a_live_key_over_plain_http_is_refused_unless_it_is_allowed() {
    let folder = folder();
    let config = write_config(folder.path(), "http://127.0.0.1:9");
    let opened = open_account(&config);
    let served = Served::start(&config);
    let anything = || Ask::get(&served.gateway, "/anything");
    let refused = both(anything, value(&opened, "live", "secret"));
    insta::assert_snapshot!(refused, @"403 invalid_request_error https_required: A live key was sent over plain HTTP. Use HTTPS, and see the key as exposed.");
    // A sandbox key gets as far as the API, which is not there.
    let passed = both(anything, value(&opened, "sandbox", "secret"));
    insta::assert_snapshot!(passed, @"502 api_error upstream_unreachable: The API cannot be reached at the moment.");
}

#[test]
fn an_api_that_does_not_answer_in_time_is_told_apart_from_one_that_is_not_there() {
    let folder = folder();
    // Connections are taken, and nobody ever answers.
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let config = write_config(folder.path(), &format!("http://{}", mute.local_addr().unwrap()));
    alter(&config, "[console]\n", "[gateway.timeouts]\nupstream_s = 0.2\n[console]\n");
    let opened = open_account(&config);
    let served = Served::start(&config);
    let secret = value(&opened, "sandbox", "secret");
    let answered = both(|| Ask::get(&served.gateway, "/anything"), secret);
    insta::assert_snapshot!(answered, @"504 api_error upstream_timeout: The API took too long to answer.");
}

#[test]
fn a_gateway_that_has_not_heard_of_its_store_says_so() {
    let Some(schema) = Schema::new() else { return };
    let (folder, line) = (folder(), schema.line());
    let config = write_shared_config(folder.path(), &schema.by(&line));
    let opened = open_account(&config);
    let served = Served::start(&config);
    line.fall_silent();
    let secret = value(&opened, "sandbox", "secret");
    let status = || served.ask(secret).send().status;
    assert_eq!(std::iter::repeat_with(status).find(|status| *status != 200), Some(503));
    let answered = both(|| Ask::get(&served.gateway, "/anything"), secret);
    insta::assert_snapshot!(answered, @"503 api_error unavailable: The gateway cannot decide about requests at the moment. Try again in a second.");
}

#[test]
fn a_request_that_is_sent_twice_is_carried_out_once() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let secret = keyway.key("sandbox", "secret");
    let make = |name: &str| {
        keyway
            .post("/v1/customers")
            .header("Idempotency-Key", "first")
            .form(&format!("name={name}"))
    };
    let first = make("Jane").bearer(secret).send();
    let again = make("Jane").basic(secret).send();
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.json()["id"], again.json()["id"]);
    assert_eq!(first.header("idempotent-replayed"), None);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.header("original-request"), first.header("request-id"));
    assert_eq!(again.header("idempotency-key"), Some("first"));
    let other = both(|| make("John"), secret);
    let long = both(
        || keyway.post("/v1/customers").header("Idempotency-Key", &"x".repeat(256)).form(""),
        secret,
    );
    insta::assert_snapshot!([other, long].join("\n"), @"
    400 idempotency_error idempotency_key_reused: This idempotency key was first used with another path or other parameters. Repeat that request unchanged, or use a new key.
    400 idempotency_error idempotency_key_invalid: An idempotency key is given once and has 1 to 255 visible ASCII characters.
    ");
}

#[test]
fn while_the_first_request_runs_its_key_is_in_use() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let secret = keyway.key("sandbox", "secret");
    let runtime = Runtime::new().unwrap();
    let file = folder.path().join("payments.db");
    // As long as somebody else writes, whatever comes first must wait.
    let mut writer = runtime.block_on(async {
        let mut writer =
            SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        writer.execute("BEGIN IMMEDIATE").await.unwrap();
        writer
    });
    let (tell, answers) = mpsc::channel();
    std::thread::scope(|scope| {
        for present in [Ask::basic, Ask::bearer, Ask::bearer] {
            let (tell, keyway) = (tell.clone(), &keyway);
            scope.spawn(move || {
                let ask = keyway.post("/v1/customers").header("Idempotency-Key", "first");
                tell.send(present(ask.form("name=Jane"), secret).send()).unwrap();
            });
        }
        // One of the three is the first.
        let refused =
            [answers.recv().unwrap(), answers.recv().unwrap()].map(|answer| told(&answer));
        assert_eq!(refused[0], refused[1]);
        insta::assert_snapshot!(refused[0], @"409 idempotency_error idempotency_key_in_use: The first request with this idempotency key is still running. Try again in a moment.");
        runtime.block_on(writer.execute("ROLLBACK")).unwrap();
        assert_eq!(answers.recv().unwrap().status, 200);
    });
}

#[test]
fn an_object_of_another_mode_is_told_apart_from_one_that_is_nowhere() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let (test, live) = (keyway.key("sandbox", "secret"), keyway.key("live", "secret"));
    let made = keyway.post("/v1/products").bearer(test).form("id=tea&name=Tea").send();
    assert_eq!(made.status, 200, "{made:?}");
    let product = || keyway.get("/v1/products/tea");
    assert_eq!(both(product, test), "200");
    let after = || keyway.get("/v1/products?starting_after=tea");
    let refused = [both(product, live), both(after, live)];
    insta::assert_snapshot!(refused.join("\n"), @r#"
    404 invalid_request_error resource_missing ("id"): No such product: 'tea'; a similar object exists in test mode, but a live mode key was used to make this request.
    400 invalid_request_error resource_missing ("starting_after"): No such product: 'tea'; a similar object exists in test mode, but a live mode key was used to make this request.
    "#);
}

#[test]
fn a_restricted_key_is_refused_everywhere() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let wanted = json!({"name": "Reader", "type": "restricted", "permissions": ["balance_read"]});
    let own = keyway.key("sandbox", "secret");
    let created = keyway.manage("POST", "/api/v1/keys").bearer(own).json(&wanted).send().json();
    let restricted = created["secret"].as_str().unwrap();
    for path in ["/v1/balance", "/v1/customers", "/v1/nowhere"] {
        let answered = both(|| keyway.get(path), restricted);
        insta::allow_duplicates! {
            insta::assert_snapshot!(named(&answered, &[(restricted, "key")]), @"403 invalid_request_error more_permissions_required: The provided key 'rk_test_**********<key>' has no permission for this operation.");
        }
    }
}

#[test]
fn dead_keys_and_shut_out_addresses_are_told_why() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let own = keyway.key("sandbox", "secret");
    let create = || {
        let created =
            keyway.manage("POST", "/api/v1/keys").bearer(own).json(&json!({"name": "Shop"}));
        let created = created.send();
        assert!(created.status < 300, "{created:?}");
        let key = created.json();
        (key["id"].as_str().unwrap().to_owned(), key["secret"].as_str().unwrap().to_owned())
    };
    let balance = || keyway.get("/v1/balance");

    let (id, deleted) = create();
    assert_eq!(both(balance, &deleted), "200");
    assert_eq!(
        keyway.manage("DELETE", &format!("/api/v1/keys/{id}")).bearer(own).send().status,
        200
    );
    let answered = both(balance, &deleted);
    let (_, at) = answered.rsplit_once(", at ").unwrap();
    let at = at.strip_suffix('.').unwrap();
    assert!(at.parse::<jiff::Timestamp>().is_ok(), "{at}");
    let names = [(deleted.as_str(), "key"), (&id, "id"), (at, "time")];
    insta::assert_snapshot!(named(&answered, &names), @"401 authentication_error api_key_deleted: The API key provided was deleted: sk_test_**********<key> (<id>), at <time>.");

    let (id, expiring) = create();
    let path = format!("/api/v1/keys/{id}");
    let created = keyway.manage("GET", &path).bearer(own).send().json();
    let created: jiff::Timestamp = created["created"].as_str().unwrap().parse().unwrap();
    let ending = json!({"expires_at": created + jiff::SignedDuration::from_secs(2)});
    let path = format!("{path}/rotate");
    assert_eq!(keyway.manage("POST", &path).bearer(own).json(&ending).send().status, 200);
    assert_eq!(both(balance, &expiring), "200");
    // Its time comes by itself.
    let status = || balance().bearer(&expiring).send().status;
    assert_eq!(std::iter::repeat_with(status).find(|status| *status != 200), Some(401));
    insta::assert_snapshot!(named(&both(balance, &expiring), &[(&expiring, "key")]), @"401 authentication_error api_key_expired: Expired API Key provided: sk_test_**********<key>");

    let (id, listed) = create();
    let path = format!("/api/v1/keys/{id}");
    let list = json!({"ip_allowlist": ["100.10.38.0/24"]});
    assert_eq!(keyway.manage("POST", &path).bearer(own).json(&list).send().status, 200);
    insta::assert_snapshot!(both(balance, &listed), @"403 invalid_request_error ip_not_allowed: This API key may not be used from your address, 127.0.0.1. Its IP restriction is on its page in the dashboard.");
    let anywhere = json!({"ip_allowlist": null});
    assert_eq!(keyway.manage("POST", &path).bearer(own).json(&anywhere).send().status, 200);
    assert_eq!(both(balance, &listed), "200");
}
