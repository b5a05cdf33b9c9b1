//! Where the value of a key goes: to standard output, alone, and nowhere else.

use std::fs::File;
use std::process::Stdio;

use jiff::{SignedDuration, Timestamp};
use keys::holds_key_value;

use super::{Desk, done, ended, failed, general, value};

#[test]
fn a_new_key_is_told_alone_and_works() {
    let desk = Desk::new();
    let made = desk.done("keys create Backend --note vault");
    assert_eq!(desk.dev.status(value(&made.out)), 200);
    insta::assert_snapshot!(general(&made.errors), @"Created the key `Backend`, sk_test_… (key_*). Its value can be revealed again.");
    let made = desk.done(
        "keys create Reports --restricted --permission customer_read --permission charge_write",
    );
    assert!(value(&made.out).starts_with("rk_test_"));
}

#[test]
fn whatever_hands_a_value_over_hands_it_over_alone() {
    let desk = Desk::new();
    let restricted = desk.json("keys create Reports --restricted --permission customer_read");
    let id = restricted["id"].as_str().unwrap();
    assert!(restricted["secret"].as_str().unwrap().starts_with("rk_test_"));
    let created: Timestamp = restricted["created"].as_str().unwrap().parse().unwrap();
    let at = created + SignedDuration::from_hours(48);
    let mut told = String::new();
    for line in [
        format!("keys duplicate {id} --name Copy"),
        format!("keys reveal {id}"),
        format!("keys rotate {id} --in 24h"),
        format!("keys rotate {} --at-first-use", desk.key("Two")),
        format!("keys rotate {} --at {at} --json", desk.key("Three")),
        format!("keys rotate {} --now --yes", desk.key("Four")),
    ] {
        let ended = desk.done(&line);
        if line.ends_with("--json") {
            assert!(holds_key_value(ended.out.as_bytes()));
        } else {
            value(&ended.out);
        }
        told.push_str(&general(&ended.errors));
    }
    insta::assert_snapshot!(without_times(&told), @r#"
Created the key `Copy`, rk_test_… (key_*). Its value can be revealed again.
This is the key `Reports`, rk_test_… (key_*). Its value can be revealed again.
Created the key `Reports`, rk_test_… (key_*); the old key stops at TIME TIME Its value can be revealed again.
Created the key `Secret key`, sk_test_… (key_*); the old key stops when this one is used first. Its value can be revealed again.
Created the key `Secret key`, sk_test_… (key_*); the old key has stopped. Its value can be revealed again.
"#);
}

#[test]
fn what_hands_no_value_over_holds_none() {
    let desk = Desk::new();
    let id = desk.key("Backend");
    for line in [
        "keys list".to_owned(),
        "keys list --json".to_owned(),
        format!("keys show {id}"),
        format!("keys show {id} --json"),
        format!("keys edit {id} --name Shop --json"),
        format!("keys restrict {id} 100.10.38.0/24 --json"),
        "audit list --json".to_owned(),
        format!("keys delete {id} --yes --json"),
    ] {
        let ended = desk.done(&line);
        assert!(!holds_key_value(ended.out.as_bytes()), "{line}: {}", ended.out);
    }
}

#[test]
fn the_most_talkative_log_holds_no_value() {
    let desk = Desk::new();
    let mut command = desk.with_key("keys create Backend");
    // `done` looks for values in what it says.
    let made = done(command.env("KEYWAY_LOG", "trace"));
    assert!(!made.errors.contains(value(&made.out)));
}

#[test]
fn a_value_that_cannot_be_printed_is_not_lost_in_silence() {
    let desk = Desk::new();
    for line in ["keys create Backend", "keys create Backend --json"] {
        let mut command = desk.with_key(line);
        let full = File::options().write(true).open("/dev/full").unwrap();
        let child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let ended = child.wait_with_output().unwrap();
        let errors = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1));
        insta::allow_duplicates! {
            insta::assert_snapshot!(general(&errors), @"keyway: the key `Backend`, sk_test_… (key_*) is there, but its value could not be printed; rotate or delete it: cannot write to standard output: No space left on device (os error 28)");
        }
    }
}

#[test]
fn a_request_that_is_repeated_makes_one_key_and_tells_its_value_once() {
    let desk = Desk::new();
    let line = "keys create Backend --idempotency-key first";
    value(&desk.done(line).out);
    insta::assert_snapshot!(failed(&mut desk.with_key(line)), @"1 keyway: the key `Backend`, sk_test_… (key_*) is there, but its value was told before; rotate or delete it");
    assert_eq!(desk.json("keys list")["data"].as_array().unwrap().len(), 3);
}

#[test]
fn a_key_on_the_command_line_is_refused_and_not_said_again() {
    let desk = Desk::new();
    let key = desk.dev.told("/accounts/0/sandbox/secret");
    for line in ["keys show", "keys list --url", "keys create Backend --note", "keys nonsense"] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(failed(desk.with_key(line).arg(key)), @"2 keyway: a key stands on the command line, where other users and the history of the shell see it; rotate it. Keys are named by their id, key_…, and your own goes into KEYWAY_API_KEY");
        }
    }
    // Not even with a word before it.
    let ended = ended(desk.with_key("keys list").arg(format!("--key={key}")));
    assert_eq!(ended.code, Some(2));
}

/// A text without the times in it.
fn without_times(text: &str) -> String {
    let is_time = |word: &&str| {
        word.len() >= 5
            && word.chars().all(|letter| letter.is_ascii_digit() || "-:.".contains(letter))
    };
    let words = text.split(' ').map(|word| if is_time(&word) { "TIME" } else { word });
    words.collect::<Vec<_>>().join(" ")
}
