//! What happens to keys when its time has come, by itself and once.

use jiff::{SignedDuration, Timestamp};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::keyway::{Keyway, folder};

/// How often to ask for what must come by itself.
const PATIENCE: usize = 50_000;

/// A new sandbox key.
fn key(keyway: &Keyway) -> Value {
    let own = keyway.key("sandbox", "secret");
    let create = keyway.manage("POST", "/api/v1/keys").bearer(own);
    create.json(&json!({"name": "Shop"})).send().json()
}

fn path(key: &Value, verb: &str) -> String {
    format!("/api/v1/keys/{}{verb}", key["id"].as_str().unwrap())
}

/// Schedules a rotation that soon after the key was made.
fn schedule(keyway: &Keyway, key: &Value, soon: SignedDuration) -> Timestamp {
    let own = keyway.key("sandbox", "secret");
    let created: Timestamp = key["created"].as_str().unwrap().parse().unwrap();
    let at = created + soon;
    let schedule = keyway.manage("POST", &path(key, "/rotation")).bearer(own);
    let scheduled = schedule.json(&json!({"next_at": at})).send();
    assert_eq!(scheduled.status, 200, "{scheduled:?}");
    at
}

/// What a key has become: its own status, and the replacements that there are.
fn outcome(keyway: &Keyway, key: &Value) -> (String, Vec<Value>) {
    let own = keyway.key("sandbox", "secret");
    let status = keyway.manage("GET", &path(key, "")).bearer(own).send().json()["status"].clone();
    let list = keyway.manage("GET", "/api/v1/keys").bearer(own).send().json();
    let is_replacement = |other: &&Value| {
        other["type"] == "secret"
            && other["created"].as_str() > key["created"].as_str()
            && other["id"] != key["id"]
    };
    let list = list["data"].as_array().unwrap();
    let replacements = list.iter().filter(is_replacement).cloned().collect();
    (status.as_str().unwrap().to_owned(), replacements)
}

fn balance(keyway: &Keyway, value: &Value) -> u16 {
    keyway.get("/v1/balance").bearer(value.as_str().unwrap()).send().status
}

#[test]
fn a_scheduled_rotation_happens_by_itself_and_its_key_can_be_revealed() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let key = key(&keyway);
    schedule(&keyway, &key, SignedDuration::from_secs(1));
    let mut asked = std::iter::repeat_with(|| balance(&keyway, &key["secret"])).take(PATIENCE);
    assert_eq!(asked.find(|status| *status != 200), Some(401));
    let (status, replacements) = outcome(&keyway, &key);
    assert_eq!((status.as_str(), replacements.len()), ("deleted", 1));
    let own = keyway.key("sandbox", "secret");
    let reveal = keyway.manage("POST", &path(&replacements[0], "/reveal")).bearer(own).send();
    assert_eq!(balance(&keyway, &reveal.json()["secret"]), 200);
    let events = format!("/api/v1/events?object_id={}", key["id"].as_str().unwrap());
    let events = keyway.manage("GET", &events).bearer(own).send().json();
    let event = &events["data"][0];
    assert_eq!((&event["type"], &event["actor"]), (&"api_key.rotated".into(), &"system".into()));
}

#[test]
fn the_old_key_ends_when_the_new_one_is_first_used() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let key = key(&keyway);
    let own = keyway.key("sandbox", "secret");
    let rotate = keyway.manage("POST", &path(&key, "/rotate")).bearer(own);
    let new = rotate.json(&json!({"expires_at": "first_use"})).send().json();
    assert_eq!((balance(&keyway, &key["secret"]), &new["last_used"]), (200, &Value::Null));
    assert_eq!(balance(&keyway, &new["secret"]), 200);
    let mut asked = std::iter::repeat_with(|| balance(&keyway, &key["secret"])).take(PATIENCE);
    assert_eq!(asked.find(|status| *status != 200), Some(401));
    let shown = || keyway.manage("GET", &path(&new, "")).bearer(own).send().json();
    let mut asked = std::iter::repeat_with(shown).take(PATIENCE);
    assert!(asked.any(|new| new["last_used"] != Value::Null));
}

#[test]
fn what_became_due_while_nothing_ran_is_done_at_the_start_and_once() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let key = key(&keyway);
    let at = schedule(&keyway, &key, SignedDuration::from_millis(700));
    keyway.signal(Signal::KILL);
    drop(keyway);
    while now() <= at {
        std::thread::yield_now();
    }
    for _ in 0..2 {
        let keyway = Keyway::dev(folder.path());
        let mut asked = std::iter::repeat_with(|| outcome(&keyway, &key)).take(PATIENCE);
        let (_, replacements) = asked.find(|(status, _)| status == "deleted").unwrap();
        assert_eq!(replacements.len(), 1);
        assert_eq!(keyway.stop().0, Some(0));
    }
}

#[expect(clippy::disallowed_methods, reason = "the test waits for a time of day")]
fn now() -> Timestamp {
    Timestamp::now()
}
