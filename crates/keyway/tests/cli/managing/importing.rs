//! `keyway keys import`: a file of keys of another system.

use super::{Desk, done, failed};
use crate::program::ask;

/// The SHA-256 of the value that callers of the other system send.
const HASH: &str = "f24d5034bf776d01af2cf8bc3fda94fcccbaac7afec0f3f092cd416630c8e573";
const VALUE: &str = "shop-4711-QyZ0vV2Jm8";

impl Desk {
    fn import(&self, text: &str, options: &str) -> std::process::Command {
        let file = self.folder.path().join("old.csv");
        std::fs::write(&file, text).unwrap();
        let mut command = self.with_key(&format!("keys import old.csv{options}"));
        command.current_dir(self.folder.path());
        command
    }

    fn keys(&self) -> usize {
        self.json("keys list")["data"].as_array().unwrap().len()
    }
}

#[test]
fn a_bad_line_keeps_the_others_out_unless_it_is_to_be_skipped() {
    let desk = Desk::new();
    let before = desk.keys();
    let file = format!(
        "name,hash,algorithm,last4\nShop,{HASH},sha256,2Jm8\nTill,abc,sha256,\nDesk,{HASH},sha256,\nBar\n"
    );
    let told = failed(&mut desk.import(&file, ""));
    insta::assert_snapshot!(told, @"
    1 old.csv:5: 1 fields where the header has 4
    keyway: nothing was imported: one line is bad; mend it, or say --skip-bad
    ");
    assert_eq!(desk.keys(), before);

    let file = file.replace("Bar\n", "");
    let told = failed(&mut desk.import(&file, ""));
    insta::assert_snapshot!(told, @"
    1 old.csv:3: `hash` is 64 hex digits.
    old.csv:4: The same hash stands before.
    keyway: nothing was imported: 2 lines are bad; mend them, or say --skip-bad
    ");
    assert_eq!(desk.keys(), before);

    let told = done(&mut desk.import(&file, " --skip-bad"));
    insta::assert_snapshot!(told.errors, @"
    old.csv:3: `hash` is 64 hex digits.
    old.csv:4: The same hash stands before.
    Imported 1 key; their old values work. 2 bad lines were left out.
    ");
    assert_eq!(desk.keys(), before + 1);
    assert_eq!(desk.json("keys list")["data"][0]["redacted"], "…2Jm8");
}

#[test]
fn a_caller_keeps_its_old_value() {
    let desk = Desk::new();
    let status = || ask(desk.dev.told("/gateway_url"), "GET /v1/balance", VALUE, "").0;
    assert_eq!(status(), 401);
    let line = format!(r#"{{"name": "Shop", "hash": "{HASH}", "algorithm": "sha256"}}"#);
    done(&mut desk.import(&line, ""));
    assert_eq!(status(), 200);
    // Once its first use was told, it is found by the pepper of this server.
    let adopted = || desk.json("audit list --limit 1")["data"][0]["type"] == "api_key.adopted";
    while !adopted() {
        std::thread::yield_now();
    }
    assert_eq!(status(), 200);
    assert_eq!(desk.json("keys list")["data"][0]["redacted"], "…2Jm8");
}
