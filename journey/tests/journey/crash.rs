//! Killed while keys are made and used, and started again.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::Signal;
use serde_json::json;

use crate::keyway::{Keyway, folder};

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
