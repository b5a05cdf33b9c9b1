//! The first minutes: start, paste, stop, start again.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::http::Ask;
use crate::keyway::{Keyway, dev_command, dev_command_at, folder, output};

#[test]
fn the_line_of_the_welcome_works_when_pasted() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let line = keyway.welcome.lines().find(|line| line.trim_start().starts_with("curl ")).unwrap();
    // Not every machine has curl, but what the line says can be done without it.
    let words: Vec<_> = line.split_whitespace().collect();
    let url = words[1].strip_prefix(keyway.gateway()).unwrap();
    let key = words[3].strip_suffix(':').unwrap();
    assert_eq!((words[2], key), ("-u", keyway.key("sandbox", "secret")));
    let balance = keyway.get(url).basic(key).send();
    assert_eq!((balance.status, &balance.json()["object"]), (200, &"balance".into()));
    assert_eq!(balance.json()["livemode"], false);
}

#[test]
fn the_first_world_has_three_accounts_with_four_keys_each() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    assert!(keyway.world["organization"].as_str().unwrap().starts_with("org_"));
    assert!(keyway.world["owner"]["email"].as_str().unwrap().contains('@'));
    assert!(keyway.world["owner"]["password"].as_str().unwrap().len() >= 16);
    for role in ["platform", "connected", "standalone"] {
        let account = keyway.account(role);
        assert!(account["sandbox"]["id"].as_str().unwrap().starts_with("sbx_"));
        for (mode, livemode) in [("sandbox", false), ("live", true)] {
            let secret = account[mode]["secret"].as_str().unwrap();
            let balance = keyway.get("/v1/balance").bearer(secret).send();
            assert_eq!((balance.status, &balance.json()["livemode"]), (200, &livemode.into()));
            let publishable = account[mode]["publishable"].as_str().unwrap();
            let refused = keyway.get("/v1/balance").bearer(publishable).send();
            assert_eq!(refused.error(), "403 invalid_request_error secret_key_required");
        }
    }
    let connected = keyway.account("connected")["id"].as_str().unwrap();
    let balance = keyway.get("/v1/account").bearer(keyway.key("sandbox", "secret"));
    let acted = balance.header("Stripe-Account", connected).send();
    assert_eq!((acted.status, &acted.json()["id"]), (200, &connected.into()));
}

#[test]
fn a_second_start_keeps_everything() {
    let folder = folder();
    let first = Keyway::dev(folder.path());
    let secret = first.key("sandbox", "secret").to_owned();
    let created = first.post("/v1/customers").bearer(&secret).form("name=Jane").send().json();
    let accounts = first.world["accounts"].clone();
    assert_eq!(first.stop().0, Some(0));
    let second = Keyway::dev(folder.path());
    assert_eq!(second.world["accounts"], accounts);
    let path = format!("/v1/customers/{}", created["id"].as_str().unwrap());
    assert_eq!(second.get(&path).bearer(&secret).send().json()["name"], "Jane");
}

#[test]
fn secrets_on_the_disk_are_for_their_owner_alone() {
    let folder = folder();
    let _keyway = Keyway::dev(folder.path());
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o077;
        assert_eq!(mode, 0, "{} is open to others", entry.path().display());
    }
}

#[test]
fn a_stop_lets_a_request_in_flight_end() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let authority = keyway.gateway().strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&authority).unwrap();
    let key = keyway.key("sandbox", "secret");
    write!(stream, "POST /v1/customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n").unwrap();
    // The body is asked for: the request is on its way through.
    let mut room = [0; 25];
    std::io::Read::read_exact(&mut stream, &mut room).unwrap();
    assert_eq!(&room, b"HTTP/1.1 100 Continue\r\n\r\n");
    let stopping = std::thread::spawn(move || keyway.stop());
    while TcpStream::connect(&authority).is_ok() {
        std::thread::yield_now();
    }
    stream.write_all(b"name=Jane").unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(stopping.join().unwrap().0, Some(0));
}

#[test]
fn whatever_hinders_the_start_is_said_in_one_sentence() {
    let data = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let fails = |command: &mut Command| {
        let (code, _, errors) = output(command.env("KEYWAY_LOG", "off"));
        assert_eq!((code, errors.trim_end().lines().count()), (Some(1), 1), "{errors}");
        errors
    };
    let port = fails(&mut dev_command_at(&data.path().join("a"), &address));
    assert!(port.contains(&address), "{port}");

    let file = data.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    fails(&mut dev_command(&file));
    fails(&mut dev_command(&file.join("below")));

    let running = data.path().join("b");
    let keyway = Keyway::dev(&running);
    let second = fails(&mut dev_command(&running));
    assert!(second.contains("in use") || second.contains("another"), "{second}");
    assert_eq!(keyway.stop().0, Some(0));
    std::fs::write(running.join("keyway.db"), "these are not the bytes of a database, by no means")
        .unwrap();
    fails(&mut dev_command(&running));
    let kept = std::fs::read_to_string(running.join("keyway.db")).unwrap();
    assert!(kept.starts_with("these are not"), "a damaged file was written over");
}

#[test]
fn operators_are_told_that_it_lives_and_what_it_does() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let operations = keyway.operations();
    for page in ["/healthz", "/readyz"] {
        assert_eq!(Ask::get(operations, page).send().status, 200);
    }
    keyway.get("/v1/balance").send();
    let metrics = Ask::get(operations, "/metrics").send().body;
    assert!(metrics.contains("keyway_directory_keys 12"), "{metrics}");
    assert!(metrics.contains(r#"code="api_key_missing""#), "{metrics}");
    let page = Ask::get(keyway.console(), "/").send();
    assert_eq!((page.status, page.header("location")), (303, Some("/signin")));
    assert_eq!(Ask::get(keyway.console(), "/signin").send().status, 200);
}
