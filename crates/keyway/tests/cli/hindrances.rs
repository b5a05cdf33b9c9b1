//! What hinders a start is told in one sentence, and nothing is lost.

use std::net::TcpListener;

use crate::program::{Dev, configured, dev, end, keyway, mode, refused, set_mode, with_config};

#[test]
fn a_port_that_is_taken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for listener in ["--gateway", "--console", "--operations"] {
        let mut command = keyway();
        command.arg("dev").arg("--data").arg(folder.path());
        for each in ["--gateway", "--console", "--operations"] {
            command.args([each, if each == listener { &address } else { "127.0.0.1:0" }]);
        }
        let said = refused(&mut command, folder.path()).replace(&address, "ADDRESS");
        insta::allow_duplicates! {
            insta::assert_snapshot!(said, @"keyway: cannot listen on ADDRESS: Address already in use (os error 98)");
        }
    }
    // The world that was made meanwhile is whole.
    Dev::start(folder.path()).stop();
}

#[test]
fn a_folder_that_cannot_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    insta::assert_snapshot!(refused(&mut dev(&file), folder.path()), @"keyway: cannot make the folder FOLDER/file: File exists (os error 17)");
    insta::assert_snapshot!(refused(&mut dev(&file.join("below")), folder.path()), @"keyway: cannot make the folder FOLDER/file/below: Not a directory (os error 20)");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "no folder");
}

#[test]
fn a_second_instance_is_turned_away_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let first = Dev::start(folder.path());
    insta::assert_snapshot!(refused(&mut dev(folder.path()), folder.path()), @"keyway: another process uses the folder FOLDER");
    assert_eq!(first.status(first.told("/accounts/0/sandbox/secret")), 200);
    first.stop();
}

#[test]
fn a_damaged_database_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    Dev::start(folder.path()).stop();
    let database = folder.path().join("keyway.db");
    let damaged = "these are not the bytes of a database, by no means";
    std::fs::write(&database, damaged).unwrap();
    insta::assert_snapshot!(refused(&mut dev(folder.path()), folder.path()), @"keyway: cannot open FOLDER/keyway.db: the database is damaged or is no database at all; restore it from a backup: file is not a database (code 26)");
    assert_eq!(std::fs::read_to_string(&database).unwrap(), damaged);
}

#[test]
fn a_missing_secret_is_never_made_anew_beside_a_database() {
    let folder = tempfile::tempdir().unwrap();
    Dev::start(folder.path()).stop();
    let pepper = folder.path().join("pepper");
    let kept = std::fs::read(&pepper).unwrap();
    std::fs::remove_file(&pepper).unwrap();
    insta::assert_snapshot!(refused(&mut dev(folder.path()), folder.path()), @"keyway: cannot read the secret file FOLDER/pepper: No such file or directory (os error 2)");
    assert!(!pepper.exists());
    std::fs::write(&pepper, kept).unwrap();
    set_mode(&pepper, 0o644);
    insta::assert_snapshot!(refused(&mut dev(folder.path()), folder.path()), @"keyway: the secret file FOLDER/pepper can be read by others; run `chmod 600 FOLDER/pepper`");
    set_mode(&pepper, 0o600);
    Dev::start(folder.path()).stop();
}

#[test]
fn a_log_without_its_database_is_not_played_into_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("keyway.db-wal"), "what was not yet in it").unwrap();
    insta::assert_snapshot!(refused(&mut dev(folder.path()), folder.path()), @"keyway: FOLDER/keyway.db-wal is there without its keyway.db; put that back, or take both away");
    assert!(folder.path().join("keyway.db-wal").exists());
}

#[test]
fn a_level_that_is_none_is_an_error() {
    let folder = configured("");
    let mut command = with_config("check", folder.path());
    command.env("KEYWAY_LOG", "gateway=loud");
    insta::assert_snapshot!(refused(&mut command, folder.path()), @r#"keyway: KEYWAY_LOG is `gateway=loud`; write a level, as info, or parts with theirs, as gateway=trace: error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5"#);
}

#[test]
fn the_help_tells_the_exit_codes() {
    let help = end(keyway().arg("--help"));
    assert_eq!(help.code, Some(0));
    assert!(help.out.contains("Exit codes: 0 when done, 1 when something is wrong"), "{help:?}");
    assert_eq!(end(keyway().arg("no-such-task")).code, Some(2));
}

#[test]
fn a_secret_file_that_others_can_read_is_refused() {
    let folder = configured("");
    set_mode(&folder.path().join("sealing"), 0o604);
    insta::assert_snapshot!(refused(&mut with_config("check", folder.path()), folder.path()), @"keyway: the secret file sealing can be read by others; run `chmod 600 sealing`");
    insta::assert_snapshot!(refused(&mut with_config("serve", folder.path()), folder.path()), @"keyway: the secret file sealing can be read by others; run `chmod 600 sealing`");
    assert_eq!(mode(&folder.path().join("sealing")), 0o604);
}
