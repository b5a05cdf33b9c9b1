//! Killed while keys are made and used, and started again.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::http::Ask;
use crate::keyway::{Keyway, dev_command, folder, output};
use crate::postgres::Schema;
use crate::served::{Served, mirror, open_account, value, write_config, write_shared_config};

#[test]
fn every_acknowledged_change_survives_a_kill_and_nothing_is_half_made() {
    let folder = folder();
    for _ in 0..5 {
        let keyway = Keyway::dev(folder.path());
        let own = keyway.key("sandbox", "secret").to_owned();
        let (made, killed) = (Mutex::new(Vec::new()), AtomicBool::new(false));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !killed.load(Ordering::SeqCst) {
                        let ask = keyway.manage("POST", "/api/v1/keys").bearer(&own);
                        let Ok(created) = ask.json(&json!({"name": "Shop"})).try_send() else {
                            return;
                        };
                        let key = created.json();
                        let value = key["secret"].as_str().unwrap().to_owned();
                        let path = format!("/api/v1/keys/{}", key["id"].as_str().unwrap());
                        // Every other key is deleted again.
                        let deleted = made.lock().unwrap().len() % 2 == 0
                            && keyway.manage("DELETE", &path).bearer(&own).try_send().is_ok();
                        made.lock().unwrap().push((value, path, deleted));
                    }
                });
            }
            while made.lock().unwrap().len() < 12 {
                std::thread::yield_now();
            }
            keyway.signal(Signal::KILL);
            killed.store(true, Ordering::SeqCst);
        });
        drop(keyway);

        let again = Keyway::dev(folder.path());
        for (value, path, deleted) in made.into_inner().unwrap() {
            let status = again.get("/v1/balance").bearer(&value).send().status;
            let known = again.manage("GET", &path).bearer(&own).send().json();
            let outcome = (status, known["status"].as_str());
            // A deletion that was asked for but not answered may have happened, wholly.
            let whole = match outcome {
                (401, Some("deleted")) => true,
                (200, Some("active")) => !deleted,
                _ => false,
            };
            assert!(whole, "{outcome:?}, deleted: {deleted}");
        }
        assert_eq!(again.stop().0, Some(0));
    }
}

/// A key that takes the place of another, and so on, for as long as the program answers.
struct Chain {
    /// The one that took the place of the last, as far as anybody was told.
    last: Value,
}

impl Chain {
    fn begin(served: &Served, own: &str) -> Self {
        let created = Ask::new(&served.console, "POST", "/api/v1/keys").bearer(own);
        Self { last: created.json(&json!({"name": "Shop"})).send().json() }
    }

    fn value(&self) -> &str {
        self.last["secret"].as_str().unwrap()
    }

    /// Rotates now and tells the value that is dead since; nothing once the program is gone.
    fn rotate(&mut self, served: &Served, own: &str) -> Option<String> {
        let path = format!("/api/v1/keys/{}/rotate", self.last["id"].as_str().unwrap());
        let ask = Ask::new(&served.console, "POST", &path).bearer(own);
        let answer = ask.json(&json!({"expires_at": "now"})).try_send();
        let Ok(answer) = answer else { return None };
        assert_eq!(answer.status, 200, "{answer:?}");
        let dead = self.value().to_owned();
        self.last = answer.json();
        Some(dead)
    }
}

/// Rotates in three chains, with traffic beside them, and kills the program in the midst of it.
fn rotate_until_killed(served: &Served, own: &str, dead: &Mutex<Vec<String>>) -> Vec<Chain> {
    let mut chains: Vec<_> = (0..3).map(|_| Chain::begin(served, own)).collect();
    let (enough, killed) = (dead.lock().unwrap().len() + 9, AtomicBool::new(false));
    std::thread::scope(|scope| {
        for chain in &mut chains {
            scope.spawn(|| {
                while let Some(value) = chain.rotate(served, own) {
                    dead.lock().unwrap().push(value);
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                while !killed.load(Ordering::SeqCst) {
                    let Some(value) = dead.lock().unwrap().last().cloned() else { continue };
                    if let Ok(answer) = served.ask(&value).try_send() {
                        // It is refused, or the gateway cannot decide; it never passes.
                        let error = answer.error();
                        assert!(
                            error.ends_with("api_key_deleted") || answer.status == 503,
                            "{error}"
                        );
                    }
                }
            });
        }
        while dead.lock().unwrap().len() < enough {
            std::thread::yield_now();
        }
        served.kill();
        killed.store(true, Ordering::SeqCst);
    });
    chains
}

fn kill_amid_rotations(config: &Path, rounds: usize) {
    let opened = open_account(config);
    let own = value(&opened, "sandbox", "secret");
    let dead = Mutex::new(Vec::new());
    for round in 1..=rounds {
        let served = Served::start(config);
        let chains = rotate_until_killed(&served, own, &dead);
        drop(served);
        let again = Served::start(config);
        for value in dead.lock().unwrap().iter() {
            let refused = again.decided(value);
            assert_eq!(refused.error(), "401 authentication_error api_key_deleted");
        }
        for chain in &chains {
            // A rotation that nobody was told of has happened or not.
            let last = again.decided(chain.value());
            assert!(last.status == 200 || last.error().ends_with("api_key_deleted"), "{last:?}");
        }
        let list = Ask::get(&again.console, "/api/v1/keys?limit=100").bearer(own).send().json();
        let keys = list["data"].as_array().unwrap().iter();
        let alive = keys.filter(|key| key["type"] == "secret" && key["status"] == "active").count();
        assert_eq!(alive, 1 + 3 * round, "the account's own, and one of each chain");
    }
}

#[test]
fn amid_traffic_and_rotations_no_kill_brings_a_key_back_or_leaves_two() {
    let folder = folder();
    kill_amid_rotations(&write_config(folder.path(), &mirror()), 3);
}

#[test]
fn no_kill_brings_a_key_back_where_the_store_is_shared() {
    let Some(schema) = Schema::new() else { return };
    let folder = folder();
    kill_amid_rotations(&write_shared_config(folder.path(), &schema.url), 2);
}

#[test]
fn a_damaged_file_of_the_sample_api_is_told_of_and_left_as_it_is() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let own = keyway.key("sandbox", "secret").to_owned();
    let made = keyway.post("/v1/products").bearer(&own).form("id=tea&name=Tea").send();
    assert_eq!(made.status, 200);
    assert_eq!(keyway.stop().0, Some(0));
    let file = folder.path().join("payments.db");
    let good = std::fs::read(&file).unwrap();
    let mut torn = good.clone();
    torn[4096..].fill(0x55);
    for (bad, said) in [
        (b"no database, and by no means one".to_vec(), "file is not a database (code 26)"),
        (torn, "database disk image is malformed (code 11)"),
        (good[..5000].to_vec(), "database disk image is malformed (code 11)"),
    ] {
        std::fs::write(&file, &bad).unwrap();
        let (code, told, errors) = output(&mut dev_command(folder.path()));
        assert_eq!((code, told.as_str()), (Some(1), ""));
        let expected = format!(
            "keyway: cannot open {}: the database of the payments API is damaged or is no database at all; restore it from a backup, or move it away to begin anew: {said}\n",
            file.display()
        );
        assert_eq!(errors, expected);
        assert!(std::fs::read(&file).unwrap() == bad, "it is not as it was");
    }
    std::fs::write(&file, good).unwrap();
    let again = Keyway::dev(folder.path());
    assert_eq!(again.get("/v1/products/tea").bearer(&own).send().status, 200);
}
