//! `keyway open-account`: the first account of a new store.

use serde_json::Value;

use crate::program::{configured, end, refused, with_config};

fn open(folder: &std::path::Path, more: &[&str]) -> Value {
    let mut command = with_config("open-account", folder);
    let opened = end(command.args(["--name", "Rocket Rides", "--json"]).args(more));
    assert_eq!((opened.code, opened.errors.as_str()), (Some(0), ""), "{opened:?}");
    serde_json::from_str(&opened.out).unwrap()
}

#[test]
fn an_account_is_opened_and_its_four_keys_are_told_once() {
    let folder = configured("");
    let opened = open(folder.path(), &[]);
    for (place, prefix) in [
        ("/id", "acct_"),
        ("/sandbox/id", "sbx_"),
        ("/sandbox/secret", "sk_test_"),
        ("/sandbox/publishable", "pk_test_"),
        ("/live/secret", "sk_live_"),
        ("/live/publishable", "pk_live_"),
    ] {
        let told = opened.pointer(place).and_then(Value::as_str).unwrap();
        assert!(told.starts_with(prefix), "{place}: {told}");
    }
    let told = end(with_config("open-account", folder.path()).args(["--name", "Jane's Bikes"]));
    let prefixes = ["acct_", "sk_live_", "pk_live_", "sk_test_", "pk_test_", "shown once"];
    assert!(prefixes.iter().all(|prefix| told.out.contains(prefix)), "{told:?}");
}

#[test]
fn accounts_of_one_organization_share_it() {
    let folder = configured("");
    let organization = ["--organization", "Rocket"];
    let (first, second) = (open(folder.path(), &organization), open(folder.path(), &organization));
    let founded = first["organization"].as_str().unwrap();
    assert!(founded.starts_with("org_"));
    assert_eq!(second["organization"], founded);
    assert_eq!(open(folder.path(), &[])["organization"], Value::Null);
}

#[test]
fn a_name_that_is_none_opens_nothing() {
    let folder = configured("");
    let mut command = with_config("open-account", folder.path());
    let said = refused(command.args(["--name", " "]), folder.path());
    insta::assert_snapshot!(said, @"keyway: a name has 1 to 200 characters and no control characters");
}
