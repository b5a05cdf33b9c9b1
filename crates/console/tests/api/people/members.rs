//! Members come by invitation, and nobody gives more than they have.

use keys::{Realm, Role};
use serde_json::{Value, json};

use super::joining::token;
use super::proof::code_for;
use super::{PASSWORD, People, account_id, last_mail, sign_in};
use crate::world::{Answer, World};

/// Asks, and shows the code that is sent.
fn proved(world: &World, path: &str, session: &str, body: &Value) -> Answer {
    let me = world.get("/api/v1/user", session).json()["email"].as_str().unwrap().to_owned();
    let body = body.to_string();
    let asked = world.post(path, session, &body);
    assert_eq!(asked.json()["error"]["code"], "verification_required", "{asked:?}");
    world.post_shown(path, session, &body, Some(&code_for(world, &me)))
}

fn invitation(email: &str, realm: &Value, role: &str) -> Value {
    json!({"email": email, "realm": realm, "role": role})
}

#[test]
fn somebody_new_is_invited_by_mail_chooses_a_password_and_has_the_role() {
    let people = People::new();
    let world = &people.world;
    let account = people.account();
    let body = invitation("bob@example.com", &account["id"], "developer");
    let invited = proved(world, "/api/v1/invitations", &people.token, &body);
    assert_eq!(invited.status(), 200, "{invited:?}");
    let path = format!("/api/v1/invitations?realm={}", account["id"].as_str().unwrap());
    let waiting = world.get(&path, &people.token);
    assert_eq!(waiting.json()["data"][0]["email"], "bob@example.com");

    let mail = last_mail(world, "bob@example.com").unwrap();
    assert!(!waiting.body.contains(&token(&mail)) && !invited.body.contains(&token(&mail)));
    let accept =
        |body: &Value| world.post_as_anybody("/api/v1/invitations/accept", &body.to_string());
    let told = accept(&json!({"token": token(&mail)})).error();
    insta::assert_snapshot!(told, @r#"400 invalid_request_error parameter_missing password: Choose a password: `password`."#);
    let good = json!({"token": token(&mail), "password": PASSWORD, "name": "Bob"});
    assert_eq!(accept(&good).json()["role"], "developer");
    insta::assert_snapshot!(accept(&good).error(), @r#"400 invalid_request_error invitation_expired -: This invitation is no longer good; ask for a new one."#);

    let bob = people.signed_in("bob@example.com");
    assert_eq!(world.get("/api/v1/accounts", &bob).json()["data"][0]["id"], account["id"]);
    let members = format!("/api/v1/members?realm={}", account["id"].as_str().unwrap());
    assert_eq!(world.get(&members, &people.token).json()["data"][0]["name"], "Bob");
    insta::assert_snapshot!(world.get(&members, &bob).error(), @r#"403 invalid_request_error not_allowed -: Your role does not allow this; ask an owner or administrator."#);
}

#[test]
fn whoever_has_an_account_signs_in_to_accept() {
    let people = People::new();
    let world = &people.world;
    let other = people.account();
    let bob = people.member("bob", Realm::Account(account_id(&other)), Role::Analyst);
    let eve = people.member("eve", Realm::Account(account_id(&other)), Role::Analyst);
    let account = people.account();
    let body = invitation("bob@example.com", &account["id"], "administrator");
    proved(world, "/api/v1/invitations", &people.token, &body);
    let accept = json!({"token": token(&last_mail(world, "bob@example.com").unwrap())}).to_string();
    let told = world.post_as_anybody("/api/v1/invitations/accept", &accept).error();
    insta::assert_snapshot!(told, @r#"401 authentication_error sign_in_required -: Somebody signs in with this email address already; sign in, and accept it then."#);
    let told = world.post("/api/v1/invitations/accept", &eve, &accept).error();
    insta::assert_snapshot!(told, @r#"403 invalid_request_error not_allowed -: This invitation was sent to another email address; sign in with that one."#);
    let accepted = world.post("/api/v1/invitations/accept", &bob, &accept);
    assert_eq!(accepted.json()["role"], "administrator");
}

#[test]
fn roles_are_given_and_taken_within_ones_own_and_the_last_owner_stays() {
    let people = People::new();
    let world = &people.world;
    let account = people.account();
    let realm = Realm::Account(account_id(&account));
    let admin = people.member("admin", realm, Role::Administrator);
    let dev = people.member("dev", realm, Role::Developer);
    let members = format!("/api/v1/members?realm={realm}");
    let listed = world.get(&members, &people.token).json();
    let path = |name: &str, role: &str| {
        let all = listed["data"].as_array().unwrap().iter();
        let mut found = all.filter(|member| member["email"] == format!("{name}@example.com"));
        let user = found.next().unwrap()["user"].as_str().unwrap().to_owned();
        format!("/api/v1/members/{realm}/{user}/{role}")
    };
    let body = invitation("x@example.com", &account["id"], "owner");
    // Whoever may not is asked for no code.
    let told = world.post("/api/v1/invitations", &admin, &body.to_string()).error();
    insta::assert_snapshot!(told, @r#"403 invalid_request_error not_allowed -: Nobody can give or take a role that is above their own; ask the owner."#);
    for (path, body) in [
        (path("admin", "administrator"), r#"{"role": "owner"}"#),
        (path("dev", "developer"), r#"{"role": "owner"}"#),
    ] {
        let told = world.post(&path, &admin, body).error();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @r#"403 invalid_request_error not_allowed -: Nobody can give or take a role that is above their own; ask the owner."#);
        }
    }
    let gone = world.post(&path("dev", "analyst"), &admin, r#"{"role": "view_only"}"#).error();
    insta::assert_snapshot!(gone, @"404 invalid_request_error resource_missing -: This person does not have that role there.");
    assert_eq!(last_mail(world, "admin@example.com"), None);
    let told = world
        .post(
            "/api/v1/invitations",
            &people.token,
            &invitation("x@example.com", &account["id"], "boss").to_string(),
        )
        .error();
    insta::assert_snapshot!(told, @r#"400 invalid_request_error parameter_invalid role: There is no such role; there are owner, administrator, developer, iam_administrator, analyst, view_only, and in a sandbox sandbox_administrator and sandbox_user."#);
    let told = world.delete(&path("admin", "administrator"), &dev).error();
    insta::assert_snapshot!(told, @r#"403 invalid_request_error not_allowed -: Nobody can give or take a role that is above their own; ask the owner."#);
    let changed =
        proved(world, &path("dev", "developer"), &people.token, &json!({"role": "analyst"}));
    assert_eq!(changed.json()["role"], "analyst");
    assert_eq!(world.delete(&path("dev", "analyst"), &admin).json()["deleted"], true);
    insta::assert_snapshot!(world.delete(&path("dev", "analyst"), &admin).error().replace(&realm.to_string(), "acct"), @r#"404 invalid_request_error resource_missing -: This person does not have that role there."#);
    assert_eq!(world.get("/api/v1/accounts", &dev).json()["data"], json!([]));

    let (organization, owner) = (people.organization, people.owner);
    let own = format!("/api/v1/members/{organization}/{owner}/owner");
    insta::assert_snapshot!(world.delete(&own, &people.token).error(), @r#"400 invalid_request_error last_owner -: The last owner cannot be removed or given another role; make somebody else owner first."#);
}

#[test]
fn an_invitation_that_reaches_nobody_is_taken_back_and_one_that_was_taken_back_is_no_good() {
    let people = People::new();
    let world = &people.world;
    let account = people.account();
    let body = invitation("bob@example.com", &account["first_sandbox"], "sandbox_user");
    let invited = world.post("/api/v1/invitations", &people.token, &body.to_string()).json();
    let path = format!("/api/v1/invitations/{}", invited["id"].as_str().unwrap());
    assert_eq!(world.delete(&path, &people.token).json()["deleted"], true);
    let link = token(&last_mail(world, "bob@example.com").unwrap());
    let accept = json!({"token": link, "password": PASSWORD}).to_string();
    let told = world.post_as_anybody("/api/v1/invitations/accept", &accept).error();
    insta::assert_snapshot!(told, @r#"400 invalid_request_error invitation_expired -: This invitation is no longer good; ask for a new one."#);
    assert_eq!(sign_in(world, "bob@example.com", PASSWORD).status(), 401);

    let mute = People::of(World::sending());
    let account = mute.account();
    let body = invitation("bob@example.com", &account["first_sandbox"], "sandbox_user").to_string();
    let told = mute.world.post("/api/v1/invitations", &mute.token, &body).error();
    insta::assert_snapshot!(told, @r#"503 api_error mail_unavailable -: The mail could not be sent, and nothing was changed. Try again later, or ask whoever runs this server."#);
    let path = format!("/api/v1/invitations?realm={}", account["first_sandbox"].as_str().unwrap());
    assert_eq!(mute.world.get(&path, &mute.token).json()["data"], json!([]));
}

#[test]
fn keyway_mails_nobody_invitations_without_end() {
    let people = People::new();
    let world = &people.world;
    let account = people.account();
    let invite = |email: &str| {
        let body = invitation(email, &account["first_sandbox"], "sandbox_user").to_string();
        world.post("/api/v1/invitations", &people.token, &body)
    };
    for _ in 0..5 {
        assert_eq!(invite("bob@example.com").status(), 200);
    }
    insta::assert_snapshot!(invite("bob@example.com").error(), @"429 invalid_request_error rate_limited -: Too many invitations were sent to this address; try again in 24 hours.");
    for number in 0..44 {
        assert_eq!(invite(&format!("bob{number}@example.com")).status(), 200);
    }
    insta::assert_snapshot!(invite("eve@example.com").error(), @"429 invalid_request_error rate_limited -: Too many invitations were sent by you; try again in 24 hours.");
    assert_eq!(last_mail(world, "eve@example.com"), None);
}
