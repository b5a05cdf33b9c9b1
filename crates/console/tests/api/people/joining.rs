//! How people come to be, and how they get at a new password.

use serde_json::json;

use super::{PASSWORD, People, last_mail, sign_in};
use crate::world::{Answer, World};

const NEW: &str = "another good password";

/// What stands behind the `#` of the link in a mail.
pub(crate) fn token(mail: &str) -> String {
    let link = mail.split_whitespace().find(|word| word.starts_with("http")).unwrap();
    link.split_once('#').unwrap().1.to_owned()
}

/// The last mail to that address: it is on its way when the answer is there.
fn mail_to(world: &World, email: &str, about: &str) -> String {
    let look = |_| last_mail(world, email).filter(|mail| mail.contains(about));
    (0..100_000).find_map(look).unwrap_or_else(|| panic!("no mail to {email}"))
}

fn ask(world: &World, path: &str, body: &serde_json::Value) -> Answer {
    world.post_as_anybody(path, &body.to_string())
}

#[test]
fn whoever_reads_the_mail_of_an_address_chooses_its_password() {
    let people = People::new();
    let world = &people.world;
    let asked = ask(world, "/api/v1/users", &json!({"email": "New@example.com", "name": "New"}));
    insta::assert_snapshot!(format!("{} {}", asked.status(), asked.body), @r#"
202 {
  "object": "mail",
  "message": "If this address can be used here, a mail with a link is on its way to it."
}
"#);
    let link = token(&mail_to(world, "new@example.com", "Confirm"));
    let confirm = |token: &str, password: &str| {
        let body = json!({"token": token, "new_password": password});
        ask(world, "/api/v1/users/confirm", &body)
    };
    assert_eq!(sign_in(world, "new@example.com", "none").status(), 401);
    insta::assert_snapshot!(confirm(&link, "short").error(), @r#"400 invalid_request_error parameter_invalid new_password: A password has at least 10 characters, and at most 1000 bytes."#);
    insta::assert_snapshot!(confirm(&"x".repeat(43), NEW).error(), @r#"400 invalid_request_error link_expired -: This link is no longer good; ask for a new one."#);
    insta::assert_snapshot!(confirm(&"x".repeat(43), "short").error(), @r#"400 invalid_request_error link_expired -: This link is no longer good; ask for a new one."#);
    insta::assert_snapshot!(confirm("x", NEW).error(), @r#"400 invalid_request_error link_expired -: This link is no longer good; ask for a new one."#);
    assert_eq!(confirm(&link, NEW).status(), 200);
    assert_eq!(confirm(&link, PASSWORD).status(), 400, "a link is good once");
    let token = sign_in(world, "new@example.com", NEW).json()["token"].as_str().unwrap().to_owned();
    let user = world.get("/api/v1/user", &token).json();
    assert_eq!((&user["name"], &user["memberships"]), (&"New".into(), &json!([])));
}

#[test]
fn a_taken_address_is_answered_like_a_free_one_and_told_by_mail() {
    let people = People::new();
    let world = &people.world;
    let free = ask(world, "/api/v1/users", &json!({"email": "free@example.com"}));
    let taken = ask(world, "/api/v1/users", &json!({"email": "ada@example.com"}));
    assert_eq!((free.status(), &free.body), (taken.status(), &taken.body));
    mail_to(world, "free@example.com", "Confirm");
    mail_to(world, "ada@example.com", "Choose your password");
    // Nothing has changed for whoever has it.
    assert_eq!(sign_in(world, "ada@example.com", PASSWORD).status(), 200);
}

#[test]
fn a_forgotten_password_is_chosen_anew_by_mail_and_ends_all_sessions() {
    let people = People::new();
    let world = &people.world;
    let nobody = ask(world, "/api/v1/password/forgot", &json!({"email": "nobody@example.com"}));
    let somebody = ask(world, "/api/v1/password/forgot", &json!({"email": "ada@example.com"}));
    assert_eq!((nobody.status(), &nobody.body), (somebody.status(), &somebody.body));
    let link = token(&mail_to(world, "ada@example.com", "Choose your password"));
    let body = json!({"token": link, "new_password": NEW});
    assert_eq!(ask(world, "/api/v1/users/confirm", &body).status(), 400, "it is for another thing");
    assert_eq!(ask(world, "/api/v1/password/reset", &body).status(), 200);
    assert_eq!(world.get("/api/v1/user", &people.token).status(), 401);
    assert_eq!(sign_in(world, "ada@example.com", PASSWORD).status(), 401);
    assert_eq!(sign_in(world, "ada@example.com", NEW).status(), 200);
    assert_eq!(last_mail(world, "nobody@example.com"), None);
}

#[test]
fn whoever_knows_the_password_changes_it_and_all_sessions_end() {
    let people = People::new();
    let world = &people.world;
    let change = |old: &str, new: &str| {
        let body = json!({"password": old, "new_password": new}).to_string();
        world.post("/api/v1/password", &people.token, &body)
    };
    insta::assert_snapshot!(change("wrong", NEW).error(), @r#"403 invalid_request_error password_wrong password: This is not your password."#);
    insta::assert_snapshot!(change(PASSWORD, "short").error(), @r#"400 invalid_request_error parameter_invalid new_password: A password has at least 10 characters, and at most 1000 bytes."#);
    assert_eq!(change(PASSWORD, NEW).status(), 200);
    assert_eq!(change(NEW, PASSWORD).status(), 401, "the session has ended");
    assert_eq!(sign_in(world, "ada@example.com", NEW).status(), 200);
}

#[test]
fn links_are_guessed_only_so_often() {
    let people = People::new();
    let body = json!({"token": "x".repeat(43), "new_password": NEW});
    for path in ["/api/v1/users/confirm", "/api/v1/password/reset"].repeat(10) {
        assert_eq!(ask(&people.world, path, &body).status(), 400);
    }
    let told = ask(&people.world, "/api/v1/password/reset", &body).error();
    insta::assert_snapshot!(told, @r#"429 invalid_request_error rate_limited -: Too many tries; try again in 15 minutes."#);
}

#[test]
fn strangers_ask_only_so_often_and_without_mail_are_told_so() {
    let people = People::new();
    let body = json!({"email": "no address"});
    insta::assert_snapshot!(ask(&people.world, "/api/v1/users", &body).error(), @r#"400 invalid_request_error parameter_invalid email: This is no email address; one looks like jenny@example.com."#);
    let body = json!({"email": "ada@example.com"});
    for _ in 0..20 {
        assert_eq!(ask(&people.world, "/api/v1/password/forgot", &body).status(), 202);
    }
    let told = ask(&people.world, "/api/v1/password/forgot", &body).error();
    insta::assert_snapshot!(told, @r#"429 invalid_request_error rate_limited -: Too many tries; try again in 15 minutes."#);
    let world = World::sending();
    insta::assert_snapshot!(ask(&world, "/api/v1/users", &body).error(), @r#"503 api_error mail_unavailable -: The mail could not be sent, and nothing was changed. Try again later, or ask whoever runs this server."#);
}
