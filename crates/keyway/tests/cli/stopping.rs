//! How it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use crate::program::{Dev, configured, connect, with_config};

#[test]
fn both_signals_end_it_in_order_from_the_welcome_on() {
    for signal in [Signal::INT, Signal::TERM] {
        let folder = tempfile::tempdir().unwrap();
        let dev = Dev::start(folder.path());
        dev.signal(signal);
        assert_eq!(dev.ended(), (Some(0), String::new()));
        // Nothing of an orderly end is left in the log of the database.
        assert!(!folder.path().join("keyway.db-wal").exists());
    }
}

#[test]
fn a_second_signal_does_not_wait_for_what_is_in_flight() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let mut stream = connect(dev.told("/gateway_url"));
    let key = dev.told("/accounts/0/sandbox/secret");
    write!(stream, "POST /v1/customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n").unwrap();
    let mut room = [0; 25];
    stream.read_exact(&mut room).unwrap();
    assert_eq!(&room, b"HTTP/1.1 100 Continue\r\n\r\n");
    dev.signal(Signal::INT);
    let gateway = dev.told("/gateway_url").strip_prefix("http://").unwrap().to_owned();
    while std::net::TcpStream::connect(&gateway).is_ok() {
        std::thread::yield_now();
    }
    dev.signal(Signal::INT);
    let (code, errors) = dev.ended();
    assert_eq!(code, Some(1));
    // What was cut off may be told of in the log, before or after.
    assert!(errors.contains("keyway: a second signal cut off what was in flight\n"), "{errors}");
}

#[test]
fn serve_says_where_it_serves_and_how_to_make_a_first_account() {
    let free = "listen = \"127.0.0.1:0\"\n";
    let folder = configured(&format!("[gateway]\n{free}[console]\n{free}[operations]\n{free}"));
    let mut command = with_config("serve", folder.path());
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("gateway=127.0.0.1:") {
        assert_ne!(log.read_line(&mut said).unwrap(), 0, "{said}");
    }
    assert!(said.contains("`keyway open-account`"), "{said}");
    let id = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(id, Signal::TERM).unwrap();
    log.read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{said}");
    assert!(!said.contains("ERROR"), "{said}");
}
