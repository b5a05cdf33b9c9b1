//! `keyway check`: what a file of settings would do, or all that is wrong with it.

use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::program::{configured, end, with_config, write_private};

#[test]
fn what_would_be_started_is_told_in_sentences() {
    let folder = configured(
        r#"
[store]
url = "postgres://keyway:hunter2@db.internal/keyway?password=hunter3"
[gateway]
workers = 2
tls_certificate = "certificate.pem"
tls_key = "key.pem"
[gateway.upstream]
live = "https://api.internal"
sandbox = "http://127.0.0.1:9000"
"#,
    );
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.path().join("certificate.pem"), cert.pem()).unwrap();
    write_private(&folder.path().join("key.pem"), &signing_key.serialize_pem());
    let told = end(&mut with_config("check", folder.path()));
    assert_eq!((told.code, told.errors.as_str()), (Some(0), ""), "{told:?}");
    insta::assert_snapshot!(told.out, @"
    Keys are kept in db.internal/keyway and digested under pepper.
    The gateway listens on https://127.0.0.1:12111 with 2 workers; behind it stands https://api.internal for live keys and http://127.0.0.1:9000 for sandbox keys.
    The newest version of the API is 2026-10-28.endive.
    A rotated key may go on for at most 7 days; keys are restricted to IPv4 addresses.
    Nodes believe what they know for 3 s.
    The console listens on 127.0.0.1:4242, operations on 127.0.0.1:12119.
    Email is not sent.
    SMS are not sent.
    ");
}

#[test]
fn how_messages_reach_people_is_told_without_secrets() {
    let folder = configured(
        r#"
[mail]
from = "Keyway <keys@example.com>"
host = "smtp.example.com"
username = "keys"
password_file = "mail.password"
[sms]
webhook = "https://sms.example.com/keyway?token=hunter3"
secret_file = "sms.secret"
"#,
    );
    write_private(&folder.path().join("mail.password"), "hunter2\n");
    write_private(&folder.path().join("sms.secret"), &"0123456789abcdef".repeat(2));
    let told = end(&mut with_config("check", folder.path()));
    assert_eq!((told.code, told.errors.as_str()), (Some(0), ""), "{told:?}");
    let told: Vec<_> = told.out.lines().filter(|line| line.contains(" sent ")).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
Email is sent by smtp.example.com:587 over STARTTLS, from Keyway <keys@example.com>.
SMS are sent by https://sms.example.com/keyway.
"#);
}

#[test]
fn what_is_wrong_with_mail_and_sms_is_told() {
    let cases = [
        (
            "from = 'a@b.c'",
            "webhook = 'https://a.b'",
            "[mail] host is not set: no email could be sent",
            "[sms] webhook and secret_file go together: set both or none",
        ),
        (
            "host = 'a.b'",
            "secret_file = 'sms.secret'",
            "[mail] from is not set",
            "[sms] webhook and secret_file go together: set both or none",
        ),
        (
            "host = 'a.b'\nfrom = 'a@b.c'\nsecurity = 'plain'",
            "webhook = 'http://a.b'\nsecret_file = 'sms.secret'",
            "[mail]: a.b is not this machine: mail must not go there without TLS",
            "[sms]: a webhook on another machine must be `https://host/path`",
        ),
        (
            "host = 'a.b'\nfrom = 'nobody'",
            "webhook = 'https://a.b'\nsecret_file = 'short'",
            "[mail]: `nobody` is no sender of email",
            "[sms]: a webhook's secret has at least 32 characters",
        ),
    ];
    for (mail, sms, of_mail, of_sms) in cases {
        let folder = configured(&format!("[mail]\n{mail}\n[sms]\n{sms}\n"));
        write_private(&folder.path().join("sms.secret"), &"0123456789abcdef".repeat(2));
        write_private(&folder.path().join("short"), "0123456789abcdef");
        let told = end(&mut with_config("check", folder.path()));
        assert_eq!((told.code, told.out.as_str()), (Some(1), ""));
        assert_eq!(told.errors, format!("keyway: {of_mail}\nkeyway: {of_sms}\n"));
    }
    let folder = configured("[mail]\nhots = 'a.b'\n");
    let mut command = with_config("check", folder.path());
    let told = end(command.env("KEYWAY_SMS_WEBHOK", "x"));
    insta::assert_snapshot!(told.errors, @r#"
keyway: keyway.toml, line 2: there is no setting `hots` in [mail]; did you mean `host`?
keyway: there is no setting KEYWAY_SMS_WEBHOK in the environment; did you mean KEYWAY_SMS_WEBHOOK?
"#);
}

#[test]
fn every_fault_is_told_a_line_each() {
    let folder = configured(
        r#"
[store]
url = "mysql://keyway:hunter2@db"
[secrets]
sealing_key_file = "elsewhere"
[gateway]
tls_certificate = "certificate.pem"
[gateway.upstream]
live = "https://api.internal/v1"
sandbox = "http://127.0.0.1:9000"
ca_file = "authority.pem"
[gateway.timeouts]
drain_s = 0
[api]
openapi = "openapi.json"
"#,
    );
    std::fs::write(folder.path().join("openapi.json"), "{").unwrap();
    let told = end(&mut with_config("check", folder.path()));
    assert_eq!((told.code, told.out.as_str()), (Some(1), ""));
    insta::assert_snapshot!(told.errors, @r#"
keyway: cannot read the secret file elsewhere: No such file or directory (os error 2)
keyway: [gateway] tls_certificate and tls_key go together: set both or none
keyway: [api] openapi: the OpenAPI document is no JSON: EOF while parsing an object at line 1 column 1
keyway: [store] url must be `sqlite:PATH` or `postgres://…`
keyway: `https://api.internal/v1` in [gateway.upstream] live: an upstream is written `http://host:port` or `https://host:port`, without a path
keyway: cannot read certificates from authority.pem: I/O error: No such file or directory (os error 2)
keyway: [gateway.timeouts] drain_s must be more than 0
"#);
}

#[test]
fn a_lease_that_is_no_good_is_told_with_the_reason() {
    for (lease, good) in
        [("0.9", false), ("1", true), ("30", true), ("30.1", false), ("0", false), ("-1", false)]
    {
        let folder = configured(&format!("[gateway]\nlease_s = {lease}\n"));
        let told = end(&mut with_config("check", folder.path()));
        assert_eq!(told.code, Some(i32::from(!good)), "{lease}: {told:?}");
    }
    let folder = configured("[gateway]\nlease_s = 86400\n");
    let told = end(&mut with_config("check", folder.path()));
    insta::assert_snapshot!(told.errors, @"keyway: [gateway] lease_s must be 1 to 30: for so many seconds a node may go on when it cannot hear the store, and for so many whoever revokes a key may wait");
}

#[test]
fn unknown_names_are_told_with_their_place_and_the_nearest_known_one() {
    let folder =
        configured("[console]\nlissten = \"127.0.0.1:1\"\n[gateway]\nworkers = \"many\"\n");
    let mut command = with_config("check", folder.path());
    let told = end(command.env("KEYWAY_GATEWAY_LISSEN", "x"));
    assert_eq!((told.code, told.out.as_str()), (Some(1), ""));
    insta::assert_snapshot!(told.errors, @r#"
keyway: keyway.toml, line 2: there is no setting `lissten` in [console]; did you mean `listen`?
keyway: keyway.toml, line 4: [gateway] workers: invalid type: string "many", expected a nonzero usize
keyway: there is no setting KEYWAY_GATEWAY_LISSEN in the environment; did you mean KEYWAY_GATEWAY_LISTEN?
"#);
}

#[test]
fn secrets_may_stand_in_the_environment_and_are_not_told() {
    let folder = configured("");
    for name in ["pepper", "sealing"] {
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    let (good, bad) = ("0123456789abcdef".repeat(4), "fedcba9876543210".repeat(3));
    let mut command = with_config("check", folder.path());
    command.env("KEYWAY_SECRETS_PEPPER", &good).env("KEYWAY_SECRETS_SEALING_KEY", &bad);
    let told = end(&mut command);
    assert_eq!(told.code, Some(1));
    insta::assert_snapshot!(told.errors, @"keyway: KEYWAY_SECRETS_SEALING_KEY must hold 64 hex digits; make them with `keyway secret`");
    let told = end(command.env("KEYWAY_SECRETS_SEALING_KEY", &good));
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.out.contains("digested under KEYWAY_SECRETS_PEPPER"), "{told:?}");
    assert!(!told.out.contains(&good));
}

#[test]
fn a_limit_with_which_nothing_would_work_is_a_fault() {
    let folder = configured("[gateway]\nlease_s = 1e12\n[gateway.limits]\nconnections = 0\n");
    let told = end(&mut with_config("check", folder.path()));
    assert_eq!((told.code, told.out.as_str()), (Some(1), ""));
    insta::assert_snapshot!(told.errors, @"
    keyway: [gateway]: connections must be from 1 to 1000000: with none nobody is let in, and more than that are more than one machine has
    keyway: [gateway] lease_s must be 1 to 30: for so many seconds a node may go on when it cannot hear the store, and for so many whoever revokes a key may wait
    ");
}
