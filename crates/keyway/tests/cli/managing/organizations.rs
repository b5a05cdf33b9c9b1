//! Keys of an organization, by commands.

use serde_json::{Value, json};

use super::{Desk, done, failed, general, value};

impl Desk {
    /// What the owner's command tells to programs.
    fn own_json(&self, line: &str) -> Value {
        serde_json::from_str(&done(self.command(line).arg("--json")).out).unwrap()
    }
}

#[test]
fn a_key_of_an_organization_goes_through_its_life() {
    let desk = Desk::new();
    desk.sign_in();
    let whose = format!("--organization {}", desk.dev.told("/organization"));
    let line = format!("keys create Reports --permission customer_read --note vault {whose}");
    let made = done(&mut desk.command(&line));
    assert!(value(&made.out).starts_with("sk_org_test_"));
    assert_eq!(desk.dev.status(value(&made.out)), 400, "no account is named");
    let mut told = general(&made.errors);
    let listed = desk.own_json(&format!("keys list {whose}"));
    let id = listed["data"][0]["id"].as_str().unwrap();
    for line in [
        format!("keys edit {id} --name Books --permission charge_read"),
        format!("keys restrict {id} 100.10.38.0/24"),
        format!("keys duplicate {id} --name Copy"),
        format!("keys reveal {id}"),
        format!("keys schedule {id} --at 2027-01-01T00:00:00Z --every 30d"),
        format!("keys schedule {id} --cancel"),
        format!("keys rotate {id} --in 24h"),
        format!("keys expire {id} --yes"),
    ] {
        told += &general(&done(&mut desk.command(&line)).errors);
    }
    // The time is another each time.
    let (before, after) = told.split_once("stops at ").unwrap();
    let told = format!("{before}stops at …{}", &after["2027-01-01 00:00".len()..]);
    insta::assert_snapshot!(told, @"
    Created the key `Reports`, sk_org_test_… (key_*). Its value can be revealed again.
    Changed the key `Books`, sk_org_test_… (key_*).
    From now on the key `Books`, sk_org_test_… (key_*) can be used from 100.10.38.0/24.
    Created the key `Copy`, sk_org_test_… (key_*). Its value can be revealed again.
    This is the key `Books`, sk_org_test_… (key_*). Its value can be revealed again.
    The system rotates the key `Books`, sk_org_test_… (key_*) at 2027-01-01 00:00, then every 30 days.
    The system does not rotate the key `Books`, sk_org_test_… (key_*) any more.
    Created the key `Books`, sk_org_test_… (key_*); the old key stops at …. Its value can be revealed again.
    Ended the key `Books`, sk_org_test_… (key_*).
    ");
    let list = done(&mut desk.command(&format!("keys list {whose}"))).out;
    let columns = list.lines().map(|line| {
        let columns = line.split("  ").map(str::trim).filter(|column| !column.is_empty());
        columns.skip(1).take(4).map(general).collect::<Vec<_>>().join(" | ")
    });
    insta::assert_snapshot!(columns.collect::<Vec<_>>().join("\n"), @"
    NAME | KEY | TYPE | STATUS
    Books | sk_org_test_… | organization | active
    Copy | sk_org_test_… | organization | active
    Books | sk_org_test_… | organization | expired
    ");
    let shown = done(&mut desk.command(&format!("keys show {id}"))).out;
    assert!(shown.contains("mode                 sandbox\n"), "{shown}");
    assert!(shown.contains(desk.dev.told("/organization")), "{shown}");
    assert!(shown.contains("permissions          charge_read\n"), "{shown}");
}

#[test]
fn a_live_one_is_made_when_the_code_is_shown_and_only_where_live_is_said() {
    let desk = Desk::new();
    desk.sign_in();
    let whose = format!("--organization {}", desk.dev.told("/organization"));
    let create =
        format!("keys create Reports {whose} --mode live --connect-permission charge_read");
    insta::assert_snapshot!(failed(&mut desk.command(&create)), @"
    1 A verification code was sent to owner@keyway.localhost; send the same request again with it in the header `Verification-Code`. (request req_*)
    keyway: there is no terminal to ask for the code at; repeat the command with --code, times said by --at
    ");
    let code = desk.mailed_code();
    let made = desk.own_json(&format!("{create} --code {code}"));
    assert_eq!(
        (&made["livemode"], &made["connect_permissions"]),
        (&json!(true), &json!(["charge_read"]))
    );
    let count = |mode: &str| {
        let list = desk.own_json(&format!("keys list {whose}{mode}"));
        list["data"].as_array().unwrap().len()
    };
    assert_eq!([" --mode live", " --mode sandbox", ""].map(count), [1, 0, 1]);
    let id = made["id"].as_str().unwrap();
    done(&mut desk.command(&format!("keys delete {id} --yes")));
    assert_eq!(desk.own_json(&format!("keys show {id}"))["status"], "deleted");
}

#[test]
fn what_goes_with_an_account_does_not_go_with_an_organization() {
    let desk = Desk::new();
    desk.sign_in();
    let whose = format!("--organization {}", desk.dev.told("/organization"));
    let account = desk.dev.told("/accounts/0/id");
    let first = |line: String| {
        let said = failed(&mut desk.command(&line));
        said.lines().next().unwrap().to_owned()
    };
    let told = [
        first(format!("keys create A {whose} --restricted")),
        first(format!("keys create A {whose} --account {account}")),
        first(format!("keys create A {whose} --mode sbx_0123456789abcdef")),
        first("keys create A --permission customer_read".to_owned()),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    2 error: the argument '--organization <ORGANIZATION>' cannot be used with '--restricted'
    2 error: the argument '--organization <ORGANIZATION>' cannot be used with '--account <ACCOUNT>'
    1 keyway: keys of an organization are for no single sandbox: --mode live or sandbox
    2 error: the following required arguments were not provided:
    ");
}
