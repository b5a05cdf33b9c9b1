//! `keyway audit`: whether what was written is still what was written.

use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Ended, configured, end, keyway, refused, with_config};

/// A store with two accounts in it.
fn opened() -> tempfile::TempDir {
    let folder = configured("");
    for name in ["Rocket Rides", "Jane's Bikes"] {
        let ended = end(with_config("open-account", folder.path()).args(["--name", name]));
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    folder
}

fn audit(folder: &Path, task: &str) -> std::process::Command {
    let mut command = keyway();
    command.current_dir(folder).args(["audit", task, "--config", "keyway.toml"]);
    command
}

fn checkpoint(folder: &Path) -> Value {
    let Ended { code, out, errors } = end(&mut audit(folder, "checkpoint"));
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    serde_json::from_str(&out).unwrap()
}

#[test]
fn an_audit_that_nobody_touched_is_believed() {
    let folder = opened();
    let ended = end(&mut audit(folder.path(), "verify"));
    assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""));
    insta::assert_snapshot!(ended.out, @"all 2 events are as they were written");
}

#[test]
fn a_checkpoint_that_was_kept_elsewhere_is_compared() {
    let folder = opened();
    let kept = folder.path().join("kept.json");
    let checkpoint = checkpoint(folder.path());
    assert_eq!(checkpoint["events"], 2);
    let verify = |checkpoint: &Value| {
        std::fs::write(&kept, checkpoint.to_string()).unwrap();
        let mut command = audit(folder.path(), "verify");
        command.arg("--checkpoint").arg(&kept);
        command
    };
    assert_eq!(end(&mut verify(&checkpoint)).code, Some(0));
    let mut forged = checkpoint.clone();
    forged["events"] = json!(1);
    insta::assert_snapshot!(refused(&mut verify(&forged), folder.path()), @r#"keyway: cannot take FOLDER/kept.json: the checkpoint was not signed by this installation, or was changed since"#);
    insta::assert_snapshot!(refused(&mut verify(&json!({})), folder.path()), @r#"keyway: FOLDER/kept.json is no checkpoint: missing field `events` at line 1 column 2"#);
}

#[test]
fn a_checkpoint_of_another_installation_is_not_taken() {
    let (folder, other) = (opened(), opened());
    let kept = folder.path().join("kept.json");
    std::fs::write(&kept, checkpoint(other.path()).to_string()).unwrap();
    let mut command = audit(folder.path(), "verify");
    insta::assert_snapshot!(refused(command.arg("--checkpoint").arg(&kept), folder.path()), @r#"keyway: cannot take FOLDER/kept.json: the checkpoint was not signed by this installation, or was changed since"#);
}
