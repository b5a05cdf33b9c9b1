//! The words of each message. Everything from outside goes through [`line`] or [`link`].

use jiff::Timestamp;
use keys::{Livemode, Mask};

use super::{KeyEvent, KeyName, ManyEvent, Message, OldKey, Owner};
use crate::delivery::text::{line, link};

/// One line.
pub(super) fn subject(message: &Message) -> String {
    match message {
        Message::VerificationCode { .. } => "Your Keyway verification code".to_owned(),
        Message::Key { key, event } => format!("{} {}", named(key), happened(event)),
        Message::ManyKeys { account, keys, event, .. } => match event {
            ManyEvent::AccountDeleted => format!("The account {} was deleted", line(account)),
            ManyEvent::Imported => format!("{} imported", live_keys_were(*keys)),
        },
        Message::DeadKeyUsed { key, .. } => format!("{} was used, but is dead", named(key)),
        Message::Invitation { who, place, .. } => {
            format!("{} invites you to {}", line(who), line(place))
        }
        Message::PasswordLink { .. } => "Choose your Keyway password".to_owned(),
        Message::EmailConfirmation { .. } => "Confirm your email address".to_owned(),
    }
}

/// The text of an email.
pub(super) fn body(message: &Message) -> String {
    match message {
        Message::VerificationCode { code, action, minutes } => format!(
            "Someone who is signed in as you wants to {}.\n\n\
             Verification code: {}\n\n\
             It is good for {} and for this action alone. Nobody will ever ask you for it.\n\
             If this was not you, change your password now.\n",
            line(action),
            code.expose(),
            minutes_in_words(*minutes)
        ),
        Message::Key { key, event } => {
            format!("{}\n{}", about(key), key_event(key.mask, event))
        }
        Message::ManyKeys { account, by, keys, event } => many(account, by, *keys, *event),
        Message::DeadKeyUsed { key, from, user_agent, times } => format!(
            "{}\nThis key is not valid any more, and was refused {} from {}{}.\n\
             A program of yours may still hold it; or somebody else may.\n",
            about(key),
            times_in_words(*times),
            line(from),
            user_agent.as_ref().map_or(String::new(), |agent| format!(" ({})", line(agent)))
        ),
        Message::Invitation { link: at, who, role, place } => format!(
            "{} invites you to {}, with the role {}.\n\nAccept the invitation:\n{}\n\n\
             If you do not know them, do nothing.\n",
            line(who),
            line(place),
            line(role),
            link(at)
        ),
        Message::PasswordLink { link: at, minutes } => format!(
            "Choose your password here, within {}:\n{}\n\n\
             If you did not ask for this, do nothing: your password stays as it is.\n",
            minutes_in_words(*minutes),
            link(at)
        ),
        Message::EmailConfirmation { link: at } => format!(
            "Confirm that this address is yours:\n{}\n\nIf you did not ask for this, do nothing.\n",
            link(at)
        ),
    }
}

/// The text of an SMS.
pub(super) fn short(message: &Message) -> String {
    match message {
        Message::VerificationCode { code, action, minutes } => format!(
            "Keyway: {} is your code to {}. Good for {}. Never tell it to anybody.",
            code.expose(),
            line(action),
            minutes_in_words(*minutes)
        ),
        Message::Key { .. } | Message::ManyKeys { .. } => format!("Keyway: {}.", subject(message)),
        Message::DeadKeyUsed { key, from, times, .. } => format!(
            "Keyway: {} is dead, and was refused {} from {}.",
            named(key),
            times_in_words(*times),
            line(from)
        ),
        Message::Invitation { link: at, .. }
        | Message::PasswordLink { link: at, .. }
        | Message::EmailConfirmation { link: at } => {
            format!("Keyway: {}: {}", subject(message), link(at))
        }
    }
}

/// `Key sk_live_…4a7Q`
fn named(key: &KeyName) -> String {
    format!("Key {}", key.mask)
}

fn about(key: &KeyName) -> String {
    let mode = match key.livemode {
        Livemode::Live => "live",
        Livemode::Test => "sandbox",
    };
    let KeyName { mask, name, owner, .. } = key;
    let (whose, owner) = match owner {
        Owner::Account(name) => ("Account", name),
        Owner::Organization(name) => ("Organization", name),
    };
    format!("Key: {mask} “{}”\n{whose}: {} ({mode})\n", line(name), line(owner))
}

fn happened(event: &KeyEvent) -> &'static str {
    match event {
        KeyEvent::Created { .. } => "was created",
        KeyEvent::Revealed { .. } => "was revealed",
        KeyEvent::Rotated { .. } => "was rotated",
        KeyEvent::Deleted { .. } => "was deleted",
        KeyEvent::ExpiresIn7Days { .. } => "expires in 7 days",
        KeyEvent::ExpiresIn1Day { .. } => "expires in 1 day",
    }
}

fn many(account: &str, by: &str, keys: usize, event: ManyEvent) -> String {
    let (account, by) = (line(account), line(by));
    match event {
        ManyEvent::AccountDeleted => format!(
            "Account: {account}\n\nIt was deleted by {by}, and cannot be brought back.\n\
             {} deleted with it, its sandboxes too: they stopped at once.\n\
             Nobody has a role there any more.\n",
            live_keys_were(keys)
        ),
        ManyEvent::Imported => format!(
            "Account: {account}\n\n{} imported by {by}.\n\
             If nobody of you did this, delete them and change your password.\n",
            live_keys_were(keys)
        ),
    }
}

fn live_keys_were(keys: usize) -> String {
    if keys == 1 { "1 live key was".to_owned() } else { format!("{keys} live keys were") }
}

fn key_event(mask: Mask, event: &KeyEvent) -> String {
    const NOT_YOU: &str = "If nobody of you did this, delete the key and change your password.\n";
    match event {
        KeyEvent::Created { by } => format!("It was created by {}.\n{NOT_YOU}", line(by)),
        KeyEvent::Revealed { by } => format!("Its value was shown to {}.\n{NOT_YOU}", line(by)),
        KeyEvent::Rotated { by, replacement, old } => {
            let old = match old {
                OldKey::Deleted => format!("{mask} stopped at once."),
                OldKey::ExpiresAt(at) => format!("{mask} works until {}.", time(*at)),
            };
            format!("It was rotated by {}: {replacement} takes its place.\n{old}\n", line(by))
        }
        KeyEvent::Deleted { by } => {
            format!("It was deleted by {}, and stopped at once.\n", line(by))
        }
        KeyEvent::ExpiresIn7Days { at, in_use_by } | KeyEvent::ExpiresIn1Day { at, in_use_by } => {
            format!("It expires at {}.\n{}", time(*at), still_used(in_use_by.as_deref()))
        }
    }
}

fn still_used(by: Option<&str>) -> String {
    by.map_or_else(
        || "It was not used in the last 7 days.\n".to_owned(),
        |by| format!("It is still in use by {}: give it the new key before then.\n", line(by)),
    )
}

/// `2026-11-23 12:00:00 UTC`
fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn minutes_in_words(minutes: u32) -> String {
    if minutes == 1 { "1 minute".to_owned() } else { format!("{minutes} minutes") }
}

fn times_in_words(times: u64) -> String {
    if times == 1 { "once".to_owned() } else { format!("{times} times") }
}
