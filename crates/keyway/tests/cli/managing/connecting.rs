//! How the API is reached, and what a program learns when it is not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{done, failed};
use crate::program::{end, keyway};

/// A server that reads one request for each of these answers; and the requests.
pub(super) fn server(answers: Vec<String>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            tell.send(respond(listener.accept().unwrap().0, &answer)).unwrap();
        }
    });
    (format!("http://{address}"), told)
}

/// Reads a request and answers it.
fn respond(mut stream: impl Read + Write, answer: &str) -> String {
    let (mut read, mut room) = (Vec::new(), [0; 4096]);
    while !is_whole(&read) {
        let more = stream.read(&mut room).unwrap();
        assert_ne!(more, 0);
        read.extend_from_slice(&room[..more]);
    }
    stream.write_all(answer.as_bytes()).unwrap();
    stream.flush().unwrap();
    String::from_utf8(read).unwrap()
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

/// An answer with that body.
pub(super) fn answer(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// What is said of an answer to a command.
fn said(answer: &str, line: &str) -> String {
    let (url, _requests) = server(vec![answer.to_owned()]);
    let mut command = keyway();
    command.args(line.split(' ')).env("KEYWAY_API_KEY", "sk_test_x").env("KEYWAY_URL", &url);
    failed(&mut command)
}

#[test]
fn a_key_does_not_travel_in_clear() {
    let plain = |line: &str| {
        let mut command = keyway();
        command.args(line.split(' ')).env("KEYWAY_API_KEY", "sk_test_x");
        failed(&mut command)
    };
    insta::assert_snapshot!(plain("keys list --url http://192.0.2.1"), @"1 keyway: http://192.0.2.1 is another machine, and http would show it your key or password on the way; use https (or say --insecure-http)");
    insta::assert_snapshot!(plain("login --email jane@example.com --password-stdin --url http://keys.example.com"), @"1 keyway: http://keys.example.com is another machine, and http would show it your key or password on the way; use https (or say --insecure-http)");
    insta::assert_snapshot!(plain("keys list --url keys.example.com"), @"1 keyway: `keys.example.com` is no address; write it as https://keys.example.com");
    // Whoever says so is believed; 127.0.0.1 by another name stands for another machine.
    let ended = end(keyway()
        .args(["keys", "list", "--url", "http://localhost.:1", "--insecure-http"])
        .env("KEYWAY_API_KEY", "sk_test_x"));
    assert!(ended.errors.starts_with("keyway: cannot reach"), "{ended:?}");
}

#[test]
fn who_is_not_there_was_asked_for_nothing() {
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = keyway();
    command.args(["keys", "create", "Backend"]).env("KEYWAY_API_KEY", "sk_test_x");
    let said = failed(command.env("KEYWAY_URL", format!("http://{unused}")));
    insta::assert_snapshot!(said.replace(&unused.to_string(), "ADDRESS"), @"1 keyway: cannot reach URL Connection refused (os error 111)");
}

#[test]
fn a_change_whose_answer_is_lost_ends_with_4() {
    let create = |answer: &str| said(answer, "keys create Backend");
    let list = |answer: &str| said(answer, "keys list");
    insta::assert_snapshot!(create(""), @"4 keyway: it is not known whether this was done; in five minutes at the latest, the same command with `--idempotency-key RANDOM` tells, and does not do it twice: connection closed before message completed");
    insta::assert_snapshot!(list(""), @"1 keyway: the answer broke off: connection closed before message completed");
    insta::assert_snapshot!(create("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), @"4 keyway: it is not known whether this was done; in five minutes at the latest, the same command with `--idempotency-key RANDOM` tells, and does not do it twice: error reading a body from connection: end of file before message length reached");
    let gone = answer("502 Bad Gateway", "oops");
    insta::assert_snapshot!(create(&gone), @"4 keyway: it is not known whether this was done; in five minutes at the latest, the same command with `--idempotency-key RANDOM` tells, and does not do it twice: status 502 and no reason");
    insta::assert_snapshot!(list(&gone), @"1 keyway: what answers there is no management API of Keyway: status 502");
    let unknown = r#"{"error": {"code": "outcome_unknown", "message": "It broke. Look."}}"#;
    let unknown = answer("500 Oops\r\nRequest-Id: req_0000000000000000", unknown);
    insta::assert_snapshot!(create(&unknown), @"4 keyway: it is not known whether this was done; in five minutes at the latest, the same command with `--idempotency-key RANDOM` tells, and does not do it twice: It broke. Look. (request req_*)");
    insta::assert_snapshot!(list(&unknown), @"1 keyway: It broke. Look. (request req_*)");
    let later = r#"{"error": {"code": "unavailable", "message": "Not now. Later."}}"#;
    let running = r#"{"error": {"code": "idempotency_key_in_use", "message": "Wait."}}"#;
    insta::assert_snapshot!(create(&answer("409 Conflict", running)), @"4 keyway: it is not known whether this was done; in five minutes at the latest, the same command with `--idempotency-key RANDOM` tells, and does not do it twice: Wait.");
    insta::assert_snapshot!(said("", "keys delete key_0000000000000000 --yes"), @"4 keyway: it is not known whether this was done; look before you repeat it: connection closed before message completed");
    insta::assert_snapshot!(create(&answer("503 Oops", later)), @"1 keyway: Not now. Later.");
}

#[test]
fn something_else_at_that_address_is_told_apart() {
    let list = |answer: &str| said(answer, "keys list");
    insta::assert_snapshot!(list(&answer("301 Moved\r\nLocation: http://192.0.2.1/", "")), @"1 keyway: what answers there is no management API of Keyway: status 301");
    insta::assert_snapshot!(list("SSH-2.0-OpenSSH\r\n"), @"1 keyway: the answer broke off: invalid HTTP version parsed");
    insta::assert_snapshot!(list(&answer("200 OK", "{}")), @"1 keyway: the answer broke off: a list without entries");
}

#[test]
fn what_the_api_says_cannot_command_the_terminal() {
    let hostile = r#"{"error": {"code": "x", "message": "a\u001b[2Jb\u009bc\nd"}}"#;
    insta::assert_snapshot!(said(&answer("400 No", hostile), "keys list"), @"1 keyway: a [2Jb c d");
}

/// A server that speaks TLS by that certificate, and knows no request.
fn tls_server(folder: &Path) -> String {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("ca.pem"), cert.pem()).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            serve_tls(stream.unwrap(), &config);
        }
    });
    format!("https://localhost:{port}")
}

fn serve_tls(mut stream: TcpStream, config: &Arc<ServerConfig>) {
    let mut connection = ServerConnection::new(Arc::clone(config)).unwrap();
    // Whoever does not believe the certificate goes away.
    if connection.complete_io(&mut stream).is_ok() {
        let list = r#"{"object": "list", "has_more": false, "data": []}"#;
        respond(StreamOwned::new(connection, stream), &answer("200 OK", list));
    }
}

#[test]
fn over_tls_only_who_is_believed_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let url = tls_server(folder.path());
    let list = || {
        let mut command = keyway();
        command.args(["keys", "list", "--url", &url]).env("KEYWAY_API_KEY", "sk_test_x");
        command
    };
    insta::assert_snapshot!(failed(&mut list()).replace(&url, "URL"), @"1 keyway: cannot reach URL: invalid peer certificate: UnknownIssuer");
    let told = done(list().arg("--ca-file").arg(folder.path().join("ca.pem")));
    assert_eq!(told.out, "none\n");
}

#[test]
fn shells_are_told_how_to_complete() {
    let shells = ["bash", "zsh", "fish", "powershell", "elvish"];
    for shell in shells {
        let told = done(keyway().args(["completions", shell]));
        assert_eq!(told.errors, "");
        assert!(told.out.contains("duplicate"), "{shell}");
    }
    assert_eq!(end(keyway().args(["completions", "csh"])).code, Some(2));
}

#[test]
fn the_help_tells_the_exit_codes() {
    let help = done(keyway().arg("--help")).out;
    let start = help.find("Exit codes").unwrap();
    let told = help[start..].split("\n\n").next().unwrap();
    insta::assert_snapshot!(told, @"Exit codes: 0 when done, 1 when something is wrong (one sentence on standard error says what), 2 when the command line cannot be understood, 3 when nobody is signed in or the credential is refused, 4 when it is not known whether something was done. The log goes to standard error; `KEYWAY_LOG` sets its level, as in `KEYWAY_LOG=debug` or `KEYWAY_LOG=gateway=trace`.");
}
