//! What cannot be undone is asked about.

use super::{Desk, failed, general};
use crate::terminal::Talk;

#[test]
fn without_a_terminal_and_without_a_yes_nothing_is_changed() {
    let desk = Desk::new();
    let (one, two) = (desk.key("One"), desk.key("Two"));
    desk.done(&format!("keys rotate {two} --in 24h"));
    let refused = |line: &str| failed(&mut desk.with_key(line));
    insta::assert_snapshot!(refused(&format!("keys delete {one}")), @"1 keyway: This deletes the key `One`, sk_test_… (key_*) at once, for good. It was never used. There is no terminal to ask at; say --yes if you mean it");
    insta::assert_snapshot!(refused(&format!("keys rotate {one} --now")), @"1 keyway: Rotating the key `One`, sk_test_… (key_*) now ends it at once. It was never used. There is no terminal to ask at; say --yes if you mean it");
    insta::assert_snapshot!(refused(&format!("keys expire {two}")), @"1 keyway: This ends the key `Two`, sk_test_… (key_*) at once. It was never used. There is no terminal to ask at; say --yes if you mean it");
    assert_eq!((desk.status(&one).as_str(), desk.status(&two).as_str()), ("active", "expiring"));
    desk.done(&format!("keys delete {one} --yes"));
    assert_eq!(desk.status(&one), "deleted");
}

#[test]
fn at_a_terminal_the_last_four_characters_are_asked_for() {
    let desk = Desk::new();
    let key = desk.json("keys create Backend");
    let (id, value) = (key["id"].as_str().unwrap(), key["secret"].as_str().unwrap());
    let tail = &value[value.len() - 4..];
    let delete = || Talk::start(desk.with_key(&format!("keys delete {id}")));

    let mut talk = delete();
    insta::assert_snapshot!(general(talk.until("go on: ")).replace(tail, "TAIL").replace('\r', ""), @r#"
This deletes the key `Backend`, sk_test_… (key_*) at once, for good. It was never used.
Type `TAIL` to go on:
"#);
    talk.answer("yes");
    let ended = talk.end();
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""));
    assert!(ended.errors.ends_with("keyway: nothing was changed\n"), "{ended:?}");
    assert_eq!(desk.status(id), "active");

    let mut talk = delete();
    talk.until("go on: ");
    talk.answer(tail);
    let ended = talk.end();
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), ""), "{ended:?}");
    assert_eq!(desk.status(id), "deleted");
}
