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

#[test]
fn an_event_that_somebody_changed_in_the_file_is_found() {
    let folder = opened();
    let store = files(folder.path()).into_iter().find(|file| !places(file).is_empty());
    let store = store.expect("a file with the name in it");
    let mut bytes = std::fs::read(&store).unwrap();
    for at in places(&store) {
        bytes[at..at + 4].copy_from_slice(b"John");
    }
    std::fs::write(&store, bytes).unwrap();
    insta::assert_snapshot!(refused(&mut audit(folder.path(), "verify"), folder.path()), @"keyway: the audit cannot be believed: event number 2 is not what was written");
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Where the name of the second account stands.
fn places(file: &Path) -> Vec<usize> {
    const NAME: &[u8] = b"Jane's Bikes";
    let bytes = std::fs::read(file).unwrap();
    let windows = bytes.windows(NAME.len()).enumerate();
    windows.filter(|(_, window)| *window == NAME).map(|(at, _)| at).collect()
}
