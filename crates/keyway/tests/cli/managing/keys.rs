//! `keyway keys`: the life of a key by commands.

use super::{Desk, failed, general};

#[test]
fn keys_are_listed_as_people_read_them() {
    let desk = Desk::new();
    let id = desk.key("Backend");
    desk.done(&format!("keys restrict {id} 100.10.38.255 100.10.39.0/24"));
    let told = desk.done("keys list");
    assert_eq!(told.errors, "");
    let columns = told.out.lines().map(|line| {
        let columns: Vec<_> = line.split("  ").map(str::trim).filter(|c| !c.is_empty()).collect();
        let [id, name, key, kind, status, _created, used, ip] = columns.try_into().unwrap();
        [id, name, key, kind, status, used, ip].map(general).join(" | ")
    });
    insta::assert_snapshot!(columns.collect::<Vec<_>>().join("\n"), @r#"
ID | NAME | KEY | TYPE | STATUS | LAST USED | IP
key_* | Backend | sk_test_… | secret | active | - | 100.10.38.255 100.10.39.0/24
key_* | Publishable key | pk_test_… | publishable | active | - | anywhere
key_* | Secret key | sk_test_… | secret | active | - | anywhere
"#);
}

#[test]
fn pages_are_followed() {
    let desk = Desk::new();
    let names: Vec<String> = (0..12).map(|number| format!("Key{number}")).collect();
    for name in &names {
        desk.key(name);
    }
    let list = desk.json("keys list");
    assert_eq!((list["data"].as_array().unwrap().len(), &list["has_more"]), (14, &false.into()));
    let some = desk.json("keys list --limit 3");
    assert_eq!((some["data"].as_array().unwrap().len(), &some["has_more"]), (3, &true.into()));
    assert_eq!(some["data"][0]["name"], "Key11");
    assert_eq!(
        desk.done("keys list --limit 3").errors,
        "There are more; a higher --limit shows them.\n"
    );
}

#[test]
fn a_key_is_edited_and_restricted() {
    let desk = Desk::new();
    let id = desk.key("Backend");
    let told = desk.done(&format!("keys edit {id} --name Shop --note vault"));
    assert_eq!(told.out, "");
    insta::assert_snapshot!(general(&told.errors), @"Changed the key `Shop`, sk_test_… (key_*).");
    let key = desk.json(&format!("keys show {id}"));
    assert_eq!((&key["name"], &key["note"]), (&"Shop".into(), &"vault".into()));
    assert!(desk.json(&format!("keys edit {id} --no-note"))["note"].is_null());

    let told = desk.done(&format!("keys restrict {id} 100.10.38.0/24"));
    insta::assert_snapshot!(general(&told.errors), @"From now on the key `Shop`, sk_test_… (key_*) can be used from 100.10.38.0/24.");
    let key = desk.json(&format!("keys show {id}"));
    assert_eq!(key["ip_allowlist"], serde_json::json!(["100.10.38.0/24"]));
    let told = desk.done(&format!("keys restrict {id} --anywhere"));
    insta::assert_snapshot!(general(&told.errors), @"From now on the key `Shop`, sk_test_… (key_*) can be used from anywhere.");
    assert!(desk.json(&format!("keys show {id}"))["ip_allowlist"].is_null());
}

#[test]
fn the_permissions_of_a_restricted_key_are_changed() {
    let desk = Desk::new();
    let key = desk.json("keys create Reports --restricted --permission customer_read --connect-permission charge_read");
    let id = key["id"].as_str().unwrap();
    let key =
        desk.json(&format!("keys edit {id} --permission product_write --permission charge_read"));
    assert_eq!(key["permissions"], serde_json::json!(["charge_read", "product_write"]));
    assert_eq!(key["connect_permissions"], serde_json::json!(["charge_read"]));
    let shown = desk.done(&format!("keys show {id}")).out;
    assert!(shown.contains("permissions          charge_read product_write\n"), "{shown}");
}

#[test]
fn a_rotation_is_scheduled_and_taken_back() {
    let desk = Desk::new();
    let id = desk.key("Backend");
    let line = format!("keys schedule {id} --at 2027-01-01T00:00:00Z --every 30d --grace 1h");
    insta::assert_snapshot!(general(&desk.done(&line).errors), @"The system rotates the key `Backend`, sk_test_… (key_*) at 2027-01-01 00:00, then every 30 days.");
    let rotation = desk.json(&format!("keys show {id}"))["rotation"].to_string();
    insta::assert_snapshot!(rotation, @r#"{"next_at":"2027-01-01T00:00:00Z","every_days":30,"grace_seconds":3600}"#);
    let shown = desk.done(&format!("keys show {id}")).out;
    assert!(shown.contains("2027-01-01 00:00, then every 30 days"), "{shown}");
    insta::assert_snapshot!(general(&desk.done(&format!("keys schedule {id} --cancel")).errors), @"The system does not rotate the key `Backend`, sk_test_… (key_*) any more.");
    assert!(desk.json(&format!("keys show {id}"))["rotation"].is_null());
    let told = desk.done(&format!("keys schedule {id} --in 12h"));
    assert!(told.errors.starts_with("The system rotates"), "{told:?}");
}

#[test]
fn a_key_that_was_rotated_expires_then_or_at_once() {
    let desk = Desk::new();
    let id = desk.key("Backend");
    desk.done(&format!("keys rotate {id} --in 24h"));
    assert_eq!(desk.status(&id), "expiring");
    assert!(desk.done("keys list").out.contains("expiring 2"));
    insta::assert_snapshot!(general(&desk.done(&format!("keys expire {id} --yes")).errors), @"Ended the key `Backend`, sk_test_… (key_*).");
    assert_eq!(desk.status(&id), "expired");
}

#[test]
fn a_refusal_is_a_sentence_with_the_id_of_its_request() {
    let desk = Desk::new();
    let id = desk.key("Backend");
    let refused = |line: &str| failed(&mut desk.with_key(line));
    insta::assert_snapshot!(refused("keys show key_0000000000000000"), @"1 keyway: No such key: 'key_*'. (request req_*)");
    insta::assert_snapshot!(refused(&format!("keys expire {id} --yes")), @"1 keyway: The key has no time to end that could be cut short; delete it instead. (request req_*)");
    insta::assert_snapshot!(refused(&format!("keys restrict {id} 100.10.38.0/33")), @"1 keyway: `100.10.38.0/33` is no IPv4 address and no range like `100.10.38.0/24`. (request req_*)");
    insta::assert_snapshot!(refused("keys create Reports --restricted --permission nonsense"), @"1 keyway: `nonsense` is no permission; one is written like `customer_read` or `charge_write`. (request req_*)");
}

#[test]
fn what_cannot_be_understood_ends_with_2() {
    let desk = Desk::new();
    for line in [
        "keys",
        "keys rotate key_0000000000000000",
        "keys rotate key_0000000000000000 --now --in 1h",
        "keys rotate key_0000000000000000 --in soon",
        "keys schedule key_0000000000000000 --cancel --every 30d",
        "keys restrict key_0000000000000000",
        "keys restrict key_0000000000000000 1.2.3.4 --anywhere",
        "keys edit key_0000000000000000",
        "keys create Reports --permission customer_read",
        "keys show backend",
        "keys list --mode nowhere",
    ] {
        let said = failed(&mut desk.with_key(line));
        assert!(said.starts_with("2 "), "{line}: {said}");
    }
}

#[test]
fn what_was_done_is_in_the_audit() {
    let desk = Desk::new();
    let id = desk.key("Backend");
    desk.done(&format!("keys edit {id} --name Shop"));
    desk.done(&format!("keys delete {id} --yes"));
    let told = desk.done(&format!("audit list --object {id}"));
    let events = told.out.lines().skip(1).map(|line| {
        let columns: Vec<_> = line.split("  ").map(str::trim).filter(|c| !c.is_empty()).collect();
        general(&columns[1..].join(" | "))
    });
    insta::assert_snapshot!(events.collect::<Vec<_>>().join("\n"), @r#"
api_key.deleted | key_* | key_* | 127.0.0.1 | done
api_key.updated | key_* | key_* | 127.0.0.1 | done
api_key.created | key_* | key_* | 127.0.0.1 | done
"#);
    let list = desk.json(&format!("audit list --object {id} --limit 1"));
    assert_eq!(
        (&list["data"][0]["type"], &list["has_more"]),
        (&"api_key.deleted".into(), &true.into())
    );
    assert_eq!(desk.done("audit list --until 2020-01-01T00:00:00Z").out, "none\n");
}
