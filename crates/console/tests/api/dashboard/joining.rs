//! How people come to be, at pages and by the links that are mailed to them.

use serde_json::json;

use super::{Browser, OURS, post, sign_in, told};
use crate::people::{PASSWORD, People, last_mail};
use crate::world::{Answer, World};

/// Follows the link in the last mail to that address: its page, and what it proves.
fn link(world: &World, email: &str, page: &str) -> String {
    // It is mailed aside, after the answer.
    let mail = (0..100_000).find_map(|_| last_mail(world, email)).unwrap();
    let (_, rest) = mail.split_once(&format!("http://127.0.0.1:4242/{page}#")).unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// A new account of theirs.
fn account_realm(people: &People) -> keys::Realm {
    keys::Realm::Account(crate::people::account_id(&people.account()))
}

fn send(world: &World, path: &str, body: &str) -> Answer {
    post(world, path, body, &[OURS])
}

#[test]
fn whoever_signs_up_chooses_a_password_by_a_mailed_link_and_signs_in() {
    let world = World::new();
    assert_eq!(told(&world.ask("GET /signup", &[])), "200 Create your account");
    let asked = send(&world, "/signup", "email=joe%40example.com&name=Joe");
    insta::assert_snapshot!(told(&asked), @r#"200 Look into your mail"#);
    let token = link(&world, "joe@example.com", "confirm");
    assert_eq!(told(&world.ask("GET /confirm", &[])), "200 Choose your password");
    let short = send(&world, "/confirm", &format!("token={token}&password=short"));
    insta::assert_snapshot!(told(&short), @r#"400 Choose your password A password has at least 10 characters, and at most 1000 bytes."#);
    assert!(short.body.contains(&format!("name=\"token\" value=\"{token}\"")), "it is sent again");
    assert_eq!(short.header("cache-control"), Some("no-store"));
    let chosen = format!("token={token}&password=a+long+password");
    assert_eq!(told(&send(&world, "/confirm", &chosen)), "200 Your password is set");
    let joe = Browser::new_at(&world, "joe@example.com", "a long password");
    let start = joe.get("/");
    assert_eq!(told(&start), "200 Open your first account");
    let opened = joe.post("/accounts", "name=Joe%27s+Diner");
    let home = joe.get(opened.header("location").unwrap());
    assert!(home.body.contains("Joe&#39;s Diner"), "{}", home.body);
    insta::assert_snapshot!(told(&send(&world, "/confirm", &chosen)), @r#"400 Choose your password This link is no longer good; ask for a new one."#);
}

#[test]
fn a_forgotten_password_is_chosen_anew_and_nobody_learns_who_has_an_address() {
    let people = People::new();
    let world = &people.world;
    let known = send(world, "/forgot", "email=ada%40example.com");
    let unknown = send(world, "/forgot", "email=nobody%40example.com");
    assert_eq!((known.status(), &known.body), (unknown.status(), &unknown.body));
    let token = link(world, "ada@example.com", "reset");
    let chosen = send(world, "/reset", &format!("token={token}&password=another+password"));
    assert_eq!(told(&chosen), "200 Your password is set");
    assert_eq!(sign_in(world, "ada@example.com", "another password", OURS).status(), 303);
}

#[test]
fn somebody_new_accepts_an_invitation() {
    let people = People::new();
    let world = &people.world;
    let realm = people.account()["first_sandbox"].clone();
    let invite = json!({"email": "joe@example.com", "realm": realm, "role": "sandbox_user"});
    let invited = world.post("/api/v1/invitations", &people.token, &invite.to_string());
    assert_eq!(invited.status(), 200, "{invited:?}");
    let token = link(world, "joe@example.com", "invitation");
    assert_eq!(told(&world.ask("GET /invitation", &[])), "200 Accept your invitation");
    let join = format!("token={token}&name=Joe&password=a+long+password");
    assert_eq!(told(&send(world, "/invitation", &join)), "200 You have joined");
    assert_eq!(sign_in(world, "joe@example.com", "a long password", OURS).status(), 303);
}

#[test]
fn whoever_has_signed_in_accepts_an_invitation_with_one_button() {
    let people = People::new();
    let world = &people.world;
    let eve = people.member("eve", account_realm(&people), keys::Role::ViewOnly);
    let realm = people.account()["id"].clone();
    let invite = json!({"email": "eve@example.com", "realm": realm, "role": "view_only"});
    let invite = invite.to_string();
    let asked = world.post("/api/v1/invitations", &people.token, &invite);
    assert_eq!(asked.status(), 403, "{asked:?}");
    let code = crate::people::proof::code(world);
    let invited = world.post_shown("/api/v1/invitations", &people.token, &invite, Some(&code));
    assert_eq!(invited.status(), 200, "{invited:?}");
    let token = link(world, "eve@example.com", "invitation");
    let browser = Browser::sign_in(world, "eve@example.com");
    assert!(!browser.get("/invitation").body.contains("type=\"password\""));
    let accepted = browser.post("/invitation/accept", &format!("token={token}"));
    let there = format!("/accounts/{}", realm.as_str().unwrap());
    assert_eq!((accepted.status(), accepted.header("location")), (303, Some(there.as_str())));
    let memberships = world.get("/api/v1/user", &eve).json()["memberships"].clone();
    assert_eq!(memberships.as_array().unwrap().len(), 2, "{memberships}");
}

#[test]
fn whoever_has_an_account_goes_from_the_link_by_signing_in_to_where_they_belong_now() {
    let people = People::new();
    let world = &people.world;
    people.member("eve", account_realm(&people), keys::Role::ViewOnly);
    let account = people.account();
    let (id, first) = (account["id"].as_str().unwrap(), account["first_sandbox"].as_str().unwrap());
    let invite = json!({"email": "eve@example.com", "realm": first, "role": "sandbox_user"});
    let invited = world.post("/api/v1/invitations", &people.token, &invite.to_string());
    assert_eq!(invited.status(), 200, "{invited:?}");
    let token = link(world, "eve@example.com", "invitation");
    // Whoever has a password does not choose another one there.
    let again = format!("token={token}&name=Eve&password=a+long+password");
    insta::assert_snapshot!(told(&send(world, "/invitation", &again)), @"401 Accept your invitation Somebody signs in with this email address already; sign in, and accept it then.");

    let page = world.ask("GET /invitation", &[]).body;
    let way = super::between(&page, "<p class=\"aside\"><a href=\"", "\"");
    assert_eq!(way, "/signin?back=/invitation");
    let form = world.ask(&format!("GET {way}"), &[]).body;
    let back = super::between(&form, "name=\"back\" value=\"", "\"");
    let known =
        format!("back={back}&email=eve%40example.com&password={}", PASSWORD.replace(' ', "+"));
    let signed_in = send(world, "/signin", &known);
    assert_eq!((signed_in.status(), signed_in.header("location")), (303, Some("/invitation")));
    let eve = Browser::sign_in(world, "eve@example.com");
    assert_eq!(told(&eve.get("/invitation")), "200 Accept your invitation");
    let accepted = eve.post("/invitation/accept", &format!("token={token}"));
    let there = format!("/{id}/{first}");
    assert_eq!((accepted.status(), accepted.header("location")), (303, Some(there.as_str())));
    let home = eve.get(&there);
    assert!(home.status() == 200 && home.body.contains("Rides"), "{home:?}");
    assert_eq!(told(&eve.get(&format!("/{id}/live"))), "404 Page not found");
    let twice = eve.post("/invitation/accept", &format!("token={token}"));
    insta::assert_snapshot!(told(&twice), @"400 Accept your invitation This invitation is no longer good; ask for a new one.");
}

#[test]
fn a_role_in_an_organization_leads_to_it_and_one_in_a_deleted_sandbox_to_nothing() {
    let people = People::new();
    let world = &people.world;
    people.member("eve", account_realm(&people), keys::Role::ViewOnly);
    let eve = Browser::sign_in(world, "eve@example.com");
    let organization = people.organization.to_string();
    let invite =
        json!({"email": "eve@example.com", "realm": organization, "role": "view_only"}).to_string();
    assert_eq!(world.post("/api/v1/invitations", &people.token, &invite).status(), 403);
    let code = crate::people::proof::code(world);
    let invited = world.post_shown("/api/v1/invitations", &people.token, &invite, Some(&code));
    assert_eq!(invited.status(), 200, "{invited:?}");
    let token = link(world, "eve@example.com", "invitation");
    let accepted = eve.post("/invitation/accept", &format!("token={token}"));
    let there = format!("/{organization}/live");
    assert_eq!((accepted.status(), accepted.header("location")), (303, Some(there.as_str())));
    assert_eq!(eve.get(&there).status(), 200);

    let account = people.account()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/accounts/{account}/sandboxes");
    let spare = world.post(&path, &people.token, r#"{"name": "Spare"}"#).json()["id"].clone();
    let invite = json!({"email": "eve@example.com", "realm": spare, "role": "sandbox_user"});
    let invite = invite.to_string();
    assert_eq!(world.post("/api/v1/invitations", &people.token, &invite).status(), 200);
    let token = link(world, "eve@example.com", "invitation");
    let path = format!("/api/v1/sandboxes/{}", spare.as_str().unwrap());
    assert_eq!(world.delete(&path, &people.token).status(), 200);
    let late = eve.post("/invitation/accept", &format!("token={token}"));
    let gone = spare.as_str().unwrap();
    let gone = format!("There is no organization, account or sandbox `{gone}`.");
    assert_eq!(told(&late), format!("404 Accept your invitation {gone}"));
    assert_eq!(world.post("/api/v1/invitations", &people.token, &invite).status(), 404);
}

#[test]
fn a_form_of_a_stranger_from_another_site_is_not_taken() {
    let world = World::new();
    for page in ["/signup", "/forgot", "/confirm", "/reset", "/invitation"] {
        let body = "email=a%40example.com&token=x&password=a+long+password";
        let answer = post(&world, page, body, &["Sec-Fetch-Site: cross-site"]);
        assert_eq!(told(&answer), "403 This form was not sent", "{page}");
    }
}
