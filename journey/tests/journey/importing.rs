//! Keys of another system that digests its own under a pepper.

use std::process::Command;

use serde_json::Value;

use crate::keyway::{folder, output, program};
use crate::served::{Served, alter, mirror, open_account, value, write_config};

/// What callers of the other system send.
const VALUE: &str = "till-4711-QyZ0vV2Jm8";
/// `printf VALUE | openssl dgst -sha256 -hmac old-pepper`
const HASH: &str = "259af1fa5e6d94d57c6dca11f3000283430429bec00eca0d21f4f88ed80babca";
/// `old-pepper` in hex.
const PEPPER: &str = "6f6c642d706570706572";

#[test]
fn a_caller_keeps_a_value_that_was_digested_under_the_pepper_of_another_system() {
    let folder = folder();
    let config = write_config(folder.path(), &mirror());
    let old = folder.path().join("old-pepper");
    std::fs::write(&old, PEPPER).unwrap();
    let secret = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&old, secret).unwrap();
    let named = format!("[secrets]\nimport_pepper_file = \"{}\"\n", old.display());
    let opened = open_account(&config);
    let file = folder.path().join("old.csv");
    std::fs::write(&file, format!("name,hash,algorithm\nTill,{HASH},hmac_sha256\n")).unwrap();
    let own = value(&opened, "sandbox", "secret");
    let keyway = |served: &Served, line: &str| {
        let mut command = Command::new(program());
        command.args(line.split(' ')).env("KEYWAY_URL", &served.console);
        let (code, out, errors) = output(command.env("KEYWAY_API_KEY", own));
        assert_eq!(code, Some(0), "{errors}");
        (out, errors)
    };
    let listed = |served: &Served| -> Value {
        serde_json::from_str(&keyway(served, "keys list --json").0).unwrap()
    };

    let served = Served::start(&config);
    let (_, told) = keyway(&served, &format!("keys import {}", file.display()));
    assert_eq!(told, "Imported 1 key; their old values work.\n");
    assert_eq!(served.decided(VALUE).status, 401, "the pepper of the other system is not set");
    drop(served);

    alter(&config, "[secrets]\n", &named);
    let served = Served::start(&config);
    assert_eq!(served.decided(VALUE).status, 200);
    assert_eq!(served.decided("till-4711-QyZ0vV2Jm9").status, 401);
    // With its first use it is digested under the pepper of this server, and its end is known.
    while listed(&served)["data"][0]["redacted"] != "…2Jm8" {
        std::thread::yield_now();
    }
    assert_eq!(served.decided(VALUE).status, 200);
    drop(served);

    alter(&config, &named, "[secrets]\n");
    let served = Served::start(&config);
    assert_eq!(served.decided(VALUE).status, 200, "the old pepper is of no more use");
}
