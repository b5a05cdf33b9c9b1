//! `keyway login` and what it keeps.

use std::path::PathBuf;

use super::connecting::{answer, server};
use super::{Desk, done, ended, failed, general, value};
use crate::program::{Ended, ask, mode, read_json, set_mode};
use crate::terminal::Talk;

impl Desk {
    fn session_file(&self) -> PathBuf {
        self.folder.path().join("config/session.json")
    }

    /// A command of whoever has signed in, about the platform's account.
    fn own(&self, line: &str) -> std::process::Command {
        let mut command = self.command(line);
        command.args(["--account", self.dev.told("/accounts/0/id")]);
        command
    }
}

#[test]
fn who_has_not_signed_in_is_told_how() {
    let desk = Desk::new();
    insta::assert_snapshot!(failed(&mut desk.command("keys list")), @"3 keyway: not signed in to URL; run `keyway login`, or put a key into KEYWAY_API_KEY");
    insta::assert_snapshot!(failed(&mut desk.signing_in("wrong")), @"3 keyway: The email address or the password is wrong, or the address was not confirmed yet. (request req_*)");
    assert!(!desk.session_file().exists());
    let mut command = desk.command("keys list");
    command.env("KEYWAY_API_KEY", "sk_test_nonsense");
    insta::assert_snapshot!(failed(&mut command), @"3 keyway: Invalid API Key provided: sk_test_********** (request req_*)");
}

#[test]
fn a_session_is_kept_for_its_owner_alone_and_ends_by_logout() {
    let desk = Desk::new();
    let told = done(&mut desk.signing_in(desk.dev.told("/owner/password")));
    assert_eq!(told.out, "");
    insta::assert_snapshot!(general(&told.errors), @"Signed in to URL as owner@keyway.localhost.");
    assert_eq!(mode(&desk.session_file()), 0o600);
    assert_eq!(mode(desk.session_file().parent().unwrap()), 0o700);
    let list = done(&mut desk.own("keys list")).out;
    assert!(list.contains("pk_test_") && !list.contains("pk_live_"), "{list}");
    let list = done(desk.own("keys list").args(["--mode", "live"])).out;
    assert!(list.contains("pk_live_") && !list.contains("pk_test_"), "{list}");

    let token = read_json(&desk.session_file())["token"].as_str().unwrap().to_owned();
    let console = desk.dev.told("/console_url");
    assert_eq!(ask(console, "GET /api/v1/sessions", &token, "").0, 200);
    done(&mut desk.command("logout"));
    assert!(!desk.session_file().exists());
    assert_eq!(ask(console, "GET /api/v1/sessions", &token, "").0, 401);
    assert_eq!(ended(&mut desk.command("keys list")).code, Some(3));
    assert_eq!(done(&mut desk.command("logout")).errors, "Nobody was signed in.\n");
}

#[test]
fn the_token_is_told_to_nobody() {
    let desk = Desk::new();
    let mut command = desk.signing_in(desk.dev.told("/owner/password"));
    let told = done(command.arg("--json"));
    assert!(told.out.contains("\"object\": \"session\""), "{told:?}");
    assert!(!told.out.contains("kws_"), "{told:?}");
}

#[test]
fn a_session_that_others_can_read_is_refused() {
    let desk = Desk::new();
    desk.sign_in();
    set_mode(&desk.session_file(), 0o640);
    let said = failed(&mut desk.own("keys list"));
    let folder = desk.folder.path().to_string_lossy();
    insta::assert_snapshot!(said.replace(&*folder, "FOLDER"), @"1 keyway: the secret file FOLDER/config/session.json can be read by others; run `chmod 600 FOLDER/config/session.json`");
    // A key needs no session.
    desk.done("keys list");
}

#[test]
fn a_session_is_not_sent_to_another_address() {
    let desk = Desk::new();
    desk.sign_in();
    let mut command = desk.own("keys list");
    insta::assert_snapshot!(failed(command.args(["--url", "https://keys.example.com"])), @"3 keyway: not signed in to https://keys.example.com; run `keyway login`, or put a key into KEYWAY_API_KEY");
}

#[test]
fn where_you_signed_in_is_where_you_are_asked_about() {
    let desk = Desk::new();
    desk.sign_in();
    let mut command = desk.own("keys list");
    done(command.env_remove("KEYWAY_URL"));
}

#[test]
fn whoever_signs_in_beside_a_key_is_told_that_the_key_goes_first() {
    let desk = Desk::new();
    let mut command = desk.signing_in(desk.dev.told("/owner/password"));
    command.env("KEYWAY_API_KEY", desk.dev.told("/accounts/1/sandbox/secret"));
    insta::assert_snapshot!(general(&done(&mut command).errors), @r#"
As long as KEYWAY_API_KEY is set, commands use that and not this session.
Signed in to URL as owner@keyway.localhost.
"#);
}

#[test]
fn a_password_is_asked_for_without_showing_it() {
    let desk = Desk::new();
    let mut talk = Talk::start(desk.command("login"));
    talk.until("Email: ");
    talk.answer(desk.dev.told("/owner/email"));
    talk.until("Password: ");
    talk.answer(desk.dev.told("/owner/password"));
    let Ended { code, out, errors } = talk.end();
    assert_eq!((code, out.as_str()), (Some(0), ""), "{errors}");
    assert!(!errors.contains(desk.dev.told("/owner/password")), "{errors}");
    done(&mut desk.own("keys list"));
}

#[test]
fn ctrl_c_at_the_password_leaves_the_terminal_as_it_was() {
    let desk = Desk::new();
    let mut talk = Talk::start(desk.command("login --email jane@example.com"));
    talk.until("Password: ");
    talk.press("secret words\u{3}");
    talk.until("there was no answer");
    assert!(talk.shows_what_is_typed());
    let ended = talk.end();
    assert_eq!(ended.code, Some(1));
    assert!(!ended.errors.contains("secret"), "{ended:?}");
}

#[test]
fn the_code_of_an_app_is_asked_for_where_there_is_one() {
    let desk = Desk::new();
    let asks = r#"{"error": {"code": "authenticator_code_required", "message": "A code."}}"#;
    let signs_in = r#"{"id": "ses_0000000000000000", "token": "kws_nonsense"}"#;
    let answers = || vec![answer("401 No", asks), answer("200 OK", signs_in)];
    let login = |url: &str| {
        let mut command = desk.command("login --email jane@example.com");
        command.env("KEYWAY_URL", url);
        command
    };
    let (url, requests) = server(answers());
    let mut talk = Talk::start(login(&url));
    talk.until("Password: ");
    talk.answer("secret words");
    talk.until("recovery code: ");
    talk.answer("123456");
    assert_eq!(talk.end().code, Some(0));
    let bodies =
        requests.iter().map(|request| request.split_once("\r\n\r\n").unwrap().1.to_owned());
    insta::assert_snapshot!(bodies.collect::<Vec<_>>().join("\n"), @r#"
    {"email":"jane@example.com","password":"secret words"}
    {"email":"jane@example.com","password":"secret words","code":"123456"}
    "#);

    // A program says it beforehand, and is refused when it does not.
    let (url, _requests) = server(answers());
    let mut command = login(&url);
    command.arg("--password-stdin");
    insta::assert_snapshot!(failed(&mut command), @"3 keyway: A code.");
}

#[test]
fn without_a_terminal_no_password_is_asked_for() {
    let desk = Desk::new();
    insta::assert_snapshot!(failed(&mut desk.command("login --email jane@example.com")), @"1 keyway: there is no terminal to ask for a password at; say --password-stdin");
    insta::assert_snapshot!(failed(&mut desk.command("login --password-stdin")), @"1 keyway: there is no terminal to ask for an email address at; say --email");
}

#[test]
fn a_verification_code_is_asked_for_and_the_same_is_asked_again() {
    let desk = Desk::new();
    desk.sign_in();
    let mut talk = Talk::start(desk.own("keys create Backend --mode live"));
    talk.until("Verification code: ");
    talk.answer("000");
    talk.until("A verification code is six digits.");
    talk.answer(&desk.mailed_code());
    let ended = talk.end();
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    let made = value(&ended.out);
    assert!(made.starts_with("sk_live_"));
    assert!(!ended.errors.contains(made));
    assert_eq!(desk.dev.status(made), 200);
}

#[test]
fn what_is_asked_again_with_a_code_is_the_same_request() {
    let desk = Desk::new();
    let asks = r#"{"error": {"code": "verification_required", "message": "A code was sent."}}"#;
    let key = r#"{"id": "key_0000000000000000", "secret": "sk_live_nonsense"}"#;
    let (url, requests) = server(vec![answer("403 No", asks), answer("200 OK", key)]);
    let mut command = desk.with_key("keys rotate key_0000000000000000 --in 24h");
    command.env("KEYWAY_URL", url);
    let mut talk = Talk::start(command);
    talk.until("Verification code: ");
    talk.answer("123456");
    assert_eq!(talk.end().out, "sk_live_nonsense\n");
    let (first, second) = (requests.recv().unwrap(), requests.recv().unwrap());
    assert_eq!(second.replace("verification-code: 123456\r\n", ""), first);
    assert_ne!(second, first);
}

#[test]
fn a_program_says_the_code_with_the_same_command() {
    let desk = Desk::new();
    desk.sign_in();
    let create = || desk.own("keys create Backend --mode live");
    insta::assert_snapshot!(failed(&mut create()), @r#"
1 A verification code was sent to owner@keyway.localhost; send the same request again with it in the header `Verification-Code`. (request req_*)
keyway: there is no terminal to ask for the code at; repeat the command with --code, times said by --at
"#);
    let code = desk.mailed_code();
    let ended = done(create().args(["--code", &code]));
    assert!(value(&ended.out).starts_with("sk_live_"));
}

#[test]
fn live_mode_is_never_meant_unless_it_is_said() {
    let desk = Desk::new();
    desk.sign_in();
    let ended = done(&mut desk.own("keys create Backend"));
    assert!(value(&ended.out).starts_with("sk_test_"));
    insta::assert_snapshot!(general(failed(&mut desk.command("keys list")).lines().next().unwrap()), @"1 keyway: say which account: --account");
}

#[test]
fn whoever_has_signed_in_is_told_who_they_are() {
    let desk = Desk::new();
    desk.sign_in();
    let told = general(&done(&mut desk.command("whoami")).out);
    insta::assert_snapshot!(told, @r#"
console        URL
id             usr_*
email          owner@keyway.localhost
name           -
authenticator  off

MEMBER OF                    AS
org_*  owner
"#);
}
