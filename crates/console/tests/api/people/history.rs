//! What is done about people, and what is refused: who reads of it.

use keys::{Realm, Role};
use serde_json::{Value, json};

use super::joining::token;
use super::proof::{code, code_for};
use super::{PASSWORD, People, account_id, last_mail, sign_in};
use crate::world::World;

/// Type, outcome, actor and object of the events that are asked for, the oldest first.
pub(crate) fn told(world: &World, query: &str, session: &str) -> String {
    let answer = world.get(&format!("/api/v1/events?limit=100{query}"), session);
    assert_eq!(answer.status(), 200, "{answer:?}");
    let answer = answer.json();
    let text = |event: &Value, field: &str| event[field].as_str().unwrap_or("-").to_owned();
    let kind = |id: String| id.split('_').next().unwrap_or_default().to_owned();
    let line = |event: &Value| {
        let (actor, object) = (kind(text(event, "actor")), kind(text(event, "object_id")));
        format!("{} {} {actor} {object}\n", text(event, "type"), text(event, "outcome"))
    };
    answer["data"].as_array().unwrap().iter().rev().map(line).collect()
}

/// The same of what a person reads of themselves, as soon as as much as that is there: what
/// strangers do is told when they have their answer.
fn told_when(world: &World, session: &str, about: &str) -> String {
    let look = |_| Some(told(world, "", session)).filter(|told| told.contains(about));
    (0..100_000).find_map(look).unwrap_or_else(|| panic!("nothing of {about}"))
}

#[test]
fn what_is_done_to_members_and_what_is_refused_is_in_the_history_of_the_place() {
    let people = People::new();
    let world = &people.world;
    let account = people.account();
    let realm = Realm::Account(account_id(&account));
    let admin = people.member("admin", realm, Role::Administrator);
    let viewer = people.member("vera", realm, Role::ViewOnly);
    let stranger = people.member("sam", Realm::Account(account_id(&people.account())), Role::Owner);
    let invite = |session: &str, role: &str, shown: Option<&str>| {
        let body = json!({"email": "bob@example.com", "realm": realm.to_string(), "role": role});
        world.post_shown("/api/v1/invitations", session, &body.to_string(), shown)
    };
    let before = told(world, &format!("&account={realm}"), &people.token);
    assert_eq!(invite(&viewer, "analyst", None).status(), 403);
    assert_eq!(invite(&stranger, "analyst", None).status(), 404);
    assert_eq!(invite(&admin, "owner", None).status(), 403);
    assert_eq!(invite(&admin, "analyst", None).status(), 403);
    assert_eq!(invite(&admin, "analyst", Some("12345")).status(), 403);
    let code = code_for(world, "admin@example.com");
    let invited = invite(&admin, "analyst", Some(&code)).json();
    let path = format!("/api/v1/invitations/{}", invited["id"].as_str().unwrap());
    assert_eq!(world.delete(&path, &viewer).status(), 403);
    assert_eq!(world.delete(&path, &stranger).status(), 400);
    let accept = json!({"token": token(&last_mail(world, "bob@example.com").unwrap())});
    let accept = |session: &str| {
        world.post("/api/v1/invitations/accept", session, &accept.to_string()).status()
    };
    assert_eq!(accept(&stranger), 403);
    assert_eq!(world.delete(&path, &admin).status(), 200);
    let history = told(world, &format!("&account={realm}"), &people.token);
    insta::assert_snapshot!(history.strip_prefix(&before).unwrap(), @"
    invitation.created not_allowed usr -
    invitation.created not_allowed usr -
    invitation.created verification_required usr -
    invitation.created verification_failed usr -
    invitation.created done usr inv
    invitation.withdrawn not_allowed usr inv
    invitation.withdrawn done usr inv
    ");
    // What a stranger tried, they read themselves.
    let tried = told(world, "", &stranger);
    insta::assert_snapshot!(tried, @"
    user.signed_up done usr usr
    invitation.accepted done usr inv
    user.signed_in done usr usr
    invitation.created resource_missing usr -
    invitation.withdrawn invitation_expired usr inv
    invitation.accepted not_allowed usr -
    ");
    assert_eq!(world.get(&format!("/api/v1/events?account={realm}"), &viewer).status(), 403);
}

#[test]
fn who_owns_an_organization_is_in_its_history_and_the_last_owner_stays() {
    let people = People::new();
    let world = &people.world;
    let (organization, owner) = (people.organization, people.owner);
    let dev = people.member("dev", Realm::Organization(organization), Role::Developer);
    let own = format!("/api/v1/members/{organization}/{owner}/owner");
    assert_eq!(world.delete(&own, &people.token).status(), 400);
    assert_eq!(world.delete(&own, &dev).status(), 403);
    let query = format!("&organization={organization}");
    insta::assert_snapshot!(told(world, &query, &people.token), @"
    organization.created done system org
    invitation.created done usr inv
    invitation.accepted done usr inv
    member.removed last_owner usr usr
    member.removed not_allowed usr usr
    ");
    let path = format!("/api/v1/events?organization={organization}");
    insta::assert_snapshot!(world.get(&path, &dev).error(), @"403 invalid_request_error not_allowed -: Your role does not allow this; ask an owner or administrator.");
    let sam = people.member("sam", Realm::Account(account_id(&people.account())), Role::Owner);
    let answer = world.get(&path, &sam).error().replace(&organization.to_string(), "ORG");
    insta::assert_snapshot!(answer, @"404 invalid_request_error resource_missing id: No such organization: 'ORG'.");
    insta::assert_snapshot!(world.get(&path, world.own.secret()).error(), @"403 invalid_request_error not_allowed -: An API key manages what it acts on, which is one account and mode or one organization, and nothing else.");
}

#[test]
fn how_a_person_signs_in_is_in_their_own_history_and_in_nobody_elses() {
    let people = People::new();
    let (world, me) = (&people.world, &people.token);
    assert_eq!(sign_in(world, "ada@example.com", "wrong password").status(), 401);
    assert_eq!(sign_in(world, "nobody@example.com", PASSWORD).status(), 401);
    told_when(world, me, "user.signed_in credentials_invalid stranger usr");
    let other = people.signed_in("ada@example.com");
    assert_eq!(world.delete("/api/v1/sessions/ses_0123456789abcdef", me).status(), 404);
    assert_eq!(world.delete("/api/v1/sessions/current", &other).status(), 200);
    people.signed_in("ada@example.com");
    assert_eq!(world.delete("/api/v1/sessions", me).status(), 200);
    let change = json!({"password": "wrong", "new_password": PASSWORD}).to_string();
    assert_eq!(world.post("/api/v1/password", me, &change).status(), 403);
    assert_eq!(world.post("/api/v1/user/authenticator", me, "{}").status(), 403);
    let begun = world.post_shown("/api/v1/user/authenticator", me, "{}", Some(&code(world)));
    assert_eq!(begun.status(), 200);
    let confirm = world.post("/api/v1/user/authenticator/confirm", me, r#"{"code": "000000"}"#);
    assert_eq!(confirm.status(), 403);
    assert_eq!(world.delete("/api/v1/user/authenticator", me).status(), 429);
    assert_eq!(world.post("/api/v1/user/phone/confirm", me, "{}").status(), 400);
    let name = json!({"number": "+393331234567"}).to_string();
    assert_eq!(world.post("/api/v1/user/phone", me, &name).status(), 429);
    assert_eq!(world.delete("/api/v1/user/phone", me).status(), 429);
    let choose = world.post("/api/v1/user/notifications", me, r#"{"key_created": false}"#);
    assert_eq!(choose.status(), 200);
    world.post_as_anybody("/api/v1/password/forgot", r#"{"email": "ada@example.com"}"#);
    let history = told_when(world, me, "password.forgotten");
    insta::assert_snapshot!(history, @"
    user.signed_in done usr usr
    user.signed_in credentials_invalid stranger usr
    user.signed_in done usr usr
    session.ended resource_missing usr usr
    user.signed_out done usr ses
    user.signed_in done usr usr
    session.others_ended done usr ses
    password.changed password_wrong usr usr
    authenticator.begun verification_required usr usr
    authenticator.begun done usr usr
    authenticator.added verification_failed usr usr
    authenticator.removed verification_too_soon usr usr
    phone.confirmed phone_missing usr usr
    phone.named verification_too_soon usr usr
    phone.removed verification_too_soon usr usr
    notifications.updated done usr usr
    password.forgotten done stranger usr
    ");
    let found = told(world, &format!("&actor=stranger&object_id={}", people.owner), me);
    insta::assert_snapshot!(found, @"
    user.signed_in credentials_invalid stranger usr
    password.forgotten done stranger usr
    ");

    let organization = Realm::Organization(people.organization);
    let boss = people.member("boss", organization, Role::Owner);
    let account = people.account();
    for query in [
        String::new(),
        format!("&organization={organization}"),
        format!("&account={}", account_id(&account)),
    ] {
        let read = told(world, &format!("{query}&object_id={}", people.owner), &boss);
        assert_eq!(read, "", "a boss reads nothing of it");
    }
}

#[test]
fn whoever_has_the_password_and_no_code_is_in_the_history_at_once() {
    let people = People::new();
    let (world, owner) = (&people.world, people.owner);
    let mut chance = crate::world::random;
    let begun = world.store.begin_authenticator(owner, super::by(owner), &mut chance);
    let secret = world.block_on(begun).unwrap();
    let before =
        super::sessions::shown(&secret, crate::world::now() - jiff::SignedDuration::from_secs(30));
    let confirmed =
        world.store.confirm_authenticator(owner, &before, super::by(owner), &mut chance);
    let recovery = world.block_on(confirmed).unwrap();
    let with = |code: Option<&str>| {
        let body = json!({"email": "ada@example.com", "password": PASSWORD, "code": code});
        world.post_as_anybody("/api/v1/sessions", &body.to_string()).status()
    };
    assert_eq!((with(None), with(Some("000000"))), (401, 401));
    assert_eq!(with(Some(&recovery[0].expose())), 200);
    insta::assert_snapshot!(told(world, "", &people.token), @"
    user.signed_in done usr usr
    authenticator.begun done usr usr
    authenticator.added done usr usr
    user.signed_in authenticator_code_required stranger usr
    user.signed_in authenticator_code_invalid stranger usr
    recovery_code.used done usr usr
    user.signed_in done usr usr
    ");
}

#[test]
fn a_person_reads_of_how_they_sign_in_page_by_page_and_of_nothing_else() {
    let people = People::new();
    let (world, token) = (&people.world, &people.token);
    people.account();
    people.signed_in("ada@example.com");
    let list = |query: &str, token: &str| world.get(&format!("/api/v1/user/events{query}"), token);
    let all = list("", token).json();
    let kinds: Vec<_> = all["data"].as_array().unwrap().iter().map(|one| &one["type"]).collect();
    assert_eq!(kinds, ["user.signed_in", "user.signed_in"], "and not that an account was opened");
    let first = list("?limit=1", token).json();
    assert_eq!((&first["data"][0], &first["has_more"]), (&all["data"][0], &true.into()));
    let id = first["data"][0]["id"].as_str().unwrap();
    let rest = list(&format!("?limit=1&starting_after={id}"), token).json();
    assert_eq!((&rest["data"][0], &rest["has_more"]), (&all["data"][1], &false.into()));
    insta::assert_snapshot!(list("", world.own.secret()).error(), @"403 invalid_request_error not_allowed -: This is for people who have signed in, and not for API keys.");
}

#[test]
fn that_no_more_sign_ins_are_taken_is_told_once_to_the_person_concerned() {
    let people = People::new();
    let world = &people.world;
    let wrong = || sign_in(world, "ada@example.com", "a wrong password").status();
    let answers: Vec<u16> = (0..14).map(|_| wrong()).collect();
    assert_eq!((answers[0], answers[13]), (401, 429));
    let told = told_when(world, &people.token, "rate_limited");
    // Nobody is there of whom it could be told.
    for _ in 0..14 {
        sign_in(world, "nobody@example.com", "a wrong password");
    }
    assert_eq!(told.matches("user.signed_in rate_limited stranger usr").count(), 1, "{told}");
}
