//! `keyway dev`: the first start, and those after it.

use std::io::{Read, Write};

use crate::program::{Dev, ask, connect, mode, read_json};

#[test]
fn what_is_kept_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep/world");
    let dev = Dev::start(&data);
    assert_eq!(mode(&data), 0o700);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&data).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(mode(&entry.path()), 0o600, "{}", entry.path().display());
        names.push(entry.file_name().into_string().unwrap());
    }
    dev.stop();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names.sort();
    insta::assert_snapshot!(names.join(" "), @"dev.json keyway.db keyway.db.lock lock payments.db pepper requests.jsonl sealing");
}

#[test]
fn the_welcome_tells_what_the_file_tells() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    for place in ["/gateway_url", "/console_url", "/accounts/0/sandbox/secret"] {
        assert!(dev.welcome.contains(dev.told(place)), "{place}");
    }
    assert!(!dev.welcome.contains("sk_live_"));
    let roles = ["/accounts/0/role", "/accounts/1/role", "/accounts/2/role"].map(|at| dev.told(at));
    assert_eq!(roles, ["platform", "connected", "standalone"]);
    assert_eq!(dev.status(dev.told("/accounts/2/live/secret")), 200);
    dev.stop();
}

#[test]
fn messages_are_kept_in_an_outbox() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let mut stream = connect(dev.told("/console_url"));
    stream
        .write_all(b"GET /outbox HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.contains("Nothing was sent yet."), "{page}");
    drop(stream);
    dev.stop();
}

#[test]
fn a_second_start_keeps_everything_but_the_ports() {
    let folder = tempfile::tempdir().unwrap();
    let first = Dev::start(folder.path());
    let before = first.world.clone();
    first.stop();
    let second = Dev::start(folder.path());
    for kept in ["owner", "organization", "accounts"] {
        assert_eq!(second.world[kept], before[kept], "{kept}");
    }
    assert_eq!(second.status(second.told("/accounts/0/sandbox/secret")), 200);
    assert!(second.welcome.contains(second.told("/gateway_url")));
    second.stop();
}

#[test]
fn a_key_that_was_rotated_is_told_by_its_replacement_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let first = Dev::start(folder.path());
    let (old, console) = (first.told("/accounts/0/sandbox/secret"), first.told("/console_url"));
    let (_, keys) = ask(console, "GET /api/v1/keys", old, "");
    let keys: serde_json::Value = serde_json::from_str(&keys).unwrap();
    let secret = keys["data"].as_array().unwrap().iter().find(|key| key["type"] == "secret");
    let rotate = format!("POST /api/v1/keys/{}/rotate", secret.unwrap()["id"].as_str().unwrap());
    let (status, rotated) = ask(console, &rotate, old, r#"{"expires_at": "now"}"#);
    let rotated: serde_json::Value = serde_json::from_str(&rotated).unwrap();
    assert_eq!((status, first.status(old)), (200, 401));
    let others = first.world["accounts"][1].clone();
    first.stop();
    let second = Dev::start(folder.path());
    assert_eq!(second.told("/accounts/0/sandbox/secret"), rotated["secret"]);
    assert_eq!(second.status(second.told("/accounts/0/sandbox/secret")), 200);
    assert_eq!(second.world["accounts"][1], others);
    second.stop();
}

#[test]
fn a_first_start_that_was_broken_off_leaves_nothing_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["keyway.db.new", "keyway.db.new-wal", "keyway.db.new-shm", "keyway.db.new.lock"] {
        std::fs::write(folder.path().join(name), "half of a database").unwrap();
    }
    std::fs::write(folder.path().join("dev.json"), "{}").unwrap();
    let dev = Dev::start(folder.path());
    assert_eq!(dev.status(dev.told("/accounts/0/sandbox/secret")), 200);
    assert_eq!(read_json(&folder.path().join("dev.json")), dev.world);
    assert!(!folder.path().join("keyway.db.new").exists());
    dev.stop();
}
