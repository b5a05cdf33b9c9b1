//! The life of live keys as their owner leads it by commands.

use std::fs::File;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::keyway::{Keyway, folder, output, program};
use crate::owner::Owner;
use crate::shop::{call, refusal, refusal_to_come, soon};

/// Somebody at a terminal of their own.
struct Desk<'k> {
    keyway: &'k Keyway,
    owner: Owner<'k>,
    home: TempDir,
}

impl<'k> Desk<'k> {
    /// Signs in.
    fn new(keyway: &'k Keyway) -> Self {
        let desk = Self { keyway, owner: Owner::sign_in(keyway), home: folder() };
        let password = desk.home.path().join("password");
        std::fs::write(&password, keyway.world["owner"]["password"].as_str().unwrap()).unwrap();
        let email = keyway.world["owner"]["email"].as_str().unwrap();
        let mut login = desk.command("login --password-stdin --email");
        login.args([email, "--code", &desk.owner.next_code()]);
        login.stdin(File::open(password).unwrap());
        let (code, out, errors) = output(&mut login);
        assert_eq!((code, out.as_str()), (Some(0), ""), "{errors}");
        desk
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(program());
        command.args(line.split(' ')).env("KEYWAY_CONFIG_DIR", self.home.path());
        command.env("KEYWAY_URL", self.keyway.console());
        command
    }

    /// What a command prints that is done.
    fn run(&self, line: &str) -> String {
        let (code, out, errors) = output(&mut self.command(line));
        assert_eq!(code, Some(0), "{line}: {errors}");
        out.trim_end().to_owned()
    }

    /// What a command prints that needs a proof.
    fn prove_and_run(&self, line: &str) -> String {
        let (code, out, errors) = output(&mut self.command(line));
        assert_eq!((code, out.as_str()), (Some(1), ""), "{line}: {errors}");
        assert!(errors.contains("--code"), "{line}: {errors}");
        self.run(&format!("{line} --code {}", self.owner.next_code()))
    }

    /// The keys in live mode of the account, the newest first.
    fn keys(&self) -> Vec<Value> {
        let list = format!("keys list {} --json", self.place());
        let list: Value = serde_json::from_str(&self.run(&list)).unwrap();
        list["data"].as_array().unwrap().clone()
    }

    /// The id of the newest key.
    fn newest(&self) -> String {
        self.keys()[0]["id"].as_str().unwrap().to_owned()
    }

    fn place(&self) -> String {
        let account = self.keyway.account("standalone")["id"].as_str().unwrap();
        format!("--account {account} --mode live")
    }

    /// The value and the id of a new secret key.
    fn create(&self) -> (String, String) {
        let value = self.prove_and_run(&format!("keys create Backend {}", self.place()));
        (value, self.newest())
    }
}

#[test]
fn a_key_is_created_noted_renamed_limited_to_addresses_and_deleted() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let desk = Desk::new(&keyway);
    let (value, id) = desk.create();
    assert_eq!(call(&keyway, &value).status, 200);
    desk.run(&format!("keys edit {id} --name Till --note vault"));
    let [key, ..] = &desk.keys()[..] else { panic!("no keys") };
    assert_eq!((&key["name"], &key["note"]), (&"Till".into(), &"vault".into()));

    desk.prove_and_run(&format!("keys restrict {id} 100.10.38.0/24"));
    assert_eq!(refusal(&keyway, &value), "403 invalid_request_error ip_not_allowed");
    desk.prove_and_run(&format!("keys restrict {id} --anywhere"));
    assert_eq!(call(&keyway, &value).status, 200);

    desk.run(&format!("keys delete {id} --yes"));
    assert_eq!(refusal(&keyway, &value), "401 authentication_error api_key_deleted");
}

#[test]
fn a_restricted_key_is_duplicated_and_has_another_value() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let desk = Desk::new(&keyway);
    let create =
        format!("keys create Reader --restricted --permission customer_read {}", desk.place());
    let value = desk.prove_and_run(&create);
    let other = desk.prove_and_run(&format!("keys duplicate {}", desk.newest()));
    assert!(value.starts_with("rk_live_") && other.starts_with("rk_live_"));
    assert_ne!(value, other);
    let [second, first, ..] = &desk.keys()[..] else { panic!("too few keys") };
    assert_eq!(second["permissions"], first["permissions"]);
}

#[test]
fn after_a_rotation_with_an_expiry_both_keys_work_until_it_passes() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let desk = Desk::new(&keyway);
    let (old, id) = desk.create();
    let new = desk.prove_and_run(&format!("keys rotate {id} --at {}", soon()));
    assert_eq!((call(&keyway, &old).status, call(&keyway, &new).status), (200, 200));
    assert_eq!(refusal_to_come(&keyway, &old), "401 authentication_error api_key_expired");
    assert_eq!(call(&keyway, &new).status, 200);
}

#[test]
fn the_key_of_a_scheduled_rotation_is_revealed_once() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let desk = Desk::new(&keyway);
    let (old, id) = desk.create();
    desk.prove_and_run(&format!("keys schedule {id} --at {}", soon()));
    assert_eq!(refusal_to_come(&keyway, &old), "401 authentication_error api_key_deleted");
    let newest = desk.newest();
    let new = desk.prove_and_run(&format!("keys reveal {newest}"));
    assert_eq!(call(&keyway, &new).status, 200);
    let (code, out, errors) = output(&mut desk.command(&format!("keys reveal {newest}")));
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(errors.contains("not kept"), "{errors}");
}

#[test]
fn an_account_is_born_with_four_keys_that_are_revealed_as_their_kind_says() {
    let folder = folder();
    let keyway = Keyway::dev(folder.path());
    let desk = Desk::new(&keyway);
    let opened: Value = serde_json::from_str(&desk.run("accounts create Bakery --json")).unwrap();
    let account = opened["id"].as_str().unwrap();
    let born = |mode: &str, kind: &str| {
        let list = desk.run(&format!("keys list --account {account} --mode {mode} --json"));
        let list: Value = serde_json::from_str(&list).unwrap();
        let keys = list["data"].as_array().unwrap();
        assert_eq!(keys.len(), 2);
        let key = keys.iter().find(|key| key["type"] == kind).unwrap();
        key["id"].as_str().unwrap().to_owned()
    };
    let live = format!("keys reveal {}", born("live", "secret"));
    let value = desk.prove_and_run(&live);
    assert_eq!(call(&keyway, &value).status, 200);
    let (code, out, errors) = output(&mut desk.command(&live));
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(errors.contains("not kept"), "{errors}");

    let test = format!("keys reveal {}", born("sandbox", "secret"));
    let value = desk.run(&test);
    assert_eq!((desk.run(&test), call(&keyway, &value).status), (value, 200));

    let publishable = born("live", "publishable");
    let (code, _, errors) = output(&mut desk.command(&format!("keys delete {publishable} --yes")));
    assert_eq!(code, Some(1));
    assert!(errors.contains("cannot be deleted"), "{errors}");
    let value = desk.prove_and_run(&format!("keys rotate {publishable} --now --yes"));
    assert!(value.starts_with("pk_live_"), "alone on standard output");
}
