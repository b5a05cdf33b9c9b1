//! `keyway accounts`, `sandboxes` and `members`.

use serde_json::{Value, json};

use super::{Desk, done, failed, general};
use crate::program::ask;
use crate::terminal::Talk;

/// What a command of the owner tells.
fn own(desk: &Desk, line: &str) -> String {
    general(&done(&mut desk.command(line)).errors)
}

/// What a command of the owner tells to programs.
fn own_json(desk: &Desk, line: &str) -> Value {
    serde_json::from_str(&done(desk.command(line).arg("--json")).out).unwrap()
}

#[test]
fn accounts_are_listed_opened_and_renamed() {
    let desk = Desk::new();
    desk.sign_in();
    let list = done(&mut desk.command("accounts list")).out;
    assert_eq!(list.lines().count(), 4, "{list}");
    let organization = desk.dev.told("/organization");
    let line = format!("accounts create Bakery --organization {organization}");
    insta::assert_snapshot!(own(&desk, &line), @"Opened the account `Bakery` (acct_*).");
    let all = own_json(&desk, &format!("accounts list --organization {organization}"));
    let bakery = all["data"][0]["id"].as_str().unwrap();
    insta::assert_snapshot!(own(&desk, &format!("accounts rename {bakery} Patisserie")), @"Renamed the account `Patisserie` (acct_*).");
    let shown = done(&mut desk.command(&format!("accounts show {bakery}"))).out;
    assert!(shown.contains("name           Patisserie\n"), "{shown}");
}

#[test]
fn an_account_is_deleted_by_its_name_and_a_code() {
    let desk = Desk::new();
    desk.sign_in();
    let organization = desk.dev.told("/organization");
    let bakery = own_json(&desk, &format!("accounts create Bakery --organization {organization}"));
    let id = bakery["id"].as_str().unwrap();
    let line = format!("accounts delete {id}");
    insta::assert_snapshot!(failed(&mut desk.command(&line)), @"1 keyway: This deletes the account `Bakery` (acct_*) with all its sandboxes and keys at once, for good. There is no terminal to ask at; say --yes if you mean it");
    let mut talk = Talk::start(desk.command(&line));
    talk.until("go on: ");
    talk.answer("Baker");
    assert!(talk.end().errors.ends_with("keyway: nothing was changed\n"));
    let asked = failed(&mut desk.command(&format!("{line} --yes")));
    assert!(asked.contains("A verification code was sent"), "{asked}");
    let code = desk.mailed_code();
    insta::assert_snapshot!(own(&desk, &format!("{line} --yes --code {code}")), @"Deleted the account `Bakery` (acct_*).");
    let shown = failed(&mut desk.command(&format!("accounts show {id}")));
    assert!(shown.contains("No such account"), "{shown}");
}

#[test]
fn sandboxes_are_added_renamed_and_deleted() {
    let desk = Desk::new();
    desk.sign_in();
    let account = desk.dev.told("/accounts/0/id");
    let added = own_json(&desk, &format!("sandboxes add Second --account {account}"));
    let id = added["id"].as_str().unwrap();
    insta::assert_snapshot!(own(&desk, &format!("sandboxes rename {id} Third")), @"Renamed the sandbox `Third` (sbx_*).");
    insta::assert_snapshot!(failed(&mut desk.command(&format!("sandboxes delete {id}"))), @"1 keyway: This deletes sbx_* and ends all its keys, for good. There is no terminal to ask at; say --yes if you mean it");
    let deleted = || {
        let list = own_json(&desk, &format!("sandboxes list --account {account}"));
        let mut all = list["data"].as_array().unwrap().iter();
        all.find(|sandbox| sandbox["id"] == id).unwrap()["deleted_at"].is_string()
    };
    assert!(!deleted());
    insta::assert_snapshot!(own(&desk, &format!("sandboxes delete {id} --yes")), @"Deleted the sandbox `Third` (sbx_*).");
    assert!(deleted());
    let list = done(&mut desk.command(&format!("sandboxes list --account {account}"))).out;
    assert!(list.lines().next().unwrap().starts_with("ID "), "{list}");
}

/// Somebody who was invited to the first sandbox comes.
fn bob_comes(desk: &Desk) {
    let mail = desk.mail();
    let link = mail.split_whitespace().find(|word| word.contains('#')).unwrap();
    let token = link.split_once('#').unwrap().1;
    let accept = json!({"token": token, "name": "Bob", "password": "a good password"});
    let console = desk.dev.told("/console_url");
    let (status, said) = ask(console, "POST /api/v1/invitations/accept", "", &accept.to_string());
    assert_eq!(status, 200, "{said}");
}

#[test]
fn members_are_invited_get_other_roles_and_are_removed() {
    let desk = Desk::new();
    desk.sign_in();
    let realm = desk.dev.told("/accounts/0/sandbox/id");
    let invite = format!("members invite {realm} bob@example.com sandbox_user");
    insta::assert_snapshot!(without_numbers(&own(&desk, &invite)), @"Invited bob@example.com until 9999-99-99 99:99 (inv_*).");
    let invitations = own_json(&desk, &format!("members invitations {realm}"));
    assert_eq!(invitations["data"][0]["email"], "bob@example.com");
    bob_comes(&desk);

    let list = format!("members list {realm}");
    let table = general(&done(&mut desk.command(&list)).out);
    assert!(table.contains("bob@example.com  Bob   sandbox_user"), "{table}");
    let role = format!("members role {realm} bob@example.com --to sandbox_administrator");
    insta::assert_snapshot!(own(&desk, &role), @"bob@example.com is sandbox_administrator of sbx_* now.");
    let remove = format!("members remove {realm} bob@example.com");
    insta::assert_snapshot!(failed(&mut desk.command(&remove)), @"1 keyway: This removes whoever is bob@example.com, sandbox_administrator of sbx_* There is no terminal to ask at; say --yes if you mean it");
    assert_eq!(own_json(&desk, &list)["data"][0]["role"], "sandbox_administrator");
    insta::assert_snapshot!(own(&desk, &format!("{remove} --yes")), @"Removed bob@example.com, sandbox_administrator of sbx_*");
    assert_eq!(own_json(&desk, &list)["data"], json!([]));
    insta::assert_snapshot!(failed(&mut desk.command(&remove)), @"1 keyway: sbx_* has no such member");
}

#[test]
fn an_invitation_is_taken_back_and_a_role_asks_for_a_code() {
    let desk = Desk::new();
    desk.sign_in();
    let account = desk.dev.told("/accounts/0/id");
    let line = format!("members invite {account} bob@example.com developer");
    insta::assert_snapshot!(failed(&mut desk.command(&line)), @r#"
1 A verification code was sent to owner@keyway.localhost; send the same request again with it in the header `Verification-Code`. (request req_*)
keyway: there is no terminal to ask for the code at; repeat the command with --code, times said by --at
"#);
    own(&desk, &format!("{line} --code {}", desk.mailed_code()));
    let invitations = format!("members invitations {account}");
    let id = own_json(&desk, &invitations)["data"][0]["id"].as_str().unwrap().to_owned();
    insta::assert_snapshot!(own(&desk, &format!("members uninvite {id}")), @"Took inv_* back.");
    assert_eq!(own_json(&desk, &invitations)["data"], json!([]));
}

/// A text without its digits.
fn without_numbers(text: &str) -> String {
    text.replace(|letter: char| letter.is_ascii_digit(), "9")
}
