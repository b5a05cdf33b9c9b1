use keys::{Form, KeyValue, Kind, holds_key_value};

use super::*;

fn shown(message: &Message) -> String {
    let (subject, body, short) = (message.subject(), message.body(), message.short());
    format!("{subject}\n--\n{}--\n{}", *body, *short)
}

fn key() -> KeyName {
    KeyName {
        mask: Mask::of(b"sk_live_0123456789abcdefghijklmnopqr4a7Q"),
        name: "Server".to_owned(),
        owner: Owner::Account("Rocket Rides".to_owned()),
        livemode: Livemode::Live,
    }
}

fn told(event: KeyEvent) -> String {
    shown(&Message::Key { key: key(), event })
}

fn at() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

fn ada() -> String {
    "Ada".to_owned()
}

#[test]
fn a_verification_code_is_in_the_text_and_not_in_the_subject() {
    let message = Message::VerificationCode {
        code: "123456".parse().unwrap(),
        action: "rotate the key sk_live_…4a7Q".to_owned(),
        minutes: 10,
    };
    assert!(!message.subject().contains("123456"));
    insta::assert_snapshot!(shown(&message), @r#"
Your Keyway verification code
--
Someone who is signed in as you wants to rotate the key sk_live_…4a7Q.

Verification code: 123456

It is good for 10 minutes and for this action alone. Nobody will ever ask you for it.
If this was not you, change your password now.
--
Keyway: 123456 is your code to rotate the key sk_live_…4a7Q. Good for 10 minutes. Never tell it to anybody.
"#);
}

#[test]
fn the_beginning_of_a_key_is_told() {
    insta::assert_snapshot!(told(KeyEvent::Created { by: ada() }), @r#"
Key sk_live_…4a7Q was created
--
Key: sk_live_…4a7Q “Server”
Account: Rocket Rides (live)

It was created by Ada.
If nobody of you did this, delete the key and change your password.
--
Keyway: Key sk_live_…4a7Q was created.
"#);
    insta::assert_snapshot!(told(KeyEvent::Revealed { by: ada() }), @r#"
Key sk_live_…4a7Q was revealed
--
Key: sk_live_…4a7Q “Server”
Account: Rocket Rides (live)

Its value was shown to Ada.
If nobody of you did this, delete the key and change your password.
--
Keyway: Key sk_live_…4a7Q was revealed.
"#);
}

#[test]
fn a_rotation_tells_what_becomes_of_the_old_key() {
    let replacement = Mask::of(b"sk_live_0123456789abcdefghijklmnopqr9z9Z");
    let rotated = |old| KeyEvent::Rotated { by: ada(), replacement, old };
    insta::assert_snapshot!(told(rotated(OldKey::ExpiresAt(at()))), @r#"
Key sk_live_…4a7Q was rotated
--
Key: sk_live_…4a7Q “Server”
Account: Rocket Rides (live)

It was rotated by Ada: sk_live_…9z9Z takes its place.
sk_live_…4a7Q works until 2026-11-30 12:00:00 UTC.
--
Keyway: Key sk_live_…4a7Q was rotated.
"#);
    insta::assert_snapshot!(told(rotated(OldKey::Deleted)), @r#"
Key sk_live_…4a7Q was rotated
--
Key: sk_live_…4a7Q “Server”
Account: Rocket Rides (live)

It was rotated by Ada: sk_live_…9z9Z takes its place.
sk_live_…4a7Q stopped at once.
--
Keyway: Key sk_live_…4a7Q was rotated.
"#);
}

#[test]
fn the_end_of_a_key_is_told_before_it_comes_and_who_still_uses_it() {
    let in_use_by = Some("203.0.113.7 (curl/8.5.0)".to_owned());
    insta::assert_snapshot!(told(KeyEvent::Deleted { by: ada() }), @r#"
Key sk_live_…4a7Q was deleted
--
Key: sk_live_…4a7Q “Server”
Account: Rocket Rides (live)

It was deleted by Ada, and stopped at once.
--
Keyway: Key sk_live_…4a7Q was deleted.
"#);
    insta::assert_snapshot!(told(KeyEvent::ExpiresIn7Days { at: at(), in_use_by }), @r#"
Key sk_live_…4a7Q expires in 7 days
--
Key: sk_live_…4a7Q “Server”
Account: Rocket Rides (live)

It expires at 2026-11-30 12:00:00 UTC.
It is still in use by 203.0.113.7 (curl/8.5.0): give it the new key before then.
--
Keyway: Key sk_live_…4a7Q expires in 7 days.
"#);
    insta::assert_snapshot!(told(KeyEvent::ExpiresIn1Day { at: at(), in_use_by: None }), @r#"
Key sk_live_…4a7Q expires in 1 day
--
Key: sk_live_…4a7Q “Server”
Account: Rocket Rides (live)

It expires at 2026-11-30 12:00:00 UTC.
It was not used in the last 7 days.
--
Keyway: Key sk_live_…4a7Q expires in 1 day.
"#);
}

#[test]
fn a_dead_key_that_is_used_is_told_with_its_place() {
    let used = |user_agent, times| {
        let from = "203.0.113.7".to_owned();
        shown(&Message::DeadKeyUsed { key: key(), from, user_agent, times })
    };
    insta::assert_snapshot!(used(Some("curl/8.5.0".to_owned()), 12), @r#"
Key sk_live_…4a7Q was used, but is dead
--
Key: sk_live_…4a7Q “Server”
Account: Rocket Rides (live)

This key is not valid any more, and was refused 12 times from 203.0.113.7 (curl/8.5.0).
A program of yours may still hold it; or somebody else may.
--
Keyway: Key sk_live_…4a7Q is dead, and was refused 12 times from 203.0.113.7.
"#);
    insta::assert_snapshot!(used(None, 1), @r#"
Key sk_live_…4a7Q was used, but is dead
--
Key: sk_live_…4a7Q “Server”
Account: Rocket Rides (live)

This key is not valid any more, and was refused once from 203.0.113.7.
A program of yours may still hold it; or somebody else may.
--
Keyway: Key sk_live_…4a7Q is dead, and was refused once from 203.0.113.7.
"#);
}

#[test]
fn links_stand_on_a_line_of_their_own() {
    let link = || "https://keys.example.com/join/abc?x=1".to_owned();
    let (role, place) = ("developer".to_owned(), "Rocket Rides".to_owned());
    let invitation = Message::Invitation { link: link(), who: ada(), role, place };
    insta::assert_snapshot!(shown(&invitation), @r#"
Ada invites you to Rocket Rides
--
Ada invites you to Rocket Rides, with the role developer.

Accept the invitation:
https://keys.example.com/join/abc?x=1

If you do not know them, do nothing.
--
Keyway: Ada invites you to Rocket Rides: https://keys.example.com/join/abc?x=1
"#);
    insta::assert_snapshot!(shown(&Message::PasswordLink { link: link(), minutes: 1 }), @r#"
Choose your Keyway password
--
Choose your password here, within 1 minute:
https://keys.example.com/join/abc?x=1

If you did not ask for this, do nothing: your password stays as it is.
--
Keyway: Choose your Keyway password: https://keys.example.com/join/abc?x=1
"#);
    insta::assert_snapshot!(shown(&Message::EmailConfirmation { link: link() }), @r#"
Confirm your email address
--
Confirm that this address is yours:
https://keys.example.com/join/abc?x=1

If you did not ask for this, do nothing.
--
Keyway: Confirm your email address: https://keys.example.com/join/abc?x=1
"#);
}

/// Each message with this text wherever a text from outside may stand.
fn everywhere(text: &str) -> Vec<Message> {
    let outside = || text.to_owned();
    let key = || KeyName { name: outside(), owner: Owner::Account(outside()), ..key() };
    let organization = KeyName { owner: Owner::Organization(outside()), ..key() };
    let replacement = key().mask;
    let (old, in_use_by) = (OldKey::Deleted, Some(outside()));
    let events = [
        KeyEvent::Created { by: outside() },
        KeyEvent::Revealed { by: outside() },
        KeyEvent::Rotated { by: outside(), replacement, old },
        KeyEvent::Deleted { by: outside() },
        KeyEvent::ExpiresIn7Days { at: at(), in_use_by: in_use_by.clone() },
        KeyEvent::ExpiresIn1Day { at: at(), in_use_by },
    ];
    let mut all = vec![
        Message::VerificationCode {
            code: "123456".parse().unwrap(),
            action: outside(),
            minutes: 10,
        },
        Message::DeadKeyUsed { key: key(), from: outside(), user_agent: Some(outside()), times: 2 },
        Message::Invitation { link: outside(), who: outside(), role: outside(), place: outside() },
        Message::PasswordLink { link: outside(), minutes: 1 },
        Message::EmailConfirmation { link: outside() },
    ];
    all.extend(events.map(|event| Message::Key { key: key(), event }));
    let event = KeyEvent::Created { by: outside() };
    all.push(Message::Key { key: organization, event });
    all
}

#[test]
fn nothing_from_outside_begins_a_line_or_turns_one() {
    let tame = everywhere("x");
    let hostile = everywhere("x\r\nBcc: evil@example.com\n\n\u{202e}\u{2028}\u{85}\0\u{1b}[2J");
    for (tame, hostile) in tame.iter().zip(&hostile) {
        let lines = |text: &str| text.matches('\n').count();
        assert_eq!(lines(&tame.body()), lines(&hostile.body()));
        for text in [hostile.subject(), hostile.short().to_string()] {
            assert!(!text.contains(char::is_control), "{text:?}");
        }
        for c in shown(hostile).chars().filter(|c| *c != '\n') {
            assert!(!c.is_control() && !"\u{202e}\u{2028}".contains(c), "{c:?}");
        }
    }
}

#[test]
fn no_message_holds_a_key_value_wherever_somebody_wrote_one() {
    for kind in [Kind::Secret, Kind::Publishable, Kind::Restricted, Kind::Organization] {
        let form = Form { kind, livemode: Livemode::Live };
        let value = KeyValue::mint(form, &mut |room: &mut [u8]| room.fill(7));
        for message in everywhere(&format!("(saved as {})", value.expose())) {
            for text in [message.subject(), message.body().to_string(), message.short().to_string()]
            {
                assert!(!holds_key_value(text.as_bytes()), "{text}");
                assert!(!text.contains(&value.expose()[10..]), "{text}");
            }
            assert!(shown(&message).contains("[a key value]"), "{}", shown(&message));
        }
    }
}
